use async_trait::async_trait;
use domain::permit::{Own, System};
use domain::user::Account;
use domain::{DeviceName, Permit, Result, SessionId, Timestamp, UserId};

/// The SHA-256 of a bearer token; the token itself is never stored.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl std::fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

/// Signed-in sessions: what sign-in makes and sign-out ends.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Makes a session. Above `keep` of them for the user, those used longest ago end.
    async fn open(&self, new: NewSession, keep: usize) -> Result<()>;

    /// The session of a token that has not ended, with its account whatever the status.
    async fn by_token(&self, hash: &TokenHash) -> Result<Option<(StoredSession, Account)>>;

    /// One's own sessions that have not ended, last used first.
    async fn list(&self, permit: &Permit<Own>) -> Result<Vec<StoredSession>>;

    /// Ends one's own session; `NotFound` when it is not one's own or has ended.
    async fn end(&self, permit: &Permit<Own>, session: SessionId, at: Timestamp) -> Result<()>;

    /// Ends all of one's own sessions but one. The ids that ended.
    async fn end_others(
        &self,
        permit: &Permit<Own>,
        keep: Option<SessionId>,
        at: Timestamp,
    ) -> Result<Vec<SessionId>>;

    /// Notes when sessions were last used, and moves their expiry. May be lost in a crash.
    async fn touch(&self, used: &[(SessionId, Timestamp, Timestamp)]) -> Result<()>;

    /// The sessions that ended (revoked, or their account closed) after a moment, by whatever
    /// process; so that live ones of them can be closed.
    async fn ended_since(
        &self,
        permit: &Permit<System>,
        after: Timestamp,
    ) -> Result<Vec<(SessionId, Timestamp)>>;

    /// Forgets sessions that ended or expired before a moment. How many went.
    async fn purge(&self, permit: &Permit<System>, before: Timestamp) -> Result<u64>;
}

/// A session to be made.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Its id, from the mint.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// Of its token.
    pub hash: TokenHash,
    /// What the client calls itself.
    pub device: DeviceName,
    /// Now.
    pub at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

/// A session as storage knows it.
#[derive(Debug, Clone)]
pub struct StoredSession {
    /// Its id.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// What the client calls itself.
    pub device: DeviceName,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}
