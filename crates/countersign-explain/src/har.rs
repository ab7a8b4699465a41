//! A request from a HAR file, as browsers and proxies save it.
//!
//! Belongs here: choosing the entry. Does not: answers, which are not read at all.

use anyhow::{Context, bail, ensure};
use countersign_client::Address;
use countersign_signing::{is_form, percent, visible};
use serde::Deserialize;

use super::received::{Received, is_oauth};
use super::{soap, time};

/// Entries that a sentence lists.
const LISTED: usize = 8;

#[derive(Deserialize)]
struct Archive {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    started_date_time: Option<String>,
    request: Request,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Pair>,
    post_data: Option<PostData>,
}

#[derive(Deserialize)]
struct Pair {
    name: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PostData {
    #[serde(default)]
    mime_type: String,
    text: Option<String>,
    #[serde(default)]
    params: Vec<Pair>,
}

/// Reads the entry of this number, from 1 on; without one, the only entry that is signed.
///
/// # Errors
/// It is no HAR file, or which entry is meant can't be told: a sentence that says what to do.
pub fn read(text: &[u8], number: Option<usize>) -> anyhow::Result<Received> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    // What the parser says is about places, and quotes nothing.
    let archive: Archive = serde_json::from_slice(text)
        .map_err(|fault| anyhow::anyhow!("{}", place(&fault)))
        .context("this is not a HAR file")?;
    let entries = archive.log.entries;
    ensure!(!entries.is_empty(), "the HAR file has no entries: record while the request is sent");
    if let Some(number) = number {
        let entry = number.checked_sub(1).and_then(|index| entries.get(index));
        let entry = entry.with_context(|| {
            format!("there is no entry {number}: they are numbered from 1 to {}", entries.len())
        })?;
        return entry.received();
    }
    let signed: Vec<(usize, &Entry)> =
        entries.iter().enumerate().filter(|(_, entry)| entry.request.is_signed()).collect();
    match signed[..] {
        [(_, entry)] => entry.received(),
        [] => bail!(
            "none of the {} entries has a header `Authorization: OAuth ...`, or a tokenPassport \
             in a SOAP envelope: browsers leave headers out unless you export \"with sensitive \
             data\", so save the file that way, or give the request by --request FILE",
            entries.len()
        ),
        _ => bail!(
            "{} entries are signed: choose one with --entry N\n{}",
            signed.len(),
            list(&signed)
        ),
    }
}

fn place(fault: &serde_json::Error) -> String {
    let (line, column) = (fault.line(), fault.column());
    if fault.is_data() {
        format!("it is JSON without what a HAR file has, at line {line} column {column}")
    } else {
        format!("it is not JSON from line {line} column {column} on")
    }
}

fn list(signed: &[(usize, &Entry)]) -> String {
    let line = |(index, entry): &(usize, &Entry)| {
        let Request { method, url, .. } = &entry.request;
        let url = url.split('?').next().unwrap_or_default();
        let at = entry.started_date_time.as_deref().unwrap_or_default();
        visible(&format!("  {}  {at}  {method} {url}", index + 1))
    };
    let mut lines: Vec<String> = signed.iter().take(LISTED).map(line).collect();
    if signed.len() > LISTED {
        lines.push(format!("  and {} more", signed.len() - LISTED));
    }
    lines.join("\n")
}

impl Request {
    fn is_signed(&self) -> bool {
        let mut named =
            self.headers.iter().filter(|it| it.name.eq_ignore_ascii_case("authorization"));
        let has_header = named.any(|it| is_oauth(it.value.trim().as_bytes()));
        let body = self.post_data.as_ref().and_then(|data| data.text.as_deref());
        has_header || body.is_some_and(|body| soap::has_passport(body.as_bytes()))
    }
}

impl Entry {
    fn received(&self) -> anyhow::Result<Received> {
        let request = &self.request;
        let address = Address::parse(&request.url).context("the URL of the entry can't be used")?;
        // Those of HTTP/2 that begin with a colon say what method and URL say.
        let headers = request.headers.iter().filter(|it| !it.name.starts_with(':'));
        let headers = headers.map(|it| (it.name.clone(), it.value.clone().into_bytes()));
        let mut received = Received::to(request.method.clone(), &address, headers.collect());
        received.at = self.started_date_time.as_deref().and_then(|at| time::parse(at).ok());
        if let Some(data) = &request.post_data {
            if received.values("content-type").next().is_none() && !data.mime_type.is_empty() {
                let kind = data.mime_type.clone().into_bytes();
                received.headers.push(("Content-Type".to_owned(), kind));
            }
            received.body = data.bytes();
        }
        Ok(received)
    }
}

