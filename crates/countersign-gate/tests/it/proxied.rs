//! The PROXY protocol, from the first byte to the upstream: whose word counts, and for what.

use std::net::Ipv4Addr;
use std::time::Duration;

use countersign_gate::{Limits, Listener, Peers};
use ppp::v2::{Builder, Command, IPv4, Protocol, Type, Version};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpSocket};

use crate::client::{Client, Message};
use crate::http2::{HEADER_TABLE_SIZE, Http2, request};
use crate::wire::{HTTP2, Speaks, Wire};
use crate::world::{Choices, World};

/// A world where a proxy at 127.0.0.1 is to begin each connection with its header.
pub(crate) async fn behind(wire: Wire, change: impl FnOnce(&mut Limits)) -> World {
    let peers = Peers::new(vec!["127.0.0.1/32".parse().unwrap()]);
    let listener = Box::new(move |socket: TcpListener| Listener {
        peers,
        proxy_protocol: true,
        ..wire.listener(socket)
    });
    let mut choices = Choices { listener, ..Choices::over(wire) };
    change(&mut choices.limits);
    World::with(choices).await
}

/// Says that 192.0.2.7 has connected, and if so how it speaks TLS.
fn header(tls: Option<u8>) -> Vec<u8> {
    header_of([192, 0, 2, 7], tls)
}

pub(crate) fn header_from(client: [u8; 4]) -> Vec<u8> {
    header_of(client, None)
}

fn header_of(client: [u8; 4], tls: Option<u8>) -> Vec<u8> {
    let addresses = IPv4::new(Ipv4Addr::from(client), Ipv4Addr::LOCALHOST, 5000, 443);
    let mut builder =
        Builder::with_addresses(Version::Two | Command::Proxy, Protocol::Stream, addresses);
    if let Some(flags) = tls {
        builder = builder.write_tlv(Type::SSL, &[flags, 0, 0, 0, 0]).unwrap();
    }
    builder.build().unwrap()
}

/// Of a proxy that speaks for itself.
fn local() -> Vec<u8> {
    let mut header = header(None);
    header[12] = 0x20;
    header
}

pub(crate) async fn through(world: &World, header: &[u8]) -> Client {
    let mut tcp = world.tcp().await;
    tcp.write_all(header).await.unwrap();
    world.wire.client(tcp).await
}

/// The answer to a request that is signed for `signed`.
async fn ask(world: &World, header: &[u8], signed: Wire, lines: &str) -> Message {
    let mut client = through(world, header).await;
    client.send(format!("{}{lines}\r\n", signed.signed("GET", "/"))).await;
    client.receive().await.unwrap()
}

#[tokio::test]
async fn the_clients_address_is_the_one_that_the_proxy_names() {
    for wire in Wire::ALL {
        let world = behind(wire, |_| {}).await;
        assert_eq!(ask(&world, &header(None), wire, "").await.status(), 200);
        assert_eq!(world.upstream.last().one("x-forwarded-for"), Some("192.0.2.7"));
        assert_eq!(world.upstream.last().one("x-forwarded-proto"), Some(wire.scheme().as_str()));
        assert_eq!(ask(&world, &local(), wire, "").await.status(), 200);
        assert_eq!(world.upstream.last().one("x-forwarded-for"), Some("127.0.0.1"));
        assert_eq!(world.attempts.admitted_from(), ["192.0.2.7", "127.0.0.1"]);
    }
}

#[tokio::test]
async fn the_signed_scheme_is_what_the_client_spoke_to_the_proxy() {
    for wire in Wire::ALL {
        let world = behind(wire, |_| {}).await;
        for (tls, signed, status) in [
            (Some(1), Wire::Tls, 200),
            (Some(1), Wire::Plain, 401),
            (Some(0), Wire::Plain, 200),
            (Some(0), Wire::Tls, 401),
            (None, wire, 200),
        ] {
            let answer = ask(&world, &header(tls), signed, "").await;
            assert_eq!(answer.status(), status, "{wire:?}: {tls:?}, signed for {signed:?}");
            if status == 200 {
                let said = world.upstream.last();
                assert_eq!(said.one("x-forwarded-proto"), Some(signed.scheme().as_str()));
            }
        }
        assert_eq!(world.attempts.codes(), ["unexplained"; 2]);
        assert_eq!(world.attempts.refused_from(), ["192.0.2.7"; 2]);
    }
}

