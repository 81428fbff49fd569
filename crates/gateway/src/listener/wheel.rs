//! One clock for all connections: a wheel of one-second slots instead of a timer for each.

use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;

/// Slots of one second; a longer wait goes round.
const SLOTS: u32 = 64;

/// When silence means something, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rhythm {
    /// After so much silence there is a [`Beat::Silence`], and again after as much more.
    pub(crate) every: u32,
    /// After so much silence there is a [`Beat::Dead`].
    pub(crate) dead: Option<u32>,
}

impl Rhythm {
    /// From settings; at least a second each.
    pub(crate) fn new(every: Duration, dead: Option<Duration>) -> Self {
        let seconds = |span: Duration| u32::try_from(span.as_secs()).unwrap_or(u32::MAX).max(1);
        Self {
            every: seconds(every),
            dead: dead.map(seconds),
        }
    }

    /// What silence of this length means, and in how many seconds to look again.
    fn judge(self, silence: u32) -> (Option<Beat>, u32) {
        if let Some(dead) = self.dead {
            if silence >= dead {
                return (Some(Beat::Dead), dead);
            }
            if silence >= self.every {
                return (Some(Beat::Silence), self.every.min(dead - silence));
            }
        } else if silence >= self.every {
            return (Some(Beat::Silence), self.every);
        }
        (None, self.every - silence)
    }
}

/// What the wheel tells a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beat {
    /// Silent for a while: ping it.
    Silence,
    /// Silent for too long.
    Dead,
}

/// A connection's place on the wheel. It leaves the wheel when it is dropped.
#[derive(Debug)]
pub(crate) struct Pulse {
    timers: Arc<Timers>,
    rhythm: Rhythm,
    heard: AtomicU32,
    beat: AtomicU8,
    wake: Notify,
}

impl Pulse {
    /// A sign of life: silence begins anew.
    pub(crate) fn heard(&self) {
        self.heard
            .store(self.timers.now.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    /// Waits for the next beat. Dropping the future loses nothing.
    pub(crate) async fn beat(&self) -> Beat {
        loop {
            match self.beat.swap(0, Ordering::AcqRel) {
                0 => self.wake.notified().await,
                1 => return Beat::Silence,
                _ => return Beat::Dead,
            }
        }
    }

    fn tell(&self, beat: Beat) {
        let raw = match beat {
            Beat::Silence => 1,
            Beat::Dead => 2,
        };
        self.beat.store(raw, Ordering::Release);
        self.wake.notify_one();
    }
}

/// The wheel and the present second.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    now: AtomicU32,
    wheel: Mutex<Wheel<Weak<Pulse>>>,
}

impl Timers {
    /// Puts a connection on the wheel.
    pub(crate) fn watch(self: &Arc<Self>, rhythm: Rhythm) -> Arc<Pulse> {
        let now = self.now.load(Ordering::Relaxed);
        let pulse = Arc::new(Pulse {
            timers: Arc::clone(self),
            rhythm,
            heard: AtomicU32::new(now),
            beat: AtomicU8::new(0),
            wake: Notify::new(),
        });
        self.wheel
            .lock()
            .put(now.wrapping_add(rhythm.every), Arc::downgrade(&pulse));
        pulse
    }

    /// A second has passed.
    pub(crate) fn tick(&self) {
        let now = self.now.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        self.wheel.lock().turn(now, |pulse: &Weak<Pulse>| {
            let pulse = pulse.upgrade()?;
            let silence = now.wrapping_sub(pulse.heard.load(Ordering::Relaxed));
            let (beat, again) = pulse.rhythm.judge(silence);
            if let Some(beat) = beat {
                pulse.tell(beat);
            }
            Some(now.wrapping_add(again))
        });
    }

    /// Ticks for ever.
    pub(crate) async fn run(self: Arc<Self>) {
        let mut seconds = tokio::time::interval(Duration::from_secs(1));
        seconds.tick().await;
        loop {
            seconds.tick().await;
            self.tick();
        }
    }
}

/// Things to look at, by the second in which they are due.
#[derive(Debug)]
struct Wheel<T> {
    slots: Vec<Vec<(u32, T)>>,
}

impl<T> Default for Wheel<T> {
    fn default() -> Self {
        Self {
            slots: (0..SLOTS).map(|_| Vec::new()).collect(),
        }
    }
}

impl<T> Wheel<T> {
    fn put(&mut self, due: u32, thing: T) {
        self.slots[(due % SLOTS) as usize].push((due, thing));
    }

    /// Looks at what is due `now`; `look` says when to look again, or that it is over.
    fn turn(&mut self, now: u32, mut look: impl FnMut(&T) -> Option<u32>) {
        let slot = (now % SLOTS) as usize;
        for (due, thing) in std::mem::take(&mut self.slots[slot]) {
            let next = if due == now { look(&thing) } else { Some(due) };
            if let Some(next) = next {
                self.put(next, thing);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(timers: &Timers, seconds: u32) {
        for _ in 0..seconds {
            timers.tick();
        }
    }

    fn beat(pulse: &Pulse) -> u8 {
        pulse.beat.swap(0, Ordering::AcqRel)
    }

    #[test]
    fn silence_is_told_and_then_death() {
        let timers = Arc::new(Timers::default());
        let pulse = timers.watch(Rhythm {
            every: 25,
            dead: Some(60),
        });
        after(&timers, 24);
        assert_eq!(beat(&pulse), 0);
        after(&timers, 1);
        assert_eq!(beat(&pulse), 1);
        after(&timers, 25);
        assert_eq!(beat(&pulse), 1);
        after(&timers, 9);
        assert_eq!(beat(&pulse), 0);
        after(&timers, 1);
        assert_eq!(beat(&pulse), 2);
    }

    #[test]
    fn a_sign_of_life_begins_anew() {
        let timers = Arc::new(Timers::default());
        let pulse = timers.watch(Rhythm {
            every: 25,
            dead: Some(60),
        });
        for _ in 0..20 {
            after(&timers, 20);
            pulse.heard();
        }
        assert_eq!(beat(&pulse), 0);
        after(&timers, 25);
        assert_eq!(beat(&pulse), 1);
    }

    #[test]
    fn a_wait_that_is_longer_than_the_wheel_goes_round() {
        let timers = Arc::new(Timers::default());
        let pulse = timers.watch(Rhythm {
            every: 200,
            dead: None,
        });
        after(&timers, 199);
        assert_eq!(beat(&pulse), 0);
        after(&timers, 1);
        assert_eq!(beat(&pulse), 1);
    }

    #[test]
    fn what_was_dropped_leaves_the_wheel() {
        let timers = Arc::new(Timers::default());
        let pulses: Vec<_> = (0..100)
            .map(|_| {
                timers.watch(Rhythm {
                    every: 3,
                    dead: None,
                })
            })
            .collect();
        let count = || {
            timers
                .wheel
                .lock()
                .slots
                .iter()
                .map(Vec::len)
                .sum::<usize>()
        };
        assert_eq!(count(), 100);
        drop(pulses);
        after(&timers, 3);
        assert_eq!(count(), 0);
    }

    #[tokio::test]
    async fn a_waiting_connection_is_woken() {
        let timers = Arc::new(Timers::default());
        let pulse = timers.watch(Rhythm {
            every: 1,
            dead: None,
        });
        let waiting = tokio::spawn(async move { pulse.beat().await });
        tokio::task::yield_now().await;
        timers.tick();
        assert_eq!(waiting.await.unwrap(), Beat::Silence);
    }
}
