//! What comes out at the other end: lines in a buffer, spans at a collector.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use countersign_telemetry::trace;
use http::{HeaderName, HeaderValue};
use tracing_subscriber::fmt::MakeWriter;

use super::*;

/// A log in memory.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Buffer {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

fn logged(format: LogFormat, filter: &str, is_terminal: bool, tell: impl FnOnce()) -> String {
    let buffer = Buffer::default();
    let options = LogOptions { format, filter: Some(filter.to_owned()) };
    let layer = lines::layer_to(&options, buffer.clone(), is_terminal);
    tracing::subscriber::with_default(Registry::default().with(layer), tell);
    let bytes = buffer.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

/// Line ends, escapes of terminals, a deletion, both directions, what can't be seen, a tag.
const HOSTILE: &str =
    "a\r\nERROR forged\u{1b}[2J\u{7f}\u{9b}\u{202e}\u{2066}\u{200b}\u{feff}\u{e0041}z";

fn tell_everywhere() {
    struct Agent;
    impl std::fmt::Display for Agent {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(HOSTILE)
        }
    }
    let span = tracing::info_span!("span", nonce = HOSTILE);
    let _inside = span.enter();
    tracing::info!(text = HOSTILE, display = %Agent, debug = ?HOSTILE, "{HOSTILE}");
}

fn has_nothing_hostile(line: &str) {
    let hostile: Vec<char> = line.chars().filter(|c| countersign_signing::misleads(*c)).collect();
    assert!(hostile.is_empty(), "{hostile:?}: {line:?}");
}

#[test]
fn what_strangers_wrote_can_not_forge_a_line_of_text() {
    let log = logged(LogFormat::Text, "info", false, tell_everywhere);
    let line = log.strip_suffix('\n').unwrap();
    has_nothing_hostile(line);
    assert!(line.contains("ERROR forged"), "it is shown all the same: {line}");
}

#[test]
fn on_a_terminal_the_only_escapes_are_our_own() {
    let log = logged(LogFormat::Text, "info", true, tell_everywhere);
    let line = log.strip_suffix('\n').unwrap();
    // Colours and faces: `ESC [ digits m`.
    let rest: String = line
        .split('\u{1b}')
        .enumerate()
        .map(|(at, part)| {
            let Some(part) = part.strip_prefix('[').filter(|_| at > 0) else { return part };
            let (face, rest) = part.split_once('m').unwrap();
            assert!(face.bytes().all(|b| b.is_ascii_digit()), "{line:?}");
            rest
        })
        .collect();
    has_nothing_hostile(&rest);
}

#[test]
fn what_strangers_wrote_can_not_forge_a_line_of_json_and_comes_out_as_it_was() {
    let log = logged(LogFormat::Json, "info", false, tell_everywhere);
    let line = log.strip_suffix('\n').unwrap();
    has_nothing_hostile(line);
    let object: serde_json::Value = serde_json::from_str(line).unwrap();
    for name in ["message", "text", "display"] {
        assert_eq!(object[name], HOSTILE, "{name}");
    }
    assert_eq!(object["span"]["nonce"], HOSTILE);
    assert_eq!(object["level"], "INFO");
}

#[test]
fn lines_are_chosen_by_level_and_place() {
    let tell = || {
        tracing::debug!(target: "countersign::attempts", "of attempts");
        tracing::debug!("of others");
        tracing::info!("always");
    };
    assert_eq!(logged(LogFormat::Text, "info", false, tell).lines().count(), 1);
    assert_eq!(logged(LogFormat::Text, "off", false, tell), "");
    let log = logged(LogFormat::Text, "info,countersign::attempts=debug", false, tell);
    assert!(log.contains("of attempts") && log.contains("always"), "{log}");
    assert!(!log.contains("of others"), "{log}");
}

#[test]
fn spans_of_traces_are_no_part_of_log_lines() {
    let log = logged(LogFormat::Text, "trace", false, || {
        let request = trace::request(&Coin::new(1.0, 0), "GET");
        let _inside = request.enter();
        tracing::info!("a line");
    });
    assert!(log.contains("a line") && !log.contains("request"), "{log}");
}

/// A collector that takes everything, and what it was sent.
struct Collector {
    address: SocketAddr,
    received: Receiver<(String, Vec<u8>)>,
}

