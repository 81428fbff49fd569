//! The report for the eye: SVG drawings, readable on light and dark.

mod bars;
mod lines;

use std::fmt::Write as _;

use super::{Report, Row, Spread};
use bars::Group;

/// All drawings with the names of their files.
pub(super) fn all(report: &Report) -> Vec<(String, String)> {
    let mut drawings = Vec::new();
    for (scenario, figure, title) in &report.drawings {
        let rows = report.rows.iter();
        let rows = rows.filter(|row| row.scenario == *scenario && row.figure == *figure);
        let groups: Vec<Group> = rows.map(group).collect();
        if !groups.is_empty() {
            drawings.push((
                format!("{}.svg", scenario.name()),
                bars::draw(title, &groups),
            ));
        }
    }
    for (number, course) in report.courses.iter().enumerate() {
        let name = if number == 0 {
            "soak.svg".to_owned()
        } else {
            format!("soak-{number}.svg")
        };
        drawings.push((name, lines::draw(course)));
    }
    drawings
}

fn group(row: &Row) -> Group {
    let bars = row.values.iter();
    let mut bars: Vec<(&'static str, Spread)> = bars
        .filter_map(|(name, values)| Some((*name, Spread::of(values)?)))
        .collect();
    // Ours first, then the others by name, the floor last.
    bars.sort_by_key(|(name, _)| match *name {
        "switchboard" => 0,
        "floor" => 2,
        _ => 1,
    });
    Group {
        title: row.case.clone(),
        bars,
    }
}

/// Colours for both schemes; chosen to be told apart in grey too.
const STYLE: &str = "\
<style>\
text{font:13px system-ui,sans-serif;fill:#1f2328}\
.title{font-size:15px;font-weight:600}\
.quiet{fill:#59636e}\
.axis{stroke:#d1d9e0;stroke-width:1}\
.range{stroke:#1f2328;stroke-width:1.5}\
.line{stroke:#0b6bcb;stroke-width:1.5;fill:none}\
.ours{fill:#0b6bcb}.other{fill:#9a6700}.floor{fill:#8c959f}\
@media(prefers-color-scheme:dark){\
text{fill:#e6edf3}.quiet{fill:#9198a1}.axis{stroke:#3d444d}.range{stroke:#e6edf3}\
.line{stroke:#4ea1f5}.ours{fill:#4ea1f5}.other{fill:#d29922}.floor{fill:#656c76}}\
</style>";

/// Opens a drawing of this size. Nothing is painted behind it.
fn open(width: f64, height: f64, title: &str) -> String {
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         width=\"{width:.0}\" height=\"{height:.0}\" role=\"img\" aria-label=\"{}\">\n{STYLE}\n",
        escaped(title)
    );
    let _ = writeln!(out, "{}", text((0.0, 18.0), "title", "start", title));
    out
}

fn text((x, y): (f64, f64), class: &str, anchor: &str, text: &str) -> String {
    format!(
        "<text x=\"{x:.1}\" y=\"{y:.1}\" class=\"{class}\" text-anchor=\"{anchor}\">{}</text>",
        escaped(text)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// A round number at or above: where an axis may end.
fn round_up(value: f64) -> f64 {
    let unit = 10_f64.powf(value.max(1e-9).log10().floor());
    let steps = [1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    let step = steps
        .into_iter()
        .find(|step| step * unit >= value * 0.999_999);
    step.unwrap_or(10.0) * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_round_number() {
        assert!((round_up(9465.0) - 10_000.0).abs() < 1e-6);
        assert!((round_up(0.34) - 0.4).abs() < 1e-9);
        assert!((round_up(100.0) - 100.0).abs() < 1e-6);
    }

    #[test]
    fn what_is_written_cannot_break_the_drawing() {
        assert_eq!(escaped("a < b & \"c\""), "a &lt; b &amp; &quot;c&quot;");
    }
}
