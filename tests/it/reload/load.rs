//! Signed requests over TLS, from several sides, until told otherwise.

use std::io::Write;
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{Scope, ScopedJoinHandle};

use countersign_tests::{Call, Front, wait_for};

/// Clients that keep their connection, and clients that open one for each request.
const STAYING: usize = 3;
const COMING: usize = 2;
/// Requests on each connection of HTTP/2.
const TOGETHER: usize = 10;

pub(super) struct Load<'f> {
    front: &'f Front,
    address: SocketAddr,
    /// Certificates, in the order in which they are put.
    certificates: Mutex<Vec<Vec<u8>>>,
    /// The last of them that a new connection must see, or one after it.
    shown: AtomicUsize,
    over: AtomicBool,
    answered: [AtomicUsize; STAYING + COMING + 1],
    failures: Mutex<Vec<String>>,
}

impl<'f> Load<'f> {
    pub(super) fn new(front: &'f Front, address: SocketAddr) -> Self {
        Self {
            front,
            address,
            certificates: Mutex::new(vec![front.issued.seen.to_vec()]),
            shown: AtomicUsize::new(0),
            over: AtomicBool::new(false),
            answered: Default::default(),
            failures: Mutex::default(),
        }
    }

    /// A certificate is about to be put.
    pub(super) fn will_show(&self, certificate: impl AsRef<[u8]>) {
        self.certificates.lock().unwrap().push(certificate.as_ref().to_vec());
    }

    /// From now on new connections see that one, or one after it.
    pub(super) fn has_shown(&self, number: usize) {
        self.shown.store(number, Ordering::SeqCst);
    }

    /// Each thread gives how many requests it has sent.
    pub(super) fn start<'s>(
        &'s self,
        scope: &'s Scope<'s, '_>,
    ) -> Vec<ScopedJoinHandle<'s, usize>> {
        let thread = |number: usize| {
            scope.spawn(move || match number {
                ..STAYING => self.stay(number),
                STAYING.. if number < STAYING + COMING => self.come(number),
                _ => self.speak_http2(number),
            })
        };
        (0..self.answered.len()).map(thread).collect()
    }

    /// Waits until every thread has got answers since now.
    pub(super) fn goes_on(&self) {
        for count in &self.answered {
            let before = count.load(Ordering::Relaxed);
            wait_for("requests go on", || {
                (self.has_failed() || count.load(Ordering::Relaxed) > before).then_some(())
            });
        }
    }

    pub(super) fn stop(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    pub(super) fn failures(&self) -> Vec<String> {
        self.failures.lock().unwrap().clone()
    }

    /// One request on a connection of its own.
    pub(super) fn one(&self, target: &str) {
        let (mut connection, _) = self.front.authority.connect(self.address).unwrap();
        assert_eq!(connection.send(&self.signed(target)).status, 200);
    }

    fn signed(&self, target: &str) -> countersign_tests::Request {
        self.front.deployment.credentials.sign_https(&Call::get(target), &self.authority())
    }

    fn authority(&self) -> String {
        format!("localhost:{}", self.address.port())
    }

    fn has_failed(&self) -> bool {
        !self.failures.lock().unwrap().is_empty()
    }

    /// Whether to go on.
    fn note(&self, number: usize, outcome: Result<usize, String>) -> bool {
        match outcome {
            Ok(answers) => {
                self.answered[number].fetch_add(answers, Ordering::Relaxed);
                !self.over.load(Ordering::Relaxed)
            }
            Err(failure) => {
                self.failures.lock().unwrap().push(failure);
                false
            }
        }
    }

    fn sent(&self, number: usize) -> usize {
        self.answered[number].load(Ordering::Relaxed)
    }

    fn stay(&self, number: usize) -> usize {
        let (mut connection, _) = self.front.authority.connect(self.address).unwrap();
        let mut send = || match connection.try_send(&self.signed("/staying")) {
            Ok(answer) if answer.status == 200 => Ok(1),
            other => Err(format!("on a connection that stays: {other:?}")),
        };
        while self.note(number, send()) {}
        self.sent(number)
    }

    fn come(&self, number: usize) -> usize {
        let send = || {
            let least = self.shown.load(Ordering::SeqCst);
            let connected = self.front.authority.connect(self.address);
            let (mut connection, seen) = connected.map_err(|error| format!("TLS: {error}"))?;
            let certificates = self.certificates.lock().unwrap().clone();
            let shown = certificates.iter().position(|it| **it == *seen);
            if shown.is_none_or(|shown| shown < least) {
                return Err(format!("certificate {shown:?} was shown after {least}"));
            }
            match connection.try_send(&self.signed("/coming")) {
                Ok(answer) if answer.status == 200 => Ok(1),
                other => Err(format!("on a new connection: {other:?}")),
            }
        };
        while self.note(number, send()) {}
        self.sent(number)
    }

    /// By curl, several requests on each connection.
    fn speak_http2(&self, number: usize) -> usize {
        let send = || {
            let mut curl = Command::new("curl");
            curl.args(["--config", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
            let mut curl = curl.stderr(Stdio::piped()).spawn().unwrap();
            curl.stdin.take().unwrap().write_all(self.for_curl().as_bytes()).unwrap();
            let output = curl.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stdout);
            let good = said.matches("[200 by 2]").count();
            match output.status.success() && good == TOGETHER {
                true => Ok(good),
                false => Err(format!("over HTTP/2: {output:?}")),
            }
        };
        while self.note(number, send()) {}
        self.sent(number)
    }

    fn for_curl(&self) -> String {
        let one = |_| {
            let signed = self.signed("/together");
            let header = signed.header("Authorization").replace('\\', "\\\\").replace('"', "\\\"");
            format!(
                "url = \"https://{}/together\"\nhttp2\nsilent\nshow-error\nnoproxy = \"*\"\n\
                 resolve = \"localhost:{}:127.0.0.1\"\ncacert = {:?}\n\
                 header = \"Authorization: {header}\"\nwrite-out = \"[%{{http_code}} by \
                 %{{http_version}}]\\n\"\n",
                self.authority(),
                self.address.port(),
                self.front.authority_file(),
            )
        };
        (0..TOGETHER).map(one).collect::<Vec<_>>().join("next\n")
    }
}
