"""Calls with the PyPI package netsuite, unmodified: JSON lines in, JSON lines out, each answered before the next.

In:  call, base_url, path, clock (how wrong it is, in seconds), signature_method (or null), account, consumer_key, consumer_secret,
     token_id, token_secret.
Out: status, headers, body.

The package builds https://ACCOUNT.suitetalk.api.netsuite.com/... from the account; its argument `url` names another server.
"""

import asyncio
import json
import sys
import time
import warnings

# What the package's dependencies warn each other of is no concern of ours.
warnings.showwarning = lambda *_: None

from netsuite import Config, NetSuite, TokenAuth


def client(case):
    config = Config(
        account=case["account"],
        auth=TokenAuth(
            consumer_key=case["consumer_key"],
            consumer_secret=case["consumer_secret"],
            token_id=case["token_id"],
            token_secret=case["token_secret"],
        ),
    )
    options = {}
    if case["signature_method"] is not None:
        options = {"signature_method": case["signature_method"]}
    return NetSuite(config, rest_api_options=options, restlet_options=options)


async def restlet(api, url):
    found = await api.restlet.post(6, deploy=1, url=url + "?script=6&deploy=1", json={"id": 5})
    return 200, {}, json.dumps(found)


async def suiteql(api, url):
    found = await api.rest_api.suiteql("SELECT id FROM customer", limit=10, url=url)
    return 200, {}, json.dumps(found)


def plain(method, **options):
    async def call(api, url):
        answer = await api.rest_api.request(method, "", url=url, **options)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return answer.status_code, headers, answer.text

    return call


CALLS = {
    "get": plain("GET", params={"q": 'companyName CONTAIN "Zoë & Söhne"', "limit": 10}),
    "post": plain("POST", json={"companyName": "Zoë & Söhne", "memo": "a=1&b=2"}),
    "patch": plain("PATCH", json={"memo": ""}),
    "delete": plain("DELETE"),
    "suiteql": suiteql,
    "restlet": restlet,
}


def answer(case):
    real = time.time
    time.time = lambda: real() + case["clock"]
    try:
        called = CALLS[case["call"]](client(case), case["base_url"] + case["path"])
        status, headers, body = asyncio.run(called)
    finally:
        time.time = real
    return {"status": status, "headers": headers, "body": body}


for line in sys.stdin:
    try:
        result = answer(json.loads(line))
    except Exception as fault:
        result = {"error": f"{type(fault).__name__}: {fault}"}
    print(json.dumps(result), flush=True)
