//! One XMPP session: signs in, appears, enters the rooms it belongs to, and writes and hears
//! messages (RFC 6120, RFC 6121, XEP-0045). The password crosses the loopback interface in the
//! clear (SASL PLAIN, RFC 4616); signing in is measured nowhere.
//!
//! A message to a user is *accepted* when the server counted it as handled (XEP-0198 §4): each is
//! followed by a request for the count. Both servers answer it after they wrote the sender's
//! archive. Sessions that never write to a user do without, which spares the servers the work.

use std::collections::VecDeque;

use super::xml::{Element, Reader};
use crate::load::{Heard, Opening, Speaker, Target, number_in, text};

/// The domain that the servers are configured for. It is never looked up.
pub(super) const DOMAIN: &str = "bench.localhost";
/// Where the rooms are.
pub(super) const ROOMS: &str = "rooms.bench.localhost";
/// The password of all accounts.
pub(super) const PASSWORD: &str = "correct-horse";

/// The local part of a user's address.
pub(super) fn username(user: usize) -> String {
    format!("u{user}")
}

/// One session.
#[derive(Debug)]
pub(super) struct Xmpp {
    user: usize,
    /// Rooms to be entered.
    rooms: Vec<usize>,
    step: Step,
    reader: Reader,
    counts: Option<Counts>,
}

/// How far the session has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Before the password.
    Greeting,
    /// The password is being looked at.
    Proving,
    /// It was right; the stream begins anew (RFC 6120 §6.4.6).
    Proven,
    /// A resource is being bound (RFC 6120 §7).
    Binding,
    /// The own presence comes back (RFC 6121 §4.2.2).
    Appearing,
    /// So many rooms are still to be entered.
    Entering(usize),
    /// There.
    Ready,
}

/// What is counted at both ends, once stream management is on.
#[derive(Debug, Default)]
struct Counts {
    /// Numbers of the messages that the server did not count yet.
    waiting: VecDeque<u64>,
    /// How many it counted.
    counted: u64,
    /// Stanzas that came since the server turned it on.
    came: Option<u64>,
}

impl Xmpp {
    /// For this user, who is in these rooms.
    pub(super) fn new(user: usize, rooms: Vec<usize>) -> Self {
        Self {
            user,
            rooms,
            step: Step::Greeting,
            reader: Reader::default(),
            counts: None,
        }
    }

    fn hear(
        &mut self,
        element: Element<'_>,
        out: &mut Vec<u8>,
        heard: &mut Vec<Heard>,
    ) -> Result<(), String> {
        match element.name() {
            b"?xml" | b"stream:stream" => return Ok(()),
            b"stream:error" | b"failure" | b"failed" => {
                return Err(String::from_utf8_lossy(element.bytes()).into_owned());
            }
            b"/stream:stream" => {
                heard.push(Heard::Closed);
                return Ok(());
            }
            _ => {}
        }
        if self.step == Step::Ready {
            self.live(element, out, heard)
        } else {
            self.begin(element, out, heard)
        }
    }

    /// One step towards being there. What does not belong to the step is not waited for.
    fn begin(
        &mut self,
        element: Element<'_>,
        out: &mut Vec<u8>,
        heard: &mut Vec<Heard>,
    ) -> Result<(), String> {
        self.step = match (self.step, element.name()) {
            (Step::Greeting, b"stream:features") => {
                prove(self.user, out);
                Step::Proving
            }
            (Step::Proving, b"success") => {
                greet(out);
                Step::Proven
            }
            (Step::Proven, b"stream:features") => {
                out.extend(b"<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>bench</resource></bind></iq>");
                Step::Binding
            }
            (Step::Binding, b"iq") if element.attribute("type") == Some("result") => {
                out.extend(b"<presence/>");
                Step::Appearing
            }
            (Step::Binding, b"iq") => return Err("no resource was bound".to_owned()),
            (Step::Appearing, b"presence") => self.enter(out),
            (Step::Entering(_), b"presence") if element.attribute("type") == Some("error") => {
                return Err(String::from_utf8_lossy(element.bytes()).into_owned());
            }
            // The subject is the last that who enters is told (XEP-0045 §7.1).
            (Step::Entering(rooms), b"message") if element.holds("<subject") => {
                if rooms > 1 {
                    Step::Entering(rooms - 1)
                } else {
                    Step::Ready
                }
            }
            (step, _) => step,
        };
        if self.step == Step::Ready {
            heard.push(Heard::Ready(Opening::New));
        }
        Ok(())
    }

