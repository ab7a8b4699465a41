//! Listeners, from the settings: ports are taken and certificates read before anything is served.

use std::fmt;
use std::net::SocketAddr;

use countersign_gate::{Listener, Peers, Plane, TlsSettings, TlsVersion};
use countersign_model::Timestamp;
use countersign_settings::{self as settings, Serves};

use super::certificates::{CertificateFiles, InUse};
use crate::server;

/// A listener that is to be.
pub(crate) struct ListenerPlan {
    address: SocketAddr,
    /// Where the address was chosen.
    setting: String,
    serves: Plane,
    tls: Option<InUse>,
    peers: Peers,
    proxy_protocol: bool,
}

/// Listeners whose ports are taken.
pub(super) struct Bound {
    pub(super) listeners: Vec<Listener>,
    addresses: Addresses,
    certificates: Vec<InUse>,
}

/// Where is listened, as people read it.
#[derive(Clone)]
pub(super) struct Addresses(Vec<SocketAddr>);

impl ListenerPlan {
    /// The listener that stands at this place of the settings. Reads the certificate.
    pub(super) fn of((place, listener): (usize, &settings::Listener)) -> anyhow::Result<Self> {
        let tls = listener.tls.as_ref().map(|tls| certified(tls, listener.http2)).transpose()?;
        Ok(Self {
            address: listener.address,
            setting: format!("listener[{}].address", place + 1),
            serves: match listener.serves {
                Serves::All => Plane::All,
                Serves::Data => Plane::Data,
                Serves::Control => Plane::Control,
            },
            tls,
            peers: Peers::new(listener.trusted_peers.clone()),
            proxy_protocol: listener.proxy_protocol,
        })
    }

    /// Why clients refuse its certificate, or soon will.
    pub(super) fn doubt(&self, now: Timestamp) -> Option<String> {
        self.tls.as_ref()?.doubt(now)
    }

    /// Everything, without TLS.
    pub(super) fn plain(address: SocketAddr) -> Self {
        let (serves, peers) = (Plane::All, Peers::default());
        let setting = "--listen".to_owned();
        Self { address, setting, serves, tls: None, peers, proxy_protocol: false }
    }
}

/// TLS with what is in the files now.
pub(crate) fn certified(tls: &settings::Tls, http2: bool) -> anyhow::Result<InUse> {
    let oldest = match tls.min_version {
        settings::TlsVersion::V1_2 => TlsVersion::Tls12,
        settings::TlsVersion::V1_3 => TlsVersion::Tls13,
    };
    let files = CertificateFiles::new(&tls.certificate, &tls.key);
    InUse::open(files, TlsSettings { oldest, http2 })
}

/// Takes all ports.
pub(super) async fn bind(plans: &[ListenerPlan]) -> anyhow::Result<Bound> {
    let (mut listeners, mut addresses, mut certificates) = (Vec::new(), Vec::new(), Vec::new());
    for plan in plans {
        let socket = server::listen(plan.address, &plan.setting).await?;
        addresses.push(socket.local_addr()?);
        certificates.extend(plan.tls.clone());
        listeners.push(Listener {
            socket,
            serves: plan.serves,
            tls: plan.tls.as_ref().map(|it| it.tls().clone()),
            peers: plan.peers.clone(),
            proxy_protocol: plan.proxy_protocol,
        });
    }
    Ok(Bound { listeners, addresses: Addresses(addresses), certificates })
}

impl Bound {
    pub(super) fn addresses(&self) -> Addresses {
        self.addresses.clone()
    }

    /// Each certificate in use, and where it is read from.
    pub(super) fn certificates(&self) -> Vec<InUse> {
        self.certificates.clone()
    }
}

impl fmt::Display for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, address) in self.0.iter().enumerate() {
            let comma = if number == 0 { "" } else { ", " };
            write!(f, "{comma}{address}")?;
        }
        Ok(())
    }
}
