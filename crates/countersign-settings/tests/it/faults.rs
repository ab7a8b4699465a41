//! Each fault has its line, its setting, what is wrong and what would be right.

use crate::world::{LEAST, NEXT, said, said_behind, said_for};

#[test]
fn the_least_configuration_is_right() {
    assert_eq!(said(LEAST), "right");
}

#[test]
fn values_of_a_section_are_read_strictly() {
    for (text, sentence) in [
        (
            "[limits]\nhead_bytes = \"64 KB\"",
            "14: limits.head_bytes: \"64 KB\" is no size: write 64 KiB or 64000 B",
        ),
        (
            "[limits]\nhead_bytes = 4096",
            "14: limits.head_bytes: 4096 is too small: write at least 8 KiB",
        ),
        (
            "[limits]\nhead_read = 30",
            "14: limits.head_read: 30 has no unit: write \"30 s\", or with ms, min, h or d",
        ),
        (
            "[limits]\nidle = true",
            "14: limits.idle: true is no time: write a whole number of ms, s, min, h or d, such \
             as \"30 s\"",
        ),
        (
            "[limits]\nconnections = \"100\"",
            "14: limits.connections: \"100\" is text: write it without quotes",
        ),
        (
            "[limits]\nconnections = -5",
            "14: limits.connections: -5 is too small: write at least 16",
        ),
        (
            "[limits]\nconnections = 99999999999999999999",
            "14: limits.connections: 99999999999999999999 is no count: write a whole number, such \
             as 100",
        ),
        (
            "[limits]\nconnections = [1]",
            "14: limits.connections: a list is no count: write a whole number, such as 100",
        ),
        (
            "[limits]\nrate_per_token = 100",
            "14: limits.rate_per_token: 100 is no rate: write \"100/s\", /min or /h, or \"100/s \
             burst 200\"",
        ),
        (
            "[limits]\nrate_per_token = \"0/s\"",
            "14: limits.rate_per_token: \"0/s\" lets nothing through: write at least 1",
        ),
        (
            "[log]\nformat = \"xml\"",
            "14: log.format: \"xml\" is none of the choices: write one of \"text\", \"json\"",
        ),
        (
            "[log]\nlevel = \"verbose\"",
            "14: log.level: \"verbose\" is no level: write error, warn, info, debug, trace or \
             off, and for one target such as \"info,countersign_gate=debug\"",
        ),
        (
            "[tracing]\nsample = 5",
            "14: tracing.sample: 5 is no ratio: write a number from 0.0 to 1.0",
        ),
        (
            "[metrics]\nallow = \"10.0.0.0/8\"",
            "14: metrics.allow: \"10.0.0.0/8\" is no list: write it in brackets, such as \
             [\"10.0.0.0/8\"]",
        ),
        (
            "[metrics]\nallow = [\n\"10.0.0.0/8\",\n\"10.0.0.1/8\",\n\"x\"\n]",
            "16: metrics.allow: \"10.0.0.1/8\" has bits behind its prefix: write 10.0.0.0/8\n17: \
             metrics.allow: \"x\" is no network: write one such as 10.0.0.0/8 or fd00::/8",
        ),
        (
            "[metrics]\nallow = [\"::1\", \"::1/128\"]",
            "14: metrics.allow: \"::1/128\" stands in the list twice",
        ),
    ] {
        assert_eq!(said_behind(text), sentence, "{text}");
    }
}

