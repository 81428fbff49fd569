//! The direct conversation of a pair.

use domain::contact::ContactState;
use domain::conversation::{Kind, Role, Standing};
use domain::event::EventBody;
use domain::permit::OpenDirect;
use domain::user::AccountStatus;
use domain::{ConversationId, Error, Permit, Timestamp, UserRef};
use engine::port::Direct;

use super::head::Head;
use super::{account, actor, contact, create, facts, member};
use crate::failure::Outcome;
use crate::statement::{conversation as sql, member as members};
use crate::stored::code::Code;
use crate::transaction::{Operation, Transaction};
use crate::value::{Value, params};

/// [`engine::port::Conversations::open_direct`].
pub(crate) struct Open {
    pub(crate) permit: Permit<OpenDirect>,
    pub(crate) fresh: ConversationId,
    pub(crate) at: Timestamp,
}

impl Operation for Open {
    type Output = Direct;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Direct> {
        let (actor, wish) = (actor(&self.permit)?, self.permit.action());
        self.check(tx, actor).await?;
        if let Some(id) = facts::direct(tx, actor.id, wish.peer.id).await? {
            self.return_to(tx, id, actor).await?;
            return Ok(Direct { id, created: false });
        }
        let (lo, hi) = (actor.id.min(wish.peer.id), actor.id.max(wish.peer.id));
        tx.execute(sql::INSERT_DIRECT, params![lo, hi, self.fresh])
            .await?;
        self.insert(tx, lo.get(), hi.get()).await?;
        let mut head = Head::own(tx, self.fresh).await?;
        let created = EventBody::ConversationCreated { title: None };
        head.append(tx, Some(actor), self.at, created).await?;
        create::join(tx, &mut head, actor, (actor, Role::Member), self.at).await?;
        if wish.as_request {
            self.ask(tx, &mut head, actor).await?;
        } else {
            create::join(tx, &mut head, actor, (&wish.peer, Role::Member), self.at).await?;
        }
        head.save(tx);
        Ok(Direct {
            id: self.fresh,
            created: true,
        })
    }
}

impl Open {
    /// The permit was judged on a relation, which has no version: what speaks against it now makes
    /// the engine judge again.
    async fn check<T: Transaction>(&self, tx: &mut T, actor: &UserRef) -> Outcome<()> {
        let peer = self.permit.action().peer.id;
        let (mine, theirs) = (
            contact::side(tx, actor.id, peer).await?,
            contact::side(tx, peer, actor.id).await?,
        );
        let active = account::one(tx, peer).await?.status == AccountStatus::Active;
        let asks_for_nothing =
            self.permit.action().as_request && mine.state == ContactState::Accepted;
        if mine.blocked || theirs.blocked || !active || asks_for_nothing {
            return Err(Error::StalePermit.into());
        }
        Ok(())
    }

    async fn insert<T: Transaction>(&self, tx: &mut T, lo: i64, hi: i64) -> Outcome<()> {
        let nothing = Value::Null;
        let params: [Value<'_>; 9] = [
            self.fresh.into(),
            Kind::Direct.code().into(),
            false.into(),
            nothing,
            nothing,
            nothing,
            self.at.into(),
            lo.into(),
            hi.into(),
        ];
        tx.execute(sql::INSERT, &params).await?;
        Ok(())
    }

    /// The peer may read, and decides whether to take part. What is written until then is unread.
    async fn ask<T: Transaction>(
        &self,
        tx: &mut T,
        head: &mut Head,
        actor: &UserRef,
    ) -> Outcome<()> {
        let peer = &self.permit.action().peer;
        let event = EventBody::MemberInvited {
            member: peer.clone(),
        };
        head.append(tx, Some(actor), self.at, event).await?;
        let (standing, role) = (Standing::Invited.code(), Role::Member.code());
        let row = params![
            head.id,
            peer.id,
            standing,
            role,
            self.at,
            0,
            head.last,
            head.messages
        ];
        tx.execute(members::PUT, row).await?;
        Ok(())
    }

    /// Who declined it once and opens it now is back; so is a peer who need not be asked (any
    /// more). Otherwise the conversation would be closed to the pair for ever.
    async fn return_to<T: Transaction>(
        &self,
        tx: &mut T,
        id: ConversationId,
        actor: &UserRef,
    ) -> Outcome<()> {
        let wish = self.permit.action();
        let mine = member::get(tx, id, actor.id).await?.standing;
        let theirs = member::get(tx, id, wish.peer.id).await?.standing;
        let mut back = Vec::new();
        if mine == Standing::Left {
            back.push(actor);
        }
        if !wish.as_request && matches!(theirs, Standing::Left | Standing::Invited) {
            back.push(&wish.peer);
        }
        if back.is_empty() {
            return Ok(());
        }
        let mut head = Head::own(tx, id).await?;
        for user in back {
            super::membership::enter(tx, &mut head, actor, (user, Role::Member), self.at).await?;
        }
        head.version += 1;
        head.save(tx);
        Ok(())
    }
}
