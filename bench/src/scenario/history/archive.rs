//! A store with a long past. It is written through the ports of the store, the search index too, so
//! that it is what a server would have written.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::rc::Rc;

use anyhow::{Context as _, Result};
use domain::message::{Draft, Extensions};
use domain::permit::Post;
use domain::text::MessageText;
use domain::{ClientId, Permit, Timestamp};
use engine::port::{Document, Messages as _, Position, SearchIndex as _, Storage as _};
use rusqlite::Connection;
use store::Store;
use tokio::task::LocalSet;

use crate::prepare;

/// Conversations of the measured user, who is user 0.
pub(super) const CONVERSATIONS: usize = 500;
/// A word that one message in ten has.
pub(super) const COMMON: &str = "harbour";
/// A word that forty messages have.
pub(super) const RARE: &str = "zephyr";
/// How many messages have it; all are the measured user's.
const RARE_ONES: u64 = 40;
/// One message in so many is in the long conversation.
const LONG: u64 = 50;
/// The long conversation has at least so many.
const LEAST: u64 = 400;
/// More than a page.
const SIDE: u64 = 60;
/// Different words.
const VOCABULARY: u64 = 20_000;
/// Words of a text.
const WORDS: usize = 20;
/// Messages on their way to the store at once.
const AT_ONCE: usize = 512;
/// Documents that are put into the index at once.
const DOCUMENTS: usize = 4_000;
/// Between two messages, in milliseconds.
const STEP: u64 = 400;

/// What is in a store.
#[derive(Debug, Clone, Copy)]
pub(super) struct Archive {
    messages: u64,
}

impl Archive {
    /// Fills an empty directory.
    pub(super) fn fill(data: &Path, messages: u64) -> Result<Self> {
        let archive = Self { messages };
        std::fs::create_dir_all(data)?;
        eprintln!("  writing a store with {}", archive.name());
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        LocalSet::new().block_on(&runtime, archive.write(data))?;
        // What happened in the past is no news to anybody.
        let database = Connection::open(data.join("switchboard.db"))?;
        let text =
            "INSERT INTO followers (name, position) SELECT 'notifier', MAX(position) FROM events";
        database.execute(text, ())?;
        database.close().map_err(|(_, error)| error)?;
        Ok(archive)
    }

    /// As the report calls it.
    pub(super) fn name(self) -> String {
        let digits = self.messages.to_string();
        let groups: Vec<&str> = digits
            .as_bytes()
            .rchunks(3)
            .rev()
            .map(|group| std::str::from_utf8(group).unwrap_or_default())
            .collect();
        format!("{} messages", groups.join(","))
    }

    /// A place among the newest messages of the long conversation: as far as people look back, and
    /// as far as the smallest store goes. There is a page on either side of it.
    pub(super) fn near(self, number: u64) -> u64 {
        self.long() - LEAST + SIDE + scatter(number) % (LEAST - 2 * SIDE)
    }

    /// A place anywhere in the long conversation with a page on either side of it.
    pub(super) fn anywhere(self, number: u64) -> u64 {
        SIDE + scatter(number) % (self.long() - 2 * SIDE)
    }

    fn long(self) -> u64 {
        (self.messages / LONG).max(LEAST)
    }

    fn conversations(self) -> usize {
        let root = usize::try_from(self.messages.isqrt()).unwrap_or(usize::MAX);
        (10 * root).max(CONVERSATIONS + 100)
    }

    /// Who talks with whom: first the measured user with everyone near, then the others in pairs.
    fn pairs(self) -> Vec<(usize, usize)> {
        let mut pairs: Vec<_> = (1..=CONVERSATIONS).map(|other| (0, other)).collect();
        let step_and_user = (1..CONVERSATIONS / 2)
            .flat_map(|step| (0..CONVERSATIONS).map(move |user| (step, user)));
        let others =
            step_and_user.map(|(step, user)| (1 + user, 1 + (user + step) % CONVERSATIONS));
        pairs.extend(others.take(self.conversations() - CONVERSATIONS));
        pairs
    }

    async fn write(self, data: &Path) -> Result<()> {
        let store = prepare::open(data).await?;
        let pairs = self.pairs();
        let permits = prepare::people(&store, CONVERSATIONS + 1, &pairs).await?;
        let writing = Rc::new(Writing {
            archive: self,
            store: store.clone(),
            permits,
            next: Cell::new(0),
            documents: RefCell::default(),
            begin: prepare::now().millis() - millis(self.messages),
        });
        let writers: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                let writing = Rc::clone(&writing);
                tokio::task::spawn_local(async move { writing.write().await })
            })
            .collect();
        for writer in writers {
            writer.await??;
        }
        writing.index().await?;
        // Up to here it is indexed.
        let database = Connection::open(data.join("switchboard.db"))?;
        let end = "SELECT MAX(position) FROM events";
        let end = database.query_row(end, (), |row| row.get(0))?;
        store.put(Vec::new(), Position(end)).await?;
        store.close().await?;
        Ok(())
    }
}

