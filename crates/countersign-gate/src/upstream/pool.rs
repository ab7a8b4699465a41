//! The servers of one upstream, which take turns.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::Response;
use tokio::task::JoinHandle;

use super::address::Address;
use super::health;
use super::remote::{Outgoing, Remote};
use super::{UpstreamFault, UpstreamSettings};
use crate::{Body, Limits};

pub(crate) struct Pool {
    servers: Vec<Arc<Remote>>,
    settings: Box<UpstreamSettings>,
    next: AtomicUsize,
    watches: Vec<JoinHandle<()>>,
}

impl Pool {
    /// Servers of pools `before` that are used in the same way are the same ones.
    pub(super) fn start<'p>(
        addresses: Vec<Address>,
        settings: UpstreamSettings,
        limits: &Limits,
        before: impl Iterator<Item = &'p Self>,
    ) -> Self {
        let settings = Box::new(settings);
        let alike = before.filter(|pool| pool.settings == settings);
        let known: Vec<&Arc<Remote>> = alike.flat_map(|pool| &pool.servers).collect();
        let connect = |address| match known.iter().find(|server| server.is_at(&address)) {
            Some(server) => Arc::clone(server),
            None => Arc::new(Remote::new(address, &settings, limits)),
        };
        let servers: Vec<_> = addresses.into_iter().map(connect).collect();
        let watch = |check: &health::HealthCheck| {
            let watched = |server: &Arc<Remote>| {
                tokio::spawn(health::watch(Arc::clone(server), check.clone()))
            };
            servers.iter().map(watched).collect()
        };
        let watches = settings.health.as_ref().map(watch).unwrap_or_default();
        Self { servers, settings, next: AtomicUsize::new(0), watches }
    }

    /// Whether it has these servers, and uses them so.
    pub(super) fn is_of(&self, addresses: &[Address], settings: &UpstreamSettings) -> bool {
        let servers = &self.servers;
        servers.len() == addresses.len()
            && servers.iter().zip(addresses).all(|(server, address)| server.is_at(address))
            && *self.settings == *settings
    }

    #[cfg(test)]
    pub(super) fn servers(&self) -> &[Arc<Remote>] {
        &self.servers
    }

    pub(super) fn host(&self) -> Option<&str> {
        self.servers.first().map(|server| server.host())
    }

    pub(super) fn health(&self) -> impl Iterator<Item = bool> {
        self.servers.iter().map(|server| server.health().is_well())
    }

    /// Sends a request to the next server that is well, and, as long as nothing of it was sent, to
    /// the one after that.
    pub(super) async fn send(
        &self,
        mut outgoing: Outgoing,
        switches: bool,
    ) -> Result<Response<Body>, UpstreamFault> {
        let mut turns = self.turns().into_iter();
        let Some(mut server) = turns.next() else { return Err(UpstreamFault::Silent) };
        if !self.settings.retries || turns.len() == 0 {
            return server.send(outgoing, switches).await;
        }
        loop {
            let again = outgoing.lend();
            let fault = match server.send(outgoing, switches).await {
                Ok(response) => return Ok(response),
                Err(fault) => fault,
            };
            let UpstreamFault::Unreachable(_) = fault else { return Err(fault) };
            match (turns.next(), again.take_back()) {
                (Some(next), Some(unsent)) => (server, outgoing) = (next, unsent),
                _ => return Err(fault),
            }
        }
    }

    /// All servers in the order in which they are tried: whose turn it is, and the sick last, since
    /// who is said to be sick may still be the only one that answers.
    fn turns(&self) -> Vec<&Remote> {
        let all = self.servers.len();
        let first = self.next.fetch_add(1, Ordering::Relaxed);
        let turn = |at: usize| self.servers.get((first % all + at) % all).map(Arc::as_ref);
        let mut turns: Vec<&Remote> = (0..all).filter_map(turn).collect();
        turns.sort_by_key(|server| !server.health().is_well());
        turns
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.watches.iter().for_each(JoinHandle::abort);
    }
}
