use domain::command::Cursor;
use domain::event::EventBody;
use domain::reply::{Found, Hit, Reply};
use domain::{ConversationId, Error, Result, Seq, Username, permit};

use super::{accounts_of, read};
use crate::port::{FoundAt, SearchQuery};
use crate::session::Session;

/// What is looked for.
pub(super) struct Wish {
    pub(super) query: String,
    pub(super) conversation: Option<ConversationId>,
    pub(super) from: Option<Username>,
    pub(super) cursor: Option<Cursor>,
    pub(super) limit: usize,
}

/// Finds messages in what the caller may read. The index gives candidates; what is shown is read
/// from the log, so that nothing that was retracted or is no longer theirs appears.
pub(super) async fn search(session: &Session, wish: Wish) -> Result<Reply> {
    let ports = &session.inner().ports;
    let own = permit::own(session.actor());
    let mut within = ports.conversations.readable(&own).await?;
    if let Some(only) = wish.conversation {
        within.retain(|(conversation, _)| *conversation == only);
        if within.is_empty() {
            return Err(Error::NotFound {
                what: "conversation",
            });
        }
    }
    within.sort_unstable();
    let sender = match &wish.from {
        Some(username) => Some(session.resolve(username).await?.id),
        None => None,
    };
    let query = SearchQuery {
        text: wish.query.clone(),
        within,
        sender,
        after: wish.cursor.as_deref().map(parse_cursor).transpose()?,
        limit: wish.limit,
    };
    let found = ports.search.query(query).await?;
    let cursor = (found.len() == wish.limit)
        .then(|| found.last().map(write_cursor))
        .flatten();
    let places: Vec<(ConversationId, Seq)> =
        found.iter().map(|f| (f.conversation, f.seq)).collect();
    let mut messages = ports.messages.at(&own, &places).await?;
    messages.sort_by_key(|event| {
        places
            .iter()
            .position(|place| *place == (event.conversation, event.seq))
    });
    let hits: Vec<Hit> = messages
        .into_iter()
        .filter_map(|message| {
            let EventBody::MessageCreated(content) = &message.body else {
                return None;
            };
            let marks = ports.search.marks(&wish.query, content.text.as_str());
            (!content.retracted && !marks.is_empty()).then_some(Hit { marks, message })
        })
        .collect();
    let accounts = accounts_of(session, hits.iter().flat_map(|h| read::people(&h.message))).await?;
    Ok(Reply::Found(Box::new(Found {
        hits,
        accounts,
        cursor,
    })))
}

fn write_cursor(place: &FoundAt) -> Cursor {
    format!("{}.{}.{}", place.at, place.conversation, place.seq)
}

fn parse_cursor(text: &str) -> Result<FoundAt> {
    let refuse = || Error::invalid("cursor", "not one that this server gave");
    let mut parts = text
        .split('.')
        .map(|part| part.parse::<i64>().map_err(|_| refuse()));
    let mut part = || parts.next().unwrap_or_else(|| Err(refuse()));
    Ok(FoundAt {
        at: part()?,
        conversation: ConversationId::new(part()?),
        seq: Seq::new(part()?),
    })
}
