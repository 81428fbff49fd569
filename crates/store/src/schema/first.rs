//! Version 1: everything.
// tidy: table

use super::Migration;

/// The tables of version 1.
///
/// The log is `events`: `(conv, seq)` is the identity of an event, `position` its place in the
/// commit order over all conversations, `msgs` the number of messages up to it, `ref_seq` the
/// message that it is about or answers, `edit_seq` the newest edit of a message and, in an edit,
/// the one before. A row whose body is null lost its text to a retraction.
///
/// `position` grows in commit order on SQLite, because there is one writer at a time. A database
/// with several writers gives numbers before commits: its follower must read only up to the oldest
/// number that is still in flight.
pub(super) const MIGRATION: Migration = Migration {
    version: 1,
    name: "accounts, conversations, the log, contacts, notifications",
    statements: &[
        "CREATE TABLE meta (name {key 64} NOT NULL PRIMARY KEY, value BIGINT NOT NULL) {clustered}",
        // Accounts. A name that was given up by a deletion stays taken in `retired_names`.
        "CREATE TABLE users (
            id {id}, username {key 191} NOT NULL UNIQUE, name {text}, bio {text}, avatar BIGINT,
            status SMALLINT NOT NULL, operator SMALLINT NOT NULL, feed BIGINT NOT NULL,
            created BIGINT NOT NULL, seen BIGINT) {table}",
        "CREATE TABLE retired_names (username {key 191} NOT NULL PRIMARY KEY, usr BIGINT NOT NULL) {clustered}",
        "CREATE TABLE credentials (
            usr {id}, argon2id {text} NOT NULL,
            salt_256 {bytes} NOT NULL, iterations_256 BIGINT NOT NULL, stored_256 {bytes} NOT NULL, server_256 {bytes} NOT NULL,
            salt_1 {bytes} NOT NULL, iterations_1 BIGINT NOT NULL, stored_1 {bytes} NOT NULL, server_1 {bytes} NOT NULL) {table}",
        "CREATE TABLE avatars (usr {id}, kind SMALLINT NOT NULL, bytes {bytes} NOT NULL, version BIGINT NOT NULL) {table}",
        // The folded ends of names, one from each word on: scope 1 is a user, 2 a public title.
        "CREATE TABLE words (scope SMALLINT NOT NULL, word {key 191} NOT NULL, subject BIGINT NOT NULL,
            PRIMARY KEY (scope, word, subject)) {clustered}",
        "CREATE INDEX words_subject ON words (scope, subject)",
        "CREATE TABLE sessions (
            id {id}, usr BIGINT NOT NULL, token_hash {bytes 32} NOT NULL UNIQUE, device {text} NOT NULL,
            created BIGINT NOT NULL, used BIGINT NOT NULL, expires BIGINT NOT NULL, ended BIGINT) {table}",
        "CREATE INDEX sessions_usr ON sessions (usr)",
        "CREATE INDEX sessions_ended ON sessions (ended)",
        "CREATE INDEX sessions_expires ON sessions (expires)",
        // One direction of a relation each. A row that says nothing is deleted.
        "CREATE TABLE contacts (
            usr BIGINT NOT NULL, peer BIGINT NOT NULL, state SMALLINT NOT NULL, blocked SMALLINT NOT NULL,
            nickname {text}, note {text}, since BIGINT NOT NULL, PRIMARY KEY (usr, peer)) {clustered}",
        "CREATE INDEX contacts_peer ON contacts (peer, blocked)",
        // Conversations.
        "CREATE TABLE conversations (
            id {id}, kind SMALLINT NOT NULL, public SMALLINT NOT NULL, title {text}, title_key {key 191}, topic {text},
            created BIGINT NOT NULL, access_version BIGINT NOT NULL, member_count BIGINT NOT NULL,
            min_seq BIGINT NOT NULL, last_seq BIGINT NOT NULL, msg_count BIGINT NOT NULL,
            last_msg_seq BIGINT NOT NULL, active BIGINT NOT NULL, peer_a BIGINT, peer_b BIGINT) {table}",
        "CREATE INDEX conversations_public ON conversations (public, title_key)",
        "CREATE TABLE direct_pairs (lo BIGINT NOT NULL, hi BIGINT NOT NULL, conv BIGINT NOT NULL,
            PRIMARY KEY (lo, hi)) {clustered}",
        "CREATE TABLE creations (cid {bytes 16} NOT NULL, usr BIGINT NOT NULL, conv BIGINT NOT NULL,
            PRIMARY KEY (cid, usr)) {clustered}",
        "CREATE TABLE members (
            conv BIGINT NOT NULL, usr BIGINT NOT NULL, standing SMALLINT NOT NULL, role SMALLINT NOT NULL,
            since BIGINT NOT NULL, left_seq BIGINT NOT NULL, read_seq BIGINT NOT NULL, read_msgs BIGINT NOT NULL,
            delivered_seq BIGINT NOT NULL, marked SMALLINT NOT NULL, muted_until BIGINT,
            PRIMARY KEY (conv, usr)) {clustered}",
        "CREATE INDEX members_usr ON members (usr, standing, conv)",
        // The log. The second key finds a repeated message; client ids are ordered by time, so that
        // its new entries stay together.
        "CREATE TABLE events (
            position {place}, conv BIGINT NOT NULL, seq BIGINT NOT NULL, kind SMALLINT NOT NULL, sender BIGINT,
            cid {bytes 16}, at BIGINT NOT NULL, msgs BIGINT NOT NULL, ref_seq BIGINT, edit_seq BIGINT, body {text},
            UNIQUE (conv, seq), UNIQUE (cid, sender, conv)) {table}",
        "CREATE TABLE mentions (usr BIGINT NOT NULL, conv BIGINT NOT NULL, seq BIGINT NOT NULL,
            PRIMARY KEY (usr, conv, seq)) {clustered}",
        "CREATE TABLE reactions (
            conv BIGINT NOT NULL, seq BIGINT NOT NULL, emoji {key 64} NOT NULL, usr BIGINT NOT NULL, at BIGINT NOT NULL,
            PRIMARY KEY (conv, seq, emoji, usr)) {clustered}",
        // Notifications.
        "CREATE TABLE threads (
            id {place}, usr BIGINT NOT NULL, kind SMALLINT NOT NULL, conv BIGINT NOT NULL, subject BIGINT NOT NULL,
            total BIGINT NOT NULL, unseen BIGINT NOT NULL, at BIGINT NOT NULL,
            UNIQUE (usr, kind, conv, subject)) {table}",
        "CREATE INDEX threads_newest ON threads (usr, at, id)",
        "CREATE INDEX threads_unseen ON threads (usr, unseen)",
        "CREATE TABLE items (
            thread BIGINT NOT NULL, n BIGINT NOT NULL, conv BIGINT NOT NULL, message BIGINT NOT NULL,
            actor BIGINT NOT NULL, excerpt {text}, at BIGINT NOT NULL, seen SMALLINT NOT NULL,
            PRIMARY KEY (thread, n)) {clustered}",
        "CREATE INDEX items_message ON items (conv, message)",
        "CREATE TABLE followers (name {key 64} NOT NULL PRIMARY KEY, position BIGINT NOT NULL) {clustered}",
    ],
};
