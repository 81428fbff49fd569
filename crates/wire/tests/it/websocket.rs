//! The WebSocket codec: what a browser may send, in any pieces, and what it may not.

use proptest::prelude::*;
use wire::websocket::{Broken, Decoder, Incoming, encode};

/// Bytes that a message may have here.
const LIMIT: usize = 100_000;

/// The mask of the RFC's examples.
const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// A frame as a browser sends it: the server's own, with a mask over it. `first` is the first byte.
fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = Vec::new();
    encode::binary(&mut frame, &[payload]);
    frame[0] = first;
    frame[1] |= 0x80;
    let mut at = frame.len() - payload.len();
    frame.splice(at..at, KEY);
    at += KEY.len();
    for (byte, mask) in frame[at..].iter_mut().zip(KEY.iter().cycle()) {
        *byte ^= mask;
    }
    frame
}

/// All that a decoder makes of a stream which is read in pieces of these sizes, over and over, and
/// of which nothing is borrowed any more.
fn decoded(stream: &[u8], pieces: &[usize]) -> (Vec<Incoming<'static>>, Option<Broken>) {
    let (mut decoder, mut seen) = (Decoder::new(LIMIT), Vec::new());
    let (mut sizes, mut rest) = (pieces.iter().cycle(), stream.to_vec());
    while !rest.is_empty() {
        let size = sizes
            .next()
            .map_or(rest.len(), |size| *size)
            .clamp(1, rest.len());
        let mut piece = rest;
        rest = piece.split_off(size);
        let mut input = &mut piece[..];
        loop {
            match decoder.next(&mut input) {
                Ok(Some(incoming)) => seen.push(owned(incoming)),
                Ok(None) => break,
                Err(broken) => return (seen, Some(broken)),
            }
        }
        assert!(input.is_empty(), "everything is used up");
        assert!(decoder.held() < LIMIT + 500, "{} bytes", decoder.held());
    }
    (seen, None)
}

