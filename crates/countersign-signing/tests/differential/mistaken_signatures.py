"""Signatures with one mistake each, made by oauthlib or by hand, for src/diagnose/tests.rs.

Run: python tests/differential/mistaken_signatures.py   (needs oauthlib 4.0.1)
"""

import base64
import hashlib
import hmac
import urllib.parse

from oauthlib.oauth1.rfc5849 import signature

# Published example keys of Oracle's documentation.
CONSUMER = "d26ad321a4b2f23b0741c8d38392ce01c3e23e109df6c96eac6d099e9ab9e8b5"
TOKEN = "c29a677df7d5439a458c063654187e3d678d73aca8e3c9d8bea1478a3eb0d295"
HEADER = [
    ("oauth_consumer_key", "ef40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6dcf38c20aae6b67e4"),
    ("oauth_token", "2b0ce516420110bcbd36b69e99196d1b7f6de3c6234c5afb799b73d87569f5cc"),
    ("oauth_nonce", "fjaLirsIcCGVZWzBX0pg"),
    ("oauth_timestamp", "1508242306"),
    ("oauth_signature_method", "HMAC-SHA256"),
    ("oauth_version", "1.0"),
]
HOST = "123456.restlets.api.netsuite.com"
PATH = "/app/site/hosting/restlet.nl"
QUERY = [("script", "6"), ("deploy", "1"), ("q", "a b"), ("r", "x/y+z")]


def base(method="POST", uri=f"https://{HOST}{PATH}", query=QUERY, header=HEADER):
    pairs = signature.normalize_parameters(header + query)
    return signature.signature_base_string(method, signature.base_string_uri(uri), pairs)


def sign(text, consumer=CONSUMER, token=TOKEN, digest=hashlib.sha256):
    key = f"{urllib.parse.quote(consumer, safe='~')}&{urllib.parse.quote(token, safe='~')}"
    return base64.b64encode(hmac.new(key.encode(), text.encode(), digest).digest()).decode()


def quoted(text):
    return urllib.parse.quote(text, safe="~")


def by_hand(query, blank="%20"):
    """The base string without oauthlib, for encodings that it can't be made to produce."""
    encoded = sorted((quoted(n).replace("%20", blank), quoted(v).replace("%20", blank))
                     for n, v in HEADER + query)
    joined = "&".join(f"{n}={v}" for n, v in encoded)
    return "&".join(["POST", quoted(f"https://{HOST}{PATH}"), quoted(joined)])


assert by_hand(QUERY) == base()
declared_sha1 = [(n, "HMAC-SHA1" if n == "oauth_signature_method" else v) for n, v in HEADER]
raw_query = [("script", "6"), ("deploy", "1"), ("q", "a+b"), ("r", "x%2Fy%2Bz")]

for name, value in [
    ("correct", sign(base())),
    ("sha1 computed", sign(base(), digest=hashlib.sha1)),
    ("sha1 declared", sign(base(header=declared_sha1), digest=hashlib.sha1)),
    ("no token secret", sign(base(), token="")),
    ("swapped", sign(base(), consumer=TOKEN, token=CONSUMER)),
    ("no query", sign(base(query=[]))),
    ("http", sign(base(uri=f"http://{HOST}{PATH}"))),
    ("http, port 8080", sign(base(uri=f"http://{HOST}:8080{PATH}"))),
    ("plus as blank's encoding", sign(by_hand(QUERY, blank="+"))),
    ("plus taken literally",
     sign(base(query=[(n, v.replace("a b", "a+b")) for n, v in QUERY]))),
    ("raw query encoded", sign(base(query=raw_query))),
    ("query encoded twice", sign(base(query=[(n, quoted(v)) for n, v in QUERY]))),
    ("GET", sign(base(method="GET"))),
    ("rest.netsuite.com", sign(base(uri=f"https://rest.netsuite.com{PATH}"))),
    ("suitetalk host", sign(base(uri=f"https://123456.suitetalk.api.netsuite.com{PATH}"))),
    ("upstream host", sign(base(uri=f"https://10.0.0.7:9443{PATH}"))),
    ("another token secret", sign(base(), token=TOKEN[::-1])),
    ("GET without query", sign(base(method="GET", query=[]))),
]:
    print(f"{name:26} {value}")
