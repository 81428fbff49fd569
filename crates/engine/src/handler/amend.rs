use domain::message::{Amend, Amendment};
use domain::reply::Reply;
use domain::text::MessageText;
use domain::{ConversationId, Result, Seq, Username, permit};

use super::send_message::mentioned;
use crate::session::Session;

/// Gives one's own message another text.
pub(super) async fn edit(
    session: &Session,
    (conversation, message): (ConversationId, Seq),
    text: MessageText,
    mentions: Option<Vec<Username>>,
) -> Result<Reply> {
    let mentions = mentioned(session, conversation, mentions, &text).await?;
    amend(
        session,
        conversation,
        message,
        Amend::Edit { text, mentions },
    )
    .await
}

/// Edits, retracts, reacts.
pub(super) async fn amend(
    session: &Session,
    conversation: ConversationId,
    message: Seq,
    act: Amend,
) -> Result<Reply> {
    let messages = &session.inner().ports.messages;
    let facts = session
        .permitted(conversation, permit::read, |permit| async move {
            messages.facts(&permit, message).await
        })
        .await?;
    let amendment = Amendment {
        message,
        act,
        at: session.inner().now(),
    };
    let appended = session
        .permitted(
            conversation,
            |actor, in_conversation| {
                permit::amend(actor, in_conversation, &facts, amendment.clone())
            },
            |permit| async move { messages.amend(&permit).await },
        )
        .await?;
    Ok(Reply::Appended(appended))
}
