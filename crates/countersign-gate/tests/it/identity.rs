//! Who acts is said by the gate alone.

use countersign_gate::{Route, Rules};

use crate::upstream::Reply;
use crate::websocket::{ASKED, CHANGED};
use crate::world::{Choices, HOST, World};

const WHO: [(&str, &str); 5] = [
    ("countersign-account", "1234567"),
    ("countersign-entity", "22"),
    ("countersign-role", "33"),
    ("countersign-integration", "44"),
    ("countersign-token", "55"),
];

fn lines_about_us(head: &str) -> Vec<(String, String)> {
    let pairs = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    let ours = pairs.filter(|(name, _)| name.to_lowercase().starts_with("countersign"));
    ours.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[tokio::test]
async fn no_spelling_of_an_identity_header_passes() {
    for world in World::on_each_wire().await {
        for lines in [
            "Countersign-Entity: 1\r\n",
            "COUNTERSIGN-ENTITY: 1\r\n",
            "countersign_entity: 1\r\n",
            "Countersign.Entity: 1\r\n",
            "countersign-entity: 1\r\ncountersign-entity: 2\r\n",
            "countersign_entity: 1\r\ncountersign-entity: 2\r\nCOUNTERSIGN.ROLE: 3\r\n",
            "countersign-anything: 1\r\n",
            "connection: countersign-entity, countersign-role\r\ncountersign-entity: 1\r\n",
            "connection: x-forwarded-for\r\n",
            "x-forwarded-for: 10.0.0.1\r\nX_Forwarded_For: 10.0.0.1\r\nx-real-ip: 10.0.0.1\r\n\
         forwarded: for=10.0.0.1\r\n",
        ] {
            assert_eq!(world.get("/", lines).await.status(), 200, "{lines}");
            let received = world.upstream.last();
            let mut about = lines_about_us(&received.head);
            about.sort_unstable();
            let mut expected = WHO.map(|(name, value)| (name.to_owned(), value.to_owned()));
            expected.sort_unstable();
            assert_eq!(about, expected, "{lines}");
            assert_eq!(received.one("x-forwarded-for"), Some("127.0.0.1"), "{lines}");
            assert!(!received.head.contains("10.0.0.1"), "{lines}");
        }
    }
}

#[tokio::test]
async fn the_signature_does_not_reach_the_upstream() {
    for world in World::on_each_wire().await {
        world.get("/", "x-other: 1\r\n").await;
        let received = world.upstream.last();
        assert_eq!(received.one("authorization"), None);
        assert!(!received.head.contains("oauth"));
        assert_eq!(received.one("x-other"), Some("1"));
    }
}

#[tokio::test]
async fn trailers_are_dropped_in_both_directions() {
    for world in World::on_each_wire().await {
        let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\
                       trailer: countersign-x\r\n\r\n2\r\nok\r\n0\r\ncountersign-x: 1\r\n\r\n";
        world.upstream.reply_with(Reply::Bytes(chunked.into()));
        let message = format!(
            "{}te: trailers\r\ntrailer: countersign-entity\r\ntransfer-encoding: chunked\r\n\r\n\
         3\r\nabc\r\n0\r\ncountersign-entity: 1\r\nx-other: 2\r\n\r\n",
            world.signed("POST", "/")
        );
        // Both the client and the upstream of these tests fail on a trailer.
        let answer = world.answer(message).await;
        assert_eq!((answer.status(), answer.text()), (200, "ok".to_owned()));
        assert_eq!(world.upstream.last().text(), "abc");
        assert_eq!(lines_about_us(&world.upstream.last().head).len(), WHO.len());
    }
}

#[tokio::test]
async fn an_upstream_can_not_speak_for_countersign() {
    for world in World::on_each_wire().await {
        world.upstream.reply(
            200,
            "countersign-mode: dev\r\nCountersign_Reference: x\r\ncountersign.detail: y\r\n\
         connection: x-hop\r\nx-hop: 1\r\nkeep-alive: timeout=5\r\nproxy-authenticate: Basic\r\n\
         upgrade: h2c\r\nx-kept: 1\r\nset-cookie: a\r\nset-cookie: b\r\n",
            "ok",
        );
        let answer = world.get("/", "").await;
        assert_eq!(lines_about_us(&answer.head), []);
        for gone in ["connection", "x-hop", "keep-alive", "proxy-authenticate", "upgrade"] {
            assert_eq!(answer.one(gone), None, "{gone}");
        }
        assert_eq!(answer.one("x-kept"), Some("1"));
        assert_eq!(answer.all("set-cookie"), ["a", "b"]);
    }
}

#[tokio::test]
async fn cookies_of_our_sessions_are_neither_given_to_an_upstream_nor_set_by_one() {
    let open = |to| {
        let route = Route { unauthenticated: true, websocket: true, ..Route::all("main") };
        Rules::new(vec![route], vec![("main".to_owned(), to)]).unwrap()
    };
    let sent = "cookie: a=1; __Host-countersign-session=x; b=2\r\n";
    let set = "set-cookie: a=1\r\nset-cookie: __Host-countersign-session=y; Path=/; Secure\r\n\
               set-cookie: countersign-session=y\r\nset-cookie: b=2\r\n";
    let open = World::with(Choices { rules: Some(Box::new(open)), ..Choices::default() }).await;
    let unsigned = |lines: &str| format!("GET / HTTP/1.1\r\nhost: {HOST}\r\n{lines}\r\n");
    open.upstream.reply(200, set, "ok");
    let mut answers = vec![(open.answer(unsigned(sent)).await, open.upstream.last())];
    let changed = String::from_utf8(CHANGED.to_vec()).unwrap();
    let changed = changed.replace("\r\n\r\n", &format!("\r\n{set}\r\n"));
    open.upstream.reply_with(Reply::BytesThenEcho(changed.into()));
    let upgraded = open.answer(unsigned(&format!("{ASKED}{sent}"))).await;
    assert_eq!(upgraded.status(), 101);
    answers.push((upgraded, open.upstream.last()));
    for world in World::on_each_wire().await {
        world.upstream.reply(200, set, "ok");
        answers.push((world.get("/", sent).await, world.upstream.last()));
        world.get("/", "cookie: countersign-session=x\r\n").await;
        assert_eq!(world.upstream.last().one("cookie"), None);
    }
    for (answer, received) in answers {
        assert_eq!(received.all("cookie"), ["a=1; b=2"]);
        assert_eq!(answer.all("set-cookie"), ["a=1", "b=2"], "{}", answer.head);
    }
}
