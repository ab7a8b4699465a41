"""Calls with one mistake each, made by oauthlib in the wrong hands: JSON lines in, JSON lines out, each answered before the next.

In:  mistake, base_url, account, consumer_key, consumer_secret, token_id, token_secret.
Out: status, headers, body.
"""

import json
import sys
import time

import requests
from oauthlib import oauth1
from oauthlib.oauth1.rfc5849 import signature

PATH = "/services/rest/record/v1/customer"
QUERY = "?q=a%20b&limit=10"


class Caller:
    def __init__(self, case):
        self.case = case
        self.base = case["base_url"]
        self.url = self.base + PATH + QUERY
        self.session = requests.Session()
        self.session.trust_env = False

    def header(self, url=None, method="GET", client_class=oauth1.Client, **changes):
        options = {
            "client_secret": self.case["consumer_secret"],
            "resource_owner_key": self.case["token_id"],
            "resource_owner_secret": self.case["token_secret"],
            "realm": self.case["account"],
            "signature_method": oauth1.SIGNATURE_HMAC_SHA256,
            **changes,
        }
        client = client_class(self.case["consumer_key"], **options)
        return client.sign(url or self.url, http_method=method)[1]["Authorization"]

    def send(self, header, url=None, method="GET"):
        request = requests.Request(method, url or self.url, headers={"Authorization": header})
        prepared = self.session.prepare_request(request)
        # As it was given: preparing tidies it up.
        prepared.url = url or self.url
        return self.session.send(prepared, timeout=30, allow_redirects=False)


def sha1_declared(caller):
    return caller.send(caller.header(signature_method=oauth1.SIGNATURE_HMAC_SHA1))


class Sha1InDisguise(oauth1.Client):
    SIGNATURE_METHODS = {
        **oauth1.Client.SIGNATURE_METHODS,
        oauth1.SIGNATURE_HMAC_SHA256: signature.sign_hmac_sha1_with_client,
    }


def sha1_computed(caller):
    return caller.send(caller.header(client_class=Sha1InDisguise))


def token_secret_missing(caller):
    return caller.send(caller.header(resource_owner_secret=None))


def secrets_swapped(caller):
    return caller.send(
        caller.header(
            client_secret=caller.case["token_secret"],
            resource_owner_secret=caller.case["consumer_secret"],
        )
    )


def query_not_signed(caller):
    return caller.send(caller.header(caller.base + PATH))


def plus_for_space(caller):
    url = caller.base + PATH + "?q=a+b&limit=10"
    return caller.send(caller.header(url.replace("+", "%2B")), url)


def double_encoded(caller):
    return caller.send(caller.header(caller.url.replace("%20", "%2520")))


def wrong_scheme(caller):
    return caller.send(caller.header(caller.url.replace("http://", "https://")))


def wrong_host(caller):
    host = caller.base.rsplit(":", 1)[0]
    return caller.send(caller.header(host + PATH + QUERY))


def wrong_method(caller):
    return caller.send(caller.header(method="POST"))


def clock_skew(caller):
    return caller.send(caller.header(timestamp=str(int(time.time()) - 3600)))


def nonce_reused(caller):
    header = caller.header()
    first = caller.send(header)
    assert first.status_code == 200, first.text
    return caller.send(header)


def no_mistake(caller):
    return caller.send(caller.header())


for line in sys.stdin:
    case = json.loads(line)
    try:
        answer = globals()[case["mistake"]](Caller(case))
        headers = {name.lower(): value for name, value in answer.headers.items()}
        result = {"status": answer.status_code, "headers": headers, "body": answer.text}
    except Exception as fault:
        result = {"error": f"{type(fault).__name__}: {fault}"}
    print(json.dumps(result), flush=True)
