//! What a refused caller sees, and what the trail keeps.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use countersign_gate::{Mode, RefusalObserver};
use countersign_signing::diagnose::{Budget, Code, Evidence, Secrets, diagnose};
use countersign_verify::{Came, Explainer, Explaining, Explanation, RefusedAttempt, Surface};

use crate::client::{Client, Message};
use crate::wire::signed;
use crate::world::{Choices, HOST, World};

fn assert_is_a_whole_error(answer: &Message) {
    let length = answer.one("content-length").expect("a length").parse::<usize>().unwrap();
    assert_eq!(length, answer.body.len());
    assert_eq!(answer.one("cache-control"), Some("no-store"));
    assert!(answer.one("content-type").is_some());
}

#[tokio::test]
async fn a_refusal_is_the_documented_error_with_a_reference_of_the_trail() {
    let world = World::start().await;
    let unsigned = format!(
        "GET /app/site/hosting/restlet.nl?script=1&secret=2 HTTP/1.1\r\nhost: {HOST}\r\n\
         user-agent: curl/8\r\n\r\n"
    );
    let answer = world.answer(unsigned).await;
    assert_eq!(answer.status(), 401);
    assert_is_a_whole_error(&answer);
    assert!(answer.text().contains("INVALID_LOGIN_ATTEMPT"));
    assert!(answer.one("www-authenticate").unwrap().starts_with("OAuth "));
    for only_in_dev in ["mode", "detail", "diagnosis", "explanation"] {
        assert_eq!(answer.one(&format!("countersign-{only_in_dev}")), None);
    }

    let refused = world.attempts.refused.lock().unwrap();
    let [attempt] = &refused[..] else { panic!("one attempt") };
    assert_eq!(answer.one("countersign-reference"), Some(&*attempt.reference.to_string()));
    assert_eq!(attempt.caller.path, "/app/site/hosting/restlet.nl");
    assert_eq!(attempt.caller.method, "GET");
    assert_eq!(attempt.caller.user_agent.as_deref(), Some("curl/8"));
    assert_eq!(attempt.caller.source.to_string(), "127.0.0.1");
    assert_eq!(attempt.caller.surface, Surface::Restlet);
}

