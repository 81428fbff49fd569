//! Comparing what came with what a play says.

use serde_json::Value;

use super::script::Token;

/// What names in a play stand for.
pub(super) trait Names {
    /// The id or username that a name stands for, seen by who speaks.
    fn resolve(&self, name: &str) -> Option<Value>;
}

/// The value that a token of a play stands for: `@Team` a conversation, `@Bob` a username,
/// `@"text"` a message's place, numbers and `true`/`false` themselves, `[@Bob,@Carol]` a list.
pub(super) fn value(token: &Token, names: &impl Names) -> Option<Value> {
    let word = match token {
        Token::Text(text) => return Some(Value::String(text.clone())),
        Token::Pair(..) => return None,
        Token::Word(word) => word,
    };
    if let Some(list) = word
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        let items = list.split(',').filter(|item| !item.is_empty());
        return items
            .map(|item| value(&Token::Word(item.to_owned()), names))
            .collect();
    }
    if let Some(name) = word.strip_prefix('@') {
        return names.resolve(name);
    }
    Some(serde_json::from_str(word).unwrap_or_else(|_| Value::String(word.clone())))
}

/// What stands at a path: `a.b.0.c`; in a list, a name finds the element that is about it.
pub(super) fn at<'a>(value: &'a Value, path: &str, names: &impl Names) -> Option<&'a Value> {
    path.split('.')
        .try_fold(value, |value, segment| match value {
            Value::Object(map) => map.get(segment),
            Value::Array(items) => {
                if let Ok(index) = segment.parse::<usize>() {
                    return items.get(index);
                }
                let wanted = names.resolve(segment)?;
                items.iter().find(|item| is_about(item, &wanted))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
        })
}

fn is_about(item: &Value, wanted: &Value) -> bool {
    let keys = ["id", "username", "user", "conversation"];
    item == wanted
        || keys.iter().any(|key| item.get(key) == Some(wanted))
        || item.get("user").and_then(|user| user.get("username")) == Some(wanted)
}

/// The first pair that does not hold, in words.
pub(super) fn mismatch(
    found: &Value,
    pairs: &[(String, Token)],
    names: &impl Names,
) -> Option<String> {
    pairs.iter().find_map(|(path, token)| {
        let Some(wanted) = value(token, names) else {
            return Some(format!("nothing in this play is called {token:?}"));
        };
        match at(found, path, names) {
            Some(there) if *there == wanted => None,
            Some(there) => Some(format!("`{path}` is {there}, not {wanted}")),
            // A count or flag that is left out is zero or false.
            None if wanted == 0 || wanted == false => None,
            None => Some(format!("there is no `{path}`, expected {wanted}")),
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    struct Book;

    impl Names for Book {
        fn resolve(&self, name: &str) -> Option<Value> {
            (name == "Team").then(|| json!("12"))
        }
    }

    fn pair(path: &str, word: &str) -> [(String, Token); 1] {
        [(path.to_owned(), Token::Word(word.to_owned()))]
    }

    #[test]
    fn an_element_is_found_by_what_it_is_about() {
        let reply = json!({"conversations": [{"id": "7"}, {"id": "12", "unread": 3}]});
        assert_eq!(
            mismatch(&reply, &pair("conversations.Team.unread", "3"), &Book),
            None
        );
        assert_eq!(
            mismatch(&reply, &pair("conversations.1.id", "@Team"), &Book),
            None
        );
        let wrong = mismatch(&reply, &pair("conversations.Team.unread", "4"), &Book).unwrap();
        assert_eq!(wrong, "`conversations.Team.unread` is 3, not 4");
    }

    #[test]
    fn what_is_left_out_is_zero_and_not_one() {
        assert_eq!(mismatch(&json!({}), &pair("unread", "0"), &Book), None);
        assert!(mismatch(&json!({}), &pair("unread", "1"), &Book).is_some());
    }
}
