//! Requirement 2: random requests are signed the same by this crate, by python's oauthlib and by
//! npm's oauth-1.0a. Where one of them differs, `tests/differential/README.md` says why.
//!
//! Belongs here: comparing. Does not: making requests (see `case`), reasons (see `reason`).

mod case;
mod reason;
mod signer;

use std::collections::BTreeMap;

use countersign_signing::{
    Authorization, CanonicalRequest, Scratch, Signature, SigningKey, Step, sign,
};

use case::{Case, Random};
use reason::{OAUTH_1_0A, OAUTHLIB, Reason};
use signer::{Answer, Signer};

const SEED: u64 = 0x0A07_1849;

#[test]
#[ignore = "needs COUNTERSIGN_CLIENTS; run by cargo xtask test"]
fn oauthlib_signs_the_same() {
    compare(&Signer::oauthlib(), OAUTHLIB);
}

#[test]
#[ignore = "needs COUNTERSIGN_CLIENTS; run by cargo xtask test"]
fn npm_oauth_1_0a_signs_the_same() {
    compare(&Signer::oauth_1_0a(), OAUTH_1_0A);
}

/// Every case without a reason agrees; every reason explains at least one case that doesn't.
fn compare(signer: &Signer, reasons: &[Reason]) {
    let mut random = Random::new(SEED);
    let count = if crate::is_long() { 100_000 } else { 5_000 };
    let cases: Vec<Case> = (0..count).map(|_| Case::random(&mut random)).collect();
    let answers = signer.sign(&cases);
    assert_eq!(answers.len(), cases.len());

    let mut agreed = 0;
    let mut differed: BTreeMap<&str, usize> = reasons.iter().map(|it| (it.name, 0)).collect();
    for (case, answer) in cases.iter().zip(&answers) {
        let explaining: Vec<&str> =
            reasons.iter().filter(|it| (it.applies)(case)).map(|it| it.name).collect();
        match (check(case, answer), explaining.as_slice()) {
            (Ok(()), _) => agreed += 1,
            (Err(difference), []) => panic!("{case:#?}\n{difference}"),
            // Among several reasons it isn't known which one it was.
            (Err(_), [reason]) => *differed.entry(*reason).or_default() += 1,
            (Err(_), _) => {}
        }
    }
    println!("{agreed} of {} agree; alone responsible for differences: {differed:#?}", cases.len());
    assert!(agreed > cases.len() / 4, "only {agreed} of {} could be compared", cases.len());
    let idle: Vec<_> = differed.iter().filter(|(_, count)| **count == 0).collect();
    assert!(idle.is_empty(), "reasons that explain nothing: {idle:?}");
}

/// Our signature against theirs, and their header against our verifier.
fn check(case: &Case, answer: &Answer) -> Result<(), String> {
    let theirs = answer.as_ref().map_err(|error| format!("refused: {error}"))?;
    let ours = sign(&case.credentials(), &case.request(), &case.options())
        .map_err(|fault| fault.to_string())?;
    if ours.base_string.as_str() != theirs.base_string {
        return Err(format!("ours   {}\ntheirs {}", ours.base_string, theirs.base_string));
    }
    if ours.signature.to_base64() != theirs.signature {
        return Err(format!("ours {}, theirs {}", ours.signature.to_base64(), theirs.signature));
    }
    verify(case, &theirs.header)
}

fn verify(case: &Case, header: &str) -> Result<(), String> {
    let step = if case.token.is_some() { Step::Resource } else { Step::RequestToken };
    let token_secret = case.token.as_ref().map_or("", |(_, secret)| secret);
    let key = SigningKey::new(case.consumer_secret.as_bytes(), token_secret.as_bytes());
    let mut scratch = Scratch::default();
    let authorization = Authorization::parse(header.as_bytes(), &mut scratch.fields)
        .map_err(|fault| format!("{fault}: {header}"))?;
    let proof = authorization.proof(step).map_err(|fault| format!("{fault}: {header}"))?;
    let canonical = CanonicalRequest::new(&case.request(), &authorization, &mut scratch.pairs)
        .map_err(|fault| fault.to_string())?;
    let sent = Signature::parse(proof.signature).ok_or("no signature")?;
    let is_right = canonical.sign(&key).matches(&sent);
    is_right.then_some(()).ok_or_else(|| format!("not verified: {header}"))
}