#[test]
fn values_at_the_top_and_in_lists_of_sections_are_read_strictly() {
    for (from, to, sentence) in [
        (
            "https://auth.example.com",
            "http://auth.example.com",
            "1: public_url: \"http://auth.example.com\" is plain HTTP to another machine: write \
             https://",
        ),
        (
            "https://auth.example.com",
            "https://auth.example.com/app",
            "1: public_url: \"https://auth.example.com/app\" has a path: write \
             https://auth.example.com",
        ),
        (
            "https://auth.example.com",
            "auth.example.com",
            "1: public_url: \"auth.example.com\" is no URL: write one such as \
             https://auth.example.com",
        ),
        (
            "/var/lib/countersign",
            "data",
            "2: data_dir: \"data\" is no absolute path: write one that begins with /",
        ),
        (
            "/etc/countersign/key",
            "sesame",
            "3: key_file: the value is no absolute path of a file: write one that begins with /",
        ),
        (
            "127.0.0.1:8080",
            "localhost:8080",
            "5: listener[1].address: \"localhost:8080\" is no address to listen on: write \
             IP:PORT, such as 127.0.0.1:8080",
        ),
        (
            "\"http://127.0.0.1:9000\"",
            "\"http://ann:sesame@127.0.0.1:9000\"",
            "9: upstream[1].servers: the URL has a user or a password: leave it out",
        ),
        (
            "\"http://127.0.0.1:9000\"",
            "",
            "9: upstream[1].servers: the list is empty: write at least one",
        ),
        (
            "name = \"orders\"",
            "name = \"Orders\"",
            "8: upstream[1].name: \"Orders\" is no name: write up to 64 lower-case letters, \
             digits and -\n12: route[1].upstream: names no upstream: did you mean \"Orders\"?",
        ),
        (
            "path = \"/\"",
            "path = \"/v1/*\"",
            "11: route[1].path: \"/v1/*\" has a *: a path that ends in / stands for all below it",
        ),
        (
            "path = \"/\"",
            "path = \"/rest/x\"",
            "11: route[1].path: \"/rest/x\" is answered by Countersign itself: write another path",
        ),
        (
            "path = \"/\"",
            "path = \"/\"\nmethods = [\"get\", \"TRACE\"]",
            "12: route[1].methods: \"TRACE\" is never forwarded: leave it out\n12: \
             route[1].methods: \"get\" is no method: write \"GET\"",
        ),
        (
            "path = \"/\"",
            "path = \"/\"\npermission = \"orders:all\"",
            "12: route[1].permission: \"orders:all\" has an unknown level: write name or \
             name:level, with a level of view, create, edit or full",
        ),
        (
            "path = \"/\"",
            "path = \"/\"\ncors_origins = [\"*\"]",
            "12: route[1].cors_origins: \"*\" would let every web site sign requests: name the \
             sites one by one",
        ),
    ] {
        assert_eq!(said_for(from, to), sentence, "{to}");
    }
}

#[test]
fn what_is_unknown_is_told_with_what_was_probably_meant() {
    for (text, sentence) in [
        (
            "[limits]\nhead_byte = 1",
            "14: limits.head_byte: is no setting: did you mean head_bytes?",
        ),
        ("[log]\ncolour = true", "14: log.colour: is no setting: here are level, format"),
        ("[log]\n\"a\\nb\" = true", "14: log.\"a\\nb\": is no setting: here are level, format"),
        ("[limit]\nidle = \"1 s\"", "13: limit: is no setting: did you mean limits?"),
        (
            "[log]\ndomain = \"a.example\"",
            "14: log.domain: stands at the top of the file, before the first [section]",
        ),
        (
            "[tracing]\nheaders = \"api-key: sesame\"",
            "14: tracing.headers: stands in a file of its own: name that file in headers_file",
        ),
    ] {
        assert_eq!(said_behind(text), sentence, "{text}");
    }
    let key = said_for("key_file = \"/etc/countersign/key\"", "key = \"sesame\"");
    assert_eq!(
        key,
        "3: key: stands in a file of its own: name that file in key_file\n \
         key_file: is missing: write key_file = \"/etc/countersign/NAME\", or set \
         COUNTERSIGN_KEY_FILE"
    );
}

#[test]
fn a_domain_is_a_name_in_which_hosts_can_lie() {
    for address in ["127.0.0.1", "[::1]"] {
        let said = said_for("[[listener]]", &format!("domain = \"{address}\"\n[[listener]]"));
        assert_eq!(said, "4: domain: is an address, and no host lies in one: write a name");
    }
    let name = "domain = \"Example.com\"\n[[listener]]";
    assert_eq!(said_for("[[listener]]", name), "right");
}

