//! Headers of the PROXY protocol, byte by byte.

use std::net::Ipv4Addr;

use ppp::v2::{Builder, Command, IPv4, Protocol, Version};

use super::*;

fn header(command: Command, tls: Option<u8>) -> Vec<u8> {
    let addresses = IPv4::new(Ipv4Addr::new(192, 0, 2, 7), Ipv4Addr::LOCALHOST, 5000, 443);
    let mut builder = Builder::with_addresses(Version::Two | command, Protocol::Stream, addresses);
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
    let mut long = good;
    long[14..16].copy_from_slice(&u16::MAX.to_be_bytes());
    assert_eq!(read(&long).await, Err("it has more than 2048 bytes".into()));
}

fn with_kind(command: u8, kind: u8) -> Vec<u8> {
    let mut header = header(Command::Proxy, Some(1));
    (header[COMMAND], header[KIND]) = (command, kind);
    header
}

#[tokio::test]
async fn of_who_speaks_for_itself_or_can_not_name_its_client_nothing_is_said() {
    for (command, kind) in
        [(LOCAL, 0x11), (LOCAL, 0x00), (LOCAL, 0x12), (LOCAL, 0xFF), (PROXY, 0x00)]
    {
        let bytes = [&with_kind(command, kind)[..], b"GET"].concat();
        let mut rest = &bytes[..];
        let claim = read_claim(&mut rest).await.unwrap();
        assert_eq!(claim, Claim::default(), "{command:x} {kind:x}");
        assert_eq!(rest, b"GET", "all of it is passed over");
    }
}

#[tokio::test]
async fn what_is_no_stream_of_the_internet_is_refused() {
    for (command, kind, why) in [
        (PROXY, 0x12, "datagrams"),
        (PROXY, 0x22, "datagrams"),
        (PROXY, 0x32, "datagrams"),
        (PROXY, 0x31, "no address of the internet"),
        (PROXY, 0x10, "no header of version 2"),
        (PROXY, 0x01, "no header of version 2"),
        (PROXY, 0x41, "no header of version 2"),
        (0x22, 0x11, "no header of version 2"),
        (0x11, 0x11, "no header of version 2"),
    ] {
        let said = read(&with_kind(command, kind)).await.unwrap_err();
        assert!(said.contains(why), "{command:x} {kind:x}: {said}");
    }
}

/// With a checksum between two other values.
fn checked() -> Vec<u8> {
    let addresses = IPv4::new(Ipv4Addr::new(192, 0, 2, 7), Ipv4Addr::LOCALHOST, 5000, 443);
    let with = |sum: u32| {
        Builder::with_addresses(Version::Two | Command::Proxy, Protocol::Stream, addresses)
            .write_tlv(Type::NoOp, b"abc")
            .and_then(|it| it.write_tlv(Type::CRC32C, &sum.to_be_bytes()))
            .and_then(|it| it.write_tlv(Type::SSL, &[1, 0, 0, 0, 0]))
            .and_then(Builder::build)
            .unwrap()
    };
    // The place holds zeros: it is as if it were left out.
    let bare = with(0);
    with(checksum::without(&bare, bare.len()))
}

#[tokio::test]
async fn a_checksum_that_is_there_must_be_right() {
    let good = checked();
    let source = Some(IpAddr::from([192, 0, 2, 7]));
    assert_eq!(read(&good).await, Ok(Claim { source, scheme: Some(Scheme::Https) }));
    // Client, a value before the checksum, the checksum, one after it.
    for at in [16, 31, 38, good.len() - 1] {
        let mut damaged = good.clone();
        damaged[at] ^= 1;
        let said = read(&damaged).await;
        assert_eq!(said, Err(ProxyFault::Checksum.to_string()), "{at}");
    }
    let short = Builder::with_addresses(
        Version::Two | Command::Proxy,
        Protocol::Stream,
        IPv4::new(Ipv4Addr::LOCALHOST, Ipv4Addr::LOCALHOST, 1, 2),
    );
    let short = short.write_tlv(Type::CRC32C, &[0; 3]).and_then(Builder::build).unwrap();
    assert_eq!(read(&short).await, Err(ProxyFault::Malformed.to_string()));
}