#[tokio::test]
async fn it_holds_for_all_requests_of_a_connection_of_http_2() {
    let world = behind(Wire::Tls, |_| {}).await;
    let mut tcp = world.tcp().await;
    tcp.write_all(&header(Some(1))).await.unwrap();
    let stream = Speaks::http(&[HTTP2]).over(tcp).await.unwrap();
    let mut client = Http2::over(Client::over(stream));
    client.start(&[(HEADER_TABLE_SIZE, 0)]).await;
    for path in ["/a", "/b"] {
        let mut fields = request("GET", path);
        fields.push(("x-forwarded-for", "198.51.100.1".to_owned()));
        assert_eq!(client.ask(&fields).await.word(), "200");
        assert_eq!(world.upstream.last().one("x-forwarded-for"), Some("192.0.2.7"));
    }
}

#[tokio::test]
async fn what_the_headers_of_a_request_say_is_not_believed_beside_it() {
    for wire in Wire::ALL {
        let world = behind(wire, |_| {}).await;
        for lines in [
            "x-forwarded-for: 198.51.100.1\r\n",
            "x-forwarded-proto: http\r\nx-forwarded-proto: https\r\n",
            "forwarded: for=198.51.100.1;proto=https\r\n",
            "forwarded: nonsense\r\nx-real-ip: 198.51.100.1\r\n",
        ] {
            assert_eq!(ask(&world, &header(None), wire, lines).await.status(), 200, "{lines}");
            let received = world.upstream.last();
            assert_eq!(received.one("x-forwarded-for"), Some("192.0.2.7"));
            assert_eq!(received.one("x-forwarded-proto"), Some(wire.scheme().as_str()));
            assert!(!received.head.contains("198.51.100.1") && !received.head.contains("nonsense"));
        }
    }
}

#[tokio::test]
async fn a_proxy_that_forgets_its_header_is_not_served() {
    let world = behind(Wire::Plain, |limits| limits.handshake = Duration::from_millis(100)).await;
    for (bytes, counted) in [
        (b"".to_vec(), 0),
        (header(None)[..10].to_vec(), 0),
        (format!("{}\r\n", Wire::Plain.signed("GET", "/")).into_bytes(), 1),
        (b"PROXY TCP4 192.0.2.7 127.0.0.1 5000 443\r\n".to_vec(), 2),
        (b"\r\n\r\n\0\r\nQUIX\n\x21\x11\0\x0c".to_vec(), 3),
    ] {
        let mut client = Client::over(world.tcp().await);
        client.send(&bytes).await;
        assert!(client.is_ended().await, "{bytes:?}");
        world.attempts.malformed_are(counted).await;
    }
    let mut udp = header(None);
    udp[13] = 0x12;
    let mut unix = header(None);
    unix[13] = 0x31;
    let mut unknown = header(None);
    unknown[13] = 0x00;
    for (header, status) in [(udp, None), (unix, None), (unknown, Some(200))] {
        let mut client = through(&world, &header).await;
        let _ = client.try_send(format!("{}\r\n", Wire::Plain.signed("GET", "/"))).await;
        let answer = client.receive().await.ok().map(|answer| answer.status());
        assert_eq!(answer, status, "{header:?}");
    }
}

#[tokio::test]
async fn of_anybody_else_it_is_no_header_but_bytes_that_are_wrong() {
    for wire in Wire::ALL {
        let world = behind(wire, |_| {}).await;
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
        let mut client = Client::over(socket.connect(world.address).await.unwrap());
        let request = format!("{}\r\n", Wire::Plain.signed("GET", "/"));
        let _ = client.try_send([header(Some(1)), request.into_bytes()].concat()).await;
        if let Ok(answer) = client.receive().await {
            assert_eq!(answer.status(), 400);
        }
        world.attempts.malformed_are(1).await;
        assert_eq!(world.upstream.count(), 0);
        // Without one it is served, as itself.
        let mut client = world.client_from("127.0.0.2").await;
        client.send(format!("{}\r\n", world.signed("GET", "/"))).await;
        assert_eq!(client.receive().await.unwrap().status(), 200);
        assert_eq!(world.upstream.last().one("x-forwarded-for"), Some("127.0.0.2"));
    }
}

#[tokio::test]
async fn where_none_is_expected_it_is_believed_of_nobody() {
    let world = World::start().await;
    let mut client = world.client().await;
    let request = format!("{}\r\n", Wire::Plain.signed("GET", "/"));
    client.send([header(Some(1)), request.into_bytes()].concat()).await;
    assert_eq!(client.receive().await.map_or(400, |answer| answer.status()), 400);
    assert_eq!(world.upstream.count(), 0);
}
