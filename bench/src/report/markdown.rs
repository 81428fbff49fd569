//! The report for people.

use std::fmt::Write as _;

use super::{Report, Row, Spread, number};
use crate::options::Scenario;

/// Everything that was found, with links to the plots.
pub(super) fn write(report: &Report, plots: &[&str]) -> String {
    let mut out = String::from("# Measured\n\n");
    out += "Each figure is the median of the rounds, with the least and the greatest in brackets. ";
    out += "The contestants took turns in one run on one machine: compare within a row.\n\n";
    targets(report, &mut out);
    for plot in plots {
        let _ = writeln!(out, "![{}]({plot})\n", plot.trim_end_matches(".svg"));
    }
    let mut scenarios: Vec<Scenario> = report.rows.iter().map(|row| row.scenario).collect();
    scenarios.extend(report.notes.iter().map(|(scenario, _)| *scenario));
    scenarios.sort_unstable();
    scenarios.dedup();
    for scenario in scenarios {
        section(report, scenario, &mut out);
    }
    circumstances(report, &mut out);
    out
}

fn targets(report: &Report, out: &mut String) {
    if report.targets.is_empty() {
        return;
    }
    *out += "| to reach | | found | |\n|---|---|---|---|\n";
    for target in &report.targets {
        let verdict = if target.reached {
            "reached"
        } else {
            "**not reached**"
        };
        let _ = writeln!(
            out,
            "| {} | {} | {} | {verdict} |",
            target.what, target.wanted, target.found
        );
    }
    out.push('\n');
}

fn section(report: &Report, scenario: Scenario, out: &mut String) {
    let _ = writeln!(out, "## {}\n", scenario.name());
    for (_, text) in report.methods.iter().filter(|(of, _)| *of == scenario) {
        let _ = writeln!(out, "{text}\n");
    }
    let rows: Vec<&Row> = report
        .rows
        .iter()
        .filter(|row| row.scenario == scenario)
        .collect();
    let names: Vec<&str> = report
        .contestants
        .iter()
        .map(|(name, ..)| *name)
        .chain(rows.iter().flat_map(|row| row.values.keys().copied()))
        .filter(|name| rows.iter().any(|row| row.values.contains_key(name)))
        .fold(Vec::new(), |mut names, name| {
            if !names.contains(&name) {
                names.push(name);
            }
            names
        });
    if !rows.is_empty() {
        table(&rows, &names, out);
    }
    for (_, text) in report.notes.iter().filter(|(of, _)| *of == scenario) {
        let _ = writeln!(out, "- {}", text.replace('\n', " "));
    }
    out.push('\n');
}

fn table(rows: &[&Row], names: &[&str], out: &mut String) {
    let _ = writeln!(out, "| case | figure | {} |", names.join(" | "));
    let _ = writeln!(out, "|---|---|{}", "---:|".repeat(names.len()));
    for row in rows {
        let _ = write!(out, "| {} | {}, {} |", row.case, row.figure, row.unit);
        for name in names {
            let cell = row.values.get(name).and_then(|values| Spread::of(values));
            let _ = write!(out, " {} |", cell.map_or_else(String::new, in_words));
        }
        out.push('\n');
    }
    out.push('\n');
}

fn in_words(spread: Spread) -> String {
    let (median, least, most) = (
        number(spread.median),
        number(spread.least),
        number(spread.most),
    );
    if least == most {
        median
    } else {
        format!("{median} [{least}..{most}]")
    }
}

fn circumstances(report: &Report, out: &mut String) {
    *out += "## Circumstances\n\n| | |\n|---|---|\n";
    for (name, text) in &report.machine.lines {
        let _ = writeln!(out, "| {name} | {} |", text.replace('|', "\\|"));
    }
    for (name, version, settings) in &report.contestants {
        let _ = writeln!(out, "\n### {name}\n\n{version}\n");
        if !settings.is_empty() {
            let _ = writeln!(out, "```\n{}\n```", settings.trim_end());
        }
    }
}
