//! A client of any protocol.

use std::net::{SocketAddr, TcpStream};

use anyhow::Result;

use super::http2::Http2;
use crate::fleet::{Batch, HOST};
use crate::gate::load::{self, Load, Run};
use crate::gate::messages::Messages;
use crate::tls::{self, TlsStream};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// HTTP/1.1 without TLS.
    Http1,
    /// HTTP/1.1 with TLS.
    Tls,
    /// HTTP/2 with TLS.
    Http2,
}

pub(super) enum Client {
    Http1(Load<TcpStream>),
    Tls(Load<TlsStream>),
    Http2(Http2),
}

impl Client {
    pub(super) fn connect(protocol: Protocol, address: SocketAddr) -> Result<Self> {
        Ok(match protocol {
            Protocol::Http1 => Self::Http1(Load::connect(|| load::connect(address))?),
            Protocol::Tls => {
                let config = tls::client("http/1.1")?;
                Self::Tls(Load::connect(|| tls::connect(&config, HOST, address))?)
            }
            Protocol::Http2 => Self::Http2(Http2::connect(address)?),
        })
    }

    pub(super) fn run(&mut self, batch: &Batch) -> Result<Run> {
        match self {
            Self::Http1(load) => load.run(&Messages::new(batch)),
            Self::Tls(load) => load.run(&Messages::new(batch)),
            Self::Http2(http2) => http2.run(batch),
        }
    }

    /// Microseconds of each.
    pub(super) fn one_by_one(&mut self, batch: &Batch) -> Result<Vec<f64>> {
        match self {
            Self::Http1(load) => load.one_by_one(&Messages::new(batch)),
            Self::Tls(load) => load.one_by_one(&Messages::new(batch)),
            Self::Http2(http2) => http2.one_by_one(batch),
        }
    }
}
