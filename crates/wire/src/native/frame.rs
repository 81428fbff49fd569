use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Account, Command, DecodeError, ErrorBody, Event, Presence, User};

/// What a client sends: a command with the number that its reply will carry.
#[derive(Debug, Clone, PartialEq)]
pub struct CommandFrame {
    /// The client's number, below 2^53; only `ack` may leave it out.
    pub id: Option<u64>,
    /// The command.
    pub command: Command,
}

/// The beginning of every frame, read first so that the rest is parsed once, into its own type.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(default)]
    id: Option<u64>,
    #[serde(rename = "type", borrow)]
    kind: std::borrow::Cow<'a, str>,
}

impl CommandFrame {
    /// Reads one command frame. The caller bounds the length of `bytes`; nesting is bounded here
    /// by the parser (128 levels).
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let head: Head<'_> =
            serde_json::from_slice(bytes).map_err(|error| DecodeError::Malformed {
                detail: error.to_string(),
            })?;
        let command = match Command::decode(&head.kind, bytes) {
            Some(Ok(command)) => command,
            Some(Err(error)) => {
                return Err(DecodeError::Fields {
                    id: head.id,
                    detail: error.to_string(),
                });
            }
            None => {
                let kind = head.kind.chars().take(40).collect();
                return Err(DecodeError::UnknownType { id: head.id, kind });
            }
        };
        if head.id.is_none() && !matches!(command, Command::Ack(_)) {
            return Err(DecodeError::Fields {
                id: None,
                detail: "missing field `id`".to_owned(),
            });
        }
        Ok(Self {
            id: head.id,
            command,
        })
    }

    /// Writes the frame, for a client.
    pub fn encode(&self) -> serde_json::Result<Vec<u8>> {
        let mut fields = self.command.fields()?;
        if let serde_json::Value::Object(map) = &mut fields {
            map.insert("type".to_owned(), self.command.word().into());
            if let Some(id) = self.id {
                map.insert("id".to_owned(), id.into());
            }
        }
        serde_json::to_vec(&fields)
    }
}

/// The first frame of a WebSocket that did not carry its token in the handshake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename = "auth")]
pub struct Auth {
    /// The bearer token.
    pub token: String,
    /// The cursor to resume from, `mailbox.n`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume: Option<String>,
}

impl Auth {
    /// Reads an `auth` frame; `None` when it is another frame or none at all.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

/// How a connection begins in its mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResumeOutcome {
    /// A new mailbox; nothing was asked to be resumed.
    New,
    /// The mailbox continues after the number given: nothing was missed.
    Resumed,
    /// The mailbox is gone or had overflowed: `sync` with the heads you know, then close gaps with `log.get`.
    Reset,
}

/// The first frame from the server on every connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Hello {
    /// What became of the attempt to resume.
    pub resume: ResumeOutcome,
    /// The mailbox's id; `mailbox.n` is the cursor to resume with.
    pub mailbox: String,
    /// The last number before the events that follow.
    pub n: u64,
    /// Signals were lost while away: `sync` for markers and presence.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub signals_lost: bool,
    /// The session's id.
    pub session: String,
    /// Who is signed in.
    pub me: Account,
    /// The log's epoch; another one than the client knows: forget everything and `sync`.
    pub epoch: String,
    /// [`super::PROTOCOL_VERSION`].
    pub protocol: u32,
    /// The server's version.
    pub server: String,
    /// Send something at least this often, in seconds; `ping` will do.
    pub ping_s: u32,
    /// How long the mailbox outlives the connection, in seconds.
    pub grace_s: u32,
    /// The largest text of a message, in bytes of UTF-8.
    pub text_bytes: u32,
    /// The largest frame that the server takes, in bytes.
    pub frame_bytes: u32,
}

