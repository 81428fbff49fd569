//! Measures the server: beside floors, which do the least that could do the work, and beside other
//! servers, all of them started here and taken in turns in one run.
//!
//! Map: [`options`] is the command line, [`plan`] what a run consists of; [`scenario`] says what is
//! measured, [`contestant`] who takes part, [`peer`] the other servers, [`floor`] and
//! [`append`] the floors;
//! [`load`] drives thousands of sockets from one thread, [`native`] speaks our protocol on them,
//! [`crowd`] does so in a process of its own;
//! [`population`] and [`prepare`] make the accounts and conversations that a scenario needs;
//! [`measure`] reads what a process costs; [`report`] writes it down.
//!
//! Invariant: a figure stands only for a run that was complete. What could not be measured is one
//! line in the report that says why, and the rest goes on.

mod append;
mod contestant;
mod crowd;
mod floor;
mod load;
mod measure;
mod native;
mod options;
mod peer;
mod plan;
mod population;
mod prepare;
mod report;
mod scenario;

use std::process::ExitCode;

use clap::Parser as _;

use options::{Command, Program};

fn main() -> ExitCode {
    let program = Program::parse();
    let done = match program.command {
        Command::Append(append) => append::run(&append).map(|()| true),
        Command::Floor(floor) => floor::run(&floor).map(|()| true),
        Command::Crowd(crowd) => crowd::run(&crowd).map(|()| true),
        Command::Run(options) => plan::run(options),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
