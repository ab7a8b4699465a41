"""Calls with one mistake each (or two), signed by hand as people do who use no library: JSON lines in, JSON lines out.

In:  mistake, base_url, account, consumer_key, consumer_secret, token_id, token_secret.
Out: status, headers, body.

`Call` signs as RFC 5849 says. A mistake is a class that does one step of it otherwise.
"""

import base64
import hashlib
import hmac
import http.client
import json
import re
import secrets
import sys
import time
from urllib.parse import parse_qs, parse_qsl, quote, quote_plus, urlsplit


def encode(text):
    return quote(text, safe="-._~")


class Call:
    method = "GET"
    path = "/services/rest/record/v1/customer"
    query = "q=a%20b&limit=10"
    form = None
    headers = ()
    # Another than the one that is called.
    host = None
    # What is signed where it is not what is sent.
    signed_method = None

    def __init__(self, case):
        self.case = case
        self.base = case["base_url"]
        self.protocol = {
            "oauth_consumer_key": case["consumer_key"],
            "oauth_token": case["token_id"],
            "oauth_signature_method": "HMAC-SHA256",
            "oauth_timestamp": str(int(time.time())),
            "oauth_nonce": secrets.token_hex(10),
            "oauth_version": "1.0",
        }

    def signed_url(self):
        return self.base + self.path

    def name(self, text):
        return encode(text)

    def value(self, text):
        return encode(text)

    def part(self, text):
        return encode(text)

    def sent(self):
        texts = [text for text in (self.query, self.form) if text]
        return [pair for text in texts for pair in parse_qsl(text, keep_blank_values=True)]

    def pairs(self):
        return [*self.protocol.items(), *self.sent()]

    def joined(self):
        encoded = [(self.name(name), self.value(value)) for name, value in self.pairs()]
        return "&".join("=".join(pair) for pair in sorted(encoded))

    def base_string(self):
        parts = (self.signed_method or self.method, self.signed_url(), self.joined())
        return "&".join(self.part(part) for part in parts)

    def key(self):
        return encode(self.case["consumer_secret"]) + "&" + encode(self.case["token_secret"])

    def digest(self):
        key, text = self.key().encode(), self.base_string().encode()
        return hmac.new(key, text, hashlib.sha256).digest()

    def written(self, digest):
        return encode(base64.b64encode(digest).decode())

    def authorization(self):
        signature = self.written(self.digest())
        pairs = [("realm", encode(self.case["account"]))]
        pairs += [(name, encode(value)) for name, value in self.protocol.items()]
        pairs += [("oauth_signature", signature)]
        return "OAuth " + ", ".join(f'{name}="{value}"' for name, value in pairs)

    def send(self, authorization):
        connection = http.client.HTTPConnection(urlsplit(self.base).netloc, timeout=30)
        target = self.path + ("?" + self.query if self.query else "")
        connection.putrequest(self.method, target, skip_host=self.host is not None)
        if self.host is not None:
            connection.putheader("Host", self.host)
        if authorization is not None:
            connection.putheader("Authorization", authorization)
        if self.form is not None:
            connection.putheader("Content-Type", "application/x-www-form-urlencoded")
            connection.putheader("Content-Length", str(len(self.form)))
        for name, value in self.headers:
            connection.putheader(name, value)
        connection.endheaders((self.form or "").encode())
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        body = answer.read().decode()
        connection.close()
        return {"status": answer.status, "headers": headers, "body": body}

    def answer(self):
        return self.send(self.authorization())


class no_mistake(Call):
    pass


class a_restlet(Call):
    path = "/app/site/hosting/restlet.nl"
    query = "script=1&deploy=1"


# The digest and how it is written.


class hex_digest(Call):
    def written(self, digest):
        return digest.hex()


class base64url_digest(Call):
    def written(self, digest):
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


class signature_not_encoded(Call):
    def written(self, digest):
        # Read once more as a form is, which makes a blank of each +.
        return base64.b64encode(digest).decode().replace("+", " ")

    def answer(self):
        while " " not in self.written(self.digest()):
            self.protocol["oauth_nonce"] = secrets.token_hex(10)
        return super().answer()


class sha1_digest(Call):
    def digest(self):
        return hmac.new(self.key().encode(), self.base_string().encode(), hashlib.sha1).digest()


# The secrets.


class ampersand_missing(Call):
    def key(self):
        return self.case["consumer_secret"] + self.case["token_secret"]


