//! Contacts, blocks, the account, its sessions and notifications.

use domain::text::{Bio, DisplayName, Nickname, Note};
use domain::user::{PASSWORD_BYTES, Password, ProfileChange};
use domain::{Command, Error, Result, Username};
use wire::native as wire;

use super::{Limits, Parse, values};

/// The shortest beginning to look for users by, in characters.
const PREFIX_CHARS: usize = 2;
/// The most notification threads that are marked as seen one by one.
const THREADS: usize = 500;

impl Parse for wire::RequestContact {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::RequestContact {
            username: name(&self.username)?,
            note: self.note.as_deref().map(Note::parse).transpose()?.flatten(),
        })
    }
}

/// The field `username`.
pub(super) fn name(text: &str) -> Result<Username> {
    values::username("username", text)
}

impl Parse for wire::SetNickname {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::SetNickname {
            username: name(&self.username)?,
            nickname: self
                .nickname
                .as_deref()
                .map(Nickname::parse)
                .transpose()?
                .flatten(),
        })
    }
}

impl Parse for wire::UpdateMe {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::UpdateMe {
            change: ProfileChange {
                name: self.name.as_deref().map(DisplayName::parse).transpose()?,
                bio: self.bio.as_deref().map(Bio::parse).transpose()?,
            },
        })
    }
}

impl Parse for wire::FindUsers {
    fn parse(self, _: Limits) -> Result<Command> {
        if self.q.trim().chars().count() < PREFIX_CHARS {
            return Err(Error::invalid("q", "at least two characters"));
        }
        Ok(Command::FindUsers {
            prefix: values::query(self.q)?,
            limit: values::limit(self.limit, 20, 50)?,
        })
    }
}

impl Parse for wire::ChangePassword {
    fn parse(self, _: Limits) -> Result<Command> {
        let current =
            Password::offered(&self.current).map_err(|e| values::in_field("current", e))?;
        if self.new.len() > PASSWORD_BYTES {
            return Err(Error::TooLarge {
                field: "new",
                limit: PASSWORD_BYTES,
            });
        }
        Ok(Command::ChangePassword {
            current,
            new: self.new,
        })
    }
}

impl Parse for wire::RevokeSession {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::RevokeSession {
            session: self.session.parse()?,
        })
    }
}

impl Parse for wire::DeleteAccount {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::DeleteAccount {
            password: Password::offered(&self.password)?,
        })
    }
}

impl Parse for wire::ListNotifications {
    fn parse(self, _: Limits) -> Result<Command> {
        Ok(Command::ListNotifications {
            unseen: self.unseen,
            cursor: values::cursor(self.cursor)?,
            limit: values::limit(self.limit, 30, 100)?,
        })
    }
}

impl Parse for wire::SeeNotifications {
    fn parse(self, _: Limits) -> Result<Command> {
        if self.threads.len() > THREADS {
            return Err(Error::TooLarge {
                field: "threads",
                limit: THREADS,
            });
        }
        let threads = self
            .threads
            .iter()
            .map(|id| id.parse())
            .collect::<Result<_>>()?;
        Ok(Command::SeeNotifications { threads })
    }
}
