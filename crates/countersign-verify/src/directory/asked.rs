//! Which account a request is for. Nobody else decides it.

use countersign_model::{AccountHosts, AccountId, AccountLabel, AccountNumber};

use super::{AccountEntry, Directory, Reader};

/// The account that host and realm of one request name.
#[derive(Clone, Copy)]
pub(crate) enum Asked<'d> {
    /// This one.
    Account(AccountNumber, &'d AccountEntry),
    /// None, and there is not exactly one that could be meant.
    Unsaid,
    /// One that there is not, by this realm.
    NoRealm(&'d [u8]),
    /// One that there is not, by the label of this host.
    NoHost(AccountLabel<'d>),
    /// Two.
    HostOfOther,
}

/// What the host of a request says of its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostNames {
    /// Nothing: it is no host of an account.
    Nothing,
    /// An account that there is.
    Account,
    /// One that there is not.
    NoAccount,
}

impl Directory {
    /// Has accounts named by `hosts` too. Without this only the realm names one.
    #[must_use]
    pub fn by_host(self, hosts: AccountHosts) -> Self {
        Self { hosts: Some(hosts), ..self }
    }

    /// What the host in `authority` (with or without a port) says of the account.
    pub fn host_names(&self, authority: &str) -> HostNames {
        let Some(label) = self.label(authority) else { return HostNames::Nothing };
        match self.reader().number_of(label) {
            Some(_) => HostNames::Account,
            None => HostNames::NoAccount,
        }
    }

    /// The id of the account that the host in `authority` names, whether or not there is such an
    /// account: an answer that repeats it tells nobody which there are.
    pub fn id_of_host(&self, authority: &str) -> Option<AccountId> {
        self.label(authority)?.id()
    }

    fn label<'h>(&self, authority: &'h str) -> Option<AccountLabel<'h>> {
        self.hosts.as_ref()?.label(authority)
    }
}

impl Reader<'_> {
    /// The account by host, else by realm, else the only one there is. A host and a realm that
    /// mean two name none, whether or not there are such accounts.
    pub(crate) fn asked<'r>(&'r self, authority: &'r str, realm: Option<&'r [u8]>) -> Asked<'r> {
        let (number, none) = match (self.directory.label(authority), realm) {
            (Some(label), Some(realm)) if !label.means(realm) => return Asked::HostOfOther,
            (Some(label), None) => (self.number_of(label), Asked::NoHost(label)),
            (_, Some(realm)) => {
                (str::from_utf8(realm).ok().and_then(|id| self.number(id)), Asked::NoRealm(realm))
            }
            (None, None) => (self.only_number(), Asked::Unsaid),
        };
        let found = number.and_then(|number| Some((number, self.account_of(number)?)));
        found.map_or(none, |(number, entry)| Asked::Account(number, entry))
    }

    /// Whether there is an account of that id.
    pub(crate) fn has_account(&self, id: &AccountId) -> bool {
        self.number(id.as_str()).is_some()
    }

    fn number(&self, id: &str) -> Option<AccountNumber> {
        self.directory.account_numbers.get(id, &self.guard).copied()
    }

    fn number_of(&self, label: AccountLabel<'_>) -> Option<AccountNumber> {
        self.number(label.spell(&mut [0; AccountId::MAX_LENGTH])?)
    }

    fn only_number(&self) -> Option<AccountNumber> {
        let accounts = &self.directory.accounts;
        if accounts.len() == 1 { accounts.keys(&self.guard).next().copied() } else { None }
    }
}
