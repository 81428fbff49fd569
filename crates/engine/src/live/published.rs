use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use domain::UserId;
use domain::event::{Event, EventBody, Signal};

use crate::port::Step;

/// An event on its way to sessions, with its native encoding, which is made once, when the first
/// session needs it, and shared by all.
#[derive(Debug)]
pub struct Published {
    /// The event.
    pub event: Event,
    step: Step,
    peer: Option<UserId>,
    weight: usize,
    native: OnceLock<Bytes>,
}

impl Published {
    /// An event that nobody has encoded yet.
    pub fn new(event: Event) -> Self {
        Self::in_order(event, Step::default(), None)
    }

    /// The same with its place in the commit order and, in a direct conversation, the one of the
    /// two who did not cause it.
    pub fn in_order(event: Event, step: Step, peer: Option<UserId>) -> Self {
        Self {
            weight: weight(&event.body),
            event,
            step,
            peer,
            native: OnceLock::new(),
        }
    }

    /// Events that nobody has encoded yet.
    pub fn all(events: impl IntoIterator<Item = Event>) -> Arc<[Arc<Self>]> {
        events
            .into_iter()
            .map(|event| Arc::new(Self::new(event)))
            .collect()
    }

    /// The native encoding; `encode` runs at most once for the event.
    pub fn native(&self, encode: impl FnOnce(&Event) -> Bytes) -> &Bytes {
        self.native.get_or_init(|| encode(&self.event))
    }

    /// Its place in the commit order.
    pub fn step(&self) -> Step {
        self.step
    }

    /// In a direct conversation: the one of the two who did not cause it.
    pub fn peer(&self) -> Option<UserId> {
        self.peer
    }

    /// About how many bytes it holds, for the bound of a mailbox.
    pub(crate) fn weight(&self) -> usize {
        self.weight
    }
}

fn weight(body: &EventBody) -> usize {
    const ENVELOPE: usize = 256;
    let text = body.text().map_or(0, |text| text.as_str().len());
    let extensions = body.extensions().map_or(0, str::len);
    // What was written is held twice: in the event and in its encoding.
    ENVELOPE + 2 * (text + extensions)
}

/// A signal on its way to sessions, encoded once like an event.
#[derive(Debug)]
pub struct PublishedSignal {
    /// The signal.
    pub signal: Signal,
    native: OnceLock<Bytes>,
}

impl PublishedSignal {
    /// A signal that nobody has encoded yet.
    pub fn new(signal: Signal) -> Self {
        Self {
            signal,
            native: OnceLock::new(),
        }
    }

    /// The native encoding; `encode` runs at most once for the signal.
    pub fn native(&self, encode: impl FnOnce(&Signal) -> Bytes) -> &Bytes {
        self.native.get_or_init(|| encode(&self.signal))
    }

    /// Does it make an earlier one needless? The same kind about the same thing does.
    pub(crate) fn replaces(&self, earlier: &Self) -> bool {
        match (&self.signal, &earlier.signal) {
            (
                Signal::Typing {
                    conversation, user, ..
                },
                Signal::Typing {
                    conversation: at,
                    user: by,
                    ..
                },
            ) => conversation == at && user.id == by.id,
            (Signal::Presence(new), Signal::Presence(old)) => new.user.id == old.user.id,
            (Signal::Profile(new), Signal::Profile(old)) => new.user.id == old.user.id,
            (
                Signal::Marker {
                    conversation,
                    marker,
                },
                Signal::Marker {
                    conversation: at,
                    marker: old,
                },
            ) => conversation == at && marker.user.id == old.user.id,
            (
                Signal::Typing { .. }
                | Signal::Presence(_)
                | Signal::Profile(_)
                | Signal::Marker { .. },
                _,
            ) => false,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use domain::{ConversationId, Seq, Timestamp};

    use super::*;

    /// An event that says nothing, at a place.
    pub(crate) fn retraction(conversation: ConversationId, seq: i64) -> Arc<Published> {
        Arc::new(Published::new(Event {
            conversation,
            seq: Seq::new(seq),
            at: Timestamp::default(),
            sender: None,
            body: EventBody::MessageRetracted {
                message: Seq::new(1),
            },
        }))
    }
}
