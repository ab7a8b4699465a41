//! What stays of an upstream when its settings are read anew.

use super::*;

fn upstream(servers: &[&str], settings: UpstreamSettings) -> Upstream {
    Upstream::new(servers, settings).unwrap()
}

fn start(upstream: Upstream, before: &[Arc<Server>]) -> Arc<Server> {
    Server::start(upstream, &Limits::default(), before)
}

/// Of its first server, that is.
fn makes_unreachable(server: &Server) {
    server.pool().unwrap().servers()[0].health().was_unreachable();
}

const TWO: [&str; 2] = ["http://127.0.0.1:1", "http://127.0.0.1:2"];

#[tokio::test(start_paused = true)]
async fn an_upstream_whose_settings_did_not_change_goes_on_with_its_health() {
    let settings = UpstreamSettings::default;
    let first = start(upstream(&TWO, settings()), &[]);
    makes_unreachable(&first);
    let other = start(upstream(&["http://127.0.0.1:3"], settings()), &[]);
    let before = [other, first];
    let second = start(upstream(&TWO, settings()), &before);
    assert!(Arc::ptr_eq(&before[1], &second));
    assert_eq!(second.health(), [false, true]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_another_one_is_put_beside_goes_on_with_its_health() {
    let settings = UpstreamSettings::default;
    let first = start(upstream(&TWO, settings()), &[]);
    makes_unreachable(&first);
    let servers = ["http://127.0.0.1:3", TWO[0]];
    let second = start(upstream(&servers, settings()), &[first]);
    assert_eq!(second.health(), [true, false]);
}

#[tokio::test(start_paused = true)]
async fn an_upstream_that_is_used_in_another_way_begins_anew() {
    let first = start(upstream(&TWO, UpstreamSettings::default()), &[]);
    makes_unreachable(&first);
    let named = rcgen::generate_simple_self_signed(["upstream.test".to_owned()]).unwrap();
    let before = [first];
    for settings in [
        UpstreamSettings { kept: 1, ..UpstreamSettings::default() },
        UpstreamSettings { retries: false, ..UpstreamSettings::default() },
        UpstreamSettings {
            trust: Trust::from_pem(named.cert.pem().as_bytes()).unwrap(),
            ..UpstreamSettings::default()
        },
    ] {
        let second = start(upstream(&TWO, settings.clone()), &before);
        assert_eq!(second.health(), [true, true], "{settings:?}");
        let again = start(upstream(&TWO, settings), &[Arc::clone(&second)]);
        assert!(Arc::ptr_eq(&second, &again));
    }
}
