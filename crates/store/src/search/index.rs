//! The file of the index.
//!
//! A document's number holds its time in the upper bits, so that the newest come first by walking
//! the numbers down. The words are a full-text table without content; each document also has a word
//! for its conversation and one for its sender, with a mark in front that no text can hold, so that
//! a search in one conversation does not walk through all the others.

use std::collections::HashSet;
use std::path::Path;

use domain::{ConversationId, Epoch, Seq, UserId};
use engine::port::{Document, FoundAt, Position, SearchQuery};
use rusqlite::{Connection, ErrorCode, OptionalExtension, params};

use super::query::terms;
use super::tokenizer::tokens;
use crate::sqlite::beside;

/// Changes when words are made in another way or kept in another form.
const FORMAT: i64 = 1;
/// How many bits tell apart what was written in one millisecond.
const BITS: u32 = 20;
/// In at most so many conversations they are looked for by their words, otherwise the candidates
/// are compared one by one.
const FEW: usize = 8;
/// How many candidates are looked at for one query, to bound its time.
const CANDIDATES: usize = 200_000;
/// Stands in front of a conversation's number; a private letter of Unicode, which is no word.
const CONVERSATION: char = '\u{e000}';
/// Stands in front of a sender's number.
const SENDER: char = '\u{e001}';

const TABLES: &str = "
    CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE documents (id INTEGER PRIMARY KEY, conv INTEGER NOT NULL, seq INTEGER NOT NULL,
        sender INTEGER, UNIQUE (conv, seq));
    CREATE VIRTUAL TABLE words USING fts5(word, content = '', contentless_delete = 1,
        detail = none, tokenize = 'ascii', prefix = '1 2 3');";

/// What is wrong with the index.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) error: rusqlite::Error,
    /// The file has to be made anew.
    pub(super) damaged: bool,
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        let damaged = matches!(
            error.sqlite_error_code(),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
        );
        Self { error, damaged }
    }
}

/// The open file.
pub(super) struct Index {
    connection: Connection,
}

/// Removes the files of an index.
pub(crate) fn remove(path: &Path) {
    for file in [path.to_owned(), beside(path, "-wal"), beside(path, "-shm")] {
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::error!(%error, "search.not_removed");
            }
            Ok(()) | Err(_) => {}
        }
    }
}

impl Index {
    /// Opens the file, or makes it anew when it is missing, damaged or not of this life of the log.
    pub(super) fn open(path: &Path, epoch: Epoch) -> Result<Self, Trouble> {
        match Self::open_as_it_is(path, epoch) {
            Ok(Some(index)) => return Ok(index),
            Ok(None) => {}
            Err(trouble) if trouble.damaged => {
                tracing::warn!(error = %trouble.error, "search.damaged");
            }
            Err(trouble) => return Err(trouble),
        }
        remove(path);
        let index = Self {
            connection: connect(path)?,
        };
        index
            .connection
            .execute_batch(&format!("BEGIN; {TABLES} COMMIT;"))?;
        index.set("format", FORMAT)?;
        index.set("epoch", epoch.0)?;
        Ok(index)
    }

    /// `None` when the file is not what is needed.
    fn open_as_it_is(path: &Path, epoch: Epoch) -> Result<Option<Self>, Trouble> {
        if !path.exists() {
            return Ok(None);
        }
        let index = Self {
            connection: connect(path)?,
        };
        let tables =
            "SELECT COUNT(*) FROM sqlite_schema WHERE name IN ('meta', 'documents', 'words')";
        let count: i64 = index.connection.query_row(tables, [], |row| row.get(0))?;
        let fits = count == 3
            && index.get("format")? == Some(FORMAT)
            && index.get("epoch")? == Some(epoch.0);
        Ok(fits.then_some(index))
    }

