//! Users: who they are and how they show themselves.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use precis_core::profile::PrecisFastInvocation;
use precis_profiles::{OpaqueString, UsernameCaseMapped};

use crate::text::{Bio, DisplayName};
use crate::{Error, Result, SessionId, Timestamp, UserId};

/// The longest username, in bytes of UTF-8.
pub const USERNAME_BYTES: usize = 64;

/// The characters that a username may not hold although PRECIS lets them pass: those that RFC 7622
/// §3.3.1 keeps out of a localpart, and those that would need escaping in a URL's path.
const FORBIDDEN: &[char] = &[
    '"', '&', '\'', '/', ':', '<', '>', '@', '?', '#', '%', '\\', ',',
];

/// Names that look like a part of the server.
const RESERVED_PREFIX: &str = "deleted-";

/// The name that identifies a user towards others: PRECIS `UsernameCaseMapped` (RFC 8265 §3.3), so
/// case and width do not distinguish; compared byte by byte. It never changes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Username(Arc<str>);

impl Username {
    /// From storage, where it was put after it had been parsed.
    pub fn from_stored(text: &str) -> Self {
        Self(text.into())
    }

    /// The name that stays on the messages of a deleted account.
    pub fn of_deleted(user: UserId) -> Self {
        Self(format!("{RESERVED_PREFIX}{user}").into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// May a new account have this name.
    pub fn may_register(&self) -> bool {
        !self.0.starts_with(RESERVED_PREFIX)
    }
}

impl FromStr for Username {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refuse = |reason: &str| Error::invalid("username", reason);
        // PRECIS may shorten, never lengthen by more than a few times; bound the work first.
        if text.len() > USERNAME_BYTES * 4 {
            return Err(Error::TooLarge {
                field: "username",
                limit: USERNAME_BYTES,
            });
        }
        let mapped = UsernameCaseMapped::enforce(text).map_err(|_| {
            refuse("letters and digits of any script, and . _ - are good; no spaces")
        })?;
        // Lower case can lead out of what the profile knows; such a name could never be said
        // again (RFC 8264 §7 wants the output to be stable).
        if !UsernameCaseMapped::enforce(mapped.as_ref()).is_ok_and(|again| again == mapped) {
            return Err(refuse(
                "these characters do not keep their form; choose others",
            ));
        }
        if mapped.len() > USERNAME_BYTES {
            return Err(Error::TooLarge {
                field: "username",
                limit: USERNAME_BYTES,
            });
        }
        if mapped.contains(FORBIDDEN) || mapped.starts_with('.') {
            return Err(refuse(
                "no / : @ & ? # % , quotes or brackets, and no dot at the beginning",
            ));
        }
        Ok(Self(mapped.as_ref().into()))
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// The shortest password, in characters.
pub const PASSWORD_CHARS: usize = 8;
/// The longest password, in bytes.
pub const PASSWORD_BYTES: usize = 1024;

/// A password as it is compared: PRECIS `OpaqueString` (RFC 8265 §4.2). Never shown in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// A password that someone signs in with: prepared, not judged.
    pub fn offered(text: &str) -> Result<Self> {
        if text.len() > PASSWORD_BYTES {
            return Err(Error::TooLarge {
                field: "password",
                limit: PASSWORD_BYTES,
            });
        }
        let prepared = OpaqueString::enforce(text)
            .map_err(|_| Error::invalid("password", "empty, or with control characters"))?;
        Ok(Self(prepared.into_owned()))
    }

    /// A password that someone chooses.
    pub fn chosen(text: &str, username: &Username) -> Result<Self> {
        let password = Self::offered(text)?;
        if password.0.chars().count() < PASSWORD_CHARS {
            return Err(Error::invalid(
                "password",
                "at least 8 characters; a short sentence is good",
            ));
        }
        if password.0.eq_ignore_ascii_case(username.as_str()) {
            return Err(Error::invalid("password", "must not be the username"));
        }
        Ok(password)
    }

    /// The prepared text, for deriving keys.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// A user, wherever one is named.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UserRef {
    /// Inside.
    pub id: UserId,
    /// Outside.
    pub username: Username,
}

/// Who asks: an authenticated user in one of their sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The user.
    pub user: UserRef,
    /// The signed-in session.
    pub session: SessionId,
    /// Keeps the server: may use administrative commands.
    pub operator: bool,
}

impl Actor {
    /// A user for whom the server does something on its own; there is no session behind it.
    pub fn in_the_name_of(user: UserRef) -> Self {
        Self {
            user,
            session: SessionId::new(0),
            operator: false,
        }
    }
}

/// Is an account in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountStatus {
    /// In use.
    Active,
    /// Closed by an operator; can be opened again.
    Disabled,
    /// Gone for ever; only the name on the messages stays.
    Deleted,
}

