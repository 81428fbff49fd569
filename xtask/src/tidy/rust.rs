//! Just enough of Rust's grammar to tell code from comments, strings and tests.

use super::tree::File;

/// A Rust file, taken apart. All parts have the lines of the file.
#[derive(Debug)]
pub(crate) struct Source {
    /// The text with comments and the insides of strings blanked.
    pub(crate) code: String,
    /// The text with all but comments blanked.
    pub(crate) comments: String,
    /// For each line, whether it is test code.
    tests: Vec<bool>,
}

impl Source {
    /// Takes a file apart; `None` when it is not Rust.
    pub(crate) fn read(file: &File) -> Option<Self> {
        if file.extension() != "rs" {
            return None;
        }
        let (code, comments) = split(&file.text);
        let count = code.lines().count();
        let tests = if file.is_test() {
            vec![true; count]
        } else {
            test_lines(&code)
        };
        Some(Self {
            code,
            comments,
            tests,
        })
    }

    /// Whether the line, counted from 1, is test code.
    pub(crate) fn is_test(&self, line: usize) -> bool {
        self.tests
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or(false)
    }

    /// The lines of code outside tests, counted from 1.
    pub(crate) fn code_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self
            .code
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line));
        lines.filter(|(line, _)| !self.is_test(*line))
    }
}

/// What the scanner is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Code,
    LineComment,
    BlockComment(usize),
    Text,
    RawText(usize),
}

/// Splits the text into code and comments.
fn split(text: &str) -> (String, String) {
    let letters: Vec<char> = text.chars().collect();
    let (mut code, mut comments) = (String::new(), String::new());
    let (mut state, mut at) = (State::Code, 0);
    while at < letters.len() {
        let (next, length, kept) =
            advance(state, &letters[at..], at.checked_sub(1).map(|i| letters[i]));
        for letter in &letters[at..(at + length).min(letters.len())] {
            let blank = if *letter == '\n' { '\n' } else { ' ' };
            let in_comment = matches!(state, State::LineComment | State::BlockComment(_))
                || matches!(next, State::LineComment | State::BlockComment(_));
            code.push(if kept { *letter } else { blank });
            comments.push(if in_comment { *letter } else { blank });
        }
        at += length;
        state = next;
    }
    (code, comments)
}

/// One step: the next state, how many characters it takes, and whether they are code.
fn advance(state: State, rest: &[char], before: Option<char>) -> (State, usize, bool) {
    let follows = |text: &str| {
        text.chars()
            .enumerate()
            .all(|(i, c)| rest.get(i) == Some(&c))
    };
    match state {
        State::Code => code_step(rest, before),
        State::LineComment if rest[0] == '\n' => (State::Code, 1, true),
        State::LineComment => (State::LineComment, 1, false),
        State::BlockComment(depth) if follows("/*") => (State::BlockComment(depth + 1), 2, false),
        State::BlockComment(1) if follows("*/") => (State::Code, 2, false),
        State::BlockComment(depth) if follows("*/") => (State::BlockComment(depth - 1), 2, false),
        State::BlockComment(depth) => (State::BlockComment(depth), 1, false),
        State::Text if rest[0] == '\\' => (State::Text, 2, false),
        State::Text if rest[0] == '"' => (State::Code, 1, true),
        State::Text => (State::Text, 1, false),
        State::RawText(hashes) => {
            let closes = rest[0] == '"' && (1..=hashes).all(|i| rest.get(i) == Some(&'#'));
            if closes {
                (State::Code, hashes + 1, true)
            } else {
                (state, 1, false)
            }
        }
    }
}

fn code_step(rest: &[char], before: Option<char>) -> (State, usize, bool) {
    let word = |letter: char| letter.is_alphanumeric() || letter == '_';
    match (rest[0], rest.get(1)) {
        ('/', Some('/')) => (State::LineComment, 2, false),
        ('/', Some('*')) => (State::BlockComment(1), 2, false),
        ('"', _) => (State::Text, 1, true),
        ('r', Some('"' | '#')) if !before.is_some_and(|b| word(b) && b != 'b' && b != 'c') => {
            let hashes = rest[1..]
                .iter()
                .take_while(|letter| **letter == '#')
                .count();
            match rest.get(hashes + 1) {
                Some('"') => (State::RawText(hashes), hashes + 2, true),
                _ => (State::Code, 1, true),
            }
        }
        // A character is told from a lifetime by its closing quote.
        ('\'', Some('\\')) => (State::Code, character_length(rest), false),
        ('\'', Some(_)) if rest.get(2) == Some(&'\'') => (State::Code, 3, false),
        _ => (State::Code, 1, true),
    }
}

