//! One text, three databases: what differs is written as a token in braces and put in here.
//!
//! | token | meaning |
//! |---|---|
//! | `?1`, `?2` … | a parameter; may stand more than once |
//! | `{list 32 at 2}` | 32 parameters from `?2` on, for `IN (…)` |
//! | `{conflict a, b}` | update the row with the same `a` and `b`; `SET` assignments follow |
//! | `{new c}` | in such an assignment: the value that was to be inserted |
//! | `{ignore a, b}` | leave the row with the same `a` and `b` as it is |
//! | `{lock}` | hold the row that was read until the transaction ends |
//! | `{id}`, `{place}`, `{key 64}`, `{text}`, `{bytes}` | column types, see [`Dialect::column`] |
//! | `{clustered}`, `{table}` | the end of a table that is stored by its key, or in any order |

use std::fmt::Write as _;

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL and what speaks its language.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "rendered and checked; its executor follows")
    )]
    Postgres,
    /// MySQL and MariaDB.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "rendered and checked; its executor follows")
    )]
    Mysql,
}

/// A statement as one database takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rendered {
    /// The text.
    pub(crate) text: String,
    /// How many parameters the caller gives.
    pub(crate) parameters: usize,
    /// Which parameter stands at each `?`, where places are not numbered (MySQL).
    pub(crate) order: Vec<usize>,
}

impl Dialect {
    /// Renders a statement.
    pub(crate) fn render(self, text: &str) -> Rendered {
        let mut out = Rendered {
            text: String::with_capacity(text.len()),
            parameters: 0,
            order: Vec::new(),
        };
        let mut rest = text;
        while let Some(at) = rest.find(['{', '?']) {
            out.text.push_str(&rest[..at]);
            rest = &rest[at..];
            let length = if let Some(after) = rest.strip_prefix('?') {
                let digits = after.bytes().take_while(u8::is_ascii_digit).count();
                let number = after[..digits].parse();
                let number = number.expect("a parameter in a statement is numbered");
                self.parameter(number, &mut out);
                digits + 1
            } else {
                let end = rest.find('}').expect("a token in a statement is closed");
                self.token(&rest[1..end], &mut out);
                end + 1
            };
            rest = &rest[length..];
        }
        out.text.push_str(rest);
        out
    }

    fn parameter(self, number: usize, out: &mut Rendered) {
        out.parameters = out.parameters.max(number);
        match self {
            Self::Sqlite => write!(out.text, "?{number}"),
            Self::Postgres => write!(out.text, "${number}"),
            Self::Mysql => {
                out.order.push(number - 1);
                write!(out.text, "?")
            }
        }
        .expect("writing to a string does not fail");
    }

    fn token(self, token: &str, out: &mut Rendered) {
        let (name, argument) = token.split_once(' ').unwrap_or((token, ""));
        if name == "list" {
            self.list(argument, out);
        } else {
            out.text.push_str(&self.words(name, argument));
        }
    }

    fn words(self, name: &str, argument: &str) -> String {
        match (name, self) {
            ("conflict", Self::Sqlite | Self::Postgres) => {
                format!("ON CONFLICT ({argument}) DO UPDATE SET")
            }
            ("conflict", Self::Mysql) => "ON DUPLICATE KEY UPDATE".to_owned(),
            ("ignore", Self::Sqlite | Self::Postgres) => {
                format!("ON CONFLICT ({argument}) DO NOTHING")
            }
            ("ignore", Self::Mysql) => {
                let key = argument.split(',').next().unwrap_or(argument);
                format!("ON DUPLICATE KEY UPDATE {key} = {key}")
            }
            ("new", Self::Sqlite | Self::Postgres) => format!("excluded.{argument}"),
            ("new", Self::Mysql) => format!("VALUES({argument})"),
            ("lock", Self::Sqlite) => String::new(),
            ("lock", Self::Postgres | Self::Mysql) => "FOR UPDATE".to_owned(),
            _ => self.column(name, argument),
        }
    }

    /// `32 at 2`: parameters 2 to 33.
    fn list(self, argument: &str, out: &mut Rendered) {
        let (length, first) = argument
            .split_once(" at ")
            .expect("a list has a length and a start");
        let parse = |text: &str| text.parse::<usize>().expect("length and start are numbers");
        for index in 0..parse(length) {
            if index > 0 {
                out.text.push_str(", ");
            }
            self.parameter(parse(first) + index, out);
        }
    }

