//! The command line: what can be asked of `switchboard`, and who does it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::{self, Config};
use crate::stop::Stop;
use crate::{command, password, process};

/// An instant-messaging server in one program. Without a command it serves.
#[derive(Debug, Parser)]
#[command(name = "switchboard", version, disable_help_subcommand = true)]
pub(crate) struct Cli {
    /// The configuration file; without it, the one named by `SWITCHBOARD_CONFIG`, or none.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server.
    Serve,
    /// Run a server for trying out: on this machine only, with two users who know each other.
    Dev,
    /// Look after accounts, also beside a running server.
    #[command(subcommand)]
    User(UserCommand),
    /// Show or check the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Bring the database to this version's layout; serving does the same at its start.
    Migrate {
        /// Only tell whether there is something to do: exit status 1 when there is.
        #[arg(long)]
        check: bool,
    },
    /// Write a consistent copy of the database to a new file, also beside a running server.
    Backup {
        /// The file to write; must not exist.
        file: PathBuf,
    },
    /// Replace the database by a copy that `backup` wrote. The server must not be running.
    Restore {
        /// The file to read.
        file: PathBuf,
    },
}

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Make an account.
    Add {
        /// The username.
        name: String,
        /// How the user is shown to others.
        #[arg(long, value_name = "TEXT")]
        display_name: Option<String>,
        #[command(flatten)]
        password: PasswordArguments,
    },
    /// List all accounts.
    List,
    /// Set a new password and end the account's sessions.
    Passwd {
        /// The username.
        name: String,
        #[command(flatten)]
        password: PasswordArguments,
    },
    /// Close an account and end its sessions; it can be opened again.
    Disable {
        /// The username.
        name: String,
    },
    /// Open a closed account again.
    Enable {
        /// The username.
        name: String,
    },
    /// Delete an account for ever. Its messages stay, without its name.
    Delete {
        /// The username.
        name: String,
    },
    /// Print everything that is kept about an account, as JSON.
    Export {
        /// The username.
        name: String,
    },
}

/// Where a password comes from.
#[derive(Debug, Args)]
pub(crate) struct PasswordArguments {
    /// Read the password as one line from the input instead of asking at the terminal.
    #[arg(long)]
    password_stdin: bool,
}

impl PasswordArguments {
    /// Reads it.
    pub(crate) fn read(&self) -> Result<String, Stop> {
        password::read(if self.password_stdin {
            password::Source::Input
        } else {
            password::Source::Terminal
        })
    }
}

#[derive(Debug, Clone, Copy, Subcommand)]
enum ConfigCommand {
    /// Print a file with every setting and its default.
    Default,
    /// Read the configuration as `serve` would, and tell what is wrong with it.
    Check,
    /// Print the names of all settings in the environment.
    Env,
    /// Print the page of the documentation.
    #[command(hide = true)]
    Handbook,
}

/// Reads the command line and does what it says.
pub(crate) fn run() -> Result<(), Stop> {
    process::keep_files_private();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // `--help` and `--version` are answers, not errors.
        Err(error) if !error.use_stderr() => return Ok(error.print()?),
        Err(error) => return Err(Stop::Usage(one_line(&error))),
    };
    let load = || load(cli.config.clone());
    match cli.command {
        None | Some(Command::Serve) => command::serve(&load()?),
        Some(Command::Dev) => command::dev(load()?),
        Some(Command::User(what)) => command::user(&load()?, what),
        Some(Command::Config(ConfigCommand::Check)) => {
            let _checked = load()?;
            say("the configuration is good\n")
        }
        Some(Command::Config(ConfigCommand::Default)) => say(&config::sample()),
        Some(Command::Config(ConfigCommand::Env)) => say(&config::environment()),
        Some(Command::Config(ConfigCommand::Handbook)) => say(&config::handbook()),
        Some(Command::Migrate { check: true }) => command::check_migrations(&load()?),
        Some(Command::Migrate { check: false }) => command::migrate(&load()?),
        Some(Command::Backup { file }) => command::backup(&load()?, &file),
        Some(Command::Restore { file }) => command::restore(&load()?, &file),
    }
}

/// Writes to the standard output. A reader that has gone (`| head`) is no failure.
pub(crate) fn say(text: &str) -> Result<(), Stop> {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn load(named: Option<PathBuf>) -> Result<Config, Stop> {
    let file = named.or_else(|| std::env::var_os("SWITCHBOARD_CONFIG").map(PathBuf::from));
    let variables = std::env::vars_os().filter_map(|(name, text)| {
        // A text that is no UTF-8 cannot be the value of any setting.
        Some((name.into_string().ok()?, text.into_string().ok()?))
    });
    Ok(Config::load(file.as_deref(), variables)?)
}

/// An error of the command line in one line: what is wrong, the tip if there is one, and where to
/// read on.
fn one_line(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines
        .next()
        .unwrap_or_default()
        .trim_start_matches("error: ")
        .to_owned();
    // What is missing is listed in lines of their own until the usage begins.
    let rest: Vec<&str> = lines
        .take_while(|line| !line.starts_with("Usage:"))
        .collect();
    let details = if rest.is_empty() {
        String::new()
    } else {
        format!(" {}", rest.join("; "))
    };
    format!("{first}{details}; see `switchboard --help`")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn an_error_is_one_line_with_a_tip() {
        let text = |arguments: &[&str]| {
            let all = ["switchboard"].iter().chain(arguments);
            one_line(&Cli::try_parse_from(all).expect_err("an error"))
        };
        let unknown = text(&["serv"]);
        assert!(
            unknown.contains("'serv'") && unknown.contains("'serve'"),
            "{unknown}"
        );
        let missing = text(&["user", "add"]);
        assert!(
            missing.contains("<NAME>") && !missing.contains('\n'),
            "{missing}"
        );
    }
}
