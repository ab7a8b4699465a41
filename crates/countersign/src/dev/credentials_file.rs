//! The file with everything that a program needs to use a stand-in.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::folder::write_private;

/// One JSON object. Other programs read it: members are added, never changed.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct CredentialsFile {
    pub(super) base_url: String,
    pub(super) account: String,
    pub(super) consumer_key: String,
    pub(super) consumer_secret: String,
    pub(super) token_id: String,
    pub(super) token_secret: String,
    pub(super) login_email: String,
    pub(super) login_password: String,
    pub(super) role: u32,
    pub(super) callback_url: String,
    pub(super) admin_email: String,
    pub(super) admin_password: String,
}

impl CredentialsFile {
    /// The same, for a stand-in that listens on `address`.
    pub(super) fn at(&self, address: SocketAddr) -> Self {
        // Nobody can call the address that means all of them.
        let ip = match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        let address = SocketAddr::new(ip, address.port());
        Self { base_url: format!("http://{address}"), ..self.clone() }
    }

    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = fs::read(path).with_context(|| format!("can't read {}", path.display()))?;
        serde_json::from_slice(&text)
            .with_context(|| format!("{} holds no credentials", path.display()))
    }

    /// Replaces the file at once: a reader sees the whole of it or none.
    pub(super) fn write(&self, path: &Path) -> anyhow::Result<()> {
        let mut unfinished = path.as_os_str().to_owned();
        unfinished.push(format!(".{}", std::process::id()));
        let unfinished = Path::new(&unfinished);
        let text = serde_json::to_string_pretty(self)? + "\n";
        write_private(unfinished, text.as_bytes())?;
        fs::rename(unfinished, path).with_context(|| {
            // The first failure is the one to tell.
            let _ = fs::remove_file(unfinished);
            format!("can't write {}", path.display())
        })
    }
}
