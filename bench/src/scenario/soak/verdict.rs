//! Does a course of memory level off?

/// In runs at least this long, in seconds, memory has had the time to become level.
const LONG: f64 = 600.0;

/// The last third beside the middle one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Verdict {
    /// How much the straight line through the last third rises over it, as a share of the middle
    /// third's mean.
    rise: f64,
    /// How much the last third's maximum is above the middle third's, as a share of it.
    above: f64,
    /// How much of either is allowed.
    allowed: f64,
}

impl Verdict {
    /// Is it level?
    pub(super) fn level(self) -> bool {
        self.rise <= self.allowed && self.above <= self.allowed
    }

    /// For the report.
    pub(super) fn in_words(self) -> String {
        let Self {
            rise,
            above,
            allowed,
        } = self;
        format!(
            "last third: rises by {:.1} %, maximum {:+.1} % (allowed {:.0} %)",
            rise * 100.0,
            above * 100.0,
            allowed * 100.0
        )
    }
}

/// Judges a course of (seconds, memory). A course without thirds is not level.
pub(super) fn of(course: &[(f64, f64)]) -> Verdict {
    let third = course.len() / 3;
    let long = course
        .last()
        .is_some_and(|(seconds, _)| *seconds >= LONG * 0.99);
    let allowed = if long { 0.05 } else { 0.1 };
    if third < 2 {
        return Verdict {
            rise: f64::INFINITY,
            above: f64::INFINITY,
            allowed,
        };
    }
    let middle = &course[course.len() - 2 * third..course.len() - third];
    let last = &course[course.len() - third..];
    let span = last[third - 1].0 - last[0].0;
    Verdict {
        rise: slope(last) * span / mean(middle.iter().map(|(_, memory)| *memory)),
        above: most(last) / most(middle) - 1.0,
        allowed,
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
    fn a_short_run_has_more_freedom_and_too_short_a_run_none() {
        let growing = |second: f64| 100.0 + second * 0.2;
        assert!(of(&course(100, growing)).level());
        assert!(!of(&course(600, growing)).level());
        assert!(!of(&course(3, |_| 100.0)).level());
    }
}
