//! Durable messages between two, beside what writing them down costs alone.

mod floors;
mod traffic;

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::append::{Place, WARMING};
use crate::contestant::Contestant;
use crate::load::{Swarm, gather};
use crate::measure::histogram::as_f64;
use crate::measure::{Flushes, Histogram, cpu, settle_while};
use crate::options::{Against, Door, Scenario};
use crate::peer;
use crate::plan::Plan;
use crate::population::Population;
use crate::report::{Report, Sample, Target};
use traffic::{Pace, Traffic};

/// Who there is: each writes to eight others.
const POPULATION: Population = Population {
    users: 64,
    direct: 8,
    groups: 0,
    big: Vec::new(),
};
/// How long sessions may take to come up, and a server to become quiet.
const PATIENCE: Duration = Duration::from_mins(2);
/// How long flushes are counted.
const COUNTING: Duration = Duration::from_secs(1);
/// Between two looks of ours, where more than one message is on its way.
const NAP: Duration = Duration::from_micros(200);
/// The share of the store's own rate that is to be reached.
const SHARE: f64 = 0.5;
/// How many times the rate of the others is to be reached.
const TIMES: f64 = 5.0;
/// CPU time of a message that is to be reached, in microseconds.
const MICROS: f64 = 25.0;

const RATE: &str = "messages acknowledged";
const P50: &str = "p50 of the acknowledgement";
const P99: &str = "p99 of the acknowledgement";
const CPU: &str = "CPU per message";
const CPU_QUIET: &str = "CPU per message, with what is done afterwards";
const CPU_LOAD: &str = "CPU per message of the load, not the server's";
const ARRIVAL_P50: &str = "p50 of the arrival at the recipient";
const ARRIVAL_P99: &str = "p99 of the arrival at the recipient";
const FLUSHES: &str = "flushes per 1000 messages";

const METHOD: &str = "64 users are online, each in direct conversations with 8 others. With 1 in flight, one \
    of them writes and waits for each acknowledgement; with 64, all of them do; with 512, each has 8 \
    messages under way. A message has 200 bytes of text. Acknowledged means: our server's reply, which \
    comes after the commit; for XMPP the count of handled stanzas (XEP-0198), asked for with every \
    message, which both servers answer after they wrote the sender's archive. Every message also has \
    to arrive at its recipient. Afterwards the server is ended and the messages in its log are counted: \
    as many as were acknowledged, or there is no figure. CPU is user and system time of the server's \
    process up to the last acknowledgement; the second figure includes everything it does until it is \
    quiet (delivering, indexing, notifying). Flushes (fsync and its kin) are counted by strace in a short \
    round of its own. The floors: `store` is our store's own append by group commit, without a server; \
    `file` appends to a file and flushes what has gathered. Their CPU includes those who write. A \
    flush of a file that grows also writes its new size, which a flush of SQLite's log, overwritten after \
    every checkpoint, mostly need not: with 1 in flight the file is not the lower floor. All of them \
    flush before they acknowledge; the XMPP servers commit each archive's row by itself. We look for \
    arrivals at once with 1 in flight and every 200 µs otherwise.";

/// How many are on their way, for how long.
#[derive(Debug, Clone, Copy)]
struct Case {
    in_flight: usize,
    time: Duration,
}

impl Case {
    fn name(&self) -> String {
        format!("{} in flight", self.in_flight)
    }

    /// How that many are kept on their way.
    fn pace(&self, time: Duration) -> Pace {
        let senders = self.in_flight.min(POPULATION.users);
        Pace {
            senders,
            window: self.in_flight / senders,
            time,
        }
    }
}

/// Measures all cases, the floors in turns with the servers.
pub(super) fn play(plan: &Plan, report: &mut Report) {
    report.method(Scenario::Direct, METHOD);
    let counts: &[usize] = plan
        .options
        .scaled([&[1, 64], &[1, 64, 512], &[1, 64, 512]]);
    let time = plan.options.scaled([500, 3_000, 5_000]);
    let time = Duration::from_millis(time);
    let cases: Vec<Case> = counts
        .iter()
        .map(|count| Case {
            in_flight: *count,
            time,
        })
        .collect();
    let places: &[Place] = if plan.options.compares(Against::Floor) {
        &[Place::Store, Place::File]
    } else {
        &[]
    };
    for round in 1..=plan.options.repeats() {
        for case in &cases {
            for place in places {
                let measured = floors::measure(plan, *place, case);
                tell(report, place.name(), round, measured);
            }
            for contestant in contestants(plan) {
                let measured = measure(plan, contestant, case);
                tell(report, contestant.name(), round, measured);
            }
        }
    }
    if let Err(error) = count(plan, &cases, places, report) {
        report.note(
            Scenario::Direct,
            format!("flushes were not counted: {error:#}"),
        );
    }
    if let Some(case) = cases.last() {
        compare(case, report);
    }
}

/// Counts flushes in all cases.
fn count(plan: &Plan, cases: &[Case], places: &[Place], report: &mut Report) -> Result<()> {
    peer::packages(&["strace"])?;
    for case in cases {
        for place in places {
            tell(report, place.name(), 1, floors::flushes(plan, *place, case));
        }
        for contestant in contestants(plan) {
            tell(
                report,
                contestant.name(),
                1,
                flushes(plan, contestant, case),
            );
        }
    }
    Ok(())
}

fn contestants(plan: &Plan) -> impl Iterator<Item = &dyn Contestant> {
    let all = plan.contestants.iter().map(AsRef::as_ref);
    all.filter(|contestant: &&dyn Contestant| contestant.plays(Scenario::Direct))
}

