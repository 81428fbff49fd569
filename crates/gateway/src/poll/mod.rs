//! Long polling: `GET /v1/poll`. Each poll takes hold of the mailbox, waits until there is
//! something, and lets go.

use std::time::Duration;

use domain::Error;
use engine::{Attachment, Cursor, ResumeOutcome};
use hyper::header::{self, HeaderValue};
use hyper::{Method, Uri};
use schemars::JsonSchema;
use serde::Serialize;
use tracing::Instrument as _;

use crate::listener::problem::{Outcome, Problem};
use crate::listener::request::{query, session};
use crate::listener::route::{Call, Input, Output, Route, schema_of};
use crate::metrics::Door;
use crate::native::{frame, opening};
use crate::shared::{Phase, Shared, reached};

/// The routes of this door.
pub(crate) const ROUTES: &[Route] = &[Route::own(
    &Method::GET,
    "/v1/poll",
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

/// Deliveries of one answer.
const BATCH: usize = 128;
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
    let (after, wait) = parameters(call.request.uri())?;
    let shared = &call.shared;
    let session = session(shared, call.request.headers()).await?;
    let (held, opening) = session
        .attach(after)
        .instrument(opening::span(&session, "poll"))
        .await?;
    let _present = shared.metrics.present(Door::Poll);
    // Who goes on from where they were needs no hello, unless it has something to tell.
    let goes_on = opening.outcome == ResumeOutcome::Resumed && !opening.signals_lost;
    let frames = if goes_on {
        wait_for(shared, &held, wait).await;
        take(&held)
    } else {
        let hello = opening::hello(&shared.engine, &held, opening).await?;
        vec![frame::hello(hello)]
    };
    shared.metrics.frames_out(Door::Poll, frames.len());
    let body = body(&frames, held.cursor());
    let mut response = axum::response::Response::new(body.into());
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    Ok(response)
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

/// Waits until there is something to take, or the time is over.
async fn wait_for(shared: &Shared, held: &Attachment, time: Duration) {
    let mut phase = shared.phase.clone();
    tokio::select! {
        biased;
        () = held.ready() => {}
        () = tokio::time::sleep(time) => {}
        () = reached(&mut phase, Phase::Cut) => {}
    }
}

fn take(held: &Attachment) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    held.drain(BATCH, |delivery| frames.push(frame::delivery(delivery)));
    frames
}

/// `{"frames":[…],"cursor":"mailbox.n"}`.
fn body(frames: &[Vec<u8>], cursor: Cursor) -> Vec<u8> {
    let mut out = b"{\"frames\":[".to_vec();
    for (index, frame) in frames.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        out.extend_from_slice(frame);
    }
    out.extend_from_slice(format!("],\"cursor\":\"{cursor}\"}}").as_bytes());
    out
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
        let frames = [
            frame::end(domain::EndReason::Idle),
            frame::end(domain::EndReason::Replaced),
        ];
        let bytes = body(
            &frames,
            Cursor {
                mailbox: MailboxId::new(7),
                n: 3,
            },
        );
        let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(json["cursor"], "7.3");
        assert_eq!(json["frames"][1]["reason"], "replaced");
    }
}
