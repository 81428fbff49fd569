use testkit::delivery::{Evidence, Fault, Plan, Tamper, judge, storm};

/// `SWITCHBOARD_SEED` repeats a run; without it each run is another.
fn seed() -> u64 {
    let given = std::env::var_os("SWITCHBOARD_SEED");
    given
        .and_then(|text| text.to_str()?.parse().ok())
        .unwrap_or_else(|| fastrand::u64(..))
}

fn assert_delivered(plan: Plan, evidence: &Evidence) {
    let events: usize = evidence.logs.values().map(Vec::len).sum();
    println!(
        "seed {}: {} kills, {} acknowledged, {events} events, {} readers, {} resumed, {} read on",
        plan.seed,
        evidence.kills,
        evidence.acknowledged.len(),
        evidence.readers.len(),
        evidence.resumed,
        evidence.reset,
    );
    let faults = judge(evidence);
    assert!(
        faults.is_empty(),
        "SWITCHBOARD_SEED={} repeats it: {faults:#?}",
        plan.seed
    );
    assert!(
        evidence.acknowledged.len() >= plan.kills,
        "nothing happened between the kills"
    );
    assert!(evidence.resumed > 0, "no reader's mailbox went on");
    assert!(evidence.reset > 0, "no reader had to read on from the log");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_doubled_or_disordered_while_the_server_is_killed() {
    let long = std::env::var_os("SWITCHBOARD_LONG").is_some();
    let kills = if long { 120 } else { 10 };
    let plan = Plan {
        seed: seed(),
        users: 6,
        kills,
        between: 400,
        lie: false,
    };
    let evidence = storm(plan)
        .await
        .unwrap_or_else(|e| panic!("seed {}: {e:#}", plan.seed));
    assert_delivered(plan, &evidence);
    every_fault_would_be_found(plan.seed, &evidence);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: cargo xtask test --long"]
async fn nothing_is_lost_while_the_server_is_killed_a_hundred_times() {
    let plan = Plan {
        seed: seed(),
        users: 12,
        kills: 120,
        between: 400,
        lie: false,
    };
    let evidence = storm(plan)
        .await
        .unwrap_or_else(|e| panic!("seed {}: {e:#}", plan.seed));
    assert_delivered(plan, &evidence);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_door_that_acknowledges_what_it_does_not_store_is_found_out() {
    let plan = Plan {
        seed: seed(),
        users: 3,
        kills: 0,
        between: 60,
        lie: true,
    };
    let evidence = storm(plan)
        .await
        .unwrap_or_else(|e| panic!("seed {}: {e:#}", plan.seed));
    let faults = judge(&evidence);
    let lost = matches!(faults.as_slice(), [Fault::Lost { .. }]);
    assert!(lost, "seed {}: {faults:?}", plan.seed);
}

/// Spoils what a real run gave, in every way and at many places, and wants it to be found.
fn every_fault_would_be_found(seed: u64, evidence: &Evidence) {
    let mut chance = fastrand::Rng::with_seed(seed);
    for tamper in Tamper::ALL {
        for _ in 0..10 {
            let mut spoilt = evidence.clone();
            let expected = tamper.spoil(&mut spoilt, &mut chance);
            let faults = judge(&spoilt);
            assert!(
                faults.contains(&expected),
                "seed {seed}, {tamper:?}: {expected:?}, {faults:?}"
            );
        }
    }
}

/// What the judge says of each kind of fault, on evidence that is small enough to see through.
mod verdict {
    use std::collections::BTreeMap;

    use testkit::delivery::{Acknowledged, Reader, Told};

    use super::{Evidence, Fault, Tamper, judge};

    fn told(seq: u64) -> Told {
        Told {
            seq,
            client_id: Some(format!("id{seq}")),
            text: Some(format!("text{seq}")),
        }
    }

    fn good() -> Evidence {
        let log: Vec<Told> = (1..=6).map(told).collect();
        let acknowledged = log.iter().map(|told| Acknowledged {
            client_id: told.client_id.clone().unwrap(),
            conversation: "7".to_owned(),
            seq: told.seq,
            text: told.text.clone().unwrap(),
        });
        let reader = |name: &str| Reader {
            name: name.to_owned(),
            told: BTreeMap::from([("7".to_owned(), log.clone())]),
        };
        Evidence {
            acknowledged: acknowledged.collect(),
            logs: BTreeMap::from([("7".to_owned(), log.clone())]),
            readers: vec![reader("anna"), reader("bob")],
            ..Evidence::default()
        }
    }

    fn spoilt_by(tamper: Tamper) -> Vec<Fault> {
        let mut evidence = good();
        tamper.spoil(&mut evidence, &mut fastrand::Rng::with_seed(1));
        judge(&evidence)
    }

    fn found(tamper: Tamper, is: fn(&Fault) -> bool) {
        let faults = spoilt_by(tamper);
        assert!(faults.iter().any(is), "{tamper:?}: {faults:?}");
    }

    #[test]
    fn a_good_run_has_no_fault() {
        assert_eq!(judge(&good()), []);
    }

    #[test]
    fn an_acknowledgement_before_the_commit_is_found() {
        found(Tamper::AcknowledgeUnstored, |fault| {
            matches!(fault, Fault::Lost { .. })
        });
    }

    #[test]
    fn a_message_that_a_crash_took_is_found() {
        found(Tamper::ForgetStored, |fault| {
            matches!(fault, Fault::Lost { .. })
        });
        // Nobody is told what is not there, and a place is missing unless it was the last.
        let mut evidence = good();
        evidence.logs.get_mut("7").unwrap().remove(2);
        let gap = Fault::Gap {
            conversation: "7".to_owned(),
            expected: 3,
        };
        assert!(judge(&evidence).contains(&gap));
    }

    #[test]
    fn a_retry_that_was_stored_again_is_found() {
        found(Tamper::StoreTwice, |fault| {
            matches!(fault, Fault::Doubled { .. })
        });
    }

    #[test]
    fn a_wrong_place_in_an_acknowledgement_is_found() {
        found(Tamper::TellWrongPlace, |fault| {
            matches!(fault, Fault::Misplaced { .. })
        });
    }

    #[test]
    fn an_event_that_a_reader_missed_is_found() {
        found(Tamper::DropFromReader, |fault| {
            matches!(fault, Fault::Missed { .. })
        });
        found(Tamper::DropTail, |fault| {
            matches!(fault, Fault::Missed { seq: 6, .. })
        });
    }

    #[test]
    fn an_event_that_a_reader_got_twice_is_found() {
        found(Tamper::RepeatToReader, |fault| {
            matches!(fault, Fault::Repeated { .. })
        });
    }

    #[test]
    fn events_in_the_wrong_order_are_found() {
        found(Tamper::SwapForReader, |fault| {
            matches!(fault, Fault::Disordered { .. })
        });
    }

    #[test]
    fn another_order_for_one_reader_is_found() {
        found(Tamper::ExchangeForReader, |fault| {
            matches!(fault, Fault::Changed { .. })
        });
    }

    #[test]
    fn another_text_than_was_acknowledged_is_found() {
        let mut evidence = good();
        evidence.logs.get_mut("7").unwrap()[1].text = Some("forged".to_owned());
        let client_id = "id2".to_owned();
        assert!(judge(&evidence).contains(&Fault::Misplaced { client_id, seq: 2 }));
    }
}
