//! Long polling: `GET /v1/poll`. Each poll takes hold of the mailbox, waits until there is
//! something, and lets go.
//!
//! Map: [`line`] is a poll that has its connection for itself until it is answered; the handler
//! here is one among the requests of an HTTP/2 connection, or after others on one of HTTP/1.1.

mod line;

use std::time::Duration;

use domain::Error;
use engine::{Attachment, Cursor, ResumeOutcome};
use hyper::header::{self, HeaderValue};
use hyper::{HeaderMap, Method, Uri};
use schemars::JsonSchema;
use serde::Serialize;
use tracing::Instrument as _;

use crate::listener::problem::{Outcome, Problem};
use crate::listener::request::{query, session};
use crate::listener::route::{Call, Input, Output, Route, schema_of};
use crate::listener::serve::Live;
use crate::metrics::{Attendance, Door};
use crate::native::{frame, opening};
use crate::shared::{Phase, Shared, reached};

/// The routes of this door.
pub(crate) const ROUTES: &[Route] = &[Route::own(
    &Method::GET,
    PATH,
    |call: Call| Box::pin(poll(call)),
    "The native protocol's events by long polling",
)
.tag("Live")
.takes(Input::Query(&[
    (
        "after",
        "The cursor of the last answer; what it covers is acknowledged",
    ),
    (
        "wait",
        "How long to wait for something, 0 to 25 seconds; 25 when absent",
    ),
]))
.answers(Output::Json(schema_of::<Frames>))];

/// The door, when it gets a connection for itself.
pub(crate) const LIVE: Live = Live {
    path: PATH,
    open: |knock| Box::pin(line::open(knock)),
};

const PATH: &str = "/v1/poll";
/// Deliveries of one answer.
const BATCH: usize = 128;
/// A poll that only signals (presence, typing) would answer waits for more of them, in seconds:
/// each answer costs another request.
const GATHER: u32 = 1;
/// The longest wait, in seconds: proxies cut what is silent for 30.
const LONGEST: u64 = 25;

/// What a poll answers.
#[derive(Debug, Serialize, JsonSchema)]
#[allow(
    dead_code,
    reason = "it is written by hand, so that frames are encoded once"
)]
struct Frames {
    /// The frames, in order; none when nothing came in time.
    frames: Vec<wire::native::ServerFrame>,
    /// What to ask `after` next.
    cursor: String,
}

async fn poll(call: Call) -> Outcome {
    if call.request.method() == Method::HEAD {
        return Err(Problem::method());
    }
    let shared = &call.shared;
    let asked = ask(shared, call.request.uri(), call.request.headers()).await?;
    let _present = Attendance::new(&shared.metrics, Door::Poll);
    let body = if let Some(hello) = asked.first {
        Body::with(&hello, asked.held.cursor())
    } else {
        wait_for(shared, &asked.held, asked.wait).await;
        Body::take(&asked.held)
    };
    shared.metrics.frames_out(Door::Poll, body.frames);
    let mut response = axum::response::Response::new(body.json.into());
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    Ok(response)
}

/// A poll that holds its mailbox.
#[derive(Debug)]
struct Asked {
    held: Attachment,
    wait: Duration,
    /// The answer, when there is no need to wait.
    first: Option<Vec<u8>>,
}

/// Takes hold of the mailbox. Who goes on from where they were needs no hello, unless it has
/// something to tell.
async fn ask(shared: &Shared, uri: &Uri, headers: &HeaderMap) -> Result<Asked, Problem> {
    let (after, wait) = parameters(uri)?;
    let session = session(shared, headers).await?;
    let (held, opening) = session
        .attach(after)
        .instrument(opening::span(&session, "poll"))
        .await?;
    let goes_on = opening.outcome == ResumeOutcome::Resumed && !opening.signals_lost;
    let first = if goes_on {
        None
    } else {
        let hello = opening::hello(&shared.engine, &held, opening).await?;
        Some(frame::hello(hello))
    };
    Ok(Asked { held, wait, first })
}

