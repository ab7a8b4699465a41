//! The PROXY protocol, version 2: what a trusted peer says of a connection before its first byte.
//!
//! Belongs here: how much of it is read, and what is believed. Does not: whose word counts.
//! Source: the PROXY protocol of HAProxy, sections 2.2 and 2.2.4 (the checksum).

mod checksum;

use std::io;
use std::net::IpAddr;

use countersign_signing::Scheme;
use ppp::v2::{Addresses, Header, Type};
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt};

/// Kind and length of each value that follows the addresses.
const TLV_HEAD: usize = 3;
/// Bytes up to and with the length of what follows.
const FIXED: usize = 16;
/// Addresses and what else a proxy adds, such as the name of a client certificate.
const LONGEST: usize = 2048;
/// Where the version with the command stands, and the family with the kind of socket.
const COMMAND: usize = 12;
const KIND: usize = 13;
/// A proxy that speaks for itself.
const LOCAL: u8 = 0x20;
/// One that speaks for its client.
const PROXY: u8 = 0x21;
/// Kinds: not known; a stream of IPv4, of IPv6, of the machine itself; datagrams of the three.
const UNKNOWN: u8 = 0x00;
const STREAMS: [u8; 2] = [0x11, 0x21];
const UNIX_STREAM: u8 = 0x31;
const DATAGRAMS: [u8; 3] = [0x12, 0x22, 0x32];
/// The first byte of the value that says how the client spoke TLS has this bit where it did
/// (`PP2_CLIENT_SSL`).
const CLIENT_SPOKE_TLS: u8 = 1;

/// What is said. Nothing, where a proxy speaks for itself, as it does to see whether we live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Claim {
    /// The client's address.
    pub(crate) source: Option<IpAddr>,
    /// What the client spoke to the proxy.
    pub(crate) scheme: Option<Scheme>,
}

/// A header that can't be believed.
#[derive(Debug, Error)]
pub(super) enum ProxyFault {
    #[error("the connection ended within it")]
    CutOff(#[from] io::Error),
    #[error("it has more than {LONGEST} bytes")]
    TooLong,
    #[error("it is no header of version 2")]
    Malformed,
    #[error("it names no address of the internet")]
    OtherFamily,
    #[error("it is about datagrams, and this is a stream")]
    Datagram,
    #[error("its checksum (CRC-32C) is wrong: it was damaged on its way")]
    Checksum,
}

pub(super) async fn read_claim(stream: &mut (impl AsyncRead + Unpin)) -> Result<Claim, ProxyFault> {
    let mut bytes = [0; LONGEST];
    stream.read_exact(&mut bytes[..FIXED]).await?;
    if !bytes.starts_with(ppp::v2::PROTOCOL_PREFIX) {
        return Err(ProxyFault::Malformed);
    }
    let rest = usize::from(u16::from_be_bytes([bytes[14], bytes[15]]));
    let room = bytes.get_mut(FIXED..FIXED + rest).ok_or(ProxyFault::TooLong)?;
    stream.read_exact(room).await?;
    let bytes = &bytes[..FIXED + rest];
    match (bytes[COMMAND], bytes[KIND]) {
        // What follows is passed over, whatever it is: the connection is that of the peer.
        (LOCAL, _) | (PROXY, UNKNOWN) => Ok(Claim::default()),
        (PROXY, kind) if STREAMS.contains(&kind) => claim(bytes),
        (PROXY, kind) if DATAGRAMS.contains(&kind) => Err(ProxyFault::Datagram),
        (PROXY, UNIX_STREAM) => Err(ProxyFault::OtherFamily),
        // Receivers must reject all others.
        _ => Err(ProxyFault::Malformed),
    }
}

fn claim(bytes: &[u8]) -> Result<Claim, ProxyFault> {
    let header = Header::try_from(bytes).map_err(|_| ProxyFault::Malformed)?;
    let source: IpAddr = match header.addresses {
        Addresses::IPv4(it) => it.source_address.into(),
        Addresses::IPv6(it) => it.source_address.into(),
        _ => return Err(ProxyFault::OtherFamily),
    };
    let mut scheme = None;
    let mut at = bytes.len() - header.tlv_bytes().len();
    for value in header.tlvs() {
        let value = value.map_err(|_| ProxyFault::Malformed)?;
        at += TLV_HEAD;
        if value.kind == u8::from(Type::SSL) {
            let flags = value.value.first().ok_or(ProxyFault::Malformed)?;
            let is_tls = flags & CLIENT_SPOKE_TLS != 0;
            scheme = Some(if is_tls { Scheme::Https } else { Scheme::Http });
        } else if value.kind == u8::from(Type::CRC32C) {
            let said = <[u8; 4]>::try_from(&*value.value).map_err(|_| ProxyFault::Malformed)?;
            if checksum::without(bytes, at) != u32::from_be_bytes(said) {
                return Err(ProxyFault::Checksum);
            }
        }
        at += value.value.len();
    }
    Ok(Claim { source: Some(source.to_canonical()), scheme })
}

#[cfg(test)]
mod tests;
