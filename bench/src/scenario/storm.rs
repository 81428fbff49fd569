//! A fifth of all sessions drop and come back at once, while messages flow.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};

use super::flow::Flow;
use crate::contestant::{Contestant, Running};
use crate::load::{Heard, LineId, Opening, Swarm, gather};
use crate::measure::histogram::as_f64;
use crate::measure::{Cpu, cpu, settle_while};
use crate::options::{Door, Scenario};
use crate::plan::Plan;
use crate::population::Population;
use crate::report::{Report, Sample, Target};

/// How long sessions may take to come up, and the server to become quiet then.
const PATIENCE: Duration = Duration::from_mins(10);
/// How long the storm may take, and the last message to arrive after it.
const STORM: Duration = Duration::from_mins(1);
/// Sessions, where the limit of open files allows them.
const SESSIONS: usize = 20_000;
/// One of so many drops.
const SHARE: usize = 5;
/// Conversations of each user.
const CONVERSATIONS: usize = 20;
/// Messages a second, each to a group of 40.
const RATE: u32 = 100;
/// In which time all have to be back.
const WANTED: f64 = 10.0;
/// The figure that everything is about.
const FIGURE: &str = "until all are resumed";

/// Measures one storm.
pub(super) fn play(plan: &Plan, report: &mut Report) {
    report.method(Scenario::Storm, METHOD);
    let most = plan.most_sessions().min(SESSIONS);
    let sizes = plan
        .options
        .sizes(&plan.options.sessions, [&[200], &[5_000], &[most]]);
    let sizes: Vec<usize> = sizes.into_iter().map(|size| size.min(most)).collect();
    if most < SESSIONS && !plan.options.smoke {
        let text = format!(
            "{most} sessions at most, not {SESSIONS}: only {} files may be open here",
            plan.files
        );
        report.note(Scenario::Storm, text);
    }
    plan.in_turns(Scenario::Storm, &sizes, report, |contestant, sessions| {
        measure(plan, contestant, *sessions)
    });
    for sessions in sizes {
        if let Some(found) = report.spread(Scenario::Storm, &name(sessions), FIGURE, "switchboard")
        {
            report.target(Target {
                what: format!("storm: {}", name(sessions)),
                wanted: format!("all resumed in < {WANTED} s, none missed"),
                found: format!("{:.2} s, none missed", found.most),
                reached: found.most < WANTED,
            });
        }
    }
}

const METHOD: &str = "Every user is online by WebSocket and in 20 conversations; 100 messages a second \
    go to groups of 40. Then a fifth of the connections is cut off (RST), all at the same moment, and \
    each is made anew at once, with the cursor of the last event it had. Measured is until the last of \
    them was told `resumed`. A run counts only when every message reached every member exactly as if \
    there had been no storm; what comes again after a resume is dropped by its number, as clients do.";

fn name(sessions: usize) -> String {
    format!("{} of {sessions} sessions", sessions / SHARE)
}

fn drops(line: LineId) -> bool {
    line.is_multiple_of(SHARE)
}

fn measure(plan: &Plan, contestant: &dyn Contestant, sessions: usize) -> Result<Vec<Sample>> {
    let population = Population::of(sessions).with_conversations(CONVERSATIONS);
    let (running, _directory) = plan.start(contestant, &population, Door::Websocket)?;
    let pids = running.process.pids();
    let mut swarm = Swarm::new()?;
    let listeners = (0..sessions).map(|user| (running.listener)(user));
    gather(&mut swarm, running.address, listeners, PATIENCE)?;
    settle_while(&pids, PATIENCE, |time| swarm.run_for(time))?;
    let mut storm = Storm {
        swarm,
        flow: Flow::new(population.gatherings(), RATE, drops),
        running: &running,
        away: Vec::new(),
        resumed: HashSet::new(),
        reset: 0,
    };
    storm.flow.begin();
    storm.go_on(Duration::from_secs(2))?;
    let (start, before) = (Instant::now(), cpu(&pids)?);
    let (took, used) = storm.rage(sessions, start, before, &pids)?;
    storm.go_on(Duration::from_secs(2))?;
    storm.calm()?;
    let case = name(sessions);
    let latency = storm.flow.took.quantile(0.99).as_secs_f64() * 1e3;
    let each = used / as_f64((sessions / SHARE) as u64);
    Ok(vec![
        Sample::new(&case, FIGURE, "s", took.as_secs_f64()),
        Sample::new(
            &case,
            "server CPU for each session that came back",
            "µs",
            each,
        ),
        Sample::new(
            &case,
            "p99 from sending to arrival, all messages",
            "ms",
            latency,
        ),
        Sample::new(&case, "messages missed", "", 0.0),
    ])
}

struct Storm<'a> {
    swarm: Swarm,
    flow: Flow,
    running: &'a Running,
    /// Whose connection has to be made anew, because the new one was lost too.
    away: Vec<LineId>,
    resumed: HashSet<LineId>,
    reset: usize,
}

impl Storm<'_> {
    fn turn(&mut self) -> Result<()> {
        self.flow.push(&mut self.swarm)?;
        self.listen()
    }

    fn listen(&mut self) -> Result<()> {
        let Self {
            swarm,
            flow,
            resumed,
            reset,
            ..
        } = self;
        swarm.turn(|line, heard, at| match heard {
            Heard::Message(number) => flow.heard(line, number, at),
            Heard::Ready(Opening::Resumed) => drop(resumed.insert(line)),
            Heard::Ready(_) | Heard::Reset => *reset += 1,
            Heard::Accepted(_) | Heard::Closed => {}
        })
    }

    fn go_on(&mut self, time: Duration) -> Result<()> {
        let end = Instant::now() + time;
        while Instant::now() < end {
            self.turn()?;
        }
        self.swarm.is_whole()
    }

    /// Cuts, comes back, and waits for all: how long it took, and the server's CPU in µs.
    fn rage(
        &mut self,
        sessions: usize,
        start: Instant,
        before: Cpu,
        pids: &[u32],
    ) -> Result<(Duration, f64)> {
        let dropping: Vec<LineId> = (0..sessions).filter(|line| drops(*line)).collect();
        for line in &dropping {
            self.swarm.cut(*line)?;
        }
        self.away.clone_from(&dropping);
        while self.resumed.len() < dropping.len() {
            for line in std::mem::take(&mut self.away) {
                self.swarm.again(line, self.running.address)?;
            }
            self.turn()?;
            // A connection that the server could not take at once is tried again, as clients do.
            self.away
                .extend(dropping.iter().filter(|line| !self.swarm.is_alive(**line)));
            ensure!(
                self.reset == 0,
                "{} sessions were told to begin anew",
                self.reset
            );
            if start.elapsed() > STORM {
                let missing = dropping.len() - self.resumed.len();
                bail!(
                    "{missing} sessions did not come back in {} s",
                    STORM.as_secs()
                );
            }
        }
        let took = start.elapsed();
        let used = cpu(pids)?.micros_since(before);
        let _ = self.swarm.is_whole();
        Ok((took, used))
    }

    /// Sends nothing more and waits for what is still to come.
    fn calm(&mut self) -> Result<()> {
        let end = Instant::now() + STORM;
        while self.flow.outstanding() > 0 && Instant::now() < end {
            self.listen()?;
        }
        self.swarm.is_whole()?;
        ensure!(
            self.reset == 0,
            "{} sessions were told to begin anew",
            self.reset
        );
        self.flow.is_whole()
    }
}
