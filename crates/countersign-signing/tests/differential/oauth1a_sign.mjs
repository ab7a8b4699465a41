// Signs requests with the npm package oauth-1.0a: JSON lines in, JSON lines out, in the same order.
// Same fields as oauthlib_sign.py. The package takes a form as decoded names and values.

import { createHmac } from "node:crypto";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(`${process.env.COUNTERSIGN_CLIENTS}/`);
const OAuth = require("oauth-1.0a");

function formData(form) {
  const data = {};
  // A question mark in front is cut off, so one is given to cut.
  for (const [name, value] of new URLSearchParams(`?${form}`)) {
    (data[name] ??= []).push(value);
  }
  return data;
}

function signed(item) {
  const oauth = OAuth({
    consumer: { key: item.consumer_key, secret: item.consumer_secret },
    realm: item.realm ?? undefined,
    signature_method: "HMAC-SHA256",
    hash_function: (base, key) => createHmac("sha256", key).update(base).digest("base64"),
  });
  oauth.getNonce = () => item.nonce;
  oauth.getTimeStamp = () => item.timestamp;
  let base_string;
  const build = oauth.getBaseString.bind(oauth);
  oauth.getBaseString = (...parts) => (base_string = build(...parts));
  const request = { method: item.method, url: item.url, data: formData(item.form ?? "") };
  const token = item.token === null ? undefined : { key: item.token, secret: item.token_secret };
  const data = oauth.authorize(request, token);
  return {
    header: oauth.toHeader(data).Authorization,
    base_string,
    signature: data.oauth_signature,
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = signed(JSON.parse(line));
  } catch (fault) {
    answer = { error: String(fault) };
  }
  console.log(JSON.stringify(answer));
}
