//! What is asked, and whether the answer is whole.

use anyhow::{Result, ensure};
use serde_json::Value;

use super::archive::{Archive, COMMON, CONVERSATIONS, RARE};
use crate::load::Asker;
use crate::prepare::{direct, token};

/// Messages of a page.
const PAGE: usize = 50;
/// Hits of a page.
const HITS: usize = 20;

/// A question.
pub(super) struct Question {
    /// As the report calls it.
    pub(super) figure: &'static str,
    path: fn(Archive, u64) -> String,
    /// Where the answer has a list, and how many must be in it.
    list: &'static str,
    least: usize,
}

/// All questions.
pub(super) const QUESTIONS: &[Question] = &[
    Question {
        figure: "server CPU for the last 50",
        path: |_, _| messages(""),
        list: "/items",
        least: PAGE,
    },
    Question {
        figure: "server CPU for 50 before a place",
        path: |archive, number| messages(&format!("&before={}", archive.near(number))),
        list: "/items",
        least: PAGE,
    },
    Question {
        figure: "server CPU for 50 around a place",
        path: |archive, number| messages(&format!("&around={}", archive.near(number))),
        list: "/items",
        least: PAGE,
    },
    Question {
        figure: "server CPU for 50 around any place, however old",
        path: |archive, number| messages(&format!("&around={}", archive.anywhere(number))),
        list: "/items",
        least: PAGE,
    },
    Question {
        figure: "server CPU for a sync of 500 conversations",
        path: |_, _| "/v1/sync?limit=500".to_owned(),
        list: "/conversations",
        least: CONVERSATIONS,
    },
    Question {
        figure: "server CPU for a search, rare word",
        path: |_, _| format!("/v1/search?q={RARE}&limit={HITS}"),
        list: "/hits",
        least: HITS,
    },
    Question {
        figure: "server CPU for a search, common word",
        path: |_, _| format!("/v1/search?q={COMMON}&limit={HITS}"),
        list: "/hits",
        least: HITS,
    },
    Question {
        figure: "server CPU for a search, common word in one conversation",
        path: |_, _| {
            let conversation = direct(0);
            format!("/v1/search?q={COMMON}&conversation={conversation}&limit={HITS}")
        },
        list: "/hits",
        least: HITS,
    },
    Question {
        figure: "server CPU for a search, beginning of a common word",
        path: |_, _| format!("/v1/search?q={}&limit={HITS}", &COMMON[..4]),
        list: "/hits",
        least: HITS,
    },
];

fn messages(span: &str) -> String {
    let conversation = direct(0);
    format!("/v1/conversations/{conversation}/messages?limit={PAGE}{span}")
}

/// Asks, and fails when the answer is not whole.
pub(super) fn ask(
    asker: &mut Asker,
    question: &Question,
    archive: Archive,
    number: u64,
) -> Result<()> {
    let path = (question.path)(archive, number);
    let body = asker.get(&path, &token(0))?;
    let body: Value = serde_json::from_slice(&body)?;
    let found = body.pointer(question.list).and_then(Value::as_array);
    let found = found.map_or(0, Vec::len);
    ensure!(
        found >= question.least,
        "{path}: {found} instead of {}",
        question.least
    );
    Ok(())
}
