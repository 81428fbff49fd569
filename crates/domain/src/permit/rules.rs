//! The one table of who may do what in a conversation. `docs/permissions.md` shows it; a test
//! reads that document and compares every cell.

use crate::conversation::{Facts, Kind, Role, Standing};

/// What a member can be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ability {
    /// Write messages, edit one's own, tell that one is typing.
    Post,
    /// React to messages.
    React,
    /// Add or invite users.
    Invite,
    /// Change title, topic and openness.
    Configure,
    /// Remove and ban members of a smaller role, retract their messages, lift bans.
    Moderate,
    /// Give and take the role of an admin.
    Appoint,
    /// Hand the conversation over.
    Transfer,
    /// Leave.
    Leave,
    /// Join. Not a member's ability: it follows from openness or an invitation.
    Join,
}

impl Ability {
    /// Every ability of the table.
    pub const ALL: [Self; 8] = [
        Self::Post,
        Self::React,
        Self::Invite,
        Self::Configure,
        Self::Moderate,
        Self::Appoint,
        Self::Transfer,
        Self::Leave,
    ];
}

#[expect(clippy::match_same_arms, reason = "one line of the table each")]
/// May a member with this role do this in a conversation of this kind?
pub fn allows(kind: Kind, role: Role, ability: Ability) -> bool {
    match (kind, ability) {
        (_, Ability::Join) | (Kind::Feed, _) => false,
        (Kind::Direct, Ability::Post | Ability::React) => true,
        (
            Kind::Direct,
            Ability::Invite
            | Ability::Configure
            | Ability::Moderate
            | Ability::Appoint
            | Ability::Transfer
            | Ability::Leave,
        ) => false,
        (Kind::Group, Ability::Post | Ability::Invite) => true,
        (Kind::Broadcast, Ability::Post | Ability::Invite) => role >= Role::Admin,
        (Kind::Group | Kind::Broadcast, Ability::React | Ability::Leave) => true,
        (Kind::Group | Kind::Broadcast, Ability::Configure | Ability::Moderate) => {
            role >= Role::Admin
        }
        (Kind::Group | Kind::Broadcast, Ability::Appoint | Ability::Transfer) => {
            role == Role::Owner
        }
    }
}

/// Why a member who lacks an ability is refused.
pub(super) fn refusal(ability: Ability) -> &'static str {
    match ability {
        Ability::Post => "only the owner and admins write here",
        Ability::React => "nobody reacts here",
        Ability::Invite => "your role does not allow adding members",
        Ability::Configure => "only the owner and admins change the settings",
        Ability::Moderate => "only the owner and admins moderate",
        Ability::Appoint => "only the owner gives and takes roles",
        Ability::Transfer => "only the owner hands the conversation over",
        Ability::Leave => "this conversation cannot be left",
        Ability::Join => "this conversation cannot be joined",
    }
}

/// What the user may do here now, for clients that do not know the rules.
pub fn abilities(facts: &Facts) -> Vec<Ability> {
    match facts.standing {
        Standing::Member => Ability::ALL
            .into_iter()
            .filter(|ability| allows(facts.kind, facts.role, *ability))
            .filter(|ability| match ability {
                Ability::Post | Ability::React => {
                    facts.kind != Kind::Direct || !(facts.blocks_peer || facts.closed_by_peer)
                }
                Ability::Leave => facts.role != Role::Owner || facts.members <= 1,
                Ability::Invite
                | Ability::Configure
                | Ability::Moderate
                | Ability::Appoint
                | Ability::Transfer
                | Ability::Join => true,
            })
            .collect(),
        Standing::Invited => vec![Ability::Leave, Ability::Join],
        Standing::Left | Standing::None if facts.public => vec![Ability::Join],
        Standing::Left | Standing::None | Standing::Banned => Vec::new(),
    }
}
