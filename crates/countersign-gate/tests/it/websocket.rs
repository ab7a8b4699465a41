//! Connections that become WebSockets.

use std::time::Duration;

use countersign_gate::{Limits, Route, RoutePermission, Rules};
use countersign_model::{Level, Permission, TokenState};

use crate::client::Client;
use crate::upstream::Reply;
use crate::wire::signed;
use crate::world::{Choices, World};

pub(crate) const ASKED: &str = "connection: keep-alive, Upgrade\r\nupgrade: WebSocket\r\n\
                     sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
pub(crate) const CHANGED: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\
                         connection: upgrade\r\nsec-websocket-accept: abc\r\n\r\nhello";

pub(crate) async fn world_with(websocket: bool, limits: Limits) -> World {
    let rules = move |to| {
        let route = Route { websocket, ..Route::all("main") };
        Rules::new(vec![route], vec![("main".to_owned(), to)]).unwrap()
    };
    let world =
        World::with(Choices { rules: Some(Box::new(rules)), limits, ..Choices::default() }).await;
    answers_like_a_websocket(&world);
    world
}

pub(crate) fn answers_like_a_websocket(world: &World) {
    world.upstream.reply_with(Reply::BytesThenEcho(CHANGED.to_vec()));
}

async fn world() -> World {
    world_with(true, Choices::default().limits).await
}

pub(crate) async fn open(world: &World) -> Client {
    let mut client = world.client().await;
    client.send(format!("{}{ASKED}\r\n", signed("GET", "/chat"))).await;
    let answer = client.receive().await.unwrap();
    assert_eq!(answer.status(), 101, "{}", answer.head);
    assert_eq!(answer.one("upgrade"), Some("websocket"));
    assert_eq!(answer.one("connection"), Some("Upgrade"));
    assert_eq!(answer.one("sec-websocket-accept"), Some("abc"));
    assert_eq!(client.take(5).await.unwrap(), b"hello");
    client
}

#[tokio::test]
async fn bytes_pass_both_ways() {
    let world = world().await;
    let mut client = open(&world).await;
    let asked = world.upstream.last();
    assert_eq!(asked.one("upgrade"), Some("websocket"));
    assert_eq!(asked.one("sec-websocket-key"), Some("dGhlIHNhbXBsZSBub25jZQ=="));
    assert_eq!(asked.one("countersign-entity"), Some("22"));
    assert_eq!(asked.one("authorization"), None);
    for text in ["one", "two", "\0\u{ff}"] {
        client.send(text).await;
        assert_eq!(client.take(text.len()).await.unwrap(), text.as_bytes());
    }
    client.finish().await;
    assert!(client.rest().await.is_ok());
}

#[tokio::test]
async fn a_connection_of_a_revoked_token_is_closed() {
    let world = world().await;
    let mut client = open(&world).await;
    client.send("x").await;
    client.take(1).await.unwrap();
    world.token_is(TokenState::Inactive);
    assert!(client.is_ended().await);
}

#[tokio::test]
async fn a_connection_is_closed_when_the_role_loses_what_its_route_asks_for() {
    let permission = Permission::ViewLoginAuditTrail;
    let needed = RoutePermission { name: permission.as_str().to_owned(), level: Level::View };
    let rules = move |to| {
        let route = Route { websocket: true, permission: Some(needed), ..Route::all("main") };
        Rules::new(vec![route], vec![("main".to_owned(), to)]).unwrap()
    };
    let world = World::with(Choices { rules: Some(Box::new(rules)), ..Choices::default() }).await;
    world.upstream.reply_with(Reply::BytesThenEcho(CHANGED.to_vec()));
    world.role_grants(&[(permission, Level::View)]);
    let mut client = open(&world).await;
    world.role_grants(&[]);
    assert!(client.is_ended().await);
}

#[tokio::test]
async fn a_change_to_another_protocol_is_not_passed_on() {
    let world = world().await;
    let other = String::from_utf8(CHANGED.to_vec()).unwrap().replace("websocket", "h2c");
    world.upstream.reply_with(Reply::BytesThenEcho(other.into_bytes()));
    assert_eq!(world.get("/chat", ASKED).await.status(), 502);
}

#[tokio::test]
async fn a_route_without_websockets_gets_a_plain_request() {
    let world = world_with(false, Choices::default().limits).await;
    world.upstream.reply(200, "", "plain");
    let answer = world.get("/chat", ASKED).await;
    assert_eq!((answer.status(), answer.text()), (200, "plain".to_owned()));
    assert_eq!(world.upstream.last().one("upgrade"), None);
    assert_eq!(world.upstream.last().one("connection"), None);
}

#[tokio::test]
async fn an_upstream_that_changes_over_unasked_is_not_followed() {
    let world = world().await;
    let answer = world.get("/chat", "").await;
    assert_eq!(answer.status(), 502);
    assert!(answer.text().contains("UPSTREAM_FAILED"), "{}", answer.text());
}

#[tokio::test]
async fn nobody_gets_through_without_a_signature() {
    let world = world().await;
    let answer =
        world.answer(format!("GET /chat HTTP/1.1\r\nhost: gate.test\r\n{ASKED}\r\n")).await;
    assert_eq!(answer.status(), 401);
    assert_eq!(world.upstream.count(), 0);
}

#[tokio::test]
async fn only_so_many_are_open_at_a_time() {
    let limits = Limits { upgraded: 1, ..Choices::default().limits };
    let world = world_with(true, limits).await;
    let first = open(&world).await;
    let second = world.get("/chat", ASKED).await;
    assert_eq!(second.status(), 503);
    assert!(second.text().contains("TOO_MANY_WEBSOCKETS"), "{}", second.text());
    drop(first);
    // Its place is free when its end was seen.
    while world.get("/chat", ASKED).await.status() != 101 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn they_count_as_connections_as_long_as_they_are_open() {
    let limits = Limits { connections: 1, ..Choices::default().limits };
    let world = world_with(true, limits).await;
    let first = open(&world).await;
    world.upstream.reply(200, "", "ok");
    let mut second = world.client().await;
    second.send(format!("{}\r\n", signed("GET", "/x"))).await;
    let waits = tokio::time::timeout(Duration::from_millis(100), second.receive()).await;
    assert!(waits.is_err(), "there is no place for another connection");
    drop(first);
    assert_eq!(second.receive().await.unwrap().status(), 200);
}

#[tokio::test]
async fn one_on_which_nothing_is_said_is_closed() {
    let limits = Limits { upgraded_idle: Duration::from_millis(1), ..Choices::default().limits };
    let world = world_with(true, limits).await;
    let mut client = open(&world).await;
    assert!(client.is_ended().await);
}

#[tokio::test]
async fn the_gate_does_not_wait_for_them_when_it_stops() {
    let world = world().await;
    let mut client = open(&world).await;
    let stopped = world.stop();
    assert!(client.is_ended().await);
    assert_eq!(stopped.await.unwrap().cut, 0);
}
