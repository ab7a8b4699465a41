"""Wrong signatures, each made by hand with one mistake or two: vectors/mistakes/mistakes.json.

Run: python tests/differential/mistaken_signatures.py > ../../vectors/mistakes/mistakes.json

Only Python's own modules are used, and nothing of what it checks: each mistake is written out here as
the programs that make it do, not as the search undoes it.
"""

import base64
import hashlib
import hmac
import json
from urllib.parse import quote, quote_plus, unquote, unquote_plus

# Published example keys of Oracle's documentation.
KEY = "ef40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6dcf38c20aae6b67e4"
CONSUMER = "d26ad321a4b2f23b0741c8d38392ce01c3e23e109df6c96eac6d099e9ab9e8b5"
TOKEN_ID = "2b0ce516420110bcbd36b69e99196d1b7f6de3c6234c5afb799b73d87569f5cc"
TOKEN = "c29a677df7d5439a458c063654187e3d678d73aca8e3c9d8bea1478a3eb0d295"
HOST = "123456.restlets.api.netsuite.com"
PATH = "/app/site/hosting/restlet.nl"
QUERY = "script=6&deploy=1&q=a%20b&r=x%2Fy%2Bz"


def enc(text):
    return quote(text, safe="~")


def lower(text):
    parts = enc(text).split("%")
    return parts[0] + "".join("%" + p[:2].lower() + p[2:] for p in parts[1:])


def decoded(form):
    pairs = [pair.partition("=") for pair in form.split("&") if pair]
    return [(unquote_plus(n), unquote_plus(v)) for n, _, v in pairs]


def undecoded(form):
    return [(n, v) for n, _, v in (pair.partition("=") for pair in form.split("&"))]


def oauth(method="HMAC-SHA256", timestamp="1508242306", nonce="fjaLirsIcCGVZWzBX0pg"):
    return [
        ("oauth_consumer_key", KEY),
        ("oauth_token", TOKEN_ID),
        ("oauth_nonce", nonce),
        ("oauth_timestamp", timestamp),
        ("oauth_signature_method", method),
        ("oauth_version", "1.0"),
    ]


def join(pairs):
    return "&".join(f"{n}={v}" for n, v in pairs)


def right_list(parameters):
    return join(sorted((enc(n), enc(v)) for n, v in parameters))


def base(parameters=None, method="POST", url=f"https://{HOST}{PATH}", query=QUERY, listed=None, outer=enc):
    listed = right_list(oauth() + decoded(query) if parameters is None else parameters) if listed is None else listed
    return "&".join([method, outer(url), outer(listed)])


def digest(text, key=None, kind=hashlib.sha256):
    key = f"{CONSUMER}&{TOKEN}" if key is None else key
    return hmac.new(key.encode(), text.encode(), kind).digest()


def b64(raw):
    return base64.b64encode(raw).decode()


CASES = []


def case(codes, text, signature=None, *, method="POST", scheme="https", host=HOST, target=f"{PATH}?{QUERY}",
         form=None, body=None, header=None, realm="123456", how="", raw_signature=None):
    signature = b64(digest(text)) if signature is None else signature
    fields = [("realm", realm)] + (header or oauth()) + [("oauth_signature", signature)]
    written = [f'{n}="{enc(v)}"' for n, v in fields]
    if raw_signature is not None:
        written[-1] = f'oauth_signature="{raw_signature}"'
    CASES.append({
        "codes": codes.split("+"), "how": how, "method": method, "scheme": scheme, "host": host, "target": target,
        "form": form, "body": body, "authorization": "OAuth " + ", ".join(written), "signed": text,
    })


def key(first, second, joint="&"):
    return b64(digest(base(), f"{first}{joint}{second}"))


# The digest, and how it is written. A + in the signature is what gets lost: a nonce is looked for that gives one.
case("signature-method-sha1", base(), b64(digest(base(), kind=hashlib.sha1)), how="computed only")
sha1 = oauth(method="HMAC-SHA1")
text = base(sha1 + decoded(QUERY))
case("signature-method-sha1", text, b64(digest(text, kind=hashlib.sha1)), header=sha1, how="declared and computed")
case("hex-digest", base(), digest(base()).hex())
case("hex-digest", base(), digest(base()).hex().upper(), how="upper case")
case("hex-digest", base(), b64(digest(base()).hex().encode()), how="hex, then base64, as hash_hmac without its last argument")
number = 0
while True:
    nonce = oauth(nonce=f"nonce-{number}")
    text = base(nonce + decoded(QUERY))
    signature = b64(digest(text))
    if "+" in signature[1:] and "/" in signature:
        break
    number += 1
