//! Proof of permission.
//!
//! A [`Permit`] can be made by the functions of this module only, from who asks, what they ask and
//! the facts. Storage takes a `&Permit<_>` for every read and write, so that nothing can be read
//! or written that was not judged. A permit for a conversation carries the [`AccessVersion`] of
//! the facts; storage refuses it with [`Error::StalePermit`] when that has moved, and the engine
//! loads the facts and judges again.
//!
//! Who may do what in a conversation is one table: [`rules::allows`], `docs/permissions.md`.

pub mod rules;

use crate::contact::{ContactState, RelationFacts, Step, Strangers};
use crate::conversation::{Change, Facts, Kind, Role, Standing, Target};
use crate::message::{Amend, Amendment, MessageFacts};
use crate::{AccessVersion, Actor, ConversationId, Error, Result, Seq, UserRef};
use rules::Ability;

/// The proof that `actor` may do `A`, as of a version of the facts.
#[derive(Debug, Clone)]
pub struct Permit<A> {
    actor: Option<UserRef>,
    conversation: Option<ConversationId>,
    version: AccessVersion,
    action: A,
}

impl<A> Permit<A> {
    /// Who may; none for the system.
    pub fn actor(&self) -> Option<&UserRef> {
        self.actor.as_ref()
    }

    /// In which conversation; none for what concerns the actor alone.
    pub fn conversation(&self) -> Option<ConversationId> {
        self.conversation
    }

    /// The version of the facts that it was judged on.
    pub fn version(&self) -> AccessVersion {
        self.version
    }

    /// What is permitted.
    pub fn action(&self) -> &A {
        &self.action
    }

    fn in_conversation(actor: &Actor, facts: &Facts, action: A) -> Self {
        Self {
            actor: Some(actor.user.clone()),
            conversation: Some(facts.conversation),
            version: facts.version,
            action,
        }
    }
}

/// To read and change what is the actor's own: profile, sessions, contacts, feed, list of
/// conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Own;

/// To read a conversation up to a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Read {
    /// Nothing after this may be read; [`Seq::MAX`] while a member.
    pub until: Seq,
}

/// To write a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Post;

/// To look at the name of a public conversation or of one that the actor is invited to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glance;

/// To tell the fellow members something that is not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tell;

/// To take a step in the relation with another user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relate {
    /// The other.
    pub other: UserRef,
    /// The step.
    pub step: Step,
}

/// To open the direct conversation with another user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDirect {
    /// The other.
    pub peer: UserRef,
    /// The other has to accept first.
    pub as_request: bool,
}

/// To make a conversation with these members. The judged lists are in the new conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create(pub crate::conversation::NewConversation);

/// For the server's own work, never on behalf of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct System {
    /// What for; it is logged.
    pub reason: &'static str,
}

impl Permit<System> {
    /// A permit for the server's own work. Only `engine::job` calls this (checked by
    /// `cargo xtask tidy`), and logs it.
    pub fn system(reason: &'static str) -> Self {
        Self {
            actor: None,
            conversation: None,
            version: AccessVersion::default(),
            action: System { reason },
        }
    }
}

/// What is one's own is always permitted; that the actor is signed in is the proof.
pub fn own(actor: &Actor) -> Permit<Own> {
    Permit {
        actor: Some(actor.user.clone()),
        conversation: None,
        version: AccessVersion::default(),
        action: Own,
    }
}

impl<A> Permit<A> {
    /// Who may do something also may see what is their own.
    pub fn as_own(&self) -> Option<Permit<Own>> {
        self.actor.clone().map(|actor| Permit {
            actor: Some(actor),
            conversation: None,
            version: AccessVersion::default(),
            action: Own,
        })
    }
}

/// May the actor read here, and up to where?
pub fn read(actor: &Actor, facts: &Facts) -> Result<Permit<Read>> {
    let until = match facts.standing {
        Standing::Member => Seq::MAX,
        // A stranger's first messages can be read before they are accepted; a group's cannot.
        Standing::Invited if facts.kind == Kind::Direct => Seq::MAX,
        Standing::Left => facts.left_at,
        Standing::Invited | Standing::Banned | Standing::None => return Err(unknown()),
    };
    Ok(Permit::in_conversation(actor, facts, Read { until }))
}

/// May the actor write here?
pub fn post(actor: &Actor, facts: &Facts) -> Result<Permit<Post>> {
    require(facts, Ability::Post)?;
    Ok(Permit::in_conversation(actor, facts, Post))
}

/// May the actor see what this conversation is called?
pub fn glance(actor: &Actor, facts: &Facts) -> Result<Permit<Glance>> {
    let visible = match facts.standing {
        Standing::Member | Standing::Invited | Standing::Left => true,
        Standing::None => facts.public,
        Standing::Banned => false,
    };
    if !visible || (facts.kind == Kind::Feed && facts.standing != Standing::Member) {
        return Err(unknown());
    }
    Ok(Permit::in_conversation(actor, facts, Glance))
}

