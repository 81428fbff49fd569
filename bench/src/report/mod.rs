//! What a run found, and how it is written down.

mod json;
mod machine;
mod markdown;
mod plot;

use std::collections::BTreeMap;
use std::fs;
use std::time::Instant;

use anyhow::Result;

use crate::options::{Options, Scenario};
use crate::plan::Plan;
use machine::Machine;

/// One measured number.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sample {
    /// Under which circumstances: `websocket, 20 conversations`.
    pub(crate) case: String,
    /// What was measured: `server memory per session`.
    pub(crate) figure: &'static str,
    /// In which unit: `B`, `µs`, `1/s`.
    pub(crate) unit: &'static str,
    /// How much.
    pub(crate) value: f64,
}

impl Sample {
    /// One measured number.
    pub(crate) fn new(
        case: impl Into<String>,
        figure: &'static str,
        unit: &'static str,
        value: f64,
    ) -> Self {
        Self {
            case: case.into(),
            figure,
            unit,
            value,
        }
    }
}

/// All rounds of one figure.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) scenario: Scenario,
    pub(crate) case: String,
    pub(crate) figure: &'static str,
    pub(crate) unit: &'static str,
    /// What each contestant had in each round.
    pub(crate) values: BTreeMap<&'static str, Vec<f64>>,
}

/// Something that was to be reached.
#[derive(Debug)]
pub(crate) struct Target {
    /// What: `memory per idle websocket session, 20 conversations`.
    pub(crate) what: String,
    /// How much: `≤ 2560 B`.
    pub(crate) wanted: String,
    /// What was measured.
    pub(crate) found: String,
    /// Is it enough?
    pub(crate) reached: bool,
}

/// A course of values over time, to be drawn.
#[derive(Debug)]
pub(crate) struct Course {
    pub(crate) title: String,
    pub(crate) unit: &'static str,
    /// Seconds since the beginning, and the value.
    pub(crate) points: Vec<(f64, f64)>,
}

/// Median, least and greatest of several rounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
}

impl Spread {
    /// Of these; none of nothing.
    pub(crate) fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let (least, most) = (*sorted.first()?, *sorted.last()?);
        let half = sorted.len() / 2;
        let median = if sorted.len() % 2 == 1 {
            sorted[half]
        } else {
            f64::midpoint(sorted[half - 1], sorted[half])
        };
        Some(Self {
            median,
            least,
            most,
        })
    }
}

/// What a run found.
#[derive(Debug)]
pub(crate) struct Report {
    machine: Machine,
    /// Name, version and configuration of each contestant.
    contestants: Vec<(&'static str, String, String)>,
    rows: Vec<Row>,
    notes: Vec<(Scenario, String)>,
    methods: Vec<(Scenario, String)>,
    targets: Vec<Target>,
    courses: Vec<Course>,
    /// What is drawn: a figure of a scenario, and its title.
    drawings: Vec<(Scenario, &'static str, &'static str)>,
    failures: usize,
    begun: Instant,
}

impl Report {
    /// An empty one, with the state of the machine before the run.
    pub(crate) fn begin(plan: &Plan) -> Result<Self> {
        let contestants = plan.contestants.iter();
        let contestants = contestants.map(|one| (one.name(), one.version(), one.settings()));
        Ok(Self {
            machine: Machine::now(plan)?,
            contestants: contestants.collect(),
            rows: Vec::new(),
            notes: Vec::new(),
            methods: Vec::new(),
            targets: Vec::new(),
            courses: Vec::new(),
            drawings: Vec::new(),
            failures: 0,
            begun: Instant::now(),
        })
    }

    /// Adds what a contestant had in one round.
    pub(crate) fn add(
        &mut self,
        scenario: Scenario,
        contestant: &'static str,
        samples: Vec<Sample>,
    ) {
        for sample in samples {
            eprintln!(
                "{:5.0} s  {contestant}: {}: {} {:.2} {}",
                self.begun.elapsed().as_secs_f64(),
                sample.case,
                sample.figure,
                sample.value,
                sample.unit
            );
            let row = self.row(scenario, &sample);
            row.values.entry(contestant).or_default().push(sample.value);
        }
    }

