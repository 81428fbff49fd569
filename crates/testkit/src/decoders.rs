//! Everything that reads bytes from outside, with what must hold whatever the bytes are. The fuzz
//! targets and the property tests run the same functions.

#![expect(
    clippy::missing_panics_doc,
    reason = "each panics when what must hold does not"
)]

use client::wire::{Auth, Command, CommandFrame, ServerFrame};
use domain::text::{Emoji, MessageText};
use domain::user::{Password, USERNAME_BYTES};
use domain::{ClientId, DeviceName, Username};
use gateway::native::{from_wire::Limits, perform};
use wire::websocket::{Broken, Decoder as WebSocket, Incoming};

use crate::Records;

/// A decoder with what must hold of it.
pub type Decoder = fn(&[u8]);

/// The functions by the names of their fuzz targets.
pub const DECODERS: &[(&str, Decoder)] = &[
    ("command_frame", command_frame),
    ("auth_frame", auth_frame),
    ("server_frame", server_frame),
    ("from_wire", from_wire),
    ("cursor", cursor),
    ("username", username),
    ("password", password),
    ("message_text", message_text),
    ("emoji", emoji),
    ("event_stream", event_stream),
    ("websocket", websocket),
];

/// The largest text that the limits of these tests allow.
const TEXT_BYTES: usize = 4096;

/// A command frame: what was read is written and read again as the same.
pub fn command_frame(bytes: &[u8]) {
    let Ok(frame) = CommandFrame::decode(bytes) else {
        return;
    };
    let written = frame
        .encode()
        .expect("a command that was read can be written");
    let again = CommandFrame::decode(&written).expect("what was written can be read");
    // JSON numbers with a fraction, which only extensions hold, may change in the last digit.
    let exact = !matches!(&frame.command, Command::SendMessage(m) if !m.extensions.is_empty());
    assert!(!exact || again == frame, "{frame:?} became {again:?}");
}

/// The first frame of a WebSocket.
pub fn auth_frame(bytes: &[u8]) {
    let Some(auth) = Auth::decode(bytes) else {
        return;
    };
    let written = serde_json::to_vec(&auth).expect("it can be written");
    assert_eq!(Auth::decode(&written), Some(auth));
}

/// A frame of the server, as a client reads it.
pub fn server_frame(bytes: &[u8]) {
    let Ok(frame) = ServerFrame::decode(bytes) else {
        return;
    };
    let written = serde_json::to_vec(&frame).expect("a frame that was read can be written");
    let again = ServerFrame::decode(&written).expect("what was written can be read");
    let exact = matches!(
        frame,
        ServerFrame::Hello(_)
            | ServerFrame::Signal { .. }
            | ServerFrame::Reset { .. }
            | ServerFrame::End { .. }
    );
    assert!(!exact || again == frame, "{frame:?} became {again:?}");
}

/// A command from its bytes to the domain, as the gateway reads it.
pub fn from_wire(bytes: &[u8]) {
    let limits = Limits {
        text_bytes: TEXT_BYTES,
    };
    if let Err(refused) = perform::decode(bytes, limits) {
        // Whatever is refused is told in a frame that a client can read.
        let frame = ServerFrame::decode(&refused.frame()).expect("the refusal is a frame");
        let told = matches!(frame, ServerFrame::Reply { id, .. } if id == refused.id);
        assert!(told, "{refused:?} became {frame:?}");
    }
}

/// A cursor, as the server and as the client read it.
pub fn cursor(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(cursor) = text.parse::<engine::Cursor>() {
        assert_eq!(cursor.to_string().parse::<engine::Cursor>(), Ok(cursor));
        // What the server takes, its client can say.
        let said: client::Cursor = text.parse().expect("the client reads it, too");
        assert_eq!(said.to_string().parse(), Ok(cursor));
    }
    if let Ok(cursor) = text.parse::<client::Cursor>() {
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
    }
    if let Ok(id) = text.parse::<ClientId>() {
        assert_eq!(id.to_string(), text.to_ascii_lowercase());
    }
}

