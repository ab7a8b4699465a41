//! Log lines on standard error: text for people, or a JSON object a line for programs.
//!
//! What strangers wrote (paths, agents, names) can neither begin a line nor speak to a terminal, in
//! either form: control and direction characters are shown, not obeyed.

use std::fmt;
use std::io::{self, IsTerminal, Write};

use countersign_signing::{misleads, visible};
use countersign_telemetry::trace;
use tracing::field::Field;
use tracing_appender::non_blocking::NonBlocking;
use tracing_subscriber::filter::{FilterExt, LevelFilter, filter_fn};
use tracing_subscriber::fmt::format::{Writer, debug_fn};
use tracing_subscriber::fmt::{self as formatted, FormatFields, MakeWriter};
use tracing_subscriber::{EnvFilter, Layer, Registry};

/// Writes what is left of the log when it is dropped.
pub(super) type Guard = tracing_appender::non_blocking::WorkerGuard;

/// The variable that chooses lines where the settings don't.
const VARIABLE: &str = "COUNTERSIGN_LOG";

/// The form of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs: an object a line.
    Json,
}

/// Which lines are written, and how.
#[derive(Clone, Debug, Default)]
pub(crate) struct LogOptions {
    pub(crate) format: LogFormat,
    /// `info`, or `warn,countersign_gate=debug`; without it COUNTERSIGN_LOG, else `info`. A part
    /// that can't be read is left out.
    pub(crate) filter: Option<String>,
}

type Lines = Box<dyn Layer<Registry> + Send + Sync>;

/// Writes lines to standard error through a thread: those that nobody reads are lost, so that
/// requests go on.
pub(super) fn layer(options: &LogOptions) -> (Lines, Guard) {
    let (lines, guard) = tracing_appender::non_blocking(io::stderr());
    let is_terminal = io::stderr().is_terminal();
    (layer_to(options, Lossy(lines), is_terminal), guard)
}

/// Lines that go on if the reader doesn't.
#[derive(Clone)]
struct Lossy(NonBlocking);

impl<'w> MakeWriter<'w> for Lossy {
    type Writer = NonBlocking;

    fn make_writer(&'w self) -> NonBlocking {
        self.0.clone()
    }
}

pub(super) fn layer_to<W>(options: &LogOptions, to: W, is_terminal: bool) -> Lines
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let no_spans_of_traces = filter_fn(|metadata| metadata.target() != trace::TARGET);
    let filter = filter(options.filter.as_deref()).and(no_spans_of_traces);
    match options.format {
        LogFormat::Text => formatted::layer()
            .fmt_fields(text_fields())
            .with_ansi(is_terminal)
            .with_writer(to)
            .with_filter(filter)
            .boxed(),
        LogFormat::Json => formatted::layer()
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .with_writer(Neutral(to))
            .with_filter(filter)
            .boxed(),
    }
}

fn filter(wanted: Option<&str>) -> EnvFilter {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::INFO.into());
    match wanted {
        Some(wanted) => filter.parse_lossy(wanted),
        None => filter.with_env_var(VARIABLE).from_env_lossy(),
    }
}

/// The message as it is, then `name=value`. All of it made printable, whoever wrote it.
fn text_fields() -> impl for<'w> FormatFields<'w> + Send + Sync + 'static {
    use tracing_subscriber::field::MakeExt;
    debug_fn(|writer: &mut Writer<'_>, field: &Field, value: &dyn fmt::Debug| {
        let value = format!("{value:?}");
        let value = visible(&value);
        match field.name() {
            "message" => write!(writer, "{value}"),
            name if writer.has_ansi_escapes() => write!(writer, "\u{1b}[3m{name}\u{1b}[0m={value}"),
            name => write!(writer, "{name}={value}"),
        }
    })
    .delimited(" ")
}

/// Escapes in JSON what JSON allows to stand as it is: deletion, directions, what can't be seen.
/// Such characters stand in its strings only. Each call of the formatter writes a whole line.
struct Neutral<W>(W);

struct NeutralWriter<W>(W);

impl<'w, W: MakeWriter<'w>> MakeWriter<'w> for Neutral<W> {
    type Writer = NeutralWriter<W::Writer>;

    fn make_writer(&'w self) -> Self::Writer {
        NeutralWriter(self.0.make_writer())
    }
}

impl<W: Write> Write for NeutralWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(neutral(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn neutral(line: &str) -> String {
    let mut clean = String::with_capacity(line.len());
    for c in line.chars() {
        if c == '\n' || !misleads(c) {
            clean.push(c);
            continue;
        }
        let mut units = [0; 2];
        for unit in c.encode_utf16(&mut units) {
            clean.push_str(&format!("\\u{unit:04x}"));
        }
    }
    clean
}