/// The writing of an archive; many tasks share it.
struct Writing {
    archive: Archive,
    store: Store,
    /// Of both in each pair.
    permits: Vec<[Permit<Post>; 2]>,
    next: Cell<u64>,
    /// What is stored and not indexed yet.
    documents: RefCell<Vec<Document>>,
    begin: i64,
}

impl Writing {
    async fn write(&self) -> Result<()> {
        loop {
            let number = self.next.get();
            if number == self.archive.messages {
                return Ok(());
            }
            self.next.set(number + 1);
            let document = self.one(number).await?;
            let waiting = {
                let mut documents = self.documents.borrow_mut();
                documents.push(document);
                documents.len()
            };
            if waiting >= DOCUMENTS {
                self.index().await?;
            }
        }
    }

    async fn index(&self) -> Result<()> {
        let documents = self.documents.take();
        Ok(self.store.put(documents, Position(0)).await?)
    }

    async fn one(&self, number: u64) -> Result<Document> {
        let (conversation, rare) = self.conversation(number);
        let side = usize::from(scatter(number).is_multiple_of(2));
        let permit = &self.permits[conversation][side];
        let at = Timestamp::from_millis(self.begin + millis(number));
        let text = text(number, rare);
        let draft = Draft {
            client_id: client_id(number),
            text: MessageText::from_stored(text.clone()),
            reply_to: None,
            mentions: Vec::new(),
            extensions: Extensions::default(),
            at,
        };
        let sent = self.store.append(permit, draft).await?;
        let sender = permit.actor().context("a user writes")?;
        Ok(Document {
            conversation: sent.conversation,
            seq: sent.seq,
            sender: Some(sender.id),
            at: at.millis(),
            text: Some(text),
        })
    }

    /// Where a message goes, and whether it has the rare word.
    fn conversation(&self, number: u64) -> (usize, bool) {
        let messages = self.archive.messages;
        let chance = scatter(number);
        let index = |number: u64| usize::try_from(number).unwrap_or_default();
        let rare = number % (messages / RARE_ONES) == messages / RARE_ONES / 2;
        if number.is_multiple_of(messages / self.archive.long()) {
            (0, rare)
        } else if rare {
            (index(chance % CONVERSATIONS as u64), true)
        } else {
            let others = self.permits.len() as u64 - 1;
            (1 + index(chance % others), false)
        }
    }
}

fn millis(messages: u64) -> i64 {
    i64::try_from(messages * STEP).unwrap_or_default()
}

/// A number that has nothing to do with the one before: the steps of splitmix64.
fn scatter(number: u64) -> u64 {
    let mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Words, of which the first in the vocabulary are the most frequent.
fn text(number: u64, rare: bool) -> String {
    let mut text = String::with_capacity(160);
    for place in 0..WORDS as u64 {
        let chance = scatter(number * WORDS as u64 + place) % VOCABULARY;
        push_word(&mut text, chance * chance / VOCABULARY);
        text.push(' ');
    }
    if scatter(number).is_multiple_of(10) {
        text.push_str(COMMON);
    }
    if rare {
        text.push(' ');
        text.push_str(RARE);
    }
    text
}

/// The word with a number, in syllables. None begins as the words do that are looked for.
fn push_word(text: &mut String, number: u64) {
    const HEADS: &[u8; 9] = b"bdgklmnps";
    const VOWELS: &[u8; 5] = b"aeiou";
    let mut rest = number;
    for _ in 0..3 {
        let place = usize::try_from(rest % 45).unwrap_or_default();
        text.push(char::from(HEADS[place / 5]));
        text.push(char::from(VOWELS[place % 5]));
        rest /= 45;
    }
}

/// Ordered by time, as the ids of real clients are (RFC 9562 §5.7).
fn client_id(number: u64) -> ClientId {
    let (time, chance) = (u128::from(number), u128::from(scatter(number) >> 2));
    ClientId((time << 80 | 0x7000 << 64 | 0x8000 << 48 | chance & 0xffff_ffff_ffff).to_be_bytes())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn words_are_as_many_as_promised_and_none_is_looked_for() {
        let mut words = HashSet::new();
        for number in 0..VOCABULARY {
            let mut word = String::new();
            push_word(&mut word, number);
            assert!(!word.starts_with('h') && !word.starts_with('z'), "{word}");
            words.insert(word);
        }
        assert_eq!(words.len() as u64, VOCABULARY);
    }

    #[test]
    fn pairs_are_different_and_the_measured_user_is_in_as_many_as_promised() {
        for messages in [1_000, 10_000, 5_000_000] {
            let archive = Archive { messages };
            let pairs = archive.pairs();
            assert_eq!(pairs.len(), archive.conversations());
            let mine = pairs.iter().filter(|(one, _)| *one == 0);
            assert_eq!(mine.count(), CONVERSATIONS);
            let different: HashSet<_> = pairs
                .iter()
                .map(|(one, other)| (one.min(other), one.max(other)))
                .collect();
            assert_eq!(different.len(), pairs.len());
        }
    }
}