#[test]
fn what_is_missing_is_told_with_what_to_write() {
    assert_eq!(
        said(""),
        "c.toml: data_dir: is missing: write data_dir = \"/var/lib/countersign\", or set \
         COUNTERSIGN_DATA_DIR\n\
         c.toml: key_file: is missing: write key_file = \"/etc/countersign/NAME\", or set \
         COUNTERSIGN_KEY_FILE\n\
         c.toml: listener: is missing: write at least one [[listener]]\n\
         c.toml: public_url: is missing: write public_url = \"https://auth.example.com\", or set \
         COUNTERSIGN_PUBLIC_URL\n\
         c.toml: route: is missing: write at least one [[route]]\n\
         c.toml: upstream: is missing: write at least one [[upstream]]"
    );
    assert_eq!(
        said_for("address = \"127.0.0.1:8080\"\n", ""),
        "4: listener[1].address: is missing: write address = \"127.0.0.1:8080\""
    );
    assert_eq!(
        said_for("trusted_peers = [\"127.0.0.1\"]", "[listener.tls]\nkey = \"/k.pem\""),
        "6: listener[1].tls.certificate: is missing: write certificate = \"/etc/countersign/NAME\""
    );
}

#[test]
fn brackets_say_whether_a_section_may_stand_several_times() {
    assert!(
        said_for("[[listener]]", "[listener]")
            .contains("4: listener: may stand several times: write [[listener]], in two brackets")
    );
    assert_eq!(said_behind("[[log]]"), "13: log: is a section: write [log]");
    assert!(said_for("public_url", "upstream = 5\npublic_url").contains("write [[upstream]]"));
}

#[test]
fn settings_that_contradict_each_other_are_faults() {
    let peers = "trusted_peers = [\"127.0.0.1\"]";
    for (from, to, sentence) in [
        (
            peers,
            "proxy_protocol = true",
            "6: listener[1].proxy_protocol: needs trusted_peers: write the addresses that send \
             the PROXY header",
        ),
        (
            peers,
            "[[listener]]\naddress = \"127.0.0.1:8080\"",
            "7: listener[2].address: is that of listener[1] too: give each its own",
        ),
        (
            "[[route]]",
            "ca_file = \"/ca.pem\"\n[[route]]",
            "10: upstream[1].ca_file: is of no use: no server is reached over https",
        ),
        (
            "[[route]]",
            "health_timeout = \"6 s\"\n[[route]]",
            "10: upstream[1].health_timeout: is longer than health_interval: questions would pile \
             up",
        ),
        (
            "[[route]]",
            "[[upstream]]\nname = \"orders\"\nservers = [\"http://127.0.0.1:1\"]\n[[route]]",
            "11: upstream[2].name: is that of upstream[1] too: give each its own",
        ),
        (
            "upstream = \"orders\"",
            "upstream = \"order\"",
            "12: route[1].upstream: names no upstream: did you mean \"orders\"?",
        ),
        (
            "upstream = \"orders\"",
            "upstream = \"x\"",
            "12: route[1].upstream: names no upstream: there are \"orders\"",
        ),
    ] {
        assert_eq!(said_for(from, to), sentence, "{to}");
    }
    for (text, sentence) in [
        (
            "permission = \"a\"\nunauthenticated = true",
            "13: route[1].permission: can't be asked for where unauthenticated = true: leave one \
             of them out",
        ),
        (
            "websocket = true\nmethods = [\"POST\"]",
            "13: route[1].websocket: begins with GET, which methods leaves out: add it there",
        ),
        (
            "[limits]\nform_bytes = \"128 MiB\"",
            "13: limits.form_memory: is less than form_bytes: no form of that size would fit",
        ),
        (
            "[limits]\nform_memory = 2048",
            "14: limits.form_memory: is less than form_bytes: no form of that size would fit",
        ),
        (
            "[tracing]\nheaders_file = \"/h\"",
            "14: tracing.headers_file: is of no use without endpoint: set that, or leave it out",
        ),
    ] {
        assert_eq!(said_behind(text), sentence, "{text}");
    }
}

