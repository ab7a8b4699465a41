"""Calls with requests-oauthlib: JSON lines in, JSON lines out, each answered before the next.

In:  method, url, pairs (query parameters, or null), form (pairs, or null), json (text, or null), body_hash, account, consumer_key,
     consumer_secret, token_id, token_secret.
Out: status, headers, body, sent (the body that was sent, or null); or error.
"""

import json
import sys

from requests_oauthlib import OAuth1Session


def called(case):
    session = OAuth1Session(
        case["consumer_key"],
        client_secret=case["consumer_secret"],
        resource_owner_key=case["token_id"],
        resource_owner_secret=case["token_secret"],
        signature_method="HMAC-SHA256",
        realm=case["account"],
        force_include_body=case["body_hash"],
    )
    # Proxies are not for the loopback.
    session.trust_env = False
    options = {}
    if case["pairs"] is not None:
        options["params"] = [tuple(pair) for pair in case["pairs"]]
    if case["form"] is not None:
        options["data"] = [tuple(pair) for pair in case["form"]]
    if case["json"] is not None:
        options["data"] = case["json"].encode()
        options["headers"] = {"Content-Type": "application/json"}
    answer = session.request(
        case["method"], case["url"], timeout=30, allow_redirects=False, **options
    )
    sent = answer.request.body
    return {
        "status": answer.status_code,
        "headers": {name.lower(): value for name, value in answer.headers.items()},
        "body": answer.text,
        "sent": sent.decode() if isinstance(sent, bytes) else sent,
    }


for line in sys.stdin:
    try:
        answer = called(json.loads(line))
    except Exception as fault:
        answer = {"error": f"{type(fault).__name__}: {fault}"}
    print(json.dumps(answer), flush=True)