/// May the actor tell the fellow members something that is not stored (typing)?
pub fn tell(actor: &Actor, facts: &Facts) -> Result<Permit<Tell>> {
    require(facts, Ability::Post)?;
    Ok(Permit::in_conversation(actor, facts, Tell))
}

/// May the actor do this to that message?
pub fn amend(
    actor: &Actor,
    facts: &Facts,
    message: &MessageFacts,
    amendment: Amendment,
) -> Result<Permit<Amendment>> {
    let own = message.sender.id == actor.user.id;
    match &amendment.act {
        Amend::Edit { .. } => {
            require(facts, Ability::Post)?;
            if !own {
                return Err(denied("only its sender may edit a message"));
            }
        }
        Amend::Retract if own => require_member(facts)?,
        Amend::Retract => {
            require(facts, Ability::Moderate)?;
            if message.sender_role.is_some_and(|role| role >= facts.role)
                && facts.role != Role::Owner
            {
                return Err(denied("only the owner may retract this member's messages"));
            }
        }
        Amend::React(_) => require(facts, Ability::React)?,
        Amend::Unreact(_) => require_member(facts)?,
    }
    if message.retracted && !matches!(amendment.act, Amend::Retract) {
        return Err(Error::NotFound { what: "message" });
    }
    Ok(Permit::in_conversation(actor, facts, amendment))
}

/// May the actor change membership or settings so? `target` is the user whom the change names.
pub fn change(
    actor: &Actor,
    facts: &Facts,
    target: Option<&Target>,
    change: Change,
) -> Result<Permit<Change>> {
    judge_change(facts, target, &change)?;
    Ok(Permit::in_conversation(actor, facts, change))
}

fn judge_change(facts: &Facts, target: Option<&Target>, change: &Change) -> Result<()> {
    match change {
        Change::Configure { .. } => require(facts, Ability::Configure),
        Change::Join => judge_join(facts),
        Change::Leave => judge_leave(facts),
        Change::Add(_) | Change::Invite(_) => {
            require(facts, Ability::Invite)?;
            match target.map(|t| t.standing) {
                Some(Standing::Banned) => Err(denied("this user is banned here; unban them first")),
                Some(Standing::Member) => Err(Error::Conflict {
                    reason: "already a member",
                }),
                Some(Standing::Invited | Standing::Left | Standing::None) | None => Ok(()),
            }
        }
        Change::Remove(_) | Change::Ban(_) => {
            require(facts, Ability::Moderate)?;
            outranks(facts, target)
        }
        Change::Unban(_) => {
            require(facts, Ability::Moderate)?;
            match target.map(|t| t.standing) {
                Some(Standing::Banned) => Ok(()),
                _ => Err(Error::NotFound { what: "ban" }),
            }
        }
        Change::SetRole(_, role) => {
            require(facts, Ability::Appoint)?;
            if *role == Role::Owner {
                return Err(Error::invalid(
                    "role",
                    "hand the conversation over to make an owner",
                ));
            }
            is_member(target)?;
            outranks(facts, target)
        }
        Change::Transfer(_) => {
            require(facts, Ability::Transfer)?;
            is_member(target)?;
            outranks(facts, target)
        }
    }
}

fn judge_join(facts: &Facts) -> Result<()> {
    match facts.standing {
        Standing::Member => Err(Error::Conflict {
            reason: "already a member",
        }),
        Standing::Invited => Ok(()),
        Standing::Left | Standing::None if facts.public => Ok(()),
        Standing::Left => Err(denied("this conversation is by invitation")),
        Standing::Banned | Standing::None => Err(unknown()),
    }
}

fn judge_leave(facts: &Facts) -> Result<()> {
    match (facts.standing, facts.kind) {
        (Standing::Invited, _) => Ok(()),
        (Standing::Member, Kind::Direct | Kind::Feed) => Err(denied(
            "a direct conversation cannot be left; block the user instead",
        )),
        (Standing::Member, Kind::Group | Kind::Broadcast) => {
            if facts.role == Role::Owner && facts.members > 1 {
                return Err(denied("hand the conversation over before leaving it"));
            }
            Ok(())
        }
        (Standing::Left | Standing::Banned | Standing::None, _) => Err(unknown()),
    }
}

/// May the actor take this step with the other?
pub fn relate(actor: &Actor, facts: &RelationFacts, step: Step) -> Result<Permit<Relate>> {
    if facts.other.id == actor.user.id {
        return Err(Error::invalid("username", "that is yourself"));
    }
    match &step {
        Step::Request { unheard, .. } => {
            if !facts.other_active {
                return Err(Error::NotFound { what: "user" });
            }
            if facts.blocking {
                return Err(denied("you block this user; unblock them first"));
            }
            if facts.blocked != *unheard {
                return Err(Error::StalePermit);
            }
            if facts.mine == ContactState::Accepted {
                return Err(Error::Conflict {
                    reason: "already a contact",
                });
            }
        }
        Step::Accept | Step::Decline => {
            if facts.mine != ContactState::Incoming {
                return Err(Error::NotFound {
                    what: "contact request",
                });
            }
        }
        Step::Remove | Step::SetNickname(_) => {
            if facts.mine == ContactState::None {
                return Err(Error::NotFound { what: "contact" });
            }
        }
        Step::Block | Step::Unblock => {}
    }
    Ok(Permit {
        actor: Some(actor.user.clone()),
        conversation: None,
        version: AccessVersion::default(),
        action: Relate {
            other: facts.other.clone(),
            step,
        },
    })
}

