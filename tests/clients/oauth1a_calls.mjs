// Calls with the npm package oauth-1.0a and node's own clients: JSON lines in, JSON lines out, each answered before the next.
// Same fields as requests_oauthlib_calls.py, and transport ("fetch" or "http"). Query parameters are encoded with
// encodeURIComponent, as the package's users do; a form is given to it as names and values.

import { createHmac } from "node:crypto";
import http from "node:http";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(`${process.env.COUNTERSIGN_CLIENTS}/`);
const OAuth = require("oauth-1.0a");

function url(item) {
  const pairs = item.pairs ?? [];
  const query = pairs.map((pair) => pair.map(encodeURIComponent).join("=")).join("&");
  return query ? `${item.url}?${query}` : item.url;
}

function formData(pairs) {
  const data = {};
  for (const [name, value] of pairs ?? []) {
    data[name] = name in data ? [data[name], value].flat() : value;
  }
  return data;
}

function request(item) {
  const oauth = OAuth({
    consumer: { key: item.consumer_key, secret: item.consumer_secret },
    realm: item.account,
    signature_method: "HMAC-SHA256",
    hash_function: (base, key) => createHmac("sha256", key).update(base).digest("base64"),
  });
  const token = { key: item.token_id, secret: item.token_secret };
  const what = { method: item.method, url: url(item), data: formData(item.form) };
  const headers = { ...oauth.toHeader(oauth.authorize(what, token)) };
  let body = null;
  if (item.form !== null) {
    headers["Content-Type"] = "application/x-www-form-urlencoded";
    body = new URLSearchParams(item.form).toString();
  } else if (item.json !== null) {
    headers["Content-Type"] = "application/json";
    body = item.json;
  }
  return { url: what.url, method: item.method, headers, body };
}

async function viaFetch({ url, method, headers, body }) {
  const answer = await fetch(url, { method, headers, body, redirect: "manual" });
  const entries = Object.fromEntries(answer.headers);
  return { status: answer.status, headers: entries, body: await answer.text(), sent: body };
}

function viaHttp({ url, method, headers, body }) {
  return new Promise((resolve, reject) => {
    const call = http.request(url, { method, headers, agent: false }, async (answer) => {
      let text = "";
      for await (const chunk of answer.setEncoding("utf8")) text += chunk;
      resolve({ status: answer.statusCode, headers: answer.headers, body: text, sent: body });
    });
    call.on("error", reject);
    call.end(body ?? undefined);
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const item = JSON.parse(line);
    answer = await (item.transport === "fetch" ? viaFetch : viaHttp)(request(item));
  } catch (fault) {
    answer = { error: String(fault) };
  }
  console.log(JSON.stringify(answer));
}
