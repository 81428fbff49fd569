//! A mixed load for long: does memory level off?

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::flow::Flow;
use crate::contestant::{Contestant, Running};
use crate::load::{self, Heard, LineId, Opening, Swarm, gather};
use crate::measure::histogram::as_f64;
use crate::measure::{cpu, memory};
use crate::native;
use crate::options::{Door, Scenario};
use crate::plan::Plan;
use crate::population::Population;
use crate::report::{Course, Report, Sample, Target};

mod verdict;

/// How long sessions may take to come up, and the last messages to arrive.
const PATIENCE: Duration = Duration::from_mins(10);
/// How long the last messages may take to arrive.
const LAST: Duration = Duration::from_secs(30);
/// Messages a second, each to a group of 40.
const RATE: u32 = 50;
/// Other things that people do, a second.
const STIRS: u32 = 50;
/// How long who is cut off stays away.
const AWAY: Duration = Duration::from_secs(2);
/// One of so many sessions is cut off each second.
const CUTS: usize = 200;
/// Conversations of each user.
const CONVERSATIONS: usize = 20;

/// Plays it once: it is long, and its figure is a course and not a number.
pub(super) fn play(plan: &Plan, report: &mut Report) {
    report.method(Scenario::Soak, METHOD);
    let most = plan.most_sessions();
    let sizes = plan
        .options
        .sizes(&plan.options.sessions, [&[200], &[1_000], &[5_000]]);
    let sessions = sizes.first().copied().unwrap_or(most).min(most);
    for contestant in plan.contestants.iter().filter(|one| one.is_ours()) {
        match measure(plan, contestant.as_ref(), sessions) {
            Ok(soaked) => tell(contestant.name(), soaked, report),
            Err(error) => {
                report.failure(Scenario::Soak, format!("{}: {error:#}", contestant.name()));
            }
        }
    }
}

const METHOD: &str = "Users in 20 conversations each, seven of ten by WebSocket, the others by \
    Server-Sent Events and long polling. 50 messages a second go to groups of 40, 50 other things are \
    done (writing is told, messages are marked as read, history is read), and each second one of 200 \
    connections is cut off and comes back after 2 s. Resident memory is read each second. It levels off \
    when, in the last third of the time, the straight line through it rises by at most a twentieth of \
    the middle third's mean, and its maximum is at most that much \
    above the middle third's. Every message has to reach every member.";

struct Soaked {
    case: String,
    samples: Vec<Sample>,
    course: Vec<(f64, f64)>,
}

fn tell(name: &'static str, soaked: Soaked, report: &mut Report) {
    report.add(Scenario::Soak, name, soaked.samples);
    let verdict = verdict::of(&soaked.course);
    report.target(Target {
        what: format!("soak: {}", soaked.case),
        wanted: "memory levels off".to_owned(),
        found: verdict.in_words(),
        reached: verdict.level(),
    });
    report.course(Course {
        title: format!("Resident memory of {name}: {}", soaked.case),
        unit: "MiB",
        points: soaked.course,
    });
}

fn measure(plan: &Plan, contestant: &dyn Contestant, sessions: usize) -> Result<Soaked> {
    let population = Population::of(sessions).with_conversations(CONVERSATIONS);
    let (running, _directory) = plan.start(contestant, &population, Door::Websocket)?;
    let mut swarm = Swarm::new()?;
    let speakers = (0..sessions).map(|user| native::speaker(door(user), user));
    gather(&mut swarm, running.address, speakers, PATIENCE)?;
    let time = plan.options.soak();
    let mut soak = Soak {
        swarm,
        flow: Flow::new(population.gatherings(), RATE, |user| !speaks(user)),
        running: &running,
        groups: senders(&population),
        away: VecDeque::new(),
        course: Vec::new(),
        reset: 0,
    };
    let before = cpu(&running.process.pids())?;
    soak.run(time)?;
    let used = cpu(&running.process.pids())?.since(before).as_secs_f64();
    let case = format!("{sessions} sessions, {} s", time.as_secs());
    let sample = |figure, unit, value| Sample::new(&case, figure, unit, value);
    let millis = |share| soak.flow.took.quantile(share).as_secs_f64() * 1e3;
    let most = soak
        .course
        .iter()
        .map(|(_, memory)| *memory)
        .fold(0.0, f64::max);
    Ok(Soaked {
        samples: vec![
            sample("greatest resident memory", "MiB", most),
            sample(
                "server CPU",
                "% of a core",
                used / time.as_secs_f64() * 100.0,
            ),
            sample("deliveries", "", as_f64(soak.flow.took.total())),
            sample("p50 from sending to arrival", "ms", millis(0.5)),
            sample("p99 from sending to arrival", "ms", millis(0.99)),
        ],
        case,
        course: soak.course,
    })
}

