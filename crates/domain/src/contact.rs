//! Contacts: a directed relation and its steps, and blocks.

use crate::text::{Nickname, Note};
use crate::user::Account;
use crate::{Timestamp, UserRef};

/// Where a relation stands, seen from its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ContactState {
    /// The owner asked and waits.
    Outgoing,
    /// The other asked and waits.
    Incoming,
    /// Both agreed.
    Accepted,
    /// No relation.
    None,
}

/// A relation, seen from its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The other.
    pub account: Account,
    /// Where it stands.
    pub state: ContactState,
    /// The owner's own name for them.
    pub nickname: Option<Nickname>,
    /// What was written with the request.
    pub note: Option<Note>,
    /// The owner blocks them.
    pub blocked: bool,
    /// Since when it is what it is.
    pub since: Timestamp,
}

/// What the rules need to know of a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationFacts {
    /// The other.
    pub other: UserRef,
    /// The other's account is in use.
    pub other_active: bool,
    /// The owner's side.
    pub mine: ContactState,
    /// The owner blocks the other.
    pub blocking: bool,
    /// The other blocks the owner.
    pub blocked: bool,
}

/// A step in a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Ask; accepts when they had asked.
    Request {
        /// A few words.
        note: Option<Note>,
        /// The other blocks the owner: the owner's side changes, the other's does not.
        unheard: bool,
    },
    /// Say yes.
    Accept,
    /// Say no.
    Decline,
    /// End it, or take a request back.
    Remove,
    /// Own name for them.
    SetNickname(Option<Nickname>),
    /// Block.
    Block,
    /// Lift the block.
    Unblock,
}

/// May someone who is no contact open a direct conversation, or add to a group?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Strangers {
    /// Yes.
    #[default]
    Allow,
    /// It waits for acceptance.
    Request,
    /// No.
    Deny,
}
