//! A thread with its lines.

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use slab::Slab;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{Notify, watch};

use super::Visit;
use super::post;
use super::wheel::Wheel;
use crate::metrics::Metrics;
use crate::settings::Settings;
use crate::shared::{Phase, reached, seconds};

/// What is read of a line at once, at most. One such buffer serves all lines of a thread.
const INPUT: usize = 64 * 1024;
/// What the shared output buffer may keep.
const OUTPUT: usize = 256 * 1024;

/// With so many lines to visit, more of what they are to be told is waited for,
const CROWD: usize = 64;
/// for so long (a timer of the runtime has whole milliseconds).
const GATHER: Duration = Duration::from_millis(1);

/// The buffers of a thread.
pub(super) struct Scratch {
    pub(super) input: Box<[u8]>,
    pub(super) out: Vec<u8>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::new(Scratch {
        input: vec![0; INPUT].into_boxed_slice(),
        out: Vec::new(),
    });
}

/// Lends the thread's buffers; the output is empty.
pub(super) fn scratch<R>(work: impl FnOnce(&mut Scratch) -> R) -> R {
    SCRATCH.with_borrow_mut(|scratch| {
        scratch.out.clear();
        let result = work(scratch);
        if scratch.out.capacity() > OUTPUT {
            scratch.out = Vec::new();
        }
        result
    })
}

/// One thread: a runtime of its own, the lines that live on it, and those that have to be visited.
pub(crate) struct Shard {
    runtime: Handle,
    /// Something happened to these.
    listed: Mutex<Vec<Arc<dyn Visit>>>,
    bell: Notify,
    lines: Mutex<Slab<Arc<dyn Visit>>>,
    wheel: Mutex<Wheel>,
    now: AtomicU32,
    pub(super) metrics: Arc<Metrics>,
    /// Many connections may be written to by one system call.
    together: bool,
    /// How long a line may refuse what is written to it, in seconds.
    pub(super) write_time: u32,
}

impl fmt::Debug for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.lines.lock().len();
        f.debug_struct("Shard")
            .field("lines", &lines)
            .finish_non_exhaustive()
    }
}

impl Shard {
    /// Runs a task on this shard's thread.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.runtime.spawn(task);
    }

    /// The present second.
    pub(super) fn now(&self) -> u32 {
        self.now.load(Ordering::Relaxed)
    }

    /// Gives a new line its number.
    pub(super) fn enter<L: Visit + 'static>(&self, make: impl FnOnce(u32) -> Arc<L>) -> Arc<L> {
        let mut lines = self.lines.lock();
        let entry = lines.vacant_entry();
        let key = u32::try_from(entry.key()).expect("there are fewer lines than file descriptors");
        let line = make(key);
        entry.insert(Arc::clone(&line) as Arc<dyn Visit>);
        line
    }

    /// A line is over.
    pub(super) fn leave(&self, key: u32) {
        let mut lines = self.lines.lock();
        let line = lines.try_remove(key as usize);
        if lines.is_empty() {
            lines.shrink_to_fit();
        }
        drop(lines);
        drop(line);
    }

    /// Something happened to a line.
    pub(super) fn list(&self, line: Arc<dyn Visit>) {
        let mut listed = self.listed.lock();
        listed.push(line);
        if listed.len() == 1 {
            drop(listed);
            self.bell.notify_one();
        }
    }

    /// Looks at a line in the second `due`.
    pub(super) fn look_at(&self, key: u32, due: u32) {
        self.wheel.lock().put(due, key);
    }

    /// Visits whoever is on the list, turn by turn, for ever.
    async fn work(&self) {
        let mut visiting: Vec<Arc<dyn Visit>> = Vec::new();
        loop {
            self.bell.notified().await;
            // So many take longer to visit than this: what comes meanwhile goes with it.
            if self.listed.lock().len() >= CROWD {
                tokio::time::sleep(GATHER).await;
            }
            std::mem::swap(&mut visiting, &mut *self.listed.lock());
            post::round(&visiting, attended);
            visiting.clear();
            // After a wave of lines.
            if visiting.capacity() > 1024 {
                visiting.shrink_to(1024);
            }
            // Sockets and other tasks have their turn before the next.
            tokio::task::yield_now().await;
        }
    }

    /// Counts the seconds, for ever.
    async fn clock(&self) {
        let mut seconds = tokio::time::interval(Duration::from_secs(1));
        seconds.tick().await;
        loop {
            seconds.tick().await;
            self.now.fetch_add(1, Ordering::Relaxed);
            let due = self.wheel.lock().turn();
            for (second, key) in due {
                let line = self.lines.lock().get(key as usize).cloned();
                if let Some(line) = line {
                    attended(&line, &|line| line.beat(second));
                }
            }
        }
    }

    /// Ends every line on the spot.
    fn cut(&self) {
        let lines: Vec<_> = self
            .lines
            .lock()
            .iter()
            .map(|(_, l)| Arc::clone(l))
            .collect();
        for line in lines {
            line.cut();
        }
    }
}

/// A line that makes the program panic costs itself only.
fn attended(line: &Arc<dyn Visit>, look: &dyn Fn(Arc<dyn Visit>)) {
    let looked = catch_unwind(AssertUnwindSafe(|| look(Arc::clone(line))));
    if looked.is_err() {
        tracing::error!("a line panicked; it is cut");
        line.cut();
    }
}

/// All shards of a gateway. Their threads end when its phase is cut.
#[derive(Debug)]
pub(crate) struct Shards {
    shards: Vec<Arc<Shard>>,
    next: AtomicUsize,
}

impl Shards {
    /// Starts the threads.
    pub(crate) fn start(
        (settings, metrics): (&Settings, &Arc<Metrics>),
        phase: &watch::Receiver<Phase>,
    ) -> io::Result<Self> {
        let mut shards = Vec::new();
        for number in 0..settings.shards().max(1) {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            let shard = Arc::new(Shard {
                runtime: runtime.handle().clone(),
                listed: Mutex::default(),
                bell: Notify::new(),
                lines: Mutex::default(),
                wheel: Mutex::default(),
                now: AtomicU32::new(0),
                metrics: Arc::clone(metrics),
                together: settings.io_uring,
                write_time: seconds(settings.write_time),
            });
            let (own, phase) = (Arc::clone(&shard), phase.clone());
            std::thread::Builder::new()
                .name(format!("shard-{number}"))
                .spawn(move || run(runtime, &own, phase))?;
            shards.push(shard);
        }
        Ok(Self {
            shards,
            next: AtomicUsize::new(0),
        })
    }

    /// The shard of the next connection.
    pub(crate) fn next(&self) -> &Arc<Shard> {
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        &self.shards[next % self.shards.len()]
    }
}

/// A shard's thread.
fn run(runtime: Runtime, shard: &Shard, mut phase: watch::Receiver<Phase>) {
    if shard.together
        && let Err(error) = post::open()
    {
        tracing::info!(%error, "no io_uring: each connection is written to by itself");
    }
    runtime.block_on(async {
        tokio::select! {
            // Its lines share one future: the runtime's allowance for one task is not for them.
            () = tokio::task::coop::unconstrained(shard.work()) => {}
            () = shard.clock() => {}
            () = reached(&mut phase, Phase::Cut) => {}
        }
    });
    shard.cut();
    runtime.shutdown_background();
}
