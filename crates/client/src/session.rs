use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::Utf8Bytes;
use wire::native::{CommandFrame, Event, Hello, Outcome, Request, SendMessage, Sent, Signal};

use crate::driver::Driver;
use crate::{Address, Backoff, Cursor, End, Error, socket};

/// Commands that wait to be written.
const ORDERS: usize = 16;
/// After so many events the server is told at once that they arrived; otherwise once a second.
const ACK_EVERY: u64 = 64;

/// How a session is to be held.
#[derive(Debug, Clone)]
pub struct Options {
    /// The server.
    pub address: Address,
    /// The bearer token of the signed-in session.
    pub token: String,
    /// Where to go on, when an earlier process told [`Session::cursor`].
    pub resume: Option<Cursor>,
    /// How long a command waits for a connection and its answer together.
    pub timeout: Duration,
    /// How many frames may wait to be taken from the [`Inbox`].
    pub inbox: usize,
    /// The waits between attempts to connect.
    pub backoff: Backoff,
    /// How often to send a sign of life; when absent, twice as often as the server asks. After two
    /// such spans without a word from the server the connection is given up.
    pub ping: Option<Duration>,
}

impl Options {
    /// The usual.
    pub fn new(address: Address, token: String) -> Self {
        Self {
            address,
            token,
            resume: None,
            timeout: Duration::from_secs(30),
            inbox: 256,
            backoff: Backoff::default(),
            ping: None,
        }
    }
}

/// What comes from the server, and what becomes of the connection.
#[derive(Debug, Clone, PartialEq)]
pub enum Incoming {
    /// Connected, for the first time or again.
    Connected(Box<Hello>),
    /// A fact. Facts of one conversation come in order while the mailbox lives.
    Event(Box<Event>),
    /// Something that is not stored.
    Signal(Signal),
    /// Events were lost: `sync`, then `log.get` where the heads differ. [`crate::Follower`] does it.
    Reset,
    /// The connection is gone; another will be made.
    Disconnected,
    /// The session ended for good. Nothing follows.
    Ended(End),
}

/// A live session. Clones are the same session; it ends when the last one is dropped.
#[derive(Debug, Clone)]
pub struct Session {
    orders: mpsc::Sender<Order>,
    shared: Arc<Shared>,
    timeout: Duration,
    backoff: Backoff,
}

/// What the clones, the inbox and the driver share.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    next_id: AtomicU64,
    progress: Mutex<Progress>,
    pub(crate) end: OnceLock<End>,
}

/// What the program has handled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    /// In which mailbox; numbers of another one mean nothing.
    pub(crate) mailbox: Arc<str>,
    /// Up to which number.
    pub(crate) n: u64,
}

/// What the driver is asked.
#[derive(Debug)]
pub(crate) enum Order {
    Call {
        id: u64,
        text: Utf8Bytes,
        reply: oneshot::Sender<Result<Outcome, Error>>,
    },
    Ack,
}

/// An incoming with what handling it would acknowledge.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) incoming: Incoming,
    pub(crate) progress: Option<Progress>,
}

impl Shared {
    pub(crate) fn next_id(&self) -> u64 {
        self.next_id.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn progress(&self) -> Progress {
        self.progress
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn set_progress(&self, progress: Progress) {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = progress;
    }
}

impl Session {
    /// Begins to connect, in a task of its own. Needs a tokio runtime.
    pub fn open(options: Options) -> (Self, Inbox) {
        let (orders, taken) = mpsc::channel(ORDERS);
        let (deliver, items) = mpsc::channel(options.inbox.max(1));
        let shared = Arc::new(Shared::default());
        let session = Self {
            orders,
            shared: shared.clone(),
            timeout: options.timeout,
            backoff: options.backoff,
        };
        let inbox = Inbox {
            items,
            handling: None,
            unsaid: 0,
            shared: shared.clone(),
            orders: session.orders.downgrade(),
        };
        tokio::spawn(Driver::new(options, taken, deliver, shared).run());
        (session, inbox)
    }

    /// Gives a command and waits for its answer; for a connection, too, when there is none now.
    /// After [`Error::Interrupted`] and [`Error::TimedOut`] it may have been done all the same.
    pub async fn call<R: Request>(&self, request: R) -> Result<R::Reply, Error> {
        let id = self.shared.next_id();
        let text = socket::encode(&CommandFrame {
            id: Some(id),
            command: request.into(),
        })?;
        let (reply, answer) = oneshot::channel();
        let exchange = async {
            let order = Order::Call { id, text, reply };
            self.orders.send(order).await.map_err(|_| self.gone())?;
            answer.await.unwrap_or_else(|_| Err(self.gone()))
        };
        let outcome = tokio::time::timeout(self.timeout, exchange).await;
        Ok(outcome.map_err(|_| Error::TimedOut)??.into_reply()?)
    }

    /// Sends a message again and again until the server says that it is durable or refuses it for
    /// good. The message's `client_id` makes that safe: it is stored once.
    pub async fn send_until_durable(&self, message: &SendMessage) -> Result<Sent, Error> {
        let mut attempt = 0;
        loop {
            let error = match self.call(message.clone()).await {
                Ok(sent) => return Ok(sent),
                Err(error) => error,
            };
            let Some(wait) = error.retry_after() else {
                return Err(error);
            };
            tokio::time::sleep(wait.max(self.backoff.wait(attempt))).await;
            attempt += 1;
        }
    }

    /// Where a later process can go on: after the last event that was taken from the inbox and
    /// handled. `None` before the first connection.
    pub fn cursor(&self) -> Option<Cursor> {
        let Progress { mailbox, n } = self.shared.progress();
        (!mailbox.is_empty()).then(|| Cursor {
            mailbox: mailbox.as_ref().to_owned(),
            n,
        })
    }

    fn gone(&self) -> Error {
        self.shared
            .end
            .get()
            .map_or(Error::Interrupted, |end| Error::Ended(end.clone()))
    }
}

/// Where what comes waits to be taken.
#[derive(Debug)]
pub struct Inbox {
    items: mpsc::Receiver<Item>,
    handling: Option<Progress>,
    unsaid: u64,
    shared: Arc<Shared>,
    orders: mpsc::WeakSender<Order>,
}

impl Inbox {
    /// What comes next; `None` after [`Incoming::Ended`] or when every [`Session`] was dropped.
    /// Asking for the next says that the one before was handled: the server may forget it.
    /// Cancel-safe.
    pub async fn next(&mut self) -> Option<Incoming> {
        self.handled();
        let item = self.items.recv().await?;
        self.handling = item.progress;
        Some(item.incoming)
    }

    fn handled(&mut self) {
        let Some(progress) = self.handling.take() else {
            return;
        };
        self.shared.set_progress(progress);
        self.unsaid += 1;
        if self.unsaid >= ACK_EVERY {
            self.unsaid = 0;
            if let Some(orders) = self.orders.upgrade() {
                // When the queue is full the driver's timer says it a moment later.
                let _ = orders.try_send(Order::Ack);
            }
        }
    }
}
