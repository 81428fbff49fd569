//! Reading plays: one sentence a line, and the table of what can be said.

use anyhow::{Result, anyhow, bail};

use super::sentence;
use crate::Carrier;

/// A play that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    /// The file's name.
    pub name: String,
    /// What happens, in order.
    pub lines: Vec<Line>,
}

/// One thing that happens.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Where it stands in the file, from 1.
    pub number: usize,
    /// As it is written.
    pub text: String,
    /// What it means.
    pub step: Step,
}

/// `path=value` pairs of which all must hold, or that are the fields of a command.
pub(super) type Pairs = Vec<(String, Token)>;

/// What can be said in a play.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "each sentence shows what its parts are")]
pub enum Step {
    /// `The server sets KEY to "VALUE"`; only before anyone enters.
    Set { key: String, value: String },
    /// `The server is killed and comes back`
    KillServer,
    /// `WHO on websocket`, `sse` or `long polling`
    Enter { who: String, carrier: Carrier },
    /// Someone does something.
    Does { who: String, act: Act },
    /// `- is refused CODE`: what the last command came to.
    Refused { code: String },
    /// `- is refused like before`: with the very words of the refusal before.
    RefusedAlike,
    /// `- gets path=value …`; `- soon gets` asks again until it holds.
    Gets { pairs: Pairs, soon: bool },
    /// `- does not get path`
    Lacks { path: String },
    /// `WHO receives TYPE path=value … [from OTHER] [in PLACE]`
    Receives {
        who: String,
        kind: String,
        pairs: Pairs,
    },
    /// `WHO receives no TYPE [path=value …]`
    ReceivesNo {
        who: String,
        kind: String,
        pairs: Pairs,
    },
    /// `WHO is cut off`
    Cut { who: String },
    /// `WHO comes back [resumed|reset]`
    Back {
        who: String,
        outcome: Option<String>,
    },
    /// `WHO is ended because REASON`
    Ended { who: String, reason: String },
    /// `everyone's log of PLACE is the same`
    SameLog { place: String },
}

/// What people do, each after `WHO`.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "each sentence shows what its parts are")]
pub enum Act {
    /// `sends "TEXT" to OTHER`, `sends "TEXT" in PLACE`
    Send { text: String, place: Place },
    /// `sends "TEXT" in PLACE again`: the same message with the same id once more; with
    /// `again as "OTHER"`, the same id with another text.
    Resend {
        text: String,
        place: Place,
        other: Option<String>,
    },
    /// `sends COUNT messages in PLACE`
    SendMany { count: usize, place: Place },
    /// `replies "TEXT" to "MESSAGE" in PLACE`
    Answer {
        text: String,
        message: String,
        place: Place,
    },
    /// Something is done to a message that is there.
    Touch {
        message: String,
        place: Place,
        touch: Touch,
    },
    /// `creates group NAME with OTHER, OTHER`
    Create {
        kind: String,
        name: String,
        members: Vec<String>,
    },
    /// `asks COMMAND field=value …`
    Ask { word: String, fields: Pairs },
}

/// What is done to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Touch {
    /// `edits "MESSAGE" in PLACE to "TEXT"`
    Edit(String),
    /// `retracts "MESSAGE" in PLACE`
    Retract,
    /// `reacts EMOJI to "MESSAGE" in PLACE`
    React(String),
    /// `takes back EMOJI from "MESSAGE" in PLACE`
    Unreact(String),
    /// `reads "MESSAGE" in PLACE`
    Read,
}

/// Where messages go: the direct conversation with a user, or a conversation by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// With this user.
    With(String),
    /// This one.
    Named(String),
}

/// A word, or a text in quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// A word.
    Word(String),
    /// What stood between quotes.
    Text(String),
    /// `key=value`
    Pair(String, Box<Token>),
}

impl Script {
    /// Reads a play; an error names the line.
    pub fn read(name: &str, text: &str) -> Result<Self> {
        let mut lines = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let number = index + 1;
            let at = |error: anyhow::Error| anyhow!("{name}:{number}: {error}\n    {line}");
            let tokens = sentence::tokens(line).map_err(at)?;
            if tokens.is_empty() {
                continue;
            }
            let step = sentence::step(&tokens).map_err(at)?;
            lines.push(Line {
                number,
                text: line.trim().to_owned(),
                step,
            });
        }
        if lines.is_empty() {
            bail!("{name}: nothing happens in this play");
        }
        Ok(Self {
            name: name.to_owned(),
            lines,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(line: &str) -> Step {
        Script::read("a.play", line).unwrap().lines.remove(0).step
    }

    #[test]
    fn sentences_are_understood() {
        assert_eq!(
            only("Carol on long polling   # a comment"),
            Step::Enter {
                who: "Carol".into(),
                carrier: Carrier::Poll
            }
        );
        assert_eq!(
            only("Alice edits \"in to # it\" in Team to \"b\""),
            Step::Does {
                who: "Alice".into(),
                act: Act::Touch {
                    message: "in to # it".into(),
                    place: Place::Named("Team".into()),
                    touch: Touch::Edit("b".into()),
                },
            }
        );
        assert_eq!(
            only("Bob receives message.created text=\"a b\" from Alice in Team"),
            Step::Receives {
                who: "Bob".into(),
                kind: "message.created".into(),
                pairs: vec![
                    ("text".into(), Token::Text("a b".into())),
                    ("sender".into(), Token::Word("@Alice".into())),
                    ("conversation".into(), Token::Word("@Team".into())),
                ],
            }
        );
    }

    #[test]
    fn what_is_not_understood_is_shown_with_its_place() {
        let error = Script::read("b.play", "Alice on sse\n\nAlice dances\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "b.play:3: no sentence of a play looks like this\n    Alice dances"
        );
        let error = Script::read("b.play", "Alice sends \"x")
            .unwrap_err()
            .to_string();
        assert!(error.contains("b.play:1: a quote is not closed"), "{error}");
    }
}
