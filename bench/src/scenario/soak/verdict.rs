//! Does a course of memory level off?

/// How much of a rise, and of a higher maximum, is still level.
const ALLOWED: f64 = 0.05;

/// The last third beside the middle one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Verdict {
    /// How much the straight line through the last third rises over it, as a share of the middle
    /// third's mean.
    rise: f64,
    /// How much the last third's maximum is above the middle third's, as a share of it.
    above: f64,
}

impl Verdict {
    /// Is it level?
    pub(super) fn level(self) -> bool {
        self.rise <= ALLOWED && self.above <= ALLOWED
    }

    /// For the report.
    pub(super) fn in_words(self) -> String {
        let Self { rise, above } = self;
        format!(
            "last third: rises by {:.1} %, maximum {:+.1} % (allowed {:.0} %)",
            rise * 100.0,
            above * 100.0,
            ALLOWED * 100.0
        )
    }
}

/// Judges a course of (seconds, memory). A course without thirds is not level.
pub(super) fn of(course: &[(f64, f64)]) -> Verdict {
    let third = course.len() / 3;
    if third < 2 {
        return Verdict {
            rise: f64::INFINITY,
            above: f64::INFINITY,
        };
    }
    let middle = &course[course.len() - 2 * third..course.len() - third];
    let last = &course[course.len() - third..];
    let span = last[third - 1].0 - last[0].0;
    Verdict {
        rise: slope(last) * span / mean(middle.iter().map(|(_, memory)| *memory)),
        above: most(last) / most(middle) - 1.0,
    }
}

fn most(course: &[(f64, f64)]) -> f64 {
    course.iter().map(|(_, memory)| *memory).fold(0.0, f64::max)
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    sum / count
}

/// Of the straight line with the least squares.
fn slope(course: &[(f64, f64)]) -> f64 {
    let at = mean(course.iter().map(|(seconds, _)| *seconds));
    let height = mean(course.iter().map(|(_, memory)| *memory));
    let (mut above, mut below) = (0.0, 0.0);
    for (seconds, memory) in course {
        above += (seconds - at) * (memory - height);
        below += (seconds - at) * (seconds - at);
    }
    above / below
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(length: u32, memory: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
        (1..=length)
            .map(|second| (f64::from(second), memory(f64::from(second))))
            .collect()
    }

    #[test]
    fn what_settles_is_level_and_what_grows_is_not() {
        assert!(of(&course(1000, |second| 100.0 - 50.0 / second)).level());
        assert!(of(&course(1000, |second| 100.0 + (second / 7.0).sin())).level());
        assert!(!of(&course(1000, |second| 100.0 + second / 10.0)).level());
        assert!(
            !of(&course(1000, |second| if second > 900.0 {
                120.0
            } else {
                100.0
            }))
            .level()
        );
    }

    #[test]
    fn how_long_it_was_makes_no_difference_but_thirds_there_must_be() {
        assert!(!of(&course(100, |second| 100.0 + second * 0.2)).level());
        assert!(of(&course(100, |second| 100.0 + second * 0.05)).level());
        assert!(!of(&course(3, |_| 100.0)).level());
    }
}
