//! What is copied of a request for as long as it waits: so much and no more.

use countersign_signing::{Authorization, Fields, Request, Scheme};
use countersign_verify::{Came, SignedRequest};

/// Bytes of a request target that is looked into.
const TARGET: usize = 8 * 1024;
/// Bytes of an `Authorization` header that is looked into.
const HEADER: usize = 8 * 1024;
/// Bytes of a body that is looked into.
const BODY: usize = 16 * 1024;
/// Bytes of a host; longer ones exist nowhere (RFC 1035 section 2.3.4, and a port).
const HOST: usize = 300;
/// Bytes of a realm that are shown.
const REALM: usize = 80;
/// Bytes of a method.
const METHOD: usize = 32;

/// A request, or as much of it as names it.
pub(super) struct Copy {
    pub(super) scheme: Scheme,
    pub(super) authority: String,
    /// Nothing where something is larger than what is looked into.
    pub(super) whole: Option<Whole>,
}

/// All that a signature depends on beside scheme and host.
pub(super) struct Whole {
    method: String,
    target: String,
    authorization: Option<Vec<u8>>,
    form: Option<Vec<u8>>,
    body: Option<Vec<u8>>,
}

impl Copy {
    pub(super) fn of(came: &Came<'_>) -> Self {
        let Came { request: SignedRequest { request, authorization }, body } = *came;
        let Request { method, scheme, authority, target, form } = request;
        let is_within = authority.len() <= HOST
            && method.len() <= METHOD
            && target.len() <= TARGET
            && authorization.is_none_or(|header| header.len() <= HEADER)
            && form.is_none_or(|form| form.len() <= BODY);
        let whole = is_within.then(|| Whole {
            method: method.to_owned(),
            target: target.to_owned(),
            authorization: authorization.map(<[u8]>::to_vec),
            form: form.map(<[u8]>::to_vec),
            // Explained without it, most requests are explained as well.
            body: body.filter(|body| body.len() <= BODY).map(<[u8]>::to_vec),
        });
        let authority = &authority[..authority.floor_char_boundary(HOST)];
        Self { scheme, authority: authority.to_owned(), whole }
    }
}

impl Whole {
    /// As it came.
    pub(super) fn signed<'r>(&'r self, scheme: Scheme, authority: &'r str) -> SignedRequest<'r> {
        let request = Request {
            method: &self.method,
            scheme,
            authority,
            target: &self.target,
            form: self.form.as_deref(),
        };
        SignedRequest { request, authorization: self.authorization() }
    }

    /// Its body, where that is no form and is known.
    pub(super) fn body(&self) -> Option<&[u8]> {
        self.body.as_deref()
    }

    /// The realm that it names, as far as it is shown.
    pub(super) fn realm(&self) -> Option<String> {
        let mut fields = Fields::default();
        let parsed = Authorization::parse(self.authorization()?, &mut fields).ok()?;
        let realm = parsed.realm()?;
        Some(String::from_utf8_lossy(&realm[..realm.len().min(REALM)]).into_owned())
    }

    pub(super) fn authorization(&self) -> Option<&[u8]> {
        self.authorization.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_copied_as_it_came_or_not_at_all() {
        let long = |length: usize| "x".repeat(length);
        let request = |host: usize, target: usize, header: usize, form: usize| {
            let (authority, target, form) = (long(host), long(target), long(form));
            let request = Request {
                method: "GET",
                scheme: Scheme::Http,
                authority: &authority,
                target: &target,
                form: Some(form.as_bytes()),
            };
            let header = long(header);
            let signed = SignedRequest { request, authorization: Some(header.as_bytes()) };
            let copy = Copy::of(&signed.into());
            assert!(copy.authority.len() <= HOST);
            let Some(whole) = copy.whole else { return false };
            let back = whole.signed(copy.scheme, &copy.authority);
            assert_eq!(back.request.form, request.form);
            assert_eq!((back.request.authority, back.request.target), (&*authority, &*target));
            assert_eq!(back.authorization, Some(header.as_bytes()));
            true
        };
        assert!(request(HOST, TARGET, HEADER, BODY));
        assert!(!request(HOST + 1, 1, 1, 1));
        assert!(!request(1, TARGET + 1, 1, 1));
        assert!(!request(1, 1, HEADER + 1, 1));
        assert!(!request(1, 1, 1, BODY + 1));
    }
}