case("signature-not-encoded", text, signature.replace("+", " "), header=nonce, how="arrived as a blank")
case("base64url-digest", text, base64.urlsafe_b64encode(digest(text)).decode(), header=nonce)
case("base64url-digest", text, signature.rstrip("="), header=nonce, how="without padding")
while not b64(digest(base(oauth(nonce=f"nonce-{number}") + decoded(QUERY)))).startswith("+"):
    number += 1
nonce = oauth(nonce=f"nonce-{number}")
text = base(nonce + decoded(QUERY))
case("signature-not-encoded", text, b64(digest(text))[1:], header=nonce, how="a leading + was trimmed away as a blank")

# The key.
case("token-secret-missing", base(), key(CONSUMER, ""))
case("consumer-secret-missing", base(), key("", TOKEN))
case("secrets-swapped", base(), key(TOKEN, CONSUMER))
case("ampersand-missing", base(), key(CONSUMER, TOKEN, ""))
case("id-used-as-secret", base(), key(CONSUMER, TOKEN_ID), how="token ID")
case("id-used-as-secret", base(), key(KEY, TOKEN), how="consumer key")
case("id-used-as-secret", base(), key(KEY, TOKEN_ID), how="both")
for blank, name in [("\n", "LF"), ("\r\n", "CRLF"), (" ", "blank")]:
    case("secret-whitespace", base(), key(CONSUMER, TOKEN + enc(blank)), how=f"token secret, {name}")
    case("secret-whitespace", base(), key(CONSUMER + enc(blank), TOKEN), how=f"consumer secret, {name}")
    case("secret-whitespace", base(), key(CONSUMER + enc(blank), TOKEN + enc(blank)), how=f"both, {name}")
case("secret-whitespace", base(), key("%20" + CONSUMER, TOKEN), how="a blank before")
case("previous-secret", base(), key(CONSUMER[::-1], TOKEN), how="the consumer secret before the last reset")
case("other-token-secret", base(), key(CONSUMER, TOKEN[::-1]))

# Method and URL.
case("query-not-signed", base(oauth()))
case("query-not-signed", base(query="script=6&q=a%20b&r=x%2Fy%2Bz"), how="one parameter of it")
case("query-in-url", base(oauth(), url=f"https://{HOST}{PATH}?{QUERY}"), how="only there")
case("query-in-url", base(url=f"https://{HOST}{PATH}?{QUERY}"), how="there too")
case("wrong-scheme", base(url=f"http://{HOST}{PATH}"))
case("wrong-scheme", base(), scheme="http", host=f"{HOST}:8080", how="a proxy ends TLS")
case("wrong-host", base(url=f"https://rest.netsuite.com{PATH}"))
case("wrong-host", base(url=f"https://123456.suitetalk.api.netsuite.com{PATH}"))
case("wrong-host", base(url=f"https://10.0.0.7:9443{PATH}"), how="the upstream's")
case("port-signed", base(url=f"https://{HOST}:443{PATH}"), how="a default port was kept")
case("port-signed", base(), host=f"{HOST}:8443", how="a needed port was dropped")
case("wrong-path", base(url=f"https://{HOST}{PATH}/"), how="slash at the end")
case("wrong-path", base(), target=f"{PATH}/?{QUERY}", how="slash at the end missing")
REST = "/services/rest/record/v1/salesOrder/eid:a%20b"
case("wrong-path", base(oauth(), url=f"https://{HOST}{REST}".lower()), target=REST, how="lower case, as SuiteCommerce's tools")
case("wrong-path", base(oauth(), url=f"https://{HOST}{unquote(REST)}"), target=REST, how="decoded")
case("wrong-path", base(oauth(), url=f"https://{HOST}{quote(REST)}"), target=REST, how="encoded again")
case("wrong-path", base(oauth(), url=f"https://{HOST}/record/v1/customer"), target="/services/rest/record/v1/customer", how="a proxy adds a prefix")
case("wrong-method", base(method="GET"))
case("wrong-method", base(method="PUT"))
case("wrong-method", base(method="post"), how="in lower case")

