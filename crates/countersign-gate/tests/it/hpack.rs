//! Header compression of HTTP/2 (RFC 7541), as far as these tests need it: written without any
//! compression, so that nothing is hidden or mended, and read without the dynamic table, which the
//! gate is told not to use.

use std::fmt::Write as _;

/// One field as a literal that is added to no table.
pub(crate) fn write(block: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    block.push(0);
    for text in [name, value] {
        write_number(block, 7, 0, text.len());
        block.extend_from_slice(text);
    }
}

fn write_number(block: &mut Vec<u8>, bits: u32, first: u8, number: usize) {
    let most = (1 << bits) - 1;
    if number < most {
        block.push(first | u8::try_from(number).unwrap());
        return;
    }
    block.push(first | u8::try_from(most).unwrap());
    let mut rest = number - most;
    while rest >= 128 {
        block.push(u8::try_from(rest % 128).unwrap() | 128);
        rest /= 128;
    }
    block.push(u8::try_from(rest).unwrap());
}

/// The fields of a block as the first lines of a message of HTTP/1.1, so that it is read as one.
pub(crate) fn read(mut block: &[u8]) -> String {
    let mut status = String::new();
    let mut lines = String::new();
    while let Some(first) = block.first() {
        let (name, value) = match first {
            0x80.. => fixed(read_number(&mut block, 7)),
            0x20..0x40 => {
                read_number(&mut block, 5);
                continue;
            }
            0x40.. => literal(&mut block, 6),
            _ => literal(&mut block, 4),
        };
        if name == ":status" {
            status = value;
        } else {
            write!(lines, "\r\n{name}: {value}").unwrap();
        }
    }
    format!("HTTP/2 {status} {lines}")
}

fn literal(block: &mut &[u8], bits: u32) -> (String, String) {
    let name = match read_number(block, bits) {
        0 => read_text(block),
        index => fixed(index).0,
    };
    (name, read_text(block))
}

/// An entry of the static table, as far as answers use it.
fn fixed(index: usize) -> (String, String) {
    let (name, value) = match index {
        8..=14 => (":status", ["200", "204", "206", "304", "400", "404", "500"][index - 8]),
        22 => ("allow", ""),
        24 => ("cache-control", ""),
        28 => ("content-length", ""),
        31 => ("content-type", ""),
        33 => ("date", ""),
        46 => ("location", ""),
        53 => ("retry-after", ""),
        55 => ("set-cookie", ""),
        61 => ("www-authenticate", ""),
        other => panic!("an answer uses entry {other} of the static table"),
    };
    (name.to_owned(), value.to_owned())
}

fn read_number(block: &mut &[u8], bits: u32) -> usize {
    let most = (1 << bits) - 1;
    let mut number = usize::from(take(block, 1)[0]) & most;
    if number < most {
        return number;
    }
    for place in 0.. {
        let byte = usize::from(take(block, 1)[0]);
        number += (byte & 127) << (7 * place);
        if byte < 128 {
            break;
        }
    }
    number
}

fn read_text(block: &mut &[u8]) -> String {
    let is_packed = block[0] & 128 != 0;
    let length = read_number(block, 7);
    let text = take(block, length);
    if is_packed { unpack(text) } else { String::from_utf8_lossy(text).into_owned() }
}

fn take<'b>(block: &mut &'b [u8], count: usize) -> &'b [u8] {
    let (taken, rest) = block.split_at(count);
    *block = rest;
    taken
}

/// The lengths of the Huffman codes of `' '..='~'` (RFC 7541, appendix B). The code is canonical:
/// these are enough to make it.
const LENGTHS: [u8; 95] = [
    6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15,
    6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8,
    13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7,
    7, 7, 15, 11, 14, 13,
];

fn unpack(packed: &[u8]) -> String {
    let mut codes: Vec<(u8, u8)> = LENGTHS.iter().copied().zip(b' '..).collect();
    codes.sort_unstable();
    let mut bits = packed.iter().flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1));
    let mut text = String::new();
    'next: loop {
        let (mut read, mut length, mut code, mut at) = (0_u32, 0, 0_u32, 0);
        for (wanted, symbol) in &codes {
            code = (code + at) << (wanted - length);
            at = 1;
            while length < *wanted {
                // What is left over is the padding.
                let Some(bit) = bits.next() else { return text };
                read = read << 1 | u32::from(bit);
                length += 1;
            }
            if read == code {
                text.push(char::from(*symbol));
                continue 'next;
            }
        }
        panic!("an answer has a character beyond ASCII");
    }
}

#[test]
fn what_is_packed_is_read() {
    // RFC 7541, sections C.4.1 and C.6.1.
    let host = [0xf1, 0xe3, 0xc2, 0xe5, 0xf2, 0x3a, 0x6b, 0xa0, 0xab, 0x90, 0xf4, 0xff];
    assert_eq!(unpack(&host), "www.example.com");
    let date = [
        0xd0, 0x7a, 0xbe, 0x94, 0x10, 0x54, 0xd4, 0x44, 0xa8, 0x20, 0x05, 0x95, 0x04, 0x0b, 0x81,
        0x66, 0xe0, 0x82, 0xa6, 0x2d, 0x1b, 0xff,
    ];
    assert_eq!(unpack(&date), "Mon, 21 Oct 2013 20:13:21 GMT");
}
