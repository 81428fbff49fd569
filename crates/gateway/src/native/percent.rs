//! Percent-encoding of one segment of a path (RFC 3986 §3.3).

use std::fmt::Write as _;

/// Encodes everything but the unreserved characters (RFC 3986 §2.3).
pub(crate) fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("writing to a String does not fail");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::segment;

    #[test]
    fn only_unreserved_characters_stay_as_they_are() {
        assert_eq!(segment("anna.b-c_d~1"), "anna.b-c_d~1");
        assert_eq!(segment("a/b?c#d%e f"), "a%2Fb%3Fc%23d%25e%20f");
        assert_eq!(segment("花"), "%E8%8A%B1");
    }
}
