use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{Evidence, Reader, Told};

/// What is wrong with a run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// It was acknowledged and is not in the log.
    Lost {
        /// The message.
        client_id: String,
    },
    /// It was acknowledged for a place where the log holds something else.
    Misplaced {
        /// The message.
        client_id: String,
        /// The place that was promised.
        seq: u64,
    },
    /// The log holds it more than once.
    Doubled {
        /// The message.
        client_id: String,
    },
    /// The log's places do not count 1, 2, 3 and so on.
    Gap {
        /// Whose log.
        conversation: String,
        /// Where a place was expected.
        expected: u64,
    },
    /// A reader was not told an event.
    Missed {
        /// Who.
        reader: String,
        /// Where.
        conversation: String,
        /// The place.
        seq: u64,
    },
    /// A reader was told an event more than once.
    Repeated {
        /// Who.
        reader: String,
        /// Where.
        conversation: String,
        /// The place.
        seq: u64,
    },
    /// A reader was told an event after a later one.
    Disordered {
        /// Who.
        reader: String,
        /// Where.
        conversation: String,
        /// The place of the event that came too late.
        seq: u64,
    },
    /// A reader was told something else than the log holds.
    Changed {
        /// Who.
        reader: String,
        /// Where.
        conversation: String,
        /// The place.
        seq: u64,
    },
}

/// Everything that is wrong; nothing when every promise was kept.
pub fn judge(evidence: &Evidence) -> Vec<Fault> {
    let mut faults = judge_acknowledged(evidence);
    for (conversation, log) in &evidence.logs {
        faults.extend(judge_log(conversation, log));
        for reader in &evidence.readers {
            faults.extend(judge_reader(reader, conversation, log));
        }
    }
    faults.sort();
    faults.dedup();
    faults
}

fn judge_acknowledged(evidence: &Evidence) -> Vec<Fault> {
    let mut places: BTreeMap<&str, Vec<(&str, &Told)>> = BTreeMap::new();
    for (conversation, log) in &evidence.logs {
        for told in log {
            if let Some(id) = &told.client_id {
                places.entry(id).or_default().push((conversation, told));
            }
        }
    }
    let mut faults = Vec::new();
    for acknowledged in &evidence.acknowledged {
        let client_id = acknowledged.client_id.clone();
        let Some(found) = places.get(client_id.as_str()) else {
            faults.push(Fault::Lost { client_id });
            continue;
        };
        let kept = found.iter().any(|(conversation, told)| {
            *conversation == acknowledged.conversation
                && told.seq == acknowledged.seq
                && told.text.as_ref() == Some(&acknowledged.text)
        });
        if !kept {
            faults.push(Fault::Misplaced {
                client_id,
                seq: acknowledged.seq,
            });
        }
    }
    let doubled = places.iter().filter(|(_, found)| found.len() > 1);
    faults.extend(doubled.map(|(id, _)| Fault::Doubled {
        client_id: (*id).to_owned(),
    }));
    faults
}

fn judge_log(conversation: &str, log: &[Told]) -> Vec<Fault> {
    let gap = log
        .iter()
        .zip(1..)
        .find(|(told, expected)| told.seq != *expected);
    gap.map(|(_, expected)| Fault::Gap {
        conversation: conversation.to_owned(),
        expected,
    })
    .into_iter()
    .collect()
}

fn judge_reader(reader: &Reader, conversation: &str, log: &[Told]) -> Vec<Fault> {
    // Who is not in a conversation is not told of it.
    let Some(told) = reader.told.get(conversation) else {
        return Vec::new();
    };
    let (name, place) = (reader.name.clone(), conversation.to_owned());
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    let mut last = 0;
    for event in told {
        let (reader, conversation, seq) = (name.clone(), place.clone(), event.seq);
        if !seen.insert(seq) {
            faults.push(Fault::Repeated {
                reader,
                conversation,
                seq,
            });
        } else if seq < last {
            faults.push(Fault::Disordered {
                reader,
                conversation,
                seq,
            });
        } else if !log.iter().any(|kept| kept == event) {
            faults.push(Fault::Changed {
                reader,
                conversation,
                seq,
            });
        }
        last = last.max(seq);
    }
    for kept in log.iter().filter(|kept| !seen.contains(&kept.seq)) {
        let (reader, conversation) = (name.clone(), place.clone());
        faults.push(Fault::Missed {
            reader,
            conversation,
            seq: kept.seq,
        });
    }
    faults
}
