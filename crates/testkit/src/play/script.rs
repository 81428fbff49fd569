//! Reading plays: one sentence a line, and the table of what can be said.

use anyhow::{Result, anyhow, bail};

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
    /// `WHO sends "TEXT" to OTHER`, `WHO sends "TEXT" in PLACE`; twice the same text is `again`.
    Send {
        who: String,
        text: String,
        place: Place,
    },
    /// `WHO sends "TEXT" in PLACE again`: the same message with the same id once more; with
    /// `again as "OTHER"`, the same id with another text.
    Resend {
        who: String,
        text: String,
        place: Place,
        other: Option<String>,
    },
    /// `WHO sends COUNT messages in PLACE`
    SendMany {
        who: String,
        count: usize,
        place: Place,
    },
    /// `WHO replies "TEXT" to "MESSAGE" in PLACE`
    Answer {
        who: String,
        text: String,
        message: String,
        place: Place,
    },
    /// `WHO edits "MESSAGE" in PLACE to "TEXT"`
    Edit {
        who: String,
        message: String,
        place: Place,
        text: String,
    },
    /// `WHO retracts "MESSAGE" in PLACE`
    Retract {
        who: String,
        message: String,
        place: Place,
    },
    /// `WHO reacts EMOJI to "MESSAGE" in PLACE`
    React {
        who: String,
        emoji: String,
        message: String,
        place: Place,
    },
    /// `WHO takes back EMOJI from "MESSAGE" in PLACE`
    Unreact {
        who: String,
        emoji: String,
        message: String,
        place: Place,
    },
    /// `WHO reads "MESSAGE" in PLACE`
    Read {
        who: String,
        message: String,
        place: Place,
    },
    /// `WHO creates group NAME with OTHER, OTHER`
    Create {
        who: String,
        kind: String,
        name: String,
        members: Vec<String>,
    },
    /// `WHO asks COMMAND field=value …`
    Ask {
        who: String,
        word: String,
        fields: Pairs,
    },
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
            let tokens = tokens(line).map_err(at)?;
            if tokens.is_empty() {
                continue;
            }
            let step = step(&tokens).map_err(at)?;
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

