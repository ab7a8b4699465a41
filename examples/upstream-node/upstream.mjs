// An upstream behind Countersign: it believes a signed assertion, and no header of anybody.
//
// `whoActs` is what there is to copy. Settings come from the environment, see README.md.

import { createServer } from "node:http";

import { createRemoteJWKSet, jwtVerify } from "jose";

const { COUNTERSIGN_JWKS_URL, COUNTERSIGN_ISSUER, COUNTERSIGN_AUDIENCE, LISTEN } = process.env;

// Looked at again for a key that is not among them, but not more often than every five seconds.
const keys = createRemoteJWKSet(new URL(COUNTERSIGN_JWKS_URL), {
  cacheMaxAge: 5 * 60 * 1000,
  cooldownDuration: 5 * 1000,
  timeoutDuration: 5 * 1000,
});

/** The claims of a good assertion; throws for any other. */
async function whoActs(token) {
  const { payload } = await jwtVerify(token, keys, {
    algorithms: ["EdDSA"], // never what the token asks for
    typ: "countersign-assertion+jwt",
    issuer: COUNTERSIGN_ISSUER,
    audience: COUNTERSIGN_AUDIENCE,
    requiredClaims: ["sub", "iat", "exp"],
    clockTolerance: 5, // seconds that the two clocks may be apart
    maxTokenAge: 60,
  });
  return payload;
}

function answer(response, status, content) {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(content));
}

const server = createServer(async (request, response) => {
  try {
    const sent = request.headersDistinct["countersign-assertion"] ?? [];
    if (sent.length !== 1) throw new Error("there is no assertion, or more than one");
    // Here an API would look whether `permissions` allow what is asked for.
    answer(response, 200, { who: await whoActs(sent[0]) });
  } catch (error) {
    answer(response, 401, { error: error.message });
  }
});

const at = LISTEN.lastIndexOf(":");
server.listen(Number(LISTEN.slice(at + 1)), LISTEN.slice(0, at), () => {
  const { address, port } = server.address();
  console.log(`listening on http://${address}:${port}`);
});
