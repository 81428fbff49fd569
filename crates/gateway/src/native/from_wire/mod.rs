//! From what a client wrote to what the domain understands: every value is parsed here, once.
//! A bad value is a [`domain::Error::Invalid`] that names the field of the wire.

mod conversation;
mod message;
mod people;
mod values;

use domain::user::PresenceState;
use domain::{Command, Result};
use wire::native as wire;

use self::people::name;
use super::names;

/// What a client asks, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Everything up to this mailbox number arrived. It has no reply.
    Ack(u64),
    /// How the user is at this device: a matter of the mailbox, not of the account.
    Presence(PresenceState),
    /// Everything else.
    Command(Command),
}

/// What parsing depends on.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The largest text of a message, in bytes.
    pub text_bytes: usize,
}

/// A command of the wire that has one meaning in the domain.
trait Parse {
    /// Parses every value.
    fn parse(self, limits: Limits) -> Result<Command>;
}

/// Parses a command.
pub fn request(command: wire::Command, limits: Limits) -> Result<Request> {
    use wire::Command as C;
    let command = match command {
        C::Ack(ack) => return Ok(Request::Ack(ack.n)),
        C::SetPresence(c) => return names::presence_from(c.state).map(Request::Presence),
        C::Ping(_) => Ok(Command::Ping),
        C::SendMessage(c) => c.parse(limits),
        C::EditMessage(c) => c.parse(limits),
        C::RetractMessage(c) => c.parse(limits),
        C::ListVersions(c) => c.parse(limits),
        C::AddReaction(c) => c.parse(limits),
        C::RemoveReaction(c) => c.parse(limits),
        C::MarkRead(c) => c.parse(limits),
        C::MarkDelivered(c) => c.parse(limits),
        C::MarkUnread(c) => c.parse(limits),
        C::SetTyping(c) => c.parse(limits),
        C::GetPresence(c) => c.parse(limits),
        C::Sync(c) => c.parse(limits),
        C::GetHistory(c) => c.parse(limits),
        C::GetLog(c) => c.parse(limits),
        C::Search(c) => c.parse(limits),
        C::CreateConversation(c) => c.parse(limits),
        C::OpenDirect(c) => c.parse(limits),
        C::GetConversation(c) => c.parse(limits),
        C::UpdateConversation(c) => c.parse(limits),
        C::Discover(c) => c.parse(limits),
        C::Join(c) => c.parse(limits),
        C::Leave(c) => c.parse(limits),
        C::Mute(c) => c.parse(limits),
        C::ListMembers(c) => c.parse(limits),
        C::AddMember(c) => c.parse(limits),
        C::RemoveMember(c) => c.parse(limits),
        C::BanMember(c) => c.parse(limits),
        C::UnbanMember(c) => c.parse(limits),
        C::SetRole(c) => c.parse(limits),
        C::ListContacts(_) => Ok(Command::ListContacts),
        C::RequestContact(c) => c.parse(limits),
        C::AcceptContact(c) => {
            name(&c.username).map(|username| Command::AcceptContact { username })
        }
        C::DeclineContact(c) => {
            name(&c.username).map(|username| Command::DeclineContact { username })
        }
        C::RemoveContact(c) => {
            name(&c.username).map(|username| Command::RemoveContact { username })
        }
        C::SetNickname(c) => c.parse(limits),
        C::Block(c) => name(&c.username).map(|username| Command::Block { username }),
        C::Unblock(c) => name(&c.username).map(|username| Command::Unblock { username }),
        C::GetMe(_) => Ok(Command::GetMe),
        C::UpdateMe(c) => c.parse(limits),
        C::GetUser(c) => name(&c.username).map(|username| Command::GetUser { username }),
        C::FindUsers(c) => c.parse(limits),
        C::ChangePassword(c) => c.parse(limits),
        C::ListSessions(_) => Ok(Command::ListSessions),
        C::RevokeSession(c) => c.parse(limits),
        C::SignOut(_) => Ok(Command::SignOut),
        C::DeleteAccount(c) => c.parse(limits),
        C::ListNotifications(c) => c.parse(limits),
        C::SeeNotifications(c) => c.parse(limits),
    };
    command.map(Request::Command)
}
