//! Plays: stories of what users do and see, in `transcripts/*.play`, performed on the real server.
//!
//! A play is read line by line; `#` begins a comment. Everyone has a capital: `Alice` is the user
//! `alice`, `Alice/phone` another of her devices. What can be said is the table in [`script`]:
//!
//! ```text
//! The server sets accounts.strangers to "request"
//! Alice on websocket
//! Bob on sse
//! Alice creates group Team with Bob
//! Alice sends "Hello" in Team
//! Bob receives message.created text="Hello" from Alice in Team
//! Bob is cut off
//! Alice edits "Hello" in Team to "Hello, all"
//! Bob comes back resumed
//! everyone's log of Team is the same
//! ```

mod actor;
mod checking;
mod perform;
mod script;
mod sentence;
mod value;
mod writing;

use std::path::Path;

use anyhow::{Context as _, Result, bail};

pub use script::{Act, Line, Place, Script, Step, Token, Touch};

/// Reads a play and performs it on a server of its own.
pub async fn perform(path: &Path) -> Result<()> {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let text = std::fs::read_to_string(path).with_context(|| format!("{name} cannot be read"))?;
    let script = Script::read(&name, &text)?;
    perform::run(&script).await
}

/// Performs all plays of a directory, and tells of all that fail.
pub async fn perform_all(directory: &Path) -> Result<usize> {
    let entries = std::fs::read_dir(directory).with_context(|| directory.display().to_string())?;
    let mut plays = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "play")
        {
            plays.push(path);
        }
    }
    plays.sort();
    let mut failures = Vec::new();
    for path in &plays {
        if let Err(error) = perform(path).await {
            failures.push(format!("{error:#}"));
        }
    }
    if plays.is_empty() {
        bail!("{} holds no play", directory.display());
    }
    if !failures.is_empty() {
        bail!(
            "{} of {} plays failed:\n\n{}",
            failures.len(),
            plays.len(),
            failures.join("\n\n")
        );
    }
    Ok(plays.len())
}
