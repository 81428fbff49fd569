//! Bars beside each other, in groups.

use std::fmt::Write as _;

use super::{Spread, open, round_up, text};
use crate::report::number;

/// What is compared with each other.
pub(super) struct Group {
    /// Under which circumstances.
    pub(super) title: String,
    /// Who had how much.
    pub(super) bars: Vec<(&'static str, Spread)>,
}

const WIDTH: f64 = 760.0;
/// Where bars begin, and how long the longest can be.
const LEFT: f64 = 110.0;
const LONGEST: f64 = 500.0;
const TOP: f64 = 34.0;
const BAR: f64 = 18.0;
const GROUP: f64 = 32.0;

/// Draws them, all on one scale.
pub(super) fn draw(title: &str, groups: &[Group]) -> String {
    let rows: usize = groups.iter().map(|group| group.bars.len()).sum();
    let height = TOP + count(rows) * (BAR + 4.0) + count(groups.len()) * GROUP + 8.0;
    let mut out = open(WIDTH, height, title);
    let mut y = TOP;
    let bars = groups.iter().flat_map(|group| &group.bars);
    let most = bars.map(|(_, spread)| spread.most).fold(0.0, f64::max);
    let scale = LONGEST / round_up(most);
    for group in groups {
        let _ = writeln!(
            out,
            "{}",
            text((0.0, y + 14.0), "quiet", "start", &group.title)
        );
        y += 22.0;
        for (name, spread) in &group.bars {
            bar(&mut out, y, (name, *spread), scale);
            y += BAR + 4.0;
        }
        y += GROUP - 22.0;
    }
    out + "</svg>\n"
}

fn bar(out: &mut String, y: f64, (name, spread): (&str, Spread), scale: f64) {
    let class = match name {
        "switchboard" => "ours",
        "floor" => "floor",
        _ => "other",
    };
    let middle = y + BAR / 2.0;
    let end = (spread.median * scale).max(1.0);
    let _ = writeln!(out, "{}", text((LEFT - 8.0, middle + 4.5), "", "end", name));
    let _ = writeln!(
        out,
        "<rect x=\"{LEFT}\" y=\"{y:.1}\" width=\"{end:.1}\" height=\"{BAR}\" rx=\"2\" class=\"{class}\"/>"
    );
    let (least, most) = (LEFT + spread.least * scale, LEFT + spread.most * scale);
    if most - least > 2.0 {
        let _ = writeln!(
            out,
            "<path d=\"M{least:.1} {middle:.1}H{most:.1}\" class=\"range\"/>"
        );
    }
    let after = most.max(LEFT + end) + 6.0;
    let _ = writeln!(
        out,
        "{}",
        text((after, middle + 4.5), "", "start", &number(spread.median))
    );
}

#[expect(clippy::cast_precision_loss, reason = "a few rows")]
fn count(rows: usize) -> f64 {
    rows as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bar_has_its_name_and_number() {
        let spread = |median| Spread {
            median,
            least: median * 0.9,
            most: median * 1.1,
        };
        let bars = vec![("switchboard", spread(2000.0)), ("floor", spread(100.0))];
        let drawing = draw(
            "Memory",
            &[Group {
                title: "websocket".to_owned(),
                bars,
            }],
        );
        for part in [
            "Memory",
            "websocket",
            "switchboard",
            "floor",
            "2 000",
            "class=\"ours\"",
        ] {
            assert!(drawing.contains(part), "{part}");
        }
        assert_eq!(drawing.matches("<rect").count(), 2);
        assert!(drawing.ends_with("</svg>\n"));
    }
}
