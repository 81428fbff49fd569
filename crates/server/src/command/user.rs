//! `user`: accounts, beside a running server or without one.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _, stderr, stdin};

use domain::Timestamp;
use domain::user::{Account, AccountStatus};
use engine::{Export, NewUser, Operator};
use gateway::native::to_wire;

use crate::cli::{UserCommand, say};
use crate::config::Config;
use crate::stop::Stop;
use crate::telemetry;
use crate::wiring::{self, Role};

/// Does what is asked of an account.
pub(crate) fn user(config: &Config, what: UserCommand) -> Result<(), Stop> {
    telemetry::start_quietly();
    super::make_directories(config)?;
    super::runtime()?.block_on(async {
        let ports = wiring::ports(config, Role::Tool).await?;
        let storage = std::sync::Arc::clone(&ports.storage);
        let settings = wiring::engine_settings(config, Role::Tool);
        let done = perform(&Operator::without_server(ports, settings), what).await;
        let closed = storage.close().await;
        done.and(closed.map_err(Stop::from))
    })
}

async fn perform(operator: &Operator, what: UserCommand) -> Result<(), Stop> {
    match what {
        UserCommand::Add {
            name,
            display_name,
            password,
        } => {
            let password = password.read()?;
            let new = NewUser {
                username: &name,
                name: display_name.as_deref(),
                password: &password,
                operator: false,
            };
            let account = operator
                .add(new)
                .await
                .map_err(|error| about(&name, error))?;
            say(&format!("added {}\n", account.user.username))
        }
        UserCommand::List => say(&table(&operator.list().await?)),
        UserCommand::Passwd { name, password } => {
            let account = operator
                .find(&name)
                .await
                .map_err(|error| about(&name, error))?;
            let name = account.user.username.as_str();
            operator.set_password(name, &password.read()?).await?;
            say(&format!(
                "set the password of {name} and ended its sessions\n"
            ))
        }
        UserCommand::Disable { name } => {
            let status = operator.set_status(&name, AccountStatus::Disabled).await;
            status.map_err(|error| about(&name, error))?;
            say(&format!("disabled {name} and ended its sessions\n"))
        }
        UserCommand::Enable { name } => {
            let status = operator.set_status(&name, AccountStatus::Active).await;
            status.map_err(|error| about(&name, error))?;
            say(&format!("enabled {name}\n"))
        }
        UserCommand::Delete { name } => {
            let account = operator
                .find(&name)
                .await
                .map_err(|error| about(&name, error))?;
            confirm_deletion(account.user.username.as_str())?;
            operator.delete(&name).await?;
            say(&format!("deleted {name}\n"))
        }
        UserCommand::Export { name } => {
            let export = operator
                .export(&name)
                .await
                .map_err(|error| about(&name, error))?;
            say(&json(&export))
        }
    }
}

/// An error with the name it is about, which the error itself does not know.
fn about(name: &str, error: domain::Error) -> Stop {
    match Stop::from(error) {
        Stop::Usage(text) => Stop::Usage(format!("{name}: {text}")),
        Stop::Failed(error) => Stop::Failed(error.context(name.to_owned())),
    }
}

/// A person confirms by writing the name once more; a program is taken at its word.
fn confirm_deletion(name: &str) -> Result<(), Stop> {
    if !stdin().is_terminal() {
        return Ok(());
    }
    write!(
        stderr(),
        "This cannot be undone. Write the username to delete {name}: "
    )?;
    let mut answer = String::new();
    stdin().read_line(&mut answer)?;
    if answer.trim() == name {
        Ok(())
    } else {
        Err(Stop::Usage(
            "that is not the username; nothing was deleted".to_owned(),
        ))
    }
}

/// The same fields as `GET /v1/me/export`, for people to read.
fn json(export: &Export) -> String {
    let value = serde_json::json!({
        "account": to_wire::account(&export.account),
        "sessions": export.sessions.iter().map(to_wire::session).collect::<Vec<_>>(),
        "contacts": export.contacts.iter().map(to_wire::contact).collect::<Vec<_>>(),
        "conversations": export.conversations.iter().map(to_wire::conversation).collect::<Vec<_>>(),
        "messages": export.messages.iter().map(to_wire::event).collect::<Vec<_>>(),
    });
    format!("{value:#}\n")
}

/// One line for each account, the columns below each other.
fn table(accounts: &[Account]) -> String {
    let longest = accounts
        .iter()
        .map(|account| account.user.username.as_str().chars().count());
    let width = longest.max().unwrap_or(0).max("username".len());
    let mut out = format!(
        "{:<width$}  {:<8}  {:<10}  {:<10}  name\n",
        "username", "status", "created", "last seen"
    );
    for account in accounts {
        let seen = account.last_seen.map_or_else(|| "never".to_owned(), day);
        let name = account.name.as_ref().map_or("", |name| name.as_str());
        let line = format!(
            "{:<width$}  {:<8}  {:<10}  {seen:<10}  {name}",
            account.user.username.as_str(),
            status(account.status),
            day(account.created_at),
        );
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}

fn status(status: AccountStatus) -> &'static str {
    match status {
        AccountStatus::Active => "active",
        AccountStatus::Disabled => "disabled",
        AccountStatus::Deleted => "deleted",
    }
}

/// The day in UTC.
fn day(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.millis())
        .map(|at| at.strftime("%Y-%m-%d").to_string())
        .unwrap_or_default()
}
