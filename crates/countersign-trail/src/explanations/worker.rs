//! The one worker: evidence, search, keeping, rest.

use std::sync::Arc;
use std::time::Duration;

use countersign_model::without_secrets;
use countersign_signing::diagnose::{Budget, Evidence, Explanation, account_hosts, diagnose};
use countersign_signing::{BaseString, visible};
use countersign_verify::replay::NotRemembered;
use countersign_verify::{FirstUse, FirstUses, Refusal, RefusedAttempt};
use rustix::time::{ClockId, clock_gettime};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, sleep_until};

use super::copy::{Copy, Whole};
use super::fact::{Known, as_told, fact, in_words};
use super::kept::{FirstSeen, KeptExplanation, Told};
use super::notes::Why;
use super::opened::Opened;
use super::queue::{Job, Occasion};
use super::{Explanations, KEPT_FOR_AN_ACCOUNT, KEPT_SECONDS};
use countersign_authority::{NamedRows, Owner, Vault};

/// How long one search may take. All mistakes and pairs of them, tried on a usual call with two
/// pairs of secrets, are 3,071 signatures in 16 ms (`explanation_search_ms` of `cargo xtask
/// bench`); a long form and 16 other tokens make it several times that. In a stand-in nobody else
/// waits.
const SEARCH: Duration = Duration::from_millis(200);
/// Of the core, in a deployment: less, so that with its rest it takes 160 ms where the machine has
/// time, and five a second of one client, the dearest there are, can just be kept up with where
/// evidence and disk take less than 10 ms each. By the clock it may take longer, as it gives way:
/// a search that ended by the clock would find nothing whenever the machine is busy.
const SEARCH_IN_A_DEPLOYMENT: Duration = Duration::from_millis(40);
/// By the clock, in a deployment: others wait behind it.
const LONGEST_IN_A_DEPLOYMENT: Duration = Duration::from_secs(1);
/// How many signatures one search may compute: six times as many as that usual call needs, and
/// 100 ms of them. So a search is bounded in work too, and not in time alone.
const TRIES: usize = 20_000;
/// In a deployment a search begins this long after its refusal was taken in: its answer is sent.
const HEAD_START: Duration = Duration::from_millis(20);
/// In a deployment the worker rests this many times as long as it took to explain a refusal, from
/// its evidence to the disk: it uses a quarter of one core at the most.
const REST: u32 = 3;
/// What is kept for too long is forgotten this often.
const FORGET: Duration = Duration::from_secs(60);
/// Bytes of a base string that are kept.
const BASE_STRING: usize = 32 * 1024;

/// Explains what a queue takes in.
pub struct ExplanationWorker {
    explanations: Explanations,
    vault: Arc<Vault>,
    first_uses: Arc<dyn FirstUses>,
    occasion: Occasion,
    inbox: mpsc::Receiver<Job>,
}

impl ExplanationWorker {
    pub(super) fn new(
        explanations: Explanations,
        vault: Arc<Vault>,
        first_uses: Arc<dyn FirstUses>,
        occasion: Occasion,
        inbox: mpsc::Receiver<Job>,
    ) -> Self {
        Self { explanations, vault, first_uses, occasion, inbox }
    }

