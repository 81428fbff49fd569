//! What each command does: load the facts, get a permit, act under it, answer.
//!
//! One function a command. Invariant: a handler touches storage only with a permit, and answers
//! only after what it wrote is durable.

mod account;
mod amend;
mod contact;
mod conversation;
mod mark;
mod member;
mod name;
mod notification;
mod presence;
mod profile;
mod read;
mod search;
mod send_message;
mod sync;

use std::pin::Pin;

use domain::command::Command;
use domain::conversation::Change;
use domain::message::Amend;
use domain::reply::Reply;
use domain::user::Account;
use domain::{Result, UserId};

pub(crate) use account::list_sessions;
pub(crate) use mark::tell as tell_marker;
pub(crate) use name::name;

use crate::session::Session;

/// Carries out one command. Exhaustive, so that a command without a handler does not compile.
///
/// Each handler's future is boxed by itself: a small one does not carry the room of the largest.
#[expect(clippy::too_many_lines, reason = "the table of commands, a line each")]
pub(crate) async fn handle(session: &Session, command: Command) -> Result<Reply> {
    use Command as C;
    match command {
        C::Ping => Ok(Reply::Pong(session.inner().now())),
        C::SendMessage {
            to,
            client_id,
            text,
            reply_to,
            mentions,
            extensions,
        } => {
            let wish = send_message::Wish {
                client_id,
                text,
                reply_to,
                mentions,
                extensions,
            };
            Box::pin(send_message::send(session, to, wish)).await
        }
        C::EditMessage {
            conversation,
            message,
            text,
            mentions,
        } => {
            Box::pin(amend::edit(
                session,
                (conversation, message),
                text,
                mentions,
            ))
            .await
        }
        C::RetractMessage {
            conversation,
            message,
        } => Box::pin(amend::amend(session, conversation, message, Amend::Retract)).await,
        C::AddReaction {
            conversation,
            message,
            emoji,
        } => {
            Box::pin(amend::amend(
                session,
                conversation,
                message,
                Amend::React(emoji),
            ))
            .await
        }
        C::RemoveReaction {
            conversation,
            message,
            emoji,
        } => {
            Box::pin(amend::amend(
                session,
                conversation,
                message,
                Amend::Unreact(emoji),
            ))
            .await
        }
        C::ListVersions {
            conversation,
            message,
        } => Box::pin(read::versions(session, conversation, message)).await,
        C::MarkRead { conversation, seq } => Box::pin(mark::read(session, conversation, seq)).await,
        C::MarkDelivered { conversation, seq } => {
            Box::pin(mark::delivered(session, conversation, seq)).await
        }
        C::MarkUnread { conversation } => Box::pin(mark::unread(session, conversation)).await,
        C::SetTyping {
            conversation,
            active,
        } => Box::pin(presence::typing(session, conversation, active)).await,
        C::SetPresence { state } => presence::set(session, state),
        C::GetPresence { users } => Box::pin(presence::get(session, &users)).await,
        C::Sync {
            epoch,
            heads,
            cursor,
            limit,
        } => Box::pin(sync::sync(session, epoch, &heads, cursor.as_ref(), limit)).await,
        C::GetHistory {
            conversation,
            span,
            limit,
        } => Box::pin(read::history(session, conversation, span, limit)).await,
        C::GetLog {
            conversation,
            after,
            limit,
        } => Box::pin(read::log(session, conversation, after, limit)).await,
        C::Search {
            query,
            conversation,
            from,
            cursor,
            limit,
        } => {
            let wish = search::Wish {
                query,
                conversation,
                from,
                cursor,
                limit,
            };
            Box::pin(search::search(session, wish)).await
        }
        C::CreateConversation {
            kind,
            title,
            topic,
            public,
            members,
            client_id,
        } => {
            let wish = conversation::Wish {
                kind,
                title,
                topic,
                public,
                members,
                client_id,
            };
            Box::pin(conversation::create(session, wish)).await
        }
        C::OpenDirect { username } => Box::pin(conversation::open_direct(session, &username)).await,
        C::GetConversation { conversation } => {
            Box::pin(conversation::get(session, conversation)).await
        }
        C::UpdateConversation {
            conversation,
            title,
            topic,
            public,
        } => {
            Box::pin(conversation::apply(
                session,
                conversation,
                Change::Configure {
                    title,
                    topic,
                    public,
                },
            ))
            .await
        }
        C::Discover {
            prefix,
            cursor,
            limit,
        } => {
            Box::pin(conversation::discover(
                session,
                &prefix,
                cursor.as_ref(),
                limit,
            ))
            .await
        }
        C::Join { conversation } => Box::pin(conversation::join(session, conversation)).await,
        C::Leave { conversation } => Box::pin(conversation::leave(session, conversation)).await,
        C::Mute {
            conversation,
            until,
        } => Box::pin(conversation::mute(session, conversation, until)).await,
        C::ListMembers {
            conversation,
            cursor,
            limit,
            banned,
        } => {
            Box::pin(member::list(
                session,
                conversation,
                cursor.as_ref(),
                limit,
                banned,
            ))
            .await
        }
        C::AddMember {
            conversation,
            username,
        } => Box::pin(member::add(session, conversation, &username)).await,
        C::RemoveMember {
            conversation,
            username,
        } => {
            Box::pin(member::change(
                session,
                conversation,
                &username,
                member::Act::Remove,
            ))
            .await
        }
        C::BanMember {
            conversation,
            username,
        } => {
            Box::pin(member::change(
                session,
                conversation,
                &username,
                member::Act::Ban,
            ))
            .await
        }
        C::UnbanMember {
            conversation,
            username,
        } => {
            Box::pin(member::change(
                session,
                conversation,
                &username,
                member::Act::Unban,
            ))
            .await
        }
        C::SetRole {
            conversation,
            username,
            role,
        } => {
            Box::pin(member::change(
                session,
                conversation,
                &username,
                member::Act::Role(role),
            ))
            .await
        }
        C::ListContacts => Box::pin(contact::list(session)).await,
        C::RequestContact { username, note } => {
            Box::pin(contact::request(session, &username, note)).await
        }
        C::AcceptContact { username } => Box::pin(contact::accept(session, &username)).await,
        C::DeclineContact { username } => Box::pin(contact::decline(session, &username)).await,
        C::RemoveContact { username } => Box::pin(contact::remove(session, &username)).await,
        C::SetNickname { username, nickname } => {
            Box::pin(contact::nickname(session, &username, nickname)).await
        }
        C::Block { username } => Box::pin(contact::block(session, &username)).await,
        C::Unblock { username } => Box::pin(contact::unblock(session, &username)).await,
        C::GetMe => Box::pin(profile::own(session)).await,
        C::UpdateMe { change } => Box::pin(profile::update(session, change)).await,
        C::SetAvatar { bytes } => Box::pin(profile::set_avatar(session, bytes)).await,
        C::GetUser { username } => Box::pin(profile::get(session, &username)).await,
        C::FindUsers { prefix, limit } => Box::pin(profile::find(session, &prefix, limit)).await,
        C::ChangePassword { current, new } => {
            Box::pin(account::change_password(session, current, &new)).await
        }
        C::ListSessions => Ok(Reply::Sessions(
            Box::pin(account::list_sessions(session)).await?,
        )),
        C::RevokeSession { session: other } => Box::pin(account::revoke(session, other)).await,
        C::SignOut => Box::pin(account::revoke(session, session.actor().session)).await,
        C::DeleteAccount { password } => Box::pin(account::delete(session, password)).await,
        C::ListNotifications {
            unseen,
            cursor,
            limit,
        } => Box::pin(notification::list(session, unseen, cursor.as_ref(), limit)).await,
        C::SeeNotifications { threads } => Box::pin(notification::see(session, &threads)).await,
    }
}

/// The accounts of everyone who is named, once each.
fn accounts_of<'a>(
    session: &'a Session,
    named: impl IntoIterator<Item = UserId>,
) -> Pin<Box<dyn Future<Output = Result<Vec<Account>>> + Send + 'a>> {
    // The iterator is used up before anything waits: a future that held it could not be sent.
    let mut ids: Vec<UserId> = named.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    Box::pin(async move {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        session.inner().ports.accounts.by_ids(&ids).await
    })
}