/// The length of an escaped character literal: `'\n'`, `'\''`, `'\u{1F4A1}'`.
fn character_length(rest: &[char]) -> usize {
    rest.iter()
        .skip(3)
        .position(|letter| *letter == '\'')
        .map_or(rest.len(), |place| place + 4)
}

/// Marks the lines of every item under `#[cfg(test)]`.
fn test_lines(code: &str) -> Vec<bool> {
    let mut tests = vec![false; code.lines().count()];
    for (start, _) in code.match_indices("#[cfg(test)]") {
        let end = item_end(code, start + "#[cfg(test)]".len());
        let (first, last) = (line_of(code, start), line_of(code, end));
        for line in &mut tests[first - 1..last] {
            *line = true;
        }
    }
    tests
}

/// Where the item that begins at `start` ends: its semicolon, or its closing brace.
fn item_end(code: &str, start: usize) -> usize {
    match body(code, start) {
        Some((_, end)) => end,
        None => code[start..]
            .find(';')
            .map_or(code.len(), |place| start + place),
    }
}

/// The braces of the item that begins at `start`; `None` when a semicolon comes first.
pub(crate) fn body(code: &str, start: usize) -> Option<(usize, usize)> {
    let (mut nested, mut braces, mut open) = (0_i32, 0_i32, start);
    for (place, letter) in code[start..].char_indices() {
        match letter {
            // An array type has a semicolon, `[u8; 3]`.
            '(' | '[' => nested += 1,
            ')' | ']' => nested -= 1,
            ';' if nested == 0 && braces == 0 => return None,
            '{' => {
                if braces == 0 {
                    open = start + place;
                }
                braces += 1;
            }
            '}' => {
                braces -= 1;
                if braces == 0 {
                    return Some((open, start + place));
                }
            }
            _ => {}
        }
    }
    None
}

/// The number, from 1, of the line with this byte.
pub(crate) fn line_of(text: &str, place: usize) -> usize {
    text[..place.min(text.len())].matches('\n').count() + 1
}

/// Where `word` stands in the line as a word of its own.
pub(crate) fn find_word(line: &str, word: &str) -> Option<usize> {
    let part = |letter: char| letter.is_alphanumeric() || letter == '_';
    line.match_indices(word)
        .map(|(place, _)| place)
        .find(|place| {
            let before = line[..*place].chars().next_back();
            let after = line[place + word.len()..].chars().next();
            // A path or macro name may end in punctuation, after which anything may stand.
            let open_ended = word.ends_with(|letter: char| !part(letter));
            !before.is_some_and(part) && (open_ended || !after.is_some_and(part))
        })
}

/// Whether `word` stands in the line as a word of its own.
pub(crate) fn has_word(line: &str, word: &str) -> bool {
    find_word(line, word).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source::read(&File::new("crates/engine/src/a.rs", text)).expect("Rust")
    }

    #[test]
    fn strings_and_comments_are_not_code() {
        let text = "let a = \"b.unwrap() // no\"; // c.unwrap()\n/* d /* e */ f */ g();\n";
        let source = source(text);
        assert_eq!(source.code.lines().count(), 2);
        assert!(!source.code.contains("unwrap") && source.code.contains("g();"));
        assert!(source.comments.contains("c.unwrap()") && source.comments.contains("e */ f"));
        assert!(!source.comments.contains("g();") && !source.comments.contains("// no"));
    }

    #[test]
    fn raw_strings_characters_and_lifetimes_are_told_apart() {
        let text =
            r##"let a = r#"x" y"#; f(b'"', '\'', '\u{41}', br"z\"); fn g<'a>(b: &'a str) {} k();"##;
        let code = source(text).code;
        assert!(code.contains("fn g<'a>(b: &'a str) {} k();"), "{code}");
        assert!(!code.contains('x') && !code.contains('z'), "{code}");
    }

    #[test]
    fn items_under_cfg_test_are_tests() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n\
            #[cfg(test)]\nmod more;\nfn d() {}\n";
        let source = source(text);
        let tests: Vec<usize> = (1..=9).filter(|line| source.is_test(*line)).collect();
        assert_eq!(tests, [2, 3, 4, 5, 7, 8]);
    }

    #[test]
    fn an_array_in_a_signature_does_not_end_it() {
        let code = "fn a(b: [u8; 3]) -> [u8; 2] {\n c }\n";
        assert_eq!(body(code, 0).map(|(_, end)| line_of(code, end)), Some(2));
        assert_eq!(body("fn a();\nfn b() {}", 0), None);
    }

    #[test]
    fn words_are_whole() {
        assert!(has_word("use tokio::x", "tokio") && !has_word("my_tokio", "tokio"));
        assert!(has_word("a Instant::now()", "Instant::now") && has_word("async fn", "async "));
    }
}