/// Splits a line into words, texts and pairs; a `#` outside of quotes ends it.
fn tokens(line: &str) -> Result<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() && !rest.starts_with('#') {
        let (token, after) = token(rest)?;
        tokens.push(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

fn token(text: &str) -> Result<(Token, &str)> {
    if let Some(inside) = text.strip_prefix('"') {
        let end = inside
            .find('"')
            .ok_or_else(|| anyhow!("a quote is not closed"))?;
        let plain = inside[..end].replace("\\n", "\n");
        return Ok((Token::Text(plain), &inside[end + 1..]));
    }
    let end = text.find([' ', '\t', '=']).unwrap_or(text.len());
    let (word, after) = text.split_at(end);
    match after.strip_prefix('=') {
        Some(value) if !word.is_empty() => {
            let (value, after) = token(value)?;
            Ok((Token::Pair(word.to_owned(), Box::new(value)), after))
        }
        _ => Ok((Token::Word(word.trim_end_matches(',').to_owned()), after)),
    }
}

/// A sentence as the match below sees it.
#[derive(Debug, Clone, Copy)]
enum T<'a> {
    /// A word.
    W(&'a str),
    /// A text in quotes.
    Q(&'a str),
    /// A pair.
    P(&'a str, &'a Token),
}

fn step(tokens: &[Token]) -> Result<Step> {
    let view: Vec<T<'_>> = tokens
        .iter()
        .map(|token| match token {
            Token::Word(word) => T::W(word),
            Token::Text(text) => T::Q(text),
            Token::Pair(key, value) => T::P(key, value),
        })
        .collect();
    stage(&view)
        .or_else(|| continuation(&view))
        .or_else(|| writing(&view))
        .or_else(|| seeing(&view))
        .ok_or_else(|| anyhow!("no sentence of a play looks like this"))
}

/// The server, entrances and exits.
fn stage(line: &[T<'_>]) -> Option<Step> {
    use T::{Q, W};
    let s = str::to_owned;
    Some(match line {
        [W("The"), W("server"), W("sets"), W(key), W("to"), Q(value)] => Step::Set {
            key: s(key),
            value: s(value),
        },
        [
            W("The"),
            W("server"),
            W("is"),
            W("killed"),
            W("and"),
            W("comes"),
            W("back"),
        ] => Step::KillServer,
        [W(who), W("on"), carrier @ ..] => {
            let carrier = match carrier {
                [W("websocket")] => Carrier::WebSocket,
                [W("sse")] => Carrier::Sse,
                [W("long"), W("polling")] => Carrier::Poll,
                _ => return None,
            };
            Step::Enter {
                who: s(who),
                carrier,
            }
        }
        [W(who), W("is"), W("cut"), W("off")] => Step::Cut { who: s(who) },
        [W(who), W("comes"), W("back")] => Step::Back {
            who: s(who),
            outcome: None,
        },
        [
            W(who),
            W("comes"),
            W("back"),
            W(outcome @ ("resumed" | "reset" | "new")),
        ] => Step::Back {
            who: s(who),
            outcome: Some(s(outcome)),
        },
        [W(who), W("is"), W("ended"), W("because"), W(reason)] => Step::Ended {
            who: s(who),
            reason: s(reason),
        },
        [
            W("everyone's"),
            W("log"),
            W("of"),
            W(place),
            W("is"),
            W("the"),
            W("same"),
        ] => Step::SameLog { place: s(place) },
        _ => return None,
    })
}

/// What became of the command of the line before.
fn continuation(line: &[T<'_>]) -> Option<Step> {
    use T::W;
    Some(match line {
        [W("-"), W("is"), W("refused"), W("like"), W("before")] => Step::RefusedAlike,
        [W("-"), W("is"), W("refused"), W(code)] => Step::Refused {
            code: (*code).to_owned(),
        },
        [W("-"), W("gets"), pairs @ ..] => Step::Gets {
            pairs: all_pairs(pairs)?,
            soon: false,
        },
        [W("-"), W("soon"), W("gets"), pairs @ ..] => Step::Gets {
            pairs: all_pairs(pairs)?,
            soon: true,
        },
        [W("-"), W("does"), W("not"), W("get"), W(path)] => Step::Lacks {
            path: (*path).to_owned(),
        },
        _ => return None,
    })
}

/// What users do.
fn writing(line: &[T<'_>]) -> Option<Step> {
    use T::{Q, W};
    let s = str::to_owned;
    Some(match line {
        [W(who), W("sends"), W(count), W("messages"), place @ ..] => Step::SendMany {
            who: s(who),
            count: count.parse().ok()?,
            place: place_of(place)?,
        },
        [W(who), W("sends"), Q(text), place @ .., W("again")] => Step::Resend {
            who: s(who),
            text: s(text),
            place: place_of(place)?,
            other: None,
        },
        [
            W(who),
            W("sends"),
            Q(text),
            place @ ..,
            W("again"),
            W("as"),
            Q(other),
        ] => {
            let other = Some(s(other));
            Step::Resend {
                who: s(who),
                text: s(text),
                place: place_of(place)?,
                other,
            }
        }
        [W(who), W("sends"), Q(text), place @ ..] => Step::Send {
            who: s(who),
            text: s(text),
            place: place_of(place)?,
        },
        [
            W(who),
            W("replies"),
            Q(text),
            W("to"),
            Q(message),
            place @ ..,
        ] => {
            let place = place_of(place)?;
            Step::Answer {
                who: s(who),
                text: s(text),
                message: s(message),
                place,
            }
        }
        [W(who), W("edits"), Q(message), place @ .., W("to"), Q(text)] => {
            let place = place_of(place)?;
            Step::Edit {
                who: s(who),
                message: s(message),
                place,
                text: s(text),
            }
        }
        [W(who), W("retracts"), Q(message), place @ ..] => Step::Retract {
            who: s(who),
            message: s(message),
            place: place_of(place)?,
        },
        [
            W(who),
            W("reacts"),
            W(emoji),
            W("to"),
            Q(message),
            place @ ..,
        ] => {
            let place = place_of(place)?;
            Step::React {
                who: s(who),
                emoji: s(emoji),
                message: s(message),
                place,
            }
        }
        [
            W(who),
            W("takes"),
            W("back"),
            W(emoji),
            W("from"),
            Q(message),
            place @ ..,
        ] => {
            let place = place_of(place)?;
            Step::Unreact {
                who: s(who),
                emoji: s(emoji),
                message: s(message),
                place,
            }
        }
        [W(who), W("reads"), Q(message), place @ ..] => Step::Read {
            who: s(who),
            message: s(message),
            place: place_of(place)?,
        },
        [
            W(who),
            W("creates"),
            W(kind @ ("group" | "broadcast")),
            W(name),
            members @ ..,
        ] => {
            let members = names(members)?;
            Step::Create {
                who: s(who),
                kind: s(kind),
                name: s(name),
                members,
            }
        }
        [W(who), W("asks"), W(word), fields @ ..] => Step::Ask {
            who: s(who),
            word: s(word),
            fields: all_pairs(fields)?,
        },
        _ => return None,
    })
}

/// What users see.
fn seeing(line: &[T<'_>]) -> Option<Step> {
    use T::W;
    let s = str::to_owned;
    Some(match line {
        [W(who), W("receives"), W("no"), W(kind), rest @ ..] => Step::ReceivesNo {
            who: s(who),
            kind: s(kind),
            pairs: seen_pairs(rest)?,
        },
        [W(who), W("receives"), W(kind), rest @ ..] => Step::Receives {
            who: s(who),
            kind: s(kind),
            pairs: seen_pairs(rest)?,
        },
        _ => return None,
    })
}

fn place_of(tokens: &[T<'_>]) -> Option<Place> {
    match tokens {
        [T::W("to" | "with"), T::W(who)] => Some(Place::With((*who).to_owned())),
        [T::W("in"), T::W(name)] => Some(Place::Named((*name).to_owned())),
        _ => None,
    }
}

fn names(tokens: &[T<'_>]) -> Option<Vec<String>> {
    match tokens {
        [] => Some(Vec::new()),
        [T::W("with"), names @ ..] => names
            .iter()
            .map(|token| match token {
                T::W(name) => Some((*name).to_owned()),
                T::Q(_) | T::P(..) => None,
            })
            .collect(),
        _ => None,
    }
}

fn all_pairs(tokens: &[T<'_>]) -> Option<Pairs> {
    tokens
        .iter()
        .map(|token| match token {
            T::P(key, value) => Some(((*key).to_owned(), (*value).clone())),
            T::W(_) | T::Q(_) => None,
        })
        .collect()
}

/// Pairs with `from WHO` and `in PLACE` after them.
fn seen_pairs(tokens: &[T<'_>]) -> Option<Pairs> {
    let reference = |name: &str| Token::Word(format!("@{name}"));
    let (tokens, place) = match tokens {
        [rest @ .., T::W("in"), T::W(place)] => (rest, Some(*place)),
        rest => (rest, None),
    };
    let (tokens, sender) = match tokens {
        [rest @ .., T::W("from"), T::W(sender)] => (rest, Some(*sender)),
        rest => (rest, None),
    };
    let mut pairs = all_pairs(tokens)?;
    pairs.extend(sender.map(|sender| ("sender".to_owned(), reference(sender))));
    pairs.extend(place.map(|place| ("conversation".to_owned(), reference(place))));
    Some(pairs)
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
            Step::Edit {
                who: "Alice".into(),
                message: "in to # it".into(),
                place: Place::Named("Team".into()),
                text: "b".into(),
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
