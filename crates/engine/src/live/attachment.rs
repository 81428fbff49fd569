use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use domain::user::PresenceState;
use domain::{EndReason, Error, Result};

use super::mailbox::{Cursor, Delivery, Mailbox, ResumeOutcome};
use crate::session::Session;

/// How long after the last connection let go a user is told to be offline: a page that is loaded
/// anew, or a line that breaks for a moment, does not flicker.
const DEPARTURE: Duration = Duration::from_secs(3);

/// How a connection begins in its mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// What became of the attempt to resume.
    pub outcome: ResumeOutcome,
    /// The mailbox, and the last number before what follows.
    pub cursor: Cursor,
    /// Signals were lost while nobody listened.
    pub signals_lost: bool,
}

/// The one connection that drains a mailbox. Dropping it lets go; the mailbox lives on for the
/// grace time, and can be held again with its cursor.
#[derive(Debug)]
pub struct Attachment {
    session: Session,
    mailbox: Arc<Mailbox>,
    generation: u32,
}

impl Session {
    /// Opens a mailbox, or goes on with one.
    ///
    /// A cursor of another session's mailbox, an old or an unknown one opens a new mailbox and
    /// says [`ResumeOutcome::Reset`]. Above `mailboxes_per_user`, one that nobody holds is given
    /// up; when all are held, this is `Limited`.
    pub async fn attach(&self, resume: Option<Cursor>) -> Result<(Attachment, Opening)> {
        let inner = self.inner();
        if inner.is_draining() {
            return Err(Error::Unavailable {
                reason: "this node shuts down; connect again",
            });
        }
        let user = &self.actor().user;
        let known = resume.and_then(|cursor| {
            inner
                .hub
                .mailbox(user.id, cursor.mailbox)
                .filter(|mailbox| mailbox.session == self.actor().session)
                .map(|mailbox| (mailbox, cursor.n))
        });
        let (mailbox, hold) = if let Some((mailbox, n)) = known {
            let hold = mailbox.hold(Some(n));
            (mailbox, hold)
        } else {
            let mailbox = inner.open_mailbox(self.actor()).await?;
            let mut hold = mailbox.hold(None);
            if resume.is_some() {
                hold.outcome = ResumeOutcome::Reset;
            }
            (mailbox, hold)
        };
        let opening = Opening {
            outcome: hold.outcome,
            cursor: Cursor {
                mailbox: mailbox.id,
                n: hold.n,
            },
            signals_lost: hold.signals_lost,
        };
        if let Some(online) = inner.hub.user(user.id) {
            inner.tell_presence(&online);
        }
        tracing::debug!(mailbox.id = %mailbox.id, outcome = ?hold.outcome, "session.attached");
        let attachment = Attachment {
            session: self.clone(),
            mailbox,
            generation: hold.generation,
        };
        Ok((attachment, opening))
    }

    /// One of this session's live mailboxes, for a connection beside the one that drains it.
    pub fn mailbox(&self, id: domain::MailboxId) -> Option<MailboxHandle> {
        let mailbox = self
            .inner()
            .hub
            .mailbox(self.actor().user.id, id)
            .filter(|mailbox| mailbox.session == self.actor().session)?;
        Some(MailboxHandle {
            session: self.clone(),
            mailbox,
        })
    }
}

impl Attachment {
    /// Can something be drained? If not, `context` is woken once when it can; the latest to ask
    /// is the one who is woken. An attachment that was replaced is always ready: it is told so.
    ///
    /// The waker is kept until then, or until the attachment is dropped.
    pub fn poll_ready(&self, context: &mut Context<'_>) -> Poll<()> {
        self.mailbox.poll_ready(self.generation, context)
    }

    /// The same, when signals are not worth coming for: with [`Self::poll_ready`] asked first, it
    /// tells whether only signals wait.
    pub fn poll_pressing(&self, context: &mut Context<'_>) -> Poll<()> {
        self.mailbox.poll_pressing(self.generation, context)
    }

    /// Returns when more than signals can be taken. Dropping the future loses nothing.
    pub async fn pressing(&self) {
        poll_fn(|context| self.poll_pressing(context)).await;
    }

    /// Returns when something can be drained. Dropping the future loses nothing.
    pub async fn ready(&self) {
        poll_fn(|context| self.poll_ready(context)).await;
    }

    /// Gives what waits to `each`, at most `max`, in order, and returns how many were given. Never
    /// waits for something to come; nothing when there is nothing.
    ///
    /// The mailbox is locked meanwhile: `each` has to be short, and must not touch this
    /// attachment.
    pub fn drain(&self, max: usize, each: impl FnMut(Delivery<'_>)) -> usize {
        let given = self.mailbox.drain(self.generation, max, each);
        if given > 0 {
            self.session.inner().metrics.deliveries.add(given as u64);
        }
        given
    }

    /// Tells that everything up to `n` arrived and may be forgotten.
    pub fn ack(&self, n: u64) {
        self.mailbox.ack(n);
    }

    /// The place after what was taken.
    pub fn cursor(&self) -> Cursor {
        self.mailbox.cursor()
    }

    /// Whose it is.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Tells whether the user is at this device.
    pub fn set_presence(&self, state: PresenceState) {
        self.handle().set_presence(state);
    }

    /// Ends the mailbox at once, without grace: the client said goodbye, or broke the protocol.
    pub fn close(self, reason: EndReason) {
        self.mailbox.end(reason);
    }

    /// The mailbox, for a part that does not drain it.
    pub fn handle(&self) -> MailboxHandle {
        MailboxHandle {
            session: self.session.clone(),
            mailbox: Arc::clone(&self.mailbox),
        }
    }
}

impl Drop for Attachment {
    fn drop(&mut self) {
        let inner = self.session.inner();
        let now = inner.elapsed();
        if self.mailbox.let_go(self.generation, now) {
            inner.look_at_presence(self.session.actor().user.id, now + DEPARTURE);
        }
    }
}

/// A mailbox seen from beside: it can be acknowledged, not drained.
#[derive(Debug, Clone)]
pub struct MailboxHandle {
    session: Session,
    mailbox: Arc<Mailbox>,
}

impl MailboxHandle {
    /// Tells that everything up to `n` arrived and may be forgotten.
    pub fn ack(&self, n: u64) {
        self.mailbox.ack(n);
    }

    /// Tells whether the user is at this device.
    pub fn set_presence(&self, state: PresenceState) {
        if self.mailbox.set_presence(state) {
            let inner = self.session.inner();
            inner.look_at_presence(self.session.actor().user.id, inner.elapsed());
        }
    }
}
