use std::sync::atomic::AtomicBool;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::sleep;

use super::*;

const LONG: Duration = Duration::from_secs(3600);

/// What a token's standing is, and how often it was asked for since it is no longer good.
#[derive(Clone, Default)]
struct Token {
    is_bad: Arc<AtomicBool>,
    refused: Arc<AtomicU64>,
}

/// Both far ends of a connection of that token.
fn connection(token: &Token, idle: Duration) -> [DuplexStream; 2] {
    let (client, near) = duplex(64);
    let (server, far) = duplex(64);
    let Token { is_bad, refused } = token.clone();
    let is_good = Box::new(move || {
        let is_bad = is_bad.load(Ordering::Relaxed);
        refused.fetch_add(u64::from(is_bad), Ordering::Relaxed);
        !is_bad
    });
    let standing = Standing { is_good, in_flight: None };
    tokio::spawn(async move { between(near, far, &standing, idle).await });
    [client, server]
}

/// The clock stands still while there is anything to do: what passes is what is waited for.
#[tokio::test(start_paused = true)]
async fn both_sides_are_closed_by_the_first_look_after_a_token_stops_being_good() {
    for after in [0, 1, 250, 499, 500, 501, 750, 999, 1000, 86_400_000 - 1] {
        let token = Token::default();
        let [mut client, mut server] = connection(&token, 2 * 24 * LONG);
        sleep(Duration::from_millis(after)).await;
        client.write_all(b"x").await.unwrap();
        assert_eq!(server.read_u8().await.unwrap(), b'x', "open until {after} ms");

        token.is_bad.store(true, Ordering::Relaxed);
        let changed = Instant::now();
        let ended = [client.read(&mut [0]).await, server.read(&mut [0]).await];
        let passed = changed.elapsed();
        assert!(ended.iter().all(|it| matches!(it, Ok(0))), "{ended:?}");
        assert!(passed <= LOOK, "changed after {after} ms, closed {passed:?} later");
        assert_eq!(token.refused.load(Ordering::Relaxed), 1, "one look is enough");
    }
}

/// Nor does it help to keep on talking.
#[tokio::test(start_paused = true)]
async fn a_connection_on_which_much_is_said_is_closed_as_soon() {
    let token = Token::default();
    let [mut client, mut server] = connection(&token, LONG);
    sleep(Duration::from_millis(10)).await;
    token.is_bad.store(true, Ordering::Relaxed);
    let changed = Instant::now();
    while client.write_all(b"x").await.is_ok() {
        if server.read(&mut [0]).await.is_ok_and(|read| read == 0) {
            break;
        }
        sleep(Duration::from_millis(1)).await;
    }
    assert!(changed.elapsed() <= LOOK, "{:?}", changed.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_connection_of_a_good_token_stays_as_long_as_something_is_said() {
    let idle = Duration::from_secs(60);
    let [mut client, mut server] = connection(&Token::default(), idle);
    for _ in 0..100 {
        sleep(Duration::from_secs(59)).await;
        client.write_all(b"x").await.unwrap();
        assert_eq!(server.read_u8().await.unwrap(), b'x');
    }
    let silent = Instant::now();
    assert_eq!(server.read(&mut [0]).await.unwrap(), 0);
    assert!((idle..=idle + 2 * LOOK).contains(&silent.elapsed()), "{:?}", silent.elapsed());
}
