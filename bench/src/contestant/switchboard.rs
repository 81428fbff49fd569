//! Our own server.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::{Contestant, Process, Running, Stage};
use crate::measure::settle;
use crate::native;
use crate::options::{Door, Options, Scenario};
use crate::prepare;

/// How long it may take to start; with millions of messages it looks at some of them first.
const PATIENCE: Duration = Duration::from_mins(1);

/// How long its first work on what was filled in may take.
const RIPE: Duration = Duration::from_mins(30);

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
        let data = stage.directory.join("data");
        stage
            .workshop
            .fill(stage.population, &data, |data| self.ripen(data))?;
        self.open(&data, stage.door)
    }

    fn resume(&self, directory: &Path) -> Result<Running> {
        self.open(&directory.join("data"), Door::Websocket)
    }

    fn stored(&self, directory: &Path) -> Result<Option<u64>> {
        prepare::messages(&directory.join("data")).map(Some)
    }
}

impl Switchboard {
    /// Lets it put into its search index what was filled in behind its back, so that no measured
    /// run has that in it.
    fn ripen(&self, data: &Path) -> Result<()> {
        let mut running = self.open(data, Door::Websocket)?;
        settle(&running.process.pids(), RIPE)?;
        running.process.stop()
    }

    fn open(&self, data: &Path, door: Door) -> Result<Running> {
        let mut command = Command::new(&self.program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("SWITCHBOARD_") {
                command.env_remove(name);
            }
        }
        command.arg("serve").env("SWITCHBOARD_DATA_DIR", data).envs(
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
        Ok(Running {
            process,
            address,
            listener: Box::new(move |user| native::speaker(door, user)),
            sender: Box::new(|user| native::speaker(Door::Websocket, user)),
        })
    }
}
