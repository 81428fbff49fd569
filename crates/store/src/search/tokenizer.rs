//! Words out of texts, in any script.
//!
//! Letters are compared in their compatibility form (NFKC), without case and without accents. A
//! word is a run of letters and digits: the boundaries of UAX #29, except that apostrophes and
//! points divide too. Scripts that are written without spaces give every pair of neighbouring
//! letters, and the last letter alone, so that any part of a run can be found.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// How long a word is at most, in characters; what is longer is cut.
const WORD: usize = 32;

/// A word in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// The word, folded.
    pub(super) word: String,
    /// Where it begins in the text, in bytes.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// Where its first letter ends.
    pub(super) first_end: usize,
    /// It is of a script without spaces.
    pub(super) dense: bool,
}

/// A letter as it is written, a grapheme cluster.
#[derive(Debug, Clone)]
struct Letter {
    folded: String,
    start: usize,
    end: usize,
}

/// The words of a text, in order.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    if text.is_ascii() {
        return plain(text);
    }
    let mut found = Vec::new();
    let mut run: Vec<Letter> = Vec::new();
    let mut run_is_dense = false;
    for (start, written) in text.grapheme_indices(true) {
        let folded = fold(written);
        let letter = Letter {
            folded,
            start,
            end: start + written.len(),
        };
        let kind = letter.folded.chars().next().map(is_dense);
        if kind != Some(run_is_dense) {
            close(&mut run, run_is_dense, &mut found);
        }
        if let Some(dense) = kind {
            run_is_dense = dense;
            run.push(letter);
        }
    }
    close(&mut run, run_is_dense, &mut found);
    found
}

/// The words of a text alone, with spaces between; see [`words`].
pub(super) fn folded(text: &str) -> String {
    if !text.is_ascii() {
        let words: Vec<String> = tokens(text).into_iter().map(|token| token.word).collect();
        return words.join(" ");
    }
    let letters = text.bytes().map(|byte| {
        if byte.is_ascii_alphanumeric() {
            byte.to_ascii_lowercase()
        } else {
            b' '
        }
    });
    String::from_utf8(letters.collect()).expect("all of it is ASCII")
}

/// The words of a text that was folded, in order.
pub(super) fn words(folded: &str) -> impl Iterator<Item = &str> {
    let words = folded.split(' ').filter(|word| !word.is_empty());
    words.map(|word| match word.char_indices().nth(WORD) {
        Some((end, _)) if word.len() > WORD => &word[..end],
        Some(_) | None => word,
    })
}

/// The same for the letters, digits and signs of ASCII, each of which is a letter by itself.
fn plain(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut rest = text.as_bytes();
    let mut start = 0;
    while !rest.is_empty() {
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric());
        let length = length.count();
        if length > 0 {
            found.push(Token {
                word: text[start..start + length.min(WORD)].to_ascii_lowercase(),
                start,
                end: start + length,
                first_end: start + 1,
                dense: false,
            });
        }
        // The byte that ended the run, if one did, is no letter.
        let step = (length + 1).min(rest.len());
        rest = &rest[step..];
        start += step;
    }
    found
}

/// Turns a run of letters into words.
fn close(run: &mut Vec<Letter>, dense: bool, found: &mut Vec<Token>) {
    let letters = std::mem::take(run);
    if letters.is_empty() {
        return;
    }
    if dense {
        for place in 0..letters.len() {
            found.push(token(&letters[place..(place + 2).min(letters.len())], true));
        }
    } else {
        found.push(token(&letters, false));
    }
}

fn token(letters: &[Letter], dense: bool) -> Token {
    Token {
        word: letters
            .iter()
            .flat_map(|letter| letter.folded.chars())
            .take(WORD)
            .collect(),
        start: letters[0].start,
        end: letters[letters.len() - 1].end,
        first_end: letters[0].end,
        dense,
    }
}

/// One letter without case, width and accents; empty when it is no letter or digit. Upper and then
/// lower case is a case folding: it also makes one of ß and ss.
fn fold(written: &str) -> String {
    if let [byte] = written.as_bytes() {
        let byte = byte.to_ascii_lowercase();
        return if byte.is_ascii_alphanumeric() {
            char::from(byte).to_string()
        } else {
            String::new()
        };
    }
    let folded = written
        .nfkc()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase);
    let plain: String = folded
        .nfd()
        .filter(|letter| !is_accent(*letter))
        .nfc()
        .collect();
    let mut word: String = plain
        .chars()
        .filter(|letter| letter.is_alphanumeric() || is_combining_mark(*letter))
        .collect();
    // Marks that stand alone, as on emoji, are no letters.
    if word.chars().all(is_combining_mark) {
        word.clear();
    }
    word
}

