//! A client of HTTP/2 (RFC 9113) that sends exactly the frames of a test.

use std::collections::{HashMap, HashSet};
use std::io;

use crate::client::{Client, Message};
use crate::hpack;
use crate::wire::{HTTP2, Speaks, Wire};
use crate::world::{HOST, World};

pub(crate) const PREFACE: &str = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The kinds of frames.
pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PING: u8 = 6;
pub(crate) const GOAWAY: u8 = 7;
pub(crate) const WINDOW_UPDATE: u8 = 8;
pub(crate) const CONTINUATION: u8 = 9;

/// Flags of frames.
pub(crate) const END_STREAM: u8 = 1;
pub(crate) const ACK: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;
/// A request without a body.
pub(crate) const WHOLE: u8 = END_HEADERS | END_STREAM;

/// What a settings frame can set.
pub(crate) const HEADER_TABLE_SIZE: u16 = 1;
pub(crate) const MAX_CONCURRENT_STREAMS: u16 = 3;
pub(crate) const INITIAL_WINDOW_SIZE: u16 = 4;

/// The field names and values of a head, in the order in which they are sent.
pub(crate) type Fields<'f> = Vec<(&'f str, String)>;

pub(crate) struct Http2 {
    client: Client,
    last: u32,
    begun: HashMap<u32, Message>,
    ended: HashMap<u32, Outcome>,
    /// Kinds of frames that are passed over, where a test plays a client that does so.
    pub(crate) deaf_to: HashSet<u8>,
    /// The settings that the gate has sent.
    pub(crate) settings: HashMap<u16, u32>,
}

#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) kind: u8,
    pub(crate) flags: u8,
    pub(crate) stream: u32,
    pub(crate) payload: Vec<u8>,
}

/// What became of one request.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    Answer(Message),
    /// Only this request has ended, with this code.
    Reset(u32),
    /// The connection has ended: with this code, if the gate said one.
    Ended(Option<u32>),
}

impl Outcome {
    /// In a word, for tables.
    pub(crate) fn word(&self) -> String {
        match self {
            Self::Answer(message) => message.status().to_string(),
            Self::Reset(code) => format!("reset {code}"),
            Self::Ended(Some(code)) => format!("ended {code}"),
            Self::Ended(None) => "ended".to_owned(),
        }
    }

    pub(crate) fn answer(self) -> Message {
        match self {
            Self::Answer(message) => message,
            other => panic!("no answer: {other:?}"),
        }
    }
}

impl World {
    pub(crate) async fn http2(&self) -> Http2 {
        let mut client = self.silent_http2().await;
        // No table and hence no state for names and values that were sent before.
        client.start(&[(HEADER_TABLE_SIZE, 0)]).await;
        client
    }

    /// Agreed on, but nothing of it is sent.
    pub(crate) async fn silent_http2(&self) -> Http2 {
        let stream = Speaks::http(&[HTTP2]).over(self.tcp().await).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(HTTP2));
        Http2::over(Client::over(stream))
    }
}

/// The fields of a request that is signed for the path and host that it names.
pub(crate) fn request<'f>(method: &'f str, path: &'f str) -> Fields<'f> {
    let mut fields = unsigned(method, path);
    let authorization = Wire::Tls.authorization(method, HOST, path, None);
    fields.push(("authorization", authorization));
    fields
}

pub(crate) fn unsigned<'f>(method: &'f str, path: &'f str) -> Fields<'f> {
    let pseudo = [(":method", method), (":scheme", "https"), (":authority", HOST), (":path", path)];
    pseudo.map(|(name, value)| (name, value.to_owned())).to_vec()
}

impl Http2 {
    pub(crate) fn over(client: Client) -> Self {
        let (begun, ended) = Default::default();
        let (deaf_to, settings) = Default::default();
        Self { client, last: 0, begun, ended, deaf_to, settings }
    }

    pub(crate) async fn start(&mut self, settings: &[(u16, u32)]) {
        self.client.send(PREFACE).await;
        let payload = settings
            .iter()
            .flat_map(|(id, value)| [&id.to_be_bytes()[..], &value.to_be_bytes()].concat())
            .collect::<Vec<u8>>();
        self.send(SETTINGS, 0, 0, payload).await;
    }

    pub(crate) async fn send(
        &mut self,
        kind: u8,
        flags: u8,
        stream: u32,
        payload: impl AsRef<[u8]>,
    ) {
        self.try_send(kind, flags, stream, payload).await.unwrap();
    }

