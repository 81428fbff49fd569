//! Members of conversations and their markers.
// tidy: table

use super::statements;

statements! { 4:
    /// A member; of a feed the only one.
    ANY = "SELECT usr FROM members WHERE conv = ?1 AND standing = 1 LIMIT 1";
    /// How a user stands to a conversation.
    GET = "SELECT standing, role, left_seq, read_seq, read_msgs, delivered_seq, marked, muted_until, since
        FROM members WHERE conv = ?1 AND usr = ?2";
    /// A user stands to a conversation in a new way; the markers of who was there before go.
    PUT = "INSERT INTO members (conv, usr, standing, role, since, left_seq, read_seq, read_msgs, delivered_seq,
        marked, muted_until) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?7, 0, NULL)
        {conflict conv, usr} standing = {new standing}, role = {new role}, since = {new since},
        left_seq = {new left_seq}, read_seq = {new read_seq}, read_msgs = {new read_msgs},
        delivered_seq = {new delivered_seq}, marked = 0";
    /// The same, with the markers as they are.
    STAND = "UPDATE members SET standing = ?3, role = ?4, since = ?5, left_seq = ?6 WHERE conv = ?1 AND usr = ?2";
    /// Another role.
    SET_ROLE = "UPDATE members SET role = ?3 WHERE conv = ?1 AND usr = ?2";
    /// A user was never there.
    DELETE = "DELETE FROM members WHERE conv = ?1 AND usr = ?2";
    /// Nobody was ever there.
    DELETE_ALL = "DELETE FROM members WHERE conv = ?1";
    /// Who wrote has read.
    WROTE = "UPDATE members SET read_seq = ?3, read_msgs = ?4, delivered_seq = ?3, marked = 0
        WHERE conv = ?1 AND usr = ?2";
    /// New markers.
    MARK = "UPDATE members SET read_seq = ?3, read_msgs = ?4, delivered_seq = ?5, marked = ?6
        WHERE conv = ?1 AND usr = ?2";
    /// Muted or not.
    MUTE = "UPDATE members SET muted_until = ?3 WHERE conv = ?1 AND usr = ?2";
    /// Who might own a conversation after its owner: admins first, then by age.
    SUCCESSOR = "SELECT usr FROM members WHERE conv = ?1 AND standing = 1 AND usr <> ?2
        ORDER BY role DESC, since, usr LIMIT 1";
    /// All that a user belongs to or is invited to, with what sort it is.
    OF_USER = "SELECT m.conv, c.kind, m.standing, m.role FROM members m JOIN conversations c ON c.id = m.conv
        WHERE m.usr = ?1 AND m.standing IN (1, 2) ORDER BY m.conv";
    /// A user's rows that are left when they belong to nothing.
    REST_OF_USER = "DELETE FROM members WHERE usr = ?1 AND standing <> 3";
    /// Whose events a user's sessions get.
    MEMBERSHIPS = "SELECT c.id, c.kind, c.last_seq, c.member_count FROM members m JOIN conversations c ON c.id = m.conv
        WHERE m.usr = ?1 AND (m.standing = 1 OR (m.standing = 2 AND c.kind = 1)) ORDER BY c.id";
    /// What a user may read, and up to where.
    READABLE = "SELECT c.id, CASE WHEN m.standing = 3 THEN m.left_seq ELSE c.last_seq END
        FROM members m JOIN conversations c ON c.id = m.conv
        WHERE m.usr = ?1 AND c.kind <> 4
            AND (m.standing = 1 OR m.standing = 3 OR (m.standing = 2 AND c.kind = 1)) ORDER BY c.id";
    /// Members and invited after (role 2, name 3), by role and name.
    PAGE = "SELECT u.id, u.username, u.name, u.bio, u.avatar, u.status, u.operator, u.feed, u.created, u.seen,
            m.role, m.standing, m.since
        FROM members m JOIN users u ON u.id = m.usr
        WHERE m.conv = ?1 AND m.standing IN (1, 2)
            AND (m.role < ?2 OR (m.role = ?2 AND u.username > ?3))
        ORDER BY m.role DESC, u.username LIMIT ?4";
    /// The banned after name 2.
    BANNED = "SELECT u.id, u.username, u.name, u.bio, u.avatar, u.status, u.operator, u.feed, u.created, u.seen,
            m.role, m.standing, m.since
        FROM members m JOIN users u ON u.id = m.usr
        WHERE m.conv = ?1 AND m.standing = 4 AND u.username > ?2
        ORDER BY u.username LIMIT ?3";
}
