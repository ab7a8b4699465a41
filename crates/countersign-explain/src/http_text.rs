//! A request as HTTP/1.1 writes it: from a log, a proxy, `curl -v`.
//!
//! Belongs here: head and body. Does not: judging it as a server would; a copy may have lost line
//! ends, and HTTP/2 shows its requests in this form, too.

use anyhow::{Context, bail, ensure};
use countersign_client::Address;
use countersign_signing::Scheme;
use httparse::{EMPTY_HEADER, Status};

use super::received::Received;

/// More than any client sends.
const MOST_HEADERS: usize = 200;

/// Reads a request. `scheme` is the one that the client used: the text does not say.
///
/// # Errors
/// It is no request: a sentence that says what to change.
pub fn read(text: &[u8], scheme: Scheme) -> anyhow::Result<Received> {
    ensure!(!text.trim_ascii().starts_with(b"curl "), "this is a curl line: give it by --curl -");
    let text = tidied(text);
    let mut headers = [EMPTY_HEADER; MOST_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    let parsed = request.parse(&text).map_err(|fault| match fault {
        httparse::Error::TooManyHeaders => {
            anyhow::anyhow!("the request has more than {MOST_HEADERS} headers")
        }
        fault => anyhow::anyhow!(
            "this is not an HTTP request ({fault}): it has to begin with a line such as `GET \
             /path?query HTTP/1.1`, then one header a line, then an empty line and the body"
        ),
    })?;
    let Status::Complete(length) = parsed else {
        bail!("the request ends within its head: end it with an empty line");
    };
    let (method, target) = (request.method.unwrap_or_default(), request.path.unwrap_or_default());
    let headers: Vec<(String, Vec<u8>)> =
        request.headers.iter().map(|it| (it.name.to_owned(), it.value.to_vec())).collect();
    let hosts = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("host")).count();
    ensure!(
        hosts <= 1,
        "the request has {hosts} Host lines, and a server takes one only, whatever the signature: \
         give it with the one that the client signed"
    );
    let mut received = received(method, target, headers, scheme)?;
    received.body = body(&received, &text[length..])?;
    Ok(received)
}

fn received(
    method: &str,
    target: &str,
    headers: Vec<(String, Vec<u8>)>,
    scheme: Scheme,
) -> anyhow::Result<Received> {
    if target.contains("://") && !target.starts_with('/') {
        let address = Address::parse(target).context("the URL in the first line can't be used")?;
        let mut received = Received::to(method.to_owned(), &address, headers);
        // RFC 9112 section 3.2.2: a Host line beside it does not count.
        received.authority = address.authority().to_owned();
        return Ok(received);
    }
    ensure!(
        target.starts_with('/'),
        "the first line has no path: it has to be like `GET /path?query HTTP/1.1`"
    );
    let host = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host"));
    let (_, host) = host.context("the request has no Host line: add the host that was called")?;
    let host = String::from_utf8_lossy(host).trim().to_owned();
    Ok(Received {
        method: method.to_owned(),
        scheme,
        authority: host,
        target: target.to_owned(),
        headers,
        body: Vec::new(),
        at: None,
        notes: Vec::new(),
    })
}

/// Undoes what copying does: marks of `curl -v`, another version, a missing empty line.
fn tidied(text: &[u8]) -> Vec<u8> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let mut lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    let is_blank = |line: &&[u8]| line.trim_ascii().is_empty();
    let blank = lines.iter().take_while(|line| is_blank(line)).count();
    lines.drain(..blank);
    if lines.first().is_some_and(|line| line.starts_with(b"> ")) {
        lines = lines.into_iter().map_while(|line| line.strip_prefix(b">")).collect();
        lines = lines.into_iter().map(|line| line.strip_prefix(b" ").unwrap_or(line)).collect();
    }
    let is_whole = lines.iter().rev().skip(1).any(is_blank);
    let first = lines.first().map(|line| line.trim_ascii()).unwrap_or_default();
    let has_version = first.windows(6).any(|it| it == b" HTTP/");
    let cut = first.iter().rposition(|byte| *byte == b' ').filter(|_| has_version);
    let first = [&first[..cut.unwrap_or(first.len())], b" HTTP/1.1"].concat();
    if let Some(line) = lines.first_mut() {
        *line = &first;
    }
    let mut tidied = lines.join(&b'\n');
    if !is_whole {
        tidied.extend_from_slice(b"\r\n\r\n");
    }
    tidied
}

