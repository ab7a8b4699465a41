//! What became of a change whose commit failed.
//!
//! A commit can fail after the change was made durable: the disk or the connection is gone before
//! the answer. A directory that is not told would then admit what the record has revoked, so it is
//! found out before anything else is changed, however long that takes.

use std::time::Duration;

use crate::{ChangeNumber, StoreFault};

/// So long until the record is asked again.
const AGAIN: Duration = Duration::from_secs(1);

/// What a commit came to, where need be by asking whether the change of that number `is_made`. It
/// must be asked before another change begins, since that would get the number.
///
/// # Errors
/// [`StoreFault`]: it was not made.
pub(super) async fn outcome<Asked>(
    committed: Result<ChangeNumber, StoreFault>,
    is_made: impl Fn(ChangeNumber) -> Asked,
) -> Result<ChangeNumber, StoreFault>
where
    Asked: Future<Output = Result<bool, StoreFault>>,
{
    let (number, why) = match committed {
        Err(StoreFault::Lost { number, why }) => (number, why),
        known => return known,
    };
    loop {
        match is_made(number).await {
            Ok(true) => return Ok(number),
            Ok(false) => return Err(*why),
            Err(fault) => tracing::error!(
                change = number.0,
                %fault,
                "whether a change was made is not known, and nothing else is changed until it is: \
                 see that the database can be read, or restart"
            ),
        }
        tokio::time::sleep(AGAIN).await;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    const LOST: ChangeNumber = ChangeNumber(7);

    async fn found_out(
        answers: &[Result<bool, StoreFault>],
    ) -> (Result<ChangeNumber, StoreFault>, usize) {
        let asked = RefCell::new(Vec::new());
        let is_made = |number| {
            asked.borrow_mut().push(number);
            std::future::ready(answers[asked.borrow().len() - 1].clone())
        };
        let lost = StoreFault::Lost { number: LOST, why: Box::new(StoreFault::DiskFull) };
        let outcome = outcome(Err(lost), is_made).await;
        assert!(asked.borrow().iter().all(|number| *number == LOST));
        (outcome, asked.take().len())
    }

    #[tokio::test(start_paused = true)]
    async fn a_change_that_was_made_although_its_commit_failed_is_made() {
        assert_eq!(found_out(&[Ok(true)]).await, (Ok(LOST), 1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_change_that_was_not_made_tells_why_its_commit_failed() {
        assert_eq!(found_out(&[Ok(false)]).await, (Err(StoreFault::DiskFull), 1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_record_that_can_not_be_read_is_asked_until_it_can() {
        let gone = || Err(StoreFault::Failed("gone".to_owned()));
        assert_eq!(found_out(&[gone(), gone(), Ok(true)]).await, (Ok(LOST), 3));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_known_is_not_asked() {
        for known in [Ok(LOST), Err(StoreFault::Gone)] {
            let never = |_| -> std::future::Ready<_> { panic!("it was asked") };
            assert_eq!(outcome(known.clone(), never).await, known);
        }
    }
}
