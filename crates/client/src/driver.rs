//! The task behind a session: it connects, writes commands, reads frames, acknowledges, and
//! connects again.

use std::collections::{HashMap, VecDeque};
use std::future::Future as _;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, Sleep};
use tokio_tungstenite::tungstenite::Utf8Bytes;
use wire::native::{Ack, CommandFrame, Hello, Outcome, Ping, ResumeOutcome, ServerFrame};

use crate::session::{Item, Order, Progress, Shared};
use crate::{Cursor, End, Error, Incoming, Options, Socket, socket};

/// Frames that wait because the inbox is full; one more, and they become one reset.
const HELD: usize = 16;
/// Orders that are kept while there is no connection.
const WAITING: usize = 16;
/// A connection that lived so long was good: the next attempt waits little again.
const GOOD: Duration = Duration::from_secs(5);
/// How long an event may stay unacknowledged after it was handled.
const ACK_WITHIN: Duration = Duration::from_secs(1);
/// How long a polite close may take.
const CLOSING: Duration = Duration::from_secs(1);

pub(crate) struct Driver {
    options: Options,
    orders: mpsc::Receiver<Order>,
    inbox: mpsc::Sender<Item>,
    shared: Arc<Shared>,
    /// Up to where frames arrived.
    received: Progress,
    acked: u64,
    held: VecDeque<Item>,
    waiting: VecDeque<Order>,
    pending: HashMap<u64, oneshot::Sender<Result<Outcome, Error>>>,
}

/// One connection and what it has to do when.
struct Link {
    socket: Socket,
    outgoing: VecDeque<Utf8Bytes>,
    dirty: bool,
    orders_first: bool,
    heard: Instant,
    spoke: Instant,
    ack_due: Option<Instant>,
    ping: Duration,
    timer: Pin<Box<Sleep>>,
}

/// What happens next on a connection.
enum Step {
    Frame(Result<ServerFrame, Error>),
    Order(Option<Order>),
    Room,
    Tick,
}

/// Why the driver stops serving a connection.
enum Stop {
    /// Every handle was dropped.
    Dropped,
    /// The connection or the session is over.
    Over(Error),
}

impl Driver {
    pub(crate) fn new(
        options: Options,
        orders: mpsc::Receiver<Order>,
        inbox: mpsc::Sender<Item>,
        shared: Arc<Shared>,
    ) -> Self {
        let received = options
            .resume
            .as_ref()
            .map_or_else(Progress::default, |cursor| Progress {
                mailbox: cursor.mailbox.as_str().into(),
                n: cursor.n,
            });
        shared.set_progress(received.clone());
        Self {
            options,
            orders,
            inbox,
            shared,
            received,
            acked: 0,
            held: VecDeque::new(),
            waiting: VecDeque::new(),
            pending: HashMap::new(),
        }
    }

    pub(crate) async fn run(mut self) {
        let mut attempt = 0;
        loop {
            let began = Instant::now();
            let error = match self.connection().await {
                Stop::Dropped => return,
                Stop::Over(error) => error,
            };
            if let Error::Ended(end) = error
                && !end.reconnect
            {
                return self.end(end).await;
            }
            if began.elapsed() >= GOOD {
                attempt = 0;
            }
            if self
                .rest(self.options.backoff.wait(attempt))
                .await
                .is_break()
            {
                return;
            }
            attempt += 1;
        }
    }

    /// One connection, from dialling to its end.
    async fn connection(&mut self) -> Stop {
        let resume = (!self.received.mailbox.is_empty()).then(|| Cursor {
            mailbox: self.received.mailbox.as_ref().to_owned(),
            n: self.received.n,
        });
        let opening = Socket::open(&self.options.address, &self.options.token, resume.as_ref());
        let (socket, hello) = match opening.await {
            Ok(opened) => opened,
            Err(error) => return Stop::Over(error),
        };
        let mut link = Link::new(socket, self.options.ping.unwrap_or(half(hello.ping_s)));
        self.greet(hello, resume.is_some());
        link.outgoing.extend(
            std::mem::take(&mut self.waiting)
                .into_iter()
                .filter_map(|order| self.place(order)),
        );
        let stop = self.serve(&mut link).await;
        for (_, reply) in self.pending.drain() {
            let _ = reply.send(Err(Error::Interrupted));
        }
        match stop {
            Stop::Dropped => {
                let _ = tokio::time::timeout(CLOSING, link.socket.close()).await;
            }
            Stop::Over(_) => self.offer(Incoming::Disconnected, None),
        }
        stop
    }

