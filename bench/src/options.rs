//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Measures the server beside floors and other servers.
#[derive(Debug, Parser)]
#[command(name = "switchboard-bench")]
pub(crate) struct Program {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Plays scenarios and writes a report.
    Run(Options),
    /// A floor, as a process of its own; started by `run`.
    #[command(hide = true)]
    Floor(crate::floor::Options),
    /// Many sessions in a process of their own; started by `run machine`.
    #[command(hide = true)]
    Crowd(crate::crowd::Options),
    /// A floor for durable messages, as a process of its own; started by `run`.
    #[command(hide = true)]
    Append(crate::append::Options),
}

/// What is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum)]
pub(crate) enum Scenario {
    /// Memory of a session that does nothing.
    Idle,
    /// One message to many members.
    FanOut,
    /// Durable messages between two.
    Direct,
    /// Looking back, with little and much stored.
    History,
    /// A fifth of all sessions drop and come back at once.
    Storm,
    /// A mixed load for long: does memory level off?
    Soak,
    /// Many server processes and many clients: a whole machine filled.
    Machine,
    /// All but `machine`.
    All,
}

/// Whom the server is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum)]
pub(crate) enum Against {
    /// The least that could do the work.
    Floor,
    /// ejabberd.
    Ejabberd,
    /// Prosody.
    Prosody,
    /// Socket.IO on Node.js.
    Socketio,
    /// `ws` on Node.js.
    Ws,
    /// Nobody.
    None,
}

/// How a run is made.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// What to play; everything but `machine` when none is named.
    #[arg(value_enum)]
    pub(crate) scenarios: Vec<Scenario>,

    /// Whom to compare with.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Against::Floor])]
    pub(crate) against: Vec<Against>,

    /// The server to measure; the one beside this program when absent.
    #[arg(long)]
    pub(crate) server: Option<PathBuf>,

    /// Where the report goes.
    #[arg(long, default_value = "bench/results")]
    pub(crate) out: PathBuf,

    /// How often everything is repeated, in turns.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=20))]
    pub(crate) rounds: u32,

    /// Small sizes and short times, to see that everything works; its times mean nothing.
    #[arg(long)]
    pub(crate) smoke: bool,

    /// Fewer sizes and repetitions: minutes.
    #[arg(long)]
    pub(crate) quick: bool,

    /// Sessions of `idle`, `storm` and `soak`.
    #[arg(long, value_delimiter = ',')]
    pub(crate) sessions: Vec<usize>,

    /// Members of the group in `fan-out`.
    #[arg(long, value_delimiter = ',')]
    pub(crate) members: Vec<usize>,

    /// Conversations of each user in `idle`.
    #[arg(long, value_delimiter = ',')]
    pub(crate) conversations: Vec<usize>,

    /// Doors of ours in `idle` and `fan-out`.
    #[arg(long, value_enum, value_delimiter = ',')]
    pub(crate) doors: Vec<Door>,

    /// How long `soak` goes on, in seconds.
    #[arg(long)]
    pub(crate) seconds: Option<u64>,

    /// `soak` in two minutes instead of an hour.
    #[arg(long)]
    pub(crate) short: bool,

    /// Where data is put while measuring: a directory on a real disk.
    #[arg(long)]
    pub(crate) work: Option<PathBuf>,
}

/// A door of ours for live connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum)]
pub(crate) enum Door {
    /// WebSocket.
    Websocket,
    /// Server-Sent Events.
    Sse,
    /// Long polling.
    Poll,
}

impl Door {
    /// As the report calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Websocket => "websocket",
            Self::Sse => "sse",
            Self::Poll => "poll",
        }
    }
}

impl Scenario {
    /// All that `all` means, in the order in which they are played.
    pub(crate) const ALL: [Self; 6] = [
        Self::Idle,
        Self::FanOut,
        Self::Direct,
        Self::History,
        Self::Storm,
        Self::Soak,
    ];

    /// As the report and the command line call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::FanOut => "fan-out",
            Self::Direct => "direct",
            Self::History => "history",
            Self::Storm => "storm",
            Self::Soak => "soak",
            Self::Machine => "machine",
            Self::All => "all",
        }
    }
}

impl Options {
    /// The scenarios in the order in which they are played.
    pub(crate) fn wanted(&self) -> Vec<Scenario> {
        let all = self.scenarios.is_empty() || self.scenarios.contains(&Scenario::All);
        let mut wanted: Vec<Scenario> = Scenario::ALL
            .into_iter()
            .filter(|scenario| all || self.scenarios.contains(scenario))
            .collect();
        if self.scenarios.contains(&Scenario::Machine) {
            wanted.push(Scenario::Machine);
        }
        wanted
    }

    /// Is this one to be compared with?
    pub(crate) fn compares(&self, other: Against) -> bool {
        self.against.contains(&other)
    }

    /// The first of these: what was asked for, or what is usual for a smoke, a quick or a full run.
    pub(crate) fn sizes(&self, asked: &[usize], usual: [&[usize]; 3]) -> Vec<usize> {
        let usual = self.scaled(usual);
        if asked.is_empty() { usual } else { asked }.to_vec()
    }

    /// What is usual for a smoke, a quick or a full run.
    pub(crate) fn scaled<T: Copy>(&self, [smoke, quick, full]: [T; 3]) -> T {
        if self.smoke {
            smoke
        } else if self.quick {
            quick
        } else {
            full
        }
    }

    /// How often everything is repeated.
    pub(crate) fn repeats(&self) -> u32 {
        if self.smoke { 1 } else { self.rounds }
    }

    /// How long `soak` goes on.
    pub(crate) fn soak(&self) -> Duration {
        let usual = if self.smoke {
            9
        } else if self.short || self.quick {
            120
        } else {
            3600
        };
        Duration::from_secs(self.seconds.unwrap_or(usual))
    }
}