/// What is not stored: it is told to who is connected, and forgotten.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type")]
pub enum Signal {
    /// A member writes, or stopped.
    #[serde(rename = "typing")]
    Typing {
        /// Where.
        conversation: String,
        /// Who.
        user: String,
        /// Writing, or stopped.
        active: bool,
    },
    /// Someone's presence changed.
    #[serde(rename = "presence")]
    Presence(Presence),
    /// The profile of an accepted contact or fellow member changed.
    #[serde(rename = "profile")]
    Profile {
        /// What it is now.
        user: User,
    },
    /// A member received or read; the latest of several in a second.
    #[serde(rename = "marker")]
    Marker {
        /// Where.
        conversation: String,
        /// Who.
        user: String,
        /// Received up to this place.
        delivered: u64,
        /// Read up to this place.
        read: u64,
    },
}

/// The result of a command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The reply that `docs/protocol.md` names for the command.
    Ok(serde_json::Value),
    /// Why not.
    Error(ErrorBody),
}

/// What the server sends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    /// The first frame.
    Hello(Box<Hello>),
    /// The answer to a command.
    Reply {
        /// The command's number; absent when it could not be read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<u64>,
        /// What it came to.
        #[serde(flatten)]
        outcome: Outcome,
    },
    /// A fact.
    Event {
        /// The mailbox number.
        n: u64,
        /// The fact.
        event: Box<Event>,
    },
    /// Something that is not stored.
    Signal {
        /// It.
        signal: Signal,
    },
    /// The mailbox overflowed and was emptied: `sync` with the heads you know. Numbers go on.
    Reset {
        /// The last number that was given.
        n: u64,
    },
    /// The session ends; the connection closes next.
    End {
        /// `slow_consumer`, `replaced`, `revoked`, `idle`, `draining` or `protocol_error`.
        reason: String,
        /// Come back: yes (the same session goes on) or no (sign in again).
        reconnect: bool,
    },
}

impl ServerFrame {
    /// Reads a frame, for a client.
    pub fn decode(bytes: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(bytes)
    }
}

impl Outcome {
    /// The reply as its own type, for a client.
    pub fn into_reply<R: DeserializeOwned>(self) -> Result<R, ErrorBody> {
        match self {
            Self::Error(error) => Err(error),
            Self::Ok(value) => serde_json::from_value(value).map_err(|error| ErrorBody {
                code: "internal".to_owned(),
                message: format!("the server's reply is not what was expected: {error}"),
                pointer: None,
                retry_after_ms: None,
                incident: None,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_reads_as_it_was_written() {
        let frame = CommandFrame {
            id: Some(7),
            command: super::super::MarkRead {
                conversation: "12".into(),
                seq: 3,
            }
            .into(),
        };
        let bytes = frame.encode().unwrap();
        assert_eq!(CommandFrame::decode(&bytes).unwrap(), frame);
    }

    #[test]
    fn an_unknown_type_keeps_the_id_to_answer_to() {
        let error = CommandFrame::decode(br#"{"id":3,"type":"fly"}"#).unwrap_err();
        assert_eq!(error.id(), Some(3));
        assert!(error.detail().contains("`fly`"));
    }

    #[test]
    fn a_missing_field_is_named() {
        let error = CommandFrame::decode(br#"{"id":3,"type":"read.mark","seq":1}"#).unwrap_err();
        assert!(
            error.detail().contains("conversation"),
            "{}",
            error.detail()
        );
    }

    #[test]
    fn nesting_without_end_is_refused() {
        let deep = format!(r#"{{"id":1,"type":"ping","x":{}"#, "[".repeat(100_000));
        assert!(matches!(
            CommandFrame::decode(deep.as_bytes()),
            Err(DecodeError::Malformed { .. })
        ));
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_refused() {
        assert!(matches!(
            CommandFrame::decode(b"{\"id\":1,\"type\":\"pi\xffng\"}"),
            Err(DecodeError::Malformed { .. })
        ));
    }

    #[test]
    fn every_server_frame_survives_the_round_trip() {
        let frame = ServerFrame::Reply {
            id: Some(1),
            outcome: Outcome::Ok(serde_json::json!({})),
        };
        let text = serde_json::to_string(&frame).unwrap();
        assert_eq!(text, r#"{"type":"reply","id":1,"ok":{}}"#);
        assert_eq!(ServerFrame::decode(text.as_bytes()).unwrap(), frame);
    }
}
