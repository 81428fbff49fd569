//! The head of a frame (RFC 6455 §5.2).

use super::{Broken, CONTROL_BYTES, Opcode};

/// The longest head: two bytes, a length of eight, a mask of four.
pub(super) const HEAD_BYTES: usize = 14;

/// What stands before a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    /// Whether its message ends with it.
    pub(super) last: bool,
    /// What it is.
    pub(super) opcode: Opcode,
    /// Bytes of payload.
    pub(super) length: u64,
    /// The mask over the payload.
    pub(super) key: [u8; 4],
}

impl Head {
    /// Reads the head that `bytes` begin with, and tells its own length; `None` while it is not
    /// whole. What is wrong is told as soon as its byte is there.
    pub(super) fn read(bytes: &[u8]) -> Result<Option<(Self, usize)>, Broken> {
        let Some((&first, rest)) = bytes.split_first() else {
            return Ok(None);
        };
        let (last, opcode) = (first & 0x80 != 0, opcode(first)?);
        if opcode.is_control() && !last {
            return Err(Broken::protocol("a control frame is fragmented"));
        }
        let Some((&second, rest)) = rest.split_first() else {
            return Ok(None);
        };
        if second & 0x80 == 0 {
            return Err(Broken::protocol("a frame is not masked"));
        }
        let short = second & 0x7f;
        if opcode.is_control() && usize::from(short) > CONTROL_BYTES {
            return Err(Broken::protocol("a control frame is too long"));
        }
        let Some((length, rest)) = length(short, rest)? else {
            return Ok(None);
        };
        let Some(&key) = rest.first_chunk() else {
            return Ok(None);
        };
        let head = Self {
            last,
            opcode,
            length,
            key,
        };
        Ok(Some((head, bytes.len() - rest.len() + key.len())))
    }

    /// Whether the frame may come now. `under_way` are the bytes that a fragmented message has so
    /// far, if there is one (§5.4); a message must not exceed `limit` bytes.
    pub(super) fn check(self, under_way: Option<usize>, limit: usize) -> Result<(), Broken> {
        if self.opcode.is_control() {
            return Ok(());
        }
        let before = match (self.opcode, under_way) {
            (Opcode::Continuation, None) => {
                return Err(Broken::protocol("there is no message to continue"));
            }
            (Opcode::Continuation, Some(before)) => before,
            (_, Some(_)) => return Err(Broken::protocol("the message before is not complete")),
            (_, None) => 0,
        };
        if self.length > (limit - before) as u64 {
            return Err(Broken::TOO_LARGE);
        }
        Ok(())
    }
}

/// The opcode of a frame's first byte.
fn opcode(first: u8) -> Result<Opcode, Broken> {
    if first & 0x70 != 0 {
        return Err(Broken::protocol("a reserved bit is set"));
    }
    match first & 0x0f {
        0x0 => Ok(Opcode::Continuation),
        0x1 => Ok(Opcode::Text),
        0x2 => Ok(Opcode::Binary),
        0x8 => Ok(Opcode::Close),
        0x9 => Ok(Opcode::Ping),
        0xA => Ok(Opcode::Pong),
        _ => Err(Broken::protocol("the opcode is not known")),
    }
}

/// The payload's length, of which `short` are the seven bits in the second byte, and what follows
/// it. The shortest of the three forms must have been used.
fn length(short: u8, rest: &[u8]) -> Result<Option<(u64, &[u8])>, Broken> {
    let (length, rest, least) = match short {
        126 => match rest.split_first_chunk() {
            Some((bytes, rest)) => (u64::from(u16::from_be_bytes(*bytes)), rest, 126),
            None => return Ok(None),
        },
        127 => match rest.split_first_chunk() {
            Some((bytes, rest)) => (u64::from_be_bytes(*bytes), rest, 1 << 16),
            None => return Ok(None),
        },
        short => (u64::from(short), rest, 0),
    };
    if length < least {
        return Err(Broken::protocol("a length is not in its shortest form"));
    }
    if length >> 63 != 0 {
        return Err(Broken::protocol("a length has its highest bit set"));
    }
    Ok(Some((length, rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Option<(Head, usize)>, Broken> {
        for short in 0..bytes.len() {
            if let Ok(Some(head)) = Head::read(&bytes[..short]) {
                return Ok(Some(head));
            }
        }
        Head::read(bytes)
    }

    fn refused(bytes: &[u8]) -> &'static str {
        let broken = read(bytes).expect_err("refused");
        assert_eq!(broken.code, 1002);
        broken.why
    }

    #[test]
    fn the_three_forms_of_a_length() {
        for (bytes, length) in [
            (&[0x81, 0x85, 1, 2, 3, 4][..], 5),
            (&[0x81, 0xfd, 1, 2, 3, 4], 125),
            (&[0x81, 0xfe, 0, 126, 1, 2, 3, 4], 126),
            (&[0x81, 0xfe, 0xff, 0xff, 1, 2, 3, 4], 65_535),
            (&[0x81, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4], 65_536),
        ] {
            let (head, size) = read(bytes).expect("valid").expect("whole");
            assert_eq!((head.length, size), (length, bytes.len()));
            assert_eq!((head.opcode, head.key), (Opcode::Text, [1, 2, 3, 4]));
        }
    }

    #[test]
    fn a_length_is_in_its_shortest_form() {
        assert!(refused(&[0x81, 0xfe, 0, 125]).contains("shortest"));
        assert!(refused(&[0x81, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff]).contains("shortest"));
        assert!(refused(&[0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0]).contains("highest"));
    }

    #[test]
    fn what_no_frame_may_be() {
        assert!(refused(&[0xc1]).contains("reserved"));
        assert!(refused(&[0x83]).contains("opcode"));
        assert!(refused(&[0x8b]).contains("opcode"));
        assert!(refused(&[0x09]).contains("fragmented"));
        assert!(refused(&[0x89, 0xfe]).contains("too long"));
        assert!(refused(&[0x81, 0x05]).contains("masked"));
    }

    #[test]
    fn fragments_stand_in_order() {
        let head = |first: u8, length: u8| {
            let head = read(&[first, 0x80 | length, 0, 0, 0, 0]).expect("valid");
            head.expect("whole").0
        };
        assert_eq!(head(0x80, 1).check(Some(9), 10), Ok(()));
        assert_eq!(head(0x80, 2).check(Some(9), 10), Err(Broken::TOO_LARGE));
        assert_eq!(head(0x81, 10).check(None, 10), Ok(()));
        assert_eq!(head(0x81, 11).check(None, 10), Err(Broken::TOO_LARGE));
        assert_eq!(head(0x89, 11).check(Some(10), 10), Ok(()));
        assert!(head(0x80, 1).check(None, 10).is_err());
        assert!(head(0x82, 1).check(Some(0), 10).is_err());
    }
}