    /// Runs until its queue is gone. May be ended at any time: explanations may be lost.
    pub async fn run(mut self) {
        let mut forget = interval(FORGET);
        forget.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                job = self.inbox.recv() => match job {
                    Some(job) => self.explain(job).await,
                    None => return,
                },
                _ = forget.tick() => self.forget().await,
            }
        }
    }

    /// Its time is all that it takes, so that a disk that is slow to keep what was found is given
    /// its rest as well as the core.
    async fn explain(&self, job: Job) {
        if self.occasion == Occasion::Dev {
            return self.look_into(job).await;
        }
        sleep_until(job.taken + HEAD_START).await;
        let start = Instant::now();
        self.look_into(job).await;
        sleep(start.elapsed() * REST).await;
    }

    async fn look_into(&self, job: Job) {
        let Job { attempt, copy, upstream, taken: _, answer, place: _place } = job;
        let reference = attempt.reference.to_string();
        let first_use = self.first_use(&attempt);
        let (owner, words, opened) = self.evidence(&attempt).await;
        let occasion = self.occasion;
        let searching = tokio::task::spawn_blocking(move || {
            Case { attempt, copy, upstream, opened, first_use, words, occasion }.look_into()
        });
        let Ok((attempt, told, explanation)) = searching.await else {
            tracing::error!(reference, "a refusal can't be explained: the search failed");
            self.explanations.notes.put(reference, Why::Failed);
            return;
        };
        // Who doesn't wait for it any more finds it under its reference.
        let _ = answer.send(explanation);
        self.keep(&attempt, owner, told).await;
    }

    fn first_use(&self, attempt: &RefusedAttempt) -> Option<FirstUse> {
        match attempt.refused.refusal {
            Refusal::NotRemembered(NotRemembered::Used(nonce)) => self.first_uses.first_use(nonce),
            _ => None,
        }
    }

    async fn evidence(&self, attempt: &RefusedAttempt) -> (Option<Owner>, Words, Opened) {
        let named = &attempt.refused.named;
        let named = NamedRows {
            integration: named.integration,
            pair: named.pair,
            installation: named.account.as_ref().map(|(number, _)| *number).zip(named.installation),
            token: named.token,
        };
        match self.explanations.store.evidence(named, self.explanations.clock.now()).await {
            Ok(evidence) => {
                let words = Words {
                    revoked_by: evidence.revoked_by.map(in_words),
                    of_account: evidence.of_account.as_ref().map(ToString::to_string),
                };
                (Some(evidence.owner), words, Opened::new(evidence, &self.vault))
            }
            Err(fault) => {
                tracing::error!(%fault, "what explains a refusal can't be read");
                (None, Words::default(), Opened::default())
            }
        }
    }

    /// Keeps it where somebody may see it: in a stand-in that is whoever runs it.
    async fn keep(&self, attempt: &RefusedAttempt, owner: Option<Owner>, told: Told) {
        let Explanations { kept, notes, .. } = &self.explanations;
        let reference = attempt.reference.to_string();
        let owner = match (owner, self.occasion) {
            (Some(Owner::Nobody), Occasion::Serve) => return notes.forget(&reference),
            (Some(owner), _) => owner,
            (None, Occasion::Dev) => Owner::Nobody,
            (None, Occasion::Serve) => return notes.put(reference, Why::Failed),
        };
        let at = attempt.caller.at;
        let explanation = KeptExplanation { reference: reference.clone(), at, owner, told };
        match kept.keep_explanation(&explanation, KEPT_FOR_AN_ACCOUNT).await {
            Ok(()) => notes.forget(&reference),
            Err(fault) => {
                tracing::error!(%fault, "an explanation can't be kept");
                notes.put(reference, Why::Failed);
            }
        }
    }

    async fn forget(&self) {
        let Explanations { kept, clock, .. } = &self.explanations;
        let until = clock.now().plus_seconds(-KEPT_SECONDS);
        if let Err(fault) = kept.forget_explanations(until).await {
            tracing::error!(%fault, "old explanations can't be forgotten");
        }
    }
}

/// What the record says of a refusal's token, in words.
#[derive(Default)]
struct Words {
    /// Who revoked it.
    revoked_by: Option<String>,
    /// The account that it is of.
    of_account: Option<String>,
}

/// One refusal with everything that may explain it.
struct Case {
    attempt: RefusedAttempt,
    copy: Copy,
    upstream: Option<String>,
    opened: Opened,
    first_use: Option<FirstUse>,
    words: Words,
    occasion: Occasion,
}

impl Case {
    /// Searches, and says what is kept and what the answer may say.
    fn look_into(self) -> (RefusedAttempt, Told, Option<Explanation>) {
        let explanation = self.copy.whole.as_ref().map(|whole| self.search(whole));
        let told = self.told(explanation.as_ref());
        (self.attempt, told, explanation)
    }

    /// Whoever runs a stand-in may know everything in it.
    fn refusal(&self) -> Refusal {
        match self.occasion {
            Occasion::Dev => self.attempt.refused.refusal,
            Occasion::Serve => as_told(&self.attempt.refused),
        }
    }

