"""Signs requests with oauthlib: JSON lines in, JSON lines out, in the same order.

In:  method, url, form (text or null), realm, consumer_key, consumer_secret, token, token_secret (or null), nonce, timestamp.
Out: header, base_string, signature; or error.
"""

import json
import sys
from urllib.parse import urlparse

from oauthlib import oauth1
from oauthlib.oauth1.rfc5849 import signature


def signed(case):
    client = oauth1.Client(
        case["consumer_key"],
        client_secret=case["consumer_secret"],
        resource_owner_key=case["token"],
        resource_owner_secret=case["token_secret"],
        realm=case["realm"],
        signature_method=oauth1.SIGNATURE_HMAC_SHA256,
        nonce=case["nonce"],
        timestamp=case["timestamp"],
    )
    headers = {}
    if case["form"] is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    uri, headers, body = client.sign(
        case["url"], http_method=case["method"], body=case["form"], headers=headers
    )
    # The client doesn't give its base string away; these are the functions that it uses itself.
    parameters = signature.collect_parameters(
        uri_query=urlparse(uri).query, body=body, headers=headers
    )
    base_string = signature.signature_base_string(
        case["method"],
        signature.base_string_uri(uri),
        signature.normalize_parameters(parameters),
    )
    header = headers["Authorization"]
    sent = dict(oauth1.rfc5849.utils.parse_authorization_header(header))["oauth_signature"]
    return {
        "header": header,
        "base_string": base_string,
        "signature": oauth1.rfc5849.utils.unescape(sent),
    }


for line in sys.stdin:
    try:
        answer = signed(json.loads(line))
    except Exception as fault:
        answer = {"error": f"{type(fault).__name__}: {fault}"}
    print(json.dumps(answer))
