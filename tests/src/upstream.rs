//! An API to protect: it keeps every request that it got, and says what arrived.

use std::io::{BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Map, Value, json};

use crate::{Issued, Received, sha256};

/// A running upstream; it ends with this value.
pub struct Upstream {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    received: Mutex<Vec<Received>>,
    held: Mutex<bool>,
    released: Condvar,
    over: AtomicBool,
}

impl Upstream {
    /// Starts it on a free port.
    pub fn start() -> Self {
        Self::serving(serve)
    }

    /// The same, over TLS.
    pub fn over_tls(issued: &Issued) -> Self {
        let certificate = CertificateDer::from_pem_slice(issued.certificate.as_bytes()).unwrap();
        let key = PrivateKeyDer::from_pem_slice(issued.key.as_bytes()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let config = Arc::new(config);
        Self::serving(move |stream, shared| {
            let session = ServerConnection::new(Arc::clone(&config)).unwrap();
            serve(StreamOwned::new(session, stream), shared);
        })
    }

    fn serving(serve: impl Fn(TcpStream, &Shared) + Clone + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::<Shared>::default();
        let accepting = thread::spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &shared, &serve)
        });
        Self { address, shared, accepting: Some(accepting) }
    }

    /// All requests that it got.
    pub fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }

    /// The last request that it got.
    pub fn last(&self) -> Received {
        self.received().pop().expect("the upstream got a request")
    }

    /// From now on answers wait for [`Self::release`].
    pub fn hold(&self) {
        *self.shared.held.lock().unwrap() = true;
    }

    /// Answers go on.
    pub fn release(&self) {
        *self.shared.held.lock().unwrap() = false;
        self.shared.released.notify_all();
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        self.release();
        // Wakes the one who accepts; connections end when the other side closes them.
        let _ = TcpStream::connect(self.address);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

fn accept(
    listener: &TcpListener,
    shared: &Arc<Shared>,
    serve: &(impl Fn(TcpStream, &Shared) + Clone + Send + 'static),
) {
    while let Ok((stream, _)) = listener.accept() {
        if shared.over.load(Ordering::SeqCst) {
            return;
        }
        let (shared, serve) = (Arc::clone(shared), serve.clone());
        // Ends with an error when the gate, or the upstream, is gone.
        let _ = stream.set_nodelay(true);
        thread::spawn(move || serve(stream, &shared));
    }
}

fn serve(stream: impl Read + Write, shared: &Shared) {
    let mut stream = BufReader::new(stream);
    while let Ok(request) = Received::read(&mut stream) {
        let answer = answer(&request);
        shared.received.lock().unwrap().push(request);
        let held = shared.held.lock().unwrap();
        drop(shared.released.wait_while(held, |held| *held).unwrap());
        if stream.get_mut().write_all(&answer).is_err() {
            return;
        }
    }
}

fn answer(request: &Received) -> Vec<u8> {
    let (path, query) = match request.target.split_once('?') {
        Some((path, query)) => (path, Value::from(query)),
        None => (request.target.as_str(), Value::Null),
    };
    let identity: Map<String, Value> = request
        .headers
        .iter()
        .filter(|(name, _)| name.starts_with("countersign-"))
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    let echo = json!({
        "method": request.method,
        "path": path,
        "query": query,
        "body_sha256": sha256(&request.body),
        "identity": identity,
    });
    let body = if request.method == "HEAD" { String::new() } else { echo.to_string() };
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length:";
    format!("{head} {}\r\n\r\n{body}", body.len()).into_bytes()
}
