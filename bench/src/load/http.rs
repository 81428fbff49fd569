//! The answers of HTTP/1.1 as far as the speakers need them (RFC 9112).

/// The head of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    /// The status code.
    pub(crate) status: u16,
    /// Bytes of the body, when they are told.
    pub(crate) length: Option<usize>,
    /// The body comes in chunks.
    pub(crate) chunked: bool,
    /// Bytes of the head itself.
    pub(crate) bytes: usize,
}

/// The head at the beginning of `bytes`, once all of it is there.
pub(crate) fn head(bytes: &[u8]) -> Result<Option<Head>, String> {
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = std::str::from_utf8(&bytes[..end]).map_err(|_| "a head that is no text")?;
    let mut lines = text.split("\r\n");
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let status = status.ok_or("an answer without a status")?;
    let mut found = Head {
        status,
        length: None,
        chunked: false,
        bytes: end + 4,
    };
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        if name.eq_ignore_ascii_case("content-length") {
            found.length = value.trim().parse().ok();
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            found.chunked = value.to_ascii_lowercase().contains("chunked");
        }
    }
    Ok(Some(found))
}

/// Takes the chunks at the beginning of `bytes` out of their wrapping (RFC 9112 §7.1); how many
/// bytes they were, and whether the last one was among them.
pub(crate) fn chunks(bytes: &[u8], body: &mut Vec<u8>) -> Result<(usize, bool), String> {
    let mut used = 0;
    loop {
        let rest = &bytes[used..];
        let Some(line) = rest.windows(2).position(|window| window == b"\r\n") else {
            return Ok((used, false));
        };
        let size = std::str::from_utf8(&rest[..line]).ok();
        let size =
            size.and_then(|size| usize::from_str_radix(size.split(';').next()?.trim(), 16).ok());
        let size = size.ok_or("a chunk without a size")?;
        let end = line + 2 + size + 2;
        if rest.len() < end {
            return Ok((used, false));
        }
        body.extend(&rest[line + 2..line + 2 + size]);
        used += end;
        if size == 0 {
            return Ok((used, true));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_once_it_is_whole() {
        let text = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        let expected = Head {
            status: 200,
            length: Some(5),
            chunked: false,
            bytes: 38,
        };
        assert_eq!(head(text), Ok(Some(expected)));
        assert_eq!(head(&text[..30]), Ok(None));
        assert!(head(b"nonsense\r\n\r\n").is_err());
    }

    #[test]
    fn chunks_are_put_together() {
        let text = b"5\r\nhello\r\n7;x=y\r\n, world\r\n0\r\n\r\n";
        let mut body = Vec::new();
        assert_eq!(chunks(text, &mut body), Ok((text.len(), true)));
        assert_eq!(body, b"hello, world");
        body.clear();
        assert_eq!(chunks(&text[..12], &mut body), Ok((10, false)));
        assert_eq!(body, b"hello");
        assert!(chunks(b"x\r\n", &mut body).is_err());
    }
}
