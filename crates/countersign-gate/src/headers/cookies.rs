//! The cookies of Countersign's own sessions: what stands in them is for Countersign alone, so no
//! upstream gets one, and none sets one.

use countersign_model::Session;
use http::header::{COOKIE, HeaderMap, HeaderName, HeaderValue, SET_COOKIE};

/// Takes ours out of `Cookie`. Of the others no byte changes.
pub(super) fn withhold(headers: &mut HeaderMap) {
    replace(headers, &COOKIE, |line| {
        let ours = |pair: &&[u8]| name(pair).is_some_and(is_ours);
        let pairs = || line.as_bytes().split(|byte| *byte == b';');
        if !pairs().any(|pair| ours(&pair)) {
            return Some(line.clone());
        }
        let others: Vec<&[u8]> = pairs().filter(|pair| !ours(pair)).collect();
        let is_something = others.iter().any(|pair| !pair.trim_ascii().is_empty());
        let rest = others.join(&b';');
        is_something.then(|| HeaderValue::from_bytes(rest.trim_ascii_start()).ok()).flatten()
    });
}

/// Drops each `Set-Cookie` of ours.
pub(super) fn refuse(headers: &mut HeaderMap) {
    replace(headers, &SET_COOKIE, |line| {
        let pair = line.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default();
        // Browsers take `=name=value` for a cookie without a name, and send its value: that reads
        // like one that has the name.
        let from = pair.iter().position(|byte| *byte != b'=' && !byte.is_ascii_whitespace());
        let is_ours = name(&pair[from.unwrap_or_default()..]).is_some_and(is_ours);
        (!is_ours).then(|| line.clone())
    });
}

fn replace(
    headers: &mut HeaderMap,
    name: &HeaderName,
    kept: impl Fn(&HeaderValue) -> Option<HeaderValue>,
) {
    let lines = headers.get_all(name);
    let rest: Vec<HeaderValue> = lines.iter().filter_map(kept).collect();
    if lines.iter().eq(&rest) {
        return;
    }
    headers.remove(name);
    for line in rest {
        headers.append(name, line);
    }
}

/// As whoever looks for a session reads it: without the blanks around it, in this case only.
fn name(pair: &[u8]) -> Option<&[u8]> {
    let end = pair.iter().position(|byte| *byte == b'=')?;
    Some(pair[..end].trim_ascii())
}

fn is_ours(name: &[u8]) -> bool {
    name == Session::COOKIE_OVER_TLS.as_bytes() || name == Session::COOKIE_ON_LOOPBACK.as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(name: &HeaderName, lines: &[&[u8]], step: fn(&mut HeaderMap)) -> Vec<Vec<u8>> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(name, HeaderValue::from_bytes(line).unwrap());
        }
        step(&mut headers);
        headers.get_all(name).iter().map(|line| line.as_bytes().to_vec()).collect()
    }

    #[test]
    fn no_upstream_gets_our_cookies_and_of_others_no_byte_changes() {
        for (sent, arrives) in [
            (
                &[b"a=1; __Host-countersign-session=x; b=2" as &[u8]][..],
                &[b"a=1; b=2" as &[u8]][..],
            ),
            (&[b"countersign-session=x; a=1"], &[b"a=1"]),
            (&[b"a=1;countersign-session=x"], &[b"a=1"]),
            (&[b"a=\"q; countersign-session=x; \xff\""], &[b"a=\"q; \xff\""]),
            (&[b"a=1;\t countersign-session\t =\"x\" ;b=2"], &[b"a=1;b=2"]),
            (&[b"__Host-countersign-session=x"], &[]),
            (&[b" ;countersign-session=x; countersign-session=y; "], &[]),
            (&[b"a=1", b"countersign-session=x", b"b=2"], &[b"a=1", b"b=2"]),
            (&[b"a=1;;  b = 2 ;", b""], &[b"a=1;;  b = 2 ;", b""]),
            (
                &[b"x-countersign-session=1; countersign-session2=1; a=countersign-session=1"],
                &[b"x-countersign-session=1; countersign-session2=1; a=countersign-session=1"],
            ),
            (
                &[b"Countersign-Session=1; countersign-session"],
                &[b"Countersign-Session=1; countersign-session"],
            ),
        ] {
            assert_eq!(after(&COOKIE, sent, withhold), arrives, "{sent:?}");
        }
    }

    #[test]
    fn no_upstream_sets_our_cookies() {
        for line in [
            b"__Host-countersign-session=x; Path=/; Secure" as &[u8],
            b"countersign-session=",
            b" \tcountersign-session =x",
            b"=countersign-session=x",
            b" = =countersign-session=x; Path=/",
        ] {
            assert_eq!(after(&SET_COOKIE, &[b"a=1", line, b"b=2"], refuse), [b"a=1", b"b=2"]);
        }
        let others: [&[u8]; 5] =
            [b"a=countersign-session=x", b"a=1; countersign-session=x", b"", b"=", b"x\xff=1"];
        assert_eq!(after(&SET_COOKIE, &others, refuse), others);
    }
}
