//! What a search for a mistake costs that finds none: the dearest one.

use std::cell::Cell;
use std::hint::black_box;

use anyhow::Result;
use countersign_signing::diagnose::{Budget, Code, Evidence, Pair, Secrets, diagnose};
use countersign_signing::{Request, Scheme};

use crate::bench::Bench;
use crate::rounds::{Samples, nanoseconds};

const ROUNDS: usize = 51;
/// A RESTlet call as people make it, with a signature of nobody.
const TARGET: &str = "/app/site/hosting/restlet.nl?script=6&deploy=1&q=a+b&r=x%2Fy%2Bz&a=1&a=2";
const HEADER: &str = "OAuth realm=\"1234567\", oauth_consumer_key=\"consumer-key\", \
     oauth_token=\"token-id\", oauth_nonce=\"fjaLirsIcCGVZWzBX0pg\", \
     oauth_timestamp=\"1508242306\", oauth_signature_method=\"HMAC-SHA256\", \
     oauth_version=\"1.0\", oauth_signature=\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D\"";
/// As many as the server grants.
const TRIES: usize = 20_000;

pub(crate) fn run(bench: &mut Bench) -> Result<()> {
    let pair = Pair { consumer_secret: &[b'c'; 64], token_secret: &[b't'; 64] };
    let evidence = Evidence {
        request: Request {
            method: "POST",
            scheme: Scheme::Https,
            authority: "1234567.restlets.api.netsuite.com",
            target: TARGET,
            form: None,
        },
        body: None,
        authorization: Some(HEADER.as_bytes()),
        secrets: Secrets { pair: Some(pair), earlier: &[pair], other_tokens: &[] },
        candidate_hosts: &["10.0.0.7:9443"],
        hides_form_values: true,
    };
    let recipes = Cell::new(0_u64);
    let keep_going = || {
        recipes.set(recipes.get() + 1);
        true
    };
    let mut samples = Samples::default();
    for _ in 0..ROUNDS {
        recipes.set(0);
        samples.push(nanoseconds(|| {
            let budget = Budget { tries: TRIES, keep_going: &keep_going };
            let explanation = black_box(diagnose(&evidence, None, budget));
            debug_assert_eq!(explanation.codes, [Code::Unexplained]);
        }));
    }
    let detail = format!("{} recipes put together, single mistakes and pairs", recipes.get());
    bench.row("explanation_search_ms", samples.median() / 1e6, "ms", detail);
    Ok(())
}
