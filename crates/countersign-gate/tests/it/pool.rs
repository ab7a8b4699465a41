//! An upstream of several servers.

use std::sync::atomic::Ordering;
use std::time::Duration;

use countersign_gate::{HealthCheck, Rules, Upstream as To, UpstreamSettings};
use http::uri::PathAndQuery;
use tokio::net::TcpListener;
use tokio::time::sleep;

use crate::upstream::{Reply, Upstream};
use crate::wire::signed;
use crate::world::{Choices, World};

/// A port where nobody listens.
async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

async fn world(servers: &[String], settings: UpstreamSettings) -> World {
    let upstream = Some(To::new(servers, settings).unwrap());
    World::with(Choices { upstream, ..Choices::default() }).await
}

#[tokio::test]
async fn servers_take_turns() {
    let (one, two) = (Upstream::start().await, Upstream::start().await);
    let world = world(&[one.url(), two.url()], UpstreamSettings::default()).await;
    for _ in 0..10 {
        assert_eq!(world.get("/", "").await.status(), 200);
    }
    assert_eq!((one.count(), two.count()), (5, 5));
}

#[tokio::test]
async fn rules_that_name_the_same_upstream_again_leave_its_connections() {
    let keep = Duration::from_secs(3600);
    let settings = UpstreamSettings { keep, ..UpstreamSettings::default() };
    let server = Upstream::start().await;
    let world = world(&[server.url()], settings.clone()).await;
    let mut client = world.client().await;
    for _ in 0..3 {
        client.send(format!("{}\r\n", signed("GET", "/"))).await;
        assert_eq!(client.receive().await.unwrap().status(), 200);
        world.gate.replace_rules(Rules::one(To::new(&[server.url()], settings.clone()).unwrap()));
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_request_that_could_not_be_sent_goes_to_another_server_with_its_body() {
    let alive = Upstream::start().await;
    let world = world(&[nobody().await, alive.url()], UpstreamSettings::default()).await;
    for number in 0..6 {
        let body = format!("body {number}");
        let request =
            format!("{}content-length: {}\r\n\r\n{body}", signed("POST", "/"), body.len());
        assert_eq!(world.answer(request).await.status(), 200);
        assert_eq!(alive.last().text(), body);
        let form = format!("a={number}");
        assert_eq!(world.answer(crate::wire::signed_form("/", &form)).await.status(), 200);
        assert_eq!(alive.last().text(), form);
    }
    assert_eq!(alive.count(), 12);
}

#[tokio::test]
async fn what_was_sent_is_never_sent_again() {
    let (one, two) = (Upstream::start().await, Upstream::start().await);
    for server in [&one, &two] {
        server.reply_with(Reply::BytesThenEnd(Vec::new()));
    }
    let world = world(&[one.url(), two.url()], UpstreamSettings::default()).await;
    let answer = world.get("/", "").await;
    assert_eq!(answer.status(), 502);
    assert!(answer.text().contains("UPSTREAM_FAILED"), "{}", answer.text());
    assert_eq!(one.count() + two.count(), 1);
}

#[tokio::test]
async fn a_server_that_takes_connections_and_speaks_no_tls_is_not_connected_to() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mute = format!("https://{}", silent.local_addr().unwrap());
    let alive = Upstream::start().await;
    let connect_timeout = Duration::from_millis(50);
    let settings = UpstreamSettings { connect_timeout, ..UpstreamSettings::default() };
    let world = world(&[mute, alive.url()], settings).await;
    for _ in 0..4 {
        assert_eq!(world.get("/", "").await.status(), 200);
    }
    assert_eq!(alive.count(), 4);
    drop(silent);
}

#[tokio::test]
async fn without_retries_one_server_is_asked() {
    let settings = UpstreamSettings { retries: false, ..UpstreamSettings::default() };
    let world = world(&[nobody().await, nobody().await], settings).await;
    let answer = world.get("/", "").await;
    assert_eq!(answer.status(), 502);
    assert!(answer.text().contains("UPSTREAM_UNREACHABLE"));
}

#[tokio::test]
async fn a_sick_server_gets_nothing_until_it_is_well_again() {
    let (one, two) = (Upstream::start().await, Upstream::start().await);
    one.reply(503, "", "sick");
    let health = HealthCheck {
        path: PathAndQuery::from_static("/health"),
        interval: Duration::from_millis(10),
        timeout: Duration::from_secs(5),
    };
    let settings = UpstreamSettings { health: Some(health), ..UpstreamSettings::default() };
    let world = world(&[one.url(), two.url()], settings).await;
    let asked = |server: &Upstream| {
        let received = server.received.lock().unwrap();
        received.iter().filter(|it| it.first_line() == "GET /health HTTP/1.1").count()
    };
    let requests = |server: &Upstream| server.count() - asked(server);
    while asked(&one) < 4 {
        sleep(Duration::from_millis(5)).await;
    }
    for _ in 0..6 {
        assert_eq!(world.get("/", "").await.status(), 200);
    }
    assert_eq!((requests(&one), requests(&two)), (0, 6));
    let first = one.received.lock().unwrap().first().cloned().unwrap();
    assert_eq!(first.one("host"), Some(&one.url()["http://".len()..]));
    assert_eq!(first.one("countersign-entity"), None);

    one.reply(200, "", "ok");
    let (before, since) = (requests(&one), asked(&one));
    while asked(&one) < since + 3 {
        sleep(Duration::from_millis(5)).await;
    }
    for _ in 0..6 {
        world.get("/", "").await;
    }
    assert_eq!(requests(&one), before + 3);
}
