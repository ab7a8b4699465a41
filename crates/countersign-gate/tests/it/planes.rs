//! Listeners that answer a part of all.

use countersign_gate::{Limits, Listener, Plane};
use tokio::net::{TcpListener, TcpStream};

use crate::client::Client;
use crate::http2::unsigned;
use crate::wire::Wire;
use crate::world::{Choices, World};

async fn serving(serves: Plane, wire: Wire) -> World {
    let listener =
        Box::new(move |socket: TcpListener| Listener { serves, ..wire.listener(socket) });
    World::with(Choices { listener, ..Choices::over(wire) }).await
}

async fn ask(world: &World, path: &str, host: &str) -> (u16, String) {
    let answer = world.answer(format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n\r\n")).await;
    (answer.status(), answer.text())
}

const PUBLIC: [&str; 3] =
    ["/countersign/health/live", "/countersign/health/ready", "/countersign/jwks.json"];
const PAGES: [&str; 5] = [
    "/countersign",
    "/countersign/",
    "/countersign/api/v1/tokens",
    "/countersign/metrics",
    "/countersign/health/",
];
const ENDPOINTS: [&str; 3] =
    ["/rest/x", "/app/login/secure/authorizetoken.nl", "/services/rest/auth/oauth2/v1/token"];

#[tokio::test]
async fn a_listener_for_data_has_no_pages() {
    for wire in Wire::ALL {
        let world = serving(Plane::Data, wire).await;
        for path in ENDPOINTS.into_iter().chain(PUBLIC) {
            assert_eq!(ask(&world, path, "localhost").await, (200, format!("own {path}")));
        }
        for path in PAGES {
            let (status, text) = ask(&world, path, "localhost").await;
            assert_eq!(status, 404, "{path}");
            assert!(text.contains("NOT_SERVED_HERE"), "{text}");
        }
        assert_eq!(world.get("/", "").await.status(), 200);
        assert_eq!(ask(&world, "/x", "gate.test").await.0, 401);
        // Another spelling of a page is a path like others.
        assert_eq!(world.get("//countersign/", "").await.status(), 200);
        assert_eq!(world.upstream.count(), 2);
    }
}

#[tokio::test]
async fn a_listener_for_pages_has_nothing_else() {
    for wire in Wire::ALL {
        let world = serving(Plane::Control, wire).await;
        for path in PAGES.into_iter().chain(PUBLIC) {
            assert_eq!(ask(&world, path, "localhost").await, (200, format!("own {path}")));
        }
        for path in ENDPOINTS.into_iter().chain(["/", "/x", "//countersign/", "/countersign%2f"]) {
            let (status, text) = ask(&world, path, "localhost").await;
            assert_eq!(status, 404, "{path}");
            assert!(text.contains("NOT_SERVED_HERE"), "{text}");
        }
        assert_eq!(world.get("/", "").await.status(), 404);
        assert_eq!((world.upstream.count(), world.attempts.codes().len()), (0, 0));
    }
}

#[tokio::test]
async fn what_machines_ask_for_is_answered_under_any_name_and_pages_are_not() {
    for plane in [Plane::All, Plane::Data, Plane::Control] {
        let world = serving(plane, Wire::Plain).await;
        for host in ["localhost", "auth.example", "evil.example", "10.0.0.7:8080"] {
            for path in PUBLIC {
                assert_eq!(ask(&world, path, host).await.0, 200, "{plane:?} {host} {path}");
            }
            let (page, _) = ask(&world, "/countersign/", host).await;
            let known = ["localhost", "auth.example"].contains(&host);
            let expected = match plane {
                Plane::Data => 404,
                _ if known => 200,
                _ => 403,
            };
            assert_eq!(page, expected, "{plane:?} {host}");
        }
    }
}

#[tokio::test]
async fn planes_are_the_same_over_http_2() {
    for (plane, page, upstream) in [(Plane::Data, "404", "401"), (Plane::Control, "200", "404")] {
        let world = serving(plane, Wire::Tls).await;
        let mut client = world.http2().await;
        for (path, expected) in
            [("/countersign/", page), ("/countersign/health/ready", "200"), ("/x", upstream)]
        {
            let mut fields = unsigned("GET", path);
            fields[2].1 = "localhost".to_owned();
            assert_eq!(client.ask(&fields).await.word(), expected, "{plane:?} {path}");
        }
    }
}

#[tokio::test]
async fn connections_for_data_do_not_keep_out_the_control_plane() {
    let limits = Limits { connections: 1, ..Choices::default().limits };
    let world = World::with(Choices { limits, ..Choices::default() }).await;
    let control = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = control.local_addr().unwrap();
    let listener = Listener { serves: Plane::Control, ..Listener::plain(control) };
    tokio::spawn(world.gate.clone().serve(vec![listener], std::future::pending()));
    // It has the only place there is, and says nothing.
    let _idle = world.client().await;
    let mut client = Client::over(TcpStream::connect(address).await.unwrap());
    client.send("GET /countersign/health/live HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert_eq!(client.receive().await.unwrap().status(), 200);
}