/// As long as the head says; without a word about it, all but the line end that an editor adds.
fn body(received: &Received, rest: &[u8]) -> anyhow::Result<Vec<u8>> {
    let is_chunked = received.values("transfer-encoding").any(|it| it.ends_with(b"chunked"));
    if is_chunked {
        return unchunked(rest);
    }
    let length = received.text("content-length").and_then(|text| text.parse::<usize>().ok());
    Ok(match length {
        Some(length) => rest[..length.min(rest.len())].to_vec(),
        None => {
            let rest = rest.strip_suffix(b"\n").unwrap_or(rest);
            rest.strip_suffix(b"\r").unwrap_or(rest).to_vec()
        }
    })
}

fn unchunked(mut rest: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let Some((length, after)) = chunk_size(rest) else {
            // Tools show the content of chunks more often than the chunks.
            return if body.is_empty() { Ok(rest.to_vec()) } else { bail!(BROKEN_CHUNKS) };
        };
        if length == 0 {
            return Ok(body);
        }
        body.extend_from_slice(after.get(..length).context(BROKEN_CHUNKS)?);
        let after = &after[length..];
        let after = after.strip_prefix(b"\r").unwrap_or(after);
        rest = after.strip_prefix(b"\n").context(BROKEN_CHUNKS)?;
    }
}

/// The size of the first chunk, and what follows its line.
fn chunk_size(text: &[u8]) -> Option<(usize, &[u8])> {
    let end = text.iter().position(|byte| *byte == b'\n')?;
    let digits = text[..end].split(|byte| *byte == b';').next()?.trim_ascii();
    let size = usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    Some((size, &text[end + 1..]))
}

const BROKEN_CHUNKS: &str = "the chunks of the body do not fit together: write the body as it is, \
                             with a Content-Length line instead of Transfer-Encoding";

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let it = read(text.as_bytes(), Scheme::Https).unwrap();
        let body = String::from_utf8(it.body.clone()).unwrap();
        let (scheme, host) = (it.scheme.as_str(), &it.authority);
        format!("{} {scheme}://{host}{} {body:?} {}", it.method, it.target, it.headers.len())
    }

    #[test]
    fn a_request_is_read_however_it_was_copied() {
        for (text, expected) in [
            ("GET /x?y=1 HTTP/1.1\r\nHost: a.b\r\n\r\n", "GET https://a.b/x?y=1 \"\" 1"),
            ("GET /x HTTP/1.1\nHost: a.b:8\nA: b\n\n", "GET https://a.b:8/x \"\" 2"),
            ("\nGET /x HTTP/2\nhost: a.b\n", "GET https://a.b/x \"\" 1"),
            ("GET /x\nHost: a.b", "GET https://a.b/x \"\" 1"),
            ("GET http://c.d/x HTTP/1.1\nHost: a.b\n\n", "GET http://c.d/x \"\" 1"),
            ("> GET /x HTTP/1.1\n> Host: a.b\n> \n< HTTP/1.1 401\n", "GET https://a.b/x \"\" 1"),
            ("POST / HTTP/1.1\nHost: a.b\n\nx=1\n", "POST https://a.b/ \"x=1\" 1"),
            (
                "POST / HTTP/1.1\nHost: a.b\nContent-Length: 4\n\nx=1\n\n",
                "POST https://a.b/ \"x=1\\n\" 2",
            ),
            (
                "POST / HTTP/1.1\r\nHost: a.b\r\nTransfer-Encoding: chunked\r\n\r\n\
                 2\r\nx=\r\n1;e\r\n1\r\n0\r\n\r\n",
                "POST https://a.b/ \"x=1\" 2",
            ),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_request_is_refused_with_what_to_do() {
        for (text, words) in [
            ("{\"a\": 1}", "has to begin with a line such as `GET /path?query HTTP/1.1`"),
            ("curl https://a.b/", "give it by --curl -"),
            ("GET ftp://a.b/ HTTP/1.1\n\n", "the URL in the first line can't be used"),
            ("GET x HTTP/1.1\nHost: a.b\n\n", "the first line has no path"),
            ("GET /x HTTP/1.1\nA: b\n\n", "has no Host line: add the host that was called"),
            (
                "GET /x HTTP/1.1\nHost: a.b\nhost: c.d\n\n",
                "has 2 Host lines, and a server takes one",
            ),
            ("GET http://a.b/ HTTP/1.1\nHost: a.b\nHost: a.b\n\n", "has 2 Host lines"),
            ("GET /x HTTP/1.1\nHost: a.b\nTransfer-Encoding: chunked\n\n2\nx=\n9\n", "do not fit"),
        ] {
            let fault = read(text.as_bytes(), Scheme::Https).map(|_| ()).unwrap_err();
            let fault = format!("{fault:#}");
            assert!(fault.contains(words), "{text}: {fault}");
        }
        let many = format!("GET / HTTP/1.1\n{}\n", "A: b\n".repeat(300));
        let fault = read(many.as_bytes(), Scheme::Https).unwrap_err().to_string();
        assert!(fault.contains("more than 200 headers"), "{fault}");
    }
}
