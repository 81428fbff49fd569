//! The floors of durable messages, each as a process of its own.

use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{Case, POPULATION, samples};
use crate::append::Place;
use crate::contestant::Process;
use crate::measure::Flushes;
use crate::plan::Plan;
use crate::report::Sample;

/// How long a floor may take to prepare, and to end after it wrote.
const PATIENCE: Duration = Duration::from_mins(1);

/// Measures a floor.
pub(super) fn measure(plan: &Plan, place: Place, case: &Case) -> Result<Vec<Sample>> {
    let mut floor = Floor::start(plan, place, case, case.time)?;
    let done = floor.go()?;
    let figure = |name: &str| done[name].as_f64().with_context(|| format!("no {name}"));
    let messages = figure("messages")?;
    Ok(samples(
        case,
        &[
            (super::RATE, "1/s", messages / figure("seconds")?),
            (super::P50, "ms", figure("p50_us")? / 1e3),
            (super::P99, "ms", figure("p99_us")? / 1e3),
            (super::CPU, "µs", figure("cpu_us")? / messages),
        ],
    ))
}

/// Counts how often a floor flushes.
pub(super) fn flushes(plan: &Plan, place: Place, case: &Case) -> Result<Vec<Sample>> {
    let mut floor = Floor::start(plan, place, case, super::COUNTING)?;
    let flushes = Flushes::count(&floor.process.pids(), plan.workshop.fresh()?)?;
    let done = floor.go()?;
    let messages = done["messages"].as_f64().context("no messages")?;
    Ok(samples(
        case,
        &[(super::FLUSHES, "", flushes.per_thousand(messages)?)],
    ))
}

struct Floor {
    process: Process,
    port: u16,
    _directory: tempfile::TempDir,
}

impl Floor {
    fn start(plan: &Plan, place: Place, case: &Case, time: Duration) -> Result<Self> {
        let directory = plan.workshop.fresh()?;
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(["append", place.name(), "--directory"])
            .arg(directory.path())
            .args(["--in-flight", &case.in_flight.to_string()])
            .args(["--milliseconds", &time.as_millis().to_string()])
            .args(["--users", &POPULATION.users.to_string()])
            .args(["--direct", &POPULATION.direct.to_string()]);
        let mut process = Process::start(command)?;
        let port = process.wait_for(PATIENCE, |line| line.strip_prefix("ready ")?.parse().ok())?;
        Ok(Self {
            process,
            port,
            _directory: directory,
        })
    }

    /// Lets it begin; what it did.
    fn go(&mut self) -> Result<Value> {
        drop(TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?);
        self.process
            .wait_for(PATIENCE, |line| serde_json::from_str(line).ok())
    }
}
