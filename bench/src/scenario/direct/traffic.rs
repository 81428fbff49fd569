//! Messages between two, each sender keeping so many on their way.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};

use crate::load::{Heard, LineId, Swarm, Target};
use crate::measure::Histogram;
use crate::population::Population;

/// How long nothing may be acknowledged or arrive while something is on its way.
const PATIENCE: Duration = Duration::from_secs(30);

/// The lines of all users, and what went over them.
pub(super) struct Traffic {
    swarm: Swarm,
    /// The line of each user.
    lines: Vec<LineId>,
    /// To whom each user writes, in turns.
    partners: Vec<Vec<Target>>,
    /// Everything that was ever sent, by number.
    sent: Vec<Sent>,
}

/// A message on its way.
#[derive(Debug, Clone, Copy)]
struct Sent {
    from: LineId,
    to: LineId,
    at: Instant,
    accepted: bool,
    delivered: bool,
}

/// How many write, how many messages of each are on their way, and until when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Users who write; the first ones.
    pub(super) senders: usize,
    /// Messages of each that wait for their acknowledgement.
    pub(super) window: usize,
    /// For how long new ones are sent.
    pub(super) time: Duration,
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// From sending to the server's acknowledgement.
    pub(super) accepted: Histogram,
    /// From sending to arrival at the other end.
    pub(super) delivered: Histogram,
    /// From the first message to the last acknowledgement.
    pub(super) time: Duration,
}

impl Traffic {
    /// With the sessions of all users, in their order.
    pub(super) fn new(swarm: Swarm, lines: Vec<LineId>, population: &Population) -> Self {
        let mut partners = vec![Vec::new(); population.users];
        for (conversation, (one, other)) in population.pairs().enumerate() {
            partners[one].push(Target::Direct {
                conversation,
                to: other,
            });
            partners[other].push(Target::Direct {
                conversation,
                to: one,
            });
        }
        Self {
            swarm,
            lines,
            partners,
            sent: Vec::new(),
        }
    }

    /// Everything that was ever sent.
    pub(super) fn total(&self) -> usize {
        self.sent.len()
    }

    /// Takes what comes for a while, without sending anything.
    pub(super) fn listen(&mut self, time: Duration) -> Result<()> {
        self.swarm.run_for(time)
    }

    /// Sends for a while, then waits until everything was acknowledged; `acknowledged` is called
    /// at that moment. Then waits until everything has arrived.
    pub(super) fn run(
        &mut self,
        pace: Pace,
        acknowledged: impl FnOnce() -> Result<()>,
    ) -> Result<Outcome> {
        let (first, start) = (self.sent.len(), Instant::now());
        let mut outcome = Outcome::default();
        for user in 0..pace.senders {
            self.send(user, pace.window)?;
        }
        let mut free = Vec::new();
        let mut way = Way {
            accepted: 0,
            delivered: 0,
            moved: start,
        };
        while way.accepted < self.sent.len() - first {
            self.turn(&mut outcome, &mut way, &mut free)?;
            if start.elapsed() < pace.time {
                for lines in free.chunk_by(|one, other| one == other) {
                    self.send(lines[0], lines.len())?;
                }
            }
            free.clear();
        }
        outcome.time = start.elapsed();
        acknowledged()?;
        while way.delivered < self.sent.len() - first {
            self.turn(&mut outcome, &mut way, &mut free)?;
        }
        Ok(outcome)
    }

    /// A user sends so many at once.
    fn send(&mut self, user: usize, count: usize) -> Result<()> {
        let Self {
            swarm,
            lines,
            partners,
            sent,
        } = self;
        let at = Instant::now();
        swarm.say(lines[user], |speaker, out| {
            for _ in 0..count {
                let partners = &partners[user];
                let target = partners[sent.len() % partners.len()];
                let Target::Direct { to, .. } = target else {
                    unreachable!("pairs only")
                };
                speaker.send(target, sent.len() as u64, out);
                sent.push(Sent {
                    from: user,
                    to,
                    at,
                    accepted: false,
                    delivered: false,
                });
            }
        })
    }

    /// Takes what has come; those who may send again go to `free`.
    fn turn(&mut self, outcome: &mut Outcome, way: &mut Way, free: &mut Vec<usize>) -> Result<()> {
        let Self {
            swarm, lines, sent, ..
        } = self;
        let mut wrong = None;
        swarm.turn(|line, heard, at| match heard {
            Heard::Accepted(number) => match entry(sent, number) {
                Some(one) if !one.accepted && lines[one.from] == line => {
                    one.accepted = true;
                    outcome
                        .accepted
                        .record(at.saturating_duration_since(one.at));
                    free.push(one.from);
                    way.accepted += 1;
                    way.moved = at;
                }
                _ => wrong = Some("an acknowledgement came twice"),
            },
            Heard::Message(number) => match entry(sent, number) {
                // A user's own messages come back to their other devices, and to this one.
                Some(one) if lines[one.from] == line => {}
                Some(one) if !one.delivered && lines[one.to] == line => {
                    one.delivered = true;
                    outcome
                        .delivered
                        .record(at.saturating_duration_since(one.at));
                    way.delivered += 1;
                    way.moved = at;
                }
                _ => wrong = Some("a message came twice, or to the wrong user"),
            },
            Heard::Reset | Heard::Closed => wrong = Some("a session was not kept up with"),
            Heard::Ready(_) => {}
        })?;
        swarm.is_whole()?;
        if let Some(wrong) = wrong {
            bail!(wrong);
        }
        ensure!(way.moved.elapsed() < PATIENCE, "nothing moves any more");
        Ok(())
    }
}

/// How far the messages of a run have come.
struct Way {
    accepted: usize,
    delivered: usize,
    /// When the last one moved.
    moved: Instant,
}

fn entry(sent: &mut [Sent], number: u64) -> Option<&mut Sent> {
    sent.get_mut(usize::try_from(number).ok()?)
}
