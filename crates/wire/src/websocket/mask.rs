//! The mask that lies over everything a browser sends (RFC 6455 §5.3).

/// Takes the mask off, or puts it on; the first byte meets the first byte of `key`.
///
/// Eight bytes at a time, which the compiler turns into the widest registers there are.
pub(super) fn apply(payload: &mut [u8], key: [u8; 4]) {
    let [a, b, c, d] = key;
    let word = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (words, rest) = payload.as_chunks_mut();
    for eight in words {
        *eight = (u64::from_ne_bytes(*eight) ^ word).to_ne_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip(word.to_ne_bytes()) {
        *byte ^= mask;
    }
}

/// The key for what follows after `done` bytes.
pub(super) fn turned(mut key: [u8; 4], done: usize) -> [u8; 4] {
    key.rotate_left(done % 4);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_rfc() {
        // RFC 6455 §5.7: a single-frame masked text message.
        let mut payload = [0x7f, 0x9f, 0x4d, 0x51, 0x58];
        apply(&mut payload, [0x37, 0xfa, 0x21, 0x3d]);
        assert_eq!(&payload, b"Hello");
    }

    #[test]
    fn it_is_the_same_in_pieces() {
        let key = [1, 20, 77, 200];
        let masked: Vec<u8> = (0..=u8::MAX).cycle().take(1000).collect();
        let mut slow = masked.clone();
        for (at, byte) in slow.iter_mut().enumerate() {
            *byte ^= key[at % 4];
        }
        for cut in [0, 1, 2, 3, 4, 7, 8, 9, 500, 1000] {
            let mut pieces = masked.clone();
            let (first, second) = pieces.split_at_mut(cut);
            apply(first, key);
            apply(second, turned(key, cut));
            assert!(pieces == slow, "cut at {cut}");
        }
    }
}
