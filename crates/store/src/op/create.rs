//! Making groups and broadcasts.

use domain::conversation::{NewConversation, Role, Standing};
use domain::event::EventBody;
use domain::permit::Create;
use domain::text::{Title, Topic};
use domain::{ConversationId, Permit, Timestamp, UserRef};

use super::head::Head;
use super::word::{self, Scope};
use super::{actor, notify};
use crate::failure::Outcome;
use crate::statement::{conversation as sql, member};
use crate::stored::code::Code;
use crate::transaction::{Operation, Transaction};
use crate::value::{Value, params};

/// [`engine::port::Conversations::create`].
pub(crate) struct New(pub(crate) Permit<Create>);

impl Operation for New {
    type Output = ConversationId;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<ConversationId> {
        let (owner, new) = (actor(&self.0)?, &self.0.action().0);
        if let Some(id) = &new.client_id {
            if let Some(row) = tx.first(sql::CREATION, params![id, owner.id]).await? {
                return row.conversation(0);
            }
            tx.execute(sql::INSERT_CREATION, params![id, owner.id, new.id])
                .await?;
        }
        insert(tx, new).await?;
        let mut head = Head::own(tx, new.id).await?;
        let created = EventBody::ConversationCreated {
            title: Some(new.title.clone()),
        };
        head.append(tx, Some(owner), new.at, created).await?;
        join(tx, &mut head, owner, (owner, Role::Owner), new.at).await?;
        let mut there = vec![owner.id];
        for user in &new.members {
            if !there.contains(&user.id) {
                there.push(user.id);
                join(tx, &mut head, owner, (user, Role::Member), new.at).await?;
            }
        }
        for user in &new.invited {
            if !there.contains(&user.id) {
                there.push(user.id);
                invite(tx, &mut head, owner, user, new.at).await?;
            }
        }
        head.save(tx);
        Ok(new.id)
    }
}

async fn insert<T: Transaction>(tx: &mut T, new: &NewConversation) -> Outcome<()> {
    let key = title_key(&new.title);
    tx.execute(
        sql::INSERT,
        params![
            new.id,
            new.kind.code(),
            new.public,
            new.title.as_str(),
            key.as_str(),
            new.topic.as_ref().map(Topic::as_str),
            new.at,
            Value::Null,
            Value::Null
        ],
    )
    .await?;
    find_by_title(tx, new.id, new.public.then_some(&new.title)).await
}

/// By what titles are ordered.
pub(crate) fn title_key(title: &Title) -> String {
    word::fold(title.as_str()).chars().take(128).collect()
}

/// Lets a public conversation be found by its title, and no other.
pub(crate) async fn find_by_title<T: Transaction>(
    tx: &mut T,
    conversation: ConversationId,
    title: Option<&Title>,
) -> Outcome<()> {
    let texts: Vec<&str> = title.iter().map(|title| title.as_str()).collect();
    word::replace(tx, Scope::Title, conversation.get(), &texts).await
}

/// Makes someone a member who was none: all that was written before counts as read.
pub(crate) async fn join<T: Transaction>(
    tx: &mut T,
    head: &mut Head,
    by: &UserRef,
    (user, role): (&UserRef, Role),
    at: Timestamp,
) -> Outcome<domain::reply::Appended> {
    head.members += 1;
    let event = EventBody::MemberJoined {
        member: user.clone(),
        role,
        members: head.members(),
    };
    let appended = head.append(tx, Some(by), at, event).await?;
    let standing = Standing::Member.code();
    let row = params![
        head.id,
        user.id,
        standing,
        role.code(),
        at,
        0,
        head.last,
        head.messages
    ];
    tx.execute(member::PUT, row).await?;
    Ok(appended)
}

/// Invites someone who is not there, and tells them.
pub(crate) async fn invite<T: Transaction>(
    tx: &mut T,
    head: &mut Head,
    by: &UserRef,
    user: &UserRef,
    at: Timestamp,
) -> Outcome<domain::reply::Appended> {
    let event = EventBody::MemberInvited {
        member: user.clone(),
    };
    let appended = head.append(tx, Some(by), at, event).await?;
    let before = super::member::get(tx, head.id, user.id).await?;
    let (standing, role) = (Standing::Invited.code(), Role::Member.code());
    let row = params![
        head.id,
        user.id,
        standing,
        role,
        at,
        before.left,
        head.last,
        head.messages
    ];
    tx.execute(member::PUT, row).await?;
    notify::invited(tx, head.id, by, user, at).await?;
    Ok(appended)
}
