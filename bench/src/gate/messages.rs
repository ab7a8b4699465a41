//! Requests as the bytes that a client writes.

use std::ops::Range;

use crate::fleet::{Batch, HOST};

pub(crate) struct Messages {
    bytes: Vec<u8>,
    places: Vec<Range<usize>>,
}

impl Messages {
    pub(crate) fn new(batch: &Batch) -> Self {
        let mut messages = Self { bytes: Vec::new(), places: Vec::with_capacity(batch.len()) };
        for (target, authorization) in batch.messages() {
            let start = messages.bytes.len();
            let message = format!(
                "GET {target} HTTP/1.1\r\nhost: {HOST}\r\nuser-agent: bench/1\r\n\
                 accept: application/json\r\nauthorization: {authorization}\r\n\r\n"
            );
            messages.bytes.extend_from_slice(message.as_bytes());
            messages.places.push(start..messages.bytes.len());
        }
        messages
    }

    /// The same requests with another signature in each: it has the form of one, and is wrong.
    pub(crate) fn make_wrong(&mut self) {
        const NAME: &[u8] = b"oauth_signature=\"";
        for place in &self.places {
            let message = &mut self.bytes[place.clone()];
            let found = message.windows(NAME.len()).position(|window| window == NAME);
            if let Some(first) = found.and_then(|at| message.get_mut(at + NAME.len())) {
                *first = if *first == b'A' { b'B' } else { b'A' };
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.places.iter().map(|place| &self.bytes[place.clone()])
    }

    pub(crate) fn get(&self, index: usize) -> Option<&[u8]> {
        self.places.get(index).map(|place| &self.bytes[place.clone()])
    }
}
