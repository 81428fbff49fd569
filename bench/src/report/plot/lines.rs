//! A course over time.

use std::fmt::Write as _;

use super::{open, round_up, text};
use crate::report::{Course, number};

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 280.0;
const LEFT: f64 = 60.0;
const RIGHT: f64 = 750.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 240.0;
/// Lines across, the axis included.
const LINES: u8 = 5;

/// Draws it from zero, so that a small change looks small.
pub(super) fn draw(course: &Course) -> String {
    let mut out = open(WIDTH, HEIGHT, &course.title);
    let end = course
        .points
        .last()
        .map_or(1.0, |(seconds, _)| *seconds)
        .max(1.0);
    let most = course
        .points
        .iter()
        .map(|(_, value)| *value)
        .fold(0.0, f64::max);
    let top = round_up(most);
    let place = |seconds: f64, value: f64| {
        let x = LEFT + seconds / end * (RIGHT - LEFT);
        (x, BOTTOM - value / top * (BOTTOM - TOP))
    };
    for line in 0..LINES {
        let value = top * f64::from(line) / f64::from(LINES - 1);
        let (_, y) = place(0.0, value);
        let _ = writeln!(out, "<path d=\"M{LEFT} {y:.1}H{RIGHT}\" class=\"axis\"/>");
        let label = text((LEFT - 6.0, y + 4.5), "quiet", "end", &number(value));
        let _ = writeln!(out, "{label}");
    }
    let mut path = String::new();
    for (number, (seconds, value)) in course.points.iter().enumerate() {
        let (x, y) = place(*seconds, *value);
        let _ = write!(path, "{}{x:.1} {y:.1}", if number == 0 { 'M' } else { 'L' });
    }
    let _ = writeln!(out, "<path d=\"{path}\" class=\"line\"/>");
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let (x, _) = place(end * share, 0.0);
        let anchor = if share < 1.0 { "middle" } else { "end" };
        let label = format!("{:.0} s", end * share);
        let _ = writeln!(out, "{}", text((x, BOTTOM + 20.0), "quiet", anchor, &label));
    }
    let unit = text((LEFT - 6.0, TOP - 10.0), "quiet", "end", course.unit);
    let _ = writeln!(out, "{unit}");
    out + "</svg>\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_course_is_one_line() {
        let points = (0..10).map(|second| (f64::from(second), 50.0)).collect();
        let course = Course {
            title: "Memory".to_owned(),
            unit: "MiB",
            points,
        };
        let drawing = draw(&course);
        assert_eq!(drawing.matches("class=\"line\"").count(), 1);
        assert!(drawing.contains("9 s") && drawing.contains("MiB"));
    }
}
