use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use domain::command::Destination;
use domain::message::{Draft, Extensions, MENTIONS};
use domain::reply::Reply;
use domain::text::MessageText;
use domain::{ClientId, ConversationId, Error, Result, Seq, UserRef, Username, permit};

use super::conversation;
use crate::session::Session;

/// A message as its sender wishes it.
#[derive(Clone)]
pub(super) struct Wish {
    pub(super) client_id: ClientId,
    pub(super) text: MessageText,
    pub(super) reply_to: Option<Seq>,
    pub(super) mentions: Option<Vec<Username>>,
    pub(super) extensions: Extensions,
}

/// Appends a message and answers with its place.
pub(super) async fn send(session: &Session, to: Destination, wish: Wish) -> Result<Reply> {
    match to {
        Destination::Conversation(conversation) => append(session, conversation, wish).await,
        Destination::User(username) => send_to_user(session, username, wish).await,
    }
}

/// A pair has one direct conversation for ever, so that where it is can be remembered. When it
/// is refused there, what was remembered may not be true any more: the name was someone else's.
async fn send_to_user(session: &Session, username: Username, wish: Wish) -> Result<Reply> {
    let directs = &session.inner().directs;
    let pair = (session.actor().user.id, username);
    if let Some(conversation) = directs.get(&pair) {
        match append(session, conversation, wish.clone()).await {
            Err(Error::Denied { .. } | Error::NotFound { .. }) => directs.forget(&pair),
            outcome => return outcome,
        }
    }
    let moment = directs.moment();
    let conversation = conversation::direct_with(session, &pair.1).await?;
    directs.put(pair, conversation, moment);
    append(session, conversation, wish).await
}

/// The messages of one connection to one conversation are appended in the order in which their
/// futures were first polled.
async fn append(session: &Session, conversation: ConversationId, wish: Wish) -> Result<Reply> {
    let turn = &session.turn(conversation);
    let draft = Draft {
        client_id: wish.client_id,
        mentions: mentioned(session, conversation, wish.mentions, &wish.text).await?,
        text: wish.text,
        reply_to: wish.reply_to,
        extensions: wish.extensions,
        at: session.inner().now(),
    };
    let (messages, draft) = (&session.inner().ports.messages, &draft);
    let sent = session
        .permitted(conversation, permit::post, |permit| async move {
            turn.come(permit.version()).await;
            let appending = tokio::task::unconstrained(messages.append(&permit, draft.clone()));
            let mut appending = pin!(appending);
            // Polled once, it is in the queue of storage: the next one may follow. Unconstrained,
            // because a poll that the runtime cuts short has put nothing there.
            let first = poll_fn(|context| Poll::Ready(appending.as_mut().poll(context))).await;
            turn.hand_over(Some(permit.version()));
            let outcome = match first {
                Poll::Ready(outcome) => outcome,
                Poll::Pending => appending.await,
            };
            if outcome == Err(Error::StalePermit) {
                turn.hand_over(None);
            }
            outcome
        })
        .await?;
    let metrics = &session.inner().metrics;
    if sent.repeated {
        &metrics.repeated
    } else {
        &metrics.messages
    }
    .add(1);
    Ok(Reply::Sent(sent))
}

/// The members whom a text names: those the sender lists, or those after an `@` in the text.
/// Names that are nobody's, or no member's, are left as they are: text.
pub(super) async fn mentioned(
    session: &Session,
    conversation: ConversationId,
    listed: Option<Vec<Username>>,
    text: &MessageText,
) -> Result<Vec<UserRef>> {
    let names: Vec<Username> = match listed {
        Some(names) if names.len() > MENTIONS => {
            return Err(Error::TooLarge {
                field: "mentions",
                limit: MENTIONS,
            });
        }
        Some(names) => names,
        None => text
            .at_names()
            .into_iter()
            .filter_map(|n| n.parse().ok())
            .take(MENTIONS)
            .collect(),
    };
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let ports = &session.inner().ports;
    let mut members = Vec::new();
    for account in ports.accounts.by_names(&names).await? {
        let facts = ports
            .conversations
            .facts(conversation, account.user.id)
            .await?;
        let member = facts.is_some_and(|f| f.standing == domain::conversation::Standing::Member);
        if member && account.user.id != session.actor().user.id {
            members.push(account.user);
        }
    }
    Ok(members)
}
