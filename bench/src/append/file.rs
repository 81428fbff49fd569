//! The plain file: a thread collects what waits, appends it and flushes it, again and again.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use anyhow::{Context as _, Result};
use tokio::sync::oneshot;

use super::{Options, Writer};
use crate::load::{TEXT, text};

/// Bytes of a record before its text: what else a message has at least (who, where, when, its id).
const HEAD: usize = 64;

/// A message on its way.
struct Record {
    text: String,
    durable: oneshot::Sender<()>,
}

/// Hands messages to the thread that writes.
pub(super) struct Appender {
    path: PathBuf,
    queue: Sender<Record>,
}

/// Makes the file.
pub(super) fn open(options: &Options) -> Result<Rc<Appender>> {
    let path = options.directory.join("messages");
    let file = File::create_new(&path)?;
    let (queue, waiting) = mpsc::channel();
    thread::spawn(move || write(file, &waiting));
    Ok(Rc::new(Appender { path, queue }))
}

/// Writes until nobody sends any longer. An error drops what waits, and so tells those who wait.
fn write(mut file: File, waiting: &Receiver<Record>) -> std::io::Result<()> {
    let (mut bytes, mut durable) = (Vec::new(), Vec::new());
    while let Ok(first) = waiting.recv() {
        for record in std::iter::once(first).chain(waiting.try_iter()) {
            bytes.extend([b'.'; HEAD]);
            bytes.extend(record.text.as_bytes());
            durable.push(record.durable);
        }
        file.write_all(&bytes)?;
        file.sync_data()?;
        bytes.clear();
        for one in durable.drain(..) {
            // Who does not wait any longer needs no answer.
            let _ = one.send(());
        }
    }
    Ok(())
}

impl Writer for Appender {
    async fn write(&self, _: usize, number: u64) -> Result<()> {
        let (durable, answer) = oneshot::channel();
        let record = Record {
            text: text(number),
            durable,
        };
        self.queue
            .send(record)
            .ok()
            .context("the file cannot be written")?;
        answer.await.context("the file could not be written")
    }
}

impl Appender {
    /// Checks that everything is there.
    pub(super) fn close(&self, acknowledged: u64) -> Result<()> {
        let size = fs::metadata(&self.path)?.len();
        super::must_be(size / u64::try_from(HEAD + TEXT)?, acknowledged)
    }
}
