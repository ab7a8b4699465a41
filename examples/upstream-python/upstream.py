"""An upstream behind Countersign: it believes a signed assertion, and no header of anybody.

`Keys` and `who_acts` are what there is to copy. Settings come from the environment, see README.md.
"""

import json
import os
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt

KEPT = 5 * 60  # seconds; as Cache-Control of the keys says
PAUSE = 5  # seconds between two looks for a key that is unknown
LEEWAY = 5  # seconds that the two clocks may be apart


class Keys:
    """The published keys: kept, and looked at again for one that is not among them, but not more
    often than strangers may make us. (`jwt.PyJWKClient` fetches for every unknown key.)"""

    def __init__(self, url):
        self._url = url
        self._lock = threading.Lock()
        self._by_id = {}
        self._looked = self._fetched = float("-inf")

    def find(self, key_id):
        with self._lock:
            now = time.monotonic()
            old = now - self._fetched >= KEPT
            if (old or key_id not in self._by_id) and now - self._looked >= PAUSE:
                self._looked = now
                try:
                    self._by_id = self._fetch()
                    self._fetched = now
                except (OSError, ValueError, jwt.PyJWTError):
                    # What was withdrawn meanwhile must not be believed for ever.
                    if old:
                        self._by_id = {}
            return self._by_id.get(key_id)

    def _fetch(self):
        with urllib.request.urlopen(self._url, timeout=5) as answer:
            keys = jwt.PyJWKSet.from_dict(json.load(answer)).keys
        return {key.key_id: key.key for key in keys if key.key_type == "OKP"}


def who_acts(token, keys, issuer, audience):
    """The claims of a good assertion; an exception for any other."""
    header = jwt.get_unverified_header(token)
    if header.get("typ") != "countersign-assertion+jwt":
        raise jwt.InvalidTokenError("another kind of token")
    key = keys.find(header.get("kid"))
    if key is None:
        raise jwt.InvalidKeyError("its key is not published")
    return jwt.decode(
        token,
        key,
        algorithms=["EdDSA"],  # never what the token asks for
        issuer=issuer,
        audience=audience,
        leeway=LEEWAY,
        options={"require": ["iss", "aud", "sub", "iat", "exp"], "strict_aud": True},
    )


class Upstream(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        try:
            (token,) = self.headers.get_all("Countersign-Assertion") or [""]
            claims = who_acts(token, KEYS, ISSUER, AUDIENCE)
        except (jwt.PyJWTError, ValueError) as error:
            self._answer(401, {"error": str(error)})
        else:
            # Here an API would look whether claims["permissions"] allow what is asked for.
            self._answer(200, {"who": claims})

    def _answer(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    KEYS = Keys(os.environ["COUNTERSIGN_JWKS_URL"])
    ISSUER = os.environ["COUNTERSIGN_ISSUER"]
    AUDIENCE = os.environ["COUNTERSIGN_AUDIENCE"]
    host, port = os.environ["LISTEN"].rsplit(":", 1)
    server = ThreadingHTTPServer((host, int(port)), Upstream)
    print(f"listening on http://{host}:{server.server_port}", flush=True)
    server.serve_forever()