    fn greet(&mut self, hello: Box<Hello>, asked: bool) {
        let lost = asked && hello.resume != ResumeOutcome::Resumed;
        let again = hello.mailbox == *self.received.mailbox;
        self.received = Progress {
            mailbox: hello.mailbox.as_str().into(),
            n: hello.n,
        };
        if !again {
            self.acked = hello.n;
        }
        self.offer(Incoming::Connected(hello), Some(self.received.clone()));
        if lost {
            self.offer(Incoming::Reset, None);
        }
    }

    async fn serve(&mut self, link: &mut Link) -> Stop {
        loop {
            self.pass_on();
            // An inbox that is full stops the reading, unless someone waits for an answer.
            let step = if self.held.is_empty() || !self.pending.is_empty() {
                std::future::poll_fn(|context| link.poll(&mut self.orders, context)).await
            } else {
                self.wait_for_room(link).await
            };
            let flow = match step {
                Step::Frame(Ok(frame)) => self.take(frame, link),
                // A frame of a later version of the protocol; what is not understood is left alone.
                Step::Frame(Err(Error::Protocol(_))) | Step::Room => ControlFlow::Continue(()),
                Step::Frame(Err(error)) => return Stop::Over(error),
                Step::Order(None) => return Stop::Dropped,
                Step::Order(Some(order)) => {
                    let text = self.place(order);
                    link.outgoing.extend(text);
                    ControlFlow::Continue(())
                }
                Step::Tick => self.tick(link),
            };
            if let ControlFlow::Break(error) = flow {
                return Stop::Over(error);
            }
        }
    }

    async fn wait_for_room(&mut self, link: &mut Link) -> Step {
        let step = tokio::select! {
            permit = self.inbox.reserve() => {
                if let (Ok(permit), Some(item)) = (permit, self.held.pop_front()) {
                    permit.send(item);
                }
                Step::Room
            }
            order = self.orders.recv() => Step::Order(order),
            () = link.timer.as_mut() => Step::Tick,
        };
        // Nothing was read meanwhile, so silence does not mean that the server is gone.
        link.heard = Instant::now();
        step
    }

    /// The bytes to write for an order.
    fn place(&mut self, order: Order) -> Option<Utf8Bytes> {
        match order {
            Order::Call { reply, .. } if reply.is_closed() => None,
            Order::Call { id, text, reply } => {
                self.pending.insert(id, reply);
                Some(text)
            }
            Order::Ack => self.ack(),
        }
    }

    fn ack(&mut self) -> Option<Utf8Bytes> {
        let handled = self.shared.progress();
        if handled.mailbox != self.received.mailbox || handled.n <= self.acked {
            return None;
        }
        self.acked = handled.n;
        socket::encode(&CommandFrame {
            id: None,
            command: Ack { n: handled.n }.into(),
        })
        .ok()
    }

    fn take(&mut self, frame: ServerFrame, link: &mut Link) -> ControlFlow<Error> {
        link.heard = Instant::now();
        match frame {
            ServerFrame::Reply { id, outcome } => {
                if let Some(reply) = id.and_then(|id| self.pending.remove(&id)) {
                    // The caller may have given up meanwhile.
                    let _ = reply.send(Ok(outcome));
                }
            }
            ServerFrame::Event { n, event } if n > self.received.n => {
                self.received.n = n;
                link.plan_ack();
                self.offer(Incoming::Event(event), Some(self.received.clone()));
            }
            ServerFrame::Signal { signal } if self.held.is_empty() => {
                self.offer(Incoming::Signal(signal), None);
            }
            ServerFrame::Reset { n } => {
                self.received.n = n;
                link.plan_ack();
                self.offer(Incoming::Reset, Some(self.received.clone()));
            }
            ServerFrame::End { reason, reconnect } => {
                return ControlFlow::Break(Error::Ended(End { reason, reconnect }));
            }
            // A number twice, or a signal that a full inbox has no room for.
            ServerFrame::Event { .. } | ServerFrame::Signal { .. } | ServerFrame::Hello(_) => {}
        }
        ControlFlow::Continue(())
    }

    fn tick(&mut self, link: &mut Link) -> ControlFlow<Error> {
        let now = Instant::now();
        self.pending.retain(|_, reply| !reply.is_closed());
        if now >= link.heard + link.ping * 2 {
            return ControlFlow::Break(Error::Interrupted);
        }
        if link.ack_due.is_some_and(|due| now >= due) {
            let text = self.ack();
            let behind = self.acked < self.received.n;
            link.ack_due = behind.then(|| now + ACK_WITHIN);
            link.outgoing.extend(text);
        }
        if now >= link.spoke + link.ping && link.outgoing.is_empty() {
            link.spoke = now;
            let id = Some(self.shared.next_id());
            link.outgoing.extend(
                socket::encode(&CommandFrame {
                    id,
                    command: Ping {}.into(),
                })
                .ok(),
            );
        }
        link.plan();
        ControlFlow::Continue(())
    }