class secrets_swapped(Call):
    def key(self):
        return self.case["token_secret"] + "&" + self.case["consumer_secret"]


class token_secret_missing(Call):
    def key(self):
        return self.case["consumer_secret"] + "&"


class wrong_secret(Call):
    def key(self):
        return self.case["consumer_secret"] + "&" + "0" * 64


# Method and URL.


class query_in_url(Call):
    def signed_url(self):
        return f"{self.base}{self.path}?{self.query}"

    def sent(self):
        return []


class query_not_signed(Call):
    def sent(self):
        return []


class wrong_host(Call):
    def signed_url(self):
        return "http://1234567.suitetalk.api.netsuite.com" + self.path


class host_of_the_account_with_https(Call):
    def signed_url(self):
        return "https://1234567.suitetalk.api.netsuite.com" + self.path


class port_dropped(Call):
    def signed_url(self):
        return self.base.rsplit(":", 1)[0] + self.path


class wrong_path(Call):
    path = "/services/rest/record/v1/salesOrder"

    def signed_url(self):
        return self.base + self.path.lower()


class wrong_method(Call):
    signed_method = "POST"


# Parameters.


class plus_for_space(Call):
    def value(self, text):
        return quote_plus(text, safe="-._~")


class not_encoded(Call):
    def value(self, text):
        return text


class names_double_encoded(Call):
    query = "filter%5Bname%5D=x"

    def sent(self):
        pairs = [pair.split("=") for pair in self.query.split("&")]
        return [(name, value) for name, value in pairs]


class lowercase_percent_hex(Call):
    def value(self, text):
        return re.sub("%..", lambda escape: escape[0].lower(), encode(text))

    name = part = value
    query = "q=a%2Fb"


class unreserved_encoded(Call):
    query = "q=~ann"

    def value(self, text):
        return encode(text).replace("~", "%7E")


class reserved_left_raw(Call):
    query = "q=it%27s%20(new)!"

    def value(self, text):
        return quote(text, safe="-._~!'()*")

    name = part = value


class parameters_unsorted(Call):
    def joined(self):
        return "&".join(f"{encode(name)}={encode(value)}" for name, value in self.pairs())


class sorted_before_encoding(Call):
    # Encoded, the colon comes before the digit.
    query = "a%3A=1&a1=2"

    def joined(self):
        return "&".join(f"{encode(name)}={encode(value)}" for name, value in sorted(self.pairs()))


class pairs_sorted_joined(Call):
    query = "id=1&id2=2"

    def joined(self):
        return "&".join(sorted(f"{encode(name)}={encode(value)}" for name, value in self.pairs()))


class duplicates_collapsed(Call):
    query = "id=2&id=10"

    def sent(self):
        return list(dict(super().sent()).items())


class duplicates_renamed(Call):
    query = "id=2&id=10"

    def sent(self):
        lists = parse_qs(self.query)
        return [(f"{name}[{at}]", it) for name in lists for at, it in enumerate(lists[name])]


class value_cut(Call):
    query = "q=a=b=c"

    def sent(self):
        return [tuple(pair.split("=")[:2]) for pair in self.query.split("&")]


class empty_parameters_dropped(Call):
    query = "a=&b=1"

    def sent(self):
        # What parse_qsl does when it is not told otherwise.
        return parse_qsl(self.query)


class too_many_parameters(Call):
    query = "&".join(f"p{number}=1" for number in range(500))


# The body.


class form_body_not_signed(Call):
    method = "POST"
    query = None
    form = "name=Ann&city=Oslo"

    def sent(self):
        return []


class form_too_large(Call):
    method = "POST"
    form = "a=" + "1" * (1 << 20)


class form_malformed(Call):
    method = "POST"
    headers = (
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Transfer-Encoding", "chunked"),
    )

    def send(self, authorization):
        self.headers += (("Authorization", authorization),)
        connection = http.client.HTTPConnection(urlsplit(self.base).netloc, timeout=30)
        connection.putrequest(self.method, self.path)
        for name, value in self.headers:
            connection.putheader(name, value)
        connection.endheaders()
        connection.send(b"no number\r\n")
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return {"status": answer.status, "headers": headers, "body": answer.read().decode()}