    /// Enters all rooms, without their history.
    fn enter(&self, out: &mut Vec<u8>) -> Step {
        let name = username(self.user);
        for room in &self.rooms {
            let presence = format!(
                "<presence to='g{room}@{ROOMS}/{name}'><x xmlns='http://jabber.org/protocol/muc'>\
                 <history maxstanzas='0'/></x></presence>"
            );
            out.extend(presence.as_bytes());
        }
        match self.rooms.len() {
            0 => Step::Ready,
            rooms => Step::Entering(rooms),
        }
    }

    fn live(
        &mut self,
        element: Element<'_>,
        out: &mut Vec<u8>,
        heard: &mut Vec<Heard>,
    ) -> Result<(), String> {
        match element.name() {
            b"message" if element.attribute("type") == Some("error") => {
                return Err(String::from_utf8_lossy(element.bytes()).into_owned());
            }
            b"message" => heard.extend(element.body().and_then(number_in).map(Heard::Message)),
            b"presence" | b"iq" => {}
            _ => return self.count(element, out, heard),
        }
        if let Some(came) = self.counts.as_mut().and_then(|counts| counts.came.as_mut()) {
            *came += 1;
        }
        Ok(())
    }

    /// The elements of stream management (XEP-0198 §3, §4).
    fn count(
        &mut self,
        element: Element<'_>,
        out: &mut Vec<u8>,
        heard: &mut Vec<Heard>,
    ) -> Result<(), String> {
        let Some(counts) = &mut self.counts else {
            return Ok(());
        };
        match element.name() {
            b"enabled" => counts.came = Some(0),
            b"r" => {
                let came = counts.came.unwrap_or(0);
                out.extend(format!("<a xmlns='urn:xmpp:sm:3' h='{came}'/>").as_bytes());
            }
            b"a" => {
                let told = element.attribute("h").and_then(|h| h.parse::<u64>().ok());
                let told = told.ok_or("a count that is no number")?;
                while counts.counted < told {
                    let number = counts
                        .waiting
                        .pop_front()
                        .ok_or("more counted than was sent")?;
                    heard.push(Heard::Accepted(number));
                    counts.counted += 1;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

impl Speaker for Xmpp {
    fn open(&mut self, out: &mut Vec<u8>) {
        *self = Self::new(self.user, std::mem::take(&mut self.rooms));
        greet(out);
    }

    fn take(
        &mut self,
        bytes: &[u8],
        out: &mut Vec<u8>,
        heard: &mut Vec<Heard>,
    ) -> Result<(), String> {
        let mut reader = std::mem::take(&mut self.reader);
        let read = reader.read(bytes, |element| self.hear(element, out, heard));
        self.reader = reader;
        read
    }

    fn send(&mut self, to: Target, number: u64, out: &mut Vec<u8>) {
        let body = text(number);
        match to {
            Target::Group(group) => {
                let message = format!(
                    "<message type='groupchat' to='g{group}@{ROOMS}' id='m{number}'>\
                     <body>{body}</body></message>"
                );
                out.extend(message.as_bytes());
            }
            Target::Direct { to: user, .. } => {
                if self.counts.is_none() {
                    out.extend(b"<enable xmlns='urn:xmpp:sm:3'/>");
                }
                let counts = self.counts.get_or_insert_default();
                counts.waiting.push_back(number);
                let name = username(user);
                let message = format!(
                    "<message type='chat' to='{name}@{DOMAIN}' id='m{number}'>\
                     <body>{body}</body></message><r xmlns='urn:xmpp:sm:3'/>"
                );
                out.extend(message.as_bytes());
            }
        }
    }
}

/// Begins a stream (RFC 6120 §4.2).
fn greet(out: &mut Vec<u8>) {
    let head = format!(
        "<?xml version='1.0'?><stream:stream xmlns='jabber:client' \
         xmlns:stream='http://etherx.jabber.org/streams' to='{DOMAIN}' version='1.0'>"
    );
    out.extend(head.as_bytes());
}

/// Sends name and password (RFC 4616 §2).
fn prove(user: usize, out: &mut Vec<u8>) {
    let secret = format!("\0{}\0{PASSWORD}", username(user));
    let secret = base64(secret.as_bytes());
    let auth =
        format!("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{secret}</auth>");
    out.extend(auth.as_bytes());
}

/// Base64 with padding (RFC 4648 §4).
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - group.len()));
        for place in 0..4 {
            let letter = LETTERS[usize::try_from(bits >> (18 - 6 * place) & 63).expect("six bits")];
            text.push(if place <= group.len() {
                char::from(letter)
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(session: &mut Xmpp, bytes: &str) -> (String, Vec<Heard>) {
        let (mut out, mut heard) = (Vec::new(), Vec::new());
        session
            .take(bytes.as_bytes(), &mut out, &mut heard)
            .expect("it is understood");
        (String::from_utf8(out).expect("UTF-8"), heard)
    }

    fn ready(rooms: Vec<usize>) -> (Xmpp, Vec<Heard>) {
        let mut session = Xmpp::new(7, rooms);
        session.open(&mut Vec::new());
        for piece in [
            "<?xml version='1.0'?><stream:stream><stream:features/>",
            "<success xmlns='s'/>",
            "<stream:stream><stream:features><bind/></stream:features>",
            "<iq type='result' id='bind'><bind/></iq>",
        ] {
            let (out, heard) = say(&mut session, piece);
            assert!(!out.is_empty() && heard.is_empty(), "{piece}");
        }
        let heard = say(&mut session, "<presence from='u7@bench.localhost/bench'/>").1;
        (session, heard)
    }

    #[test]
    fn a_session_signs_in_and_enters_its_rooms() {
        assert_eq!(ready(Vec::new()).1, [Heard::Ready(Opening::New)]);
        let (mut session, heard) = ready(vec![3, 4]);
        assert_eq!(heard, []);
        let subject = "<message type='groupchat'><subject/></message>";
        assert_eq!(say(&mut session, subject).1, []);
        assert_eq!(say(&mut session, subject).1, [Heard::Ready(Opening::New)]);
    }

    #[test]
    fn messages_are_accepted_when_they_are_counted() {
        let mut session = ready(Vec::new()).0;
        let mut out = Vec::new();
        for number in [10, 11, 12] {
            session.send(
                Target::Direct {
                    conversation: 0,
                    to: 8,
                },
                number,
                &mut out,
            );
        }
        let sent = String::from_utf8(out).expect("UTF-8");
        assert_eq!(sent.matches("<enable ").count(), 1);
        assert_eq!(sent.matches("<r ").count(), 3);
        let heard = say(&mut session, "<enabled xmlns='urn:xmpp:sm:3'/><a h='2'/>").1;
        assert_eq!(heard, [Heard::Accepted(10), Heard::Accepted(11)]);
        let message = format!("<message><body>{}</body></message><r/>", text(99));
        let (out, heard) = say(&mut session, &message);
        assert_eq!(heard, [Heard::Message(99)]);
        assert!(out.contains("h='1'"), "{out}");
        let mut more = || session.take(b"<a h='9'/>", &mut Vec::new(), &mut Vec::new());
        assert!(more().is_err());
    }

    #[test]
    fn refusals_are_told() {
        let mut session = Xmpp::new(1, Vec::new());
        session.open(&mut Vec::new());
        let refused = session.take(
            b"<failure><not-authorized/></failure>",
            &mut Vec::new(),
            &mut Vec::new(),
        );
        assert!(refused.expect_err("refused").contains("not-authorized"));
    }

    #[test]
    fn base64_is_that_of_the_rfc() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}
