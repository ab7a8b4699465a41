use countersign_model::AccountHosts;
use countersign_signing::diagnose::Budget;
use countersign_signing::{Credentials, Scheme, Secret, TokenCredentials};

use super::*;

/// Copies of one request, as each reader takes them.
const HEADER: &str = "OAuth realm=\"1\", oauth_consumer_key=\"k\", oauth_token=\"t\", \
                      oauth_nonce=\"n-1234\", oauth_timestamp=\"1\", \
                      oauth_signature_method=\"HMAC-SHA256\", oauth_signature=\"%2Bx%3D\"";

#[test]
fn no_broken_copy_ends_the_program() {
    let curl =
        format!("curl -XPOST 'https://a.b/x?y=1' -H 'Authorization: {HEADER}' -d $'a\\x41=1'");
    let cmd = "curl ^\"https://a.b/^\" ^\n -H ^\"A: ^\\^\"b^\\^\"^\" --data-urlencode \"a=\"\"1\"";
    let text = format!(
        "POST /x HTTP/1.1\r\nHost: a.b\r\nAuthorization: {HEADER}\r\nTransfer-Encoding: chunked\r\n\
         \r\n3\r\na=1\r\n0\r\n\r\n"
    );
    let soap = "POST /s HTTP/1.1\nHost: a.b\n\n<e:Envelope><e:Header><tokenPassport>\
        <account>1</account><consumerKey>k</consumerKey><token>t</token><nonce>n12345</nonce>\
        <timestamp>1</timestamp><signature algorithm=\"HMAC-SHA256\">x=</signature>\
        </tokenPassport></e:Header><e:Body/></e:Envelope>";
    let value = serde_json::json!([{"name": "Authorization", "value": HEADER}]);
    let entry = serde_json::json!({"startedDateTime": "2026-01-01T00:00:00Z",
        "request": {"method": "GET", "url": "https://a.b/?x=1", "headers": value}});
    let archive = serde_json::json!({"log": {"entries": [entry]}}).to_string();
    let credentials = credentials();
    let signer = Signer { realm: "1", credentials: &credentials };
    let of_accounts = &AccountHosts::new("b", []);
    let hosts = Hosts { candidates: &[], of_accounts };
    let no_files = |_: &str| Err(anyhow::anyhow!("there is no such file"));
    let mut explained = 0;
    for seed in 0..2_000 {
        let copies = [
            curl::read(&broken(&curl, seed), &no_files),
            curl::read(&broken(cmd, seed), &no_files),
            http_text::read(broken(&text, seed).as_bytes(), Scheme::Https),
            http_text::read(broken(soap, seed).as_bytes(), Scheme::Https),
            har::read(broken(&archive, seed).as_bytes(), None),
        ];
        // Searching takes longer than reading.
        for received in copies.into_iter().flatten().filter(|_| seed % 100 == 0) {
            if let Ok(report) = explain(&received, signer, hosts, Budget::of_tries(500_000)) {
                let text = report.text(Style { paint: Paint::Plain, language: None });
                assert!(!text.contains('\u{1b}'), "{text}");
                explained += 1;
            }
        }
    }
    assert!(explained > 20, "{explained} of the copies can still be explained");
}

fn credentials() -> Credentials {
    let token = TokenCredentials { token: "t".to_owned(), secret: Secret::new("token-secret") };
    Credentials {
        consumer_key: "k".to_owned(),
        consumer_secret: Secret::new("consumer-secret"),
        token: Some(token),
    }
}

/// `text` with a few characters changed, taken out, doubled, or cut off at one.
fn broken(text: &str, seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..=next(3) {
        let at = next(characters.len());
        let odd = ['\'', '"', '\\', '^', '$', '\n', '\r', '%', '&', '@', '\u{1b}', 'ü', '\0', ' '];
        match next(12) {
            0 => characters.truncate(at + 1),
            1..4 => drop(characters.remove(at)),
            4..7 => characters.insert(at, characters[at]),
            _ => characters[at] = odd[next(odd.len())],
        }
        if characters.is_empty() {
            characters.push('x');
        }
    }
    characters.into_iter().collect()
}
