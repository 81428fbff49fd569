use domain::command::Cursor;
use domain::conversation::{Change, Role};
use domain::reply::Reply;
use domain::{ConversationId, Error, Result, UserRef, Username, permit};

use crate::session::Session;

/// What is done to a member.
#[derive(Debug, Clone, Copy)]
pub(super) enum Act {
    Remove,
    Ban,
    Unban,
    Role(Role),
}

/// Members by role and name, or the banned.
pub(super) async fn list(
    session: &Session,
    conversation: ConversationId,
    cursor: Option<&Cursor>,
    limit: usize,
    banned: bool,
) -> Result<Reply> {
    let conversations = &session.inner().ports.conversations;
    let page = session
        .permitted(conversation, permit::read, |permit| async move {
            conversations.members(&permit, banned, cursor, limit).await
        })
        .await?;
    Ok(Reply::Members(page))
}

/// Adds a user, or invites one who does not take strangers.
pub(super) async fn add(
    session: &Session,
    conversation: ConversationId,
    username: &Username,
) -> Result<Reply> {
    let inner = session.inner();
    let user = session.resolve(username).await?;
    let relation = inner
        .ports
        .contacts
        .facts(session.actor().user.id, &[user.id])
        .await?;
    let relation = relation.first().ok_or(Error::NotFound { what: "user" })?;
    let at_once = permit::joins_at_once(relation, inner.settings.strangers)?;
    let change = if at_once {
        Change::Add(user.clone())
    } else {
        Change::Invite(user.clone())
    };
    apply(session, conversation, &user, change).await?;
    Ok(Reply::MemberAdded { invited: !at_once })
}

/// Removes, bans, unbans or appoints a user.
pub(super) async fn change(
    session: &Session,
    conversation: ConversationId,
    username: &Username,
    act: Act,
) -> Result<Reply> {
    let user = session.resolve(username).await?;
    let change = match act {
        Act::Remove => Change::Remove(user.clone()),
        Act::Ban => Change::Ban(user.clone()),
        Act::Unban => Change::Unban(user.clone()),
        Act::Role(Role::Owner) => Change::Transfer(user.clone()),
        Act::Role(role @ (Role::Admin | Role::Member)) => Change::SetRole(user.clone(), role),
    };
    apply(session, conversation, &user, change).await
}

async fn apply(
    session: &Session,
    conversation: ConversationId,
    user: &UserRef,
    change: Change,
) -> Result<Reply> {
    let inner = session.inner();
    let now = inner.now();
    let conversations = &inner.ports.conversations;
    let target = session
        .permitted(conversation, permit::glance, |permit| async move {
            conversations.target(&permit, user.id).await
        })
        .await?;
    let appended = session
        .permitted(
            conversation,
            |actor, facts| permit::change(actor, facts, Some(&target), change.clone()),
            |permit| async move { conversations.apply(&permit, now).await },
        )
        .await?;
    Ok(Reply::Appended(appended))
}
