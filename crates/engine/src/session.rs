use std::borrow::Borrow;
use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use domain::command::Command;
use domain::conversation::Facts;
use domain::reply::Reply;
use domain::user::{Account, AccountStatus, Avatar};
use domain::{
    Actor, ConversationId, Error, Permit, Result, SessionId, Timestamp, UserRef, Username,
};
use sha2::Digest;
use tracing::Instrument as _;

use crate::engine::{Engine, Inner};
use crate::handler;
use crate::ids::Spread;
use crate::metrics::Counter;
use crate::port::TokenHash;
use crate::turns::{Line, Turn, Turns};

/// How long a token is believed before storage is asked again. Revocation does not wait for it:
/// it is told over the bus.
const BELIEVED: Duration = Duration::from_secs(30);
/// Above so many, sessions that were not used lately are looked up again.
const HELD: usize = 100_000;
/// A session's use is written down at most so often.
const TOUCH: Duration = Duration::from_mins(1);
/// How often a permit is judged anew before the caller is told that the facts do not stand still.
const ATTEMPTS: usize = 16;

/// One authenticated, signed-in session. The only thing that a protocol holds of the engine.
///
/// Its clones stand for the same connection: what is sent through them keeps its order.
#[derive(Debug, Clone)]
pub struct Session {
    inner: Arc<Inner>,
    own: Arc<SessionInner>,
    line: Line,
}

/// What a session is. There is one for each, however idle: it is kept small.
#[derive(Debug)]
pub(crate) struct SessionInner {
    hash: TokenHash,
    pub(crate) actor: Actor,
    /// When the session ends by itself, in milliseconds; use moves it.
    expires_at: AtomicI64,
    touched_at: AtomicI64,
    /// When storage was last asked, in seconds of the steady clock.
    checked_at: AtomicU32,
    ended: AtomicBool,
    turns: Turns,
}

const _: () = assert!(
    size_of::<SessionInner>() <= 112,
    "with its counts, 128 bytes"
);

impl SessionInner {
    fn new(hash: TokenHash, actor: Actor, expires_at: Timestamp, touched_at: Timestamp) -> Self {
        Self {
            hash,
            actor,
            expires_at: AtomicI64::new(expires_at.millis()),
            touched_at: AtomicI64::new(touched_at.millis()),
            checked_at: AtomicU32::new(0),
            ended: AtomicBool::new(false),
            turns: Turns::default(),
        }
    }

    pub(crate) fn end(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }

    fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }

    fn is_believed(&self, elapsed: Duration) -> bool {
        seconds(elapsed.saturating_sub(BELIEVED)) < self.checked_at.load(Ordering::Relaxed)
    }

    /// Storage said so now. The first second counts as the next one, which is never nothing.
    fn check(&self, elapsed: Duration) {
        self.checked_at
            .store(seconds(elapsed).max(1), Ordering::Relaxed);
    }

    fn is_good(&self, now: Timestamp) -> bool {
        !self.has_ended() && now.millis() < self.expires_at.load(Ordering::Relaxed)
    }
}

/// Sessions that showed their token lately, found by its hash.
#[derive(Debug, Default)]
pub(crate) struct Known(HashSet<Entry, Spread>);

#[derive(Debug)]
struct Entry(Arc<SessionInner>);

impl Borrow<TokenHash> for Entry {
    fn borrow(&self) -> &TokenHash {
        &self.0.hash
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.0.hash == other.0.hash
    }
}

impl Eq for Entry {}

impl Hash for Entry {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash.hash(state);
    }
}

impl Known {
    fn get(&self, hash: &TokenHash) -> Option<&Arc<SessionInner>> {
        self.0.get(hash).map(|Entry(own)| own)
    }

    /// Ends the session and forgets its token.
    pub(crate) fn end(&mut self, session: SessionId) {
        self.0.retain(|Entry(held)| {
            let ended = held.actor.session == session;
            if ended {
                held.end();
            }
            !ended
        });
    }

    /// Forgets the tokens that nobody has shown lately and no connection stands on.
    pub(crate) fn forget_idle(&mut self, elapsed: Duration) {
        self.0
            .retain(|Entry(held)| Arc::strong_count(held) > 1 || held.is_believed(elapsed));
        if self.0.capacity() > 64 && self.0.len() < self.0.capacity() / 4 {
            self.0.shrink_to(self.0.len() * 2);
        }
    }
}

