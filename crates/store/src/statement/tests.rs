//! Every statement is prepared by SQLite, and the texts for the other databases are looked at.

use std::collections::HashSet;
use std::fmt::Write as _;

use rusqlite::Connection;

use super::{Catalogue, all};
use crate::dialect::Dialect;
use crate::schema::MIGRATIONS;

fn tables() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    for migration in MIGRATIONS {
        for statement in migration.rendered(Dialect::Sqlite) {
            connection
                .execute_batch(&statement)
                .unwrap_or_else(|error| panic!("{error}: {statement}"));
        }
    }
    connection
}

#[test]
fn sqlite_takes_every_statement_with_the_parameters_it_names() {
    let (connection, catalogue) = (tables(), Catalogue::new(Dialect::Sqlite));
    for statement in all() {
        let rendered = catalogue.rendered(statement);
        let prepared = connection
            .prepare(&rendered.text)
            .unwrap_or_else(|error| panic!("{}: {error}", statement.name));
        assert_eq!(
            prepared.parameter_count(),
            rendered.parameters,
            "{}",
            statement.name
        );
    }
}

#[test]
fn statements_have_numbers_of_their_own() {
    let mut seen = HashSet::new();
    for statement in all() {
        assert!(seen.insert(statement.id), "{}", statement.name);
    }
}

/// No statement walks through a whole table of which a busy server has millions of rows.
#[test]
fn no_statement_scans_a_large_table() {
    const LARGE: &[&str] = &[
        "events",
        "members",
        "mentions",
        "reactions",
        "items",
        "contacts",
        "sessions",
    ];
    let (connection, catalogue) = (tables(), Catalogue::new(Dialect::Sqlite));
    for statement in all() {
        let text = format!("EXPLAIN QUERY PLAN {}", catalogue.rendered(statement).text);
        let mut prepared = connection.prepare(&text).unwrap();
        let mut rows = prepared.raw_query();
        while let Some(row) = rows.next().unwrap() {
            let step: String = row.get(3).unwrap();
            let scans = step
                .strip_prefix("SCAN ")
                .and_then(|rest| rest.split(' ').next());
            let large = scans.is_some_and(|table| LARGE.contains(&table) || table.len() == 1);
            assert!(!large, "{}: {step}", statement.name);
        }
    }
}

#[test]
fn the_texts_for_all_databases_are_as_they_were_seen() {
    let mut texts = String::new();
    for dialect in [Dialect::Postgres, Dialect::Mysql] {
        for migration in MIGRATIONS {
            for statement in migration.rendered(dialect) {
                texts.push_str(&squeezed(&statement));
            }
        }
        let catalogue = Catalogue::new(dialect);
        for statement in all() {
            let rendered = catalogue.rendered(statement);
            write!(texts, "{} ({}) ", statement.name, rendered.parameters).unwrap();
            texts.push_str(&squeezed(&rendered.text));
            assert!(!rendered.text.contains(['{', '}']), "{}", statement.name);
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rendered.sql.txt");
    let seen = std::fs::read_to_string(path).unwrap_or_default();
    if seen != texts {
        let fresh = std::env::temp_dir().join("switchboard-rendered.sql.txt");
        std::fs::write(&fresh, &texts).unwrap();
        panic!("the texts changed: look at {fresh:?} and, when it is right, put it at {path}");
    }
}

/// One line, one space between words.
fn squeezed(text: &str) -> String {
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.push('\n');
    line
}
