//! Changes of membership and settings.

use domain::conversation::{Change, Kind, Role, Standing};
use domain::event::EventBody;
use domain::reply::Appended;
use domain::text::{Title, Topic};
use domain::{Error, Permit, Seq, Timestamp, UserRef};

use super::head::Head;
use super::member::{self, MemberRow};
use super::{actor, create, notify};
use crate::failure::Outcome;
use crate::statement::{conversation as sql, member as members};
use crate::stored::code::Code;
use crate::transaction::{Operation, Transaction};
use crate::value::params;

/// [`engine::port::Conversations::apply`].
pub(crate) struct Apply {
    pub(crate) permit: Permit<Change>,
    pub(crate) at: Timestamp,
}

impl Operation for Apply {
    type Output = Appended;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Appended> {
        let by = actor(&self.permit)?;
        let mut head = Head::to_write(tx, &self.permit).await?;
        let step = Step { by, at: self.at };
        let head_ = &mut head;
        let appended = match self.permit.action() {
            Change::Configure {
                title,
                topic,
                public,
            } => {
                step.configure(tx, head_, (title.as_ref(), topic.as_ref(), *public))
                    .await?
            }
            Change::Join => step.join(tx, head_, by).await?,
            Change::Add(user) => step.join(tx, head_, user).await?,
            Change::Leave => step.go(tx, head_, by, Way::Left).await?,
            Change::Invite(user) => step.invite(tx, head_, user).await?,
            Change::Remove(user) => step.go(tx, head_, user, Way::Removed).await?,
            Change::Ban(user) => step.ban(tx, head_, user).await?,
            Change::Unban(user) => step.unban(tx, head_, user).await?,
            Change::SetRole(user, role) => step.set_role(tx, head_, user, *role).await?,
            Change::Transfer(user) => step.transfer(tx, head_, user).await?,
        };
        let Some(appended) = appended else {
            return Ok(head.unchanged());
        };
        head.version += 1;
        head.save(tx);
        Ok(appended)
    }
}

/// How someone goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// By their own will.
    Left,
    /// By another's.
    Removed,
}

/// Who changes something, and when. Each change returns `None` when there was nothing to change.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step<'a> {
    pub(crate) by: &'a UserRef,
    pub(crate) at: Timestamp,
}