/// The hash under which a token is known.
pub(crate) fn token_hash(token: &str) -> TokenHash {
    TokenHash(sha2::Sha256::digest(token.as_bytes()).into())
}

impl Engine {
    /// The session of a bearer token; `Unauthenticated` when there is none (any longer).
    pub async fn authenticate(&self, token: &str) -> Result<Session> {
        let inner = &self.0;
        let hash = token_hash(token);
        let (now, elapsed) = (inner.now(), inner.elapsed());
        let held = inner.sessions.lock().get(&hash).cloned();
        let own = match held {
            Some(own) if own.is_believed(elapsed) && own.is_good(now) => own,
            _ => self.look_up(hash).await?,
        };
        touch(inner, &own, now);
        Ok(Session {
            inner: Arc::clone(inner),
            own,
            line: Line(inner.lines.fetch_add(1, Ordering::Relaxed)),
        })
    }

    async fn look_up(&self, hash: TokenHash) -> Result<Arc<SessionInner>> {
        let inner = &self.0;
        let moment = inner.accounts.moment();
        let found = inner.ports.sessions.by_token(&hash).await?;
        let live = found.filter(|(stored, account)| {
            account.status == AccountStatus::Active && inner.now() < stored.expires_at
        });
        let Some((stored, account)) = live else {
            inner.sessions.lock().0.remove(&hash);
            return Err(Error::Unauthenticated);
        };
        let actor = Actor {
            user: account.user.clone(),
            session: stored.id,
            operator: account.operator,
        };
        // Who shows a token mostly attaches next, and is told who they are.
        inner.accounts.put(account.user.id, account, moment);
        let mut sessions = inner.sessions.lock();
        if let Some(held) = sessions
            .get(&hash)
            .filter(|held| held.actor == actor && !held.has_ended())
        {
            // Connections hold this one: it is the one to be ended when the session ends.
            held.check(inner.elapsed());
            held.expires_at
                .fetch_max(stored.expires_at.millis(), Ordering::Relaxed);
            return Ok(Arc::clone(held));
        }
        let own = SessionInner::new(hash, actor, stored.expires_at, stored.last_used_at);
        own.check(inner.elapsed());
        let own = Arc::new(own);
        if sessions.0.len() >= HELD {
            sessions.forget_idle(inner.elapsed());
        }
        sessions.0.replace(Entry(Arc::clone(&own)));
        Ok(own)
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

fn seconds(span: Duration) -> u32 {
    u32::try_from(span.as_secs()).unwrap_or(u32::MAX)
}

fn touch(inner: &Inner, own: &SessionInner, now: Timestamp) {
    let last = Timestamp::from_millis(own.touched_at.load(Ordering::Relaxed));
    if now.since(last) >= TOUCH {
        own.touched_at.store(now.millis(), Ordering::Relaxed);
        let expires_at = now.plus(inner.settings.session_ttl);
        own.expires_at
            .fetch_max(expires_at.millis(), Ordering::Relaxed);
        inner
            .touched
            .lock()
            .push((own.actor.session, now, expires_at));
    }
}

impl Session {
    /// Who it is.
    pub fn actor(&self) -> &Actor {
        &self.own.actor
    }

    /// Carries a command out, or says why not.
    pub async fn execute(&self, command: Command) -> Result<Reply> {
        let actor = self.actor();
        let span = tracing::debug_span!(
            "command",
            command = handler::name(&command),
            session.id = %actor.session,
            user.id = %actor.user.id,
        );
        let start = (!span.is_disabled()).then(|| self.inner.elapsed());
        let outcome = self
            .admit_and_handle(command)
            .instrument(span.clone())
            .await;
        let (counter, word) = self.tally(&outcome);
        counter.add(1);
        if let Some(start) = start {
            let elapsed_ms = millis(self.inner.elapsed().saturating_sub(start));
            tracing::debug!(parent: &span, outcome = word, elapsed_ms, "command.done");
        }
        outcome
    }

    /// What counts an outcome, and what the log calls it.
    fn tally(&self, outcome: &Result<Reply>) -> (&Counter, &'static str) {
        let metrics = &self.inner.metrics;
        match outcome {
            Ok(_) => (&metrics.commands_ok, "ok"),
            Err(Error::Unavailable { .. } | Error::Internal { .. }) => {
                (&metrics.commands_failed, "failed")
            }
            Err(
                Error::Invalid { .. }
                | Error::Unauthenticated
                | Error::Denied { .. }
                | Error::NotFound { .. }
                | Error::Conflict { .. }
                | Error::StalePermit
                | Error::TooLarge { .. }
                | Error::Limited { .. }
                | Error::Unsupported { .. },
            ) => (&metrics.commands_refused, "refused"),
        }
    }

    async fn admit_and_handle(&self, command: Command) -> Result<Reply> {
        if !self.own.is_good(self.inner.now()) {
            return Err(Error::Unauthenticated);
        }
        self.inner
            .limits
            .commands
            .admit(self.actor().user.id, self.inner.elapsed())?;
        handler::handle(self, command).await
    }

    /// The own account, for who begins: storage is asked only when the session did not show its
    /// token in the last seconds. What changes it meanwhile comes as an event.
    pub async fn account(&self) -> Result<Account> {
        let (user, accounts) = (&self.actor().user, &self.inner.accounts);
        if let Some(account) = accounts.get(&user.id) {
            return Ok(account);
        }
        let moment = accounts.moment();
        let account = self.account_of(user).await?;
        accounts.put(user.id, account.clone(), moment);
        Ok(account)
    }

    /// A user's picture.
    pub async fn avatar(&self, username: &Username) -> Result<Avatar> {
        let user = self.resolve(username).await?;
        let avatar = self.inner.ports.accounts.avatar(user.id).await?;
        avatar.ok_or(Error::NotFound { what: "picture" })
    }

    /// A session that nobody signed in to, for an operator's work on an account.
    pub(crate) fn in_the_name_of(inner: &Arc<Inner>, actor: Actor) -> Self {
        let hash = TokenHash([0; 32]);
        let until = Timestamp::from_millis(i64::MAX);
        Self {
            inner: Arc::clone(inner),
            own: Arc::new(SessionInner::new(hash, actor, until, inner.now())),
            line: Line(0),
        }
    }

    /// The next place among this connection's messages to a conversation.
    pub(crate) fn turn(&self, conversation: ConversationId) -> Turn<'_> {
        self.own.turns.take(self.line, conversation)
    }

    pub(crate) fn inner(&self) -> &Arc<Inner> {
        &self.inner
    }

    pub(crate) async fn account_of(&self, user: &UserRef) -> Result<Account> {
        let found = self.inner.ports.accounts.by_ids(&[user.id]).await?;
        found
            .into_iter()
            .next()
            .ok_or(Error::NotFound { what: "user" })
    }

    /// A username that someone wrote, as a user.
    pub(crate) async fn resolve(&self, username: &Username) -> Result<UserRef> {
        let found = self
            .inner
            .ports
            .accounts
            .by_names(std::slice::from_ref(username))
            .await?;
        let account = found
            .into_iter()
            .next()
            .ok_or(Error::NotFound { what: "user" })?;
        Ok(account.user)
    }

    /// Judges on the facts of a conversation and acts under the permit. A refusal on facts from
    /// the cache is judged again on fresh ones, and so is a permit that storage finds stale.
    pub(crate) async fn permitted<A, T, Acting>(
        &self,
        conversation: ConversationId,
        judge: impl Fn(&Actor, &Facts) -> Result<Permit<A>>,
        act: impl Fn(Permit<A>) -> Acting,
    ) -> Result<T>
    where
        Acting: Future<Output = Result<T>>,
    {
        let mut cached = self.inner.facts.get(conversation, self.actor().user.id);
        for _ in 0..ATTEMPTS {
            let fresh = cached.is_none();
            let facts = match cached.take() {
                Some(facts) => facts,
                None => self.load_facts(conversation).await?,
            };
            let permit = match judge(self.actor(), &facts) {
                Ok(permit) => permit,
                Err(refusal) if fresh => return Err(refusal),
                Err(_) => continue,
            };
            match act(permit).await {
                Err(Error::StalePermit) => self.inner.metrics.stale_permits.add(1),
                outcome => return outcome,
            }
        }
        Err(Error::StalePermit)
    }

    /// Fresh facts; a conversation that does not exist is as unknown as one that is not the
    /// actor's to know.
    async fn load_facts(&self, conversation: ConversationId) -> Result<Facts> {
        let user = self.actor().user.id;
        let facts = self
            .inner
            .ports
            .conversations
            .facts(conversation, user)
            .await?;
        let facts = facts.ok_or(Error::NotFound {
            what: "conversation",
        })?;
        self.inner.facts.put(user, facts);
        Ok(facts)
    }
}