class form_too_slow(Call):
    method = "POST"
    form = "a=1"

    def begin(self, announced):
        """A request whose form is sent, but for the end that is announced."""
        connection = http.client.HTTPConnection(urlsplit(self.base).netloc, timeout=60)
        connection.putrequest(self.method, self.path)
        connection.putheader("Authorization", self.authorization())
        connection.putheader("Content-Type", "application/x-www-form-urlencoded")
        connection.putheader("Content-Length", str(announced))
        connection.endheaders(self.form.encode())
        return connection

    def answer(self):
        answer = self.begin(len(self.form) + 1).getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return {"status": answer.status, "headers": headers, "body": answer.read().decode()}


class most_of_a_form(form_too_slow):
    form = "a=" + "1" * ((1 << 20) - 3)


class too_many_forms_at_once(Call):
    method = "POST"
    form = "name=Ann&city=Oslo"

    def answer(self):
        # What one address may hold, but for 8 bytes.
        held = [most_of_a_form(self.case).begin(1 << 20) for _ in range(8)]
        try:
            # They may not have arrived yet.
            for _ in range(100):
                answer = too_many_forms_at_once(self.case).send_signed()
                if answer["status"] != 200:
                    break
                time.sleep(0.05)
            return answer
        finally:
            for connection in held:
                connection.close()

    def send_signed(self):
        return self.send(self.authorization())


# The header.


class realm_signed(Call):
    def pairs(self):
        return [("realm", self.case["account"]), *super().pairs()]


class signature_signed(Call):
    def pairs(self):
        return [("oauth_signature", ""), *super().pairs()]


class header_syntax(Call):
    def authorization(self):
        return super().authorization().replace('oauth_version="1.0"', 'oauth_version="1.0')


class header_missing(Call):
    def authorization(self):
        return None


class parameter_missing(Call):
    def __init__(self, case):
        super().__init__(case)
        del self.protocol["oauth_nonce"]


class parameter_repeated(Call):
    def authorization(self):
        return super().authorization() + ', oauth_version="1.0"'


class in_two_places(Call):
    def __init__(self, case):
        super().__init__(case)
        self.query = "oauth_token=" + case["token_id"]


class version_rejected(Call):
    def __init__(self, case):
        super().__init__(case)
        self.protocol["oauth_version"] = "2.0"


class method_unsupported(Call):
    def __init__(self, case):
        super().__init__(case)
        self.protocol["oauth_signature_method"] = "HMAC_SHA256"


class host_repeated(Call):
    headers = (("Host", "example.com"),)


class page_under_another_host(Call):
    path = "/countersign/login"
    host = "countersign.example"


class page_from_another_site(Call):
    path = "/countersign/login"
    headers = (("Sec-Fetch-Site", "cross-site"),)


class realm_missing(Call):
    def authorization(self):
        return re.sub('realm="[^"]*", ', "", super().authorization())


class host_of_another_account(Call):
    account = "7654321"

    def __init__(self, case):
        super().__init__(case)
        label = (self.account or case["account"]).lower().replace("_", "-")
        self.host = f"{label}.restlets.api.localhost:{urlsplit(self.base).port}"

    def signed_url(self):
        return "http://" + self.host + self.path


class host_of_nobody(host_of_another_account, realm_missing):
    pass


class host_of_the_account(host_of_another_account, realm_missing):
    account = None


# Timestamp and nonce.


class timestamp_malformed(Call):
    def __init__(self, case):
        super().__init__(case)
        self.protocol["oauth_timestamp"] = str(time.time())


class signed_two_minutes_ago(Call):
    def __init__(self, case):
        super().__init__(case)
        self.protocol["oauth_timestamp"] = str(int(time.time()) - 120)


class nonce_too_long(Call):
    def __init__(self, case):
        super().__init__(case)
        self.protocol["oauth_nonce"] = secrets.token_hex(80)


# Two at once: each class changes its own step.


class sha1_and_no_query(sha1_digest, query_not_signed):
    pass


class hex_and_wrong_method(hex_digest, wrong_method):
    pass


class no_token_secret_and_no_query(token_secret_missing, query_not_signed):
    pass


class swapped_and_plus(secrets_swapped, plus_for_space):
    pass


class raw_letters_and_no_port(reserved_left_raw, port_dropped):
    pass


class late_and_no_query(query_not_signed):
    def __init__(self, case):
        super().__init__(case)
        self.protocol["oauth_timestamp"] = str(int(time.time()) - 7200)


for line in sys.stdin:
    question = json.loads(line)
    try:
        result = globals()[question["mistake"]](question).answer()
    except Exception as fault:
        result = {"error": f"{type(fault).__name__}: {fault}"}
    print(json.dumps(result), flush=True)
