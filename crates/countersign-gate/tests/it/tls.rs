//! TLS: which versions and certificates, and how connections end that are none.

use std::io::ErrorKind;
use std::time::Duration;

use countersign_gate::{
    Certificate, CertificateFault, Limits, Listener, Tls, TlsFault, TlsSettings, TlsVersion,
};
use countersign_model::Timestamp;
use rustls::SupportedProtocolVersion;
use rustls::version::{TLS12, TLS13};
use tokio::time::timeout;

use crate::client::Client;
use crate::http2::request;
use crate::wire::{HTTP1, HTTP2, ISSUED, Issued, SETTINGS, Speaks, Wire};
use crate::world::{Choices, NOW, World};

fn limited(change: impl FnOnce(&mut Limits)) -> Choices {
    let mut choices = Choices::over(Wire::Tls);
    change(&mut choices.limits);
    choices
}

/// A world whose certificate is in the test's hand.
async fn with_settings(settings: TlsSettings) -> (World, Tls) {
    let tls = Tls::new(ISSUED.certificate(), settings).unwrap();
    let theirs = tls.clone();
    let listener = Box::new(|socket| Listener { tls: Some(theirs), ..Listener::plain(socket) });
    (World::with(Choices { listener, ..Choices::over(Wire::Tls) }).await, tls)
}