impl Step<'_> {
    async fn configure<T: Transaction>(
        self,
        tx: &mut T,
        head: &mut Head,
        (title, topic, public): (Option<&Title>, Option<&Option<Topic>>, Option<bool>),
    ) -> Outcome<Option<Appended>> {
        let row = tx
            .first(sql::SETTINGS, params![head.id])
            .await?
            .ok_or(super::head::UNKNOWN)?;
        let old_title = row.opt_text(0)?.map(Title::from_stored);
        let old_topic = row.opt_text(1)?.map(Topic::from_stored);
        let old_public = row.flag(2)?;
        let title = title
            .filter(|title| Some(*title) != old_title.as_ref())
            .cloned();
        let topic = topic.filter(|topic| **topic != old_topic).cloned();
        let public = public.filter(|public| *public != old_public);
        if title.is_none() && topic.is_none() && public.is_none() {
            return Ok(None);
        }
        let new_title = title.clone().or(old_title);
        let new_topic = topic.clone().unwrap_or(old_topic);
        let new_public = public.unwrap_or(old_public);
        let key = new_title.as_ref().map(create::title_key);
        let shown = new_title.as_ref().map(Title::as_str);
        let about = new_topic.as_ref().map(Topic::as_str);
        tx.execute(
            sql::SET_SETTINGS,
            params![head.id, shown, key.as_deref(), about, new_public],
        )
        .await?;
        create::find_by_title(tx, head.id, new_title.as_ref().filter(|_| new_public)).await?;
        let event = EventBody::ConversationUpdated {
            title,
            topic,
            public,
        };
        head.append(tx, Some(self.by), self.at, event)
            .await
            .map(Some)
    }

    async fn join<T: Transaction>(
        self,
        tx: &mut T,
        head: &mut Head,
        user: &UserRef,
    ) -> Outcome<Option<Appended>> {
        match member::get(tx, head.id, user.id).await?.standing {
            Standing::Member => Ok(None),
            Standing::Banned => Err(BANNED.into()),
            Standing::Invited | Standing::Left | Standing::None => {
                let appended = enter(tx, head, self.by, (user, Role::Member), self.at).await?;
                notify::answered(tx, head.id, user.id, self.at).await?;
                Ok(Some(appended))
            }
        }
    }

    async fn invite<T: Transaction>(
        self,
        tx: &mut T,
        head: &mut Head,
        user: &UserRef,
    ) -> Outcome<Option<Appended>> {
        match member::get(tx, head.id, user.id).await?.standing {
            Standing::Member | Standing::Invited => Ok(None),
            Standing::Banned => Err(BANNED.into()),
            Standing::Left | Standing::None => create::invite(tx, head, self.by, user, self.at)
                .await
                .map(Some),
        }
    }

    /// Someone goes, or an invitation is declined or taken back.
    pub(crate) async fn go<T: Transaction>(
        self,
        tx: &mut T,
        head: &mut Head,
        user: &UserRef,
        way: Way,
    ) -> Outcome<Option<Appended>> {
        let row = member::get(tx, head.id, user.id).await?;
        if !matches!(row.standing, Standing::Member | Standing::Invited) {
            return Ok(None);
        }
        let took_part = row.standing == Standing::Member;
        head.members -= i64::from(took_part);
        let (member, members) = (user.clone(), head.members());
        let event = match way {
            Way::Left if took_part => EventBody::MemberLeft { member, members },
            Way::Left => EventBody::MemberDeclined { member },
            Way::Removed => EventBody::MemberRemoved { member, members },
        };
        let appended = head.append(tx, Some(self.by), self.at, event).await?;
        let left = last_place(head, &row);
        if !took_part {
            notify::answered(tx, head.id, user.id, self.at).await?;
        }
        if left == Seq::ZERO {
            tx.execute(members::DELETE, params![head.id, user.id])
                .await?;
        } else {
            self.stand(tx, head, user, (Standing::Left, left)).await?;
        }
        Ok(Some(appended))
    }

    async fn ban<T: Transaction>(
        self,
        tx: &mut T,
        head: &mut Head,
        user: &UserRef,
    ) -> Outcome<Option<Appended>> {
        let row = member::get(tx, head.id, user.id).await?;
        if row.standing == Standing::Banned {
            return Ok(None);
        }
        head.members -= i64::from(row.standing == Standing::Member);
        let event = EventBody::MemberBanned {
            member: user.clone(),
            members: head.members(),
        };
        let appended = head.append(tx, Some(self.by), self.at, event).await?;
        let left = last_place(head, &row);
        if row.standing == Standing::Invited {
            notify::answered(tx, head.id, user.id, self.at).await?;
        }
        if row.standing == Standing::None {
            let (standing, role) = (Standing::Banned.code(), Role::Member.code());
            let row = params![head.id, user.id, standing, role, self.at, left, 0, 0];
            tx.execute(members::PUT, row).await?;
        } else {
            self.stand(tx, head, user, (Standing::Banned, left)).await?;
        }
        Ok(Some(appended))
    }

    /// Who was a member before the ban has left; who never was is a stranger again.
    async fn unban<T: Transaction>(
        self,
        tx: &mut T,
        head: &mut Head,
        user: &UserRef,
    ) -> Outcome<Option<Appended>> {
        let row = member::get(tx, head.id, user.id).await?;
        if row.standing != Standing::Banned {
            return Ok(None);
        }
        let event = EventBody::MemberUnbanned {
            member: user.clone(),
        };
        let appended = head.append(tx, Some(self.by), self.at, event).await?;
        if row.left == Seq::ZERO {
            tx.execute(members::DELETE, params![head.id, user.id])
                .await?;
        } else {
            self.stand(tx, head, user, (Standing::Left, row.left))
                .await?;
        }
        Ok(Some(appended))
    }

    async fn set_role<T: Transaction>(
        self,
        tx: &mut T,
        head: &mut Head,
        user: &UserRef,
        role: Role,
    ) -> Outcome<Option<Appended>> {
        let row = member::get(tx, head.id, user.id).await?;
        if row.standing != Standing::Member {
            return Err(NO_MEMBER.into());
        }
        if row.role == role {
            return Ok(None);
        }
        tx.execute(members::SET_ROLE, params![head.id, user.id, role.code()])
            .await?;
        let event = EventBody::MemberRoleChanged {
            member: user.clone(),
            role,
        };
        head.append(tx, Some(self.by), self.at, event)
            .await
            .map(Some)
    }

    /// The former owner becomes an admin.
    pub(crate) async fn transfer<T: Transaction>(
        self,
        tx: &mut T,
        head: &mut Head,
        user: &UserRef,
    ) -> Outcome<Option<Appended>> {
        let row = member::get(tx, head.id, user.id).await?;
        if row.standing != Standing::Member {
            return Err(NO_MEMBER.into());
        }
        if row.role == Role::Owner {
            return Ok(None);
        }
        tx.execute(
            members::SET_ROLE,
            params![head.id, self.by.id, Role::Admin.code()],
        )
        .await?;
        tx.execute(
            members::SET_ROLE,
            params![head.id, user.id, Role::Owner.code()],
        )
        .await?;
        let event = EventBody::ConversationTransferred {
            member: user.clone(),
        };
        head.append(tx, Some(self.by), self.at, event)
            .await
            .map(Some)
    }

    async fn stand<T: Transaction>(
        self,
        tx: &mut T,
        head: &Head,
        user: &UserRef,
        (standing, left): (Standing, Seq),
    ) -> Outcome<()> {
        let role = Role::Member.code();
        tx.execute(
            members::STAND,
            params![head.id, user.id, standing.code(), role, self.at, left],
        )
        .await?;
        Ok(())
    }
}

/// Up to where the log is readable for one who goes: a member sees the going itself, and so does
/// one who was written to in a direct conversation; an invited user has seen nothing new.
fn last_place(head: &Head, row: &MemberRow) -> Seq {
    match row.standing {
        Standing::Member => head.last,
        Standing::Invited if head.kind == Kind::Direct => head.last,
        Standing::Invited | Standing::Left | Standing::Banned | Standing::None => row.left,
    }
}

/// Makes someone a member. Who was invited to a direct conversation keeps what is unread.
pub(crate) async fn enter<T: Transaction>(
    tx: &mut T,
    head: &mut Head,
    by: &UserRef,
    (user, role): (&UserRef, Role),
    at: Timestamp,
) -> Outcome<Appended> {
    let before = member::get(tx, head.id, user.id).await?;
    if head.kind != Kind::Direct || before.standing != Standing::Invited {
        return create::join(tx, head, by, (user, role), at).await;
    }
    head.members += 1;
    let event = EventBody::MemberJoined {
        member: user.clone(),
        role,
        members: head.members(),
    };
    let appended = head.append(tx, Some(by), at, event).await?;
    let row = params![
        head.id,
        user.id,
        Standing::Member.code(),
        role.code(),
        at,
        0
    ];
    tx.execute(members::STAND, row).await?;
    Ok(appended)
}

/// The refusal of a user who is none of the members.
const NO_MEMBER: Error = Error::NotFound { what: "member" };
/// The rules refuse this before; here it is a matter of the moment.
const BANNED: Error = Error::StalePermit;
