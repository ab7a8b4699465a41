//! Settings as the gate takes them.

use std::time::Duration;

use countersign_model::AccountLabel;
use countersign_settings::Source;

use super::*;

const LEAST: &str = r#"public_url = "https://auth.example.com:8443"
data_dir = "/var/lib/countersign"
key_file = "/etc/countersign/key"
[[listener]]
address = "127.0.0.1:8080"
[[upstream]]
name = "orders"
servers = ["http://127.0.0.1:9000"]
[[route]]
path = "/"
upstream = "orders"
"#;

fn effective(text: &str) -> Effective {
    let environment = BTreeMap::new();
    let source = Source { file: "c.toml", text: text.as_bytes(), environment: &environment };
    countersign_settings::read(&source).unwrap_or_else(|faults| panic!("{faults}"))
}

fn plan(text: &str) -> anyhow::Result<Plan> {
    Plan::of(effective(text))
}

#[test]
fn what_nobody_sets_is_what_the_gate_does_by_itself() {
    let plan = plan(LEAST).unwrap();
    assert_eq!(format!("{:?}", plan.limits), format!("{:?}", Limits::default()));
    assert_eq!(plan.keep, Keep::default());
    assert_eq!(plan.public_hosts, ["auth.example.com"]);
    assert_eq!(plan.public_url.as_deref(), Some("https://auth.example.com:8443"));
    assert!(plan.telemetry.otlp.is_none());
}

#[test]
fn what_is_set_is_done() {
    let text = format!(
        "{LEAST}[limits]\nidle = \"7 s\"\nrate_per_token = \"10/s burst 30\"\n\
         [audit]\nrows = 1000\n[tracing]\nendpoint = \"http://127.0.0.1:4318\"\nsample = 0.5\n"
    );
    let plan = plan(&text).unwrap();
    assert_eq!(plan.limits.idle, Duration::from_secs(7));
    let rate = Rate { requests: 10, per: Duration::from_secs(1), burst: 30 };
    assert_eq!(plan.limits.rate_per_token, Some(rate));
    assert_eq!(plan.keep.rows, 1000);
    let otlp = plan.telemetry.otlp.unwrap();
    assert_eq!((otlp.sample, &*otlp.endpoint), (0.5, "http://127.0.0.1:4318/v1/traces"));
}

#[test]
fn files_that_are_not_what_they_should_be_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("it.pem");
    std::fs::write(&file, "no header\n").unwrap();
    let name = file.display();
    let refused = |text: String| format!("{:#}", plan(&text).err().expect("is refused"));

    let server = "servers = [\"http://127.0.0.1:9000\"]";
    let https = format!("servers = [\"https://127.0.0.1:9000\"]\nca_file = \"{name}\"");
    let authority = refused(LEAST.replace(server, &https));
    assert!(authority.starts_with(&format!("{name} (ca_file of orders): ")), "{authority}");

    let tls = format!("\n[listener.tls]\ncertificate = \"{name}\"\nkey = \"{name}\"\n[[upstream]]");
    let certificate = refused(LEAST.replace("\n[[upstream]]", &tls));
    assert!(certificate.starts_with(&format!("{name}: ")), "{certificate}");

    let endpoint = "[tracing]\nendpoint = \"http://127.0.0.1:4318\"\n";
    let headers = refused(format!("{LEAST}{endpoint}headers_file = \"{name}\"\n"));
    assert_eq!(headers, format!("{name}:1 is no header: write NAME: VALUE"));
}

/// The plan's warnings are what check-config prints, and what the log begins with.
#[test]
fn an_expired_certificate_is_a_warning_of_the_plan() {
    let folder = tempfile::tempdir().unwrap();
    let mut params = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(2001, 1, 1);
    let key = rcgen::KeyPair::generate().unwrap();
    let chain = folder.path().join("chain.pem");
    std::fs::write(&chain, params.self_signed(&key).unwrap().pem()).unwrap();
    std::fs::write(folder.path().join("key.pem"), key.serialize_pem()).unwrap();
    let tls = format!(
        "\n[listener.tls]\ncertificate = {chain:?}\nkey = {:?}\n[[upstream]]",
        folder.path().join("key.pem")
    );
    let plan = plan(&LEAST.replace("\n[[upstream]]", &tls)).unwrap();
    let sentence = format!(
        "c.toml:7: listener[1].tls.certificate: {}: the certificate has expired \
         (2001-01-01T00:00:00Z): clients refuse it, renew it",
        chain.display()
    );
    assert_eq!(plan.warnings, [sentence]);
}

#[test]
fn a_host_of_a_route_that_would_be_an_accounts_is_doubted() {
    let doubts = |host: &str, more: &str| {
        let text = LEAST.replace("[[listener]]", "domain = \"example.com\"\n[[listener]]");
        doubts::doubtful(&effective(&format!("{text}host = \"{host}\"\n{more}")))
    };
    let [(key, said)] = &doubts("billing.example.com", "")[..] else { panic!("one doubt") };
    assert_eq!(key, "route[1].host");
    assert!(said.contains("is a host of account BILLING: signed requests to it are"), "{said}");
    assert!(doubts("my-own-api.example.com", "")[0].1.contains("is a host of no account"));
    for host in [
        "1234567-sb1.restlets.api.example.com",
        "tstdrv1.example.com",
        "auth.example.com",
        "rest.example.com",
        "example.com",
        "billing.example.org",
    ] {
        assert!(doubts(host, "").is_empty(), "{host}");
    }
    assert!(doubts("billing.example.com", "unauthenticated = true\n").is_empty());
}

#[test]
fn an_open_route_beside_the_control_plane_is_doubted() {
    let open = format!("{LEAST}unauthenticated = true\n");
    let [(key, said)] = &doubts::doubtful(&effective(&open))[..] else { panic!("one doubt") };
    assert_eq!(key, "route[1].unauthenticated");
    assert!(said.contains("can act for whoever is logged in"), "{said}");
    assert!(doubts::doubtful(&effective(LEAST)).is_empty());
    for (host, doubted) in [("auth.example.com", 1), ("www.example.com", 0)] {
        let text = format!("{open}host = \"{host}\"\n");
        assert_eq!(doubts::doubtful(&effective(&text)).len(), doubted, "{host}");
    }
    let data = open.replace("[[listener]]", "[[listener]]\nserves = \"data\"");
    assert!(doubts::doubtful(&effective(&data)).is_empty());
}

#[test]
fn hosts_in_the_domain_name_accounts_and_the_public_one_does_not() {
    assert!(plan(LEAST).unwrap().account_hosts.is_none());
    let text = format!("domain = \"Example.com\"\n{LEAST}");
    let hosts = plan(&text).unwrap().account_hosts.unwrap();
    let id = |host: &str| hosts.label(host).and_then(AccountLabel::id).map(|id| id.to_string());
    assert_eq!(id("1234567-sb1.app.example.com:8443").as_deref(), Some("1234567_SB1"));
    assert_eq!(id("auth.example.com:8443"), None);
}