/// The groups in which someone can send, by number, and who.
fn senders(population: &Population) -> Vec<(usize, LineId)> {
    let groups = population.gatherings().enumerate();
    groups
        .filter_map(|(number, members)| {
            let sender = members.into_iter().find(|one| speaks(*one))?;
            Some((number, sender))
        })
        .collect()
}

/// Seven of ten come by WebSocket; these can also send.
fn speaks(user: usize) -> bool {
    door(user) == Door::Websocket
}

fn door(user: usize) -> Door {
    match user % 10 {
        0..7 => Door::Websocket,
        7 | 8 => Door::Sse,
        _ => Door::Poll,
    }
}

struct Soak<'a> {
    swarm: Swarm,
    flow: Flow,
    running: &'a Running,
    /// A member of each group who can send.
    groups: Vec<(usize, LineId)>,
    /// Who was cut off, and when they come back.
    away: VecDeque<(Instant, LineId)>,
    course: Vec<(f64, f64)>,
    reset: usize,
}

impl Soak<'_> {
    fn run(&mut self, time: Duration) -> Result<()> {
        let start = Instant::now();
        let (mut second, mut stirred) = (1_u32, 0_u32);
        self.flow.begin();
        while start.elapsed() < time {
            self.flow.push(&mut self.swarm)?;
            while f64::from(stirred) < start.elapsed().as_secs_f64() * f64::from(STIRS) {
                stirred += 1;
                self.stir()?;
            }
            if start.elapsed() >= Duration::from_secs(1) * second {
                self.note(start)?;
                self.cut(second)?;
                second += 1;
            }
            self.come_back()?;
            self.listen()?;
        }
        self.end()
    }

    fn listen(&mut self) -> Result<()> {
        let Self {
            swarm, flow, reset, ..
        } = self;
        swarm.turn(|line, heard, at| match heard {
            Heard::Message(number) => flow.heard(line, number, at),
            Heard::Ready(Opening::Reset) | Heard::Reset => *reset += 1,
            Heard::Ready(_) | Heard::Accepted(_) | Heard::Closed => {}
        })?;
        self.swarm.is_whole()?;
        ensure!(
            self.reset == 0,
            "{} sessions were told to begin anew",
            self.reset
        );
        Ok(())
    }

    fn stir(&mut self) -> Result<()> {
        let number = self.flow.number();
        let place = usize::try_from(number)? % self.groups.len();
        let (group, line) = self.groups[place];
        self.swarm.say(line, |speaker, out| {
            speaker.stir(load::Target::Group(group), number, out);
        })
    }

    fn note(&mut self, start: Instant) -> Result<()> {
        let rss = memory(&self.running.process.pids())?.rss;
        self.course
            .push((start.elapsed().as_secs_f64(), as_f64(rss) / 1024.0 / 1024.0));
        Ok(())
    }

    /// Cuts off another part of the sessions each second.
    fn cut(&mut self, second: u32) -> Result<()> {
        let first = usize::try_from(second)? % CUTS;
        for line in (first..self.swarm.len()).step_by(CUTS) {
            if self.swarm.is_alive(line) && !self.groups.iter().any(|(_, sender)| *sender == line) {
                self.swarm.cut(line)?;
                self.away.push_back((Instant::now() + AWAY, line));
            }
        }
        Ok(())
    }

    fn come_back(&mut self) -> Result<()> {
        while let Some((due, line)) = self.away.front().copied() {
            if due > Instant::now() {
                break;
            }
            self.away.pop_front();
            self.swarm.again(line, self.running.address)?;
        }
        Ok(())
    }

    /// Nothing more is sent; waits for what is still to come.
    fn end(&mut self) -> Result<()> {
        let end = Instant::now() + LAST;
        while Instant::now() < end && (self.flow.outstanding() > 0 || !self.away.is_empty()) {
            self.come_back()?;
            self.listen()?;
        }
        self.flow.is_whole()
    }
}
