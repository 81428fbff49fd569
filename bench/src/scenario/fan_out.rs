//! One message to many members who are online.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};

use crate::contestant::Contestant;
use crate::load::{Heard, LineId, Swarm, Target, gather};
use crate::measure::histogram::as_f64;
use crate::measure::{Histogram, cpu, settle_while};
use crate::options::{Door, Scenario};
use crate::plan::Plan;
use crate::population::Population;
use crate::report::{self, Report, Sample};

/// How long sessions may take to come up, and the server to become quiet then.
const PATIENCE: Duration = Duration::from_mins(5);
/// How long one message may take to arrive everywhere.
const ARRIVAL: Duration = Duration::from_secs(30);
/// Messages of a burst.
const BURST: u64 = 16;
/// How long a case is measured at most, and how many messages or bursts it has at least: some of
/// the others take a hundred times as long as we do.
const LONGEST: Duration = Duration::from_secs(20);
const LEAST: u64 = 4;
/// The figure that everything is about.
const FIGURE: &str = "server CPU per delivery";

struct Case {
    door: Door,
    members: usize,
    burst: u64,
}

impl Case {
    fn name(&self) -> String {
        let Self {
            door,
            members,
            burst,
        } = self;
        let how = if *burst == 1 {
            "one at a time".to_owned()
        } else {
            format!("bursts of {burst}")
        };
        format!("{}, {members} members, {how}", door.name())
    }
}

/// Measures groups of all sizes, one message at a time and in bursts.
pub(super) fn play(plan: &Plan, report: &mut Report) {
    report.method(Scenario::FanOut, METHOD);
    report.draw(
        Scenario::FanOut,
        FIGURE,
        "Server CPU per delivery, µs (less is better)",
    );
    let cases = cases(plan);
    plan.in_turns(Scenario::FanOut, &cases, report, |contestant, case| {
        let fits = contestant.is_ours() || case.door == Door::Websocket;
        if fits {
            measure(plan, contestant, case)
        } else {
            Ok(Vec::new())
        }
    });
    for case in cases.iter().filter(|case| case.door == Door::Websocket) {
        compare(case, report);
    }
}

const METHOD: &str = "One member of a group sends messages of 200 bytes, all others are online and get \
    them. One at a time: the next is sent when all have the last. In bursts: 16 are sent together, the \
    next 16 when all have these. CPU is user and system time of the server's process, divided by the \
    deliveries, all of which are counted. Latency is from sending to arrival, which is noticed up to \
    1 ms late. Our clients acknowledge their mailbox after 64 events or 10 s, as the SDK does, which the \
    server's CPU includes; the floor's clients say nothing.";

fn cases(plan: &Plan) -> Vec<Case> {
    let options = &plan.options;
    let doors = if options.doors.is_empty() {
        options.scaled([
            [Door::Websocket, Door::Sse, Door::Poll].as_slice(),
            &[Door::Websocket],
            &[Door::Websocket, Door::Sse],
        ])
    } else {
        &options.doors
    };
    let mut cases = Vec::new();
    for members in options.sizes(&options.members, [&[50], &[1000], &[1000, 5000]]) {
        for door in doors {
            for burst in [1, BURST] {
                cases.push(Case {
                    door: *door,
                    members,
                    burst,
                });
            }
        }
    }
    cases
}

/// What our server takes, as a multiple of what the floor takes.
fn compare(case: &Case, report: &mut Report) {
    let median = |name| report.spread(Scenario::FanOut, &case.name(), FIGURE, name);
    let (Some(ours), Some(floor)) = (median("switchboard"), median("floor")) else {
        return;
    };
    let (ratio, wanted) = (
        ours.median / floor.median,
        if case.burst == 1 { 1.2 } else { 1.5 },
    );
    report.target(report::Target {
        what: format!("CPU per delivery: {}", case.name()),
        wanted: format!("≤ {wanted} × the floor"),
        found: format!(
            "{ratio:.2} × ({:.2} against {:.2} µs)",
            ours.median, floor.median
        ),
        reached: ratio <= wanted,
    });
}

fn measure(plan: &Plan, contestant: &dyn Contestant, case: &Case) -> Result<Vec<Sample>> {
    let population = Population::of(case.members + 1).with_group(case.members + 1);
    let (running, _directory) = plan.start(contestant, &population, case.door)?;
    let pids = running.process.pids();
    let mut swarm = Swarm::new()?;
    let listeners = (1..=case.members).map(|user| (running.listener)(user));
    gather(&mut swarm, running.address, listeners, PATIENCE)?;
    let sender = std::iter::once((running.sender)(0));
    let sender = gather(&mut swarm, running.address, sender, PATIENCE)?[0];
    settle_while(&pids, PATIENCE, |time| swarm.run_for(time))?;
    let deliveries =
        plan.options.scaled([2_000, 200_000, 400_000]) * if case.burst == 1 { 1 } else { 3 };
    let rounds = (deliveries / (case.members as u64 * case.burst)).max(4);
    let mut wave = Wave {
        sender,
        members: case.members,
        burst: case.burst,
        next: 1,
        ..Wave::default()
    };
    for _ in 0..4 {
        wave.roll(&mut swarm)?;
    }
    (wave.took, wave.heard) = (Histogram::default(), 0);
    let before = cpu(&pids)?;
    let end = Instant::now() + LONGEST;
    for round in 0..rounds {
        wave.roll(&mut swarm)?;
        if round >= LEAST && Instant::now() > end {
            break;
        }
    }
    let used = cpu(&pids)?.micros_since(before);
    swarm.is_whole()?;
    let millis = |share| wave.took.quantile(share).as_secs_f64() * 1e3;
    let sample = |figure, unit, value| Sample::new(case.name(), figure, unit, value);
    Ok(vec![
        sample(FIGURE, "µs", used / as_f64(wave.heard)),
        sample("p50 from sending to arrival", "ms", millis(0.5)),
        sample("p99 from sending to arrival", "ms", millis(0.99)),
    ])
}

/// Messages that are sent together and arrive everywhere before the next are sent.
#[derive(Default)]
struct Wave {
    sender: LineId,
    members: usize,
    burst: u64,
    /// The number of the next message.
    next: u64,
    /// Deliveries so far, those to the sender included.
    heard: u64,
    took: Histogram,
}

impl Wave {
    fn roll(&mut self, swarm: &mut Swarm) -> Result<()> {
        let numbers = self.next..self.next + self.burst;
        self.next = numbers.end;
        let sent = Instant::now();
        swarm.say(self.sender, |speaker, out| {
            for number in numbers.clone() {
                speaker.send(Target::Group(0), number, out);
            }
        })?;
        let mut missing: VecDeque<usize> = numbers.clone().map(|_| self.members).collect();
        let (mut left, mut twice) = (self.members as u64 * self.burst, 0);
        while left > 0 {
            swarm.turn(|line, heard, at| {
                let Heard::Message(number) = heard else {
                    return;
                };
                self.heard += 1;
                if line == self.sender {
                    return;
                }
                let place =
                    usize::try_from(number.wrapping_sub(numbers.start)).unwrap_or(usize::MAX);
                match missing.get_mut(place) {
                    Some(count @ 1..) => {
                        *count -= 1;
                        left -= 1;
                        self.took.record(at.saturating_duration_since(sent));
                    }
                    _ => twice += 1,
                }
            })?;
            swarm.is_whole()?;
            ensure!(twice == 0, "{twice} deliveries came twice or too late");
            if sent.elapsed() > ARRIVAL {
                bail!("{left} deliveries are missing");
            }
        }
        Ok(())
    }
}
