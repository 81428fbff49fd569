//! Text that comes in pieces, which may be cut within a character.

use std::str::from_utf8;

use super::Broken;

/// The text so far. What is in it is UTF-8; a character that is not whole yet waits beside it.
#[derive(Default)]
pub(super) struct Growing {
    text: String,
    /// The beginning of a character, `waiting` bytes of it.
    rest: [u8; 4],
    waiting: usize,
}

impl Growing {
    /// Adds a piece. Fails with the first byte that no continuation could make UTF-8.
    pub(super) fn push(&mut self, mut piece: &[u8]) -> Result<(), Broken> {
        while self.waiting > 0 {
            let Some(byte) = piece.split_off_first() else {
                return Ok(());
            };
            self.complete(*byte)?;
        }
        let (whole, begun) = piece.split_at(piece.len() - begun(piece));
        let whole = from_utf8(whole).map_err(|_| Broken::NOT_UTF8)?;
        self.text.push_str(whole);
        self.rest[..begun.len()].copy_from_slice(begun);
        self.waiting = begun.len();
        Ok(())
    }

    /// Adds one byte to the character that waits. No character has more than four.
    fn complete(&mut self, byte: u8) -> Result<(), Broken> {
        self.rest[self.waiting] = byte;
        self.waiting += 1;
        match from_utf8(&self.rest[..self.waiting]) {
            Ok(character) => {
                self.text.push_str(character);
                self.waiting = 0;
                Ok(())
            }
            Err(error) if error.error_len().is_none() => Ok(()),
            Err(_) => Err(Broken::NOT_UTF8),
        }
    }

    /// The whole text, if it does not end within a character.
    pub(super) fn finish(self) -> Result<String, Broken> {
        if self.waiting > 0 {
            return Err(Broken::NOT_UTF8);
        }
        Ok(self.text)
    }

    /// Bytes received.
    pub(super) fn len(&self) -> usize {
        self.text.len() + self.waiting
    }

    /// Makes room for `more` bytes and no more than that.
    pub(super) fn reserve(&mut self, more: usize) {
        self.text.reserve_exact(more);
    }

    /// Bytes of heap.
    pub(super) fn capacity(&self) -> usize {
        self.text.capacity()
    }
}

/// How many bytes at the end begin a character that is not whole.
fn begun(piece: &[u8]) -> usize {
    let begins = |length: &usize| {
        let end = &piece[piece.len() - length..];
        from_utf8(end).is_err_and(|e| e.valid_up_to() == 0 && e.error_len().is_none())
    };
    (1..=piece.len().min(3)).find(begins).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_pieces(bytes: &[u8], size: usize) -> Result<String, Broken> {
        let mut text = Growing::default();
        for piece in bytes.chunks(size) {
            text.push(piece)?;
        }
        text.finish()
    }

    #[test]
    fn a_text_may_be_cut_anywhere() {
        let text = "κόσμε, 会話, 🦀 and plain";
        for size in 1..text.len() {
            assert_eq!(in_pieces(text.as_bytes(), size).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_not_utf8_is_refused_at_its_first_byte() {
        for (good, bad) in [
            (&b"a"[..], 0x80), // a continuation alone
            (b"", 0xff),
            (b"\xf4", 0x90), // beyond U+10FFFF
            (b"\xed", 0xa0), // half of a surrogate pair
            (b"\xe0", 0x80), // longer than it needs to be
            (b"\xf0\x9f\xa6", b'a'),
        ] {
            let mut text = Growing::default();
            assert_eq!(text.push(good), Ok(()), "{good:x?}");
            assert_eq!(
                text.push(&[bad]),
                Err(Broken::NOT_UTF8),
                "{good:x?} {bad:x}"
            );
            let whole = [good, &[bad]].concat();
            assert_eq!(Growing::default().push(&whole), Err(Broken::NOT_UTF8));
        }
    }

    #[test]
    fn a_text_must_not_end_within_a_character() {
        assert_eq!(in_pieces(b"ab\xf0\x9f\xa6", 2), Err(Broken::NOT_UTF8));
    }
}