fn tell(report: &mut Report, name: &'static str, round: u32, measured: Result<Vec<Sample>>) {
    match measured {
        Ok(samples) => report.add(Scenario::Direct, name, samples),
        Err(error) => report.note(
            Scenario::Direct,
            format!("{name}, round {round}: {error:#}"),
        ),
    }
}

/// The name, the unit and the value of a figure.
type Figure = (&'static str, &'static str, f64);

fn samples(case: &Case, figures: &[Figure]) -> Vec<Sample> {
    let name = case.name();
    let figures = figures.iter();
    figures
        .map(|(figure, unit, value)| Sample::new(name.clone(), figure, unit, *value))
        .collect()
}

fn measure(plan: &Plan, contestant: &dyn Contestant, case: &Case) -> Result<Vec<Sample>> {
    let mut found = Vec::new();
    play_once(plan, contestant, case, |traffic, pids| {
        let (before, load) = (cpu(pids)?, cpu(&[std::process::id()])?);
        let (mut after, mut loaded) = (before, load);
        let outcome = traffic.run(case.pace(case.time), || {
            (after, loaded) = (cpu(pids)?, cpu(&[std::process::id()])?);
            Ok(())
        })?;
        settle_while(pids, PATIENCE, |time| traffic.listen(time))?;
        let quiet = cpu(pids)?;
        let messages = as_f64(outcome.accepted.total());
        found = samples(
            case,
            &[
                (RATE, "1/s", messages / outcome.time.as_secs_f64()),
                (P50, "ms", millis(&outcome.accepted, 0.5)),
                (P99, "ms", millis(&outcome.accepted, 0.99)),
                (CPU, "µs", after.micros_since(before) / messages),
                (CPU_LOAD, "µs", loaded.micros_since(load) / messages),
                (CPU_QUIET, "µs", quiet.micros_since(before) / messages),
                (ARRIVAL_P50, "ms", millis(&outcome.delivered, 0.5)),
                (ARRIVAL_P99, "ms", millis(&outcome.delivered, 0.99)),
            ],
        );
        Ok(())
    })?;
    Ok(found)
}

fn flushes(plan: &Plan, contestant: &dyn Contestant, case: &Case) -> Result<Vec<Sample>> {
    let mut found = Vec::new();
    play_once(plan, contestant, case, |traffic, pids| {
        let flushes = Flushes::count(pids, plan.workshop.fresh()?)?;
        let outcome = traffic.run(case.pace(COUNTING), || Ok(()))?;
        let each = flushes.per_thousand(as_f64(outcome.accepted.total()))?;
        found = samples(case, &[(FLUSHES, "", each)]);
        Ok(())
    })?;
    Ok(found)
}

/// Starts a contestant, warms it up, lets `act` do its work, ends it and counts its log.
fn play_once(
    plan: &Plan,
    contestant: &dyn Contestant,
    case: &Case,
    act: impl FnOnce(&mut Traffic, &[u32]) -> Result<()>,
) -> Result<()> {
    let (mut running, directory) = plan.start(contestant, &POPULATION, Door::Websocket)?;
    let pids = running.process.pids();
    let nap = if case.in_flight == 1 {
        Duration::ZERO
    } else {
        NAP
    };
    let mut swarm = Swarm::new()?.napping(nap);
    let speakers = (0..POPULATION.users).map(|user| (running.sender)(user));
    let lines = gather(&mut swarm, running.address, speakers, PATIENCE)?;
    let mut traffic = Traffic::new(swarm, lines, &POPULATION);
    let all = Pace {
        senders: POPULATION.users,
        window: 1,
        time: WARMING,
    };
    traffic.run(all, || Ok(()))?;
    settle_while(&pids, PATIENCE, |time| traffic.listen(time))?;
    act(&mut traffic, &pids)?;
    running.process.stop()?;
    let (sent, stored) = (traffic.total() as u64, contestant.stored(directory.path())?);
    ensure!(
        stored == Some(sent),
        "{sent} messages were acknowledged, stored are {stored:?}"
    );
    Ok(())
}

fn millis(times: &Histogram, share: f64) -> f64 {
    times.quantile(share).as_secs_f64() * 1e3
}

/// What was to be reached, in the case with the most on their way.
fn compare(case: &Case, report: &mut Report) {
    let (case, what) = (case.name(), "durable direct messages");
    let median = |report: &Report, figure, name: &str| {
        report
            .spread(Scenario::Direct, &case, figure, name)
            .map(|spread| spread.median)
    };
    let Some(ours) = median(report, RATE, "switchboard") else {
        return;
    };
    for (name, least) in [("store", SHARE), ("ejabberd", TIMES), ("prosody", TIMES)] {
        if let Some(theirs) = median(report, RATE, name) {
            let ratio = ours / theirs;
            report.target(Target {
                what: format!("{what}, {case}, beside {name}"),
                wanted: format!("≥ {least} ×"),
                found: format!("{ratio:.2} × ({ours:.0} against {theirs:.0} a second)"),
                reached: ratio >= least,
            });
        }
    }
    if let Some(found) = median(report, CPU_QUIET, "switchboard") {
        report.target(Target {
            what: format!("CPU per durable message, {case}, with what is done afterwards"),
            wanted: format!("≤ {MICROS} µs"),
            found: format!("{found:.1} µs"),
            reached: found <= MICROS,
        });
    }
}
