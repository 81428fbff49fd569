//! Cuts a stream of XML into its top-level elements, as far as servers write them: without
//! comments, CDATA sections and processing instructions behind the first (RFC 6120 §11.1).

/// Cuts what arrives into elements.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// The beginning of an element whose end did not arrive yet.
    begun: Vec<u8>,
}

impl Reader {
    /// Tells each whole element; the XML declaration, and the head and the end of the stream, are
    /// told as elements of their own.
    pub(super) fn read(
        &mut self,
        bytes: &[u8],
        mut each: impl FnMut(Element<'_>) -> Result<(), String>,
    ) -> Result<(), String> {
        self.begun.extend(bytes);
        let begun = std::mem::take(&mut self.begun);
        let mut rest = begun.as_slice();
        loop {
            // White space between elements keeps a connection alive (RFC 6120 §4.6.1).
            rest = rest.trim_ascii_start();
            let Some(end) = end(rest)? else { break };
            let (element, after) = rest.split_at(end);
            each(Element(element))?;
            rest = after;
        }
        self.begun = rest.to_vec();
        Ok(())
    }
}

/// One whole element, as it was written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'a>(&'a [u8]);

impl<'a> Element<'a> {
    /// Its name with its prefix; with `?` or `/` before it for a declaration or an end.
    pub(super) fn name(self) -> &'a [u8] {
        let after = &self.0[1..];
        let stop = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'>';
        let end = after.iter().position(stop).unwrap_or(after.len());
        let name = &after[..end];
        name.strip_suffix(b"/").unwrap_or(name)
    }

    /// The value of an attribute of its own, as it was written.
    pub(super) fn attribute(self, name: &str) -> Option<&'a str> {
        let head = &self.0[..tag(self.0)?];
        let head = std::str::from_utf8(head).ok()?;
        for (place, _) in head.match_indices(name) {
            let before = head[..place].ends_with(|c: char| c.is_ascii_whitespace());
            let after = head[place + name.len()..].strip_prefix('=');
            if let (true, Some(after)) = (before, after) {
                let quote = after.chars().next()?;
                return after[1..].split(quote).next();
            }
        }
        None
    }

    /// All of it.
    pub(super) fn bytes(self) -> &'a [u8] {
        self.0
    }

    /// Does this stand in it?
    pub(super) fn holds(self, words: &str) -> bool {
        self.find(words).is_some()
    }

    /// The text of a message, as it was written (RFC 6121 §5.2.3).
    pub(super) fn body(self) -> Option<&'a [u8]> {
        let start = self.find("<body>")? + "<body>".len();
        let end = self.find("</body>")?;
        self.0.get(start..end)
    }

    fn find(self, words: &str) -> Option<usize> {
        self.0
            .windows(words.len())
            .position(|window| window == words.as_bytes())
    }
}

/// Where the first element ends, once all of it is there.
fn end(bytes: &[u8]) -> Result<Option<usize>, String> {
    let mut depth = 0_usize;
    let mut place = 0;
    while let Some(start) = bytes[place..].iter().position(|byte| *byte == b'<') {
        if depth == 0 && start > 0 {
            return Err("text between elements".to_owned());
        }
        let begin = place + start;
        let Some(length) = tag(&bytes[begin..]) else {
            return Ok(None);
        };
        place = begin + length;
        let tag = &bytes[begin..place];
        let alone = depth == 0
            && ["<?", "</", "<stream:stream"]
                .iter()
                .any(|b| tag.starts_with(b.as_bytes()));
        if tag.starts_with(b"</") {
            depth = depth.saturating_sub(1);
        } else if !tag.ends_with(b"/>") && !alone {
            depth += 1;
        }
        if depth == 0 {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

/// The length of the tag at the beginning, once all of it is there. A `>` within quotes is none.
fn tag(bytes: &[u8]) -> Option<usize> {
    let mut quote = None;
    for (place, byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(place + 1),
            (None, b'\'' | b'"') => quote = Some(*byte),
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &str = "<?xml version='1.0'?><stream:stream id=\"a>b\" to='x'>\
        <stream:features><bind xmlns='b'/><sm/></stream:features> \n\
        <a h='7' xmlns='urn:xmpp:sm:3'/><message id='1'><body>a &lt; b</body><x><y/></x></message>\
        </stream:stream>";

    #[test]
    fn elements_are_found_however_they_are_cut() {
        for step in [1, 3, 50, STREAM.len()] {
            let (mut reader, mut names) = (Reader::default(), Vec::new());
            for piece in STREAM.as_bytes().chunks(step) {
                let each = |element: Element<'_>| {
                    names.push(String::from_utf8_lossy(element.name()).into_owned());
                    Ok(())
                };
                reader.read(piece, each).expect("good XML");
            }
            let expected = [
                "?xml",
                "stream:stream",
                "stream:features",
                "a",
                "message",
                "/stream:stream",
            ];
            assert_eq!(names, expected, "in steps of {step}");
        }
    }

    #[test]
    fn attributes_are_those_of_the_element_itself() {
        let element = Element(b"<iq type='result' id=\"b1\" xid='2'><x to='inner'/></iq>");
        assert_eq!(element.attribute("type"), Some("result"));
        assert_eq!(element.attribute("id"), Some("b1"));
        assert_eq!(element.attribute("to"), None);
        assert!(element.holds("inner") && element.body().is_none());
        let message = Element(b"<message><body>hello #1</body><x xmlns='y#z'/></message>");
        assert_eq!(message.body(), Some(b"hello #1".as_slice()));
    }

    #[test]
    fn what_is_no_element_is_refused() {
        assert!(Reader::default().read(b"hello <a/>", |_| Ok(())).is_err());
    }
}
