use super::evidence::{Acknowledged, Evidence, Told};
use super::verdict::Fault;

/// A way to spoil evidence as a faulty server would, with the fault that must be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tamper {
    /// A message is acknowledged before it is stored, and the power fails.
    AcknowledgeUnstored,
    /// A message is stored and readable, and gone after a crash.
    ForgetStored,
    /// A retry is stored as a second message.
    StoreTwice,
    /// The acknowledgement tells another place.
    TellWrongPlace,
    /// A reader is not told one message.
    DropFromReader,
    /// A reader is not told the last messages: they were never sent on.
    DropTail,
    /// A reader is told one message twice.
    RepeatToReader,
    /// A reader is told two messages in the wrong order.
    SwapForReader,
    /// Two readers see two messages at each other's place.
    ExchangeForReader,
}

impl Tamper {
    /// Every way.
    pub const ALL: [Self; 9] = [
        Self::AcknowledgeUnstored,
        Self::ForgetStored,
        Self::StoreTwice,
        Self::TellWrongPlace,
        Self::DropFromReader,
        Self::DropTail,
        Self::RepeatToReader,
        Self::SwapForReader,
        Self::ExchangeForReader,
    ];

    /// Spoils the evidence at a place that chance chooses, and tells a fault that it now shows.
    ///
    /// # Panics
    /// When nothing was acknowledged, or no reader was told two messages in a row.
    pub fn spoil(self, evidence: &mut Evidence, chance: &mut fastrand::Rng) -> Fault {
        match self {
            Self::AcknowledgeUnstored => acknowledge_unstored(evidence, chance),
            Self::ForgetStored => forget_stored(evidence, chance),
            Self::StoreTwice => store_twice(evidence, chance),
            Self::TellWrongPlace => tell_wrong_place(evidence, chance),
            Self::DropFromReader => {
                let (reader, conversation, told, at) = pick(evidence, chance);
                let seq = told.remove(at).seq;
                Fault::Missed {
                    reader,
                    conversation,
                    seq,
                }
            }
            Self::DropTail => {
                let (reader, conversation, told, _) = pick(evidence, chance);
                let seq = told.pop().expect("picked for having events").seq;
                Fault::Missed {
                    reader,
                    conversation,
                    seq,
                }
            }
            Self::RepeatToReader => {
                let (reader, conversation, told, at) = pick(evidence, chance);
                told.insert(at + 1, told[at].clone());
                Fault::Repeated {
                    reader,
                    conversation,
                    seq: told[at].seq,
                }
            }
            Self::SwapForReader => {
                let (reader, conversation, told, at) = pick(evidence, chance);
                told.swap(at, at + 1);
                Fault::Disordered {
                    reader,
                    conversation,
                    seq: told[at + 1].seq,
                }
            }
            Self::ExchangeForReader => {
                let (reader, conversation, told, at) = pick(evidence, chance);
                let seq = told[at].seq;
                told.swap(at, at + 1);
                told[at + 1].seq = seq + 1;
                told[at].seq = seq;
                Fault::Changed {
                    reader,
                    conversation,
                    seq,
                }
            }
        }
    }
}

fn acknowledge_unstored(evidence: &mut Evidence, chance: &mut fastrand::Rng) -> Fault {
    let like = chance
        .choice(&evidence.acknowledged)
        .expect("something was acknowledged")
        .clone();
    let client_id = client::new_client_id();
    evidence.acknowledged.push(Acknowledged {
        client_id: client_id.clone(),
        ..like
    });
    Fault::Lost { client_id }
}

fn forget_stored(evidence: &mut Evidence, chance: &mut fastrand::Rng) -> Fault {
    let Acknowledged {
        client_id,
        conversation,
        ..
    } = chance
        .choice(&evidence.acknowledged)
        .expect("something was acknowledged")
        .clone();
    let log = evidence
        .logs
        .get_mut(&conversation)
        .expect("its log was read");
    log.retain(|told| told.client_id.as_ref() != Some(&client_id));
    Fault::Lost { client_id }
}

fn store_twice(evidence: &mut Evidence, chance: &mut fastrand::Rng) -> Fault {
    let Acknowledged {
        client_id,
        conversation,
        text,
        ..
    } = chance
        .choice(&evidence.acknowledged)
        .expect("something was acknowledged")
        .clone();
    let log = evidence
        .logs
        .get_mut(&conversation)
        .expect("its log was read");
    let seq = log.last().map_or(1, |told| told.seq + 1);
    log.push(Told {
        seq,
        client_id: Some(client_id.clone()),
        text: Some(text),
    });
    Fault::Doubled { client_id }
}

fn tell_wrong_place(evidence: &mut Evidence, chance: &mut fastrand::Rng) -> Fault {
    let at = chance.usize(..evidence.acknowledged.len());
    let acknowledged = &mut evidence.acknowledged[at];
    acknowledged.seq += 1;
    Fault::Misplaced {
        client_id: acknowledged.client_id.clone(),
        seq: acknowledged.seq,
    }
}

/// A reader, a conversation, what was told of it, and a place in it with another after it.
fn pick<'a>(
    evidence: &'a mut Evidence,
    chance: &mut fastrand::Rng,
) -> (String, String, &'a mut Vec<Told>, usize) {
    let mut choices = Vec::new();
    for (index, reader) in evidence.readers.iter().enumerate() {
        for (conversation, told) in &reader.told {
            let messages = told.windows(2).enumerate().filter(|(_, pair)| {
                pair.iter()
                    .all(|told| told.client_id.is_some() && told.text.is_some())
            });
            choices.extend(messages.map(|(at, _)| (index, conversation.clone(), at)));
        }
    }
    let (index, conversation, at) = chance
        .choice(choices)
        .expect("a reader was told two messages in a row");
    let reader = &mut evidence.readers[index];
    let told = reader
        .told
        .get_mut(&conversation)
        .expect("chosen from them");
    (reader.name.clone(), conversation, told, at)
}
