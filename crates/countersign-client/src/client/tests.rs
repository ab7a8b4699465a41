//! What arrives on the wire, seen from a socket, and what comes back.

use bytes::Bytes;
use countersign_signing::{
    Authorization, CanonicalRequest, Request, Scheme, Scratch, Secret, Signature, TokenCredentials,
    is_form,
};
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Method, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::*;
use crate::{Address, ConnectFault, RequestBody};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

/// A server for one connection, which gives back what it was sent.
struct Server {
    port: u16,
    seen: JoinHandle<String>,
}

impl Server {
    async fn answering(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let seen = read_request(&mut stream).await;
            stream.write_all(answer.as_bytes()).await.unwrap();
            // Held open, so that a short answer is silence and not an end.
            tokio::time::sleep(Duration::from_millis(500)).await;
            seen
        });
        Self { port, seen }
    }

    fn request(&self, target: &str) -> SigningRequest {
        let address = format!("http://127.0.0.1:{}{target}", self.port);
        SigningRequest::new(Method::POST, Address::parse(&address).unwrap())
    }
}

async fn read_request(stream: &mut TcpStream) -> String {
    let mut seen = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&seen).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = header(head, "content-length").map_or(0, |it| it.parse().unwrap());
            let chunked = header(head, "transfer-encoding").is_some();
            if (chunked && body.ends_with("0\r\n\r\n")) || (!chunked && body.len() == length) {
                return text;
            }
        }
        let mut buffer = vec![0; 65_536];
        let length = stream.read(&mut buffer).await.unwrap();
        assert!(length > 0, "the connection ended early: {text}");
        seen.extend_from_slice(&buffer[..length]);
    }
}

fn header<'t>(head: &'t str, name: &str) -> Option<&'t str> {
    let mut fields = head.lines().filter_map(|line| line.split_once(": "));
    fields.find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn credentials() -> Credentials {
    Credentials {
        consumer_key: "consumer".into(),
        consumer_secret: Secret::new("consumer-secret"),
        token: Some(TokenCredentials { token: "t".into(), secret: Secret::new("token-secret") }),
    }
}

fn client() -> Client {
    let silence = Duration::from_millis(200);
    Client::with(&ClientOptions { silence, ..ClientOptions::default() }).unwrap()
}

async fn send(request: SigningRequest) -> Result<Response, ClientFault> {
    let options = SignOptions { realm: Some("1234567"), ..SignOptions::new(7, "nonce-1") };
    client().send(request, &credentials(), &options).await
}

/// Verifies as a server does, by nothing but what arrived.
fn assert_signed(seen: &str) {
    let (head, body) = seen.split_once("\r\n\r\n").unwrap();
    let mut line = head.lines().next().unwrap().split(' ');
    let form = header(head, "content-type").filter(|value| is_form(value.as_bytes()));
    let request = Request {
        method: line.next().unwrap(),
        scheme: Scheme::Http,
        authority: header(head, "host").unwrap(),
        target: line.next().unwrap(),
        form: form.map(|_| body.as_bytes()),
    };
    let mut scratch = Scratch::default();
    let authorization = header(head, "authorization").unwrap().as_bytes();
    let authorization = Authorization::parse(authorization, &mut scratch.fields).unwrap();
    let sent = Signature::parse(authorization.signature().unwrap()).unwrap();
    let canonical = CanonicalRequest::new(&request, &authorization, &mut scratch.pairs).unwrap();
    assert!(canonical.sign(&credentials().signing_key()).matches(&sent), "{seen}");
}

#[tokio::test]
async fn what_arrives_verifies_and_is_what_was_written() {
    for target in ["/", "/a/../b//%2f?x=a+b&y=%zz&z='()*!$,;:@[]&&=", "/x y?q=ü&r=\"<>\"#gone"] {
        let server = Server::answering(OK).await;
        let mut answer = send(server.request(target)).await.unwrap();
        assert_eq!(answer.body_mut().chunk().await.unwrap().unwrap(), "hello");
        assert!(answer.body_mut().chunk().await.unwrap().is_none());
        let seen = server.seen.await.unwrap();
        assert_signed(&seen);
        let expected = target.replace(' ', "%20").replace('ü', "%C3%BC").replace("#gone", "");
        let expected = expected.replace('"', "%22").replace('<', "%3C").replace('>', "%3E");
        assert!(seen.starts_with(&format!("POST {expected} HTTP/1.1\r\n")), "{seen}");
        assert!(seen.contains("\r\ncontent-length: 0\r\n"), "{seen}");
        assert!(seen.contains("realm=\"1234567\""));
    }
}