/// A username: bounded, and the same when it is prepared again.
pub fn username(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let device = DeviceName::from_claim(&text);
    assert!(device.as_str().len() <= 100 && !device.as_str().contains(char::is_control));
    let Ok(name) = text.parse::<Username>() else {
        return;
    };
    assert!(!name.as_str().is_empty() && name.as_str().len() <= USERNAME_BYTES);
    assert_eq!(name.as_str().parse(), Ok(name));
}

/// A password: chosen or offered, it is prepared in the same way.
pub fn password(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let anna = Username::from_stored("anna");
    if let Ok(chosen) = Password::chosen(&text, &anna) {
        let offered = Password::offered(&text).expect("what was chosen can be offered");
        assert!(offered == chosen, "it was prepared in two ways");
    }
}

/// A message's text and the names in it.
pub fn message_text(bytes: &[u8]) {
    let written = String::from_utf8_lossy(bytes);
    let Ok(text) = MessageText::parse(&written, TEXT_BYTES) else {
        return;
    };
    assert_eq!(text.as_str(), written);
    for name in text.at_names() {
        assert!(
            written.contains(&format!("@{name}")),
            "@{name} is not in the text"
        );
    }
}

/// One emoji.
pub fn emoji(bytes: &[u8]) {
    let written = String::from_utf8_lossy(bytes);
    if let Ok(emoji) = Emoji::parse(&written) {
        assert_eq!(emoji.as_str(), written);
        assert!(
            !written.chars().all(char::is_alphanumeric),
            "{written} is text"
        );
    }
}

/// An event stream, in two pieces and at once.
pub fn event_stream(bytes: &[u8]) {
    let (cut, bytes) = bytes
        .split_first()
        .map_or((0, bytes), |(cut, rest)| (*cut, rest));
    let (first, second) = bytes.split_at(usize::from(cut).min(bytes.len()));
    let mut pieces = Records::default();
    let mut records = pieces.push(first).expect("short");
    records.extend(pieces.push(second).expect("short"));
    assert_eq!(records, Records::default().push(bytes).expect("short"));
}

/// What a browser sends over a WebSocket: the same messages and the same end whatever the reads,
/// which are as long as the first eight bytes say, in turn.
pub fn websocket(bytes: &[u8]) {
    let Some((sizes, stream)) = bytes.split_first_chunk::<8>() else {
        return;
    };
    let sizes = sizes.map(|size| usize::from(size) + 1);
    assert_eq!(read_in(stream, sizes), read_in(stream, [usize::MAX; 8]));
}

/// Every message of a WebSocket as text, and how it broke.
fn read_in(stream: &[u8], sizes: [usize; 8]) -> (Vec<String>, Option<Broken>) {
    let (mut decoder, mut seen) = (WebSocket::new(TEXT_BYTES), Vec::new());
    let (mut sizes, mut rest) = (sizes.into_iter().cycle(), stream.to_vec());
    while !rest.is_empty() {
        let size = sizes.next().map_or(1, |size| size.min(rest.len()));
        let mut read = rest;
        rest = read.split_off(size);
        let mut input = &mut read[..];
        loop {
            match decoder.next(&mut input) {
                Ok(Some(incoming)) => seen.push(told(&incoming)),
                Ok(None) => break,
                Err(broken) => return (seen, Some(broken)),
            }
        }
        assert!(input.is_empty(), "{} bytes were left", input.len());
        assert!(decoder.held() < TEXT_BYTES + 500, "{}", decoder.held());
    }
    (seen, None)
}

/// A message as text that is the same whether it was copied or not.
fn told(incoming: &Incoming<'_>) -> String {
    if let Incoming::Text(text) = incoming {
        assert!(text.len() <= TEXT_BYTES);
    }
    format!("{incoming:?}")
}
