//! One address or one token does not get all connections.

use countersign_gate::{Limits, Listener, Peers, Plane, Route, Rules};
use tokio::net::{TcpListener, TcpStream};

use crate::client::Client;
use crate::proxied::{behind, header_from, through};
use crate::websocket;
use crate::wire::{Wire, signed};
use crate::world::{Choices, World};

fn two_each() -> Limits {
    Limits { connections_per_source: Some(2), ..Choices::default().limits }
}

/// Sends a request, which may not be read any more.
async fn ask(client: &mut Client) -> Option<u16> {
    let _ = client.try_send(format!("{}\r\n", signed("GET", "/"))).await;
    client.receive().await.ok().map(|answer| answer.status())
}

/// Opens connections and says nothing on them. When the last was asked something, all are open.
async fn hold(world: &World, connections: usize) -> Vec<Client> {
    let mut held = Vec::new();
    for _ in 0..connections {
        let mut client = world.client().await;
        assert_eq!(ask(&mut client).await, Some(200));
        held.push(client);
    }
    held
}

#[tokio::test]
async fn an_address_that_has_its_share_of_connections_is_turned_away_and_others_are_not() {
    let world = World::with(Choices { limits: two_each(), ..Choices::default() }).await;
    let mut held = hold(&world, 2).await;
    let mut further = world.client().await;
    let answer = further.receive().await.unwrap();
    assert_eq!((answer.status(), answer.one("retry-after")), (429, Some("1")));
    assert!(answer.text().contains("Close others"), "{}", answer.text());
    assert!(further.is_ended().await);
    let counted = "countersign_limit_refusals_total{limit=\"connections-of-source\"}";
    world.metric_is(counted, "1").await;
    let mut elsewhere = world.client_from("127.0.0.2").await;
    assert_eq!(ask(&mut elsewhere).await, Some(200));
    // Those that it has go on, and one that ends makes room.
    assert_eq!(ask(&mut held[0]).await, Some(200));
    held.remove(0);
    while ask(&mut world.client().await).await != Some(200) {}
}

#[tokio::test]
async fn over_tls_who_is_turned_away_gets_no_handshake() {
    let world = World::with(Choices { limits: two_each(), ..Choices::over(Wire::Tls) }).await;
    let _held = [world.client().await, world.client().await];
    let mut further = Client::over(world.tcp().await);
    assert!(further.is_ended().await);
    world.attempts.malformed_are(0).await;
}

#[tokio::test]
async fn behind_a_proxy_it_is_the_client_that_has_a_share() {
    let world = behind(Wire::Plain, |limits| *limits = two_each()).await;
    let first = header_from([192, 0, 2, 7]);
    let mut held = Vec::new();
    for expected in [Some(200), Some(200), Some(429)] {
        let mut client = through(&world, &first).await;
        assert_eq!(ask(&mut client).await, expected);
        held.push(client);
    }
    for client in 1..=4 {
        let mut other = through(&world, &header_from([192, 0, 2, 100 + client])).await;
        assert_eq!(ask(&mut other).await, Some(200));
        held.push(other);
    }
}

#[tokio::test]
async fn a_proxy_that_is_trusted_is_not_taken_for_one_client() {
    let peers = Peers::new(vec!["127.0.0.1/32".parse().unwrap()]);
    let listener =
        Box::new(move |socket: TcpListener| Listener { peers, ..Listener::plain(socket) });
    let world = World::with(Choices { limits: two_each(), listener, ..Choices::default() }).await;
    assert_eq!(hold(&world, 5).await.len(), 5);
}

#[tokio::test]
async fn pages_have_connections_of_their_own_and_no_shares() {
    let listener =
        Box::new(|socket| Listener { serves: Plane::Control, ..Listener::plain(socket) });
    let world = World::with(Choices { limits: two_each(), listener, ..Choices::default() }).await;
    let mut held = Vec::new();
    for _ in 0..5 {
        let mut client = Client::over(TcpStream::connect(world.address).await.unwrap());
        client.send("GET /countersign/ HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
        assert_eq!(client.receive().await.unwrap().status(), 200);
        held.push(client);
    }
}

async fn upgrade(world: &World, head: &str) -> (Client, u16, String) {
    let mut client = world.client().await;
    client.send(format!("{head}{}\r\n", websocket::ASKED)).await;
    let answer = client.receive().await.unwrap();
    (client, answer.status(), answer.text())
}

#[tokio::test]
async fn a_token_has_its_share_of_websockets() {
    let limits = Limits { upgraded: 8, ..Choices::default().limits };
    let world = websocket::world_with(true, limits).await;
    let first = websocket::open(&world).await;
    let (_second, status, text) = upgrade(&world, &signed("GET", "/chat")).await;
    assert_eq!(status, 429, "an eighth of eight");
    assert!(text.contains("TOO_MANY_WEBSOCKETS"), "{text}");
    let counted = "countersign_limit_refusals_total{limit=\"websockets-of-token\"}";
    world.metric_is(counted, "1").await;
    drop(first);
    while upgrade(&world, &signed("GET", "/chat")).await.1 != 101 {}
}

#[tokio::test]
async fn where_nobody_signs_an_address_has_the_share() {
    let rules = |to| {
        let open = Route { websocket: true, unauthenticated: true, ..Route::all("main") };
        Rules::new(vec![open], vec![("main".to_owned(), to)]).unwrap()
    };
    let limits = Limits { upgraded_per_token: Some(1), ..Choices::default().limits };
    let world =
        World::with(Choices { rules: Some(Box::new(rules)), limits, ..Choices::default() }).await;
    websocket::answers_like_a_websocket(&world);
    let head = "GET /chat HTTP/1.1\r\nhost: gate.test\r\n";
    let (_first, status, _) = upgrade(&world, head).await;
    assert_eq!(status, 101);
    assert_eq!(upgrade(&world, head).await.1, 429);
    let mut elsewhere = world.client_from("127.0.0.2").await;
    elsewhere.send(format!("{head}{}\r\n", websocket::ASKED)).await;
    assert_eq!(elsewhere.receive().await.unwrap().status(), 101);
}
