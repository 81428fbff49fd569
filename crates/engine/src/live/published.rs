use std::sync::OnceLock;

use bytes::Bytes;
use domain::event::{Event, EventBody, Signal};

/// An event on its way to sessions, with its native encoding, which is made once, when the first
/// session needs it, and shared by all.
#[derive(Debug)]
pub struct Published {
    /// The event.
    pub event: Event,
    native: OnceLock<Bytes>,
}

impl Published {
    /// An event that nobody has encoded yet.
    pub fn new(event: Event) -> Self {
        Self {
            event,
            native: OnceLock::new(),
        }
    }

    /// The native encoding; `encode` runs at most once for the event.
    pub fn native(&self, encode: impl FnOnce(&Event) -> Bytes) -> &Bytes {
        self.native.get_or_init(|| encode(&self.event))
    }

    /// About how many bytes it holds, for the bound of a mailbox.
    pub(crate) fn weight(&self) -> usize {
        const ENVELOPE: usize = 256;
        ENVELOPE
            + match &self.event.body {
                // The text is held twice: in the event and in its encoding.
                EventBody::MessageCreated(message) => {
                    2 * message.text.as_str().len()
                        + message
                            .extensions
                            .as_json()
                            .map_or(0, |json| 2 * json.len())
                }
                EventBody::MessageEdited { text, .. } => 2 * text.as_str().len(),
                EventBody::MessageRetracted { .. }
                | EventBody::ReactionAdded { .. }
                | EventBody::ReactionRemoved { .. }
                | EventBody::ConversationCreated { .. }
                | EventBody::ConversationUpdated { .. }
                | EventBody::MemberJoined { .. }
                | EventBody::MemberInvited { .. }
                | EventBody::MemberDeclined { .. }
                | EventBody::MemberLeft { .. }
                | EventBody::MemberRemoved { .. }
                | EventBody::MemberBanned { .. }
                | EventBody::MemberUnbanned { .. }
                | EventBody::MemberRoleChanged { .. }
                | EventBody::ConversationTransferred { .. }
                | EventBody::ContactChanged { .. }
                | EventBody::ReadChanged { .. }
                | EventBody::NotificationChanged { .. }
                | EventBody::NotificationSeen { .. }
                | EventBody::ProfileChanged { .. }
                | EventBody::ConversationMuted { .. } => 0,
            }
    }
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