impl PostData {
    fn bytes(&self) -> Vec<u8> {
        match &self.text {
            Some(text) if !text.is_empty() => text.clone().into_bytes(),
            _ if is_form(self.mime_type.as_bytes()) => {
                let encode = |text: &str| percent::encode(text.as_bytes());
                let pairs = self.params.iter();
                let pairs = pairs.map(|it| format!("{}={}", encode(&it.name), encode(&it.value)));
                pairs.collect::<Vec<_>>().join("&").into_bytes()
            }
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn entry(url: &str, authorization: Option<&str>) -> Value {
        let headers = match authorization {
            Some(value) => json!([{"name": ":path", "value": "/"},
                {"name": "authorization", "value": value}]),
            None => json!([]),
        };
        json!({
            "startedDateTime": "2026-01-02T03:04:05.678+01:00",
            "request": {"method": "GET", "url": url, "headers": headers},
            "response": {"content": {"text": "ignored"}},
        })
    }

    fn read(entries: &[Value], number: Option<usize>) -> anyhow::Result<Received> {
        let archive = json!({"log": {"version": "1.2", "entries": entries}});
        super::read(archive.to_string().as_bytes(), number)
    }

    #[test]
    fn the_only_signed_entry_is_read_with_its_time() {
        let entries =
            [entry("https://a.b/", None), entry("https://c.d/x?y=1#z", Some("OAuth a=\"b\""))];
        let received = read(&entries, None).unwrap();
        assert_eq!((&*received.authority, &*received.target), ("c.d", "/x?y=1"));
        assert_eq!(received.at, Some(1_767_319_445));
        assert_eq!(received.headers.len(), 1);
        assert_eq!(read(&entries, Some(1)).unwrap().authority, "a.b");
    }

    #[test]
    fn an_envelope_with_a_passport_is_signed() {
        let mut soap = entry("https://a.b/services/NetSuitePort_2020_2", None);
        soap["request"]["postData"] = json!({"mimeType": "text/xml",
            "text": "<a:Envelope><a:Header><tokenPassport/></a:Header></a:Envelope>"});
        let mut other = entry("https://c.d/", None);
        other["request"]["postData"] = json!({"mimeType": "text/xml", "text": "<tokenPassport/>"});
        assert_eq!(read(&[other, soap], None).unwrap().authority, "a.b");
    }

    #[test]
    fn a_form_is_taken_from_its_text_or_its_fields() {
        let data = json!({"mimeType": "application/x-www-form-urlencoded; charset=UTF-8",
            "params": [{"name": "a b", "value": "ü"}, {"name": "c"}]});
        let mut entry = entry("https://a.b/", Some("OAuth x"));
        entry["request"]["postData"] = data;
        let received = read(&[entry.clone()], None).unwrap();
        assert_eq!(received.request().form, Some(&b"a%20b=%C3%BC&c="[..]));
        entry["request"]["postData"]["text"] = json!("a+b=1");
        assert_eq!(read(&[entry], None).unwrap().body, b"a+b=1");
    }

    #[test]
    fn what_can_not_be_chosen_is_told_with_what_to_do() {
        let bearer = entry("https://a.b/", Some("Bearer x"));
        let signed = entry("https://a.b/?secret=1", Some("OAuth x"));
        for (entries, number, words) in [
            (vec![], None, "has no entries: record while"),
            (vec![bearer], None, "none of the 1 entries has a header `Authorization: OAuth ...`"),
            (vec![signed.clone(), signed.clone()], None, "choose one with --entry N\n  1  2026"),
            (vec![signed.clone()], Some(2), "numbered from 1 to 1"),
            (vec![signed], Some(0), "numbered from 1 to 1"),
        ] {
            let fault = format!("{:#}", read(&entries, number).unwrap_err());
            assert!(fault.contains(words) && !fault.contains("secret"), "{fault}");
        }
        for text in ["canary", "{\"log\": {}}", "[]"] {
            let fault = format!("{:#}", super::read(text.as_bytes(), None).unwrap_err());
            assert!(fault.starts_with("this is not a HAR file: it is"), "{fault}");
            assert!(!fault.contains("canary"), "{fault}");
        }
    }
}
