use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Arc;

use countersign_verify::Refusal;

use super::*;

/// What is written meanwhile, a line each.
fn lines(tell: impl FnOnce()) -> Vec<String> {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .without_time()
        .with_target(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, tell);
    let bytes = log.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap().lines().map(str::to_owned).collect()
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn what_happens_often_is_told_now_and_then_with_a_count_and_each_cause_for_itself() {
    let notices = Notices::default();
    assert_eq!(notices.turn(Cause::HeadSize), Some(0));
    assert_eq!([notices.turn(Cause::HeadSize), notices.turn(Cause::HeadSize)], [None, None]);
    assert_eq!(notices.turn(Cause::FormMemory), Some(0), "another one");
    tokio::time::advance(EVERY.checked_sub(Duration::from_millis(1)).unwrap()).await;
    assert_eq!(notices.turn(Cause::HeadSize), None);
    tokio::time::advance(Duration::from_millis(1)).await;
    assert_eq!(notices.turn(Cause::HeadSize), Some(3));
    assert_eq!(notices.turn(Cause::HeadSize), None);
    assert_eq!(notices.turn(Cause::FormMemory), Some(0));
}

#[tokio::test(start_paused = true)]
async fn a_line_says_what_happens_what_to_do_and_one_example() {
    let notices = Notices::default();
    let source = "::ffff:192.0.2.1".parse().unwrap();
    let written = lines(|| {
        for _ in 0..3 {
            notices.tell(Cause::FormMemory, &Example::from(source));
        }
        notices.tell(Cause::Malformed, &Example { why: Some("so"), ..Example::default() });
        notices.tell(Cause::Trail, &Example::default());
    });
    assert_eq!(
        written,
        [
            " WARN there is no room for another form, in all, or for this address or token: raise \
             limits.form_memory, or see who sends so many at a time cause=\"form-memory\" \
             source=192.0.2.1 left_out=0",
            " INFO bytes came that are no HTTP, or have no one reading, and their connection was \
             ended: if it is your client or proxy, see what it sends; else it is a scanner, and \
             nothing is to be done cause=\"malformed\" why=\"so\" left_out=0",
            "ERROR the login trail can't be written, so nothing is admitted (503): free space on \
             the disk of the data folder, or make it writable cause=\"trail\" left_out=0",
        ]
    );
    tokio::time::advance(EVERY).await;
    let written = lines(|| notices.tell(Cause::FormMemory, &Example::default()));
    assert!(written[0].ends_with("cause=\"form-memory\" left_out=2"), "{written:?}");
}

#[tokio::test(start_paused = true)]
async fn of_refusals_those_are_told_that_an_operator_can_do_something_about() {
    let notices = Notices::default();
    let source = "192.0.2.1".parse().unwrap();
    let written = lines(|| {
        for refusal in [
            Refusal::BadSignature,
            Refusal::AccountOverConcurrency,
            Refusal::IntegrationOverConcurrency,
        ] {
            notices.tell_refused(&Refused::nobody(refusal), source);
        }
    });
    let codes = ["concurrency-of-account", "concurrency-of-integration"];
    assert_eq!(written.len(), codes.len(), "{written:?}");
    for (line, code) in written.iter().zip(codes) {
        assert!(line.contains(&format!("cause=\"{code}\" source=192.0.2.1")), "{line}");
    }
}

#[test]
fn the_operators_document_has_every_cause_in_these_words() {
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operator/watch.md");
    let document = std::fs::read_to_string(document).unwrap();
    let documented: BTreeSet<&str> =
        document.lines().filter(|line| line.starts_with("| `")).collect();
    let mut codes = BTreeSet::new();
    for cause in Cause::ALL {
        let Words { level, code, what, advice } = cause.words();
        let row = format!("| `{code}` | {} | {what} | {advice} |", level.as_str().to_lowercase());
        assert!(documented.contains(&*row), "docs/operator/watch.md lacks this line:\n{row}");
        assert!(codes.insert(code), "{code} stands for two causes");
        assert!(!what.ends_with('.') && !advice.ends_with('.'), "{code}");
    }
}
