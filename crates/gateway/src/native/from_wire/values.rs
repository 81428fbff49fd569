//! Values that several commands have.

use std::collections::BTreeMap;

use domain::message::Extensions;
use domain::{ConversationId, Epoch, Error, Result, Seq, Username};

/// The longest words of a search or a beginning to look for, in bytes.
const QUERY_BYTES: usize = 512;
/// The longest cursor, in bytes; ours are far shorter.
const CURSOR_BYTES: usize = 256;
/// The most heads that a client tells at once.
const HEADS: usize = 5000;

/// A conversation's id.
pub(super) fn conversation(text: &str) -> Result<ConversationId> {
    text.parse()
}

/// A username in the field `field`.
pub(super) fn username(field: &'static str, text: &str) -> Result<Username> {
    text.parse().map_err(|error| in_field(field, error))
}

/// Usernames in the field `field`, at most `most`.
pub(super) fn usernames(
    field: &'static str,
    texts: &[String],
    most: usize,
) -> Result<Vec<Username>> {
    if texts.len() > most {
        return Err(Error::TooLarge { field, limit: most });
    }
    texts.iter().map(|text| username(field, text)).collect()
}

/// How many items to list; `default` when the client does not say.
pub(super) fn limit(asked: Option<u32>, default: usize, most: usize) -> Result<usize> {
    match asked.map(usize::try_from) {
        None => Ok(default),
        Some(Ok(count)) if (1..=most).contains(&count) => Ok(count),
        Some(_) => Err(Error::invalid("limit", format!("from 1 to {most}"))),
    }
}

/// Where a list goes on.
pub(super) fn cursor(text: Option<String>) -> Result<Option<String>> {
    match text {
        Some(text) if text.len() > CURSOR_BYTES => Err(Error::TooLarge {
            field: "cursor",
            limit: CURSOR_BYTES,
        }),
        other => Ok(other),
    }
}

/// Words to look for.
pub(super) fn query(text: String) -> Result<String> {
    if text.len() > QUERY_BYTES {
        return Err(Error::TooLarge {
            field: "q",
            limit: QUERY_BYTES,
        });
    }
    Ok(text)
}

/// The log's epoch, as [`Epoch`] is shown.
pub(super) fn epoch(text: &str) -> Result<Epoch> {
    u64::from_str_radix(text, 16)
        .map(|raw| Epoch(raw.cast_signed()))
        .map_err(|_| Error::invalid("epoch", "not an epoch that this server told"))
}

/// The heads that a client knows.
pub(super) fn heads(told: &BTreeMap<String, u64>) -> Result<Vec<(ConversationId, Seq)>> {
    if told.len() > HEADS {
        return Err(Error::TooLarge {
            field: "heads",
            limit: HEADS,
        });
    }
    told.iter()
        .map(|(id, seq)| Ok((conversation(id)?, Seq::from_u64(*seq))))
        .collect()
}

/// Opaque additions, by namespace.
pub(super) fn extensions(map: &BTreeMap<String, serde_json::Value>) -> Result<Extensions> {
    if map.is_empty() {
        return Extensions::new(None);
    }
    let json = serde_json::to_string(map)
        .map_err(|error| Error::invalid("extensions", error.to_string()))?;
    Extensions::new(Some(json))
}

/// The same error, about the field as this command names it.
pub(super) fn in_field(field: &'static str, error: Error) -> Error {
    match error {
        Error::Invalid { reason, .. } => Error::Invalid { field, reason },
        Error::TooLarge { limit, .. } => Error::TooLarge { field, limit },
        other @ (Error::Unauthenticated
        | Error::Denied { .. }
        | Error::NotFound { .. }
        | Error::Conflict { .. }
        | Error::StalePermit
        | Error::Limited { .. }
        | Error::Unsupported { .. }
        | Error::Unavailable { .. }
        | Error::Internal { .. }) => other,
    }
}
