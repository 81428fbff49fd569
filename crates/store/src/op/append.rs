//! The hot path: a message gets its place.

use domain::event::{Event, EventBody};
use domain::message::{Draft, Message};
use domain::permit::Post;
use domain::reply::Sent;
use domain::{ConversationId, Error, Permit, Seq, UserRef};

use super::head::Head;
use super::{actor, notify};
use crate::failure::{Failure, Outcome};
use crate::late::Wrote;
use crate::statement::event as sql;
use crate::stored::{body, code, raw};
use crate::transaction::{Operation, Transaction};
use crate::value::params;

/// [`engine::port::Messages::append`].
pub(crate) struct Append {
    pub(crate) permit: Permit<Post>,
    pub(crate) draft: Draft,
}

impl Operation for Append {
    type Output = Sent;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Sent> {
        let (sender, draft) = (actor(&self.permit)?, &self.draft);
        let mut head = Head::to_write(tx, &self.permit).await?;
        if let Some(answered) = draft.reply_to {
            require_message(tx, head.id, answered).await?;
        }
        head.last = head.last.next();
        head.messages += 1;
        head.last_message = head.last;
        head.active = head.active.max(draft.at);
        if !insert(tx, &head, sender, draft).await? {
            return repeated(tx, head.id, sender, draft).await;
        }
        tx.tell(created(&head, sender, draft), head.peer_of(sender.id));
        head.save(tx);
        let wrote = Wrote {
            seq: head.last,
            messages: head.messages,
        };
        tx.late().wrote(head.id, sender.id, wrote);
        for named in draft.mentions.iter().filter(|named| named.id != sender.id) {
            tx.execute(sql::MENTION, params![named.id, head.id, head.last])
                .await?;
        }
        notify::read_up_to(tx, (sender.id, head.id), head.last, draft.at).await?;
        Ok(sent(head.id, head.last, draft.at, draft, false))
    }
}

/// A reply needs a message to answer.
pub(crate) async fn require_message<T: Transaction>(
    tx: &mut T,
    conversation: ConversationId,
    place: Seq,
) -> Outcome<()> {
    let row = tx.first(sql::KIND_AT, params![conversation, place]).await?;
    match row.map(|row| row.int(0)).transpose()? {
        Some(code::event::MESSAGE) => Ok(()),
        _ => Err(Error::NotFound { what: "message" }.into()),
    }
}

/// Puts the message in, unless its sender sent it before.
async fn insert<T: Transaction>(
    tx: &mut T,
    head: &Head,
    sender: &UserRef,
    draft: &Draft,
) -> Outcome<bool> {
    let json = body::text(
        draft.text.as_str(),
        &draft.mentions,
        draft.extensions.as_json(),
    );
    let inserted = tx
        .execute(
            sql::INSERT_MESSAGE,
            params![
                head.id,
                head.last,
                sender.id,
                &draft.client_id,
                draft.at,
                head.messages,
                draft.reply_to,
                json.as_str()
            ],
        )
        .await?;
    Ok(inserted > 0)
}

/// The place that the same message got the first time. The text is compared with the first one,
/// whatever it was edited to; when it was retracted there is none to compare.
async fn repeated<T: Transaction>(
    tx: &mut T,
    conversation: ConversationId,
    sender: &UserRef,
    draft: &Draft,
) -> Outcome<Sent> {
    let row = tx
        .first(
            sql::REPEATED,
            params![&draft.client_id, sender.id, conversation],
        )
        .await?;
    let row = row.ok_or_else(|| Failure::broken("two events have one place"))?;
    let (text, _, _) = raw::read_text(row.opt_text(3)?)?;
    let same_text = row.opt_text(3)?.is_none() || text == draft.text;
    if !same_text || row.opt_int(2)?.map(Seq::new) != draft.reply_to {
        let reason = "this `client_id` was used for another message of yours; make a new one";
        return Err(Error::Conflict { reason }.into());
    }
    Ok(sent(conversation, row.seq(0)?, row.time(1)?, draft, true))
}

fn sent(
    conversation: ConversationId,
    seq: Seq,
    at: domain::Timestamp,
    draft: &Draft,
    repeated: bool,
) -> Sent {
    Sent {
        conversation,
        seq,
        at,
        client_id: draft.client_id,
        repeated,
    }
}

/// The event, without reading back what was just written.
fn created(head: &Head, sender: &UserRef, draft: &Draft) -> Event {
    Event {
        conversation: head.id,
        seq: head.last,
        at: draft.at,
        sender: Some(sender.clone()),
        body: EventBody::MessageCreated(Message {
            client_id: Some(draft.client_id),
            text: draft.text.clone(),
            reply_to: draft.reply_to,
            mentions: draft.mentions.clone(),
            extensions: draft.extensions.clone(),
            edited: None,
            retracted: false,
            reactions: Vec::new(),
        }),
    }
}
