//! The log.
// tidy: table

use super::statements;

/// The columns of an event, in the order that `stored::Raw` expects; for a message that was
/// edited, the last one is the body of its newest edit.
macro_rules! event_columns {
    () => {
        "e.conv, e.seq, e.kind, e.sender, e.cid, e.at, e.ref_seq, e.edit_seq, e.body, e.position, x.body"
    };
}
pub(super) use event_columns;

/// How the newest edit is joined to its message.
macro_rules! event_edit {
    () => {
        "LEFT JOIN events x ON e.kind = 1 AND x.conv = e.conv AND x.seq = e.edit_seq "
    };
}
pub(super) use event_edit;

macro_rules! events {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            event_columns!(),
            " FROM events e ",
            event_edit!(),
            $rest
        )
    };
}

statements! { 3:
    /// A new event.
    INSERT = "INSERT INTO events (conv, seq, kind, sender, cid, at, msgs, ref_seq, edit_seq, body)
        VALUES (?1, ?2, ?3, ?4, NULL, ?5, ?6, ?7, ?8, ?9)";
    /// A new message, unless its sender sent it before.
    INSERT_MESSAGE = "INSERT INTO events (conv, seq, kind, sender, cid, at, msgs, ref_seq, edit_seq, body)
        VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, NULL, ?8) {ignore cid, sender, conv}";
    /// The message that its sender sent before.
    REPEATED = "SELECT seq, at, ref_seq, body FROM events WHERE cid = ?1 AND sender = ?2 AND conv = ?3";
    /// What sort of event is at a place.
    KIND_AT = "SELECT kind FROM events WHERE conv = ?1 AND seq = ?2";
    /// How many messages there are up to a place.
    MESSAGES_AT = "SELECT msgs FROM events WHERE conv = ?1 AND seq = ?2";
    /// One event.
    AT = events!("WHERE e.conv = ?1 AND e.seq = ?2");
    /// A piece of the log.
    LOG = events!("WHERE e.conv = ?1 AND e.seq > ?2 AND e.seq <= ?3 ORDER BY e.seq LIMIT ?4");
    /// What is shown before a place, newest first.
    BEFORE = events!("WHERE e.conv = ?1 AND e.seq < ?2 AND e.kind < 50 ORDER BY e.seq DESC LIMIT ?3");
    /// What is shown after a place and up to another.
    AFTER = events!("WHERE e.conv = ?1 AND e.seq > ?2 AND e.seq <= ?3 AND e.kind < 50
        ORDER BY e.seq LIMIT ?4");
    /// The newest message up to a place.
    LAST_MESSAGE = events!("WHERE e.conv = ?1 AND e.seq <= ?2 AND e.kind = 1 ORDER BY e.seq DESC LIMIT 1");
    /// Events in commit order, without feeds; in a direct conversation with the peer of the sender.
    FOLLOW = concat!(
        "SELECT ", event_columns!(), ", c.peer_a + c.peer_b - e.sender FROM events e ", event_edit!(),
        "JOIN conversations c ON c.id = e.conv
         WHERE e.position > ?1 AND e.kind < 100 ORDER BY e.position LIMIT ?2"
    );
    /// The last place in commit order.
    END = "SELECT MAX(position) FROM events";
    /// The text and the edit before, of a message or an edit.
    TEXT_AT = "SELECT seq, at, edit_seq, body FROM events WHERE conv = ?1 AND seq = ?2";
    /// Points a message to its newest edit.
    SET_EDIT = "UPDATE events SET edit_seq = ?3 WHERE conv = ?1 AND seq = ?2";
    /// Takes the text away.
    BLANK = "UPDATE events SET body = NULL WHERE conv = ?1 AND seq = ?2";
    /// A whole log goes.
    DELETE_LOG = "DELETE FROM events WHERE conv = ?1";
    /// A message names a user.
    MENTION = "INSERT INTO mentions (usr, conv, seq) VALUES (?1, ?2, ?3) {ignore usr, conv, seq}";
    /// A message does not name a user any longer.
    UNMENTION = "DELETE FROM mentions WHERE usr = ?1 AND conv = ?2 AND seq = ?3";
    /// No message names a user any longer.
    UNMENTION_USER = "DELETE FROM mentions WHERE usr = ?1";
    /// How many messages after a place name a user.
    MENTIONS_AFTER = "SELECT COUNT(*) FROM mentions WHERE usr = ?1 AND conv = ?2 AND seq > ?3";
    /// Is a reaction there?
    REACTION = "SELECT at FROM reactions WHERE conv = ?1 AND seq = ?2 AND emoji = ?3 AND usr = ?4";
    /// How many different emoji a message has, without one.
    EMOJI_COUNT = "SELECT COUNT(DISTINCT emoji) FROM reactions WHERE conv = ?1 AND seq = ?2 AND emoji <> ?3";
    /// Adds a reaction.
    REACT = "INSERT INTO reactions (conv, seq, emoji, usr, at) VALUES (?1, ?2, ?3, ?4, ?5)";
    /// Takes a reaction back.
    UNREACT = "DELETE FROM reactions WHERE conv = ?1 AND seq = ?2 AND emoji = ?3 AND usr = ?4";
    /// Takes all reactions of a message away.
    UNREACT_ALL = "DELETE FROM reactions WHERE conv = ?1 AND seq = ?2";
    /// The reactions of a stretch of messages: the first users of each emoji, and how many in all.
    REACTIONS = "SELECT ranked.seq, ranked.emoji, ranked.usr, ranked.total FROM (
            SELECT seq, emoji, usr, at,
                ROW_NUMBER() OVER (PARTITION BY seq, emoji ORDER BY at, usr) AS nth,
                COUNT(*) OVER (PARTITION BY seq, emoji) AS total
            FROM reactions WHERE conv = ?1 AND seq >= ?2 AND seq <= ?3
        ) ranked WHERE ranked.nth <= ?4 ORDER BY ranked.seq, ranked.at, ranked.emoji, ranked.usr";
}
