//! What to write in the client's own language.
//!
//! Belongs here: guessing the language, choosing the hint. Does not: hints (`countersign-signing`,
//! module `diagnose::topic`).

use anyhow::{Context, bail};
use countersign_signing::diagnose::{Code, Language};

/// Names for the command line.
const NAMES: [(&str, Language); 6] = [
    ("python", Language::Python),
    ("javascript", Language::JavaScript),
    ("php", Language::Php),
    ("csharp", Language::CSharp),
    ("java", Language::Java),
    ("ruby", Language::Ruby),
];

/// Words in lower case that a user agent of the language has.
const AGENTS: [(&str, Language); 17] = [
    ("python", Language::Python),
    ("aiohttp", Language::Python),
    ("axios", Language::JavaScript),
    ("node", Language::JavaScript),
    ("undici", Language::JavaScript),
    ("got (", Language::JavaScript),
    ("guzzle", Language::Php),
    ("php", Language::Php),
    ("restsharp", Language::CSharp),
    (".net", Language::CSharp),
    ("okhttp", Language::Java),
    ("apache-httpclient", Language::Java),
    ("java/", Language::Java),
    ("java-http-client", Language::Java),
    ("scribe", Language::Java),
    ("ruby", Language::Ruby),
    ("faraday", Language::Ruby),
];

/// The language that a client with this user agent is likely written in.
pub(super) fn language_of(user_agent: &str) -> Option<Language> {
    let agent = user_agent.to_ascii_lowercase();
    AGENTS.into_iter().find(|(word, _)| agent.contains(word)).map(|(_, language)| language)
}

/// The language of this name.
///
/// # Errors
/// There are no hints for it: a sentence with those that there are.
pub fn parse(name: &str) -> anyhow::Result<Language> {
    let found = NAMES.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    let Some((_, language)) = found else {
        let names = NAMES.map(|(name, _)| name);
        let (last, others) = names.split_last().context("there is no language")?;
        bail!("hints are there for {} and {last}", others.join(", "));
    };
    Ok(language)
}

/// For the first of the codes that a client can mend.
pub(super) fn text(codes: impl Iterator<Item = Code>, language: Language) -> Option<String> {
    let mut hints = codes.flat_map(|code| code.topic().hints());
    let (_, hint) = hints.find(|(of, _)| *of == language)?;
    Some(format!("{}: {hint}", language.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_known_by_its_user_agent() {
        for (agent, expected) in [
            ("python-requests/2.32.3", Some(Language::Python)),
            ("axios/1.7.2", Some(Language::JavaScript)),
            ("node", Some(Language::JavaScript)),
            ("GuzzleHttp/7", Some(Language::Php)),
            ("RestSharp/112.0.0.0", Some(Language::CSharp)),
            ("Java/21.0.2", Some(Language::Java)),
            ("Apache-HttpClient/4.5.14 (Java/17)", Some(Language::Java)),
            ("Ruby", Some(Language::Ruby)),
            ("curl/8.5.0", None),
            ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", None),
        ] {
            assert_eq!(language_of(agent), expected, "{agent}");
        }
    }

    #[test]
    fn the_first_code_that_a_client_can_mend_has_the_hint() {
        let codes = [Code::TokenRevoked, Code::ClockSkew];
        let hint = text(codes.into_iter(), Language::JavaScript).unwrap();
        assert!(hint.starts_with("JavaScript (oauth-1.0a): `Math.floor("), "{hint}");
        assert_eq!(text([Code::TokenRevoked].into_iter(), Language::Java), None);
    }

    #[test]
    fn every_language_has_a_name() {
        for language in Language::ALL {
            let name = NAMES.into_iter().find(|(_, it)| *it == language).unwrap().0;
            assert_eq!(parse(name).unwrap(), language);
        }
        let fault = parse("cobol").unwrap_err().to_string();
        assert!(fault.ends_with("php, csharp, java and ruby"), "{fault}");
    }
}
