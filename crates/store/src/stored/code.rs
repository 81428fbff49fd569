//! Numbers that stand for words in the database. They are never changed and never used again.

use domain::contact::ContactState;
use domain::conversation::{Kind, Role, Standing};
use domain::notification;
use domain::user::{AccountStatus, ImageKind};

use crate::failure::{Failure, Outcome};

/// Something that is stored as a number.
pub(crate) trait Code: Sized {
    /// The number.
    fn code(self) -> i64;
    /// Back.
    fn from_code(code: i64) -> Outcome<Self>;
}

/// Declares the numbers of an enumeration.
macro_rules! codes {
    ($type:ty { $($variant:path = $code:literal),* $(,)? }) => {
        impl Code for $type {
            fn code(self) -> i64 { match self { $($variant => $code),* } }
            fn from_code(code: i64) -> Outcome<Self> {
                match code {
                    $($code => Ok($variant),)*
                    _ => Err(Failure::broken(format!(concat!("{} is no stored ", stringify!($type)), code))),
                }
            }
        }
    };
}

codes!(Kind { Kind::Direct = 1, Kind::Group = 2, Kind::Broadcast = 3, Kind::Feed = 4 });
codes!(Role { Role::Member = 1, Role::Admin = 2, Role::Owner = 3 });
// A user without a row never took part.
codes!(Standing {
    Standing::Member = 1,
    Standing::Invited = 2,
    Standing::Left = 3,
    Standing::Banned = 4,
    Standing::None = 0,
});
codes!(ContactState {
    ContactState::None = 0,
    ContactState::Outgoing = 1,
    ContactState::Incoming = 2,
    ContactState::Accepted = 3,
});
codes!(AccountStatus {
    AccountStatus::Active = 0,
    AccountStatus::Disabled = 1,
    AccountStatus::Deleted = 2,
});
codes!(ImageKind {
    ImageKind::Png = 1,
    ImageKind::Jpeg = 2,
    ImageKind::Webp = 3,
    ImageKind::Gif = 4,
});
codes!(notification::Kind {
    notification::Kind::Mention = 1,
    notification::Kind::Message = 2,
    notification::Kind::ContactRequest = 3,
    notification::Kind::Reaction = 4,
    notification::Kind::Invitation = 5,
    notification::Kind::MissedCall = 6,
});

/// The sorts of event. Below 50 is what is shown in a history by itself, from 100 on are feeds:
/// statements rely on it.
pub(crate) mod event {
    pub(crate) const MESSAGE: i64 = 1;
    pub(crate) const CREATED: i64 = 10;
    pub(crate) const UPDATED: i64 = 11;
    pub(crate) const JOINED: i64 = 12;
    pub(crate) const INVITED: i64 = 13;
    pub(crate) const LEFT: i64 = 14;
    pub(crate) const REMOVED: i64 = 15;
    pub(crate) const BANNED: i64 = 16;
    pub(crate) const UNBANNED: i64 = 17;
    pub(crate) const ROLE_CHANGED: i64 = 18;
    pub(crate) const TRANSFERRED: i64 = 19;
    pub(crate) const DECLINED: i64 = 20;
    pub(crate) const EDITED: i64 = 50;
    pub(crate) const RETRACTED: i64 = 51;
    pub(crate) const REACTED: i64 = 52;
    pub(crate) const UNREACTED: i64 = 53;
    pub(crate) const CONTACT: i64 = 100;
    pub(crate) const READ: i64 = 101;
    pub(crate) const THREAD: i64 = 102;
    pub(crate) const SEEN: i64 = 103;
    pub(crate) const PROFILE: i64 = 104;
    pub(crate) const MUTED: i64 = 105;
}