/// The version of HTTP that is agreed on, or why there is no connection.
async fn agreed(
    world: &World,
    versions: &[&'static SupportedProtocolVersion],
    protocols: &[&[u8]],
) -> Result<Option<Vec<u8>>, ErrorKind> {
    let speaks = Speaks { versions, protocols, trusted: &ISSUED };
    let stream = speaks.over(world.tcp().await).await.map_err(|error| error.kind())?;
    Ok(stream.get_ref().1.alpn_protocol().map(<[u8]>::to_vec))
}

#[tokio::test]
async fn versions_of_http_are_agreed_on_within_tls() {
    let (world, _) = with_settings(SETTINGS).await;
    let both: &[&[u8]] = &[HTTP1, HTTP2];
    let (all, http1, http2) = (rustls::ALL_VERSIONS, HTTP1.to_vec(), HTTP2.to_vec());
    assert_eq!(agreed(&world, all, both).await, Ok(Some(http2.clone())));
    assert_eq!(agreed(&world, all, &[HTTP2]).await, Ok(Some(http2)));
    assert_eq!(agreed(&world, all, &[HTTP1]).await, Ok(Some(http1.clone())));
    assert_eq!(agreed(&world, all, &[]).await, Ok(None));
    assert!(agreed(&world, all, &[b"h3"]).await.is_err());

    let (world, _) = with_settings(TlsSettings { http2: false, ..SETTINGS }).await;
    assert_eq!(agreed(&world, all, both).await, Ok(Some(http1)));
    assert!(agreed(&world, all, &[HTTP2]).await.is_err());
}

#[tokio::test]
async fn who_agrees_on_nothing_speaks_http_1_1() {
    let world = World::with(limited(|_| {})).await;
    let stream = Speaks::http(&[]).over(world.tcp().await).await.unwrap();
    let mut client = Client::over(stream);
    client.send(format!("{}\r\n", world.signed("GET", "/"))).await;
    assert_eq!(client.receive().await.unwrap().status(), 200);
    client.send(crate::http2::PREFACE).await;
    // HTTP/2 begins only where that was agreed on.
    assert!(client.receive().await.is_err());
}

#[tokio::test]
async fn only_versions_that_are_allowed_are_spoken() {
    let (world, _) = with_settings(SETTINGS).await;
    for versions in [[&TLS12], [&TLS13]] {
        assert!(agreed(&world, &versions, &[HTTP1]).await.is_ok());
    }
    let newest = TlsSettings { oldest: TlsVersion::Tls13, ..SETTINGS };
    let (world, _) = with_settings(newest).await;
    assert!(agreed(&world, &[&TLS13], &[HTTP1]).await.is_ok());
    assert_eq!(agreed(&world, &[&TLS12], &[HTTP1]).await, Err(ErrorKind::InvalidData));
    world.attempts.malformed_are(1).await;
}

/// The first message of a client that speaks nothing newer than this version, without extensions.
fn hello(version: [u8; 2]) -> Vec<u8> {
    let suites = [0, 4, 0xc0, 0x2f, 0x00, 0x2f];
    let body = [&version[..], &[7; 32], &[0], &suites, &[1, 0]].concat();
    let length = u8::try_from(body.len()).unwrap();
    let handshake = [&[1, 0, 0, length], &body[..]].concat();
    [&[22, 3, 1, 0, length + 4], &handshake[..]].concat()
}

#[tokio::test]
async fn versions_before_1_2_are_refused_with_an_alert() {
    let world = World::with(limited(|_| {})).await;
    // SSL 3.0, TLS 1.0, TLS 1.1.
    for minor in [0, 1, 2] {
        let mut client = Client::over(world.tcp().await);
        client.send(hello([3, minor])).await;
        let alert = client.take(7).await.unwrap();
        // A fatal alert: `handshake_failure` or `protocol_version`.
        assert_eq!((alert[0], alert[5]), (21, 2), "{minor}: {alert:?}");
        assert!([40, 70].contains(&alert[6]), "{minor}: {alert:?}");
        assert!(client.is_ended().await);
    }
    world.attempts.malformed_are(3).await;
}

#[tokio::test]
async fn plain_http_where_tls_is_spoken_gets_no_answer() {
    let world = World::with(limited(|_| {})).await;
    for bytes in [
        format!("{}\r\n", Wire::Plain.signed("GET", "/")),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
        "\u{16}\u{3}\u{1}\0\u{5}hello".to_owned(),
    ] {
        let mut client = Client::over(world.tcp().await);
        client.send(bytes).await;
        let rest = client.rest().await.unwrap_or_default();
        assert!(rest.is_empty() || rest[0] == 21, "an alert of TLS at most: {rest:?}");
    }
    assert_eq!(world.upstream.count(), 0);
    world.attempts.malformed_are(3).await;
    assert_eq!(world.get("/", "").await.status(), 200);
}

#[tokio::test]
async fn who_says_nothing_or_half_of_it_is_cut_and_not_counted() {
    let world = World::with(limited(|limits| limits.handshake = Duration::from_millis(100))).await;
    for begun in [&[][..], &hello([3, 3])[..20]] {
        let mut client = Client::over(world.tcp().await);
        client.send(begun).await;
        assert!(client.is_ended().await);
        // Nor is who looks whether somebody listens.
        let mut client = Client::over(world.tcp().await);
        client.send(begun).await;
        drop(client);
    }
    assert_eq!(world.get("/", "").await.status(), 200);
    world.attempts.malformed_are(0).await;
}

#[tokio::test]
async fn a_head_that_comes_in_drops_within_tls_is_answered_and_ends_its_connection() {
    let world = World::with(limited(|limits| limits.head_read = Duration::from_millis(200))).await;
    let mut client = world.client().await;
    let signed = world.signed("GET", "/");
    let mut bytes = signed.bytes();
    let head = loop {
        client.send([bytes.next().expect("an answer before the head is whole")]).await;
        if let Ok(answer) = timeout(Duration::from_millis(20), client.receive_head()).await {
            break answer.unwrap();
        }
    };
    assert!(head.starts_with("HTTP/1.1 408 "), "{head}");
    assert!(client.rest().await.is_ok());
    assert_eq!(world.upstream.count(), 0);
}

#[tokio::test]
async fn another_certificate_is_for_connections_that_come_after_it() {
    let (world, tls) = with_settings(SETTINGS).await;
    let mut before = world.client().await;
    let mut before_http2 = world.http2().await;
    assert_eq!(before_http2.ask(&request("GET", "/")).await.word(), "200");
    let next = Issued::new();
    tls.replace(next.certificate()).unwrap();

    before.send(format!("{}\r\n", world.signed("GET", "/"))).await;
    assert_eq!(before.receive().await.unwrap().status(), 200);
    assert_eq!(before_http2.ask(&request("GET", "/")).await.word(), "200");

    let trusted = |trusted| Speaks { trusted, ..Speaks::http(&[HTTP1]) };
    assert!(trusted(&ISSUED).over(world.tcp().await).await.is_err(), "the old one is gone");
    let stream = trusted(&next).over(world.tcp().await).await.unwrap();
    let shown = stream.get_ref().1.peer_certificates().unwrap()[0].clone();
    assert_eq!(&shown, next.der());
    let mut after = Client::over(stream);
    after.send(format!("{}\r\n", world.signed("GET", "/"))).await;
    assert_eq!(after.receive().await.unwrap().status(), 200);
}

fn fault(chain: &str, key: &str) -> CertificateFault {
    Certificate::from_pem(chain.as_bytes(), key.as_bytes()).map(|_| ()).unwrap_err()
}

#[tokio::test]
async fn a_bad_certificate_leaves_the_one_before() {
    let (world, tls) = with_settings(SETTINGS).await;
    let next = Issued::new();
    let (chain, key) = (next.chain(), next.key());
    let block =
        |kind: &str, text| format!("-----BEGIN {kind}-----\n{text}\n-----END {kind}-----\n");
    for (chain, key, expected) in [
        ("", &*key, CertificateFault::NoCertificate),
        ("no PEM", &key, CertificateFault::NoCertificate),
        (&key, &key, CertificateFault::NoCertificate),
        (&block("CERTIFICATE", "bm9uZQ=="), &key, CertificateFault::Malformed),
        (&block("CERTIFICATE", "%"), &key, CertificateFault::Malformed),
        (&chain, "", CertificateFault::NoKey),
        (&chain, "no PEM", CertificateFault::NoKey),
        (&chain, &chain, CertificateFault::NoKey),
        (&chain, &block("ENCRYPTED PRIVATE KEY", "bm9uZQ=="), CertificateFault::NoKey),
    ] {
        assert_eq!(fault(chain, key), expected, "{chain} {key}");
    }
    let of_another = Certificate::from_pem(chain.as_bytes(), ISSUED.key().as_bytes()).unwrap();
    assert!(matches!(tls.replace(of_another), Err(TlsFault::Refused(_))));
    let no_key = block("PRIVATE KEY", "bm9uZQ==");
    let no_key = Certificate::from_pem(chain.as_bytes(), no_key.as_bytes()).unwrap();
    assert!(matches!(tls.replace(no_key), Err(TlsFault::Refused(_))));
    // These clients trust only the first.
    assert_eq!(world.get("/", "").await.status(), 200);
}

#[test]
fn whether_the_time_of_a_certificate_is_now_can_be_asked() {
    let mut parameters = rcgen::CertificateParams::new(["gate.test".to_owned()]).unwrap();
    parameters.not_before = rcgen::date_time_ymd(2026, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(2026, 12, 31);
    let key = rcgen::KeyPair::generate().unwrap();
    let chain = parameters.self_signed(&key).unwrap().pem();
    let certificate =
        Certificate::from_pem(chain.as_bytes(), key.serialize_pem().as_bytes()).unwrap();
    let check = |second| certificate.check(Timestamp::from_seconds(second));
    assert_eq!(check(NOW), Err(CertificateFault::Expired));
    assert_eq!(check(1_767_225_599), Err(CertificateFault::NotYetValid));
    assert_eq!(check(1_767_225_600), Ok(()));
    assert_eq!(check(certificate.not_after().seconds()), Ok(()));
}
