//! Users, their names, keys and pictures.
// tidy: table

use super::statements;

/// The columns of an account, in the order that `op::account::read` expects.
macro_rules! account {
    ($rest:literal) => {
        concat!(
            "SELECT u.id, u.username, u.name, u.bio, u.avatar, u.status, u.operator, u.feed, u.created, u.seen
             FROM users u ",
            $rest
        )
    };
}

statements! { 0:
    /// Accounts by id.
    BY_IDS = account!("WHERE u.id IN ({list 32 at 1})");
    /// Accounts by name.
    BY_NAMES = account!("WHERE u.username IN ({list 32 at 1})");
    /// The account that is to be changed.
    FOR_CHANGE = account!("WHERE u.id = ?1 {lock}");
    /// Accounts in use, a word of whose name lies between two bounds.
    FIND = account!("WHERE u.status = 0 AND u.id IN
        (SELECT w.subject FROM words w WHERE w.scope = 1 AND w.word >= ?1 AND w.word < ?2)
        ORDER BY u.username LIMIT ?3");
    /// All accounts after a name.
    ALL_AFTER = account!("WHERE u.username > ?1 ORDER BY u.username LIMIT ?2");
    /// Names and feeds by id.
    NAMES = "SELECT id, username, feed FROM users WHERE id IN ({list 32 at 1})";
    /// Who has a name now.
    NAME_HOLDER = "SELECT id FROM users WHERE username = ?1";
    /// Who had a name.
    NAME_RETIRED = "SELECT usr FROM retired_names WHERE username = ?1";
    /// A new account.
    INSERT = "INSERT INTO users (id, username, name, bio, avatar, status, operator, feed, created, seen)
        VALUES (?1, ?2, ?3, NULL, NULL, 0, ?4, ?5, ?6, NULL)";
    /// A new profile.
    SET_PROFILE = "UPDATE users SET name = ?2, bio = ?3 WHERE id = ?1";
    /// A new version of the picture.
    SET_AVATAR = "UPDATE users SET avatar = ?2 WHERE id = ?1";
    /// In use or not.
    SET_STATUS = "UPDATE users SET status = ?2 WHERE id = ?1";
    /// When the user was connected; the latest time wins.
    SAW = "UPDATE users SET seen = ?2 WHERE id = ?1 AND (seen IS NULL OR seen < ?2)";
    /// What is left of a deleted account.
    ERASE = "UPDATE users SET username = ?2, name = NULL, bio = NULL, avatar = NULL, status = 2, operator = 0,
        seen = NULL WHERE id = ?1";
    /// A name that nobody may have again.
    RETIRE_NAME = "INSERT INTO retired_names (username, usr) VALUES (?1, ?2) {ignore username}";
    /// The keys.
    CREDENTIALS = "SELECT argon2id, salt_256, iterations_256, stored_256, server_256,
        salt_1, iterations_1, stored_1, server_1 FROM credentials WHERE usr = ?1";
    /// New keys.
    SET_CREDENTIALS = "INSERT INTO credentials (usr, argon2id, salt_256, iterations_256, stored_256, server_256,
        salt_1, iterations_1, stored_1, server_1) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        {conflict usr} argon2id = {new argon2id}, salt_256 = {new salt_256}, iterations_256 = {new iterations_256},
        stored_256 = {new stored_256}, server_256 = {new server_256}, salt_1 = {new salt_1},
        iterations_1 = {new iterations_1}, stored_1 = {new stored_1}, server_1 = {new server_1}";
    /// No keys.
    DELETE_CREDENTIALS = "DELETE FROM credentials WHERE usr = ?1";
    /// A picture.
    AVATAR = "SELECT kind, bytes, version FROM avatars WHERE usr = ?1";
    /// A new picture.
    PUT_AVATAR = "INSERT INTO avatars (usr, kind, bytes, version) VALUES (?1, ?2, ?3, ?4)
        {conflict usr} kind = {new kind}, bytes = {new bytes}, version = {new version}";
    /// No picture.
    DELETE_AVATAR = "DELETE FROM avatars WHERE usr = ?1";
    /// A word under which something is found.
    PUT_WORD = "INSERT INTO words (scope, word, subject) VALUES (?1, ?2, ?3) {ignore scope, word, subject}";
    /// All words of something.
    DELETE_WORDS = "DELETE FROM words WHERE scope = ?1 AND subject = ?2";
}
