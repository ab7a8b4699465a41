//! The PROXY protocol, version 2: what a trusted peer says of a connection before its first byte.
//!
//! Belongs here: how much of it is read, and what is believed. Does not: whose word counts.
//! Source: the PROXY protocol of HAProxy, section 2.2.

use std::io;
use std::net::IpAddr;

use countersign_signing::Scheme;
use ppp::v2::{Addresses, Command, Header, Type};
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt};

/// Bytes up to and with the length of what follows.
const FIXED: usize = 16;
/// Addresses and what else a proxy adds, such as the name of a client certificate.
const LONGEST: usize = 2048;
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
    let header = Header::try_from(&bytes[..FIXED + rest]).map_err(|_| ProxyFault::Malformed)?;
    claim(&header)
}

fn claim(header: &Header<'_>) -> Result<Claim, ProxyFault> {
    if header.command == Command::Local {
        return Ok(Claim::default());
    }
    let source: IpAddr = match header.addresses {
        Addresses::IPv4(it) => it.source_address.into(),
        Addresses::IPv6(it) => it.source_address.into(),
        _ => return Err(ProxyFault::OtherFamily),
    };
    let mut scheme = None;
    for value in header.tlvs() {
        let value = value.map_err(|_| ProxyFault::Malformed)?;
        if value.kind == u8::from(Type::SSL) {
            let flags = value.value.first().ok_or(ProxyFault::Malformed)?;
            let is_tls = flags & CLIENT_SPOKE_TLS != 0;
            scheme = Some(if is_tls { Scheme::Https } else { Scheme::Http });
        }
    }
    Ok(Claim { source: Some(source.to_canonical()), scheme })
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use ppp::v2::{Builder, IPv4, Protocol, Version};

    use super::*;

    fn header(command: Command, tls: Option<u8>) -> Vec<u8> {
        let addresses = IPv4::new(Ipv4Addr::new(192, 0, 2, 7), Ipv4Addr::LOCALHOST, 5000, 443);
        let mut builder =
            Builder::with_addresses(Version::Two | command, Protocol::Stream, addresses);
        if let Some(flags) = tls {
            builder = builder.write_tlv(Type::SSL, &[flags, 0, 0, 0, 0]).unwrap();
        }
        builder.build().unwrap()
    }

    async fn read(mut bytes: &[u8]) -> Result<Claim, String> {
        read_claim(&mut bytes).await.map_err(|fault| fault.to_string())
    }

    #[tokio::test]
    async fn the_clients_address_and_scheme_are_said() {
        let source = Some(IpAddr::from([192, 0, 2, 7]));
        for (tls, scheme) in
            [(None, None), (Some(1), Some(Scheme::Https)), (Some(0), Some(Scheme::Http))]
        {
            let claim = read(&header(Command::Proxy, tls)).await;
            assert_eq!(claim, Ok(Claim { source, scheme }));
        }
        let own = read(&header(Command::Local, None)).await;
        assert_eq!(own, Ok(Claim::default()), "of itself a proxy says nothing");
    }

    #[tokio::test]
    async fn the_request_after_it_is_left_alone() {
        let bytes = [&header(Command::Proxy, None)[..], b"GET / HTTP/1.1"].concat();
        let mut rest = &bytes[..];
        read_claim(&mut rest).await.unwrap();
        assert_eq!(rest, b"GET / HTTP/1.1");
    }

    #[tokio::test]
    async fn what_is_no_header_is_not_guessed_at() {
        let good = header(Command::Proxy, Some(1));
        for cut in 0..good.len() {
            assert!(read(&good[..cut]).await.unwrap_err().contains("ended"), "{cut}");
        }
        let version_1 = read(b"PROXY TCP4 192.0.2.7 127.0.0.1 5000 443\r\n").await;
        assert_eq!(version_1, Err("it is no header of version 2".into()));
        assert!(read(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.is_err());
        let mut long = good.clone();
        long[14..16].copy_from_slice(&u16::MAX.to_be_bytes());
        assert_eq!(read(&long).await, Err("it has more than 2048 bytes".into()));
        let mut unix = good;
        unix[13] = 0x31;
        assert!(read(&unix).await.is_err());
    }
}
