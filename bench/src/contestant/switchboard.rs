//! Our own server.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::{Contestant, Process, Running, Stage};
use crate::native;
use crate::options::{Door, Options, Scenario};
use crate::prepare;

/// How long it may take to start; with millions of messages it looks at some of them first.
const PATIENCE: Duration = Duration::from_mins(1);

/// What differs from the defaults, and why.
const SETTINGS: &[(&str, &str, &str)] = &[
    ("HTTP_LISTEN", "127.0.0.1:0", "a free port"),
    ("METRICS_LISTEN", "off", ""),
    ("LOG_LEVEL", "warn", ""),
    ("LIMITS_CONNECTIONS", "1000000", "all come from here"),
    (
        "LIMITS_CONNECTIONS_PER_ADDRESS",
        "1000000",
        "all come from here",
    ),
    ("LIMITS_COMMANDS", "off", "a few senders stand for many"),
];

/// Our own server, as a process.
pub(crate) struct Switchboard {
    program: PathBuf,
}

impl Switchboard {
    /// The one that was named, or the one beside this program.
    pub(crate) fn find(options: &Options) -> Result<Self> {
        let beside = std::env::current_exe()?.with_file_name("switchboard");
        let program = options.server.clone().unwrap_or(beside);
        let program = program.canonicalize().with_context(|| {
            format!(
                "no server at {}: build it, or name one with --server",
                program.display()
            )
        })?;
        Ok(Self { program })
    }
}

impl Contestant for Switchboard {
    fn name(&self) -> &'static str {
        "switchboard"
    }

    fn version(&self) -> String {
        let said = Command::new(&self.program).arg("--version").output();
        said.map_or_else(
            |error| error.to_string(),
            |said| String::from_utf8_lossy(&said.stdout).trim().to_owned(),
        )
    }

    fn settings(&self) -> String {
        SETTINGS
            .iter()
            .fold(String::new(), |text, (name, value, why)| {
                let why = if why.is_empty() {
                    String::new()
                } else {
                    format!("  # {why}")
                };
                text + &format!("SWITCHBOARD_{name}={value}{why}\n")
            })
    }

    fn plays(&self, _: Scenario) -> bool {
        true
    }

    fn is_ours(&self) -> bool {
        true
    }

    fn start(&self, stage: &Stage<'_>) -> Result<Running> {
        stage
            .workshop
            .fill(stage.population, &stage.directory.join("data"))?;
        let mut command = Command::new(&self.program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("SWITCHBOARD_") {
                command.env_remove(name);
            }
        }
        command
            .arg("serve")
            .current_dir(stage.directory)
            .env("SWITCHBOARD_DATA_DIR", "data")
            .envs(
                SETTINGS
                    .iter()
                    .map(|(name, value, _)| (format!("SWITCHBOARD_{name}"), value)),
            );
        let mut process = Process::start(command)?;
        let address = process.wait_for(PATIENCE, |line| {
            let mut words = line.split_whitespace();
            let url = words.find_map(|word| word.strip_prefix("http://"))?;
            url.trim_end_matches('/').parse().ok()
        })?;
        let door = stage.door;
        Ok(Running {
            process,
            address,
            listener: Box::new(move |user| native::speaker(door, user)),
            sender: Box::new(|user| native::speaker(Door::Websocket, user)),
        })
    }

    fn stored(&self, directory: &Path) -> Result<Option<u64>> {
        prepare::messages(&directory.join("data")).map(Some)
    }
}
