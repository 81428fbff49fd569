//! Conversations.
// tidy: table

use super::event::{event_columns, event_edit};
use super::statements;

/// What a user sees of a conversation `c` in which their row is `m`, in the order that
/// `op::view` expects; parameter 1 is the user. The peer of a direct conversation is the one of
/// the pair who is not the user: `peer_a + peer_b - user`.
macro_rules! view_columns {
    () => {
        concat!(
            "SELECT c.id, c.kind, c.public, c.access_version, c.member_count,
                m.standing, m.role, m.left_seq, mine.blocked, theirs.blocked, p.status, pm.standing,
                c.last_seq, c.min_seq, c.msg_count, c.last_msg_seq, c.active, c.created, c.title, c.topic,
                p.id, p.username, m.read_seq, m.read_msgs, m.marked, m.muted_until,
                (SELECT COUNT(*) FROM mentions w WHERE w.usr = ?1 AND w.conv = c.id AND w.seq > m.read_seq), ",
            event_columns!()
        )
    };
}

/// What belongs to a view of `c`.
macro_rules! view_joins {
    () => {
        concat!(
            facts_joins!(),
            "LEFT JOIN events e ON e.conv = c.id AND e.seq = c.last_msg_seq ",
            event_edit!()
        )
    };
}

/// What belongs to the facts of `c` for the user who is parameter 1.
macro_rules! facts_joins {
    () => {
        " LEFT JOIN users p ON p.id = c.peer_a + c.peer_b - ?1
          LEFT JOIN contacts mine ON mine.usr = ?1 AND mine.peer = c.peer_a + c.peer_b - ?1
          LEFT JOIN contacts theirs ON theirs.usr = c.peer_a + c.peer_b - ?1 AND theirs.peer = ?1
          LEFT JOIN members pm ON pm.conv = c.id AND pm.usr = c.peer_a + c.peer_b - ?1 "
    };
}

/// A page of the conversations of user 1 before (activity 2, id 3), at most 4 of them.
macro_rules! page {
    () => {
        "(SELECT k.id AS id FROM members o JOIN conversations k ON k.id = o.conv
          WHERE o.usr = ?1 AND o.standing IN (1, 2) AND k.kind <> 4
            AND (k.active < ?2 OR (k.active = ?2 AND k.id < ?3))
          ORDER BY k.active DESC, k.id DESC LIMIT ?4) page"
    };
}

/// Public conversations `c` as user 1 sees them.
macro_rules! public {
    ($from:literal, $rest:literal) => {
        concat!(
            "SELECT c.id, c.title, c.topic, c.member_count, c.title_key, m.standing FROM ",
            $from,
            " LEFT JOIN members m ON m.conv = c.id AND m.usr = ?1
              WHERE c.public = 1 AND c.member_count > 0
                AND (c.title_key > ?2 OR (c.title_key = ?2 AND c.id > ?3)) ",
            $rest,
            " ORDER BY c.title_key, c.id LIMIT ?4"
        )
    };
}

/// The head of a log, in the order that `op::head` expects.
macro_rules! head {
    ($rest:literal) => {
        concat!(
            "SELECT kind, access_version, member_count, min_seq, last_seq, msg_count, last_msg_seq, active,
                peer_a + peer_b
             FROM conversations WHERE id = ?1 ",
            $rest
        )
    };
}

statements! { 2:
    /// The head of a log, for reading.
    HEAD = head!("");
    /// The head of a log, for appending to it.
    HEAD_FOR_WRITE = head!("{lock}");
    /// The new head.
    SAVE_HEAD = "UPDATE conversations SET access_version = ?2, member_count = ?3, last_seq = ?4, msg_count = ?5,
        last_msg_seq = ?6, active = ?7 WHERE id = ?1";
    /// A new conversation, empty.
    INSERT = "INSERT INTO conversations (id, kind, public, title, title_key, topic, created, access_version,
        member_count, min_seq, last_seq, msg_count, last_msg_seq, active, peer_a, peer_b)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, 0, 1, 0, 0, 0, ?7, ?8, ?9)";
    /// A conversation goes.
    DELETE = "DELETE FROM conversations WHERE id = ?1";
    /// The settings.
    SETTINGS = "SELECT title, topic, public FROM conversations WHERE id = ?1";
    /// New settings.
    SET_SETTINGS = "UPDATE conversations SET title = ?2, title_key = ?3, topic = ?4, public = ?5 WHERE id = ?1";
    /// What a user's rights are judged on.
    FACTS = concat!(
        "SELECT c.id, c.kind, c.public, c.access_version, c.member_count,
            m.standing, m.role, m.left_seq, mine.blocked, theirs.blocked, p.status, pm.standing
         FROM conversations c LEFT JOIN members m ON m.conv = c.id AND m.usr = ?1 ",
        facts_joins!(),
        "WHERE c.id = ?2"
    );
    /// One conversation as a user sees it.
    VIEW = concat!(
        view_columns!(),
        " FROM conversations c LEFT JOIN members m ON m.conv = c.id AND m.usr = ?1 ",
        view_joins!(),
        "WHERE c.id = ?2"
    );
    /// A page of a user's conversations as they see them.
    VIEWS = concat!(
        view_columns!(),
        " FROM ",
        page!(),
        " JOIN conversations c ON c.id = page.id JOIN members m ON m.conv = c.id AND m.usr = ?1 ",
        view_joins!(),
        "ORDER BY c.active DESC, c.id DESC"
    );
    /// The markers of the other members of the conversations of such a page, where they are few.
    MARKERS = concat!(
        "SELECT o.conv, o.usr, o.delivered_seq, o.read_seq FROM ",
        page!(),
        " JOIN conversations c ON c.id = page.id JOIN members o ON o.conv = page.id
         WHERE c.member_count <= ?5 AND o.standing = 1 AND o.usr <> ?1 ORDER BY o.conv, o.usr"
    );
    /// The markers of the other members of one conversation.
    MARKERS_OF = "SELECT conv, usr, delivered_seq, read_seq FROM members
        WHERE conv = ?1 AND standing = 1 AND usr <> ?2 ORDER BY usr";
    /// The direct conversation of a pair.
    DIRECT = "SELECT conv FROM direct_pairs WHERE lo = ?1 AND hi = ?2";
    /// A pair has a direct conversation.
    INSERT_DIRECT = "INSERT INTO direct_pairs (lo, hi, conv) VALUES (?1, ?2, ?3)";
    /// What was made under a client's id.
    CREATION = "SELECT conv FROM creations WHERE cid = ?1 AND usr = ?2";
    /// Something was made under a client's id.
    INSERT_CREATION = "INSERT INTO creations (cid, usr, conv) VALUES (?1, ?2, ?3)";
    /// What only its maker could have asked for again.
    DELETE_CREATIONS = "DELETE FROM creations WHERE usr = ?1";
    /// The facts of one conversation are not what they were.
    MOVE_VERSION = "UPDATE conversations SET access_version = access_version + 1 WHERE id = ?1";
    /// The facts of all conversations of a user are not what they were.
    MOVE_VERSIONS_OF = "UPDATE conversations SET access_version = access_version + 1
        WHERE id IN (SELECT conv FROM members WHERE usr = ?1)";
    /// Public conversations by title.
    PUBLIC = public!("conversations c", "");
    /// Public conversations with a word of the title between two bounds, by title.
    PUBLIC_WITH = public!("conversations c", "AND c.id IN
        (SELECT w.subject FROM words w WHERE w.scope = 2 AND w.word >= ?5 AND w.word < ?6)");
}
