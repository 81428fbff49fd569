//! The server's half of the opening handshake.

use sha1::{Digest as _, Sha1};

/// What the key is followed by before it is hashed (RFC 6455 §1.3).
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The alphabet of Base64 (RFC 4648 §4).
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The value of `Sec-WebSocket-Accept` for that of `Sec-WebSocket-Key` (RFC 6455 §4.2.2): ASCII.
pub fn accept_key(key: &[u8]) -> [u8; 28] {
    let hash = Sha1::new().chain_update(key).chain_update(GUID).finalize();
    // 20 bytes are 160 bits: 26 digits of six bits, one of the four that are left, one `=`.
    let mut encoded = [b'='; 28];
    for (three, four) in hash.chunks(3).zip(encoded.chunks_mut(4)) {
        let bits = three.iter().enumerate();
        let bits = bits.fold(0, |bits, (at, byte)| {
            bits | u32::from(*byte) << (16 - 8 * at)
        });
        for (at, digit) in four.iter_mut().enumerate().take(three.len() + 1) {
            *digit = ALPHABET[(bits >> (18 - 6 * at) & 0x3f) as usize];
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_rfc() {
        // RFC 6455 §1.3.
        let accept = accept_key(b"dGhlIHNhbXBsZSBub25jZQ==");
        assert_eq!(&accept, b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }
}