/// The one answer to who may not write to a user: it does not tell blocked from closed from shy.
pub const NOT_TAKING: &str = "this user does not take messages from you at present";

/// May the actor open the direct conversation with the other?
pub fn open_direct(
    actor: &Actor,
    facts: &RelationFacts,
    strangers: Strangers,
) -> Result<Permit<OpenDirect>> {
    if facts.other.id == actor.user.id {
        return Err(Error::invalid("username", "that is yourself"));
    }
    if facts.blocking {
        return Err(denied("you block this user; unblock them first"));
    }
    if facts.blocked || !facts.other_active {
        return Err(denied(NOT_TAKING));
    }
    let as_request = match (facts.mine, strangers) {
        (ContactState::Accepted, _) | (_, Strangers::Allow) => false,
        (_, Strangers::Request) => true,
        (_, Strangers::Deny) => return Err(denied(NOT_TAKING)),
    };
    Ok(Permit {
        actor: Some(actor.user.clone()),
        conversation: None,
        version: AccessVersion::default(),
        action: OpenDirect {
            peer: facts.other.clone(),
            as_request,
        },
    })
}

/// How a user whom the actor adds to a conversation comes in: `true` as a member, `false` with an
/// invitation that they may decline. One who blocks the actor is invited and never told.
pub fn joins_at_once(facts: &RelationFacts, strangers: Strangers) -> Result<bool> {
    if !facts.other_active {
        return Err(Error::NotFound { what: "user" });
    }
    if facts.blocking {
        return Err(denied("you block this user; unblock them first"));
    }
    if facts.blocked {
        return Ok(false);
    }
    match (facts.mine, strangers) {
        (ContactState::Accepted, _) | (_, Strangers::Allow) => Ok(true),
        (_, Strangers::Request | Strangers::Deny) => Ok(false),
    }
}

/// Anyone who is signed in may make a group or broadcast; whom it adds was judged one by one.
pub fn create(actor: &Actor, new: crate::conversation::NewConversation) -> Result<Permit<Create>> {
    if !matches!(new.kind, Kind::Group | Kind::Broadcast) {
        return Err(Error::invalid(
            "kind",
            "group or broadcast; `conversation.direct` opens a direct one",
        ));
    }
    Ok(Permit {
        actor: Some(actor.user.clone()),
        conversation: Some(new.id),
        version: AccessVersion::default(),
        action: Create(new),
    })
}

/// May the actor see the other's presence: an accepted contact or a fellow member, and no block
/// in either direction.
pub fn sees_presence(facts: &RelationFacts, fellow_members: bool) -> bool {
    !facts.blocked
        && !facts.blocking
        && facts.other_active
        && (facts.mine == ContactState::Accepted || fellow_members)
}

fn require(facts: &Facts, ability: Ability) -> Result<()> {
    require_member(facts)?;
    if !rules::allows(facts.kind, facts.role, ability) {
        return Err(denied(rules::refusal(ability)));
    }
    if facts.kind == Kind::Direct && matches!(ability, Ability::Post | Ability::React) {
        if facts.blocks_peer {
            return Err(denied("you block this user; unblock them first"));
        }
        if facts.closed_by_peer {
            return Err(denied(NOT_TAKING));
        }
    }
    Ok(())
}

fn require_member(facts: &Facts) -> Result<()> {
    match facts.standing {
        Standing::Member => Ok(()),
        Standing::Invited => Err(denied("accept the invitation first")),
        Standing::Left => Err(denied("you are no longer a member of this conversation")),
        Standing::None if facts.public => Err(denied("join this conversation first")),
        Standing::None | Standing::Banned => Err(unknown()),
    }
}

fn is_member(target: Option<&Target>) -> Result<()> {
    match target.map(|t| t.standing) {
        Some(Standing::Member) => Ok(()),
        _ => Err(Error::NotFound { what: "member" }),
    }
}

/// Whoever is acted upon must have a smaller role. One who is no member has none.
fn outranks(facts: &Facts, target: Option<&Target>) -> Result<()> {
    match target {
        Some(target) if target.standing == Standing::Member && target.role >= facts.role => {
            Err(denied("this member's role is not below yours"))
        }
        _ => Ok(()),
    }
}

fn unknown() -> Error {
    Error::NotFound {
        what: "conversation",
    }
}

fn denied(reason: &'static str) -> Error {
    Error::Denied { reason }
}
