//! Random requests, the same for the same seed.
//!
//! Belongs here: what requests look like. Does not: what others make of them.

use countersign_signing::{Credentials, Request, Scheme, Secret, SignOptions, TokenCredentials};

/// Everything that a signature depends on.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) method: &'static str,
    pub(crate) scheme: Scheme,
    pub(crate) authority: String,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) form: Option<String>,
    pub(crate) realm: Option<&'static str>,
    pub(crate) consumer_secret: String,
    pub(crate) token: Option<(String, String)>,
    pub(crate) nonce: String,
    pub(crate) timestamp: i64,
    target: String,
}

impl Case {
    pub(crate) const CONSUMER_KEY: &str = "ef40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6d";

    pub(crate) fn random(random: &mut Random) -> Case {
        let method = random.pick(&["GET", "POST", "PUT", "DELETE", "PATCH"]);
        let spices = Spices::random(random);
        let path = path(random);
        let query = (!random.one_in(4)).then(|| form(random, &spices));
        let target = match &query {
            Some(query) => format!("{path}?{query}"),
            None => path.clone(),
        };
        let has_form = method == "POST" && random.one_in(2);
        Case {
            method,
            scheme: random.pick(&[Scheme::Http, Scheme::Https]),
            authority: authority(random),
            path,
            query,
            form: has_form.then(|| form(random, &spices)),
            realm: random.pick(&[None, Some("123456"), Some("123456_SB1")]),
            consumer_secret: secret(random),
            token: (!random.one_in(8)).then(|| (random.text(HEX, 40), secret(random))),
            nonce: random.text(HEX, 20),
            timestamp: 1_500_000_000 + i64::try_from(random.below(100_000_000)).unwrap(),
            target,
        }
    }

    pub(crate) fn request(&self) -> Request<'_> {
        Request {
            method: self.method,
            scheme: self.scheme,
            authority: &self.authority,
            target: &self.target,
            form: self.form.as_deref().map(str::as_bytes),
        }
    }

    pub(crate) fn credentials(&self) -> Credentials {
        let token = self.token.as_ref();
        Credentials {
            consumer_key: Case::CONSUMER_KEY.to_owned(),
            consumer_secret: Secret::new(self.consumer_secret.as_str()),
            token: token.map(|(token, secret)| TokenCredentials {
                token: token.clone(),
                secret: Secret::new(secret.as_str()),
            }),
        }
    }

    pub(crate) fn options(&self) -> SignOptions<'_> {
        SignOptions { realm: self.realm, ..SignOptions::new(self.timestamp, &self.nonce) }
    }

    pub(crate) fn url(&self) -> String {
        format!("{}://{}{}", self.scheme.as_str(), self.authority, self.target)
    }

    /// Names and values of query and form as they were sent, empty components too.
    pub(crate) fn components(&self) -> impl Iterator<Item = (&str, &str)> {
        let texts = self.query.iter().chain(&self.form);
        texts.flat_map(|text| text.split('&')).map(|it| it.split_once('=').unwrap_or((it, "")))
    }
}

/// What is unusual about a case's parameters. Most cases have little of it, so that each kind is
/// met alone.
struct Spices(Vec<&'static [&'static str]>);

impl Spices {
    const ALL: [&[&str]; 10] = [
        &["+"],
        &["%20", "%09"],
        &["%2B", "%26", "%3D", "%25", "%2f", "%7e"],
        &["%C3%BC", "%E2%82%AC", "%F0%9F%98%80", "%e6%97%a5"],
        &["="],
        &["!", "*", "'", "(", ")"],
        &[":", ";", ",", "/", "?", "@", "$"],
        &["[", "]", "|", "^", "{", "}", "\""],
        &["\u{fc}", "\u{20ac}"],
        &["%zz", "%", "%FF", "%C3"],
    ];

    fn random(random: &mut Random) -> Spices {
        Spices(Spices::ALL.into_iter().filter(|_| random.one_in(8)).collect())
    }
}

fn form(random: &mut Random, spices: &Spices) -> String {
    let mut components: Vec<String> = Vec::new();
    for _ in 0..random.below(7) {
        let name = match components.last() {
            Some(last) if random.one_in(8) => last.split('=').next().unwrap_or_default().to_owned(),
            // The same in query and form.
            _ if random.one_in(10) => "script".to_owned(),
            // Spice in names is rarer than in values.
            _ if random.one_in(4) => component(random, spices),
            _ => format!("n{}", random.text(LETTERS, 3)),
        };
        components.push(match random.below(12) {
            0 => name,
            1 => format!("{name}="),
            2 if random.one_in(3) => String::new(),
            _ => format!("{name}={}", component(random, spices)),
        });
    }
    components.join("&")
}

fn component(random: &mut Random, spices: &Spices) -> String {
    let mut text = String::new();
    for _ in 0..1 + random.below(5) {
        if !spices.0.is_empty() && random.one_in(3) {
            let spice = random.pick(&spices.0);
            text.push_str(random.pick(spice));
        } else {
            text.push_str(&random.text(LETTERS, 2));
        }
    }
    text
}

fn path(random: &mut Random) -> String {
    let segments = [
        "app",
        "restlet.nl",
        "salesOrder",
        "v1",
        "40",
        "%20",
        "%2F",
        "%7e",
        "~",
        "..",
        "a;b",
        "",
        "(x)",
        "eid:7",
        "\u{fc}",
        "a=b&c",
    ];
    let count = random.below(5);
    let segments = (0..count).map(|_| format!("/{}", random.pick(&segments)));
    let path: String = segments.collect();
    // "//" in front would be read as an authority by those who take a URL apart.
    if path.starts_with("//") { format!("/x{path}") } else { path }
}

fn authority(random: &mut Random) -> String {
    let hosts = ["123456.restlets.api.netsuite.com", "example.com", "localhost", "127.0.0.1"];
    let host = random.pick(&hosts);
    let host = if random.one_in(10) { host.to_uppercase() } else { host.to_owned() };
    match random.below(12) {
        0 => format!("{host}:80"),
        1 => format!("{host}:443"),
        2 => format!("{host}:8080"),
        _ => host,
    }
}

fn secret(random: &mut Random) -> String {
    match random.below(6) {
        0 => random.text("a+b/c=&d e%~\u{fc}", 12),
        _ => random.text(HEX, 64),
    }
}

const HEX: &str = "0123456789abcdef";
const LETTERS: &str = "abcXYZ019-._~";

/// SplitMix64: small, and the same everywhere.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap_or_default()
    }

    fn one_in(&mut self, odds: usize) -> bool {
        self.below(odds) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    fn text(&mut self, alphabet: &str, length: usize) -> String {
        let alphabet: Vec<char> = alphabet.chars().collect();
        (0..length).map(|_| self.pick(&alphabet)).collect()
    }
}
