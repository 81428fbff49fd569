//! The binary: `switchboard`.
//!
//! Map: [`cli`] reads the command line and [`command`] does what it says; [`config`] is the
//! configuration; [`wiring`] puts the parts together and [`server`] runs them between the first
//! door and the last farewell; [`telemetry`], [`figures`] and [`process`] tell how it goes;
//! [`adapter`] is time and chance.
//!
//! Invariant: this is the only crate that knows all the others, and it knows nothing else: what
//! happens with a command or a message is decided elsewhere.

mod adapter;
mod allocator;
mod cli;
mod command;
mod config;
mod door;
mod figures;
mod password;
mod process;
mod server;
mod stop;
mod telemetry;
mod wiring;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            eprintln!("switchboard: {stop}");
            stop.status()
        }
    }
}
