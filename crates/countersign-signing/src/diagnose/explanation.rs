//! What is said about a refused request.
//!
//! Belongs here: putting the findings into one explanation that holds no secret. Does not: the
//! findings.

mod hidden;
mod scrub;

use std::borrow::Cow;

use super::{
    Code, Secrets,
    recipe::{Digest, Recipe, Text},
    search::Attempt,
    wire::Fault,
};
use crate::{BaseString, visible};
pub(super) use hidden::base_strings;
use scrub::Scrub;

/// What the client did and what to change. Holds no secret; text of the request stands in it
/// percent-encoded or escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// What is wrong, at least one code; several when only together they explain the refusal. Of
    /// mistakes that make the same signature the first that is known stands here, and `sentence`
    /// names all of them.
    pub codes: Vec<Code>,
    /// The client's signature was reproduced: nothing but what the codes say is wrong with it.
    pub certain: bool,
    /// The signature that was sent is the right one for what was sent and these secrets: neither
    /// base string nor key nor digest differs, whatever the codes name. Implies `certain`.
    pub signature_is_right: bool,
    /// What the client did, a sentence for each code; "either" where the signature leaves a choice.
    pub sentence: String,
    /// What to change, a sentence for each code.
    pub fix: String,
    /// The base string that should have been signed (RFC 5849 section 3.4.1.1).
    pub expected: BaseString,
    /// The base string that the client signed, when it was reproduced.
    pub signed: Option<BaseString>,
    /// The first byte in which the two differ; `None` also when they don't.
    pub first_difference: Option<usize>,
}

/// An explanation in the making.
pub(super) struct Draft<'d, 'e, T> {
    expected: &'d Recipe<'e, T>,
    findings: Vec<Finding>,
    notes: Vec<String>,
    signed: Option<Recipe<'e, T>>,
    signature_is_right: bool,
}

/// One thing that is wrong.
struct Finding {
    code: Code,
    sentence: String,
    /// What to change.
    fix: Cow<'static, str>,
}

impl<'d, 'e, T: Text> Draft<'d, 'e, T> {
    pub(super) fn new(expected: &'d Recipe<'e, T>) -> Draft<'d, 'e, T> {
        Draft {
            expected,
            findings: Vec::new(),
            notes: Vec::new(),
            signed: None,
            signature_is_right: false,
        }
    }

    pub(super) fn expected(&self) -> &'d Recipe<'e, T> {
        self.expected
    }

    pub(super) fn say(&mut self, code: Code, sentence: String) {
        if !self.findings.iter().any(|known| known.code == code) {
            self.findings.push(Finding { code, sentence, fix: code.fix().into() });
        }
    }

    pub(super) fn fault(&mut self, fault: Fault) {
        self.say(fault.code, fault.sentence);
    }

    pub(super) fn reproduced(&mut self, attempt: Attempt<'e, T>) {
        self.signature_is_right = attempt.mistakes.is_empty();
        if attempt.recipe.digest == Digest::Sha256 {
            let is_right = self.signature_is_right;
            self.findings.iter_mut().for_each(|it| it.beside_the_right_digest(is_right));
        }
        for made in &attempt.mistakes {
            let sentence = made.sentence(&self.expected.text, &attempt.recipe.text);
            let finding = Finding { code: made.code, sentence, fix: made.fix().into() };
            // What the signature shows says more than what the header declares.
            match self.findings.iter_mut().find(|known| known.code == made.code) {
                Some(known) => *known = finding,
                None => self.findings.push(finding),
            }
        }
        self.signed = Some(attempt.recipe);
    }

    /// A sentence beside the codes.
    pub(super) fn note(&mut self, sentence: String) {
        self.notes.push(sentence);
    }

    pub(super) fn not_reproduced(&mut self, sentence: String) {
        if self.findings.is_empty() {
            self.say(Code::Unexplained, sentence);
        } else {
            self.note(sentence);
        }
    }

    /// The whole, without any of `secrets`; `base_strings` shows what should have been signed and
    /// what was.
    pub(super) fn finish(
        mut self,
        secrets: &Secrets<'_>,
        base_strings: impl FnOnce(&T, Option<&T>) -> (String, Option<String>),
    ) -> Explanation {
        if self.findings.is_empty() {
            self.findings.push(self.without_a_finding());
        }
        let fixes = self.findings.iter().map(|it| &*it.fix);
        let fix = fixes.collect::<Vec<_>>().join(" ");
        let codes = self.findings.iter().map(|it| it.code).collect();
        let scrub = Scrub::new(secrets);
        let signed = self.signed.as_ref().map(|signed| &signed.text);
        let (expected, signed) = base_strings(&self.expected.text, signed);
        let expected = BaseString::new(scrub.clean(expected));
        let signed = signed.map(|signed| BaseString::new(scrub.clean(signed)));
        let sentences = self.findings.into_iter().map(|it| it.sentence).chain(self.notes);
        let sentence = sentences.collect::<Vec<_>>().join(" ");
        Explanation {
            first_difference: signed.as_ref().and_then(|signed| expected.first_difference(signed)),
            certain: signed.is_some(),
            signature_is_right: self.signature_is_right,
            sentence: visible(&scrub.clean(sentence)),
            fix,
            codes,
            expected,
            signed,
        }
    }

    fn without_a_finding(&self) -> Finding {
        let (sentence, fix) = if self.signature_is_right {
            (
                "The signature is right for these secrets: if the request was refused, that had \
                 another cause.",
                "Leave the signature as it is; after a refusal look at clock, nonce, token and \
                 role.",
            )
        } else {
            (
                "The secrets of these ids are not known here, so the signature can't be checked.",
                "Give the secrets that belong to the ids in the header.",
            )
        };
        Finding { code: Code::Unexplained, sentence: sentence.to_owned(), fix: fix.into() }
    }
}

impl Finding {
    /// A declared method that is refused, where that is not what was computed.
    fn beside_the_right_digest(&mut self, signature_is_right: bool) {
        let did = match self.code {
            Code::SignatureMethodSha1 => "The client declared HMAC-SHA1, and computed HMAC-SHA256",
            Code::SignatureMethodUnsupported => {
                "The client declared what is not exactly HMAC-SHA256, and computed it"
            }
            _ => return,
        };
        let rest = if signature_is_right { ": the signature itself is right" } else { "" };
        self.sentence = format!("{did}{rest}.");
        self.fix =
            "Declare HMAC-SHA256 in oauth_signature_method, and sign with that name in it.".into();
    }
}