impl Collector {
    fn start(status: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sent, received) = channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = BufReader::new(stream.unwrap());
                while let Some((head, body)) = request(&mut stream) {
                    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
                    stream.get_mut().write_all(answer.as_bytes()).unwrap();
                    if sent.send((head, body)).is_err() {
                        return;
                    }
                }
            }
        });
        Self { address, received }
    }

    fn options(&self, sample: f64) -> Otlp {
        let secret = (HeaderName::from_static("x-key"), HeaderValue::from_static("canary"));
        Otlp {
            endpoint: format!("http://{}", self.address),
            sample,
            headers: vec![secret],
            service_name: "gate-of-tests".to_owned(),
        }
    }
}

fn request(stream: &mut impl BufRead) -> Option<(String, Vec<u8>)> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let lower = head.to_ascii_lowercase();
    let length = lower.lines().find_map(|line| line.strip_prefix("content-length: "))?;
    let mut body = vec![0; length.parse().ok()?];
    stream.read_exact(&mut body).ok()?;
    Some((head, body))
}

/// Requests as the gate walks them.
fn walk(coin: &Coin, provider: &otlp::Provider) {
    let subscriber = Registry::default().with(vec![otlp::layer(provider)]);
    tracing::subscriber::with_default(subscriber, || {
        for _ in 0..10 {
            let request = trace::request(coin, "GET");
            drop(trace::step(&request, trace::Step::Decide).entered());
            tracing::info!("a log line within");
            trace::ended(&request, "rest", 401, "nonce-reused");
        }
        tracing::info_span!("of another place").in_scope(|| ());
    });
}

async fn stop(provider: otlp::Provider) -> bool {
    tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(FLUSH).is_ok())
        .await
        .unwrap()
}

fn contains(body: &[u8], text: &str) -> bool {
    body.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn traced_requests_and_their_steps_arrive_at_the_collector_when_the_server_stops() {
    let collector = Collector::start("200 OK");
    let options = collector.options(1.0);
    let provider = otlp::start(&options, &StateMetrics::default()).unwrap();
    walk(&Coin::new(options.sample, 1), &provider);
    assert!(stop(provider).await);

    let sent: Vec<(String, Vec<u8>)> = collector.received.try_iter().collect();
    let (head, body) = sent.first().unwrap();
    assert!(head.starts_with("POST /v1/traces HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("application/x-protobuf") && head.contains("x-key: canary"), "{head}");
    for text in ["gate-of-tests", "request", "decide", "nonce-reused", "http.request.method"] {
        assert!(contains(body, text), "{text}");
    }
    for text in ["a log line within", "of another place", "canary"] {
        assert!(!contains(body, text), "{text}");
    }
    let requests = body.windows(7).filter(|window| window == b"request").count();
    // The names of ten spans, and of an attribute in each.
    assert_eq!(requests, 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_requests_that_are_not_traced_the_collector_hears_nothing() {
    let collector = Collector::start("200 OK");
    let options = collector.options(0.0);
    let provider = otlp::start(&options, &StateMetrics::default()).unwrap();
    walk(&Coin::new(options.sample, 1), &provider);
    assert!(stop(provider).await);
    assert_eq!(collector.received.try_iter().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_collector_does_not_take_is_counted_and_holds_nothing_up() {
    let refusing = Collector::start("403 Forbidden");
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for endpoint in [format!("http://{}", refusing.address), format!("http://{gone}")] {
        let state = StateMetrics::default();
        let options = Otlp { endpoint, ..refusing.options(1.0) };
        let provider = otlp::start(&options, &state).unwrap();
        walk(&Coin::new(1.0, 1), &provider);
        stop(provider).await;
        let mut registry = countersign_telemetry::metrics::Registry::default();
        state.register(&mut registry);
        let mut text = String::new();
        countersign_telemetry::metrics::encode(&mut text, &registry).unwrap();
        let lost = text.lines().find(|line| line.starts_with("countersign_trace_exports_failed_"));
        let lost: u64 = lost.unwrap().rsplit(' ').next().unwrap().parse().unwrap();
        assert!(lost >= 1, "{text}");
    }
}

#[test]
fn the_address_of_a_collector_is_checked_and_completed() {
    for (address, whole) in [
        ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
        ("https://collector.example/", "https://collector.example/v1/traces"),
        ("http://collector.example/otlp/v1/traces", "http://collector.example/otlp/v1/traces"),
    ] {
        assert_eq!(endpoint(address).unwrap(), whole);
    }
    for address in ["", "collector:4318", "grpc://collector:4317", "/v1/traces", "http://u:p@host"]
    {
        let error = endpoint(address).unwrap_err().to_string();
        assert!(error.contains("such as http://127.0.0.1:4318"), "{address}: {error}");
    }
}

#[test]
fn the_credentials_of_a_collector_are_not_shown() {
    let shown = format!("{:?}", Collector::start("200 OK").options(1.0));
    assert!(!shown.contains("canary"), "{shown}");
}
