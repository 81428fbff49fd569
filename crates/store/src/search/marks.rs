//! Where the words of a query stand in a text.

use super::query::{Term, terms};
use super::tokenizer::{Token, tokens};

/// How many places are told at most.
const MARKS: usize = 50;

/// Start and end of each word that was looked for, in UTF-16 code units, in order. None at all when
/// a word is missing: the index was behind, and the text does not match any longer.
pub fn marks(query: &str, text: &str) -> Vec<(u32, u32)> {
    let terms = terms(query);
    let found = tokens(text);
    let all = terms
        .iter()
        .all(|term| found.iter().any(|token| place(term, token).is_some()));
    if !all || terms.is_empty() {
        return Vec::new();
    }
    let mut places: Vec<(usize, usize)> = found
        .iter()
        .filter_map(|token| terms.iter().filter_map(|term| place(term, token)).max())
        .collect();
    places.sort_unstable();
    in_code_units(text, &joined(&places))
}

/// Where a term stands in a token, in bytes of the text.
fn place(term: &Term, token: &Token) -> Option<(usize, usize)> {
    if term.word == token.word {
        Some((token.start, token.end))
    } else if term.prefix && token.word.starts_with(&term.word) {
        // Of a pair only the letter that was looked for.
        Some((
            token.start,
            if token.dense {
                token.first_end
            } else {
                token.end
            },
        ))
    } else {
        None
    }
}

/// Pairs overlap: what overlaps is one place.
fn joined(places: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (start, end) in places {
        match found.last_mut() {
            Some((_, before)) if *start < *before => *before = (*before).max(*end),
            _ => found.push((*start, *end)),
        }
    }
    found.truncate(MARKS);
    found
}

/// Bytes to UTF-16 code units, in one walk through the text.
fn in_code_units(text: &str, places: &[(usize, usize)]) -> Vec<(u32, u32)> {
    let mut units = 0_usize;
    let mut at = 0;
    let mut count_to = |place: usize| {
        units += text[at..place].chars().map(char::len_utf16).sum::<usize>();
        at = place;
        u32::try_from(units).unwrap_or(u32::MAX)
    };
    places
        .iter()
        .map(|(start, end)| (count_to(*start), count_to(*end)))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(query: &str, text: &str) -> Vec<String> {
        let units: Vec<u16> = text.encode_utf16().collect();
        let part = |(start, end): (u32, u32)| {
            String::from_utf16(&units[start as usize..end as usize]).unwrap()
        };
        marks(query, text).into_iter().map(part).collect()
    }

    #[test]
    fn words_are_marked_as_they_are_written() {
        assert_eq!(shown("ete", "👍 L'été, Étés"), ["été", "Étés"]);
        assert_eq!(shown("hello wor", "World, HELLO"), ["World", "HELLO"]);
        assert_eq!(
            shown("東京都", "私は東京都に住む。東京"),
            ["東京都", "東京"]
        );
        assert_eq!(shown("都", "京都と都会"), ["都", "都"]);
    }

    #[test]
    fn a_text_without_one_of_the_words_has_no_marks() {
        assert!(marks("hello world", "hello").is_empty());
        assert!(marks("", "hello").is_empty());
        assert!(marks("!", "hello!").is_empty());
    }

    #[test]
    fn marks_are_bounded() {
        assert_eq!(marks("a", &"a ".repeat(1000)).len(), MARKS);
    }

    proptest! {
        #[test]
        fn marks_lie_in_the_text_in_order(query in any::<String>(), text in any::<String>()) {
            let length = u32::try_from(text.encode_utf16().count()).unwrap();
            let mut before = 0;
            for (start, end) in marks(&query, &text) {
                prop_assert!(before <= start && start < end && end <= length);
                before = end;
            }
        }

        #[test]
        fn a_part_of_a_text_is_found_in_it(text in "[a-zé東京都が ]{1,30}") {
            let words: Vec<&str> = text.split_whitespace().collect();
            for word in words {
                prop_assert!(!marks(word, &text).is_empty(), "{word} in {text}");
            }
        }
    }
}