# Body.
FORM = "name=J%C3%BCrgen+M&note=a%26b&code=7"
case("form-body-not-signed", base(), form=FORM)
case("form-body-not-signed", base(oauth() + decoded(QUERY) + decoded("name=J%C3%BCrgen+M&code=7")), form=FORM, how="one field of it")
members = [("name", "Jürgen"), ("count", "7"), ("tags", "a"), ("tags", "b"), ("open", "true")]
case("body-signed", base(oauth() + decoded(QUERY) + members),
     body='{"name": "Jürgen", "count": 7, "tags": ["a", "b"], "open": true}', how="its members")
case("body-signed", base(oauth() + decoded(QUERY) + [('{"name":"x"}', "")]), body='{"name":"x"}', how="the whole of it, as a name")

# The header.
case("realm-signed", base(oauth() + decoded(QUERY) + [("realm", "123456")]))
case("signature-signed", base(oauth() + decoded(QUERY) + [("oauth_signature", "")]))

# Encoding.
PLUS = "script=6&deploy=1&q=a+b"
pairs = oauth() + decoded(PLUS)
case("plus-for-space", base(listed=join(sorted((quote_plus(n, safe="~"), quote_plus(v, safe="~")) for n, v in pairs))),
     target=f"{PATH}?{PLUS}", how="as encoding")
case("plus-for-space", base(oauth() + [("script", "6"), ("deploy", "1"), ("q", "a+b")]), target=f"{PATH}?{PLUS}", how="taken literally")
case("double-encoded", base(oauth() + undecoded(QUERY)), how="not decoded")
case("double-encoded", base(oauth() + [(n, enc(v)) for n, v in decoded("script=6&deploy=1&q=a+b")]), target=f"{PATH}?script=6&deploy=1&q=a+b", how="encoded twice")
NAMES = "filter%5Bname%5D=x&script=6"
case("names-double-encoded", base(oauth() + undecoded(NAMES)), target=f"{PATH}?{NAMES}", how="not decoded")
RAW_NAMES = "filter[name]=x&script=6"
case("names-double-encoded", base(oauth() + [(enc(n), v) for n, v in decoded(RAW_NAMES)]), target=f"{PATH}?{RAW_NAMES}", how="encoded twice")
case("not-encoded", base(listed=join(sorted((enc(n), v) for n, v in oauth() + decoded(QUERY)))), how="values")
case("not-encoded", base(listed=join(sorted((n, v) for n, v in oauth() + decoded(NAMES)))), target=f"{PATH}?{NAMES}", how="names and values")
low = join(sorted((lower(n), lower(v)) for n, v in oauth() + decoded(QUERY)))
case("lowercase-percent-hex", base(listed=low, outer=lower), how="everywhere, as .NET's HttpUtility.UrlEncode")
case("lowercase-percent-hex", base(listed=low), how="in the list only")
case("lowercase-percent-hex", base(outer=lower), how="outside of the list only")
TILDE = "script=6&deploy=1&user=~me"
tilde = lambda text: enc(text).replace("~", "%7E")
listed = join(sorted((tilde(n), tilde(v)) for n, v in oauth() + decoded(TILDE)))
case("unreserved-encoded", base(listed=listed, outer=tilde), target=f"{PATH}?{TILDE}", how="everywhere")
case("unreserved-encoded", base(listed=listed), target=f"{PATH}?{TILDE}", how="in the list only")
MARKS = "script=6&deploy=1&q=it's%20(a)%20*!"
component = lambda text: quote(text, safe="~!'()*")
case("reserved-left-raw", base(listed=join(sorted((component(n), component(v)) for n, v in oauth() + decoded(MARKS)))),
     target=f"{PATH}?{MARKS}", how="in the list, as encodeURIComponent")
case("reserved-left-raw", base(listed=join(sorted((component(n), component(v)) for n, v in oauth() + decoded(MARKS))), outer=component),
     target=f"{PATH}?{MARKS}", how="everywhere, as encodeURIComponent")
uri = lambda text: quote(text, safe="~!'()*;,/?:@&=+$#")
REFERENCE = "script=6&deploy=1&to=https://a.b/c%20d"
case("reserved-left-raw", base(listed=join(sorted((uri(n), uri(v)) for n, v in oauth() + decoded(REFERENCE)))),
     target=f"{PATH}?{REFERENCE}", how="as encodeURI")

