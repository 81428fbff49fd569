//! `docs/errors.md`, made from the tables of [`super::error`].

use std::fmt::Write as _;
use std::time::Duration;

use domain::{EndReason, Error};

use super::error;

/// One error of each class, with what it is for.
fn classes() -> Vec<(Error, &'static str)> {
    vec![
        (
            Error::invalid("", ""),
            "What was sent makes no sense as it stands; `pointer` names the field. Correct it.",
        ),
        (
            Error::Unauthenticated,
            "No token, or one that has ended. Sign in again.",
        ),
        (
            Error::Denied { reason: "" },
            "Understood, known, and not allowed. The message says why.",
        ),
        (
            Error::NotFound { what: "" },
            "It does not exist, or is not yours to know of; the two are not told apart.",
        ),
        (
            Error::Conflict { reason: "" },
            "It contradicts what is already there, such as a taken username.",
        ),
        (
            Error::StalePermit,
            "Membership changed several times in the same instant. Try again at once.",
        ),
        (
            Error::TooLarge {
                field: "",
                limit: 0,
            },
            "Larger than the limit, in bytes, or in items for lists. Shorten it.",
        ),
        (
            Error::Limited {
                retry_after: Duration::ZERO,
            },
            "Too many or too often. Wait for `retry_after_ms` (HTTP: `Retry-After`).",
        ),
        (
            Error::Unsupported { what: "" },
            "This server does not do that. Do not try again.",
        ),
        (
            Error::Unavailable { reason: "" },
            "A part that is needed does not work at present; nothing was done. Try again later.",
        ),
        (
            Error::Internal { incident: 0 },
            "A fault of the server; its log holds the cause under `incident`.",
        ),
    ]
}

/// Every ending.
const ENDINGS: [(EndReason, &str); 6] = [
    (EndReason::Draining, "The node shuts down."),
    (
        EndReason::SlowConsumer,
        "The connection did not take what was written for too long.",
    ),
    (EndReason::Idle, "Nothing was heard for too long."),
    (
        EndReason::ProtocolError,
        "The connection broke the protocol; the message of the close says how.",
    ),
    (
        EndReason::Revoked,
        "The session was signed out or ended, or its account was closed.",
    ),
    (
        EndReason::Replaced,
        "A newer connection took the same mailbox.",
    ),
];

/// The text of `docs/errors.md`.
pub fn document() -> String {
    let mut out = String::from(HEAD);
    for (error, meaning) in classes() {
        let entry = error::entry(&error);
        let name = class(&error);
        writeln!(
            out,
            "| {name} | `{}` | {} | {meaning} |",
            entry.code, entry.status
        )
        .expect("writing to a String does not fail");
    }
    out.push_str(ENDINGS_HEAD);
    for (reason, meaning) in ENDINGS {
        let back = if reason.reconnect() { "yes" } else { "no" };
        let code = error::close_code(reason);
        writeln!(out, "| `{}` | {code} | {back} | {meaning} |", reason.word())
            .expect("writing to a String does not fail");
    }
    out.push_str(TAIL);
    out
}

/// The name of an error's class.
fn class(error: &Error) -> &'static str {
    match error {
        Error::Invalid { .. } => "Invalid",
        Error::Unauthenticated => "Unauthenticated",
        Error::Denied { .. } => "Denied",
        Error::NotFound { .. } => "NotFound",
        Error::Conflict { .. } => "Conflict",
        Error::StalePermit => "StalePermit",
        Error::TooLarge { .. } => "TooLarge",
        Error::Limited { .. } => "Limited",
        Error::Unsupported { .. } => "Unsupported",
        Error::Unavailable { .. } => "Unavailable",
        Error::Internal { .. } => "Internal",
    }
}

const HEAD: &str = "\
# Errors and endings

Made from the tables in `crates/gateway/src/native/error.rs`; a test compares this file with them
and writes it anew when `SWITCHBOARD_BLESS` is set.

Every door tells the same errors in its own form. A native reply has
`\"error\": {\"code\", \"message\", \"pointer\"?, \"retry_after_ms\"?, \"incident\"?}`. An HTTP answer is
`application/problem+json` (RFC 9457) with `type`, `title`, `status`, `detail`, `code`, `pointer`?,
`incident`? and `request_id`. The code is stable; the message is for a developer's log.

## Errors

| class | code | HTTP status | meaning |
|---|---|---|---|
";

const ENDINGS_HEAD: &str = "
HTTP alone also answers 405 with `method_not_allowed`, 408 with `timeout`, 415 with
`unsupported_media_type` and 426 with `upgrade_required`.

## Endings

A live session ends with the frame `{\"type\": \"end\", \"reason\": …, \"reconnect\": …}`, and a WebSocket
with a close code besides. Codes from 4000 to 4099 mean: come back with the cursor, after a random
pause. Codes from 4400 to 4499 mean: do not come back by yourself.

| reason | close code | come back | meaning |
|---|---|---|---|
";

const TAIL: &str = "
Without an ending of its own, a WebSocket closes with 4401 when the token is missing or not valid,
4000 when the session cannot begin for a passing reason, 4500 after a fault of the server, 1007 when
a text is not UTF-8, 1009 when a frame is larger than `frame_bytes`, and 1002 when the framing is
broken (RFC 6455 §7.4.1).
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/errors.md");
        if std::env::var_os("SWITCHBOARD_BLESS").is_some() {
            std::fs::write(path, document()).unwrap();
        }
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(
            written,
            document(),
            "run this test with SWITCHBOARD_BLESS=1"
        );
    }

    #[test]
    fn codes_are_told_apart_and_statuses_are_errors() {
        let mut codes: Vec<_> = classes()
            .iter()
            .map(|(e, _)| error::entry(e).code)
            .collect();
        codes.dedup();
        assert_eq!(
            codes.len(),
            10,
            "conflict stands for two classes: {codes:?}"
        );
        assert!(
            classes()
                .iter()
                .all(|(e, _)| (400..600).contains(&error::entry(e).status))
        );
    }

    #[test]
    fn close_codes_say_whether_to_come_back() {
        for (reason, _) in ENDINGS {
            let code = error::close_code(reason);
            let range = if reason.reconnect() {
                4000..4100
            } else {
                4400..4500
            };
            assert!(range.contains(&code), "{reason:?}");
        }
    }

    #[test]
    fn an_error_tells_its_field_and_when_to_try_again() {
        let body = error::body(&Error::TooLarge {
            field: "text",
            limit: 5,
        });
        assert_eq!(body.pointer.as_deref(), Some("/text"));
        let body = error::body(&Error::Limited {
            retry_after: Duration::from_millis(1500),
        });
        assert_eq!(
            (body.code.as_str(), body.retry_after_ms),
            ("limited", Some(1500))
        );
        let body = error::body(&Error::Internal { incident: 0xab });
        assert_eq!(body.incident.as_deref(), Some("00000000000000ab"));
    }
}
