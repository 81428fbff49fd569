//! Relations between users.
// tidy: table

use super::statements;

statements! { 1:
    /// One side of a relation.
    GET = "SELECT state, blocked, nickname, note, since FROM contacts WHERE usr = ?1 AND peer = ?2";
    /// Sets one side.
    PUT = "INSERT INTO contacts (usr, peer, state, blocked, nickname, note, since) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        {conflict usr, peer} state = {new state}, blocked = {new blocked}, nickname = {new nickname},
        note = {new note}, since = {new since}";
    /// One side says nothing any longer.
    DELETE = "DELETE FROM contacts WHERE usr = ?1 AND peer = ?2";
    /// What the rules need to know of user 1 and others.
    FACTS = "SELECT u.id, u.username, u.status, mine.state, mine.blocked, theirs.blocked FROM users u
        LEFT JOIN contacts mine ON mine.usr = ?1 AND mine.peer = u.id
        LEFT JOIN contacts theirs ON theirs.usr = u.id AND theirs.peer = ?1
        WHERE u.id IN ({list 32 at 2})";
    /// All of one's own side, by name.
    LIST = "SELECT u.id, u.username, u.name, u.bio, u.avatar, u.status, u.operator, u.feed, u.created, u.seen,
            c.state, c.blocked, c.nickname, c.note, c.since
        FROM contacts c JOIN users u ON u.id = c.peer WHERE c.usr = ?1 ORDER BY u.username";
    /// Accepted contacts without a block.
    ACCEPTED = "SELECT c.peer FROM contacts c
        LEFT JOIN contacts t ON t.usr = c.peer AND t.peer = c.usr
        WHERE c.usr = ?1 AND c.state = 3 AND c.blocked = 0 AND (t.blocked IS NULL OR t.blocked = 0)
        ORDER BY c.peer";
    /// Blocks in either direction.
    BLOCKED_WITH = "SELECT peer FROM contacts WHERE usr = ?1 AND blocked = 1
        UNION SELECT usr FROM contacts WHERE peer = ?1 AND blocked = 1 ORDER BY 1";
    /// Who has a relation with a user.
    PEERS_OF = "SELECT usr, state FROM contacts WHERE peer = ?1 ORDER BY usr";
    /// All relations of a user, in both directions.
    DELETE_ALL = "DELETE FROM contacts WHERE usr = ?1 OR peer = ?1";
}