# Order and repetition.
encoded = [(enc(n), enc(v)) for n, v in decoded(QUERY)]
header = [(enc(n), enc(v)) for n, v in oauth()]
case("parameters-unsorted", base(listed=join(header + encoded)), how="header, then query, as they came")
case("parameters-unsorted", base(listed=join(encoded + header)), how="query, then header, as they came")
case("parameters-unsorted", base(listed=join(sorted(header) + sorted(encoded))), how="each sorted")
case("parameters-unsorted", base(listed=join(sorted(encoded) + sorted(header))), how="each sorted, the query first")
TWICE = "id=9&id=10&script=6"
case("parameters-unsorted", base(listed=join(sorted([(enc(n), enc(v)) for n, v in oauth() + decoded(TWICE)], key=lambda p: p[0]))),
     target=f"{PATH}?{TWICE}", how="values of one name left as they came")
MIXED = "a[b]=1&aZ=2&script=6"  # [ becomes %5B, which comes before Z; raw it comes after
case("sorted-before-encoding", base(listed=join((enc(n), enc(v)) for n, v in sorted(oauth() + decoded(MIXED)))), target=f"{PATH}?{MIXED}")
JOINED = "id=1&id2=2&script=6"  # "id2=" comes before "id="
case("pairs-sorted-joined", base(listed="&".join(sorted(f"{enc(n)}={enc(v)}" for n, v in oauth() + decoded(JOINED)))), target=f"{PATH}?{JOINED}")
case("duplicates-collapsed", base(oauth() + [("id", "10"), ("script", "6")]), target=f"{PATH}?{TWICE}", how="the last value")
case("duplicates-collapsed", base(oauth() + [("id", "9"), ("script", "6")]), target=f"{PATH}?{TWICE}", how="the first value")
case("duplicates-collapsed", base(oauth() + [("id", "9,10"), ("script", "6")]), target=f"{PATH}?{TWICE}", how="joined by a comma")
case("duplicates-renamed", base(oauth() + [("id[0]", "9"), ("id[1]", "10"), ("script", "6")]), target=f"{PATH}?{TWICE}", how="numbered")
case("duplicates-renamed", base(oauth() + [("id[]", "9"), ("id[]", "10"), ("script", "6")]), target=f"{PATH}?{TWICE}", how="empty brackets")
CUT = "script=6&q=a%3Db%3Dc"
case("value-cut", base(oauth() + [("script", "6"), ("q", "a")]), target=f"{PATH}?{CUT}", how="as Oracle's restletBaseString")
EMPTY = "script=6&deploy=1&q="
case("empty-parameters-dropped", base(oauth() + [("script", "6"), ("deploy", "1")]), target=f"{PATH}?{EMPTY}")

# The wire.
milliseconds = oauth(timestamp="1508242306000")
text = base(milliseconds + decoded(QUERY))
case("timestamp-milliseconds", text, header=milliseconds)
short = oauth(nonce="abcde")
case("nonce-too-short", base(short + decoded(QUERY)), header=short)
case("account-form", base(), realm="123456-sb1")
case("account-form", base(), realm="123456_sb1")

# Two at once.
case("query-not-signed+wrong-method", base(oauth(), method="GET"))
case("signature-method-sha1+query-not-signed", base(oauth()), b64(digest(base(oauth()), kind=hashlib.sha1)))
case("hex-digest+wrong-scheme", base(url=f"http://{HOST}{PATH}"), digest(base(url=f"http://{HOST}{PATH}")).hex())
case("wrong-scheme+parameters-unsorted", base(url=f"http://{HOST}{PATH}", listed=join(header + encoded)))
case("secrets-swapped+wrong-host", base(url=f"https://rest.netsuite.com{PATH}"),
     b64(digest(base(url=f"https://rest.netsuite.com{PATH}"), f"{TOKEN}&{CONSUMER}")))
case("token-secret-missing+double-encoded", base(oauth() + undecoded(QUERY)), b64(digest(base(oauth() + undecoded(QUERY)), f"{CONSUMER}&")))
case("realm-signed+wrong-path", base(oauth() + decoded(QUERY) + [("realm", "123456")], url=f"https://{HOST}{PATH}/"))
case("form-body-not-signed+secret-whitespace", base(), key(CONSUMER, TOKEN + "%0A"), form=FORM)
case("timestamp-milliseconds+query-not-signed",
     base(milliseconds), header=milliseconds)

print(json.dumps({
    "about": "Wrong signatures of one mistake or two each. Published example keys of Oracle's documentation; they open nothing.",
    "consumer_secret": CONSUMER, "token_secret": TOKEN,
    "earlier_consumer_secret": CONSUMER[::-1], "other_token_secret": TOKEN[::-1],
    "candidate_hosts": ["10.0.0.7:9443"],
    "cases": CASES,
}, indent=1, ensure_ascii=False))
