//! Frames to be written: appended to a buffer, unmasked, whole.

use super::{CONTROL_BYTES, Opcode};

/// Appends the head of a whole frame whose payload has `length` bytes. The payload is to follow.
pub fn head(out: &mut Vec<u8>, opcode: Opcode, length: usize) {
    const LAST: u8 = 0x80;
    out.push(LAST | opcode as u8);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(length @ ..=125), _) => out.push(length),
        (_, Ok(length)) => {
            out.push(126);
            out.extend_from_slice(&length.to_be_bytes());
        }
        _ => {
            out.push(127);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
}

/// Appends a text message made of several parts, which together are UTF-8.
pub fn text(out: &mut Vec<u8>, parts: &[&[u8]]) {
    frame(out, Opcode::Text, parts);
}

/// Appends a binary message made of several parts.
pub fn binary(out: &mut Vec<u8>, parts: &[&[u8]]) {
    frame(out, Opcode::Binary, parts);
}

/// Appends a ping; of a payload over [`CONTROL_BYTES`] only the beginning is sent.
pub fn ping(out: &mut Vec<u8>, payload: &[u8]) {
    frame(out, Opcode::Ping, &[beginning(payload)]);
}

/// Appends the answer to a ping with this payload.
pub fn pong(out: &mut Vec<u8>, payload: &[u8]) {
    frame(out, Opcode::Pong, &[beginning(payload)]);
}

/// Appends a close frame, the last one; of a reason over 123 bytes only the beginning is sent.
pub fn close(out: &mut Vec<u8>, code: u16, reason: &str) {
    let code = code.to_be_bytes();
    let end = reason.floor_char_boundary(CONTROL_BYTES - code.len());
    frame(out, Opcode::Close, &[&code, &reason.as_bytes()[..end]]);
}

/// Appends a close frame that says neither code nor reason: the answer to one of that kind.
pub fn close_silent(out: &mut Vec<u8>) {
    head(out, Opcode::Close, 0);
}

fn frame(out: &mut Vec<u8>, opcode: Opcode, parts: &[&[u8]]) {
    head(out, opcode, parts.iter().map(|part| part.len()).sum());
    for part in parts {
        out.extend_from_slice(part);
    }
}

fn beginning(payload: &[u8]) -> &[u8] {
    &payload[..payload.len().min(CONTROL_BYTES)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let mut out = b"before".to_vec();
        write(&mut out);
        out.split_off("before".len())
    }

    #[test]
    fn the_examples_of_the_rfc() {
        // RFC 6455 §5.7.
        let hello = [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f];
        assert_eq!(written(|out| text(out, &[b"Hel", b"", b"lo"])), hello);
        let ping_hello = [0x89, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f];
        assert_eq!(written(|out| ping(out, b"Hello")), ping_hello);
        let long = written(|out| binary(out, &[&[7; 256]]));
        assert_eq!(long[..4], [0x82, 0x7e, 0x01, 0x00]);
        let longer = written(|out| binary(out, &[&vec![7; 65_536]]));
        assert_eq!(longer[..10], [0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0]);
        assert_eq!((long.len(), longer.len()), (4 + 256, 10 + 65_536));
    }

    #[test]
    fn a_length_takes_its_shortest_form() {
        for (length, size) in [(0, 2), (125, 2), (126, 4), (65_535, 4), (65_536, 10)] {
            let head = written(|out| head(out, Opcode::Text, length));
            assert_eq!(head.len(), size, "{length}");
        }
    }

    #[test]
    fn control_frames_stay_short() {
        let reason = "é".repeat(100);
        let frame = written(|out| close(out, 4401, &reason));
        assert_eq!(frame[..4], [0x88, 2 + 122, 0x11, 0x31]);
        assert_eq!(&frame[4..], "é".repeat(61).as_bytes());
        assert_eq!(written(|out| pong(out, &[1; 126])).len(), 2 + 125);
        assert_eq!(written(close_silent), [0x88, 0]);
    }
}
