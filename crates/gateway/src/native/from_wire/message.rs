//! Messages, what is done to them, and reading.

use domain::command::Destination;
use domain::message::{MENTIONS, Span};
use domain::text::{Emoji, MessageText};
use domain::{Command, Error, Result, Seq};
use wire::native as wire;

use super::{Limits, Parse, values};

/// The most users whose presence is asked at once.
const PRESENCES: usize = 200;

impl Parse for wire::SendMessage {
    fn parse(self, limits: Limits) -> Result<Command> {
        let to = match (self.conversation, self.to) {
            (Some(id), None) => Destination::Conversation(values::conversation(&id)?),
            (None, Some(name)) => Destination::User(values::username("to", &name)?),
            (Some(_), Some(_)) | (None, None) => {
                return Err(Error::invalid("conversation", "either this or `to`"));
            }
        };
        Ok(Command::SendMessage {
            to,
            client_id: self.client_id.parse()?,
            text: MessageText::parse(&self.text, limits.text_bytes)?,
            reply_to: self.reply_to.map(Seq::from_u64),
            mentions: mentions(self.mentions.as_deref())?,
            extensions: values::extensions(&self.extensions)?,
        })
    }
}

impl Parse for wire::EditMessage {
    fn parse(self, limits: Limits) -> Result<Command> {
        Ok(Command::EditMessage {
            conversation: values::conversation(&self.conversation)?,
            message: Seq::from_u64(self.message),
            text: MessageText::parse(&self.text, limits.text_bytes)?,
            mentions: mentions(self.mentions.as_deref())?,
        })
    }
}

fn mentions(names: Option<&[String]>) -> Result<Option<Vec<domain::Username>>> {
    names
        .map(|names| values::usernames("mentions", names, MENTIONS))
        .transpose()
}

impl Parse for wire::RetractMessage {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::RetractMessage {
            conversation: values::conversation(&self.conversation)?,
            message: Seq::from_u64(self.message),
        })
    }
}

impl Parse for wire::ListVersions {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::ListVersions {
            conversation: values::conversation(&self.conversation)?,
            message: Seq::from_u64(self.message),
        })
    }
}

impl Parse for wire::AddReaction {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::AddReaction {
            conversation: values::conversation(&self.conversation)?,
            message: Seq::from_u64(self.message),
            emoji: Emoji::parse(&self.emoji)?,
        })
    }
}

impl Parse for wire::RemoveReaction {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::RemoveReaction {
            conversation: values::conversation(&self.conversation)?,
            message: Seq::from_u64(self.message),
            emoji: Emoji::parse(&self.emoji)?,
        })
    }
}

impl Parse for wire::MarkRead {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::MarkRead {
            conversation: values::conversation(&self.conversation)?,
            seq: Seq::from_u64(self.seq),
        })
    }
}

impl Parse for wire::MarkDelivered {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::MarkDelivered {
            conversation: values::conversation(&self.conversation)?,
            seq: Seq::from_u64(self.seq),
        })
    }
}

impl Parse for wire::MarkUnread {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::MarkUnread {
            conversation: values::conversation(&self.conversation)?,
        })
    }
}

impl Parse for wire::SetTyping {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::SetTyping {
            conversation: values::conversation(&self.conversation)?,
            active: self.active,
        })
    }
}

impl Parse for wire::GetPresence {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::GetPresence {
            users: values::usernames("users", &self.users, PRESENCES)?,
        })
    }
}

impl Parse for wire::Sync {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::Sync {
            epoch: self.epoch.as_deref().map(values::epoch).transpose()?,
            heads: values::heads(&self.heads)?,
            cursor: values::cursor(self.cursor)?,
            limit: values::limit(self.limit, 200, 500)?,
        })
    }
}

impl Parse for wire::GetHistory {
    fn parse(self, _: Limits) -> Result<Command> {
        let span = match (self.before, self.after, self.around) {
            (None, None, None) => Span::Newest,
            (Some(seq), None, None) => Span::Before(Seq::from_u64(seq)),
            (None, Some(seq), None) => Span::After(Seq::from_u64(seq)),
            (None, None, Some(seq)) => Span::Around(Seq::from_u64(seq)),
            (Some(_), Some(_), _) | (Some(_), _, Some(_)) | (_, Some(_), Some(_)) => {
                return Err(Error::invalid(
                    "before",
                    "at most one of `before`, `after` and `around`",
                ));
            }
        };
        Ok(Command::GetHistory {
            conversation: values::conversation(&self.conversation)?,
            span,
            limit: values::limit(self.limit, 50, 200)?,
        })
    }
}

impl Parse for wire::GetLog {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::GetLog {
            conversation: values::conversation(&self.conversation)?,
            after: Seq::from_u64(self.after),
            limit: values::limit(self.limit, 200, 500)?,
        })
    }
}

impl Parse for wire::Search {
    fn parse(self, _: Limits) -> Result<Command> {
        if self.q.trim().is_empty() {
            return Err(Error::invalid("q", "empty"));
        }
        Ok(Command::Search {
            query: values::query(self.q)?,
            conversation: self
                .conversation
                .as_deref()
                .map(values::conversation)
                .transpose()?,
            from: self
                .from
                .as_deref()
                .map(|name| values::username("from", name))
                .transpose()?,
            cursor: values::cursor(self.cursor)?,
            limit: values::limit(self.limit, 20, 100)?,
        })
    }
}
