//! ejabberd, with its archive in SQLite.
//!
//! It runs on a node without a name: nothing else can reach it, and no port mapper is started.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use rusqlite::Connection;

use super::{Packages, fill, free_address, wait_until_it_listens, xmpp};
use crate::contestant::{Contestant, Process, Running, Stage};
use crate::options::Scenario;
use crate::peer::prosody::speakers;

/// Its configuration, with blanks.
const SETTINGS: &str = include_str!("../../peers/ejabberd.yml");
/// Its packages; the second one is its way to SQLite.
const PACKAGES: &[&str] = &["ejabberd", "erlang-p1-sqlite3"];
/// The tables, as the package brings them.
const SCHEMA: &str = "/usr/share/ejabberd/sql/lite.sql";
/// What its own start script tells the virtual machine.
const MACHINE: &[&str] = &["-noinput", "+K", "true", "+P", "250000"];
/// Sockets that it may have, as its start script says.
const SOCKETS: &str = "32000";

/// ejabberd.
#[derive(Debug, Default)]
pub(super) struct Ejabberd {
    packages: Packages,
}

impl Contestant for Ejabberd {
    fn name(&self) -> &'static str {
        "ejabberd"
    }

    fn version(&self) -> String {
        self.packages.version(PACKAGES)
    }

    fn settings(&self) -> String {
        format!(
            "{SETTINGS}\n# erl {}, ERL_MAX_PORTS={SOCKETS}\n",
            MACHINE.join(" ")
        )
    }

    fn plays(&self, scenario: Scenario) -> bool {
        matches!(
            scenario,
            Scenario::Idle | Scenario::FanOut | Scenario::Direct
        )
    }

    fn start(&self, stage: &Stage<'_>) -> Result<Running> {
        self.packages.bring(PACKAGES)?;
        let address = free_address()?;
        register(stage.directory, stage.population.users).context("accounts")?;
        let mut process = Process::start(command(stage.directory, address.port())?)?;
        wait_until_it_listens(&mut process, address)?;
        Ok(Running {
            process,
            address,
            listener: speakers(&stage.population.big),
            sender: speakers(&stage.population.big),
        })
    }

    fn stored(&self, directory: &Path) -> Result<Option<u64>> {
        let database = Connection::open(directory.join("ejabberd.sqlite"))?;
        // Each message is in the archives of both who talk.
        let rows: i64 = database.query_row("SELECT count(*) FROM archive", (), |row| row.get(0))?;
        Ok(Some(u64::try_from(rows)? / 2))
    }
}

/// How it is started in a directory of its own.
fn command(directory: &Path, port: u16) -> Result<Command> {
    let path = directory.to_str().context("a path in UTF-8")?;
    let settings = directory.join("ejabberd.yml");
    fs::write(
        &settings,
        fill(
            SETTINGS,
            &[("DIRECTORY", path), ("PORT", &port.to_string())],
        ),
    )?;
    let mut command = Command::new("erl");
    command
        .args(MACHINE)
        // Erlang reads the value as one of its terms: a string in quotes.
        .args(["-mnesia", "dir", &format!("\"{path}/mnesia\"")])
        .args(["-s", "ejabberd"])
        .current_dir(directory)
        .env("HOME", directory)
        .env("ERL_LIBS", libraries()?)
        .env("ERL_MAX_PORTS", SOCKETS)
        .env("ERL_CRASH_DUMP", directory.join("crash"))
        .env("EJABBERD_CONFIG_PATH", settings)
        .env("EJABBERD_LOG_PATH", directory.join("ejabberd.log"));
    Ok(command)
}

/// Where the package put its libraries: it depends on the machine's architecture.
fn libraries() -> Result<PathBuf> {
    for place in fs::read_dir("/usr/lib")? {
        let place = place?.path();
        let inside = fs::read_dir(&place).into_iter().flatten().flatten();
        let mut names = inside.map(|entry| entry.file_name());
        if names.any(|name| name.to_string_lossy().starts_with("ejabberd-")) {
            return Ok(place);
        }
    }
    anyhow::bail!("the libraries of ejabberd are not where Debian puts them")
}

/// Makes the tables and the accounts in a new database.
fn register(directory: &Path, users: usize) -> Result<()> {
    let schema = fs::read_to_string(SCHEMA).context(SCHEMA)?;
    let mut database = Connection::open(directory.join("ejabberd.sqlite"))?;
    database.pragma_update(None, "journal_mode", "wal")?;
    let making = database.transaction()?;
    making.execute_batch(&schema)?;
    {
        let mut insert =
            making.prepare("INSERT INTO users (username, password) VALUES (?1, ?2)")?;
        for user in 0..users {
            insert.execute((xmpp::username(user), xmpp::PASSWORD))?;
        }
    }
    Ok(making.commit()?)
}
