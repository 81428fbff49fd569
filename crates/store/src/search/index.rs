//! The file of the index.
//!
//! A document's number holds its time in the upper bits, so that the newest come first by walking
//! the numbers down. The words are a full-text table without content; each document also has a word
//! for its conversation and one for its sender, with a mark in front that no text can hold, so that
//! a search in one conversation does not walk through all the others.

use std::path::Path;

use domain::{ConversationId, Epoch, Seq, UserId};
use engine::port::{Document, FoundAt, Position, SearchQuery};
use foldhash::HashSet;
use foldhash::fast::RandomState;
use rusqlite::{Connection, ErrorCode, OptionalExtension, params};

use super::query::terms;
use super::tokenizer::{self, folded};
use crate::sqlite::beside;

/// Changes when words are made in another way or kept in another form.
const FORMAT: i64 = 2;
/// How many bits tell apart what was written in one millisecond.
const BITS: u32 = 20;
/// In at most so many conversations they are looked for by their words, otherwise the candidates
/// are compared one by one.
const FEW: usize = 8;
/// How many of the newest messages with the words are compared with what the caller may read. When
/// that did not give enough, the caller's conversations are looked for by their words, too.
const GLANCE: usize = 1_000;
/// So many conversations are looked for at once then.
const TOGETHER: usize = 256;
/// How many messages of the caller's conversations are looked at, to bound the time of a query.
const CANDIDATES: usize = 200_000;
/// The beginning of a word stands for at most so many words; when there are more, for whatever the
/// full-text table finds, which takes longer.
const ENDINGS: usize = 48;
/// Beginnings up to this length, in characters, are kept by the full-text table.
const SHORT: usize = 3;
/// So many different words most messages have at most.
const COMMON: usize = 32;
/// Stands in front of a conversation's number; a private letter of Unicode, which is no word.
const CONVERSATION: char = '\u{e000}';
/// Stands in front of a sender's number.
const SENDER: char = '\u{e001}';

/// The full-text table gathers up to 8 MiB of words before it writes them down, and joins what it
/// wrote in eights: the bigger the pieces and the more at once, the less often words are copied.
const TABLES: &str = "
    CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE documents (id INTEGER PRIMARY KEY, conv INTEGER NOT NULL, seq INTEGER NOT NULL,
        sender INTEGER, UNIQUE (conv, seq));
    CREATE VIRTUAL TABLE words USING fts5(word, content = '', contentless_delete = 1,
        detail = none, tokenize = 'ascii', prefix = '1 2 3');
    INSERT INTO words (words, rank) VALUES ('hashsize', 8388608), ('automerge', 8);";

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

/// The words that are in the full-text table, for each message that holds them.
const VOCABULARY: &str =
    "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, words, instance)";

