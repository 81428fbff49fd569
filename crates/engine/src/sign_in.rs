//! Coming in: new accounts and new sessions.

use std::net::IpAddr;

use domain::text::DisplayName;
use domain::user::{Account, AccountStatus, Password};
use domain::{
    ConversationId, DeviceName, Error, Result, SessionId, Timestamp, UserId, UserRef, Username,
};

use crate::engine::{Engine, Inner};
use crate::port::{NewAccount, NewSession};
use crate::session::token_hash;

/// Bytes of chance in a token.
const TOKEN_BYTES: usize = 32;

/// Who wants an account.
#[derive(Debug, Clone)]
pub struct Registration<'a> {
    /// The wished username.
    pub username: &'a str,
    /// The wished password.
    pub password: &'a str,
    /// The display name.
    pub name: Option<&'a str>,
    /// What the client calls itself.
    pub device: DeviceName,
    /// From where.
    pub address: IpAddr,
}

/// Who wants a session.
#[derive(Debug, Clone)]
pub struct SignIn<'a> {
    /// The username.
    pub username: &'a str,
    /// The password.
    pub password: &'a str,
    /// What the client calls itself.
    pub device: DeviceName,
    /// From where.
    pub address: IpAddr,
}

/// A new session.
#[derive(Clone)]
pub struct SignedIn {
    /// The bearer token: `sw_` and 256 bits of chance in hexadecimal. It is not kept.
    pub token: String,
    /// The session.
    pub session: SessionId,
    /// Whose.
    pub account: Account,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn")
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// Makes an account and signs it in. Whether anyone may do that is the door's setting.
    pub async fn register(&self, wish: Registration<'_>) -> Result<SignedIn> {
        let inner = &self.0;
        inner
            .limits
            .register_by_address
            .admit(wish.address, inner.elapsed())?;
        let username: Username = wish.username.parse()?;
        if !username.may_register() {
            return Err(Error::Conflict {
                reason: "this username is taken",
            });
        }
        let name = wish.name.map(DisplayName::parse).transpose()?.flatten();
        let password = Password::chosen(wish.password, &username)?;
        let account = inner
            .create_account(username, name, password, false)
            .await?;
        inner.sign_in(account, wish.device).await
    }

    /// Opens a session. It takes as long for a user who does not exist, and never says which half
    /// was wrong.
    pub async fn sign_in(&self, wish: SignIn<'_>) -> Result<SignedIn> {
        let inner = &self.0;
        inner
            .limits
            .sign_in_by_address
            .admit(wish.address, inner.elapsed())?;
        let account = self.prove(wish.username, wish.password).await;
        match account {
            Ok(account) => {
                inner.metrics.sign_ins.add(1);
                inner.sign_in(account, wish.device).await
            }
            Err(error) => {
                inner.metrics.sign_ins_refused.add(1);
                Err(error)
            }
        }
    }

    async fn prove(&self, username: &str, password: &str) -> Result<Account> {
        let inner = &self.0;
        let username: Result<Username> = username.parse();
        if let Ok(username) = &username {
            inner
                .limits
                .sign_in_by_account
                .admit(username.clone(), inner.elapsed())?;
        }
        let password = Password::offered(password).map_err(|_| Error::Unauthenticated)?;
        let account = match username {
            Ok(username) => inner
                .ports
                .accounts
                .by_names(&[username])
                .await?
                .into_iter()
                .next(),
            Err(_) => None,
        };
        let keys = match &account {
            Some(account) => inner.ports.accounts.credentials(account.user.id).await?,
            None => None,
        };
        let proved = inner.vault.prove(password, keys).await?;
        account
            .filter(|account| proved && account.status == AccountStatus::Active)
            .ok_or(Error::Unauthenticated)
    }
}

impl Inner {
    /// Makes an account with a password.
    pub(crate) async fn create_account(
        &self,
        username: Username,
        name: Option<DisplayName>,
        password: Password,
        operator: bool,
    ) -> Result<Account> {
        let credentials = self.vault.derive(password, &*self.ports.entropy).await?;
        let new = NewAccount {
            user: UserRef {
                id: UserId::new(self.id()),
                username,
            },
            feed: ConversationId::new(self.id()),
            name,
            credentials: Some(credentials),
            operator,
            at: self.now(),
        };
        self.ports.accounts.create(new).await
    }

    async fn sign_in(&self, account: Account, device: DeviceName) -> Result<SignedIn> {
        let mut chance = [0_u8; TOKEN_BYTES];
        self.ports.entropy.fill(&mut chance);
        let token = chance
            .iter()
            .fold("sw_".to_owned(), |text, byte| format!("{text}{byte:02x}"));
        let session = SessionId::new(self.id());
        let at = self.now();
        let expires_at = at.plus(self.settings.session_ttl);
        let new = NewSession {
            id: session,
            user: account.user.id,
            hash: token_hash(&token),
            device,
            at,
            expires_at,
        };
        self.ports
            .sessions
            .open(new, self.settings.sessions_per_user)
            .await?;
        Ok(SignedIn {
            token,
            session,
            account,
            expires_at,
        })
    }
}