    fn row(&mut self, scenario: Scenario, sample: &Sample) -> &mut Row {
        let same = |row: &Row| {
            row.scenario == scenario && row.case == sample.case && row.figure == sample.figure
        };
        let place = self.rows.iter().position(same).unwrap_or_else(|| {
            self.rows.push(Row {
                scenario,
                case: sample.case.clone(),
                figure: sample.figure,
                unit: sample.unit,
                values: BTreeMap::new(),
            });
            self.rows.len() - 1
        });
        &mut self.rows[place]
    }

    /// Says in one line what was not measured and why, or what else must be known.
    pub(crate) fn note(&mut self, scenario: Scenario, text: String) {
        eprintln!("  note: {text}");
        if !self.notes.contains(&(scenario, text.clone())) {
            self.notes.push((scenario, text));
        }
    }

    /// Says in one line what was not complete and so has no figure.
    pub(crate) fn failure(&mut self, scenario: Scenario, text: String) {
        self.failures += 1;
        self.note(scenario, text);
    }

    /// Was everything complete?
    pub(crate) fn is_complete(&self) -> bool {
        self.failures == 0 && !self.rows.is_empty()
    }

    /// Says how a scenario is measured.
    pub(crate) fn method(&mut self, scenario: Scenario, text: impl Into<String>) {
        self.methods.push((scenario, text.into()));
    }

    /// Says whether something was reached.
    pub(crate) fn target(&mut self, target: Target) {
        self.targets.push(target);
    }

    /// Lets a figure be drawn as bars, under a title.
    pub(crate) fn draw(&mut self, scenario: Scenario, figure: &'static str, title: &'static str) {
        self.drawings.push((scenario, figure, title));
    }

    /// Adds a course to be drawn.
    pub(crate) fn course(&mut self, course: Course) {
        self.courses.push(course);
    }

    /// The rounds of one figure of one contestant.
    pub(crate) fn spread(
        &self,
        scenario: Scenario,
        case: &str,
        figure: &str,
        contestant: &str,
    ) -> Option<Spread> {
        let row = self
            .rows
            .iter()
            .find(|row| row.scenario == scenario && row.case == case && row.figure == figure)?;
        Spread::of(row.values.get(contestant)?)
    }

    /// Writes the files.
    pub(crate) fn write(&self, options: &Options) -> Result<()> {
        fs::create_dir_all(&options.out)?;
        let plots = plot::all(self);
        for (name, drawing) in &plots {
            fs::write(options.out.join(name), drawing)?;
        }
        let names: Vec<&str> = plots.iter().map(|(name, _)| name.as_str()).collect();
        let text = markdown::write(self, &names);
        fs::write(options.out.join("report.md"), &text)?;
        fs::write(options.out.join("report.json"), json::write(self))?;
        println!("{text}");
        Ok(())
    }
}

/// A number with as many digits as mean something.
pub(crate) fn number(value: f64) -> String {
    let digits = match value.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        _ => 2,
    };
    let plain = format!("{value:.digits$}");
    let (whole, rest) = plain
        .split_once('.')
        .map_or((plain.as_str(), None), |(a, b)| (a, Some(b)));
    let (sign, whole) = whole
        .strip_prefix('-')
        .map_or(("", whole), |whole| ("-", whole));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    rest.map_or(format!("{sign}{grouped}"), |rest| {
        format!("{sign}{grouped}.{rest}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        assert_eq!(number(1_234_567.0), "1 234 567");
        assert_eq!(number(999.6), "1 000");
        assert_eq!(number(12.34), "12.3");
        assert_eq!(number(-0.456), "-0.46");
    }

    #[test]
    fn a_spread_has_its_median_in_the_middle() {
        let spread = Spread::of(&[3.0, 1.0, 2.0]).expect("three");
        assert_eq!((spread.median, spread.least, spread.most), (2.0, 1.0, 3.0));
        let even = Spread::of(&[1.0, 2.0]).expect("two").median;
        assert!((even - 1.5).abs() < 1e-9);
        assert_eq!(Spread::of(&[]), None);
    }
}
