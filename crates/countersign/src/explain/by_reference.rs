//! An explanation that a server keeps, by the reference that its answer had.
//!
//! Belongs here: asking for it. Does not: who may see it (the server says), what it looks like
//! (`countersign-explain`).

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, anyhow, bail, ensure};
use countersign_client::{Address, Client, ClientFault, ConnectFault, Response};
use countersign_explain::Report;
use http::StatusCode;
use tokio::time::timeout;

use crate::control;

/// More than any explanation has: two base strings of 32 KiB, and everything escaped.
const MAX_BYTES: usize = 1 << 20;

/// How long a server may take, to the last byte.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a server knows of a reference.
pub(super) enum Found {
    Report(Box<Report>),
    /// It knows nothing, or tells nothing.
    Nothing,
}

/// The reference in what was copied: alone, in quotes, or as a header line.
pub(super) fn parse(text: &str) -> anyhow::Result<String> {
    let digits = |text: &str| {
        let rest = text.split_once("ref_")?.1;
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        Some(rest[..end].to_ascii_lowercase())
    };
    let digits = digits(text).filter(|it| it.len() == 26);
    let digits = digits.context(
        "this is no reference: an answer has it in its header, as `Countersign-Reference: \
         ref_2hgt7eqzrz56sv8rgkag00rgq7`",
    )?;
    Ok(format!("ref_{digits}"))
}

/// Asks a running server.
pub(super) async fn from_server(server: &str, reference: &str) -> anyhow::Result<Found> {
    let url = format!("{}/countersign/api/v1/refusals/{reference}", server.trim_end_matches('/'));
    let address = Address::parse(&url).context("the URL of --server can't be used")?;
    let asked = async {
        let answer = Client::new()?.get_unsigned(&address).await;
        let answer = answer.map_err(|fault| advised(&fault, server))?;
        found(answer, server).await
    };
    timeout(PATIENCE, asked).await.with_context(|| format!("{server} takes too long to answer"))?
}

async fn found(answer: Response, server: &str) -> anyhow::Result<Found> {
    match answer.status() {
        StatusCode::OK => {}
        StatusCode::NOT_FOUND => return Ok(Found::Nothing),
        status => bail!("{server} answered {status}: is it Countersign, of this version?"),
    }
    let body = body(answer).await?;
    // What the parser says is about places, and quotes nothing of the answer.
    let report = serde_json::from_slice(&body)
        .with_context(|| format!("the answer of {server} is not an explanation"))?;
    Ok(Found::Report(Box::new(report)))
}

/// Asks the server that runs on this data folder, else the folder itself.
pub(super) async fn from_folder(folder: &Path, reference: &str) -> anyhow::Result<Found> {
    let found = control::explain(folder, reference).await?;
    Ok(found.map_or(Found::Nothing, |report| Found::Report(Box::new(report))))
}

async fn body(mut answer: Response) -> anyhow::Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(bytes) = answer.body_mut().chunk().await? {
        ensure!(body.len() + bytes.len() <= MAX_BYTES, "the answer is too long for an explanation");
        body.extend_from_slice(&bytes);
    }
    Ok(body)
}

fn advised(fault: &ClientFault, server: &str) -> anyhow::Error {
    let advice = match fault {
        ClientFault::Connect { why: ConnectFault::Refused, .. } => {
            ": is the server running? --server URL names another"
        }
        _ => "",
    };
    anyhow!("{server} can't be asked: {fault}{advice}")
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    const REFERENCE: &str = "ref_2hgt7eqzrz56sv8rgkag00rgq7";

    #[test]
    fn a_reference_is_found_in_what_was_copied() {
        for text in [
            REFERENCE,
            "  \"ref_2hgt7eqzrz56sv8rgkag00rgq7\" ",
            "Countersign-Reference: ref_2hgt7eqzrz56sv8rgkag00rgq7\r",
            "< countersign-reference: ref_2HGT7EQZRZ56SV8RGKAG00RGQ7",
        ] {
            assert_eq!(parse(text).unwrap(), REFERENCE, "{text}");
        }
        for text in ["", "2hgt7eqzrz56sv8rgkag00rgq7", "ref_1", "ref_../../x", "Reference:"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    /// What comes of an answer, and what was asked.
    async fn asked(answer: String) -> (anyhow::Result<Found>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = format!("http://{}/", listener.local_addr().unwrap());
        let seen = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut bytes = vec![0; 4096];
            let length = stream.read(&mut bytes).await.unwrap();
            // The reader of a body that is too long goes away.
            let _ = stream.write_all(answer.as_bytes()).await;
            String::from_utf8(bytes[..length].to_vec()).unwrap()
        });
        let found = from_server(&server, REFERENCE).await;
        (found, seen.await.unwrap())
    }

    fn answer(status: &str, body: &str) -> String {
        format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
    }

    #[tokio::test]
    async fn a_server_is_asked_without_credentials() {
        let report = r#"{"codes": ["clock-skew"], "certain": true, "sentence": "s", "fix": "f",
            "request": {"method": "GET", "url": "http://a.b/"}, "added_later": 1}"#;
        let (found, seen) = asked(answer("200 OK", report)).await;
        let Ok(Found::Report(report)) = found else { panic!("a report") };
        assert_eq!(report.codes, ["clock-skew"]);
        let line = format!("GET /countersign/api/v1/refusals/{REFERENCE} HTTP/1.1\r\n");
        assert!(seen.starts_with(&line), "{seen}");
        assert!(!seen.to_ascii_lowercase().contains("authorization"), "{seen}");
    }

    #[tokio::test]
    async fn other_answers_are_told() {
        let nothing = asked(answer("404 Not Found", "")).await.0;
        assert!(matches!(nothing, Ok(Found::Nothing)));
        let endless = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(MAX_BYTES + 1));
        for (answer, words) in [
            (answer("502 Bad Gateway", ""), "answered 502 Bad Gateway: is it Countersign"),
            (answer("200 OK", "<html>"), "is not an explanation"),
            (answer("200 OK", "{}"), "is not an explanation"),
            (endless, "too long"),
        ] {
            let fault = asked(answer).await.0.map(|_| ()).unwrap_err();
            let fault = format!("{fault:#}");
            assert!(fault.contains(words), "{fault}");
        }
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let fault = from_server(&format!("http://{free}"), REFERENCE).await.map(|_| ());
        let fault = format!("{:#}", fault.unwrap_err());
        assert!(fault.contains("is the server running?"), "{fault}");
    }
}
