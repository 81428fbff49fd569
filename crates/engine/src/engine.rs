use std::collections::HashMap;
use std::hash::RandomState;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use domain::user::Account;
use domain::{
    Actor, ConversationId, EndReason, Epoch, Error, MailboxId, Result, SessionId, Timestamp,
    UserId, Username, permit,
};
use parking_lot::Mutex;

use crate::credential::Vault;
use crate::facts::FactsCache;
use crate::ids::Spread;
use crate::job;
use crate::limiter::Limiter;
use crate::live::{Bounds, Hub, Mailbox, Untold, run_presence, run_relay};
use crate::metrics::{Metrics, gauge};
use crate::mint::Mint;
use crate::port::{
    Accounts, Bus, Clock, Contacts, Conversations, Entropy, Followers, Health, Messages,
    Notifications, SearchIndex, Sessions, Storage,
};
use crate::recent::Recent;
use crate::session::Known;
use crate::settings::Settings;

/// So many accounts are remembered at most, for a few seconds.
const ACCOUNTS: usize = 2048;
/// So many places of direct conversations.
const DIRECTS: usize = 16_384;

/// What the engine stands on.
#[derive(Clone)]
#[allow(missing_docs, reason = "each port says what it is")]
pub struct Ports {
    pub accounts: Arc<dyn Accounts>,
    pub sessions: Arc<dyn Sessions>,
    pub contacts: Arc<dyn Contacts>,
    pub conversations: Arc<dyn Conversations>,
    pub messages: Arc<dyn Messages>,
    pub notifications: Arc<dyn Notifications>,
    pub followers: Arc<dyn Followers>,
    pub search: Arc<dyn SearchIndex>,
    pub storage: Arc<dyn Storage>,
    pub bus: Arc<dyn Bus>,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
}

impl std::fmt::Debug for Ports {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ports")
    }
}

/// The server's inside: opens sessions. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Engine(pub(crate) Arc<Inner>);

/// What every session shares.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) ports: Ports,
    pub(crate) settings: Settings,
    pub(crate) hub: Hub,
    pub(crate) facts: FactsCache,
    pub(crate) vault: Vault,
    pub(crate) mint: Mint,
    pub(crate) metrics: Metrics,
    pub(crate) limits: Limits,
    /// Accounts of who showed their token lately.
    pub(crate) accounts: Recent<UserId, Account>,
    /// Where the direct conversations are, of who wrote to a user and whom.
    pub(crate) directs: Recent<(UserId, Username), ConversationId, RandomState>,
    /// Sessions that showed their token lately.
    pub(crate) sessions: Mutex<Known>,
    /// How many connections there were.
    pub(crate) lines: AtomicU32,
    /// Users whose presence has changed.
    pub(crate) untold: Untold,
    /// Users whose presence may have changed, and when it is to be looked at.
    pub(crate) departed: Mutex<HashMap<UserId, Duration>>,
    /// When users were last connected; written together now and then.
    pub(crate) last_seen: Mutex<Vec<(UserId, Timestamp)>>,
    /// When sessions were last used, and until when they live now.
    pub(crate) touched: Mutex<Vec<(SessionId, Timestamp, Timestamp)>>,
    /// Delivered markers that wait to be written together.
    pub(crate) marks: job::Marks,
    /// What was committed, for those who follow the log.
    pub(crate) heard: job::Heard,
    draining: AtomicBool,
}

/// The limiters.
#[derive(Debug)]
pub(crate) struct Limits {
    pub(crate) sign_in_by_account: Limiter<Username>,
    pub(crate) sign_in_by_address: Limiter<IpAddr>,
    pub(crate) register_by_address: Limiter<IpAddr>,
    pub(crate) commands: Limiter<UserId, Spread>,
}

impl Engine {
    /// Starts: subscribes to the bus and begins the jobs. Call it inside a tokio runtime.
    pub fn start(ports: Ports, settings: Settings) -> Self {
        let inner = Arc::new(Inner::new(ports, settings));
        let notices = inner.ports.bus.subscribe();
        tokio::spawn(run_relay(Arc::clone(&inner), notices));
        tokio::spawn(run_presence(Arc::clone(&inner)));
        job::start(&inner);
        Self(inner)
    }

    /// As it was started.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The log's life.
    pub fn epoch(&self) -> Epoch {
        self.0.ports.storage.epoch()
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        self.0.now()
    }

    /// How the parts are, by name.
    pub async fn health(&self) -> Vec<(&'static str, Health)> {
        let node = if self.0.is_draining() {
            Health::Failing("this node shuts down".to_owned())
        } else {
            Health::Ready
        };
        vec![
            ("node", node),
            ("store", self.0.ports.storage.health().await),
        ]
    }