/// An account as storage knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Who.
    pub user: UserRef,
    /// The display name, when one was chosen.
    pub name: Option<DisplayName>,
    /// A few words.
    pub bio: Option<Bio>,
    /// The version of the picture; none without a picture.
    pub avatar: Option<i64>,
    /// In use or not.
    pub status: AccountStatus,
    /// Keeps the server.
    pub operator: bool,
    /// The private feed.
    pub feed: crate::ConversationId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the user was last connected.
    pub last_seen: Option<Timestamp>,
}

/// A change of one's own profile; only what is given. `Some(None)` removes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProfileChange {
    /// The display name.
    pub name: Option<Option<DisplayName>>,
    /// A few words.
    pub bio: Option<Option<Bio>>,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Avatar {
    /// Its kind.
    pub kind: ImageKind,
    /// Its bytes, at most [`AVATAR_BYTES`].
    pub bytes: Vec<u8>,
    /// Its version, for caches.
    pub version: i64,
}

/// The largest picture of a user, in bytes.
pub const AVATAR_BYTES: usize = 256 * 1024;

/// The kinds of picture a user may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageKind {
    /// image/png
    Png,
    /// image/jpeg
    Jpeg,
    /// image/webp
    Webp,
    /// image/gif
    Gif,
}

impl ImageKind {
    /// Tells the kind by the first bytes; what a client claims is not believed.
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'W',
                b'E',
                b'B',
                b'P',
                ..,
            ] => Some(Self::Webp),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            _ => None,
        }
    }

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
        }
    }
}

/// Availability now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PresenceState {
    /// Connected and in use.
    Active,
    /// Connected, not in use.
    Away,
    /// Not connected.
    Offline,
}

/// A user's presence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    /// Whose.
    pub user: UserRef,
    /// What.
    pub state: PresenceState,
    /// When they were last connected; none while they are.
    pub last_seen: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_width_do_not_distinguish_usernames() {
        let a: Username = "Anna".parse().unwrap();
        assert_eq!(a, "ANNA".parse().unwrap());
        assert_eq!(a, "ＡＮＮＡ".parse().unwrap());
        assert_eq!(
            "Übergröße".parse::<Username>().unwrap().as_str(),
            "übergröße"
        );
        assert_eq!("花子".parse::<Username>().unwrap().as_str(), "花子");
    }

    #[test]
    fn what_would_break_an_address_is_no_username() {
        for text in [
            "",
            " ",
            "a b",
            "a/b",
            "a@b",
            "a:b",
            ".a",
            "a\u{0}b",
            "a<b",
            "\u{202e}a",
        ] {
            assert!(text.parse::<Username>().is_err(), "{text:?}");
        }
        assert!("x".repeat(65).parse::<Username>().is_err());
        assert!(!"deleted-7".parse::<Username>().unwrap().may_register());
    }

    #[test]
    fn a_name_that_could_not_be_said_again_is_none() {
        // The small letter of U+13B3 is newer than the tables that the profile was made from.
        assert!("\u{13b3}0".parse::<Username>().is_err());
        for text in ["Anna", "ＡＮＮＡ", "Übergröße", "花子", "Ὀδυσσεύς"] {
            let name: Username = text.parse().unwrap();
            assert_eq!(name.as_str().parse(), Ok(name));
        }
    }

    #[test]
    fn a_password_is_judged_when_chosen_and_only_prepared_when_offered() {
        let anna: Username = "anna-longname".parse().unwrap();
        assert!(Password::chosen("short", &anna).is_err());
        assert!(Password::chosen("Anna-LongName", &anna).is_err());
        assert!(Password::chosen("correct horse", &anna).is_ok());
        assert!(Password::offered("short").is_ok());
        assert_eq!(
            format!("{:?}", Password::offered("secret").unwrap()),
            "Password(…)"
        );
    }
}
