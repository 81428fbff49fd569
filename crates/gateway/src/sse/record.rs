//! The bytes of an event stream.

use domain::MailboxId;
use engine::{Attachment, Cursor, Delivery};

use crate::native::frame;

/// A comment, so that proxies and clients see that the stream lives.
pub(super) const COMMENT: &[u8] = b":\n\n";

/// Deliveries that are written together.
const BATCH: usize = 64;

/// What a mailbox gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Taken {
    /// How many frames.
    pub(super) count: usize,
    /// The session ended; nothing follows.
    pub(super) ended: bool,
}

/// Takes what waits in the mailbox, as records.
pub(super) fn records(held: &Attachment, out: &mut Vec<u8>) -> Taken {
    let mailbox = held.cursor().mailbox;
    let mut ended = false;
    let count = held.drain(BATCH, |delivery| {
        ended |= matches!(delivery, Delivery::End(_));
        write(out, mailbox, delivery);
    });
    Taken { count, ended }
}

/// One delivery as a record.
fn write(out: &mut Vec<u8>, mailbox: MailboxId, delivery: Delivery<'_>) {
    let n = match delivery {
        Delivery::Event { n, .. } | Delivery::Reset { n } => Some(n),
        Delivery::Signal(_) | Delivery::End(_) => None,
    };
    let id = n.map(|n| Cursor { mailbox, n });
    frame::delivery(delivery, |parts| append(out, id, parts));
}

/// One record. A frame is one line: JSON in one piece has no line ends.
pub(super) fn append(out: &mut Vec<u8>, id: Option<Cursor>, parts: &[&[u8]]) {
    if let Some(id) = id {
        let mut digits = itoa::Buffer::new();
        out.extend_from_slice(b"id: ");
        out.extend_from_slice(digits.format(id.mailbox.get()).as_bytes());
        out.push(b'.');
        out.extend_from_slice(digits.format(id.n).as_bytes());
        out.push(b'\n');
    }
    out.extend_from_slice(b"data: ");
    for part in parts {
        out.extend_from_slice(part);
    }
    out.extend_from_slice(b"\n\n");
}

#[cfg(test)]
mod tests {
    use domain::event::{Event, EventBody};
    use domain::text::MessageText;
    use domain::{ConversationId, EndReason, MailboxId, Seq, Timestamp};
    use engine::Published;

    use super::*;

    #[test]
    fn a_record_is_an_id_and_a_line() {
        let event = Event {
            conversation: ConversationId::new(5),
            seq: Seq::new(2),
            at: Timestamp::from_millis(0),
            sender: None,
            body: EventBody::MessageEdited {
                message: Seq::new(1),
                text: MessageText::parse("two\nlines\r\nand \u{2028}", 100).unwrap(),
                mentions: Vec::new(),
            },
        };
        let event = &Published::new(event);
        let mut out = Vec::new();
        for delivery in [
            Delivery::Event { n: 9, event },
            Delivery::End(EndReason::Draining),
        ] {
            write(&mut out, MailboxId::new(7), delivery);
        }
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.split('\n').collect();
        assert_eq!(lines[0], "id: 7.9");
        assert!(
            lines[1].starts_with("data: {\"type\":\"event\",\"n\":9,"),
            "{text}"
        );
        assert_eq!(lines[2], "");
        assert_eq!(
            lines[3],
            r#"data: {"type":"end","reason":"draining","reconnect":true}"#
        );
        assert_eq!(lines[4..], ["", ""]);
        assert!(!text.contains('\r'));
    }
}