#[tokio::test]
async fn a_form_verifies_and_so_does_a_streamed_file() {
    let server = Server::answering(OK).await;
    let mut request = server.request("/?b=2");
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");
    request.headers.insert(CONTENT_TYPE, form);
    request.body = Bytes::from_static(b"a=1+2&c=%26").into();
    send(request).await.unwrap();
    assert_signed(&server.seen.await.unwrap());

    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "x".repeat(200_000)).unwrap();
    let server = Server::answering(OK).await;
    let mut request = server.request("/");
    request.body = RequestBody::open(file.path()).await.unwrap();
    send(request).await.unwrap();
    let seen = server.seen.await.unwrap();
    assert_signed(&seen);
    assert!(seen.contains("\r\ncontent-length: 200000\r\n"));
}

#[tokio::test]
async fn a_file_that_became_shorter_is_a_fault_of_the_file() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "long enough").unwrap();
    let server = Server::answering(OK).await;
    let mut request = server.request("/");
    request.body = RequestBody::open(file.path()).await.unwrap();
    std::fs::write(file.path(), "short").unwrap();
    let fault = send(request).await.unwrap_err();
    assert!(fault.to_string().ends_with("it became shorter meanwhile"), "{fault}");
    assert!(matches!(fault, ClientFault::File(_)));
    server.seen.abort();
}

#[tokio::test]
async fn a_redirect_comes_back_as_it_is() {
    let found = "HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n";
    let server = Server::answering(found).await;
    let answer = send(server.request("/")).await.unwrap();
    assert_eq!(answer.status(), StatusCode::FOUND);
    assert_eq!(answer.headers()["location"], "/other");
}

#[tokio::test]
async fn silence_is_a_fault_before_the_answer_and_within_it() {
    let server = Server::answering("").await;
    let fault = send(server.request("/")).await.unwrap_err();
    assert!(matches!(fault, ClientFault::Silent { .. }), "{fault}");
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe").await;
    let mut answer = send(server.request("/")).await.unwrap();
    assert_eq!(answer.body_mut().chunk().await.unwrap().unwrap(), "he");
    let fault = answer.body_mut().chunk().await.unwrap_err();
    assert_eq!(fault.to_string(), format!("127.0.0.1:{} was silent for 0.2 seconds", server.port));
}

#[tokio::test]
async fn a_broken_answer_is_told_apart_from_no_connection() {
    let server = Server::answering("nonsense\r\n\r\n").await;
    let fault = send(server.request("/")).await.unwrap_err();
    assert!(matches!(fault, ClientFault::Broken { .. }), "{fault}");

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    for (url, expected) in [
        (format!("http://127.0.0.1:{port}/"), ConnectFault::Refused),
        (format!("https://127.0.0.1:{port}/"), ConnectFault::Refused),
    ] {
        let request = SigningRequest::new(Method::GET, Address::parse(&url).unwrap());
        match send(request).await.unwrap_err() {
            ClientFault::Connect { why, .. } => assert_eq!(why, expected),
            other => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn plain_http_where_tls_is_spoken_to_is_a_fault_of_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        let _ = stream.read(&mut [0; 1000]).await;
    });
    let request = SigningRequest::new(Method::GET, Address::parse(&url).unwrap());
    let fault = send(request).await.unwrap_err();
    let why = match fault {
        ClientFault::Connect { why, .. } => why,
        other => panic!("{other}"),
    };
    assert!(matches!(why, ConnectFault::Tls(_)), "{why}");
}

#[test]
fn a_file_without_certificates_is_refused_by_name() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let certificates = Some(file.path().to_owned());
    let fault = Client::with(&ClientOptions { certificates, ..ClientOptions::default() });
    let fault = fault.unwrap_err().to_string();
    assert!(fault.ends_with("is no file of PEM certificates: there is none in it"), "{fault}");
}
