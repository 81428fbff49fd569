//! The closed lists of words that both sides have, one function for each list and direction.

use domain::contact::ContactState;
use domain::conversation::{Kind, Role, Standing};
use domain::permit::rules::Ability;
use domain::user::PresenceState;
use domain::{Error, Result, notification};
use wire::native as wire;

/// A role of the wire.
pub(super) fn role_from(role: wire::Role) -> Role {
    match role {
        wire::Role::Owner => Role::Owner,
        wire::Role::Admin => Role::Admin,
        wire::Role::Member => Role::Member,
    }
}

/// A role for the wire.
pub(super) fn role(role: Role) -> wire::Role {
    match role {
        Role::Owner => wire::Role::Owner,
        Role::Admin => wire::Role::Admin,
        Role::Member => wire::Role::Member,
    }
}

/// The kind of a conversation that a client may make.
pub(super) fn kind_from(kind: wire::ConversationKind) -> Result<Kind> {
    match kind {
        wire::ConversationKind::Group => Ok(Kind::Group),
        wire::ConversationKind::Broadcast => Ok(Kind::Broadcast),
        wire::ConversationKind::Direct => Err(Error::invalid(
            "kind",
            "`conversation.direct` opens a direct conversation; here `group` or `broadcast`",
        )),
        wire::ConversationKind::Feed => Err(Error::invalid(
            "kind",
            "a feed is made with its account; `group` or `broadcast`",
        )),
    }
}

/// A kind for the wire.
pub(super) fn kind(kind: Kind) -> wire::ConversationKind {
    match kind {
        Kind::Direct => wire::ConversationKind::Direct,
        Kind::Group => wire::ConversationKind::Group,
        Kind::Broadcast => wire::ConversationKind::Broadcast,
        Kind::Feed => wire::ConversationKind::Feed,
    }
}

/// A standing for the wire.
pub(super) fn standing(standing: Standing) -> wire::Standing {
    match standing {
        Standing::Member => wire::Standing::Member,
        Standing::Invited => wire::Standing::Invited,
        Standing::Left => wire::Standing::Left,
        Standing::Banned => wire::Standing::Banned,
        Standing::None => wire::Standing::None,
    }
}

/// An ability for the wire.
pub(super) fn ability(ability: Ability) -> wire::Ability {
    match ability {
        Ability::Post => wire::Ability::Post,
        Ability::React => wire::Ability::React,
        Ability::Invite => wire::Ability::Invite,
        Ability::Configure => wire::Ability::Configure,
        Ability::Moderate => wire::Ability::Moderate,
        Ability::Appoint => wire::Ability::Appoint,
        Ability::Transfer => wire::Ability::Transfer,
        Ability::Leave => wire::Ability::Leave,
        Ability::Join => wire::Ability::Join,
    }
}

/// A presence that a client may claim.
pub(super) fn presence_from(state: wire::PresenceState) -> Result<PresenceState> {
    match state {
        wire::PresenceState::Active => Ok(PresenceState::Active),
        wire::PresenceState::Away => Ok(PresenceState::Away),
        wire::PresenceState::Offline => Err(Error::invalid(
            "state",
            "who is connected is `active` or `away`",
        )),
    }
}

/// A presence for the wire.
pub(super) fn presence(state: PresenceState) -> wire::PresenceState {
    match state {
        PresenceState::Active => wire::PresenceState::Active,
        PresenceState::Away => wire::PresenceState::Away,
        PresenceState::Offline => wire::PresenceState::Offline,
    }
}

/// A contact relation for the wire.
pub(super) fn contact(state: ContactState) -> wire::ContactState {
    match state {
        ContactState::Outgoing => wire::ContactState::Outgoing,
        ContactState::Incoming => wire::ContactState::Incoming,
        ContactState::Accepted => wire::ContactState::Accepted,
        ContactState::None => wire::ContactState::None,
    }
}

/// A kind of notification for the wire.
pub(super) fn notification(kind: notification::Kind) -> wire::NotificationKind {
    match kind {
        notification::Kind::Mention => wire::NotificationKind::Mention,
        notification::Kind::Message => wire::NotificationKind::Message,
        notification::Kind::ContactRequest => wire::NotificationKind::ContactRequest,
        notification::Kind::Reaction => wire::NotificationKind::Reaction,
        notification::Kind::Invitation => wire::NotificationKind::Invitation,
        notification::Kind::MissedCall => wire::NotificationKind::MissedCall,
    }
}