fn parameters(uri: &Uri) -> Result<(Option<Cursor>, Duration), Error> {
    let (mut after, mut wait) = (None, LONGEST);
    for (name, value) in query(uri) {
        match name.as_str() {
            "after" => {
                let cursor = value.parse();
                after = Some(cursor.map_err(|_| {
                    Error::invalid("after", "expected the cursor of the last answer, mailbox.n")
                })?);
            }
            "wait" => {
                let seconds = value.parse().ok().filter(|seconds| *seconds <= LONGEST);
                wait = seconds.ok_or_else(|| Error::invalid("wait", "from 0 to 25 seconds"))?;
            }
            _ => {}
        }
    }
    Ok((after, Duration::from_secs(wait)))
}

/// Returns when something waits that is worth an answer.
async fn gathered(held: &Attachment) {
    held.ready().await;
    let company = Duration::from_secs(GATHER.into());
    let _ = tokio::time::timeout(company, held.pressing()).await;
}

/// Waits until there is something to take, or the time is over.
async fn wait_for(shared: &Shared, held: &Attachment, time: Duration) {
    let mut phase = shared.phase.clone();
    tokio::select! {
        biased;
        () = gathered(held) => {}
        () = tokio::time::sleep(time) => {}
        () = reached(&mut phase, Phase::Cut) => {}
    }
}

/// `{"frames":[…],"cursor":"mailbox.n"}`.
#[derive(Debug)]
struct Body {
    json: Vec<u8>,
    frames: usize,
}

impl Body {
    fn new() -> Self {
        Self {
            json: b"{\"frames\":[".to_vec(),
            frames: 0,
        }
    }

    /// With what waits in the mailbox.
    fn take(held: &Attachment) -> Self {
        let mut body = Self::new();
        held.drain(BATCH, |delivery| {
            frame::delivery(delivery, |parts| body.append(parts));
        });
        body.end(held.cursor())
    }

    /// With one frame.
    fn with(frame: &[u8], cursor: Cursor) -> Self {
        let mut body = Self::new();
        body.append(&[frame]);
        body.end(cursor)
    }

    fn append(&mut self, parts: &[&[u8]]) {
        if self.frames > 0 {
            self.json.push(b',');
        }
        self.frames += 1;
        for part in parts {
            self.json.extend_from_slice(part);
        }
    }

    fn end(mut self, cursor: Cursor) -> Self {
        let tail = format!("],\"cursor\":\"{cursor}\"}}");
        self.json.extend_from_slice(tail.as_bytes());
        self
    }
}

#[cfg(test)]
mod tests {
    use domain::MailboxId;

    use super::*;

    fn asked(query: &str) -> Result<(Option<Cursor>, Duration), Error> {
        parameters(&format!("/v1/poll?{query}").parse().unwrap())
    }

    #[test]
    fn the_parameters_are_read_and_bounded() {
        let cursor = Cursor {
            mailbox: MailboxId::new(7),
            n: 3,
        };
        assert_eq!(asked("").unwrap(), (None, Duration::from_secs(25)));
        assert_eq!(
            asked("after=7.3&wait=0").unwrap(),
            (Some(cursor), Duration::ZERO)
        );
        for bad in [
            "after=7",
            "after=",
            "after=x.1",
            "wait=26",
            "wait=-1",
            "wait=x",
        ] {
            assert!(asked(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_answer_is_the_documented_shape() {
        let mut body = Body::new();
        body.append(&[&frame::end(domain::EndReason::Idle)]);
        body.append(&[&frame::end(domain::EndReason::Replaced)]);
        let bytes = body
            .end(Cursor {
                mailbox: MailboxId::new(7),
                n: 3,
            })
            .json;
        let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(json["cursor"], "7.3");
        assert_eq!(json["frames"][1]["reason"], "replaced");
    }
}
