//! A whole machine filled: many server processes, each with its own files, each with a process of
//! its own that holds its sessions.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

use crate::contestant::{Contestant, Process, Running};
use crate::crowd;
use crate::measure::histogram::as_f64;
use crate::measure::{Kernel, cpu, memory, rest, settle};
use crate::options::{Door, Scenario};
use crate::plan::Plan;
use crate::population::Population;
use crate::report::{Report, Sample};

/// How long the sessions of one server may take to come up, and all of them to become quiet.
const PATIENCE: Duration = Duration::from_mins(15);
/// What an allocator needs to give back what it does not need.
const DECAY: Duration = Duration::from_secs(3);
/// Conversations of each user.
const CONVERSATIONS: usize = 20;
/// Bytes to plan with for a session: the server's, the kernel's for both ends, and ours.
const EACH: u64 = 20 * 1024;
/// The share of the available memory that is left alone: one part of so many.
const SPARE: u64 = 5;

/// Fills it once.
pub(super) fn play(plan: &Plan, report: &mut Report) -> Result<()> {
    report.method(Scenario::Machine, METHOD);
    let room = usize::try_from(available()? / SPARE * (SPARE - 1) / EACH)?;
    let usual = plan.options.scaled([400, 60_000, 1_000_000]).min(room);
    let total = plan.options.sessions.first().copied().unwrap_or(usual);
    let each = if plan.options.smoke {
        200
    } else {
        plan.most_sessions()
    };
    if total > room {
        report.note(
            Scenario::Machine,
            format!("memory is for {room} sessions, not for {total}"),
        );
        return Ok(());
    }
    let ours = plan
        .contestants
        .iter()
        .find(|one| one.is_ours())
        .context("our server")?;
    match measure(plan, ours.as_ref(), total.div_ceil(each), each) {
        Ok(samples) => report.add(Scenario::Machine, ours.name(), samples),
        Err(error) => report.failure(Scenario::Machine, format!("{error:#}")),
    }
    Ok(())
}

const METHOD: &str = "As many servers as are needed for all sessions, each with its own database and a \
    process of its own that holds the other ends, because a process may have only so many files open. \
    Memory of the servers is their Pss: pages of the program that they share are counted once.";

/// Bytes that are available.
fn available() -> Result<u64> {
    let text = fs::read_to_string("/proc/meminfo")?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"));
    let kib = line
        .and_then(|rest| rest.split_whitespace().next())
        .context("MemAvailable")?;
    Ok(kib.parse::<u64>()? * 1024)
}

/// A server and who holds its sessions.
struct Pair {
    server: Running,
    _directory: TempDir,
    crowd: Option<Process>,
}

fn measure(plan: &Plan, ours: &dyn Contestant, servers: usize, each: usize) -> Result<Vec<Sample>> {
    let population = Population::of(each).with_conversations(CONVERSATIONS);
    let mut pairs = Vec::new();
    for _ in 0..servers {
        let (server, directory) = plan.start(ours, &population, Door::Websocket)?;
        pairs.push(Pair {
            server,
            _directory: directory,
            crowd: None,
        });
    }
    let pids: Vec<u32> = pairs
        .iter()
        .flat_map(|pair| pair.server.process.pids())
        .collect();
    settle(&pids, PATIENCE)?;
    rest(DECAY);
    let (empty, kernel, before) = (memory(&pids)?, Kernel::now()?, cpu(&pids)?);
    let start = Instant::now();
    for pair in &mut pairs {
        pair.crowd = Some(hold(&pair.server, each)?);
    }
    let took = start.elapsed();
    settle(&pids, PATIENCE)?;
    rest(DECAY);
    let used = cpu(&pids)?.micros_since(before);
    let (full, kernel) = (memory(&pids)?, Kernel::now()?.since(kernel));
    for pair in &mut pairs {
        let there = pair.crowd.as_mut().is_some_and(Process::is_alive);
        ensure!(there, "sessions were lost while others came up");
    }
    let sessions = as_f64((servers * each) as u64);
    let case = format!("{servers} servers, {} sessions", servers * each);
    let sample = |figure, unit, value| Sample::new(&case, figure, unit, value);
    let gained = as_f64(full.pss.saturating_sub(empty.pss));
    Ok(vec![
        sample("server memory per session", "B", gained / sessions),
        sample(
            "all servers' memory",
            "MiB",
            as_f64(full.pss) / 1024.0 / 1024.0,
        ),
        sample(
            "kernel memory per session, both ends",
            "B",
            as_f64(kernel) / sessions,
        ),
        sample("server CPU to bring a session up", "µs", used / sessions),
        sample("time to bring all up", "s", took.as_secs_f64()),
    ])
}

/// Starts who holds a server's sessions, and waits until they are there.
fn hold(server: &Running, sessions: usize) -> Result<Process> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args([
        "crowd",
        &server.address.to_string(),
        "--sessions",
        &sessions.to_string(),
    ]);
    let mut crowd = Process::start_with_input(command)?;
    crowd.wait_for(PATIENCE, |line| (line == crowd::READY).then_some(()))?;
    Ok(crowd)
}
