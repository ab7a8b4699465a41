//! Hosts that name accounts: `1234567-sb1.restlets.api.example.com` is one of `1234567_SB1`.
//!
//! Belongs here: what a host says. Does not: which accounts there are (`countersign-verify` asks
//! its directory).

use super::AccountId;

/// The domain below which hosts name accounts. The only reader of such hosts: whoever wants to
/// know what a host says asks here.
///
/// `LABEL.DOMAIN` names an account by its first label, and so do hosts with one or two labels
/// between the two, such as `restlets.api` or `app`. Those that begin with `system`, `rest` or
/// `webservices` name none, nor do the domain itself and hosts of other depths or other domains.
#[derive(Clone, Debug)]
pub struct AccountHosts {
    domain: Box<str>,
    generic: Vec<Box<str>>,
}

/// Most labels that a host has before its domain.
const MOST_LABELS: usize = 3;
/// What hosts begin with that clients call before they know their account's.
const GENERIC: [&str; 3] = ["system", "rest", "webservices"];

impl AccountHosts {
    /// Hosts in `domain`. Those in `generic` are the deployment's own: they name no account,
    /// wherever they lie. All without port, in any case.
    pub fn new<'n>(domain: &str, generic: impl IntoIterator<Item = &'n str>) -> Self {
        Self { domain: domain.into(), generic: generic.into_iter().map(Into::into).collect() }
    }

    /// The label that stands for an account in `authority`, a host with or without a port. `None`
    /// where the host names no account. Allocates nothing.
    pub fn label<'h>(&self, authority: &'h str) -> Option<AccountLabel<'h>> {
        let name = match authority.rsplit_once(':') {
            Some((name, _port)) => name,
            None => authority,
        };
        // RFC 3986 section 3.2.2: a dot at the end says that the name is complete. More of them
        // mean nothing, and must not make it another name.
        let name = name.trim_end_matches('.');
        let before = name.len().checked_sub(self.domain.len())?.checked_sub(1)?;
        let (labels, domain) = name.split_at_checked(before)?;
        if !domain.strip_prefix('.')?.eq_ignore_ascii_case(&self.domain) {
            return None;
        }
        if self.generic.iter().any(|generic| name.eq_ignore_ascii_case(generic)) {
            return None;
        }
        let is_deep = labels.split('.').count() > MOST_LABELS;
        if is_deep || labels.split('.').any(str::is_empty) {
            return None;
        }
        let first = labels.split('.').next()?;
        let is_generic = GENERIC.iter().any(|generic| first.eq_ignore_ascii_case(generic));
        (!is_generic).then_some(AccountLabel(first))
    }
}

/// The label of a host in the place of an account: of `1234567_SB1` it is `1234567-sb1`, in any
/// case. There need not be such an account, nor need it be one's form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountLabel<'h>(&'h str);

impl AccountLabel<'_> {
    /// The id that it stands for, written into `space`. `None` of what no id has as its label.
    pub fn spell(self, space: &mut [u8; AccountId::MAX_LENGTH]) -> Option<&str> {
        let spelled = space.get_mut(..self.0.len())?;
        for (place, byte) in spelled.iter_mut().zip(self.0.bytes()) {
            *place = in_id(byte)?;
        }
        str::from_utf8(spelled).ok()
    }

    /// The id that it stands for.
    pub fn id(self) -> Option<AccountId> {
        AccountId::parse(self.spell(&mut [0; AccountId::MAX_LENGTH])?).ok()
    }

    /// Whether `realm` means the same account, in whatever form.
    pub fn means(self, realm: &[u8]) -> bool {
        let same = |(label, realm): (u8, u8)| {
            in_id(label).is_some_and(|byte| Some(byte) == in_id(realm) || byte == realm)
        };
        self.0.len() == realm.len() && self.0.bytes().zip(realm.iter().copied()).all(same)
    }
}

/// A byte of a label as it stands in an id.
fn in_id(byte: u8) -> Option<u8> {
    match byte {
        b'-' => Some(b'_'),
        // No host has it where an id does: the id would have two labels.
        b'_' => None,
        other => Some(other.to_ascii_uppercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id_at(authority: &str) -> Option<String> {
        let hosts = AccountHosts::new("Example.com", ["auth.example.com", "gate.other.test"]);
        let label = hosts.label(authority)?;
        Some(label.id().map_or_else(|| "no id".to_owned(), |id| id.to_string()))
    }

    #[test]
    fn the_first_label_below_the_domain_is_the_account() {
        for (authority, id) in [
            ("1234567.example.com", "1234567"),
            ("1234567-sb1.example.com", "1234567_SB1"),
            ("1234567-SB1.RestLets.API.Example.COM:8443", "1234567_SB1"),
            ("1234567.suitetalk.api.example.com.", "1234567"),
            ("1234567.app.example.com.:443", "1234567"),
            ("1234567.example.com..", "1234567"),
            ("tstdrv123456.anything.example.com", "TSTDRV123456"),
        ] {
            assert_eq!(id_at(authority).as_deref(), Some(id), "{authority}");
        }
    }

    #[test]
    fn other_hosts_name_no_account() {
        for authority in [
            "example.com",
            ".example.com",
            "a..example.com",
            "1234567example.com",
            "1234567.example.com.evil.test",
            "1234567.example.org",
            "1234567.a.b.c.example.com",
            "system.example.com",
            "system.na1.example.com",
            "REST.example.com:443",
            "webservices.example.com",
            "Auth.Example.com:8443",
            "gate.other.test",
            "127.0.0.1:8080",
            "[::1]:8080",
            "localhost",
            "",
            ":",
            "é.com",
        ] {
            assert_eq!(id_at(authority), None, "{authority}");
        }
    }

    #[test]
    fn a_label_that_no_id_has_names_an_account_that_can_not_be() {
        let long = format!("{}.example.com", "1".repeat(33));
        for authority in ["a-b-c.example.com", "1234567_sb1.example.com", &*long] {
            assert_eq!(id_at(authority).as_deref(), Some("no id"), "{authority}");
        }
    }

    #[test]
    fn every_id_is_spelled_by_its_own_label_alone() {
        for id in ["1234567", "1234567_SB1", "1234567_RP", "TSTDRV123456", &"1".repeat(32)] {
            let label = id.to_ascii_lowercase().replace('_', "-");
            let mut space = [0; AccountId::MAX_LENGTH];
            assert_eq!(AccountLabel(&label).spell(&mut space), Some(id));
        }
    }

    #[test]
    fn a_realm_means_the_account_of_its_host_in_every_form() {
        let label = AccountLabel("1234567-Sb1");
        for realm in ["1234567_SB1", "1234567_sb1", "1234567-sb1", "1234567-SB1"] {
            assert!(label.means(realm.as_bytes()), "{realm}");
        }
        for realm in ["1234567", "1234567_SB2", "1234567_SB11", "", "1234567.SB1"] {
            assert!(!label.means(realm.as_bytes()), "{realm}");
        }
        assert!(!AccountLabel("1234567_sb1").means(b"1234567_SB1"));
    }
}
