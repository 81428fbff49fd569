//! Values that a command may not have, each refused with its field.

use gateway::native::from_wire::{Limits, Request};
use gateway::native::perform::{Asked, decode};
use serde_json::{Value, json};

const ID: &str = "0198a3b2-5b1c-7c3e-9d2a-3f4b5c6d7e8f";

fn tried(frame: &Value) -> Result<Asked, (String, Option<String>)> {
    decode(frame.to_string().as_bytes(), Limits { text_bytes: 100 })
        .map_err(|refused| (refused.body.code, refused.body.pointer))
}

/// A frame, the code of its refusal, and the field that is wrong.
type Bad = (Value, &'static str, &'static str);

fn send(fields: &Value) -> Value {
    let mut frame = json!({ "type": "message.send", "client_id": ID, "text": "x" });
    let fields = fields.as_object().expect("an object").clone();
    frame.as_object_mut().expect("an object").extend(fields);
    frame
}

#[rustfmt::skip] // A table: one line says one thing.
fn bad_messages() -> Vec<Bad> {
    let names = vec!["bob"; 51];
    vec![
        (send(&json!({})), "invalid", "conversation"),
        (send(&json!({ "conversation": "1", "to": "bob" })), "invalid", "conversation"),
        (send(&json!({ "to": "a b" })), "invalid", "to"),
        (send(&json!({ "to": "bob", "client_id": "7" })), "invalid", "client_id"),
        (send(&json!({ "to": "bob", "text": " " })), "invalid", "text"),
        (send(&json!({ "to": "bob", "text": "x".repeat(101) })), "too_large", "text"),
        (send(&json!({ "to": "bob", "mentions": names })), "too_large", "mentions"),
        (send(&json!({ "to": "bob", "extensions": { "a": "x".repeat(5000) } })), "too_large", "extensions"),
        (json!({ "type": "reaction.add", "conversation": "1", "message": 1, "emoji": "no" }), "invalid", "emoji"),
        (json!({ "type": "history.get", "conversation": "1", "before": 1, "after": 1 }), "invalid", "before"),
        (json!({ "type": "history.get", "conversation": "1", "limit": 201 }), "invalid", "limit"),
        (json!({ "type": "log.get", "conversation": "1", "after": 0, "limit": 501 }), "invalid", "limit"),
        (json!({ "type": "search", "q": " " }), "invalid", "q"),
        (json!({ "type": "search", "q": "x".repeat(600) }), "too_large", "q"),
        (json!({ "type": "search", "q": "x", "from": "a b" }), "invalid", "from"),
    ]
}

#[rustfmt::skip] // A table: one line says one thing.
fn bad_others() -> Vec<Bad> {
    let names = |count: usize| vec!["bob"; count];
    let heads: serde_json::Map<_, _> = (1..=5001).map(|n| (n.to_string(), json!(1))).collect();
    vec![
        (json!({ "type": "sync", "heads": heads }), "too_large", "heads"),
        (json!({ "type": "sync", "epoch": "soon" }), "invalid", "epoch"),
        (json!({ "type": "sync", "cursor": "x".repeat(300) }), "too_large", "cursor"),
        (json!({ "type": "presence.get", "users": names(201) }), "too_large", "users"),
        (json!({ "type": "presence.set", "state": "offline" }), "invalid", "state"),
        (json!({ "type": "conversation.create", "kind": "feed", "title": "x" }), "invalid", "kind"),
        (json!({ "type": "conversation.create", "kind": "direct", "title": "x" }), "invalid", "kind"),
        (json!({ "type": "conversation.create", "kind": "group", "title": " " }), "invalid", "title"),
        (json!({ "type": "conversation.create", "kind": "group", "title": "x", "members": names(101) }), "too_large", "members"),
        (json!({ "type": "user.find", "q": "x" }), "invalid", "q"),
        (json!({ "type": "me.update", "name": "x".repeat(200) }), "too_large", "name"),
        (json!({ "type": "password.change", "current": "", "new": "x" }), "invalid", "current"),
        (json!({ "type": "password.change", "current": "x", "new": "x".repeat(2000) }), "too_large", "new"),
        (json!({ "type": "notification.see", "threads": vec!["1"; 501] }), "too_large", "threads"),
    ]
}

#[test]
fn a_bad_value_is_refused_with_its_field() {
    for (mut frame, code, field) in [bad_messages(), bad_others()].concat() {
        frame["id"] = 1.into();
        let expected = Err((code.to_owned(), Some(format!("/{field}"))));
        assert_eq!(tried(&frame), expected, "{}", frame["type"]);
    }
}

#[test]
fn what_cannot_exist_is_not_found() {
    for frame in [
        json!({ "id": 1, "type": "conversation.get", "conversation": "no number" }),
        json!({ "id": 1, "type": "conversation.get", "conversation": "0" }),
        json!({ "id": 1, "type": "session.revoke", "session": "99999999999999999999" }),
        json!({ "id": 1, "type": "notification.see", "threads": ["-1"] }),
    ] {
        assert_eq!(
            tried(&frame),
            Err(("not_found".to_owned(), None)),
            "{frame}"
        );
    }
}

#[test]
fn empty_removes_and_absent_leaves_alone() {
    use domain::Command;
    let command = |frame: Value| match tried(&frame).unwrap().request {
        Request::Command(command) => command,
        Request::Ack(_) | Request::Presence(_) => panic!("{frame} is a command"),
    };
    let update = json!({ "id": 1, "type": "me.update", "bio": "" });
    let Command::UpdateMe { change } = command(update) else {
        panic!("another command")
    };
    assert_eq!((change.name, change.bio), (None, Some(None)));
    let update =
        json!({ "id": 1, "type": "conversation.update", "conversation": "7", "topic": "" });
    let Command::UpdateConversation { title, topic, .. } = command(update) else {
        panic!("another command")
    };
    assert_eq!((title, topic), (None, Some(None)));
    let epoch = json!({ "id": 1, "type": "sync", "epoch": "fffffffffffffffe" });
    let Command::Sync { epoch, limit, .. } = command(epoch) else {
        panic!("another command")
    };
    assert_eq!((epoch, limit), (Some(domain::Epoch(-2)), 200));
}
