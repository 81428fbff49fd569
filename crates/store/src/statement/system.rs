//! The store itself and those who follow its log.
// tidy: table

use super::statements;

statements! { 7:
    /// A number by its name.
    META = "SELECT value FROM meta WHERE name = ?1";
    /// Sets a number.
    SET_META = "INSERT INTO meta (name, value) VALUES (?1, ?2) {conflict name} value = {new value}";
    /// Where a follower stands.
    FOLLOWER = "SELECT position FROM followers WHERE name = ?1";
    /// Moves a follower.
    SET_FOLLOWER = "INSERT INTO followers (name, position) VALUES (?1, ?2)
        {conflict name} position = {new position}";
}
