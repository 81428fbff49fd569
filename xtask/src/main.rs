//! The project's own commands, run as `cargo xtask …`.
//!
//! Map: [`suite`] is `test`, everything in one run; [`check`] is what is quick enough to run before
//! each commit; [`tidy`] are the house rules; [`web`], [`fuzz`], [`autobahn`], [`bench`] and [`codegen`]
//! drive other tools. [`command`] runs a program, [`tally`] reads how many tests it says it ran,
//! [`report`] adds up.
//!
//! Invariant: few and light dependencies, because this is compiled before everything else.

mod autobahn;
mod bench;
mod check;
mod codegen;
mod command;
mod fuzz;
mod needs;
mod report;
mod suite;
mod tally;
mod tidy;
mod web;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
usage: cargo xtask COMMAND

  test [--long] [WORD…]   install what the tests need, then run every test
                          a WORD naming a step runs only such steps: setup, fmt, clippy, tidy,
                          codegen, web, rust, e2e, bench (with --long also deny, machete, fuzz,
                          autobahn);
                          any other WORD is passed on as a filter of test names
  check [--all]           fmt, clippy, tidy, codegen --check; --all adds deny and machete
  tidy                    the house rules
  codegen [--check]       write the generated files, or fail when one is stale
  web STEP                check, test, build, e2e (in web/), lock (completes the lock file), or pack
  fuzz [TARGET] [--seconds N]
                          run one fuzz target, or all of them, 60 seconds each by default
  bench [SCENARIO…] [--against floor,ejabberd,prosody,socketio,ws] [--smoke | --quick]
                          measure the server beside others; writes bench/results (bench/README.md)
  autobahn                the Autobahn WebSocket test suite; writes docs/autobahn.md
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the command; false when it ran and found something wrong.
fn dispatch(arguments: &[String]) -> Result<bool> {
    let Some((name, rest)) = arguments.split_first() else {
        bail!("no command\n\n{USAGE}");
    };
    let words: Vec<&str> = rest.iter().map(String::as_str).collect();
    let root = root();
    match (name.as_str(), words.as_slice()) {
        ("test", words) => Ok(suite::run(&root, &suite::Options::parse(words)?)),
        ("check", []) => Ok(check::run(&root, false)),
        ("check", ["--all"]) => Ok(check::run(&root, true)),
        ("tidy", []) => tidy::run(&root),
        ("codegen", []) => Ok(codegen::run(&root, false)),
        ("codegen", ["--check"]) => Ok(codegen::run(&root, true)),
        ("web", [step]) => web::run(&root, step),
        ("bench", words) => bench::run(&root, words),
        ("autobahn", []) => autobahn::run(&root),
        ("fuzz", words) => fuzz::run(&root, &fuzz::Options::parse(words)?),
        ("help" | "--help" | "-h", _) => {
            print!("{USAGE}");
            Ok(true)
        }
        _ => bail!("`{}` is not a command\n\n{USAGE}", arguments.join(" ")),
    }
}

/// The root of the repository that cargo was started in, which need not be the one that this
/// program was compiled in.
fn root() -> PathBuf {
    let here = setting("CARGO_MANIFEST_DIR");
    let here = PathBuf::from(here.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").to_owned()));
    here.parent().map_or(here.clone(), Path::to_path_buf)
}

/// An environment variable; `None` when it is absent or empty.
fn setting(name: &str) -> Option<String> {
    let value = std::env::var_os(name)?.to_string_lossy().into_owned();
    (!value.is_empty()).then_some(value)
}