    fn search(&self, whole: &Whole) -> Explanation {
        let caller = &self.attempt.caller;
        let signed = whole.signed(self.copy.scheme, &self.copy.authority);
        let hosts = self.candidate_hosts();
        let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
        let from = self.first_use.map(|first| first.source.to_string());
        let realm = whole.realm();
        let known = Known {
            first_use: self.first_use.zip(from.as_deref()).map(|(first, from)| (first.at, from)),
            revoked_by: self.words.revoked_by.as_deref(),
            of_account: self.words.of_account.as_deref(),
            host_and_realm: realm.as_deref().map(|realm| (&*self.copy.authority, realm)),
        };
        let fact = fact(self.refusal(), caller.at, known);
        let (start, used) = (std::time::Instant::now(), core_time());
        let keep_going = || match self.occasion {
            Occasion::Dev => start.elapsed() < SEARCH,
            Occasion::Serve => {
                // To whoever answers requests on this core: without it, searches double the time
                // that the slowest good requests take in a flood of wrong ones.
                std::thread::yield_now();
                core_time().saturating_sub(used) < SEARCH_IN_A_DEPLOYMENT
                    && start.elapsed() < LONGEST_IN_A_DEPLOYMENT
            }
        };
        let budget = Budget { tries: TRIES, keep_going: &keep_going };
        self.opened.lend(|secrets| {
            let evidence = Evidence {
                request: signed.request,
                body: whole.body(),
                authorization: signed.authorization,
                secrets,
                candidate_hosts: &hosts,
                hides_form_values: true,
            };
            diagnose(&evidence, fact.as_ref(), budget)
        })
    }

    /// Hosts that the client may have signed for: that behind the gate, and those of the account.
    fn candidate_hosts(&self) -> Vec<String> {
        let account = self.attempt.refused.named.account.as_ref();
        let of_account = account.into_iter().flat_map(|(_, id)| account_hosts(id.as_str()));
        self.upstream.iter().cloned().chain(of_account).collect()
    }

    fn told(&self, explanation: Option<&Explanation>) -> Told {
        let caller = &self.attempt.caller;
        let refusal = self.refusal();
        let clean = |text: &str| visible(&without_secrets(text));
        let url = format!("{}://{}{}", self.copy.scheme.as_str(), self.copy.authority, caller.path);
        let came = Told {
            detail: refusal.detail().as_str().to_owned(),
            method: clean(&caller.method),
            url: clean(&url),
            source: caller.source.to_string(),
            user_agent: caller.user_agent.as_deref().map(clean),
            clock_skew_seconds: self.attempt.skew(),
            nonce_first_seen: self.first_use.map(|first| FirstSeen {
                at_ms: first.at.millis(),
                from: first.source.to_string(),
            }),
            ..Told::default()
        };
        let Some(explanation) = explanation else {
            let known = Known {
                revoked_by: self.words.revoked_by.as_deref(),
                of_account: self.words.of_account.as_deref(),
                ..Known::default()
            };
            let (code, fact) = (refusal.code(), fact(refusal, caller.at, known));
            let sentence = fact.map_or_else(|| code.meaning().to_owned(), |it| it.sentence());
            let note = "The request is too large to be looked into further.";
            return Told {
                codes: vec![code.to_string()],
                sentence: clean(&format!("{sentence} {note}")),
                fix: code.fix().to_owned(),
                ..came
            };
        };
        let expected = cut(&explanation.expected);
        let signed = explanation.signed.as_ref().map(cut);
        let difference = signed.as_ref().and_then(|signed| expected.first_difference(signed));
        Told {
            codes: explanation.codes.iter().map(ToString::to_string).collect(),
            certain: explanation.certain,
            signature_is_right: explanation.signature_is_right,
            sentence: clean(&explanation.sentence),
            fix: clean(&explanation.fix),
            first_difference: difference.and_then(|at| u64::try_from(at).ok()),
            expected: Some(expected.to_string()),
            signed: signed.as_ref().map(ToString::to_string),
            ..came
        }
    }
}

/// What this thread has had of a core.
fn core_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// A base string may be longer than what is kept of it.
fn cut(base: &BaseString) -> BaseString {
    let text = without_secrets(base.as_str());
    BaseString::from_text(&text[..text.floor_char_boundary(BASE_STRING)])
}
