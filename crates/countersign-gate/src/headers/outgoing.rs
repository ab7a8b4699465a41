//! A verified request's headers, on the way to the upstream.

use std::fmt::{self, Write as _};

use bytes::BytesMut;
use countersign_verify::Principal;
use http::header::{AUTHORIZATION, EXPECT, HOST, HeaderMap, HeaderName, HeaderValue};

use crate::peers::Origin;

use super::cookies;
use super::spelling::{begins, is, never_passes, remove};

const ACCOUNT: HeaderName = HeaderName::from_static("countersign-account");
const ENTITY: HeaderName = HeaderName::from_static("countersign-entity");
const ROLE: HeaderName = HeaderName::from_static("countersign-role");
const INTEGRATION: HeaderName = HeaderName::from_static("countersign-integration");
const TOKEN: HeaderName = HeaderName::from_static("countersign-token");
const ASSERTION: HeaderName = HeaderName::from_static("countersign-assertion");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// Who called, as the upstream is told.
pub(crate) struct CalledBy<'o> {
    /// Where the request comes from.
    pub(crate) origin: &'o Origin,
    /// Who acts, where that was proven.
    pub(crate) principal: Option<&'o Principal>,
    /// The signed statement of who acts.
    pub(crate) assertion: Option<&'o str>,
    /// Whether the client's `Authorization` header stays.
    pub(crate) keeps_authorization: bool,
}

/// Takes off what must not pass and puts on who acts and who called.
///
/// First all is taken off, also what `Connection` names; so nothing of ours can be taken off.
pub(crate) fn prepare_request(headers: &mut HeaderMap, called_by: &CalledBy<'_>) {
    let CalledBy { origin, principal, assertion, keeps_authorization } = *called_by;
    remove(headers, |name| {
        never_passes(name)
            || is_ours_to_say(name)
            || (*name == AUTHORIZATION && !keeps_authorization)
    });
    cookies::withhold(headers);
    let host = headers.get(HOST).cloned();
    let mut values = Values(BytesMut::with_capacity(Values::ROOM));
    values.put(headers, FORWARDED_FOR, &origin.source);
    headers.insert(FORWARDED_PROTO, HeaderValue::from_static(origin.scheme.as_str()));
    if let Some(host) = host {
        headers.insert(FORWARDED_HOST, host);
    }
    if let Some(principal) = principal {
        values.put(headers, ACCOUNT, &principal.account_id.as_str());
        values.put(headers, ENTITY, &principal.entity.0);
        values.put(headers, ROLE, &principal.role.0);
        values.put(headers, INTEGRATION, &principal.installation.0);
        values.put(headers, TOKEN, &principal.token.0);
    }
    if let Some(value) = assertion.and_then(|text| HeaderValue::from_str(text).ok()) {
        headers.insert(ASSERTION, value);
    }
}

/// Values of our headers, one behind the other in one piece of memory that they share: each of its
/// own would cost two.
struct Values(BytesMut);

impl Values {
    /// For an address, an account id and four numbers.
    const ROOM: usize = 160;

    /// Sets a header. An address is digits, letters and `:.`, an account id letters, digits and
    /// `_`, a number digits: so this never fails.
    fn put(&mut self, headers: &mut HeaderMap, name: HeaderName, value: &dyn fmt::Display) {
        let written = write!(self.0, "{value}").is_ok();
        let value = HeaderValue::from_maybe_shared(self.0.split().freeze());
        if let (true, Ok(value)) = (written, value) {
            headers.insert(name, value);
        }
    }
}

fn is_ours_to_say(name: &HeaderName) -> bool {
    match name.as_str().as_bytes().first() {
        Some(b'e') => *name == EXPECT,
        Some(b'f') => name == "forwarded",
        Some(b'x') => begins(name, "x-forwarded") || is(name, "x-real-ip"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use countersign_model::{
        AccountId, AccountNumber, EntityId, InstallationId, RoleId, TokenNumber,
    };
    use countersign_signing::Scheme;

    use super::*;

    fn prepared(sent: &[(&str, &str)]) -> Vec<String> {
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        let origin = Origin { source: "192.0.2.1".parse().unwrap(), scheme: Scheme::Http };
        let principal = Principal {
            account: AccountNumber(1),
            account_id: AccountId::parse("1234567_SB1").unwrap(),
            entity: EntityId(2),
            role: RoleId(3),
            installation: InstallationId(4),
            token: TokenNumber(5),
        };
        let called_by = CalledBy {
            origin: &origin,
            principal: Some(&principal),
            assertion: None,
            keeps_authorization: false,
        };
        prepare_request(&mut headers, &called_by);
        let line = |(name, value): (&HeaderName, &HeaderValue)| {
            format!("{name}: {}", value.to_str().unwrap())
        };
        let mut lines: Vec<_> = headers.iter().map(line).collect();
        lines.sort_unstable();
        lines
    }

    const OURS: [&str; 8] = [
        "countersign-account: 1234567_SB1",
        "countersign-entity: 2",
        "countersign-integration: 4",
        "countersign-role: 3",
        "countersign-token: 5",
        "x-forwarded-for: 192.0.2.1",
        "x-forwarded-host: h",
        "x-forwarded-proto: http",
    ];

    #[test]
    fn who_acts_and_who_called_is_said_by_us_alone() {
        for name in [
            "Countersign-Entity",
            "countersign_entity",
            "countersign.role",
            "forwarded",
            "X-Forwarded-For",
            "x_forwarded_for",
            "x.forwarded.proto",
            "X-Forwarded-Port",
            "x-real-ip",
            "X_Real_IP",
            "authorization",
            "expect",
            "te",
            "keep-alive",
        ] {
            let mut expected = OURS.to_vec();
            expected.insert(5, "host: h");
            assert_eq!(prepared(&[("host", "h"), (name, "1"), (name, "2")]), expected, "{name}");
        }
    }

    #[test]
    fn connection_takes_off_what_it_names_but_nothing_of_ours() {
        let connection = "close, X-Secret, countersign-entity, x-forwarded-for";
        let sent = [("host", "h"), ("connection", connection), ("x-secret", "1"), ("x-kept", "1")];
        let mut expected = OURS.to_vec();
        expected.insert(5, "host: h");
        expected.push("x-kept: 1");
        assert_eq!(prepared(&sent), expected);
    }
}