/// Marks that many people leave out when they write: accents of Latin, Greek and Cyrillic, and the
/// vowel points of Hebrew and Arabic. The voiced sound marks of Japanese make other letters.
fn is_accent(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

/// Is it of a script that is written without spaces, or whose words carry endings that a search
/// does not know?
fn is_dense(letter: char) -> bool {
    matches!(letter,
        '\u{e00}'..='\u{eff}' // Thai, Lao
        | '\u{1000}'..='\u{109f}' // Myanmar
        | '\u{1780}'..='\u{17ff}' // Khmer
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{312f}' | '\u{31f0}'..='\u{31ff}' // Japanese
        | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' // Han
        | '\u{ac00}'..='\u{d7af}') // Hangul
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words_of(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|token| token.word).collect()
    }

    #[test]
    fn case_width_and_accents_do_not_distinguish() {
        assert_eq!(
            words_of("Élève ÉLÈVE e\u{301}le\u{300}ve"),
            ["eleve", "eleve", "eleve"]
        );
        assert_eq!(
            words_of("ＡＢＣ１２３ Straße STRASSE"),
            ["abc123", "strasse", "strasse"]
        );
        assert_eq!(
            words_of("Ångström Ελλάδα Ёлка"),
            ["angstrom", "ελλαδα", "елка"]
        );
    }

    #[test]
    fn apostrophes_and_points_divide() {
        assert_eq!(
            words_of("l'été, can't 3.14 a_b x@y.org"),
            ["l", "ete", "can", "t", "3", "14", "a", "b", "x", "y", "org"]
        );
    }

    #[test]
    fn scripts_without_spaces_give_pairs() {
        assert_eq!(words_of("東京都"), ["東京", "京都", "都"]);
        assert_eq!(words_of("花"), ["花"]);
        assert_eq!(
            words_of("iPhoneケース2個"),
            ["iphone", "ケー", "ース", "ス", "2", "個"]
        );
        assert_eq!(words_of("がんばれ"), ["がん", "んば", "ばれ", "れ"]);
        assert_eq!(words_of("か\u{3099}んﾊﾟﾝ"), ["がん", "んパ", "パン", "ン"]);
        assert_eq!(words_of("학교에서"), ["학교", "교에", "에서", "서"]);
    }

    #[test]
    fn what_is_no_word_gives_none() {
        assert_eq!(words_of("👍 … — ️ !?"), Vec::<String>::new());
        assert_eq!(words_of(""), Vec::<String>::new());
    }

    #[test]
    fn a_word_is_bounded() {
        assert_eq!(words_of(&"x".repeat(1000))[0].chars().count(), WORD);
    }

    proptest! {
        #[test]
        fn plain_texts_give_the_same_words_by_both_ways(text in "[ -~\\r\\n\\t]{0,80}") {
            let mixed = format!("{text} \u{e9}");
            let mut found = tokens(&mixed);
            found.pop();
            prop_assert_eq!(plain(&text), found);
        }

        #[test]
        fn folding_alone_gives_the_same_words(text in any::<String>(), plain in "[ -~]{0,80}") {
            for text in [text, plain] {
                let folded = folded(&text);
                let found: Vec<&str> = words(&folded).collect();
                prop_assert_eq!(found, words_of(&text));
            }
        }

        #[test]
        fn any_text_gives_words_that_stand_in_it(text in any::<String>()) {
            for token in tokens(&text) {
                prop_assert!(!token.word.is_empty());
                prop_assert!(token.start < token.first_end && token.first_end <= token.end);
                prop_assert!(text.get(token.start..token.end).is_some());
                prop_assert!(token.word.chars().all(|letter| !letter.is_ascii() || letter.is_ascii_alphanumeric()));
            }
        }

        #[test]
        fn folding_is_done_once(text in "\\PC{0,20}") {
            for written in text.graphemes(true) {
                let folded = fold(written);
                prop_assert_eq!(fold(&folded), folded);
            }
        }
    }
}