    /// What is counted.
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// Everything that is counted and held, in the Prometheus text format.
    pub fn render_metrics(&self, out: &mut String) {
        self.0.metrics.render(out);
        let (users, mailboxes, audiences) = self.0.hub.counts();
        gauge(
            out,
            "switchboard_users_online",
            "Users with a mailbox on this node.",
            users,
        );
        gauge(
            out,
            "switchboard_mailboxes",
            "Mailboxes on this node, held or not.",
            mailboxes,
        );
        gauge(
            out,
            "switchboard_audiences",
            "Conversations that someone here listens to.",
            audiences,
        );
        let lost = usize::try_from(self.0.ports.bus.lost()).unwrap_or(usize::MAX);
        gauge(
            out,
            "switchboard_bus_lost",
            "Notices the bus lost; the log heals them.",
            lost,
        );
    }

    /// Tells every session to reconnect elsewhere and opens no more.
    pub fn drain(&self) {
        self.0.draining.store(true, Ordering::Relaxed);
        self.0.hub.end_all(EndReason::Draining);
    }

    /// Writes down what waits to be written together, after the last connection is gone.
    pub async fn settle(&self) {
        job::flush(&self.0).await;
    }
}

impl Inner {
    pub(crate) fn new(ports: Ports, settings: Settings) -> Self {
        let bounds = Bounds {
            items: settings.mailbox_items,
            bytes: settings.mailbox_bytes,
        };
        let rates = settings.rates;
        Self {
            hub: Hub::new(bounds),
            facts: FactsCache::default(),
            vault: Vault::new(settings.argon2_kib),
            mint: Mint::new(settings.node),
            metrics: Metrics::default(),
            limits: Limits {
                sign_in_by_account: Limiter::new(rates.sign_in_by_account),
                sign_in_by_address: Limiter::new(rates.sign_in_by_address),
                register_by_address: Limiter::new(rates.register_by_address),
                commands: Limiter::new(rates.commands),
            },
            accounts: Recent::new(ACCOUNTS),
            directs: Recent::new(DIRECTS),
            sessions: Mutex::default(),
            lines: AtomicU32::new(1),
            untold: Untold::default(),
            departed: Mutex::default(),
            last_seen: Mutex::default(),
            touched: Mutex::default(),
            marks: job::Marks::default(),
            heard: job::Heard::default(),
            draining: AtomicBool::new(false),
            ports,
            settings,
        }
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.ports.clock.elapsed()
    }

    /// A new id.
    pub(crate) fn id(&self) -> i64 {
        self.mint.next(&*self.ports.clock)
    }

    /// Makes a mailbox and sees to it that its user listens to their conversations.
    pub(crate) async fn open_mailbox(&self, actor: &Actor) -> Result<Arc<Mailbox>> {
        self.make_room(actor.user.id)?;
        let id = MailboxId::new(self.id());
        let mailbox = Arc::new(Mailbox::new(id, actor.session));
        let online = self.hub.add(&actor.user, Arc::clone(&mailbox));
        if let Some(enrolling) = online.enrolling() {
            let load = async || {
                let own = permit::own(actor);
                let memberships = self.ports.conversations.memberships(&own).await?;
                self.hub.enrol(&online, &memberships);
                Ok::<(), Error>(())
            };
            if let Err(error) = enrolling.get_or_try_init(load).await {
                self.hub.remove(actor.user.id, id);
                return Err(error);
            }
        }
        self.metrics.mailboxes_opened.add(1);
        Ok(mailbox)
    }

    /// Above the bound the longest abandoned mailbox is given up; there must be one.
    fn make_room(&self, user: UserId) -> Result<()> {
        let mailboxes = self.hub.mailboxes(user);
        if mailboxes.len() < self.settings.mailboxes_per_user {
            return Ok(());
        }
        let abandoned = mailboxes
            .iter()
            .find(|mailbox| mailbox.attached().is_none());
        let Some(abandoned) = abandoned else {
            return Err(Error::Limited {
                retry_after: Duration::from_secs(30),
            });
        };
        self.hub.remove(user, abandoned.id);
        Ok(())
    }

    /// A session ended: its token is no longer good.
    pub(crate) fn forget_session(&self, session: SessionId) {
        self.sessions.lock().end(session);
    }

    /// Forgets what was looked up and nobody asked for since it last did, and gives its memory
    /// back.
    pub(crate) fn forget_idle(&self) {
        let elapsed = self.elapsed();
        self.sessions.lock().forget_idle(elapsed);
        self.directs.age();
        self.facts.age();
        self.limits.commands.forget_rested(elapsed);
        self.limits.sign_in_by_account.forget_rested(elapsed);
        self.limits.sign_in_by_address.forget_rested(elapsed);
        self.limits.register_by_address.forget_rested(elapsed);
    }
}
