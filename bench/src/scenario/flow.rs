//! Messages that flow among many sessions while something else goes on, and who has to get them.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::load::{LineId, Swarm, Target};
use crate::measure::Histogram;

/// A steady flow of messages to groups.
pub(super) struct Flow {
    /// The groups: their numbers, who sends, and everyone else who has to get it.
    groups: Vec<(usize, LineId, Vec<LineId>)>,
    every: Duration,
    due: Instant,
    next: u64,
    /// Whom each message did not reach yet, and when it was sent.
    missing: HashMap<u64, (Instant, Vec<LineId>)>,
    /// From sending to arrival, of those that arrived.
    pub(super) took: Histogram,
    /// Messages sent.
    pub(super) sent: u64,
    /// Deliveries that came again; clients drop them.
    pub(super) again: u64,
}

impl Flow {
    /// So many messages a second, to one group after the other. The first member of each sends; of
    /// those who stand in `quiet` nobody does; a group of none but them stays silent.
    pub(super) fn new(
        groups: impl Iterator<Item = Vec<usize>>,
        per_second: u32,
        quiet: impl Fn(usize) -> bool,
    ) -> Self {
        let groups = groups.enumerate().filter_map(|(number, members)| {
            let sender = members.iter().copied().find(|member| !quiet(*member))?;
            let others = members.into_iter().filter(|member| *member != sender);
            Some((number, sender, others.collect()))
        });
        Self {
            groups: groups.collect(),
            every: Duration::from_secs(1) / per_second,
            due: Instant::now(),
            next: 1,
            missing: HashMap::new(),
            took: Histogram::default(),
            sent: 0,
            again: 0,
        }
    }

    /// Begins now.
    pub(super) fn begin(&mut self) {
        self.due = Instant::now();
    }

    /// Sends what is due. When we are late, what was missed is not made up for at once.
    pub(super) fn push(&mut self, swarm: &mut Swarm) -> Result<()> {
        let now = Instant::now();
        let mut burst = 0;
        while self.due <= now && burst < 32 {
            burst += 1;
            self.due += self.every;
            let place = usize::try_from(self.next)? % self.groups.len();
            let (group, sender, others) = &self.groups[place];
            let number = self.next;
            self.next += 1;
            swarm.say(*sender, |speaker, out| {
                speaker.send(Target::Group(*group), number, out);
            })?;
            self.missing.insert(number, (now, others.clone()));
            self.sent += 1;
        }
        if self.due < now {
            self.due = now;
        }
        Ok(())
    }

    /// A number for something else than a message.
    pub(super) fn number(&mut self) -> u64 {
        self.next += 1;
        self.next - 1
    }

    /// A message arrived.
    pub(super) fn heard(&mut self, line: LineId, number: u64, at: Instant) {
        let Some((sent, missing)) = self.missing.get_mut(&number) else {
            self.again += 1;
            return;
        };
        let Some(place) = missing.iter().position(|other| *other == line) else {
            // The sender's own, or one that came again.
            return;
        };
        missing.swap_remove(place);
        self.took.record(at.saturating_duration_since(*sent));
        if missing.is_empty() {
            self.missing.remove(&number);
        }
    }

    /// Deliveries that are still to come.
    pub(super) fn outstanding(&self) -> usize {
        self.missing
            .values()
            .map(|(_, missing)| missing.len())
            .sum()
    }

    /// Fails when deliveries are missing.
    pub(super) fn is_whole(&self) -> Result<()> {
        match self.outstanding() {
            0 => Ok(()),
            count => bail!("{count} deliveries never came"),
        }
    }
}
