// Calls with the npm packages netsuite-rest and nsrestlet, unmodified: JSON lines in, JSON lines out, each answered before the next.
// In: call, base_url, path, and credentials as elsewhere. Out: status, headers, body.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(`${process.env.COUNTERSIGN_CLIENTS}/`);
const NetsuiteRest = require("netsuite-rest");
const nsrestlet = require("nsrestlet");

// nsrestlet asks NetSuite for the host first, and takes the URL that it was given where nobody
// answers. Nobody does here: port 1 of the loopback stands in for the internet.
process.env.HTTPS_PROXY = "http://127.0.0.1:1";

function rest(item, options) {
  const client = new NetsuiteRest({
    consumer_key: item.consumer_key,
    consumer_secret_key: item.consumer_secret,
    token: item.token_id,
    token_secret: item.token_secret,
    realm: item.account,
    base_url: item.base_url,
  });
  return client
    .request(options)
    .then((answer) => answer, (error) => error.response ?? Promise.reject(error))
    // Of an answer that it likes the package keeps the status and the data.
    .then((it) => ({ status: it.statusCode, headers: it.headers ?? {}, body: JSON.stringify(it.data) }));
}

async function restlet(item, method, payload) {
  const account = {
    accountId: item.account,
    consumerKey: item.consumer_key,
    consumerSecret: item.consumer_secret,
    tokenKey: item.token_id,
    tokenSecret: item.token_secret,
  };
  const url = `${item.base_url}/app/site/hosting/restlet.nl?script=6&deploy=1`;
  const found = await nsrestlet.createLink(account, { url })[method](payload);
  return { status: 200, headers: {}, body: JSON.stringify(found) };
}

const CALLS = {
  rest_get: (item) => rest(item, { path: "record/v1/customer?limit=10&q=a%20b" }),
  rest_post: (item) =>
    rest(item, {
      path: "query/v1/suiteql?limit=10",
      method: "POST",
      body: '{"q": "SELECT id FROM customer"}',
    }),
  restlet_get: (item) => restlet(item, "get", { id: 12345, memo: "it's (new) & more" }),
  restlet_post: (item) => restlet(item, "post", { id: 12345, lines: [{ memo: "Zoë" }] }),
};

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const item = JSON.parse(line);
    answer = await CALLS[item.call](item);
  } catch (fault) {
    answer = { error: fault instanceof Error ? String(fault) : JSON.stringify(fault) };
  }
  console.log(JSON.stringify(answer));
}