    fn get(&self, name: &str) -> Result<Option<i64>, Trouble> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }

    fn set(&self, name: &str, value: i64) -> Result<(), Trouble> {
        let text = "INSERT INTO meta (name, value) VALUES (?1, ?2)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        self.connection
            .prepare_cached(text)?
            .execute(params![name, value])?;
        Ok(())
    }

    /// Up to where the log is indexed.
    pub(super) fn position(&self) -> Result<Position, Trouble> {
        Ok(Position(self.get("position")?.unwrap_or(0)))
    }

    /// Replaces or removes documents and moves the position, together.
    pub(super) fn put(
        &mut self,
        documents: &[Document],
        position: Position,
    ) -> Result<(), Trouble> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        let done = documents
            .iter()
            .try_for_each(|document| self.put_one(document));
        let done = done.and_then(|()| self.set("position", position.0));
        let done = done.and_then(|()| Ok(self.connection.execute_batch("COMMIT")?));
        if done.is_err() && !self.connection.is_autocommit() {
            self.connection.execute_batch("ROLLBACK")?;
        }
        done
    }

    fn put_one(&self, document: &Document) -> Result<(), Trouble> {
        let place = params![document.conversation.get(), document.seq.get()];
        let known = "SELECT id, sender FROM documents WHERE conv = ?1 AND seq = ?2";
        let mut known = self.connection.prepare_cached(known)?;
        let known: Option<(i64, Option<i64>)> = known
            .query_row(place, |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        if let Some((id, _)) = known {
            self.connection
                .prepare_cached("DELETE FROM words WHERE rowid = ?1")?
                .execute([id])?;
        }
        let (id, sender) = match (known, &document.text) {
            (Some((id, _)), None) => {
                let text = "DELETE FROM documents WHERE id = ?1";
                self.connection.prepare_cached(text)?.execute([id])?;
                return Ok(());
            }
            (None, None) => return Ok(()),
            (Some(known), Some(_)) => known,
            (None, Some(_)) => (self.insert(document)?, document.sender.map(UserId::get)),
        };
        let words = words_of(document, sender);
        let text = "INSERT INTO words (rowid, word) VALUES (?1, ?2)";
        self.connection
            .prepare_cached(text)?
            .execute(params![id, words])?;
        Ok(())
    }

    /// Gives a new document its number.
    fn insert(&self, document: &Document) -> Result<i64, Trouble> {
        let (low, high) = (first_of(document.at), first_of(document.at + 1));
        let text = "SELECT MAX(id) FROM documents WHERE id >= ?1 AND id < ?2";
        let last: Option<i64> = self
            .connection
            .prepare_cached(text)?
            .query_row([low, high], |row| row.get(0))?;
        let id = last.map_or(low, |last| last + 1);
        let text = "INSERT INTO documents (id, conv, seq, sender) VALUES (?1, ?2, ?3, ?4)";
        let sender = document.sender.map(UserId::get);
        let row = params![id, document.conversation.get(), document.seq.get(), sender];
        self.connection.prepare_cached(text)?.execute(row)?;
        Ok(id)
    }

    /// Places of messages that hold all the words, newest first.
    pub(super) fn query(&self, query: &SearchQuery) -> Result<Vec<FoundAt>, Trouble> {
        let Some(expression) = expression(query) else {
            return Ok(Vec::new());
        };
        let below = query
            .after
            .map_or(i64::MAX, |after| first_of(after.at.saturating_add(1)));
        let text = "SELECT w.rowid, d.conv, d.seq, d.sender FROM words w
            JOIN documents d ON d.id = w.rowid
            WHERE words MATCH ?1 AND w.rowid < ?2 ORDER BY w.rowid DESC";
        let mut statement = self.connection.prepare_cached(text)?;
        let mut rows = statement.query(params![expression, below])?;
        let mut found = Newest::new(query.limit);
        let mut looked_at = 0;
        while let Some(row) = rows.next()? {
            let sender: Option<i64> = row.get(3)?;
            let place = FoundAt {
                at: row.get::<_, i64>(0)? >> BITS,
                conversation: ConversationId::new(row.get(1)?),
                seq: Seq::new(row.get(2)?),
            };
            if found.is_full(place.at) {
                break;
            }
            if wanted(query, &place, sender) {
                found.push(place);
            }
            looked_at += 1;
            if looked_at == CANDIDATES {
                tracing::info!(candidates = CANDIDATES, "search.cut_short");
                break;
            }
        }
        Ok(found.finish())
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    // After a loss of power the last commits may be missing; the position goes back with them.
    connection.execute_batch(
        "PRAGMA mmap_size = 0; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
         PRAGMA cache_size = -32768; PRAGMA secure_delete = ON;",
    )?;
    Ok(connection)
}

/// The first number of a millisecond.
fn first_of(at: i64) -> i64 {
    at.clamp(0, 1 << 42) << BITS
}

/// What is put in the full-text table: each word once.
fn words_of(document: &Document, sender: Option<i64>) -> String {
    let mut words = format!("{CONVERSATION}{}", document.conversation);
    if let Some(sender) = sender {
        words.extend([' ', SENDER]);
        words.push_str(&sender.to_string());
    }
    let mut seen = HashSet::new();
    for token in tokens(document.text.as_deref().unwrap_or_default()) {
        if !seen.contains(&token.word) {
            words.push(' ');
            words.push_str(&token.word);
            seen.insert(token.word);
        }
    }
    words
}

/// The query in the language of the full-text table; `None` when it cannot find anything.
fn expression(query: &SearchQuery) -> Option<String> {
    let terms = terms(&query.text);
    if terms.is_empty() || query.within.is_empty() || query.limit == 0 {
        return None;
    }
    let mut parts: Vec<String> = terms
        .iter()
        .map(|term| format!("\"{}\"{}", term.word, if term.prefix { " *" } else { "" }))
        .collect();
    if query.within.len() <= FEW {
        let any: Vec<String> = query
            .within
            .iter()
            .map(|(id, _)| format!("\"{CONVERSATION}{id}\""))
            .collect();
        parts.push(format!("({})", any.join(" OR ")));
    }
    parts.extend(query.sender.map(|sender| format!("\"{SENDER}{sender}\"")));
    Some(parts.join(" AND "))
}

fn wanted(query: &SearchQuery, place: &FoundAt, sender: Option<i64>) -> bool {
    let readable = query
        .within
        .binary_search_by_key(&place.conversation, |(conversation, _)| *conversation)
        .is_ok_and(|index| place.seq <= query.within[index].1);
    readable
        && query
            .sender
            .is_none_or(|wanted| sender == Some(wanted.get()))
        && query.after.is_none_or(|after| *place < after)
}

/// Gathers places that come by time, newest first, and orders those of one millisecond.
struct Newest {
    limit: usize,
    found: Vec<FoundAt>,
}

impl Newest {
    fn new(limit: usize) -> Self {
        Self {
            limit,
            found: Vec::new(),
        }
    }

    /// Nothing of that time or before can change the answer.
    fn is_full(&self, at: i64) -> bool {
        self.found.len() >= self.limit && self.found.last().is_some_and(|last| last.at > at)
    }

    fn push(&mut self, place: FoundAt) {
        self.found.push(place);
    }

    fn finish(mut self) -> Vec<FoundAt> {
        self.found.sort_unstable_by(|one, other| other.cmp(one));
        self.found.truncate(self.limit);
        self.found
    }
}
