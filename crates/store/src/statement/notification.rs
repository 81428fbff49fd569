//! Notifications.
// tidy: table

use super::statements;

/// The columns of a thread, in the order that `op::thread` expects.
macro_rules! thread {
    ($rest:literal) => {
        concat!(
            "SELECT id, kind, conv, subject, total, unseen, at FROM threads ",
            $rest
        )
    };
}

statements! { 5:
    /// The thread of a user, kind and subject.
    FIND = thread!("WHERE usr = ?1 AND kind = ?2 AND conv = ?3 AND subject = ?4 {lock}");
    /// A new thread, empty.
    INSERT = "INSERT INTO threads (usr, kind, conv, subject, total, unseen, at) VALUES (?1, ?2, ?3, ?4, 0, 0, ?5)";
    /// The new state of a thread.
    SAVE = "UPDATE threads SET total = ?2, unseen = ?3, at = ?4 WHERE id = ?1";
    /// A new item.
    INSERT_ITEM = "INSERT INTO items (thread, n, conv, message, actor, excerpt, at, seen)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)";
    /// Items that are too old to keep.
    TRIM = "DELETE FROM items WHERE thread = ?1 AND n <= ?2";
    /// Threads of a user by id.
    BY_IDS = thread!("WHERE usr = ?1 AND id IN ({list 32 at 2})");
    /// The items of threads, newest first.
    ITEMS = "SELECT thread, n, message, actor, excerpt, seen FROM items
        WHERE thread IN ({list 32 at 1}) ORDER BY thread, n DESC";
    /// Threads of a user before (time 2, id 3) with at least so many unseen, newest first.
    PAGE = thread!("WHERE usr = ?1 AND unseen >= ?4 AND (at < ?2 OR (at = ?2 AND id < ?3))
        ORDER BY at DESC, id DESC LIMIT ?5");
    /// Unseen items of a user.
    UNSEEN = "SELECT SUM(unseen) FROM threads WHERE usr = ?1 AND unseen > 0";
    /// Threads of a user that were not wholly seen.
    UNSEEN_IDS = "SELECT id FROM threads WHERE usr = ?1 AND unseen > 0 ORDER BY id";
    /// The items of a thread up to a message were seen.
    SEE_UP_TO = "UPDATE items SET seen = 1 WHERE thread = ?1 AND seen = 0 AND message <= ?2";
    /// The items of a thread that one user caused were seen.
    SEE_FROM = "UPDATE items SET seen = 1 WHERE thread = ?1 AND seen = 0 AND actor = ?2";
    /// A text is taken away from all items about a message.
    BLANK = "UPDATE items SET excerpt = NULL WHERE conv = ?1 AND message = ?2";
    /// All items of a user's threads.
    DELETE_ITEMS = "DELETE FROM items WHERE thread IN (SELECT id FROM threads WHERE usr = ?1)";
    /// All threads of a user.
    DELETE_THREADS = "DELETE FROM threads WHERE usr = ?1";
}
