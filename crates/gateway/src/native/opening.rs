//! How a connection begins: what the first frame says.

use domain::Result;
use engine::{Attachment, Engine, Opening, ResumeOutcome, Session};
use wire::native as wire;

use super::to_wire;

/// The first frame's contents, for a connection that has just taken hold of its mailbox.
pub async fn hello(engine: &Engine, held: &Attachment, opening: Opening) -> Result<wire::Hello> {
    let session = held.session();
    let account = session.account().await?;
    let settings = engine.settings();
    Ok(wire::Hello {
        resume: match opening.outcome {
            ResumeOutcome::New => wire::ResumeOutcome::New,
            ResumeOutcome::Resumed => wire::ResumeOutcome::Resumed,
            ResumeOutcome::Reset => wire::ResumeOutcome::Reset,
        },
        mailbox: opening.cursor.mailbox.to_string(),
        n: opening.cursor.n,
        signals_lost: opening.signals_lost,
        session: session.actor().session.to_string(),
        me: to_wire::account(&account),
        epoch: engine.epoch().to_string(),
        protocol: wire::PROTOCOL_VERSION,
        server: env!("CARGO_PKG_VERSION").to_owned(),
        ping_s: small(settings.ping.as_secs()),
        grace_s: small(settings.grace.as_secs()),
        text_bytes: small(settings.text_bytes as u64),
        frame_bytes: small(settings.frame_bytes as u64),
    })
}

/// The span of a session's connection, under which the log tells what happens there.
pub fn span(session: &Session, transport: &'static str) -> tracing::Span {
    let actor = session.actor();
    tracing::debug_span!(
        "session",
        session.id = %actor.session,
        user.id = %actor.user.id,
        transport,
    )
}

/// As many as fit the field; the settings are far below.
fn small(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
