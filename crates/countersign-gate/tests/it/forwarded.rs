//! What a trusted peer says of the client in headers, from its request to the trail and the
//! upstream.

use countersign_gate::{Listener, Peers};
use tokio::net::TcpListener;

use crate::client::Message;
use crate::http2::request;
use crate::wire::Wire;
use crate::world::{Choices, World};

/// A world where the word of 127.0.0.1 counts.
async fn trusting(wire: Wire) -> World {
    let peers = Peers::new(vec!["127.0.0.1/32".parse().unwrap()]);
    let listener = Box::new(move |socket: TcpListener| Listener { peers, ..wire.listener(socket) });
    World::with(Choices { listener, ..Choices::over(wire) }).await
}

/// The answer to a request that is signed for `signed`, from `source`.
async fn ask(world: &World, source: &str, signed: Wire, lines: &str) -> Message {
    let mut client = world.client_from(source).await;
    client.send(format!("{}{lines}\r\n", signed.signed("GET", "/"))).await;
    client.receive().await.unwrap()
}

#[tokio::test]
async fn the_signed_scheme_is_the_one_that_a_trusted_peer_names() {
    for wire in Wire::ALL {
        let world = trusting(wire).await;
        for (lines, spoken) in [
            ("x-forwarded-proto: https\r\n", Wire::Tls),
            ("x-forwarded-proto: http\r\n", Wire::Plain),
            ("X-Forwarded-Proto: HTTPS\r\n", Wire::Tls),
            ("x-forwarded-proto: https\r\nx-forwarded-proto: https\r\n", Wire::Tls),
            ("forwarded: for=192.0.2.7;proto=https\r\n", Wire::Tls),
            ("forwarded: proto=http\r\n", Wire::Plain),
            ("", wire),
        ] {
            for signed in Wire::ALL {
                let answer = ask(&world, "127.0.0.1", signed, lines).await;
                let status = if signed == spoken { 200 } else { 401 };
                assert_eq!(answer.status(), status, "{wire:?} {lines}: signed for {signed:?}");
            }
            let received = world.upstream.last();
            assert_eq!(received.all("x-forwarded-proto"), [spoken.scheme().as_str()]);
            assert!(!received.head.contains("\nforwarded"));
        }
    }
}

#[tokio::test]
async fn the_clients_address_is_the_nearest_that_is_no_trusted_peers() {
    for wire in Wire::ALL {
        let world = trusting(wire).await;
        for (lines, client) in [
            ("x-forwarded-for: 192.0.2.7\r\n", "192.0.2.7"),
            ("x-forwarded-for: 198.51.100.1, 192.0.2.7\r\n", "192.0.2.7"),
            ("x-forwarded-for: 198.51.100.1\r\nx-forwarded-for: 192.0.2.7\r\n", "192.0.2.7"),
            ("x-forwarded-for: 192.0.2.7, 127.0.0.1\r\n", "192.0.2.7"),
            ("x-forwarded-for: 192.0.2.7:4711\r\n", "192.0.2.7"),
            ("forwarded: for=\"[2001:db8::7]:4711\"\r\n", "2001:db8::7"),
            ("x-forwarded-for: ::ffff:192.0.2.7\r\n", "192.0.2.7"),
            ("x-real-ip: 192.0.2.7\r\n", "127.0.0.1"),
            ("", "127.0.0.1"),
        ] {
            assert_eq!(ask(&world, "127.0.0.1", wire, lines).await.status(), 200, "{lines}");
            let received = world.upstream.last();
            assert_eq!(received.all("x-forwarded-for"), [client], "{lines}");
            assert!(!received.head.contains("198.51.100.1"), "{}", received.head);
            assert_eq!(world.attempts.admitted_from().pop().as_deref(), Some(client), "{lines}");
        }
        let lines = "x-forwarded-for: 192.0.2.9\r\nx-forwarded-proto: ";
        for other in Wire::ALL.into_iter().filter(|other| *other != wire) {
            let lines = format!("{lines}{}\r\n", other.scheme().as_str());
            assert_eq!(ask(&world, "127.0.0.1", wire, &lines).await.status(), 401);
        }
        assert_eq!(world.attempts.refused_from(), ["192.0.2.9"]);
    }
}

