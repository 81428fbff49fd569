//! A run: what is played, by whom, and where the report goes.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tempfile::TempDir;

use crate::contestant::{self, Contestant, Running, Stage};
use crate::options::{Door, Options, Scenario};
use crate::population::Population;
use crate::prepare;
use crate::report::{Report, Sample};
use crate::scenario;

/// What `statfs` calls memory that looks like a disk (`tmpfs` and `ramfs`, statfs(2)).
const IN_MEMORY: [i64; 2] = [0x0102_1994, 0x8584_58f6_u32 as i64];

/// What a run consists of.
pub(crate) struct Plan {
    /// As asked for.
    pub(crate) options: Options,
    /// Who takes part, in the order of turns.
    pub(crate) contestants: Vec<Box<dyn Contestant>>,
    /// Where files are put meanwhile.
    pub(crate) workshop: Workshop,
    /// Open files that a process may have.
    pub(crate) files: usize,
}

/// A directory on a real disk, and the stores that were filled there.
pub(crate) struct Workshop {
    directory: TempDir,
    filled: RefCell<HashMap<Population, PathBuf>>,
}

/// Plays everything; false when it was a smoke and not all of it was complete.
pub(crate) fn run(options: Options) -> Result<bool> {
    let files = raise_files()?;
    let workshop = Workshop::open(options.work.as_deref())?;
    let contestants = contestant::all(&options)?;
    let plan = Plan {
        options,
        contestants,
        workshop,
        files,
    };
    let mut report = Report::begin(&plan)?;
    for scenario in plan.options.wanted() {
        eprintln!("{}", scenario.name());
        if let Err(error) = scenario::play(scenario, &plan, &mut report) {
            report.failure(scenario, format!("not measured: {error:#}"));
        }
    }
    report.write(&plan.options)?;
    // A contestant that did not start is no reason to throw a long run away; in a smoke it is.
    Ok(report.is_complete() || !plan.options.smoke)
}

impl Plan {
    /// Sessions that one server and one load process can have at once.
    pub(crate) fn most_sessions(&self) -> usize {
        // A tenth is left for databases, threads, and whoever knocks meanwhile.
        (self.files / 10 * 9 / 1000 * 1000).min(50_000)
    }

    /// Starts a contestant on a fresh directory, which lives as long as what is returned.
    pub(crate) fn start(
        &self,
        contestant: &dyn Contestant,
        population: &Population,
        door: Door,
    ) -> Result<(Running, TempDir)> {
        let directory = self.workshop.fresh()?;
        let stage = Stage {
            workshop: &self.workshop,
            directory: directory.path(),
            population,
            door,
        };
        let running = contestant.start(&stage)?;
        Ok((running, directory))
    }

    /// Lets all contestants who play the scenario measure all cases, in turns, several times. What
    /// fails is noted, and the rest goes on.
    pub(crate) fn in_turns<C>(
        &self,
        scenario: Scenario,
        cases: &[C],
        report: &mut Report,
        mut measure: impl FnMut(&dyn Contestant, &C) -> Result<Vec<Sample>>,
    ) {
        for round in 1..=self.options.repeats() {
            for case in cases {
                for contestant in &self.contestants {
                    if !contestant.plays(scenario) {
                        continue;
                    }
                    match measure(contestant.as_ref(), case) {
                        Ok(samples) => report.add(scenario, contestant.name(), samples),
                        Err(error) => {
                            let name = contestant.name();
                            report.failure(scenario, format!("{name}, round {round}: {error:#}"));
                        }
                    }
                }
            }
        }
    }
}

impl Workshop {
    fn open(wanted: Option<&Path>) -> Result<Self> {
        let parent = wanted.map_or_else(std::env::temp_dir, Path::to_path_buf);
        std::fs::create_dir_all(&parent)?;
        let kind = rustix::fs::statfs(&parent)
            .context("the directory for files")?
            .f_type;
        if IN_MEMORY.contains(&kind) {
            bail!(
                "{} is memory, not a disk: name a directory on a disk with --work",
                parent.display()
            );
        }
        let directory = tempfile::Builder::new()
            .prefix("switchboard-bench-")
            .tempdir_in(parent)?;
        Ok(Self {
            directory,
            filled: RefCell::default(),
        })
    }

    /// An empty directory, gone when it is dropped.
    pub(crate) fn fresh(&self) -> Result<TempDir> {
        Ok(tempfile::tempdir_in(self.directory.path())?)
    }

    /// Fills `data` with the population. The first time it is made, and `ripen` lets its server do
    /// with it what it does but once; then it is copied.
    pub(crate) fn fill(
        &self,
        population: &Population,
        data: &Path,
        ripen: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<()> {
        let known = self.filled.borrow().get(population).cloned();
        let from = if let Some(from) = known {
            from
        } else {
            let from = self.fresh()?.keep();
            prepare::fill(population, &from)?;
            ripen(&from)?;
            self.filled
                .borrow_mut()
                .insert(population.clone(), from.clone());
            from
        };
        prepare::copy(&from, data)?;
        Ok(())
    }

    /// What sort of file system it is on, as its number (statfs(2)).
    pub(crate) fn file_system(&self) -> i64 {
        rustix::fs::statfs(self.directory.path()).map_or(0, |found| found.f_type)
    }
}

/// Raises the limit of open files as far as is allowed, for this process and those it starts.
fn raise_files() -> Result<usize> {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(
        Resource::Nofile,
        Rlimit {
            current: limit.maximum,
            maximum: limit.maximum,
        },
    )?;
    Ok(limit.maximum.map_or(usize::MAX, |most| {
        usize::try_from(most).unwrap_or(usize::MAX)
    }))
}
