//! One clock for all lines of a shard: slots of one second instead of a timer for each line.

/// A longer wait goes round.
const SLOTS: u32 = 64;

/// Lines to look at, by the second in which they are due.
#[derive(Debug)]
pub(super) struct Wheel {
    now: u32,
    slots: Vec<Vec<(u32, u32)>>,
}

impl Default for Wheel {
    fn default() -> Self {
        Self {
            now: 0,
            slots: (0..SLOTS).map(|_| Vec::new()).collect(),
        }
    }
}

impl Wheel {
    /// Looks at a line in the second `due`, which has to be in the future.
    pub(super) fn put(&mut self, due: u32, key: u32) {
        let due = if after(due, self.now) {
            due
        } else {
            self.now.wrapping_add(1)
        };
        self.slots[(due % SLOTS) as usize].push((due, key));
    }

    /// A second has passed: the lines that are due, each with the second for which it was put.
    pub(super) fn turn(&mut self) -> Vec<(u32, u32)> {
        self.now = self.now.wrapping_add(1);
        let now = self.now;
        let slot = &mut self.slots[(now % SLOTS) as usize];
        let mut due = Vec::new();
        slot.retain(|entry| {
            let later = entry.0 != now;
            if !later {
                due.push(*entry);
            }
            later
        });
        // After a wave of lines the slot gives its memory back.
        if slot.capacity() > 64 && slot.len() < slot.capacity() / 4 {
            slot.shrink_to_fit();
        }
        due
    }
}

/// Is one second after another, on a clock that goes round?
pub(super) fn after(second: u32, other: u32) -> bool {
    second != other && second.wrapping_sub(other) < u32::MAX / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(wheel: &mut Wheel) -> Vec<u32> {
        wheel.turn().into_iter().map(|(_, key)| key).collect()
    }

    #[test]
    fn a_line_comes_up_in_its_second_and_only_then() {
        let mut wheel = Wheel::default();
        wheel.put(2, 7);
        wheel.put(2, 8);
        wheel.put(200, 9);
        assert!(keys(&mut wheel).is_empty());
        assert_eq!(keys(&mut wheel), [7, 8]);
        for _ in 3..200 {
            assert!(keys(&mut wheel).is_empty());
        }
        assert_eq!(keys(&mut wheel), [9]);
        assert!(wheel.slots.iter().all(Vec::is_empty));
    }

    #[test]
    fn what_should_have_been_looked_at_already_is_next() {
        let mut wheel = Wheel::default();
        for _ in 0..10 {
            wheel.turn();
        }
        wheel.put(3, 7);
        assert_eq!(keys(&mut wheel), [7]);
    }

    #[test]
    fn the_clock_goes_round() {
        assert!(after(0, u32::MAX));
        assert!(!after(u32::MAX, 0));
        assert!(!after(5, 5));
    }
}
