//! Prosody, with its archive in SQLite.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use rusqlite::Connection;

use super::{Packages, fill, free_address, rooms_of, wait_until_it_listens, xmpp};
use crate::contestant::{Contestant, Process, Running, Stage};
use crate::load::Speaker;
use crate::options::Scenario;

/// Its configuration, with blanks.
const SETTINGS: &str = include_str!("../../peers/prosody.cfg.lua");
/// Its packages; the second one is its way to SQLite.
const PACKAGES: &[&str] = &["prosody", "lua-dbi-sqlite3"];
/// The table of accounts as it makes it itself; it takes what is there.
const ACCOUNTS: &str = r#"CREATE TABLE "prosody" ("host" TEXT NOT NULL, "user" TEXT NOT NULL,
    "store" TEXT NOT NULL, "key" TEXT NOT NULL, "type" TEXT NOT NULL, "value" TEXT NOT NULL);
    CREATE INDEX "prosody_index" ON "prosody" ("host", "user", "store", "key");"#;

/// Prosody.
#[derive(Debug, Default)]
pub(super) struct Prosody {
    packages: Packages,
}

impl Contestant for Prosody {
    fn name(&self) -> &'static str {
        "prosody"
    }

    fn version(&self) -> String {
        self.packages.version(PACKAGES)
    }

    fn settings(&self) -> String {
        SETTINGS.to_owned()
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
        let directory = stage.directory.to_str().context("a path in UTF-8")?;
        let port = address.port().to_string();
        let settings = stage.directory.join("prosody.cfg.lua");
        fs::write(
            &settings,
            fill(SETTINGS, &[("DIRECTORY", directory), ("PORT", &port)]),
        )?;
        let mut command = Command::new("prosody");
        command
            .arg("--config")
            .arg(settings)
            .arg("-F")
            .env("HOME", directory);
        let mut process = Process::start(command)?;
        wait_until_it_listens(&mut process, address)?;
        Ok(Running {
            process,
            address,
            listener: speakers(&stage.population.big),
            sender: speakers(&stage.population.big),
        })
    }

    fn stored(&self, directory: &Path) -> Result<Option<u64>> {
        let database = Connection::open(directory.join("prosody.sqlite"))?;
        // Each message is in the archives of both who talk.
        let rows: i64 = database.query_row(
            "SELECT count(*) FROM prosodyarchive WHERE store = 'archive'",
            (),
            |row| row.get(0),
        )?;
        Ok(Some(u64::try_from(rows)? / 2))
    }
}

/// Makes the accounts in a new database.
fn register(directory: &Path, users: usize) -> Result<()> {
    let mut database = Connection::open(directory.join("prosody.sqlite"))?;
    database.pragma_update(None, "journal_mode", "wal")?;
    let making = database.transaction()?;
    making.execute_batch(ACCOUNTS)?;
    {
        let mut insert = making
            .prepare("INSERT INTO prosody VALUES (?1, ?2, 'accounts', 'password', 'string', ?3)")?;
        for user in 0..users {
            insert.execute((xmpp::DOMAIN, xmpp::username(user), xmpp::PASSWORD))?;
        }
    }
    Ok(making.commit()?)
}

/// Who speaks for the users; those in big groups enter them.
pub(super) fn speakers(big: &[usize]) -> Box<dyn Fn(usize) -> Box<dyn Speaker>> {
    let big = big.to_vec();
    Box::new(move |user| Box::new(xmpp::Xmpp::new(user, rooms_of(user, &big))))
}
