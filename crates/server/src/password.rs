//! Reading a password from a person or a program, so that it never stands on a command line.

use std::io::{BufRead as _, IsTerminal as _, Read as _, Write as _, stderr, stdin};

use domain::user::PASSWORD_BYTES;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use crate::stop::Stop;

/// Where a password comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// A person at the terminal, asked twice.
    Terminal,
    /// The first line of the standard input.
    Input,
}

/// Reads a new password.
pub(crate) fn read(source: Source) -> Result<String, Stop> {
    match source {
        Source::Input => line(),
        Source::Terminal if stdin().is_terminal() => {
            let first = hidden("New password: ")?;
            if first == hidden("Once more: ")? {
                Ok(first)
            } else {
                Err(Stop::Usage(
                    "the two passwords differ; try again".to_owned(),
                ))
            }
        }
        Source::Terminal => Err(Stop::Usage(
            "no terminal to ask at: add --password-stdin and write the password to the input"
                .to_owned(),
        )),
    }
}

/// One line of the input, bounded, without its end.
fn line() -> Result<String, Stop> {
    let longest = u64::try_from(PASSWORD_BYTES + 2).unwrap_or(u64::MAX);
    let mut line = String::new();
    let mut input = stdin().lock().take(longest);
    if let Err(error) = input.read_line(&mut line) {
        return Err(Stop::Usage(format!(
            "the password cannot be read from the input: {error}"
        )));
    }
    let text = line.strip_suffix('\n').unwrap_or(&line);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        return Err(Stop::Usage(
            "the input holds no password; write it as one line".to_owned(),
        ));
    }
    Ok(text.to_owned())
}

/// One line that is not shown while it is typed.
fn hidden(prompt: &str) -> Result<String, Stop> {
    let mut err = stderr();
    write!(err, "{prompt}")?;
    err.flush()?;
    let silence = Silence::begin()?;
    let read = line();
    drop(silence);
    writeln!(err)?;
    read
}

/// The terminal does not echo while this lives.
struct Silence {
    before: Termios,
}

impl Silence {
    fn begin() -> Result<Self, Stop> {
        let before = tcgetattr(stdin()).map_err(std::io::Error::from)?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(stdin(), OptionalActions::Flush, &silent).map_err(std::io::Error::from)?;
        Ok(Self { before })
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        // Nothing can be done about a terminal that has gone.
        let _ = tcsetattr(stdin(), OptionalActions::Flush, &self.before);
    }
}