#[test]
fn routes_that_take_the_same_requests_are_a_fault() {
    let second = |text: &str| said_behind(&format!("[[route]]\nupstream = \"orders\"\n{text}"));
    let tie = "15: route[2].path: and route[1] take the same requests: name other hosts, paths or \
    methods";
    assert_eq!(second("path = \"/\""), tie);
    for apart in [
        "path = \"/v1/\"",
        "path = \"/\"\nhost = \"a.example\"",
        "path = \"/\"\nmethods = [\"GET\"]",
    ] {
        assert_eq!(second(apart), "right", "{apart}");
    }
    let get = "path = \"/\"\nmethods = [\"GET\"]\n[[route]]\nupstream = \"orders\"\npath = \"/\"\n";
    assert_eq!(second(&format!("{get}methods = [\"POST\"]")), "right");
    assert!(second(&format!("{get}methods = [\"POST\", \"GET\"]")).contains("route[3].path"));
}

#[test]
fn all_faults_are_told_at_once_in_the_order_of_the_file() {
    let text = LEAST.replace("127.0.0.1:8080", "here").replace("\"/\"", "\"/*\"");
    let text = format!("{text}[limits]\nidle = \"1 year\"\nx = 1\n[audit]\nrows = 0\n");
    let lines = said(&text);
    let keys: Vec<&str> = lines.lines().map(|line| line.split(": ").nth(1).unwrap()).collect();
    assert_eq!(
        keys,
        ["listener[1].address", "route[1].path", "limits.idle", "limits.x", "audit.rows"]
    );
}

#[test]
fn what_is_no_toml_is_told_with_its_line_and_hides_no_other_fault() {
    let said = said_behind("[limits]\nhead_bytes = 64 KiB\nidle = \"1 year\"\n");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(
        lines[0],
        "14: no TOML (string values must be quoted, expected literal string): text stands in \
         quotes, such as \"64 KiB\"; true and false don't"
    );
    assert!(lines.iter().any(|line| line.starts_with("15: limits.idle: ")), "{said}");
    assert_eq!(lines.iter().filter(|line| line.starts_with("14: ")).count(), 1, "{said}");
    let twice = said_for("data_dir", "public_url");
    assert_eq!(twice, "2: no TOML (duplicate key): the key or section stands further up, too");
}

#[test]
fn a_file_that_is_none_is_refused_as_a_whole() {
    let environment = std::collections::BTreeMap::new();
    let said = |text: &[u8]| {
        let source =
            countersign_settings::Source { file: "c.toml", text, environment: &environment };
        countersign_settings::read(&source).unwrap_err().to_string()
    };
    assert_eq!(
        said(&vec![b'#'; 1024 * 1024 + 1]),
        "c.toml: has more than 1 MiB: is it the right file?"
    );
    assert_eq!(said(b"a = 1\nb = \"\xff\""), "c.toml:2: is no text: a settings file is UTF-8");
    let many: String = (0..5000).map(|n| format!("a{n} = 1\n")).collect();
    let many = said(many.as_bytes());
    assert_eq!(many.lines().count(), 101);
    assert!(many.ends_with("c.toml: and 4906 further faults"), "{many}");
    let routes = "[[route]]\npath = \"/\"\nupstream = \"orders\"\n".repeat(20_000);
    assert!(said(routes.as_bytes()).contains("route: stands more than 1000 times"));
    let deep = format!("a = {}", "[".repeat(100_000));
    assert!(said(deep.as_bytes()).contains("no TOML"));
    assert!(NEXT == LEAST.lines().count() + 1);
}
