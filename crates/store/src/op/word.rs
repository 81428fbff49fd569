//! What people are found by: the folded ends of a name, one from each of its words on, so that a
//! beginning of several words is found too.

use unicode_normalization::UnicodeNormalization;

use crate::failure::Outcome;
use crate::statement::account as sql;
use crate::transaction::Transaction;
use crate::value::params;

/// What is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// A user.
    User = 1,
    /// A public conversation.
    Title = 2,
}

impl Scope {
    fn code(self) -> i64 {
        match self {
            Self::User => 1,
            Self::Title => 2,
        }
    }
}

/// How much of a name is kept from a word on, in characters.
const KEPT: usize = 60;
/// How many words of a name are found.
const WORDS: usize = 16;

/// Compatibility forms and case do not distinguish. Upper and then lower case is a case folding:
/// it also makes one of ß and ss.
pub(crate) fn fold(text: &str) -> String {
    text.nfkc()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .nfkc()
        .collect()
}

/// The bounds between which stored words begin with a prefix.
pub(crate) fn bounds(prefix: &str) -> (String, String) {
    let low: String = fold(prefix.trim()).chars().take(KEPT).collect();
    let high = format!("{low}{}", char::MAX);
    (low, high)
}

/// The ends of a text, folded.
fn ends(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut found = Vec::new();
    let mut before = ' ';
    for (at, letter) in folded.char_indices() {
        if letter.is_alphanumeric() && !before.is_alphanumeric() || at == 0 {
            found.push(folded[at..].chars().take(KEPT).collect());
        }
        before = letter;
    }
    found.truncate(WORDS);
    found
}

/// Replaces what something is found by.
pub(crate) async fn replace<T: Transaction>(
    tx: &mut T,
    scope: Scope,
    subject: i64,
    texts: &[&str],
) -> Outcome<()> {
    tx.execute(sql::DELETE_WORDS, params![scope.code(), subject])
        .await?;
    for text in texts {
        for end in ends(text) {
            tx.execute(sql::PUT_WORD, params![scope.code(), end.as_str(), subject])
                .await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_by_each_of_its_words() {
        assert_eq!(
            ends("Anna-Lena Müller"),
            ["anna-lena müller", "lena müller", "müller"]
        );
        assert_eq!(ends("花子さん"), ["花子さん"]);
        assert_eq!(ends("ＡＢＣ Straße"), ["abc strasse", "strasse"]);
        assert_eq!(ends(".x"), [".x", "x"]);
    }

    #[test]
    fn bounds_hold_what_begins_with_the_prefix() {
        let (low, high) = bounds(" AN");
        for (word, inside) in [
            ("an", true),
            ("anna", true),
            ("an\u{10ffff}", false),
            ("am", false),
            ("ao", false),
        ] {
            assert_eq!(*low <= *word && *word < *high, inside, "{word}");
        }
    }
}
