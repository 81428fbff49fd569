//! Floors for durable messages: the same messages, written without a server around.
//!
//! Map: [`store`] appends to our own store, which commits together what waits; [`file`] appends to
//! a plain file and flushes together what waits. Each runs as a process of its own, like a server,
//! so that CPU time and flushes are taken alike. Those who write are tasks in that process: their
//! part of the CPU time is in the figure.
//!
//! It prints `ready PORT` and begins when somebody connects there; then it prints what it did as
//! one line of JSON and ends.

mod file;
mod store;

use std::cell::Cell;
use std::net::TcpListener;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use tokio::task::{LocalSet, spawn_local};

use crate::measure::{Histogram, cpu};

/// How long everyone writes before anything is measured, as with servers: a log that was filled
/// once takes what follows with less.
pub(crate) const WARMING: Duration = Duration::from_millis(500);

/// Where to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Place {
    /// Our own store.
    Store,
    /// A plain file.
    File,
}

impl Place {
    /// As the report calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::File => "file",
        }
    }
}

/// What to do.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Where to.
    #[arg(value_enum)]
    pub(crate) place: Place,
    /// An empty directory.
    #[arg(long)]
    pub(crate) directory: PathBuf,
    /// Messages that wait at once.
    #[arg(long)]
    pub(crate) in_flight: usize,
    /// For how long new ones are written.
    #[arg(long)]
    pub(crate) milliseconds: u64,
    /// Who there is.
    #[arg(long)]
    pub(crate) users: usize,
    /// Direct conversations of each.
    #[arg(long)]
    pub(crate) direct: usize,
}

/// What was done.
#[derive(Debug)]
pub(crate) struct Done {
    /// Messages before those.
    pub(crate) warmed: u64,
    /// How long each message took that was measured.
    pub(crate) waits: Histogram,
    /// From the first message to the last acknowledgement.
    pub(crate) time: Duration,
    /// CPU time of all, in microseconds.
    pub(crate) cpu_micros: f64,
}

/// Writes messages; one waits for its acknowledgement before it writes the next.
trait Writer {
    /// Writes a user's message with this number; returns when it is durable.
    async fn write(&self, user: usize, number: u64) -> Result<()>;
}

/// Does what was asked for.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.place == Place::Store {
        store::fill(options)?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let local = LocalSet::new();
    let done = local.block_on(&runtime, async {
        match options.place {
            Place::Store => {
                let writer = store::open(options).await?;
                let done = measure(options, writer.clone()).await?;
                writer.close(done.total()).await?;
                Ok::<_, anyhow::Error>(done)
            }
            Place::File => {
                let writer = file::open(options)?;
                let done = measure(options, writer.clone()).await?;
                writer.close(done.total())?;
                Ok(done)
            }
        }
    })?;
    println!("{}", done.line());
    Ok(())
}

/// Warms up, waits for the word, and measures.
async fn measure<W: Writer + 'static>(options: &Options, writer: Rc<W>) -> Result<Done> {
    let writers = Writers {
        writer,
        users: options.users,
        next: Rc::default(),
    };
    let warmed = writers.write(options.users, WARMING).await?.total();
    wait_for_the_word()?;
    let pid = [std::process::id()];
    let (before, start) = (cpu(&pid)?, Instant::now());
    let time = Duration::from_millis(options.milliseconds);
    let waits = writers.write(options.in_flight, time).await?;
    Ok(Done {
        warmed,
        waits,
        time: start.elapsed(),
        cpu_micros: cpu(&pid)?.micros_since(before),
    })
}

/// Those who write.
struct Writers<W> {
    writer: Rc<W>,
    users: usize,
    /// The number of the next message.
    next: Rc<Cell<u64>>,
}

impl<W: Writer + 'static> Writers<W> {
    /// So many write for a while, each one message after the other.
    async fn write(&self, count: usize, time: Duration) -> Result<Histogram> {
        let end = Instant::now() + time;
        let one = |place: usize| {
            let (writer, next) = (Rc::clone(&self.writer), Rc::clone(&self.next));
            spawn_local(one_after_another(writer, place % self.users, next, end))
        };
        let tasks: Vec<_> = (0..count).map(one).collect();
        let mut waits = Histogram::default();
        for task in tasks {
            waits.add(&task.await??);
        }
        Ok(waits)
    }
}

async fn one_after_another<W: Writer>(
    writer: Rc<W>,
    user: usize,
    next: Rc<Cell<u64>>,
    end: Instant,
) -> Result<Histogram> {
    let mut waits = Histogram::default();
    while Instant::now() < end {
        let (number, start) = (next.replace(next.get() + 1), Instant::now());
        writer.write(user, number).await?;
        waits.record(start.elapsed());
    }
    Ok(waits)
}

fn wait_for_the_word() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("ready {}", listener.local_addr()?.port());
    listener.accept()?;
    Ok(())
}

impl Done {
    /// How many messages were acknowledged in all.
    fn total(&self) -> u64 {
        self.warmed + self.waits.total()
    }

    /// As one line.
    fn line(&self) -> Value {
        json!({
            "messages": self.waits.total(),
            "seconds": self.time.as_secs_f64(),
            "cpu_us": self.cpu_micros,
            "p50_us": micros(&self.waits, 0.5),
            "p99_us": micros(&self.waits, 0.99),
        })
    }
}

fn micros(waits: &Histogram, share: f64) -> f64 {
    waits.quantile(share).as_secs_f64() * 1e6
}

/// Fails when there are not as many messages as were acknowledged.
fn must_be(stored: u64, acknowledged: u64) -> Result<()> {
    if stored != acknowledged {
        bail!("{acknowledged} messages were acknowledged and {stored} are stored");
    }
    Ok(())
}
