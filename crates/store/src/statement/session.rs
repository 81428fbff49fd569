//! Signed-in sessions.
// tidy: table

use super::statements;

statements! { 6:
    /// A new session.
    INSERT = "INSERT INTO sessions (id, usr, token_hash, device, created, used, expires, ended)
        VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, NULL)";
    /// A session by its token.
    BY_TOKEN = "SELECT id, usr, device, created, used, expires FROM sessions
        WHERE token_hash = ?1 AND ended IS NULL";
    /// A user's sessions, last used first.
    OF_USER = "SELECT id, usr, device, created, used, expires FROM sessions
        WHERE usr = ?1 AND ended IS NULL ORDER BY used DESC, id DESC";
    /// Ends one.
    END = "UPDATE sessions SET ended = ?3 WHERE id = ?1 AND usr = ?2 AND ended IS NULL";
    /// Notes that one was used.
    TOUCH = "UPDATE sessions SET used = ?2, expires = ?3 WHERE id = ?1 AND used <= ?2 AND ended IS NULL";
    /// Those that ended.
    ENDED_SINCE = "SELECT id, ended FROM sessions WHERE ended > ?1 ORDER BY ended, id";
    /// Forgets those that ended.
    PURGE_ENDED = "DELETE FROM sessions WHERE ended < ?1";
    /// Forgets those that ran out.
    PURGE_EXPIRED = "DELETE FROM sessions WHERE expires < ?1";
}
