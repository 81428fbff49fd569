use async_trait::async_trait;
use domain::permit::{Own, System};
use domain::user::{Account, AccountStatus, Avatar, ProfileChange};
use domain::{ConversationId, Permit, Result, Timestamp, UserId, UserRef, Username};

/// Accounts and what proves who someone is.
///
/// A username is taken for ever: a deleted account's name cannot be registered again.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Makes an account with its feed; `Conflict` when the name is taken.
    async fn create(&self, new: NewAccount) -> Result<Account>;

    /// The accounts with these ids; unknown ones are left out, the order is not kept.
    async fn by_ids(&self, ids: &[UserId]) -> Result<Vec<Account>>;

    /// The accounts with these names; unknown ones are left out, the order is not kept.
    async fn by_names(&self, names: &[Username]) -> Result<Vec<Account>>;

    /// The keys of an account; none when it has no password (it signs in by its site's token).
    async fn credentials(&self, user: UserId) -> Result<Option<Credentials>>;

    /// Replaces the keys.
    async fn set_credentials(&self, permit: &Permit<Own>, keys: Credentials) -> Result<()>;

    /// Accounts in use whose username or a word of whose display name begins with `prefix`
    /// (case-folded), by username.
    async fn find(&self, prefix: &str, limit: usize) -> Result<Vec<Account>>;

    /// Every account by username, from after a name on, for an operator.
    async fn all(
        &self,
        permit: &Permit<System>,
        after: Option<&Username>,
        limit: usize,
    ) -> Result<Vec<Account>>;

    /// Changes the profile and puts `ProfileChanged` in the feed.
    async fn change_profile(
        &self,
        permit: &Permit<Own>,
        change: ProfileChange,
        at: Timestamp,
    ) -> Result<Account>;

    /// Replaces or removes the picture (its version is `at`) and puts `ProfileChanged` in the feed.
    async fn set_avatar(
        &self,
        permit: &Permit<Own>,
        picture: Option<Avatar>,
        at: Timestamp,
    ) -> Result<Account>;

    /// A user's picture.
    async fn avatar(&self, user: UserId) -> Result<Option<Avatar>>;

    /// Opens or closes an account; closing ends its sessions. `Deleted` is refused here.
    async fn set_status(
        &self,
        permit: &Permit<System>,
        user: UserId,
        status: AccountStatus,
        at: Timestamp,
    ) -> Result<()>;

    /// Replaces the keys on behalf of an operator, and ends the account's sessions.
    async fn reset_credentials(
        &self,
        permit: &Permit<System>,
        user: UserId,
        keys: Credentials,
        at: Timestamp,
    ) -> Result<()>;

    /// Deletes an account: profile, picture, keys, sessions, contacts, blocks, notifications and
    /// feed go; it leaves its conversations (an owner's role goes to the oldest admin, then the
    /// oldest member); its messages stay under [`Username::of_deleted`]. The old name stays taken.
    async fn erase(&self, permit: &Permit<Own>, at: Timestamp) -> Result<()>;

    /// Notes when users were last connected; the latest time wins. May be lost in a crash.
    async fn saw(&self, seen: &[(UserId, Timestamp)]) -> Result<()>;
}

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Who; the id is from the mint.
    pub user: UserRef,
    /// The id of the feed, from the mint.
    pub feed: ConversationId,
    /// The display name.
    pub name: Option<domain::text::DisplayName>,
    /// The keys; none for accounts of a site.
    pub credentials: Option<Credentials>,
    /// Keeps the server.
    pub operator: bool,
    /// Now.
    pub at: Timestamp,
}

/// What proves a password without storing it: one Argon2id hash for ourselves, and SCRAM keys
/// (RFC 5802, RFC 7677) for the protocols that authenticate without telling the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// A PHC string, `$argon2id$…`.
    pub argon2id: String,
    /// SCRAM-SHA-256.
    pub scram_sha256: ScramKeys,
    /// SCRAM-SHA-1.
    pub scram_sha1: ScramKeys,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(…)")
    }
}

/// The server's side of a SCRAM mechanism.
#[derive(Clone, PartialEq, Eq)]
pub struct ScramKeys {
    /// The salt.
    pub salt: Vec<u8>,
    /// The iteration count.
    pub iterations: u32,
    /// `H(ClientKey)`.
    pub stored_key: Vec<u8>,
    /// `HMAC(SaltedPassword, "Server Key")`.
    pub server_key: Vec<u8>,
}
