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


def consumer_secret_missing(caller):
    return caller.send(caller.header(client_secret=None))


def id_used_as_secret(caller):
    return caller.send(caller.header(resource_owner_secret=caller.case["token_id"]))


def secret_with_a_line_break(caller):
    secret = caller.case["token_secret"] + "\n"
    return caller.send(caller.header(resource_owner_secret=secret))


def secret_of_another(caller):
    return caller.send(caller.header(resource_owner_secret=caller.case["other_token_secret"]))


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


def port_dropped(caller):
    host = caller.base.rsplit(":", 1)[0]
    return caller.send(caller.header(host + PATH + QUERY))


def wrong_path(caller):
    return caller.send(caller.header(caller.url.replace("customer", "customer/")))


def wrong_method(caller):
    return caller.send(caller.header(method="POST"))


def clock_skew(caller):
    return caller.send(caller.header(timestamp=str(int(time.time()) - 3600)))


def a_zone_away(caller):
    return caller.send(caller.header(timestamp=str(int(time.time()) + 2 * 3600)))


def milliseconds(caller):
    return caller.send(caller.header(timestamp=str(int(time.time() * 1000))))


def short_nonce(caller):
    return caller.send(caller.header(nonce="12345"))


def form_not_signed(caller):
    url = caller.base + PATH
    header = caller.header(url, method="POST")
    return caller.session.post(
        url, data={"name": "Ann"}, headers={"Authorization": header}, timeout=30
    )


def realm_in_the_form_of_hosts(caller):
    realm = caller.case["account"].lower().replace("_", "-")
    return caller.send(caller.header(realm=realm))


def realm_in_lower_case(caller):
    return caller.send(caller.header(realm=caller.case["account"].lower()))


def realm_of_nobody(caller):
    return caller.send(caller.header(realm="7654321"))


def realm_of_another(caller):
    return caller.send(caller.header(realm=caller.case["other_account"]))


def ids_swapped(caller):
    case = caller.case
    caller.case = {**case, "consumer_key": case["token_id"], "token_id": case["consumer_key"]}
    return caller.send(caller.header())


def unknown_consumer_key(caller):
    caller.case = {**caller.case, "consumer_key": "0" * 64}
    return caller.send(caller.header())


def unknown_token(caller):
    return caller.send(caller.header(resource_owner_key="0" * 64))


def token_of_another(caller):
    case = caller.case
    return caller.send(
        caller.header(
            resource_owner_key=case["other_token_id"],
            resource_owner_secret=case["other_token_secret"],
        )
    )


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