#[tokio::test]
async fn a_trusted_peer_that_contradicts_itself_is_refused_with_the_reason() {
    for wire in Wire::ALL {
        let world = trusting(wire).await;
        for lines in [
            "x-forwarded-proto: https\r\nx-forwarded-proto: http\r\n",
            "x-forwarded-proto: https, http\r\n",
            "x-forwarded-proto: wss\r\n",
            "x-forwarded-proto:\r\n",
            "x-forwarded-for: 192.0.2.7\r\nforwarded: for=192.0.2.8\r\n",
            "x-forwarded-proto: https\r\nforwarded: for=192.0.2.7;proto=http\r\n",
            "x-forwarded-for: nonsense\r\n",
            "x-forwarded-for: 192.0.2.7,\r\n",
            "x-forwarded-for: \u{fc}\r\n",
            "forwarded: for=\"192.0.2.7\r\n",
        ] {
            let answer = ask(&world, "127.0.0.1", wire, lines).await;
            assert_eq!(answer.status(), 400, "{lines}");
            let text = answer.text();
            assert!(text.contains("contradict each other or can't be read"), "{text}");
            assert!(answer.one("countersign-reference").is_some());
        }
        assert_eq!(world.upstream.count(), 0);
        assert_eq!(world.attempts.codes(), ["head-rejected"; 10]);
        // Which of the addresses is the client's is not known.
        assert_eq!(world.attempts.refused_from(), ["127.0.0.1"; 10]);
    }
}

#[tokio::test]
async fn other_spellings_are_believed_of_nobody_and_pass_to_nobody() {
    for wire in Wire::ALL {
        let world = trusting(wire).await;
        for name in [
            "X_Forwarded_Proto",
            "x.forwarded.proto",
            "X-Forwarded_Proto",
            "X_Forwarded_For",
            "x.forwarded.for",
            "x-forwarded-for-",
            "X-Forwarded-Scheme",
            "X-Forwarded-Ssl",
            "X-Forwarded-Port",
            "X-Forwarded-Server",
            "x_real_ip",
        ] {
            for value in ["https", "http", "192.0.2.7"] {
                let lines = format!("{name}: {value}\r\n");
                assert_eq!(ask(&world, "127.0.0.1", wire, &lines).await.status(), 200, "{lines}");
                let received = world.upstream.last();
                let said: Vec<_> = received
                    .head
                    .lines()
                    .map(str::to_lowercase)
                    .filter(|line| line.starts_with("x") && !line.starts_with("x-forwarded-host:"))
                    .collect();
                let scheme = wire.scheme().as_str();
                let ours = [
                    "x-forwarded-for: 127.0.0.1".to_owned(),
                    format!("x-forwarded-proto: {scheme}"),
                ];
                assert_eq!(said, ours, "{lines}");
            }
        }
        assert_eq!(world.attempts.admitted_from(), ["127.0.0.1"; 33]);
    }
}

#[tokio::test]
async fn of_anybody_else_nothing_is_believed() {
    for wire in Wire::ALL {
        let world = trusting(wire).await;
        for lines in [
            "x-forwarded-for: 192.0.2.7\r\nx-forwarded-proto: https\r\n",
            "x-forwarded-for: 192.0.2.7\r\nx-forwarded-proto: http\r\n",
            "x-forwarded-proto: https, http\r\nforwarded: nonsense\r\n",
            "x-forwarded-for: 127.0.0.1\r\n",
        ] {
            assert_eq!(ask(&world, "127.0.0.2", wire, lines).await.status(), 200, "{lines}");
            let received = world.upstream.last();
            assert_eq!(received.all("x-forwarded-for"), ["127.0.0.2"]);
            assert_eq!(received.all("x-forwarded-proto"), [wire.scheme().as_str()]);
        }
        assert_eq!(world.attempts.admitted_from(), ["127.0.0.2"; 4]);
    }
}

#[tokio::test]
async fn over_http_2_it_is_the_same_for_each_request_of_its_own() {
    let world = trusting(Wire::Tls).await;
    let mut client = world.http2().await;
    for (said, source) in [
        (vec![("x-forwarded-for", "192.0.2.7")], "192.0.2.7"),
        (vec![("x-forwarded-for", "198.51.100.1"), ("x-forwarded-for", "192.0.2.8")], "192.0.2.8"),
        (vec![("forwarded", "for=192.0.2.9;proto=https")], "192.0.2.9"),
        (vec![("x_forwarded_for", "192.0.2.7")], "127.0.0.1"),
        (vec![], "127.0.0.1"),
    ] {
        let mut fields = request("GET", "/");
        fields.extend(said.iter().map(|(name, value)| (*name, (*value).to_owned())));
        assert_eq!(client.ask(&fields).await.word(), "200", "{said:?}");
        assert_eq!(world.upstream.last().all("x-forwarded-for"), [source]);
    }
    let mut fields = request("GET", "/");
    fields.push(("x-forwarded-proto", "http".to_owned()));
    assert_eq!(client.ask(&fields).await.word(), "401");
    fields.push(("x-forwarded-proto", "https".to_owned()));
    assert_eq!(client.ask(&fields).await.word(), "400");
}