fn owned(incoming: Incoming<'_>) -> Incoming<'static> {
    match incoming {
        Incoming::Text(text) => Incoming::Text(text.into_owned().into()),
        Incoming::Binary(bytes) => Incoming::Binary(bytes.into_owned().into()),
        Incoming::Ping(bytes) => Incoming::Ping(bytes.into_owned().into()),
        Incoming::Pong => Incoming::Pong,
        Incoming::Close(said) => {
            Incoming::Close(said.map(|(code, reason)| (code, reason.into_owned().into())))
        }
    }
}

/// The same at once and byte by byte.
fn all(stream: &[u8]) -> (Vec<Incoming<'static>>, Option<Broken>) {
    let at_once = decoded(stream, &[]);
    assert_eq!(decoded(stream, &[1]), at_once);
    at_once
}

fn broken(frames: &[Vec<u8>]) -> u16 {
    all(&frames.concat()).1.expect("it must break").code
}

#[test]
fn the_examples_of_the_rfc() {
    // RFC 6455 §5.7, those that are masked, and fragments like those that are not.
    let hello = [
        0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58,
    ];
    let pong = [
        0x8a, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58,
    ];
    assert_eq!(masked(0x81, b"Hello"), hello);
    let fragments = [masked(0x01, b"Hel"), masked(0x80, b"lo")].concat();
    let stream = [&hello[..], &pong, &fragments].concat();
    let text = || Incoming::Text("Hello".into());
    assert_eq!(all(&stream), (vec![text(), Incoming::Pong, text()], None));
}

#[test]
fn a_whole_frame_is_not_copied() {
    let mut stream = [
        masked(0x81, b"Hello"),
        masked(0x82, &vec![7; 70_000]),
        masked(0x89, b"?"),
    ]
    .concat();
    let mut input = &mut stream[..];
    let mut decoder = Decoder::new(LIMIT);
    let mut copied = 0;
    while let Some(incoming) = decoder.next(&mut input).unwrap() {
        copied += usize::from(match &incoming {
            Incoming::Text(text) => matches!(text, std::borrow::Cow::Owned(_)),
            Incoming::Binary(bytes) | Incoming::Ping(bytes) => {
                matches!(bytes, std::borrow::Cow::Owned(_))
            }
            Incoming::Pong | Incoming::Close(_) => false,
        });
        assert_eq!(decoder.held(), 0);
    }
    assert_eq!(copied, 0);
}

#[test]
fn a_decoder_is_small_and_gives_its_heap_back() {
    assert!(size_of::<Decoder>() <= 48);
    let mut decoder = Decoder::new(LIMIT);
    let mut frame = masked(0x81, &[b'a'; 1000]);
    let (mut first, mut second) = frame.split_at_mut(500);
    assert_eq!(decoder.next(&mut first), Ok(None));
    assert!(decoder.held() >= 492, "{}", decoder.held());
    assert!(
        matches!(decoder.next(&mut second), Ok(Some(Incoming::Text(text))) if text.len() == 1000)
    );
    assert_eq!(decoder.held(), 0);
}

#[test]
fn control_frames_may_stand_between_fragments() {
    let stream = [
        masked(0x01, b"one "),
        masked(0x89, b"there?"),
        masked(0x00, b""),
        masked(0x8a, b""),
        masked(0x80, b"message"),
        masked(0x88, b"\x03\xe8bye"),
        masked(0x81, b"unread"),
    ];
    let expected = vec![
        Incoming::Ping(b"there?".into()),
        Incoming::Pong,
        Incoming::Text("one message".into()),
        Incoming::Close(Some((1000, "bye".into()))),
    ];
    assert_eq!(all(&stream.concat()), (expected, None));
}

#[test]
fn fragments_out_of_order_break_it() {
    assert_eq!(broken(&[masked(0x80, b"lo")]), 1002);
    assert_eq!(broken(&[masked(0x00, b"lo")]), 1002);
    assert_eq!(broken(&[masked(0x01, b"Hel"), masked(0x81, b"lo")]), 1002);
    assert_eq!(
        broken(&[masked(0x01, b"a"), masked(0x80, b"b"), masked(0x80, b"c")]),
        1002
    );
}

#[test]
fn too_large_is_known_from_the_head() {
    let head = |length: usize| masked(0x82, &vec![0; length])[..14].to_vec();
    assert_eq!(all(&head(LIMIT)), (vec![], None));
    assert_eq!(broken(&[head(LIMIT + 1)]), 1009);
    let most = masked(0x02, &vec![0; LIMIT - 9]);
    assert_eq!(
        broken(&[most.clone(), masked(0x80, &[0; 10])[..6].to_vec()]),
        1009
    );
    assert_eq!(all(&[most, masked(0x80, &[0; 9])].concat()).0.len(), 1);
}

#[test]
fn text_that_is_not_utf8_breaks_it_at_once() {
    assert_eq!(broken(&[masked(0x81, b"a\xffb")]), 1007);
    assert_eq!(broken(&[masked(0x81, b"\xf0\x9f\xa6")]), 1007);
    assert_eq!(
        broken(&[masked(0x01, b"\xf0\x9f"), masked(0x80, b"\xa6")]),
        1007
    );
    // Neither the end of the frame nor the end of the message is awaited.
    let long = masked(0x81, &[&b"a\xff"[..], &[b'a'; 500]].concat());
    assert_eq!(broken(&[long[..20].to_vec()]), 1007);
    assert_eq!(
        broken(&[masked(0x01, b"\xed"), masked(0x00, b"\xa0")]),
        1007
    );
    let crab = [
        masked(0x01, b"\xf0\x9f"),
        masked(0x00, b""),
        masked(0x80, b"\xa6\x80"),
    ];
    assert_eq!(
        all(&crab.concat()),
        (vec![Incoming::Text("🦀".into())], None)
    );
}

#[test]
fn close_says_nothing_or_a_code_that_may_be_sent() {
    assert_eq!(all(&masked(0x88, b"")), (vec![Incoming::Close(None)], None));
    assert_eq!(broken(&[masked(0x88, b"\x03")]), 1002);
    assert_eq!(broken(&[masked(0x88, b"\x03\xe8\xff")]), 1007);
    for code in [
        0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2999, 5000, 65_535_u16,
    ] {
        assert_eq!(broken(&[masked(0x88, &code.to_be_bytes())]), 1002, "{code}");
    }
    for code in [1000, 1003, 1007, 1014, 3000, 3999, 4000, 4999_u16] {
        let said = Incoming::Close(Some((code, "".into())));
        assert_eq!(all(&masked(0x88, &code.to_be_bytes())), (vec![said], None));
    }
}

#[test]
fn what_comes_after_the_end_is_dropped() {
    let mut decoder = Decoder::new(LIMIT);
    let mut stream = [masked(0xc1, b"reserved"), masked(0x81, b"fine")].concat();
    let mut input = &mut stream[..];
    assert_eq!(decoder.next(&mut input).unwrap_err().code, 1002);
    assert_eq!(decoder.next(&mut input), Ok(None));
    assert!(input.is_empty() && decoder.held() == 0);
}

/// A message with the places where it is cut into fragments.
#[derive(Debug, Clone)]
struct Sent {
    message: Incoming<'static>,
    cuts: Vec<prop::sample::Index>,
}

fn sent() -> impl Strategy<Value = Sent> {
    let long = prop::collection::vec(any::<u8>(), 65_530..65_545);
    let message = prop_oneof![
        6 => ".{0,80}".prop_map(|text| Incoming::Text(text.into())),
        2 => prop::collection::vec(any::<u8>(), 0..300).prop_map(|b| Incoming::Binary(b.into())),
        1 => long.prop_map(|bytes| Incoming::Binary(bytes.into())),
        2 => prop::collection::vec(any::<u8>(), 0..126).prop_map(|b| Incoming::Ping(b.into())),
        1 => Just(Incoming::Pong),
    ];
    let cuts = prop::collection::vec(any::<prop::sample::Index>(), 0..4);
    (message, cuts).prop_map(|(message, cuts)| Sent { message, cuts })
}

impl Sent {
    /// The frames; a pong stands between every two fragments.
    fn frames(&self) -> Vec<Vec<u8>> {
        let (opcode, payload): (u8, &[u8]) = match &self.message {
            Incoming::Text(text) => (0x1, text.as_bytes()),
            Incoming::Binary(bytes) => (0x2, bytes),
            Incoming::Ping(bytes) => return vec![masked(0x89, bytes)],
            Incoming::Pong => return vec![masked(0x8a, b"")],
            Incoming::Close(_) => return vec![masked(0x88, b"")],
        };
        let mut cuts: Vec<usize> = self
            .cuts
            .iter()
            .map(|cut| cut.index(payload.len() + 1))
            .collect();
        cuts.sort_unstable();
        let starts = [vec![0], cuts.clone()].concat();
        let ends = [cuts, vec![payload.len()]].concat();
        let mut frames = Vec::new();
        for (number, (start, end)) in starts.iter().zip(&ends).enumerate() {
            let last = if number + 1 == ends.len() { 0x80 } else { 0 };
            let opcode = if number == 0 { opcode } else { 0 };
            frames.push(masked(last | opcode, &payload[*start..*end]));
            if last == 0 {
                frames.push(masked(0x8a, b"between"));
            }
        }
        frames
    }
}

proptest! {
    #[test]
    fn messages_arrive_whatever_the_fragments_and_the_reads(
        sent in prop::collection::vec(sent(), 0..6),
        pieces in prop::collection::vec(1_usize..5000, 0..5),
    ) {
        let stream: Vec<u8> = sent.iter().flat_map(Sent::frames).flatten().collect();
        let (mut seen, broken) = decoded(&stream, &pieces);
        seen.retain(|incoming| *incoming != Incoming::Pong);
        let mut expected: Vec<_> = sent.into_iter().map(|sent| sent.message).collect();
        expected.retain(|incoming| *incoming != Incoming::Pong);
        prop_assert_eq!(seen, expected);
        prop_assert_eq!(broken, None);
    }

    #[test]
    fn a_spoilt_stream_ends_in_the_same_way_whatever_the_reads(
        sent in prop::collection::vec(sent(), 1..4),
        spoilt in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        pieces in prop::collection::vec(1_usize..40, 1..5),
    ) {
        let mut stream: Vec<u8> = sent.iter().flat_map(Sent::frames).flatten().collect();
        for (at, byte) in spoilt {
            let at = at.index(stream.len());
            stream[at] = byte;
        }
        prop_assert_eq!(decoded(&stream, &pieces), decoded(&stream, &[]));
    }
}
