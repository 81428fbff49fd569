//! `migrate`, `backup` and `restore`.

use std::path::Path;

use crate::cli::say;
use crate::config::Config;
use crate::stop::Stop;
use crate::telemetry;
use crate::wiring::{self, Role};

/// Brings the database to this version's layout.
pub(crate) fn migrate(config: &Config) -> Result<(), Stop> {
    telemetry::start_quietly();
    super::make_directories(config)?;
    let pending = store::schema_state(&config.store_url())?.pending;
    if pending.is_empty() {
        return say("the database has this version's layout\n");
    }
    super::runtime()?.block_on(async {
        // Opening does what is pending.
        wiring::ports(config, Role::Tool)
            .await?
            .storage
            .close()
            .await
            .map_err(Stop::from)
    })?;
    say(&format!("done: {}\n", pending.join(", ")))
}

/// Tells whether [`migrate`] has something to do; that is a failure, for scripts to see.
pub(crate) fn check_migrations(config: &Config) -> Result<(), Stop> {
    let state = store::schema_state(&config.store_url())?;
    if state.pending.is_empty() {
        return say(&format!(
            "the database has this version's layout, {}\n",
            state.known
        ));
    }
    let (found, known, pending) = (state.found, state.known, state.pending.join(", "));
    Err(Stop::failed(format!(
        "the database has layout {found}, this version has {known}; to be done: {pending}"
    )))
}

/// Writes a consistent copy of the database.
pub(crate) fn backup(config: &Config, file: &Path) -> Result<(), Stop> {
    telemetry::start_quietly();
    let name = file.display();
    if file.exists() {
        return Err(Stop::Usage(format!(
            "{name}: there is a file already; name another one"
        )));
    }
    store::backup(&config.store_url(), file)?;
    say(&format!("wrote {name}\n"))
}

/// Replaces the database by a copy.
pub(crate) fn restore(config: &Config, file: &Path) -> Result<(), Stop> {
    telemetry::start_quietly();
    super::make_directories(config)?;
    let epoch = store::restore(file, &config.store_url())?;
    say(&format!(
        "restored {}; the log begins epoch {epoch}, and the former database is beside it, \
         .before-{epoch}\n",
        file.display()
    ))
}
