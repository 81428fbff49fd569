//! What is looked for.

use super::tokenizer::{Token, tokens};

/// The most words of a query; more are not looked at.
const TERMS: usize = 16;

/// A word that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    /// The word, folded.
    pub(super) word: String,
    /// Its beginning is enough.
    pub(super) prefix: bool,
}

/// The words of a query. The last one may still be written, and a single letter of a script without
/// spaces stands at the beginning of the pairs it is in.
pub(super) fn terms(query: &str) -> Vec<Term> {
    let found = tokens(query);
    let mut terms: Vec<Term> = Vec::new();
    for (place, token) in found.iter().enumerate() {
        if ends_a_run(&found, place) {
            continue;
        }
        let last = place + 1 == found.len();
        let single = token.dense && token.first_end == token.end;
        let term = Term {
            word: token.word.clone(),
            prefix: single || (last && !token.dense),
        };
        if !terms.contains(&term) {
            terms.push(term);
        }
    }
    terms.truncate(TERMS);
    terms
}

/// Is it the last letter of a run of several? The pair before it holds it.
fn ends_a_run(found: &[Token], place: usize) -> bool {
    let token = &found[place];
    let single = token.dense && token.first_end == token.end;
    single && place > 0 && found[place - 1].dense && found[place - 1].end == token.end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(query: &str) -> Vec<String> {
        let terms = terms(query).into_iter();
        terms
            .map(|term| term.word + if term.prefix { "*" } else { "" })
            .collect()
    }

    #[test]
    fn the_last_word_is_a_beginning() {
        assert_eq!(shown("Hello wor"), ["hello", "wor*"]);
        assert_eq!(shown("été"), ["ete*"]);
        assert_eq!(shown(" "), Vec::<String>::new());
    }

    #[test]
    fn a_run_is_its_pairs_and_a_single_letter_a_beginning() {
        assert_eq!(shown("東京都"), ["東京", "京都"]);
        assert_eq!(shown("都 x"), ["都*", "x*"]);
        assert_eq!(shown("東京 abc"), ["東京", "abc*"]);
    }

    #[test]
    fn a_query_is_bounded() {
        let long: String = (0..100).map(|n| n.to_string() + " ").collect();
        assert_eq!(terms(&long).len(), TERMS);
    }
}