    /// Puts something into the inbox, or aside while that is full.
    fn offer(&mut self, incoming: Incoming, progress: Option<Progress>) {
        self.held.push_back(Item { incoming, progress });
        self.pass_on();
        if self.held.len() > HELD {
            self.held.clear();
            let progress = Some(self.received.clone());
            self.held.push_back(Item {
                incoming: Incoming::Reset,
                progress,
            });
        }
    }

    fn pass_on(&mut self) {
        while let Some(item) = self.held.pop_front() {
            match self.inbox.try_send(item) {
                Ok(()) => {}
                Err(mpsc::error::TrySendError::Full(item)) => return self.held.push_front(item),
                // Nobody wants to read: everything that came counts as handled.
                Err(mpsc::error::TrySendError::Closed(_)) => {
                    self.shared.set_progress(self.received.clone());
                }
            }
        }
    }

    /// Waits between two attempts; breaks when every handle was dropped.
    async fn rest(&mut self, wait: Duration) -> ControlFlow<()> {
        let wait = tokio::time::sleep(wait);
        tokio::pin!(wait);
        loop {
            self.pass_on();
            tokio::select! {
                () = &mut wait => return ControlFlow::Continue(()),
                order = self.orders.recv(), if self.waiting.len() < WAITING => match order {
                    None => return ControlFlow::Break(()),
                    Some(Order::Ack) => {}
                    Some(order) => self.waiting.push_back(order),
                },
            }
        }
    }

    async fn end(mut self, end: End) {
        let _ = self.shared.end.set(end.clone());
        self.waiting.clear();
        self.orders.close();
        while self.orders.recv().await.is_some() {}
        self.held.push_back(Item {
            incoming: Incoming::Ended(end),
            progress: None,
        });
        for item in self.held {
            if self.inbox.send(item).await.is_err() {
                return;
            }
        }
    }
}

impl Link {
    fn new(socket: Socket, ping: Duration) -> Self {
        let now = Instant::now();
        Self {
            socket,
            outgoing: VecDeque::new(),
            dirty: false,
            orders_first: false,
            heard: now,
            spoke: now,
            ack_due: None,
            ping,
            timer: Box::pin(tokio::time::sleep(ping)),
        }
    }

    fn plan_ack(&mut self) {
        if self.ack_due.is_none() {
            self.ack_due = Some(Instant::now() + ACK_WITHIN);
            self.plan();
        }
    }

    fn plan(&mut self) {
        let mut due = self.heard + self.ping * 2;
        // While frames wait to be written there is no use in adding a ping to them.
        if self.outgoing.is_empty() {
            due = due.min(self.spoke + self.ping);
        }
        due = self.ack_due.map_or(due, |ack| ack.min(due));
        self.timer.as_mut().reset(due);
    }

    /// Writes what there is to write, then tells what happens next. Cancel-safe.
    fn poll(
        &mut self,
        orders: &mut mpsc::Receiver<Order>,
        context: &mut Context<'_>,
    ) -> Poll<Step> {
        if let Poll::Ready(Err(error)) = self.poll_write(context) {
            return Poll::Ready(Step::Frame(Err(error)));
        }
        // Each goes first in turn: neither a flood of frames nor one of commands starves the other.
        self.orders_first = !self.orders_first;
        for orders_now in [self.orders_first, !self.orders_first] {
            if !orders_now {
                if let Poll::Ready(frame) = self.socket.poll_next(context) {
                    return Poll::Ready(Step::Frame(frame));
                }
            } else if self.outgoing.is_empty()
                && let Poll::Ready(order) = orders.poll_recv(context)
            {
                return Poll::Ready(Step::Order(order));
            }
        }
        self.timer.as_mut().poll(context).map(|()| Step::Tick)
    }

    fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        while !self.outgoing.is_empty() {
            std::task::ready!(self.socket.poll_ready(context))?;
            if let Some(text) = self.outgoing.pop_front() {
                self.socket.start_send(text)?;
                self.dirty = true;
                self.spoke = Instant::now();
            }
        }
        if self.dirty {
            std::task::ready!(self.socket.poll_flush(context))?;
            self.dirty = false;
        }
        Poll::Ready(Ok(()))
    }
}

fn half(seconds: u32) -> Duration {
    Duration::from_millis(u64::from(seconds.max(2)) * 500)
}