#[tokio::test]
async fn the_shape_goes_by_path_and_content_type() {
    let world = World::start().await;
    for (path, content_type, status, contained) in [
        ("/services/rest/record/v1/x", "text/xml", 401, "o:errorDetails"),
        ("/services/NetSuitePort_2024_1", "text/xml", 500, "urn:faults_2024_1"),
        ("/x", "text/xml", 401, "<code>INVALID_LOGIN_ATTEMPT"),
        ("/x", "text/plain", 401, "error code: INVALID_LOGIN_ATTEMPT"),
        ("/x", "application/json", 401, r#"{"error" : {"code""#),
    ] {
        let message = format!(
            "POST {path} HTTP/1.1\r\nhost: {HOST}\r\ncontent-type: {content_type}\r\n\
             content-length: 2\r\n\r\n{{}}"
        );
        let answer = world.answer(message).await;
        assert_eq!(answer.status(), status, "{path} {content_type}");
        assert!(answer.text().contains(contained), "{}", answer.text());
        assert_is_a_whole_error(&answer);
    }
}

#[tokio::test]
async fn a_refused_head_has_the_length_of_the_body_that_is_left_out() {
    let world = World::start().await;
    let mut client = world.client().await;
    let mut lengths = Vec::new();
    for method in ["GET", "HEAD", "GET"] {
        client.send(format!("{method} / HTTP/1.1\r\nhost: {HOST}\r\n\r\n")).await;
        let answer = client.receive_for(method).await.unwrap();
        assert_eq!(answer.status(), 401);
        lengths.push(answer.one("content-length").map(str::to_owned));
    }
    assert!(lengths[0].is_some() && lengths.iter().all(|it| *it == lengths[0]), "{lengths:?}");
}

#[tokio::test]
async fn a_request_is_admitted_once() {
    let world = World::start().await;
    let message = format!("{}\r\n", signed("GET", "/"));
    assert_eq!(world.answer(&message).await.status(), 200);
    assert_eq!(world.answer(&message).await.status(), 401);
    assert_eq!(world.attempts.codes(), ["nonce-reused"]);
    assert_eq!(world.upstream.count(), 1);
    let admitted = world.attempts.admitted.lock().unwrap();
    assert_eq!(admitted.len(), 1);
    assert_eq!(admitted[0].admission.principal.entity.0, 22);
}

#[tokio::test]
async fn without_a_trail_nothing_is_answered_as_recorded_and_nothing_is_forwarded() {
    let world = World::start().await;
    world.attempts.full.store(true, Ordering::SeqCst);
    let refused = world.answer(format!("GET / HTTP/1.1\r\nhost: {HOST}\r\n\r\n")).await;
    let admitted = world.get("/", "").await;
    for answer in [refused, admitted] {
        assert_eq!((answer.status(), answer.one("retry-after")), (503, Some("1")));
        assert_eq!(answer.one("countersign-reference"), None);
        assert_is_a_whole_error(&answer);
    }
    assert_eq!(world.upstream.count(), 0);
}

/// Knows everything, `/slow` only when it is told to.
#[derive(Default)]
struct Oracle {
    asked: Mutex<Vec<(String, Option<String>)>>,
    slow: Arc<tokio::sync::Notify>,
}

impl Explainer for Oracle {
    fn take(
        &self,
        attempt: &RefusedAttempt,
        came: &Came<'_>,
        upstream: Option<&str>,
    ) -> Option<Explaining> {
        let request = came.request.request;
        let target = request.target;
        self.asked.lock().unwrap().push((target.to_owned(), upstream.map(str::to_owned)));
        if target == "/never" {
            return None;
        }
        let evidence = Evidence {
            request,
            body: None,
            authorization: None,
            secrets: Secrets::default(),
            candidate_hosts: &[],
            hides_form_values: true,
        };
        let mut explanation = diagnose(&evidence, None, Budget::of_tries(0));
        explanation.codes = vec![attempt.refused.refusal.code(), Code::WrongPath];
        explanation.sentence = "The path was signed in another case: “/A”.".to_owned();
        explanation.fix = "Sign \"/a\".".to_owned();
        let slow = (target == "/slow").then(|| Arc::clone(&self.slow));
        Some(Box::pin(async move {
            if let Some(slow) = slow {
                slow.notified().await;
            }
            Some(explanation)
        }))
    }
}

#[derive(Default)]
struct Terminal(Mutex<Vec<(String, bool)>>);

impl RefusalObserver for Terminal {
    fn refused(&self, attempt: &RefusedAttempt, explanation: Option<&Explanation>) {
        self.0.lock().unwrap().push((attempt.caller.path.clone(), explanation.is_some()));
    }
}

#[tokio::test]
async fn dev_says_what_went_wrong() {
    let terminal = Arc::new(Terminal::default());
    let oracle = Arc::new(Oracle::default());
    let world = World::with(Choices {
        mode: Mode::Dev,
        explainer: Some(oracle.clone()),
        observer: Some(terminal.clone()),
        ..Choices::default()
    })
    .await;

    let answer = world.answer(format!("GET /a HTTP/1.1\r\nhost: {HOST}\r\n\r\n")).await;
    assert_eq!(answer.one("countersign-mode"), Some("dev"));
    assert_eq!(answer.one("countersign-detail"), Some("MissingTokenPassportRequiredFields"));
    assert_eq!(answer.one("countersign-diagnosis"), Some("parameter-missing+wrong-path"));
    assert_eq!(
        answer.one("countersign-explanation"),
        Some("The path was signed in another case: %E2%80%9C/A%E2%80%9D. Sign \"/a\".")
    );

    let slow = world.answer(format!("GET /slow HTTP/1.1\r\nhost: {HOST}\r\n\r\n")).await;
    assert_eq!(slow.one("countersign-diagnosis"), Some("parameter-missing"));
    assert_eq!(slow.one("countersign-explanation"), None);
    let never = world.answer(format!("GET /never HTTP/1.1\r\nhost: {HOST}\r\n\r\n")).await;
    assert_eq!(never.one("countersign-explanation"), None);

    let admitted = world.get("/ok", "").await;
    assert_eq!(admitted.one("countersign-mode"), Some("dev"));
    assert_eq!(admitted.one("countersign-diagnosis"), None);

    let bad_head = world.get("/head", "host: x\r\n").await;
    assert_eq!(bad_head.one("countersign-detail"), Some("parameter_rejected"));
    assert_eq!(bad_head.one("countersign-diagnosis"), Some("head-rejected+wrong-path"));

    let seen = || terminal.0.lock().unwrap().clone();
    let known = [("/a".to_owned(), true), ("/never".to_owned(), false), ("/head".to_owned(), true)];
    assert_eq!(seen(), known, "what is not known yet is not shown yet");
    oracle.slow.notify_one();
    while seen().len() == known.len() {
        tokio::task::yield_now().await;
    }
    assert_eq!(seen()[known.len()..], [("/slow".to_owned(), true)], "once, with its explanation");
}

#[tokio::test]
async fn serve_hands_a_refusal_over_and_waits_for_nothing() {
    let terminal = Arc::new(Terminal::default());
    let oracle = Arc::new(Oracle::default());
    let world = World::with(Choices {
        explainer: Some(oracle.clone()),
        observer: Some(terminal.clone()),
        ..Choices::default()
    })
    .await;
    let answer = world.answer(format!("GET /slow HTTP/1.1\r\nhost: {HOST}\r\n\r\n")).await;
    assert_eq!(answer.status(), 401);
    assert_eq!(answer.one("countersign-explanation"), None);
    assert_eq!(*terminal.0.lock().unwrap(), [("/slow".to_owned(), false)]);
    let upstream = world.upstream.address.to_string();
    assert_eq!(*oracle.asked.lock().unwrap(), [("/slow".to_owned(), Some(upstream))]);
}

#[tokio::test]
async fn what_could_not_be_recorded_is_not_explained() {
    let oracle = Arc::new(Oracle::default());
    let world =
        World::with(Choices { explainer: Some(oracle.clone()), ..Choices::default() }).await;
    world.attempts.full.store(true, Ordering::SeqCst);
    let answer = world.answer(format!("GET /a HTTP/1.1\r\nhost: {HOST}\r\n\r\n")).await;
    assert_eq!(answer.status(), 503);
    assert!(oracle.asked.lock().unwrap().is_empty());
}

/// Far longer than any test waits.
const LONG: Duration = Duration::from_secs(3600);

async fn refused_upload(linger_bytes: usize) -> (World, Client) {
    let mut choices = Choices::default();
    choices.limits.linger = LONG;
    choices.limits.linger_bytes = linger_bytes;
    let world = World::with(choices).await;
    let mut client = world.client().await;
    let head = format!("POST / HTTP/1.1\r\nhost: {HOST}\r\ncontent-length: 1000000000\r\n\r\n");
    client.send(head).await;
    assert_eq!(client.receive().await.unwrap().status(), 401);
    (world, client)
}

#[tokio::test]
async fn a_client_that_sends_on_after_its_refusal_is_not_reset_at_once() {
    let (_world, mut client) = refused_upload(1_000_000).await;
    for _ in 0..10 {
        client.send(vec![b'x'; 50_000]).await;
        tokio::task::yield_now().await;
    }
    client.finish().await;
    assert_eq!(client.rest().await.unwrap(), b"");
}

#[tokio::test]
async fn a_refused_upload_is_not_read_forever() {
    let (_world, mut client) = refused_upload(1_000_000).await;
    let mut sent = 0;
    while client.try_send(vec![b'x'; 50_000]).await.is_ok() {
        sent += 50_000;
        assert!(sent < 100_000_000, "still reading after {sent} bytes");
    }
}
