"""Hooks of schemathesis, which attacks the JSON API: each request is signed, as every client of the
API signs it, and none ends what the attacker itself signs with. What is about sessions comes from our
own site, of nobody: its signature would be refused before anything else is looked at."""

import os
from urllib.parse import urlsplit

import schemathesis
from requests_oauthlib import OAuth1


def known(name):
    return os.environ["COUNTERSIGN_" + name]


OF_PEOPLE = ["/v1/session", "/v1/password-link"]


class Signature(OAuth1):
    """With headers as text: as bytes they can't be part of a report."""

    def __call__(self, request):
        # Who signs sends no cookie.
        request.headers.pop("Cookie", None)
        if any(part in request.url for part in OF_PEOPLE):
            url = urlsplit(request.url)
            request.headers["Origin"] = f"{url.scheme}://{url.netloc}"
            return request
        request = super().__call__(request)
        for name, value in request.headers.items():
            if isinstance(value, bytes):
                request.headers[name] = value.decode("latin-1")
        return request


schemathesis.auth.set_from_requests(
    Signature(
        known("CONSUMER_KEY"),
        known("CONSUMER_SECRET"),
        known("TOKEN_ID"),
        known("TOKEN_SECRET"),
        signature_method="HMAC-SHA256",
        realm=known("ACCOUNT"),
    )
)

OWN = {
    "integration": known("OWN_INTEGRATION"),
    "entity": known("OWN_ENTITY"),
    "token": known("OWN_TOKEN"),
}


@schemathesis.hook
def filter_case(context, case):
    path = case.path_parameters or {}
    # With the feature off in its own account it would be let in nowhere.
    if isinstance(case.body, dict) and case.body.get("token_based_authentication") is False:
        if path.get("account") == known("ACCOUNT") and case.operation.method.upper() == "PATCH":
            return False
    return all(str(path.get(name)) != number for name, number in OWN.items())
