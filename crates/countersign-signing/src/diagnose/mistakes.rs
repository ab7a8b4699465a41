//! The mistakes that clients make, each declared once: code, words and change of a recipe.
//!
//! Belongs here: what people do wrong. Does not: how a signature is made (see `recipe`), when a
//! mistake is tried (see `search`).

mod changes;
mod declare;

use super::{clues::Clues, recipe::Recipe};
use declare::mistakes;

mistakes! {
    // In the order in which they are tried: first what costs one signature, then what costs many.
    SignatureMethodSha1 {
        code: "signature-method-sha1",
        meaning: "The client computed HMAC-SHA1 where HMAC-SHA256 is required.",
        fix: "Compute HMAC-SHA256, and declare it in oauth_signature_method.",
        change: changes::sha1,
    }
    TokenSecretMissing {
        code: "token-secret-missing",
        meaning: "The client left the token secret out of the key.",
        fix: "Use as key the consumer secret, then &, then the token secret.",
        change: changes::without_token_secret,
    }
    SecretsSwapped {
        code: "secrets-swapped",
        meaning: "The client put the token secret before the consumer secret.",
        fix: "Use as key the consumer secret first, then &, then the token secret.",
        change: changes::swapped_secrets,
    }
    QueryNotSigned {
        code: "query-not-signed",
        meaning: "The client left the query string out of the base string.",
        fix: "Sign the parameters of the query too, such as a RESTlet's script and deploy.",
        change: changes::without_query,
    }
    WrongScheme {
        code: "wrong-scheme",
        meaning: "The client signed another scheme than the request came with.",
        fix: "Sign the URL that is called; a proxy that ends TLS must pass the scheme on.",
        change: changes::other_scheme,
    }
    PlusForSpace {
        code: "plus-for-space",
        meaning: "The client signed + for a blank, which is signed as %20.",
        fix: "Read + in a query or form as a blank, and encode each blank as %20.",
        change: changes::plus_for_blank,
    }
    DoubleEncoded {
        code: "double-encoded",
        meaning: "The client percent-encoded values of parameters once more than it should.",
        fix: "Decode each value of query and form, then encode it once; only the finished list \
              is encoded again.",
        change: changes::encoded_again,
    }
    WrongMethod {
        code: "wrong-method",
        meaning: "The client signed another method than the one it sent.",
        fix: "Sign the method that is sent; sign again after a redirect.",
        change: changes::other_method,
    }
    WrongHost {
        code: "wrong-host",
        meaning: "The client signed another host than the request came for.",
        fix: "Sign the host and port of the URL that is called; a proxy must keep the Host header.",
        change: changes::other_host,
    }
    ClockSkew {
        code: "clock-skew",
        meaning: "The timestamp is too far from the server's time.",
        fix: "Set the client's clock by NTP, send seconds since 1970 in UTC, and sign right before \
              sending.",
        change: changes::none,
    }
    NonceReused {
        code: "nonce-reused",
        meaning: "The client sent a nonce again, with the same token and timestamp as before.",
        fix: "Sign each request anew, retries and redirects too, with a fresh nonce and timestamp.",
        change: changes::none,
    }
    TokenRevoked {
        code: "token-revoked",
        meaning: "The client used a token that is revoked.",
        fix: "Create a new access token and give it to the client.",
        change: changes::none,
    }
    Unexplained {
        code: "unexplained",
        meaning: "No known mistake explains this refusal.",
        fix: "Compare the fingerprints of the secrets with those of the client's: a wrong secret \
              is the usual remaining cause.",
        change: changes::none,
    }
}

/// A recipe with a mistake in it.
pub(super) struct Variant<'e> {
    pub(super) recipe: Recipe<'e>,
    /// What the client did, in this variant of the mistake.
    pub(super) sentence: String,
}

impl Code {
    /// The recipe with this mistake made in it, in each way in which it can be made; none when it
    /// can't be.
    pub(super) fn variants<'e>(self, recipe: &Recipe<'e>, clues: &Clues) -> Vec<Variant<'e>> {
        let changed = (self.mistake().change)(recipe, clues);
        let variants = changed.into_iter().map(|change| {
            let sentence = change.detail.unwrap_or_else(|| self.meaning().to_owned());
            Variant { recipe: change.recipe, sentence }
        });
        variants.collect()
    }
}
