//! Memory of a session that is there and does nothing.

use std::time::Duration;

use anyhow::Result;

use crate::contestant::{Contestant, Running};
use crate::load::{Asker, Swarm, gather};
use crate::measure::{Kernel, cpu, histogram::as_f64, memory, rest, settle, settle_while};
use crate::options::{Door, Scenario};
use crate::plan::Plan;
use crate::population::Population;
use crate::prepare::token;
use crate::report::{Report, Sample, Target};

/// How long sessions may take to come up, and the server to become quiet then.
const PATIENCE: Duration = Duration::from_mins(10);
/// What an allocator needs to give back what it does not need.
const DECAY: Duration = Duration::from_secs(3);
/// Bytes that a session may have.
const WANTED: f64 = 2560.0;
/// Bytes that a session may have in a smoke, of a build that need not be optimised.
const SMOKE_MOST: f64 = 65_536.0;
/// The figure that everything is about.
const FIGURE: &str = "server memory per session";
/// The conversations with which it has to be reached.
const USUAL: usize = 20;

struct Case {
    door: Door,
    sessions: usize,
    conversations: usize,
}

impl Case {
    fn name(&self) -> String {
        let Self {
            door,
            sessions,
            conversations,
        } = self;
        format!(
            "{}, {sessions} sessions, {conversations} conversations each",
            door.name()
        )
    }
}

/// Measures every door with few and many conversations.
pub(super) fn play(plan: &Plan, report: &mut Report) {
    report.method(Scenario::Idle, METHOD);
    report.draw(
        Scenario::Idle,
        FIGURE,
        "Memory of an idle session, bytes (less is better)",
    );
    let cases = cases(plan, report);
    plan.in_turns(Scenario::Idle, &cases, report, |contestant, case| {
        let fits =
            contestant.is_ours() || (case.door == Door::Websocket && case.conversations == 0);
        if fits {
            measure(plan, contestant, case)
        } else {
            Ok(Vec::new())
        }
    });
    for case in cases.iter().filter(|case| case.conversations == USUAL) {
        let found = report.spread(Scenario::Idle, &case.name(), FIGURE, "switchboard");
        if let Some(found) = found {
            if plan.options.smoke && found.most > SMOKE_MOST {
                let text = format!(
                    "{}: {:.0} B, more than {SMOKE_MOST}",
                    case.name(),
                    found.most
                );
                report.failure(Scenario::Idle, text);
            }
            report.target(Target {
                what: format!("memory per idle session: {}", case.name()),
                wanted: format!("≤ {WANTED} B"),
                found: format!("{:.0} B", found.median),
                reached: found.median <= WANTED,
            });
        }
    }
}

const METHOD: &str = "Resident memory (Rss of smaps_rollup) of the server with all sessions there and \
    silent, less that of the same server with the same data and no session, when it has read as much of it (its \
    database's page caches are bounded, and no part of a session), divided by the sessions; \
    after the server has become quiet and another 3 s. Half of a user's conversations are direct ones, \
    half are groups of 40; who comes by WebSocket asks for \
    all of them (`sync`) at the beginning, and everyone tells their presence to all they know. Kernel memory is what sockets are made \
    of (slabs) and TCP buffers, of both ends of each connection.";

fn cases(plan: &Plan, report: &mut Report) -> Vec<Case> {
    let options = &plan.options;
    let most = plan.most_sessions();
    let doors = if options.doors.is_empty() {
        vec![Door::Websocket, Door::Sse, Door::Poll]
    } else {
        options.doors.clone()
    };
    let full = [10_000, most];
    let conversations = options.sizes(
        &options.conversations,
        [&[USUAL], &[0, USUAL], &[0, USUAL, 200]],
    );
    let mut cases = Vec::new();
    for sessions in options.sizes(&options.sessions, [&[300], &[10_000], &full]) {
        if sessions > most {
            report.note(
                Scenario::Idle,
                format!(
                    "{sessions} sessions: only {} files may be open here",
                    plan.files
                ),
            );
            continue;
        }
        for conversations in &conversations {
            for door in &doors {
                cases.push(Case {
                    door: *door,
                    sessions,
                    conversations: *conversations,
                });
            }
        }
    }
    cases
}

/// Reads what the sessions will read, so that what the server keeps of its data is there already.
fn warm(running: &Running, sessions: usize) -> Result<()> {
    let mut asker = Asker::connect(running.address)?;
    for user in 0..sessions {
        asker.get("/v1/sync", &token(user))?;
    }
    Ok(())
}

fn measure(plan: &Plan, contestant: &dyn Contestant, case: &Case) -> Result<Vec<Sample>> {
    let population = Population::of(case.sessions).with_conversations(case.conversations);
    let (running, _directory) = plan.start(contestant, &population, case.door)?;
    let pids = running.process.pids();
    if contestant.is_ours() && case.conversations > 0 {
        warm(&running, case.sessions)?;
    }
    settle(&pids, PATIENCE)?;
    rest(DECAY);
    let (empty, kernel, before) = (memory(&pids)?, Kernel::now()?, cpu(&pids)?);
    let mut swarm = Swarm::new()?;
    let listeners = (0..case.sessions).map(|user| (running.listener)(user));
    gather(&mut swarm, running.address, listeners, PATIENCE)?;
    settle_while(&pids, PATIENCE, |time| swarm.run_for(time))?;
    swarm.run_for(DECAY)?;
    swarm.is_whole()?;
    let (full, kernel) = (memory(&pids)?, Kernel::now()?.since(kernel));
    let used = cpu(&pids)?.micros_since(before);
    let each = |bytes: u64| as_f64(bytes) / as_f64(case.sessions as u64);
    Ok(vec![
        Sample::new(
            case.name(),
            FIGURE,
            "B",
            each(full.rss.saturating_sub(empty.rss)),
        ),
        Sample::new(
            case.name(),
            "kernel memory per session, both ends",
            "B",
            each(kernel),
        ),
        Sample::new(
            case.name(),
            "empty server",
            "MiB",
            as_f64(empty.rss) / 1024.0 / 1024.0,
        ),
        Sample::new(
            case.name(),
            "server CPU to bring a session up",
            "µs",
            used / as_f64(case.sessions as u64),
        ),
    ])
}
