//! The bytes of an event stream.

use engine::{Cursor, Delivery};

use crate::native::frame;

/// A comment, so that proxies and clients see that the stream lives.
pub(super) const COMMENT: &[u8] = b":\n\n";

/// One record. A frame is one line: JSON in one piece has no line ends.
pub(super) fn record(id: Option<Cursor>, frame: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(frame.len() + 48);
    append(&mut out, id, frame);
    out
}

/// What a mailbox gave, as a record.
pub(super) fn delivered(out: &mut Vec<u8>, mailbox: domain::MailboxId, delivery: Delivery<'_>) {
    let n = match delivery {
        Delivery::Event { n, .. } | Delivery::Reset { n } => Some(n),
        Delivery::Signal(_) | Delivery::End(_) => None,
    };
    append(
        out,
        n.map(|n| Cursor { mailbox, n }),
        &frame::delivery(delivery),
    );
}

fn append(out: &mut Vec<u8>, id: Option<Cursor>, frame: &[u8]) {
    if let Some(id) = id {
        out.extend_from_slice(format!("id: {id}\n").as_bytes());
    }
    out.extend_from_slice(b"data: ");
    out.extend_from_slice(frame);
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
            delivered(&mut out, MailboxId::new(7), delivery);
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
