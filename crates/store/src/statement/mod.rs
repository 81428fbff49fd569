//! The catalogue of statements: every SQL text of the store, each written once.
//!
//! A statement has a number, so that a connection finds its prepared form without looking at the
//! text. Columns are read by their place, parameters are numbered; see [`crate::dialect`] for what
//! stands in braces.

pub(crate) mod account;
pub(crate) mod contact;
pub(crate) mod conversation;
pub(crate) mod event;
pub(crate) mod member;
pub(crate) mod notification;
pub(crate) mod session;
pub(crate) mod system;
#[cfg(test)]
mod tests;

use crate::dialect::{Dialect, Rendered};

/// How many ids a statement with a list takes; longer lists go in several.
pub(crate) const LIST: usize = 32;

/// How many statements an area may have.
const AREA: u16 = 64;

/// A statement of the catalogue.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Statement {
    /// Its number.
    pub(crate) id: u16,
    /// Its name, for messages.
    pub(crate) name: &'static str,
    /// Its text, with tokens.
    pub(crate) text: &'static str,
}

/// Declares the statements of an area.
macro_rules! statements {
    ($area:literal: $($(#[$doc:meta])* $name:ident = $text:expr;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Index { $($name),* }
        $(
            $(#[$doc])*
            pub(crate) const $name: $crate::statement::Statement = $crate::statement::Statement {
                id: $area * $crate::statement::AREA + Index::$name as u16,
                name: stringify!($name),
                text: $text,
            };
        )*
        /// The statements of this area.
        pub(super) const ALL: &[$crate::statement::Statement] = &[$($name),*];
    };
}
pub(crate) use statements;

/// The areas by their numbers.
const AREAS: [&[Statement]; 8] = [
    account::ALL,
    contact::ALL,
    conversation::ALL,
    event::ALL,
    member::ALL,
    notification::ALL,
    session::ALL,
    system::ALL,
];

/// All statements.
pub(crate) fn all() -> impl Iterator<Item = Statement> {
    AREAS.into_iter().flatten().copied()
}

impl Statement {
    /// Does it look at rows that may be written late? Only the loading of a head does not: it is
    /// for one that is not remembered, and so is not late.
    fn needs_settled(self) -> bool {
        let late = ["conversations", "members"];
        self.id != conversation::HEAD_FOR_WRITE.id
            && late.iter().any(|table| self.text.contains(table))
    }

    /// Does it change rows of heads that may be remembered? A row that is new is not.
    fn changes_heads(self) -> bool {
        let other = ["SELECT", "INSERT"];
        self.text.contains("conversations") && !other.iter().any(|verb| self.text.starts_with(verb))
    }
}

/// A statement as one database takes it, and what it has to do with what is written late.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    /// The text.
    pub(crate) rendered: Rendered,
    /// What is late has to be written before it.
    pub(crate) needs_settled: bool,
    /// Remembered heads are not true after it.
    pub(crate) changes_heads: bool,
}

/// The statements as one database takes them, by number.
#[derive(Debug)]
pub(crate) struct Catalogue(Vec<Prepared>);

impl Catalogue {
    /// Renders all statements.
    pub(crate) fn new(dialect: Dialect) -> Self {
        let empty = Prepared {
            rendered: dialect.render(""),
            needs_settled: false,
            changes_heads: false,
        };
        let mut found = vec![empty; AREAS.len() * usize::from(AREA)];
        for statement in all() {
            found[usize::from(statement.id)] = Prepared {
                rendered: dialect.render(statement.text),
                needs_settled: statement.needs_settled(),
                changes_heads: statement.changes_heads(),
            };
        }
        Self(found)
    }

    /// A statement as the database takes it.
    pub(crate) fn prepared(&self, statement: Statement) -> &Prepared {
        &self.0[usize::from(statement.id)]
    }

    /// The text of a statement.
    pub(crate) fn rendered(&self, statement: Statement) -> &Rendered {
        &self.prepared(statement).rendered
    }

    /// How many places a table of prepared statements needs.
    pub(crate) fn places(&self) -> usize {
        self.0.len()
    }
}
