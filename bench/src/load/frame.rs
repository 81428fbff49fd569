//! WebSocket frames as a client writes and reads them (RFC 6455 §5).

/// What sort of frame (RFC 6455 §5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A text, or what continues one.
    Text,
    /// Bytes.
    Binary,
    /// The connection is to be closed.
    Close,
    /// The other end is asked for a sign of life.
    Ping,
    /// A sign of life.
    Pong,
}

impl Kind {
    fn code(self) -> u8 {
        match self {
            Self::Text => 1,
            Self::Binary => 2,
            Self::Close => 8,
            Self::Ping => 9,
            Self::Pong => 10,
        }
    }

    fn of(code: u8) -> Result<Self, String> {
        match code {
            0 | 1 => Ok(Self::Text),
            2 => Ok(Self::Binary),
            8 => Ok(Self::Close),
            9 => Ok(Self::Ping),
            10 => Ok(Self::Pong),
            code => Err(format!("a frame with code {code}")),
        }
    }
}

/// A mask. It is the same for all frames: what it protects against (RFC 6455 §10.3) is not here.
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// Writes a frame, masked as a client has to.
pub(crate) fn write(kind: Kind, payload: &[u8], out: &mut Vec<u8>) {
    head(kind, payload.len(), 0x80, out);
    out.extend(MASK);
    out.extend(
        payload
            .iter()
            .zip(MASK.iter().cycle())
            .map(|(byte, mask)| byte ^ mask),
    );
}

/// Writes a frame as a server does.
pub(crate) fn write_plain(kind: Kind, payload: &[u8], out: &mut Vec<u8>) {
    head(kind, payload.len(), 0, out);
    out.extend(payload);
}

fn head(kind: Kind, length: usize, masked: u8, out: &mut Vec<u8>) {
    out.push(0x80 | kind.code());
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ ..=125), _) => out.push(masked | short),
        (_, Ok(middle)) => {
            out.push(masked | 0x7e);
            out.extend(middle.to_be_bytes());
        }
        _ => {
            out.push(masked | 0x7f);
            out.extend((length as u64).to_be_bytes());
        }
    }
}

/// Cuts what arrives into frames.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    /// The beginning of a frame whose end did not arrive yet.
    begun: Vec<u8>,
}

impl Reader {
    /// Tells each whole frame.
    pub(crate) fn read(
        &mut self,
        bytes: &[u8],
        mut each: impl FnMut(Kind, &[u8]) -> Result<(), String>,
    ) -> Result<(), String> {
        if self.begun.is_empty() {
            let used = frames(bytes, &mut each)?;
            self.begun.extend(&bytes[used..]);
        } else {
            self.begun.extend(bytes);
            let begun = std::mem::take(&mut self.begun);
            let used = frames(&begun, &mut each)?;
            self.begun = begun[used..].to_vec();
        }
        Ok(())
    }
}

/// Tells the whole frames at the beginning; how many bytes they have.
fn frames(
    bytes: &[u8],
    each: &mut impl FnMut(Kind, &[u8]) -> Result<(), String>,
) -> Result<usize, String> {
    let mut used = 0;
    while let Some((start, end)) = bounds(&bytes[used..]) {
        let frame = &bytes[used..used + end];
        each(Kind::of(frame[0] & 0x0f)?, &frame[start..])?;
        used += end;
    }
    Ok(used)
}

/// Where the payload of the first frame starts and ends, once all of it is there. A server's
/// frames have no mask.
fn bounds(bytes: &[u8]) -> Option<(usize, usize)> {
    let (start, length) = match *bytes.get(1)? {
        126 => (
            4,
            u64::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)),
        ),
        127 => (10, u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)),
        short => (2, u64::from(short)),
    };
    let end = start + usize::try_from(length).ok()?;
    (bytes.len() >= end).then_some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_found_however_they_are_cut() {
        let texts = [
            String::new(),
            "a".repeat(125),
            "b".repeat(126),
            "c".repeat(70_000),
        ];
        let mut bytes = Vec::new();
        for text in &texts {
            write_plain(Kind::Text, text.as_bytes(), &mut bytes);
        }
        for step in [1, 2, 7, 1000, bytes.len()] {
            let (mut reader, mut found) = (Reader::default(), Vec::new());
            for piece in bytes.chunks(step) {
                let each = |kind, payload: &[u8]| {
                    assert_eq!(kind, Kind::Text);
                    found.push(String::from_utf8(payload.to_vec()).expect("UTF-8"));
                    Ok(())
                };
                reader.read(piece, each).expect("good frames");
            }
            assert_eq!(found, texts, "in steps of {step}");
        }
    }

    #[test]
    fn what_a_client_writes_is_masked() {
        let mut bytes = Vec::new();
        write(Kind::Text, b"hello", &mut bytes);
        assert_eq!(bytes[..6], [0x81, 0x85, MASK[0], MASK[1], MASK[2], MASK[3]]);
        assert_eq!(bytes[6] ^ MASK[0], b'h');
        assert_eq!(bytes[10] ^ MASK[0], b'o');
    }

    #[test]
    fn an_unknown_frame_is_refused() {
        assert!(Reader::default().read(&[0x83, 0], |_, _| Ok(())).is_err());
    }
}