/// The open file.
pub(super) struct Index {
    connection: Connection,
    /// The greatest number of a document.
    newest: Option<i64>,
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
        let connection = connect(path)?;
        connection.execute_batch(&format!("BEGIN; {TABLES} COMMIT; {VOCABULARY}"))?;
        let index = Self {
            connection,
            newest: None,
        };
        index.set("format", FORMAT)?;
        index.set("epoch", epoch.0)?;
        Ok(index)
    }

    /// `None` when the file is not what is needed.
    fn open_as_it_is(path: &Path, epoch: Epoch) -> Result<Option<Self>, Trouble> {
        if !path.exists() {
            return Ok(None);
        }
        let mut index = Self {
            connection: connect(path)?,
            newest: None,
        };
        let tables =
            "SELECT COUNT(*) FROM sqlite_schema WHERE name IN ('meta', 'documents', 'words')";
        let count: i64 = index.connection.query_row(tables, [], |row| row.get(0))?;
        let fits = count == 3
            && index.get("format")? == Some(FORMAT)
            && index.get("epoch")? == Some(epoch.0);
        if !fits {
            return Ok(None);
        }
        index.connection.execute_batch(VOCABULARY)?;
        let newest = "SELECT MAX(id) FROM documents";
        index.newest = index.connection.query_row(newest, [], |row| row.get(0))?;
        Ok(Some(index))
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
        let newest = self.newest;
        let done = documents
            .iter()
            .try_for_each(|document| self.put_one(document));
        let done = done.and_then(|()| self.set("position", position.0));
        let done = done.and_then(|()| Ok(self.connection.execute_batch("COMMIT")?));
        if done.is_err() {
            self.newest = newest;
            if !self.connection.is_autocommit() {
                self.connection.execute_batch("ROLLBACK")?;
            }
        }
        done
    }

    fn put_one(&mut self, document: &Document) -> Result<(), Trouble> {
        if document.text.is_some()
            && let Some(id) = self.insert(document)?
        {
            return self.put_words(id, document, document.sender.map(UserId::get));
        }
        let place = params![document.conversation.get(), document.seq.get()];
        let known = "SELECT id, sender FROM documents WHERE conv = ?1 AND seq = ?2";
        let mut known = self.connection.prepare_cached(known)?;
        let known: Option<(i64, Option<i64>)> = known
            .query_row(place, |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((id, sender)) = known else {
            return Ok(());
        };
        self.connection
            .prepare_cached("DELETE FROM words WHERE rowid = ?1")?
            .execute([id])?;
        if document.text.is_some() {
            return self.put_words(id, document, sender);
        }
        let text = "DELETE FROM documents WHERE id = ?1";
        self.connection.prepare_cached(text)?.execute([id])?;
        Ok(())
    }

    fn put_words(&self, id: i64, document: &Document, sender: Option<i64>) -> Result<(), Trouble> {
        let words = words_of(document, sender);
        let text = "INSERT INTO words (rowid, word) VALUES (?1, ?2)";
        self.connection
            .prepare_cached(text)?
            .execute(params![id, words])?;
        Ok(())
    }

    /// Gives a new document its number; nothing when the document is known.
    fn insert(&mut self, document: &Document) -> Result<Option<i64>, Trouble> {
        let id = self.free_number(document.at)?;
        let text = "INSERT INTO documents (id, conv, seq, sender) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (conv, seq) DO NOTHING";
        let sender = document.sender.map(UserId::get);
        let row = params![id, document.conversation.get(), document.seq.get(), sender];
        if self.connection.prepare_cached(text)?.execute(row)? == 0 {
            return Ok(None);
        }
        self.newest = self.newest.max(Some(id));
        Ok(Some(id))
    }

    /// The first number of a millisecond that no document has. Most documents are newer than all.
    fn free_number(&self, at: i64) -> Result<i64, Trouble> {
        let (low, high) = (first_of(at), first_of(at + 1));
        match self.newest {
            Some(newest) if newest >= high => {}
            Some(newest) if newest >= low => return Ok(newest + 1),
            Some(_) | None => return Ok(low),
        }
        let text = "SELECT MAX(id) FROM documents WHERE id >= ?1 AND id < ?2";
        let last: Option<i64> = self
            .connection
            .prepare_cached(text)?
            .query_row([low, high], |row| row.get(0))?;
        Ok(last.map_or(low, |last| last + 1))
    }

    /// Places of messages that hold all the words, newest first.
    ///
    /// What it costs does not grow with the number of messages: of words that many messages hold, the
    /// newest are looked at; when few of those are the caller's, the full-text table is asked for
    /// the caller's conversations by name.
    pub(super) fn query(&self, query: &SearchQuery) -> Result<Vec<FoundAt>, Trouble> {
        if query.within.is_empty() || query.limit == 0 {
            return Ok(Vec::new());
        }
        let Some(words) = self.expression(query)? else {
            return Ok(Vec::new());
        };
        let mut found = Newest::new(query.limit);
        if query.within.len() > FEW {
            let whole = self.walk(&words, query, GLANCE, &mut found)?;
            if whole {
                return Ok(found.finish());
            }
            found = Newest::new(query.limit);
        }
        for some in query.within.chunks(TOGETHER) {
            let names: Vec<String> = some
                .iter()
                .map(|(id, _)| format!("\"{CONVERSATION}{id}\""))
                .collect();
            let expression = format!("{words} AND ({})", names.join(" OR "));
            if !self.walk(&expression, query, CANDIDATES, &mut found)? {
                tracing::info!(candidates = CANDIDATES, "search.cut_short");
            }
            found.settle();
        }
        Ok(found.finish())
    }

    /// Walks from the newest message that an expression finds to older ones, until there is enough.
    /// False when it was cut short.
    fn walk(
        &self,
        expression: &str,
        query: &SearchQuery,
        most: usize,
        found: &mut Newest,
    ) -> Result<bool, Trouble> {
        let below = query
            .after
            .map_or(i64::MAX, |after| first_of(after.at.saturating_add(1)));
        let from = found.least().map_or(0, first_of);
        let text = "SELECT w.rowid, d.conv, d.seq, d.sender FROM words w
            JOIN documents d ON d.id = w.rowid
            WHERE words MATCH ?1 AND w.rowid < ?2 AND w.rowid >= ?3 ORDER BY w.rowid DESC";
        let mut statement = self.connection.prepare_cached(text)?;
        let mut rows = statement.query(params![expression, below, from])?;
        let mut looked_at = 0;
        let mut walked = Newest::new(query.limit);
        while let Some(row) = rows.next()? {
            let sender: Option<i64> = row.get(3)?;
            let place = FoundAt {
                at: row.get::<_, i64>(0)? >> BITS,
                conversation: ConversationId::new(row.get(1)?),
                seq: Seq::new(row.get(2)?),
            };
            if walked.is_full(place.at) {
                break;
            }
            if looked_at == most {
                found.add(walked);
                return Ok(false);
            }
            if wanted(query, &place, sender) {
                walked.push(place);
            }
            looked_at += 1;
        }
        found.add(walked);
        Ok(true)
    }

    /// The words of a query in the language of the full-text table; `None` when there are none, or
    /// when no message holds one of them.
    fn expression(&self, query: &SearchQuery) -> Result<Option<String>, Trouble> {
        let mut parts = Vec::new();
        for term in terms(&query.text) {
            if !term.prefix {
                parts.push(format!("\"{}\"", term.word));
            } else if let Some(part) = self.beginning(&term.word)? {
                parts.push(part);
            } else {
                return Ok(None);
            }
        }
        if parts.is_empty() {
            return Ok(None);
        }
        parts.extend(query.sender.map(|sender| format!("\"{SENDER}{sender}\"")));
        Ok(Some(parts.join(" AND ")))
    }

    /// The words that begin so. The full-text table would gather all messages that hold any of
    /// them before it gives the first one; of words that are named it takes one after another.
    fn beginning(&self, word: &str) -> Result<Option<String>, Trouble> {
        let any = || Some(format!("\"{word}\" *"));
        if word.chars().count() <= SHORT {
            return Ok(any());
        }
        let mut words = Vec::new();
        let mut from = word.to_owned();
        let text = "SELECT term FROM temp.vocabulary WHERE term >= ?1 LIMIT 1";
        let mut next = self.connection.prepare_cached(text)?;
        loop {
            let found: Option<String> = next.query_row([&from], |row| row.get(0)).optional()?;
            let Some(found) = found.filter(|found| found.starts_with(word)) else {
                break;
            };
            if words.len() == ENDINGS {
                return Ok(any());
            }
            // No word holds the letter that follows: the next one is behind it.
            from = format!("{found}\u{1}");
            words.push(format!("\"{found}\""));
        }
        if words.is_empty() {
            return Ok(None);
        }
        Ok(Some(format!("({})", words.join(" OR "))))
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    // After a loss of power the last commits may be missing; the position goes back with them. The
    // log of changes is copied back every 16,384 pages: what changes often is copied once.
    connection.execute_batch(
        "PRAGMA mmap_size = 0; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
         PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 16384;
         PRAGMA journal_size_limit = 67108864; PRAGMA secure_delete = ON;",
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
    let folded = folded(document.text.as_deref().unwrap_or_default());
    let mut seen = HashSet::with_capacity_and_hasher(COMMON, RandomState::default());
    for word in tokenizer::words(&folded) {
        if seen.insert(word) {
            words.push(' ');
            words.push_str(word);
        }
    }
    words
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

    /// Takes what another walk found.
    fn add(&mut self, mut other: Self) {
        self.found.append(&mut other.found);
    }

    /// Orders what was found and lets go of what is too much.
    fn settle(&mut self) {
        self.found.sort_unstable_by(|one, other| other.cmp(one));
        self.found.truncate(self.limit);
    }

    /// What is older cannot change the answer, once there is enough. For what was settled.
    fn least(&self) -> Option<i64> {
        let enough = self.found.len() >= self.limit;
        self.found.last().filter(|_| enough).map(|place| place.at)
    }

    fn finish(mut self) -> Vec<FoundAt> {
        self.settle();
        self.found
    }
}