    /// The types of columns. Texts that are keys have a length, because MySQL asks for one, and are
    /// compared byte by byte everywhere; a `{place}` is a number that the database gives in the
    /// order of inserting and never gives again.
    fn column(self, name: &str, argument: &str) -> String {
        match (name, self) {
            ("id", Self::Sqlite) => "INTEGER PRIMARY KEY".to_owned(),
            ("id", Self::Postgres | Self::Mysql) => "BIGINT NOT NULL PRIMARY KEY".to_owned(),
            ("place", Self::Sqlite) => "INTEGER PRIMARY KEY AUTOINCREMENT".to_owned(),
            ("place", Self::Postgres) => {
                "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY".to_owned()
            }
            ("place", Self::Mysql) => "BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY".to_owned(),
            ("key" | "text", Self::Sqlite) => "TEXT".to_owned(),
            ("key", Self::Postgres) => format!("VARCHAR({argument}) COLLATE \"C\""),
            ("key", Self::Mysql) => {
                format!("VARCHAR({argument}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
            }
            ("text", Self::Postgres) => "TEXT COLLATE \"C\"".to_owned(),
            ("text", Self::Mysql) => {
                "MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin".to_owned()
            }
            ("bytes", Self::Sqlite) => "BLOB".to_owned(),
            ("bytes", Self::Postgres) => "BYTEA".to_owned(),
            ("bytes", Self::Mysql) if argument.is_empty() => "MEDIUMBLOB".to_owned(),
            ("bytes", Self::Mysql) => format!("VARBINARY({argument})"),
            ("clustered", Self::Sqlite) => "WITHOUT ROWID".to_owned(),
            ("clustered" | "table", Self::Mysql) => "ENGINE = InnoDB".to_owned(),
            ("clustered" | "table", Self::Sqlite | Self::Postgres) => String::new(),
            _ => panic!("`{{{name}}}` is no token of the statements"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_may_stand_more_than_once() {
        let text = "SELECT a FROM t WHERE b = ?2 AND (c < ?1 OR d = ?2)";
        assert_eq!(Dialect::Sqlite.render(text).text, text);
        assert_eq!(
            Dialect::Postgres.render(text).text,
            "SELECT a FROM t WHERE b = $2 AND (c < $1 OR d = $2)"
        );
        let mysql = Dialect::Mysql.render(text);
        assert_eq!(
            mysql.text,
            "SELECT a FROM t WHERE b = ? AND (c < ? OR d = ?)"
        );
        assert_eq!((mysql.parameters, mysql.order), (2, vec![1, 0, 1]));
    }

    #[test]
    fn an_upsert_is_written_once() {
        let text = "INSERT INTO t (a, b) VALUES (?1, ?2) {conflict a} b = {new b}";
        assert_eq!(
            Dialect::Sqlite.render(text).text,
            "INSERT INTO t (a, b) VALUES (?1, ?2) ON CONFLICT (a) DO UPDATE SET b = excluded.b"
        );
        assert_eq!(
            Dialect::Mysql.render(text).text,
            "INSERT INTO t (a, b) VALUES (?, ?) ON DUPLICATE KEY UPDATE b = VALUES(b)"
        );
        let text = "INSERT INTO t (a, b) VALUES (?1, ?2) {ignore a, b}";
        assert!(
            Dialect::Postgres
                .render(text)
                .text
                .ends_with("ON CONFLICT (a, b) DO NOTHING")
        );
        assert!(
            Dialect::Mysql
                .render(text)
                .text
                .ends_with("ON DUPLICATE KEY UPDATE a = a")
        );
    }

    #[test]
    fn a_list_is_a_number_of_parameters() {
        let rendered = Dialect::Postgres.render("a IN ({list 3 at 2}) AND b = ?1 {lock}");
        assert_eq!(rendered.text, "a IN ($2, $3, $4) AND b = $1 FOR UPDATE");
        assert_eq!(rendered.parameters, 4);
        assert_eq!(Dialect::Sqlite.render("{lock}").text, "");
    }
}