    /// Some tests send to a gate that has given up already.
    pub(crate) async fn try_send(
        &mut self,
        kind: u8,
        flags: u8,
        stream: u32,
        payload: impl AsRef<[u8]>,
    ) -> io::Result<()> {
        self.client.try_send(frame(kind, flags, stream, payload.as_ref())).await
    }

    /// Bytes that are no frame, or many frames.
    pub(crate) async fn try_send_bytes(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.client.try_send(bytes).await
    }

    /// The number of a new stream.
    pub(crate) fn next(&mut self) -> u32 {
        let next = if self.last == 0 { 1 } else { self.last + 2 };
        self.last = next;
        next
    }

    /// Begins a request on a stream of its own.
    pub(crate) async fn open(&mut self, fields: &Fields<'_>, flags: u8) -> u32 {
        let stream = self.next();
        self.send(HEADERS, flags, stream, block(fields)).await;
        stream
    }

    /// What becomes of a request without a body.
    pub(crate) async fn ask(&mut self, fields: &Fields<'_>) -> Outcome {
        let stream = self.open(fields, WHOLE).await;
        self.outcome(stream).await
    }

    pub(crate) async fn outcome(&mut self, stream: u32) -> Outcome {
        loop {
            if let Some(outcome) = self.ended.remove(&stream) {
                return outcome;
            }
            let Ok(frame) = self.receive().await else { return Outcome::Ended(None) };
            if let Some(code) = frame.last_words().filter(|code| *code != 0) {
                return Outcome::Ended(Some(code));
            }
            self.note(frame);
        }
    }

    /// Reads until the end of the connection, and gives the last code that it was announced with.
    pub(crate) async fn end(&mut self) -> Option<u32> {
        let mut code = None;
        while let Ok(frame) = self.receive().await {
            code = frame.last_words().or(code);
            self.note(frame);
        }
        code
    }

    /// The next frame. What a client must answer to is answered.
    pub(crate) async fn receive(&mut self) -> io::Result<Frame> {
        let head = self.client.take(9).await?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let payload = self.client.take(usize::try_from(length).unwrap()).await?;
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        let frame = Frame { kind: head[3], flags: head[4], stream, payload };
        let wants_answer = matches!(frame.kind, SETTINGS | PING) && frame.flags & ACK == 0;
        if frame.kind == SETTINGS {
            for pair in frame.payload.chunks(6) {
                let value = u32::from_be_bytes(pair[2..].try_into().unwrap());
                self.settings.insert(u16::from_be_bytes([pair[0], pair[1]]), value);
            }
        }
        if wants_answer && !self.deaf_to.contains(&frame.kind) {
            let payload = if frame.kind == PING { &frame.payload[..] } else { &[] };
            // The gate may have closed meanwhile; what it sent before is read all the same.
            let _ = self.try_send(frame.kind, ACK, 0, payload).await;
        }
        Ok(frame)
    }

    fn note(&mut self, frame: Frame) {
        let Frame { kind, flags, stream, payload } = frame;
        match kind {
            HEADERS => {
                assert_eq!(flags & END_HEADERS, END_HEADERS, "answers have short heads");
                let head = hpack::read(&payload);
                assert!(!head.starts_with("HTTP/2  "), "answers have no trailers");
                self.begun.insert(stream, Message { head, body: Vec::new() });
            }
            DATA => self.begun.get_mut(&stream).unwrap().body.extend(payload),
            RST_STREAM => {
                let code = u32::from_be_bytes(payload.try_into().unwrap());
                // After an answer it only says that the rest of the request is not wanted.
                self.ended.entry(stream).or_insert(Outcome::Reset(code));
                return;
            }
            _ => return,
        }
        if flags & END_STREAM != 0 {
            let message = self.begun.remove(&stream).unwrap();
            self.ended.insert(stream, Outcome::Answer(message));
        }
    }
}

impl Frame {
    /// The code with which the connection ends.
    pub(crate) fn last_words(&self) -> Option<u32> {
        let code = (self.kind == GOAWAY).then(|| self.payload[4..8].try_into().unwrap());
        code.map(u32::from_be_bytes)
    }
}

pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

pub(crate) fn block(fields: &Fields<'_>) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in fields {
        hpack::write(&mut block, name.as_bytes(), value.as_bytes());
    }
    block
}
