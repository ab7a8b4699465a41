//! HTTP/1.1 in plain bytes: what is sent is what the test says, and nothing is tidied up.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};

use serde_json::Value;

use crate::PATIENCE;

/// Header names in lower case and values, in their order.
#[derive(Clone, Debug, Default)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// The value of a header that stands once at most.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut found = self.0.iter().filter(|(it, _)| it == name);
        let value = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} is repeated: {self:?}");
        value
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// A request to be sent.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Headers, as spelled.
    pub headers: Vec<(String, String)>,
    /// The body; framed by its length, where there is one.
    pub body: Option<Vec<u8>>,
}

impl Request {
    /// The value of a header, as spelled.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(it, _)| it == name);
        found.map_or("", |(_, value)| value)
    }

    /// The same with a header more.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// As it is sent.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(body) = &self.body {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(self.body.as_deref().unwrap_or_default());
        bytes
    }
}

/// An answer that came.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: Headers,
    /// The body, without framing.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header that must be there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}: {self:?}"))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}

/// A request that came to an upstream.
#[derive(Clone, Debug)]
pub struct Received {
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The headers.
    pub headers: Headers,
    /// The body, without framing.
    pub body: Vec<u8>,
}

impl Received {
    /// The next request of a connection.
    pub(crate) fn read(from: &mut impl BufRead) -> io::Result<Self> {
        let (first, headers) = read_head(from)?;
        let body = read_body(from, &headers, false)?;
        let mut parts = first.split(' ').map(str::to_owned);
        let (method, target) = (parts.next(), parts.next());
        let (Some(method), Some(target)) = (method, target) else { return Err(broken(&first)) };
        Ok(Self { method, target, headers, body })
    }
}

/// What a connection goes over.
trait Stream: Read + Write + Send {}

impl<S: Read + Write + Send> Stream for S {}

/// A connection that is kept open between requests.
pub struct Connection {
    stream: BufReader<Box<dyn Stream>>,
}

impl Connection {
    /// Connects.
    pub fn open(address: SocketAddr) -> Self {
        Self::try_open(address).unwrap()
    }

    /// Connects, where somebody listens.
    pub fn try_open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self::over(stream))
    }

    /// Over something that is connected.
    pub(crate) fn over(stream: impl Read + Write + Send + 'static) -> Self {
        Self { stream: BufReader::new(Box::new(stream)) }
    }

    /// Sends a request and reads its answer.
    pub fn send(&mut self, request: &Request) -> Answer {
        self.try_send(request).unwrap()
    }

    /// Sends a request and reads its answer, where the connection lives on.
    pub fn try_send(&mut self, request: &Request) -> io::Result<Answer> {
        self.write(request)?;
        self.read(&request.method)
    }

    /// Sends a request.
    pub fn write(&mut self, request: &Request) -> io::Result<()> {
        self.write_bytes(&request.to_bytes())
    }

    /// Sends bytes.
    pub fn write_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        let stream = self.stream.get_mut();
        stream.write_all(bytes)?;
        stream.flush()
    }

    /// Reads so many bytes.
    pub fn read_bytes(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        read_exactly(&mut self.stream, count, &mut bytes)?;
        Ok(bytes)
    }

    /// Reads until the server ends the connection, in whatever way.
    pub fn read_to_end(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        match self.stream.read_to_end(&mut bytes) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => panic!("it does not end"),
            _ => bytes,
        }
    }

    /// Reads the answer to a request of this method.
    pub fn read(&mut self, method: &str) -> io::Result<Answer> {
        let (first, headers) = read_head(&mut self.stream)?;
        let status = first.split(' ').nth(1).and_then(|text| text.parse().ok());
        let status = status.ok_or_else(|| broken(&first))?;
        let has_body = method != "HEAD" && !matches!(status, 204 | 304);
        let body = if has_body { read_body(&mut self.stream, &headers, true)? } else { Vec::new() };
        Ok(Answer { status, headers, body })
    }
}

fn read_head(from: &mut impl BufRead) -> io::Result<(String, Headers)> {
    let first = read_line(from)?;
    let mut headers = Headers::default();
    loop {
        let line = read_line(from)?;
        if line.is_empty() {
            return Ok((first, headers));
        }
        let (name, value) = line.split_once(':').ok_or_else(|| broken(&line))?;
        headers.0.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
}

fn read_body(from: &mut impl BufRead, headers: &Headers, is_answer: bool) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    if headers.get("transfer-encoding").is_some() {
        loop {
            let size = read_line(from)?;
            let size = usize::from_str_radix(&size, 16).map_err(|_| broken(&size))?;
            read_exactly(from, size, &mut body)?;
            read_line(from)?;
            if size == 0 {
                return Ok(body);
            }
        }
    } else if let Some(length) = headers.get("content-length") {
        read_exactly(from, length.parse().map_err(|_| broken(length))?, &mut body)?;
    } else if is_answer {
        from.read_to_end(&mut body)?;
    }
    Ok(body)
}

fn read_line(from: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    from.read_line(&mut line)?;
    match line.strip_suffix("\r\n") {
        Some(line) => Ok(line.to_owned()),
        None => Err(ErrorKind::UnexpectedEof.into()),
    }
}

fn read_exactly(from: &mut impl BufRead, size: usize, into: &mut Vec<u8>) -> io::Result<()> {
    match from.take(size as u64).read_to_end(into)? {
        read if read == size => Ok(()),
        _ => Err(ErrorKind::UnexpectedEof.into()),
    }
}

fn broken(text: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, format!("this is no HTTP: {text:?}"))
}
