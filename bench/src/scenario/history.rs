//! Looking back, with little and much stored: what it costs must not grow with the total.

mod archive;
mod questions;

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::contestant::{Contestant, Running};
use crate::load::Asker;
use crate::measure::{cpu, settle};
use crate::options::Scenario;
use crate::plan::Plan;
use crate::report::{Report, Sample, Target};
use archive::Archive;
use questions::{QUESTIONS, Question, ask};

/// How long a server may take to become quiet after its start.
const PATIENCE: std::time::Duration = std::time::Duration::from_mins(2);
/// How much more it may cost with the most than with the least stored.
const FLAT: f64 = 1.3;

const METHOD: &str = "Our server alone, with three stores of one shape, filled through the ports of the store \
    beforehand. The measured user is in 500 direct conversations, whatever the total; one of them holds two in a \
    hundred of all messages, and 400 at least. The total grows by more conversations (10 times the square root of the \
    messages: 1,000, 10,000 and 22,360) and by longer ones (10, 100 and 223 messages on average). Texts \
    have 20 words out of 20,000, some much more frequent than others; one message in ten also has a word \
    that is looked for as a common one, and forty in all a rare one. Questions are asked by HTTP on one \
    connection, one after another; each answer is counted to be complete. Places are among the newest 400 \
    messages of the long conversation, except where it says any place. \
    Measured is user and system time of the server's process for a question. All servers run all the \
    time and are asked in turns.";

/// A server on a store that was filled, with the directory that holds it.
struct Site {
    archive: Archive,
    running: Running,
    _directory: TempDir,
}

/// Measures every question on every store.
pub(super) fn play(plan: &Plan, report: &mut Report) -> Result<()> {
    report.method(Scenario::History, METHOD);
    let contestant = plan.contestants.iter().find(|one| one.is_ours());
    let contestant = contestant.context("our own server takes no part")?.as_ref();
    let sites = open_all(plan, contestant, report);
    let times = plan.options.scaled([20, 200, 400]);
    for round in 1..=plan.options.repeats() {
        for question in QUESTIONS {
            for site in &sites {
                let case = site.archive.name();
                match measure(site, question, times) {
                    Ok(micros) => {
                        let sample = Sample::new(case, question.figure, "µs", micros);
                        report.add(Scenario::History, contestant.name(), vec![sample]);
                    }
                    Err(error) => report.failure(
                        Scenario::History,
                        format!("{case}, {}, round {round}: {error:#}", question.figure),
                    ),
                }
            }
        }
    }
    for question in QUESTIONS {
        compare(question, &sites, contestant.name(), report);
    }
    Ok(())
}

fn open_all(plan: &Plan, contestant: &dyn Contestant, report: &mut Report) -> Vec<Site> {
    let totals: &[u64] = plan.options.scaled([
        &[1_000, 10_000],
        &[10_000, 1_000_000],
        &[10_000, 1_000_000, 5_000_000],
    ]);
    let mut sites = Vec::new();
    for messages in totals {
        match open(plan, contestant, *messages) {
            Ok(site) => sites.push(site),
            Err(error) => report.failure(
                Scenario::History,
                format!("{messages} messages are not measured: {error:#}"),
            ),
        }
    }
    sites
}

fn open(plan: &Plan, contestant: &dyn Contestant, messages: u64) -> Result<Site> {
    let directory = plan.workshop.fresh()?;
    let archive = Archive::fill(&directory.path().join("data"), messages)?;
    let running = contestant.resume(directory.path())?;
    settle(&running.process.pids(), PATIENCE)?;
    Ok(Site {
        archive,
        running,
        _directory: directory,
    })
}

/// CPU time of the server for one question, in microseconds.
fn measure(site: &Site, question: &Question, times: u64) -> Result<f64> {
    let pids = site.running.process.pids();
    let mut asker = Asker::connect(site.running.address)?;
    // The first ones find nothing in the caches.
    for number in 0..times / 10 {
        ask(&mut asker, question, site.archive, number)?;
    }
    let before = cpu(&pids)?;
    for number in 0..times {
        ask(&mut asker, question, site.archive, number * 7_919)?;
    }
    let used = cpu(&pids)?.micros_since(before);
    Ok(used / crate::measure::histogram::as_f64(times))
}

/// Says by how much the answer costs more with the most stored than with the least.
fn compare(question: &Question, sites: &[Site], name: &str, report: &mut Report) {
    let (Some(least), Some(most)) = (sites.first(), sites.last()) else {
        return;
    };
    let of = |site: &Site| {
        report.spread(
            Scenario::History,
            &site.archive.name(),
            question.figure,
            name,
        )
    };
    if let (Some(little), Some(much)) = (of(least), of(most)) {
        let ratio = much.median / little.median;
        report.target(Target {
            what: format!(
                "history: {}, {} beside {}",
                question.figure,
                most.archive.name(),
                least.archive.name()
            ),
            wanted: format!("≤ {FLAT} ×"),
            found: format!("{ratio:.2} ×"),
            reached: ratio <= FLAT,
        });
    }
}
