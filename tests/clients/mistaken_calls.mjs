// Calls with one mistake each: the npm package oauth-1.0a where it signs wrongly itself, and in the wrong hands.
// JSON lines in, JSON lines out, each answered before the next; same fields as mistaken_calls.py.

import { createHmac } from "node:crypto";
import http from "node:http";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(`${process.env.COUNTERSIGN_CLIENTS}/`);
const OAuth = require("oauth-1.0a");

const PATH = "/services/rest/record/v1/customer";

function header(item, what, changes = {}) {
  const oauth = OAuth({
    consumer: { key: item.consumer_key, secret: item.consumer_secret },
    realm: item.account,
    signature_method: "HMAC-SHA256",
    hash_function: (base, key) => createHmac("sha256", key).update(base).digest("base64"),
    ...changes,
  });
  const token = { key: item.token_id, secret: item.token_secret };
  return oauth.toHeader(oauth.authorize(what, token));
}

function send({ url, method, headers, body }) {
  return new Promise((resolve, reject) => {
    const call = http.request(url, { method, headers, agent: false }, async (answer) => {
      let text = "";
      for await (const chunk of answer.setEncoding("utf8")) text += chunk;
      resolve({ status: answer.statusCode, headers: answer.headers, body: text });
    });
    call.on("error", reject);
    call.end(body);
  });
}

function get(item, query, changes) {
  const what = { url: `${item.base_url}${PATH}?${query}`, method: "GET" };
  return send({ ...what, headers: header(item, what, changes) });
}

function post(item, data, type, body) {
  const what = { url: item.base_url + PATH, method: "POST", data };
  const headers = { ...header(item, what), "Content-Type": type };
  return send({ ...what, headers, body });
}

const digest = (form) => (base, key) => createHmac("sha256", key).update(base).digest(form);

const MISTAKES = {
  // What the package does by itself.
  plus_in_the_query: (item) => get(item, "q=a+b"),
  names_with_brackets: (item) => get(item, "filter%5Bname%5D=x"),
  equals_signs: (item) => get(item, "q=a=b=c"),
  // What its users do.
  hex: (item) => get(item, "limit=10", { hash_function: digest("hex") }),
  base64url: (item) => get(item, "limit=10", { hash_function: digest("base64url") }),
  sha1: (item) =>
    get(item, "limit=10", {
      hash_function: (base, key) => createHmac("sha1", key).update(base).digest("base64"),
    }),
  ampersand: (item) =>
    get(item, "limit=10", {
      hash_function: (base, key) =>
        createHmac("sha256", key.replace("&", "")).update(base).digest("base64"),
    }),
  json_as_data: (item) => {
    const data = { companyName: "Ann", isPerson: false };
    return post(item, data, "application/json", JSON.stringify(data));
  },
  json_with_a_list: (item) => {
    const data = { ids: [2, 10], memo: "it's (new)!" };
    return post(item, data, "application/json", JSON.stringify(data));
  },
  form_without_data: (item) =>
    post(item, undefined, "application/x-www-form-urlencoded", "name=Ann"),
  // A retry with the header of the first attempt.
  header_used_twice: async (item) => {
    const what = { url: `${item.base_url}${PATH}?limit=10`, method: "GET" };
    const headers = header(item, what);
    const first = await send({ ...what, headers });
    if (first.status !== 200) throw new Error(first.body);
    return send({ ...what, headers });
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const item = JSON.parse(line);
    answer = await MISTAKES[item.mistake](item);
  } catch (fault) {
    answer = { error: String(fault) };
  }
  console.log(JSON.stringify(answer));
}
