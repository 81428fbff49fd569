//! Understanding one sentence of a play: its words, and the table of what can be said.

use anyhow::{Result, anyhow};

use super::script::{Act, Pairs, Place, Step, Token, Touch};
use crate::Carrier;

/// Splits a line into words, texts and pairs; a `#` outside of quotes ends it.
pub(super) fn tokens(line: &str) -> Result<Vec<Token>> {
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

/// What a sentence means.
pub(super) fn step(tokens: &[Token]) -> Result<Step> {
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
        .or_else(|| doing(&view))
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

/// What people do.
fn doing(line: &[T<'_>]) -> Option<Step> {
    let [T::W(who), rest @ ..] = line else {
        return None;
    };
    let act = writing(rest)
        .or_else(|| touching(rest))
        .or_else(|| asking(rest))?;
    Some(Step::Does {
        who: (*who).to_owned(),
        act,
    })
}

/// New messages.
fn writing(line: &[T<'_>]) -> Option<Act> {
    use T::{Q, W};
    let s = str::to_owned;
    Some(match line {
        [W("sends"), W(count), W("messages"), place @ ..] => Act::SendMany {
            count: count.parse().ok()?,
            place: place_of(place)?,
        },
        [W("sends"), Q(text), place @ .., W("again")] => Act::Resend {
            text: s(text),
            place: place_of(place)?,
            other: None,
        },
        [
            W("sends"),
            Q(text),
            place @ ..,
            W("again"),
            W("as"),
            Q(other),
        ] => Act::Resend {
            text: s(text),
            place: place_of(place)?,
            other: Some(s(other)),
        },
        [W("sends"), Q(text), place @ ..] => Act::Send {
            text: s(text),
            place: place_of(place)?,
        },
        [W("replies"), Q(text), W("to"), Q(message), place @ ..] => Act::Answer {
            text: s(text),
            message: s(message),
            place: place_of(place)?,
        },
        _ => return None,
    })
}

/// What is done to messages.
fn touching(line: &[T<'_>]) -> Option<Act> {
    use T::{Q, W};
    let (message, place, touch) = match line {
        [W("edits"), Q(message), place @ .., W("to"), Q(text)] => {
            (message, place, Touch::Edit((*text).to_owned()))
        }
        [W("retracts"), Q(message), place @ ..] => (message, place, Touch::Retract),
        [W("reacts"), W(emoji), W("to"), Q(message), place @ ..] => {
            (message, place, Touch::React((*emoji).to_owned()))
        }
        [
            W("takes"),
            W("back"),
            W(emoji),
            W("from"),
            Q(message),
            place @ ..,
        ] => (message, place, Touch::Unreact((*emoji).to_owned())),
        [W("reads"), Q(message), place @ ..] => (message, place, Touch::Read),
        _ => return None,
    };
    Some(Act::Touch {
        message: (*message).to_owned(),
        place: place_of(place)?,
        touch,
    })
}

/// Everything else.
fn asking(line: &[T<'_>]) -> Option<Act> {
    use T::W;
    let s = str::to_owned;
    Some(match line {
        [
            W("creates"),
            W(kind @ ("group" | "broadcast")),
            W(name),
            members @ ..,
        ] => Act::Create {
            kind: s(kind),
            name: s(name),
            members: names(members)?,
        },
        [W("asks"), W(word), fields @ ..] => Act::Ask {
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
