//! Conversations and their members.

use domain::text::{Title, Topic};
use domain::{Command, Error, Result, Timestamp};
use wire::native as wire;

use super::super::names;
use super::{Limits, Parse, values};

/// The most members that a conversation is made with.
const FIRST_MEMBERS: usize = 100;

impl Parse for wire::CreateConversation {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::CreateConversation {
            kind: names::kind_from(self.kind)?,
            title: title(&self.title)?,
            topic: self
                .topic
                .as_deref()
                .map(Topic::parse)
                .transpose()?
                .flatten(),
            public: self.public,
            members: values::usernames("members", &self.members, FIRST_MEMBERS)?,
            client_id: self.client_id.as_deref().map(str::parse).transpose()?,
        })
    }
}

fn title(text: &str) -> Result<Title> {
    Title::parse(text)?.ok_or_else(|| Error::invalid("title", "empty"))
}

impl Parse for wire::OpenDirect {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::OpenDirect {
            username: values::username("username", &self.username)?,
        })
    }
}

impl Parse for wire::GetConversation {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::GetConversation {
            conversation: values::conversation(&self.conversation)?,
        })
    }
}

impl Parse for wire::UpdateConversation {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::UpdateConversation {
            conversation: values::conversation(&self.conversation)?,
            title: self.title.as_deref().map(title).transpose()?,
            topic: self.topic.as_deref().map(Topic::parse).transpose()?,
            public: self.public,
        })
    }
}

impl Parse for wire::Discover {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::Discover {
            prefix: values::query(self.q)?,
            cursor: values::cursor(self.cursor)?,
            limit: values::limit(self.limit, 20, 100)?,
        })
    }
}

impl Parse for wire::Join {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::Join {
            conversation: values::conversation(&self.conversation)?,
        })
    }
}

impl Parse for wire::Leave {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::Leave {
            conversation: values::conversation(&self.conversation)?,
        })
    }
}

impl Parse for wire::Mute {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::Mute {
            conversation: values::conversation(&self.conversation)?,
            until: self.until.map(|until| Timestamp::from_millis(until.0)),
        })
    }
}

impl Parse for wire::ListMembers {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::ListMembers {
            conversation: values::conversation(&self.conversation)?,
            cursor: values::cursor(self.cursor)?,
            limit: values::limit(self.limit, 100, 200)?,
            banned: self.banned,
        })
    }
}

impl Parse for wire::AddMember {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::AddMember {
            conversation: values::conversation(&self.conversation)?,
            username: values::username("username", &self.username)?,
        })
    }
}

impl Parse for wire::RemoveMember {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::RemoveMember {
            conversation: values::conversation(&self.conversation)?,
            username: values::username("username", &self.username)?,
        })
    }
}

impl Parse for wire::BanMember {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::BanMember {
            conversation: values::conversation(&self.conversation)?,
            username: values::username("username", &self.username)?,
        })
    }
}

impl Parse for wire::UnbanMember {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::UnbanMember {
            conversation: values::conversation(&self.conversation)?,
            username: values::username("username", &self.username)?,
        })
    }
}

impl Parse for wire::SetRole {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::SetRole {
            conversation: values::conversation(&self.conversation)?,
            username: values::username("username", &self.username)?,
            role: names::role_from(self.role),
        })
    }
}
