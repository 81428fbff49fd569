//! What an operator does at the command line, beside a running server or without one.

use std::sync::Arc;

use domain::text::DisplayName;
use domain::user::{Account, AccountStatus, Password};
use domain::{Actor, Error, Result, Username, permit};

use super::system;
use crate::Export;
use crate::engine::{Engine, Inner};
use crate::session::Session;

/// How many accounts are listed at once.
const PAGE: usize = 500;

/// The operator's hand. Whoever can open the store can have it; no protocol leads here.
#[derive(Debug)]
pub struct Operator(Arc<Inner>);

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewUser<'a> {
    /// The username.
    pub username: &'a str,
    /// The display name.
    pub name: Option<&'a str>,
    /// The password.
    pub password: &'a str,
    /// Keeps the server.
    pub operator: bool,
}

impl Engine {
    /// The operator's hand on this engine.
    pub fn operator(&self) -> Operator {
        Operator(Arc::clone(&self.0))
    }
}

impl Operator {
    /// An operator's hand without a server: no jobs run, nobody is connected.
    pub fn without_server(ports: crate::Ports, settings: crate::Settings) -> Self {
        Self(Arc::new(Inner::new(ports, settings)))
    }

    /// Makes an account.
    pub async fn add(&self, new: NewUser<'_>) -> Result<Account> {
        let username: Username = new.username.parse()?;
        if !username.may_register() {
            return Err(Error::Conflict {
                reason: "this username is reserved",
            });
        }
        let name = new.name.map(DisplayName::parse).transpose()?.flatten();
        let password = Password::chosen(new.password, &username)?;
        self.0
            .create_account(username, name, password, new.operator)
            .await
    }

    /// Every account by username.
    pub async fn list(&self) -> Result<Vec<Account>> {
        let permit = system("list the accounts for the operator");
        let mut all: Vec<Account> = Vec::new();
        loop {
            let after = all.last().map(|account| account.user.username.clone());
            let page = self
                .0
                .ports
                .accounts
                .all(&permit, after.as_ref(), PAGE)
                .await?;
            let done = page.len() < PAGE;
            all.extend(page);
            if done {
                return Ok(all);
            }
        }
    }

    /// Gives an account another password and ends its sessions.
    pub async fn set_password(&self, username: &str, password: &str) -> Result<()> {
        let account = self.find(username).await?;
        let password = Password::chosen(password, &account.user.username)?;
        let keys = self
            .0
            .vault
            .derive(password, &*self.0.ports.entropy)
            .await?;
        let permit = system("set a password for the operator");
        self.0
            .ports
            .accounts
            .reset_credentials(&permit, account.user.id, keys, self.0.now())
            .await
    }

    /// Closes or opens an account; closing ends its sessions.
    pub async fn set_status(&self, username: &str, status: AccountStatus) -> Result<()> {
        let account = self.find(username).await?;
        let permit = system("open or close an account for the operator");
        self.0
            .ports
            .accounts
            .set_status(&permit, account.user.id, status, self.0.now())
            .await
    }

    /// Deletes an account for ever.
    pub async fn delete(&self, username: &str) -> Result<()> {
        let actor = self.in_the_name_of(username).await?;
        tracing::info!(user.id = %actor.user.id, "account.deleted_by_operator");
        self.0
            .ports
            .accounts
            .erase(&permit::own(&actor), self.0.now())
            .await
    }

    /// Everything the server holds of a user that is theirs.
    pub async fn export(&self, username: &str) -> Result<Export> {
        let actor = self.in_the_name_of(username).await?;
        Session::in_the_name_of(&self.0, actor).export().await
    }

    /// An account by name.
    pub async fn find(&self, username: &str) -> Result<Account> {
        let username: Username = username.parse()?;
        let found = self.0.ports.accounts.by_names(&[username]).await?;
        found
            .into_iter()
            .next()
            .ok_or(Error::NotFound { what: "user" })
    }

    async fn in_the_name_of(&self, username: &str) -> Result<Actor> {
        let account = self.find(username).await?;
        Ok(Actor::in_the_name_of(account.user))
    }
}
