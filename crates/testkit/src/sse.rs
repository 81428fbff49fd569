//! Reading Server-Sent Events (WHATWG HTML, "Server-sent events", "Interpreting an event stream").

/// One record of the stream.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// The last `id` seen so far; what a reconnect sends as `Last-Event-ID`.
    pub id: String,
    /// The `event` name; empty means `message`.
    pub event: String,
    /// The `data` lines, joined by line ends.
    pub data: String,
}

/// Turns pieces of bytes into records. Pure; pieces may be cut anywhere.
#[derive(Debug, Default)]
pub struct Records {
    buffer: Vec<u8>,
    begun: bool,
    id: String,
    event: String,
    data: Option<String>,
}

/// A line longer than this is no event stream of ours.
const LINE_BYTES: usize = 16 * 1024 * 1024;

impl Records {
    /// Takes bytes in and gives the records that they complete. An error when a line is too long.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Record>, &'static str> {
        self.buffer.extend_from_slice(bytes);
        let buffer = std::mem::take(&mut self.buffer);
        let mut rest = buffer.as_slice();
        if !self.begun {
            match rest.strip_prefix(b"\xef\xbb\xbf") {
                Some(after) => rest = after,
                None if b"\xef\xbb\xbf".starts_with(rest) => {
                    self.buffer = rest.to_vec();
                    return Ok(Vec::new());
                }
                None => {}
            }
            self.begun = true;
        }
        let mut records = Vec::new();
        while let Some((line, after)) = split_line(rest) {
            records.extend(self.line(&String::from_utf8_lossy(line)));
            rest = after;
        }
        if rest.len() > LINE_BYTES {
            return Err("a line of the event stream has no end");
        }
        self.buffer = rest.to_vec();
        Ok(records)
    }

    fn line(&mut self, line: &str) -> Option<Record> {
        if line.is_empty() {
            let event = std::mem::take(&mut self.event);
            let data = self.data.take()?;
            return Some(Record {
                id: self.id.clone(),
                event,
                data,
            });
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => match &mut self.data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                none => *none = Some(value.to_owned()),
            },
            "event" => value.clone_into(&mut self.event),
            "id" if !value.contains('\0') => value.clone_into(&mut self.id),
            // A comment (no name before the colon), `retry`, and what is not known.
            _ => {}
        }
        None
    }
}

/// The first line and what follows it. A CR at the very end may be half of a CR LF: it waits.
fn split_line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes
        .iter()
        .position(|byte| matches!(byte, b'\r' | b'\n'))?;
    let after = &bytes[end + 1..];
    match (bytes[end], after.first()) {
        (b'\r', None) => None,
        (b'\r', Some(b'\n')) => Some((&bytes[..end], &after[1..])),
        _ => Some((&bytes[..end], after)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STREAM: &str = "\u{feff}: hello\r\n\r\nid: 7.1\nevent: x\ndata: a\rdata:b\n\nretry: 5\n\
        data\n\nid: 7.2\n\ndata: {\"é\":1}\n\n";

    fn whole(bytes: &[u8]) -> Vec<Record> {
        Records::default().push(bytes).unwrap()
    }

    fn record(id: &str, event: &str, data: &str) -> Record {
        Record {
            id: id.into(),
            event: event.into(),
            data: data.into(),
        }
    }

    #[test]
    fn records_have_an_id_a_name_and_data() {
        assert_eq!(
            whole(STREAM.as_bytes()),
            [
                record("7.1", "x", "a\nb"),
                record("7.1", "", ""),
                record("7.2", "", "{\"é\":1}")
            ]
        );
    }

    proptest! {
        #[test]
        fn pieces_may_be_cut_anywhere(cuts in prop::collection::vec(0..STREAM.len(), 0..8)) {
            let mut cuts = cuts;
            cuts.extend([0, STREAM.len()]);
            cuts.sort_unstable();
            let mut reader = Records::default();
            let mut records = Vec::new();
            for pair in cuts.windows(2) {
                records.extend(reader.push(&STREAM.as_bytes()[pair[0]..pair[1]]).unwrap());
            }
            prop_assert_eq!(records, whole(STREAM.as_bytes()));
        }

        #[test]
        fn any_bytes_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = whole(&bytes);
        }
    }
}
