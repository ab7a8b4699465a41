//! The link that `init` prints: the first administrator sets a password, once.

use countersign_tests::{Answer, Call, Deployment, Request, rows};

const PASSWORD: &str = "a sentence is fine";

/// The secret in the link of what `init` printed.
fn link(deployment: &Deployment) -> String {
    let said = &deployment.founded.stdout;
    let line = said.lines().find(|line| line.contains("/countersign/setup?link=")).unwrap();
    line.trim().rsplit_once("link=").unwrap().1.to_owned()
}

fn get(deployment: &Deployment, link: &str) -> Answer {
    let call = Call::get(&format!("/countersign/setup?link={link}"));
    deployment.connect().send(&call.unsigned(deployment.address()))
}

fn post(deployment: &Deployment, link: &str, password: &str, repeat: &str) -> Answer {
    let encode = |text: &str| text.replace(' ', "+");
    let form = format!("link={link}&password={}&repeat={}", encode(password), encode(repeat));
    let call = Call::new("POST", "/countersign/setup").with_form(&form);
    deployment.connect().send(&call.unsigned(deployment.address()))
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn looking_uses_nothing_up_and_the_password_is_set_once() {
    let mut deployment = Deployment::init();
    let link = link(&deployment);
    for _ in 0..3 {
        let page = get(&deployment, &link);
        assert_eq!(page.status, 200, "{page:?}");
        assert!(page.text().contains("admin@example.com"), "{page:?}");
        assert_eq!(page.header("cache-control"), "no-store");
    }
    assert_eq!(post(&deployment, &link, "short", "short").status, 422);
    assert_eq!(post(&deployment, &link, PASSWORD, "another sentence").status, 422);

    let set = post(&deployment, &link, PASSWORD, PASSWORD);
    assert_eq!(set.status, 200, "{set:?}");
    assert!(!set.text().contains(PASSWORD) && !set.text().contains(&link));
    assert_eq!(post(&deployment, &link, PASSWORD, PASSWORD).status, 410);
    assert_eq!(get(&deployment, &link).status, 410);

    deployment.stop();
    let set = rows(
        &deployment.data().join("record.db"),
        "SELECT actor FROM event WHERE json_extract(act, '$.act') = 'password-set'",
    );
    assert_eq!(set, [serde_json::json!({"actor": "entity:1"})]);
    deployment.serve();
    assert_eq!(get(&deployment, &link).status, 410, "after a restart, too");
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_link_that_nobody_made_is_answered_like_one_that_was_used() {
    let deployment = Deployment::init();
    let link = link(&deployment);
    let other: String = link.chars().rev().collect();
    for wrong in [other.as_str(), "", "x"] {
        assert_eq!(get(&deployment, wrong).status, 410, "{wrong:?}");
        assert_eq!(post(&deployment, wrong, PASSWORD, PASSWORD).status, 410, "{wrong:?}");
    }
    assert_eq!(get(&deployment, &link).status, 200);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn the_pages_answer_to_no_other_host_and_no_other_site() {
    let deployment = Deployment::init();
    let link = link(&deployment);
    let page = |host: &str, headers: &[(&str, &str)]| {
        let request = Request {
            method: "GET".to_owned(),
            target: format!("/countersign/setup?link={link}"),
            headers: vec![("Host".to_owned(), host.to_owned())],
            body: None,
        };
        let request = headers.iter().fold(request, |it, (name, value)| it.with(name, value));
        deployment.connect().send(&request).status
    };
    for host in ["evil.example", "evil.example:8080", "10.0.0.1", "127.0.0.1.evil.example"] {
        assert_eq!(page(host, &[]), 403, "{host}");
    }
    for host in ["localhost", "localhost:8080", "127.0.0.1"] {
        assert_eq!(page(host, &[]), 200, "{host}");
        assert_eq!(page(host, &[("Origin", "http://evil.example")]), 403);
        assert_eq!(page(host, &[("Sec-Fetch-Site", "cross-site")]), 403);
    }
}
