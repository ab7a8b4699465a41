//! Against a simple model: a set of all that was ever admitted. The clock goes on and steps back,
//! the process is killed, the machine is started anew.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

const SETTINGS: Settings = Settings { window: 40, capacity: 3_200, writers: 2, mark_step: 5 };

#[derive(Clone, Debug)]
enum Step {
    Ask { holder: u64, ahead: i64, nonce: u8 },
    Clock(i64),
    Kill,
    Reboot,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let ask = (0..3_u64, -40..=40_i64, 0..3_u8).prop_map(|(holder, ahead, nonce)| Step::Ask {
        holder,
        ahead,
        nonce,
    });
    let clock = prop_oneof![8 => 1..15_i64, 1 => -100..0_i64, 1 => 50..200_i64];
    let step = prop_oneof![
        40 => ask,
        8 => clock.prop_map(Step::Clock),
        2 => Just(Step::Kill),
        1 => Just(Step::Reboot),
    ];
    prop::collection::vec(step, 1..150)
}

struct Model {
    admitted: HashSet<(u64, i64, u8)>,
    floor: i64,
    boundary: i64,
}

impl Model {
    fn answer(&mut self, asked: (u64, i64, u8), now: i64) -> Answer {
        let second = asked.1;
        if second <= self.boundary {
            return Err(NotRemembered::RestartBoundary { until: self.boundary });
        }
        self.floor = self.floor.max(now - 40);
        match second {
            _ if second < self.floor => Err(NotRemembered::BelowFloor { floor: self.floor }),
            _ if self.admitted.insert(asked) => Ok(()),
            _ => USED,
        }
    }
}

fn run(steps: Vec<Step>) {
    let dir = fresh_folder();
    let (mut now, mut boot) = (NOW, 1);
    let start = |boot, now| {
        ReplayGuard::open(dir.path(), SETTINGS, BootId::new([boot; 16]), now, NO_USES).unwrap()
    };
    let mut guard = start(boot, now).0;
    let mut model = Model { admitted: HashSet::new(), floor: i64::MIN, boundary: i64::MIN };
    for step in steps {
        match step {
            Step::Ask { holder, ahead, nonce } => {
                let second = now + ahead;
                let answer = ask_as(holder, &guard, second, &[nonce], now);
                assert_eq!(answer, model.answer((holder, second, nonce), now));
            }
            Step::Clock(by) => now += by,
            Step::Kill => {
                guard = start(boot, now).0;
                // To the minute is enough: all that is above it is known.
                assert!(guard.floor() <= model.floor);
                let admissible = |(_, second, _): &&(_, i64, _)| {
                    *second >= guard.floor() && *second > model.boundary
                };
                assert_eq!(guard.held(), model.admitted.iter().filter(admissible).count());
                model.floor = guard.floor();
            }
            Step::Reboot => {
                boot += 1;
                guard = start(boot, now).0;
                let newest = model.admitted.iter().map(|asked| asked.1).max();
                let boundary = guard.folder.as_ref().unwrap().boundary();
                assert!(newest.is_none_or(|newest| newest <= boundary));
                assert!(newest.is_none_or(|newest| boundary <= (newest + 5).max(model.boundary)));
                model.boundary = boundary;
                model.floor = guard.floor();
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_guard_answers_as_a_set_of_everything_ever_admitted(steps in steps()) {
        run(steps);
    }
}
