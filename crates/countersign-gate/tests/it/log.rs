//! The log of one test, at the level that it has by default.

use std::io::{Result, Write};
use std::sync::{Arc, Mutex};

use tracing::subscriber::DefaultGuard;

/// What a test writes to its log from here on. All of it runs on the test's own thread.
pub(crate) struct Log {
    written: Written,
    _guard: DefaultGuard,
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(crate) fn start() -> Self {
        let written = Written::default();
        let writer = written.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .without_time()
            .with_writer(move || writer.clone())
            .finish();
        Self { written, _guard: tracing::subscriber::set_default(subscriber) }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.written.0.lock().unwrap().clone()).unwrap()
    }

    /// The lines on one cause.
    pub(crate) fn on(&self, cause: &str) -> Vec<String> {
        let cause = format!(" cause=\"{cause}\" ");
        self.text().lines().filter(|line| line.contains(&cause)).map(str::to_owned).collect()
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}
