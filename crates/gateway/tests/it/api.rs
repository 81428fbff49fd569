//! The HTTP API.

use bytes::Bytes;
use hyper::Method;
use serde_json::{Value, json};

use super::house::{House, client_id, quick};
use super::http::{Http, PATIENCE};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_and_sessions_begin_and_end() {
    let house = House::open().await;
    let http = house.http();
    let new = json!({ "username": "Anna", "password": "correct horse", "name": "Anna K." });
    let made = http.post("/v1/accounts", &new).await;
    assert_eq!(made.status, 201);
    assert_eq!(made.json()["user"]["username"], "anna");
    assert_eq!(made.header("cache-control"), "no-store");
    http.post("/v1/accounts", &new)
        .await
        .assert_problem(409, "conflict");
    let credentials = json!({ "username": "anna", "password": "correct horse" });
    let browser = http.clone().with("user-agent", "Test 1");
    let signed_in = browser.post("/v1/sessions", &credentials).await;
    assert_eq!(signed_in.status, 201);
    let anna = http
        .clone()
        .with_token(signed_in.json()["token"].as_str().unwrap());
    let sessions = anna.get("/v1/sessions").await.json();
    let sessions = sessions["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    let current = sessions
        .iter()
        .find(|session| session["current"] == true)
        .unwrap();
    assert_eq!(current["device"], "Test 1");
    let other = sessions
        .iter()
        .find(|session| session["current"] == false)
        .unwrap();
    let path = format!("/v1/sessions/{}", other["id"].as_str().unwrap());
    assert_eq!(
        anna.ask(Method::DELETE, &path, Bytes::new()).await.status,
        204
    );
    let first = http
        .clone()
        .with_token(made.json()["token"].as_str().unwrap());
    first
        .get("/v1/me")
        .await
        .assert_problem(401, "unauthenticated");
    assert_eq!(anna.get("/v1/me").await.json()["me"]["name"], "Anna K.");
    let gone = anna
        .ask(Method::DELETE, "/v1/sessions/current", Bytes::new())
        .await;
    assert_eq!(gone.status, 204);
    let answer = anna.get("/v1/me").await;
    answer.assert_problem(401, "unauthenticated");
    assert_eq!(answer.header("www-authenticate"), "Bearer");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_sign_in_is_told_why() {
    let house = House::open().await;
    let http = house.user("anna").await;
    for (body, status, code) in [
        (
            json!({ "username": "anna", "password": "wrong horse" }),
            401,
            "unauthenticated",
        ),
        (
            json!({ "username": "nobody", "password": "wrong horse" }),
            401,
            "unauthenticated",
        ),
        (json!({ "username": "anna" }), 400, "invalid"),
        (json!({ "password": "x" }), 400, "invalid"),
        (json!({}), 400, "invalid"),
        (json!([]), 400, "invalid"),
        (json!({ "token": "eyJ" }), 501, "unsupported"),
        (
            json!({ "username": "anna", "password": "x", "token": "y" }),
            400,
            "invalid",
        ),
    ] {
        let answer = http.post("/v1/sessions", &body).await;
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (status, &json!(code)),
            "{body}"
        );
    }
    let short = json!({ "username": "bob", "password": "short" });
    let answer = http.post("/v1/accounts", &short).await;
    answer.assert_problem(400, "invalid");
    assert_eq!(answer.json()["pointer"], "/password");
    let (engine, mut gateway) = quick();
    gateway.registration = gateway::Registration::Closed;
    let closed = House::with(engine, gateway).await;
    let new = json!({ "username": "anna", "password": "correct horse" });
    closed
        .http()
        .post("/v1/accounts", &new)
        .await
        .assert_problem(403, "denied");
}

/// Makes a group with bob; the beginning of its path.
async fn garden(anna: &Http) -> String {
    let new = json!({ "kind": "group", "title": "Garden", "members": ["bob"] });
    let keyed = anna.clone().with("idempotency-key", &client_id());
    let made = keyed.post("/v1/conversations", &new).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let again = keyed.post("/v1/conversations", &new).await.json();
    let id = &made.json()["conversation"]["id"];
    assert_eq!(
        &again["conversation"]["id"], id,
        "the same key, the same result"
    );
    format!("/v1/conversations/{}", id.as_str().expect("an id"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_from_its_beginning_to_its_end() {
    let house = House::open().await;
    let (anna, bob) = (house.user("anna").await, house.user("bob").await);
    let here = garden(&anna).await;
    let text = json!({ "client_id": client_id(), "text": "Who waters?" });
    let sent = anna.post(&format!("{here}/messages"), &text).await;
    assert_eq!(sent.status, 201, "{}", sent.text());
    let seq = sent.json()["seq"].as_u64().unwrap();
    let message = format!("{here}/messages/{seq}");
    let text = json!({ "text": "Who waters today?" });
    assert_eq!(anna.send(Method::PATCH, &message, &text).await.status, 200);
    let reaction = format!("{message}/reactions/%F0%9F%91%8D");
    let reacted = bob.ask(Method::PUT, &reaction, Bytes::new()).await;
    assert_eq!(reacted.status, 200);
    let history = bob.get(&format!("{here}/messages?limit=10")).await.json();
    let last = history["items"].as_array().unwrap().last().unwrap();
    assert_eq!(last["text"], "Who waters today?");
    assert_eq!(last["reactions"][0]["emoji"], "👍");
    let versions = bob.get(&format!("{message}/versions")).await.json();
    assert_eq!(versions["versions"].as_array().unwrap().len(), 2);
    let read = bob
        .post(&format!("{here}/read"), &json!({ "seq": seq }))
        .await;
    assert_eq!(read.status, 204);
    assert_eq!(bob.get(&here).await.json()["conversation"]["unread"], 0);
    let retracted = anna.ask(Method::DELETE, &message, Bytes::new()).await;
    assert_eq!(retracted.status, 200, "{}", retracted.text());
    let log = bob.get(&format!("{here}/log?after=0")).await.json();
    let types: Vec<&Value> = log["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| &e["type"])
        .collect();
    assert_eq!(types.last().unwrap(), &&json!("message.retracted"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_come_and_go() {
    let house = House::open().await;
    let (anna, bob) = (house.user("anna").await, house.user("bob").await);
    let carol = house.user("carol").await;
    let here = garden(&anna).await;
    let path = |rest: &str| format!("{here}{rest}");
    carol
        .get(&path("/messages"))
        .await
        .assert_problem(404, "not_found");
    let text = json!({ "client_id": client_id(), "text": "Let me in" });
    carol
        .post(&path("/messages"), &text)
        .await
        .assert_problem(404, "not_found");
    let added = bob
        .ask(Method::PUT, &path("/members/carol"), Bytes::new())
        .await;
    assert_eq!(added.json()["invited"], false);
    let members = carol.get(&path("/members")).await.json();
    assert_eq!(members["members"].as_array().unwrap().len(), 3);
    let admin = json!({ "role": "admin" });
    let role = anna
        .send(Method::PUT, &path("/members/bob/role"), &admin)
        .await;
    assert_eq!(role.status, 200);
    let removed = carol
        .ask(Method::DELETE, &path("/members/bob"), Bytes::new())
        .await;
    removed.assert_problem(403, "denied");
    let banned = bob
        .ask(Method::PUT, &path("/bans/carol"), Bytes::new())
        .await;
    assert_eq!(banned.status, 200);
    assert_eq!(bob.post(&path("/leave"), &json!({})).await.status, 204);
    let listed = anna.get("/v1/conversations").await.json();
    assert_eq!(
        format!(
            "/v1/conversations/{}",
            listed["conversations"][0]["id"].as_str().unwrap()
        ),
        here
    );
    assert!(listed["contacts"].is_null());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_are_found_by_who_may_read_them() {
    let house = House::open().await;
    let (anna, bob, id) = house.pair().await;
    let carol = house.user("carol").await;
    let text = json!({ "client_id": client_id(), "text": "The tomatoes are ripe" });
    anna.post(&format!("/v1/conversations/{id}/messages"), &text)
        .await;
    let found = tokio::time::timeout(PATIENCE, async {
        loop {
            // The index follows the log.
            let found = bob.get("/v1/search?q=tomato").await.json();
            if found["hits"][0].is_object() {
                break found;
            }
            tokio::task::yield_now().await;
        }
    });
    let found = found.await.expect("found in time");
    assert_eq!(found["hits"][0]["message"]["text"], "The tomatoes are ripe");
    assert_eq!(
        carol.get("/v1/search?q=tomato").await.json()["hits"],
        json!([])
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_find_and_block_each_other() {
    let house = House::open().await;
    let (anna, bob) = (house.user("anna").await, house.user("bob").await);
    let asked = anna
        .send(Method::PUT, "/v1/contacts/bob", &json!({ "note": "Hi" }))
        .await;
    assert_eq!(asked.json()["contact"]["state"], "outgoing");
    let accepted = bob.post("/v1/contacts/anna/accept", &json!({})).await;
    assert_eq!(accepted.json()["contact"]["state"], "accepted");
    let named = anna
        .send(
            Method::PATCH,
            "/v1/contacts/bob",
            &json!({ "nickname": "Bobby" }),
        )
        .await;
    assert_eq!(named.json()["contact"]["nickname"], "Bobby");
    let found = anna.get("/v1/users?q=bo").await.json();
    assert_eq!(found["users"][0]["username"], "bob");
    anna.get("/v1/users?q=b")
        .await
        .assert_problem(400, "invalid");
    let presence = anna.get("/v1/presence?users=bob,anna").await;
    assert_eq!(presence.status, 200, "{}", presence.text());
    assert_eq!(
        anna.ask(Method::PUT, "/v1/blocks/bob", Bytes::new())
            .await
            .status,
        200
    );
    let blocks = anna.get("/v1/blocks").await.json();
    assert_eq!(blocks["contacts"].as_array().unwrap().len(), 1);
    let text = json!({ "to": "anna", "client_id": client_id(), "text": "Are you there?" });
    let refused = bob.post("/v1/messages", &text).await;
    assert!(refused.status >= 400, "{}", refused.text());
    assert_eq!(
        anna.ask(Method::DELETE, "/v1/blocks/bob", Bytes::new())
            .await
            .status,
        200
    );
    assert_eq!(anna.get("/v1/blocks").await.json()["contacts"], json!([]));
    assert_eq!(anna.get("/v1/notifications").await.status, 200);
    assert_eq!(
        anna.post("/v1/notifications/seen", &json!({})).await.status,
        204
    );
    assert_eq!(bob.get("/v1/sync").await.json()["me"]["username"], "bob");
    let heads = bob.post("/v1/sync", &json!({ "heads": {} })).await;
    assert_eq!(heads.json()["me"]["username"], "bob");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_is_served_as_a_picture_and_nothing_else() {
    let house = House::open().await;
    let anna = house.user("anna").await;
    let png: &[u8] = b"\x89PNG\r\n\x1a\nand so on";
    let picture = anna.clone().with("content-type", "image/png");
    let set = picture
        .ask(Method::PUT, "/v1/me/avatar", Bytes::from_static(png))
        .await;
    assert_eq!(set.status, 200, "{}", set.text());
    let path = set.json()["me"]["avatar"].as_str().unwrap().to_owned();
    let got = anna.get(&path).await;
    assert_eq!((got.status, &got.body[..]), (200, png));
    assert_eq!(got.header("content-type"), "image/png");
    assert_eq!(got.header("x-content-type-options"), "nosniff");
    assert!(got.header("content-security-policy").starts_with("sandbox"));
    let again = anna
        .clone()
        .with("if-none-match", got.header("etag"))
        .get(&path)
        .await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    let script = picture
        .ask(Method::PUT, "/v1/me/avatar", Bytes::from_static(b"<svg/>"))
        .await;
    script.assert_problem(400, "invalid");
    let large = vec![0x89; 256 * 1024 + 1];
    picture
        .ask(Method::PUT, "/v1/me/avatar", large.into())
        .await
        .assert_problem(413, "too_large");
    anna.send(Method::PUT, "/v1/me/avatar", &json!({}))
        .await
        .assert_problem(415, "unsupported_media_type");
    let removed = anna
        .ask(Method::DELETE, "/v1/me/avatar", Bytes::new())
        .await;
    assert!(removed.json()["me"]["avatar"].is_null());
    anna.get("/v1/users/anna/avatar")
        .await
        .assert_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_may_take_everything_along_and_leave() {
    let house = House::open().await;
    let (anna, bob, id) = house.pair().await;
    let path = format!("/v1/conversations/{id}/messages");
    anna.post(&path, &json!({ "client_id": client_id(), "text": "mine" }))
        .await;
    bob.post(
        &path,
        &json!({ "client_id": client_id(), "text": "not mine" }),
    )
    .await;
    let export = anna.get("/v1/me/export").await;
    assert!(
        export
            .header("content-disposition")
            .starts_with("attachment")
    );
    let export = export.json();
    let texts: Vec<&Value> = export["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| &message["text"])
        .collect();
    assert_eq!(texts, [&json!("mine")]);
    let wrong = json!({ "password": "wrong horse" });
    let kept = anna.send(Method::DELETE, "/v1/me", &wrong).await;
    assert!((400..500).contains(&kept.status), "{}", kept.text());
    let right = json!({ "password": "correct horse" });
    assert_eq!(
        anna.send(Method::DELETE, "/v1/me", &right).await.status,
        204
    );
    anna.get("/v1/me")
        .await
        .assert_problem(401, "unauthenticated");
    bob.get("/v1/users/anna")
        .await
        .assert_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_unchanged_need_not_be_sent_again() {
    let house = House::open().await;
    let anna = house.user("anna").await;
    let first = anna.get("/v1/me").await;
    let unchanged = anna.clone().with("if-none-match", first.header("etag"));
    assert_eq!(unchanged.get("/v1/me").await.status, 304);
    anna.send(Method::PATCH, "/v1/me", &json!({ "bio": "Gardener" }))
        .await;
    let changed = unchanged.get("/v1/me").await;
    assert_eq!(
        (changed.status, &changed.json()["me"]["bio"]),
        (200, &json!("Gardener"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_but_the_doorstep_needs_a_token() {
    let house = House::open().await;
    let http = house.http();
    let description = http.get("/v1/openapi.json").await.json();
    let mut asked = 0;
    for (path, methods) in description["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            if operation["security"].is_null() {
                continue;
            }
            let path = path.replace(['{', '}'], "");
            let method: Method = method.to_uppercase().parse().unwrap();
            let answer = http.ask(method.clone(), &path, Bytes::new()).await;
            assert_eq!(answer.status, 401, "{method} {path}: {}", answer.text());
            asked += 1;
        }
    }
    assert!(asked > 50, "{asked}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_is_no_longer_in_is_gone_and_nothing_else() {
    let house = House::open().await;
    let (anna, bob) = (house.user("anna").await, house.user("bob").await);
    let command = async |who: &Http, mut frame: Value| {
        frame["id"] = 1.into();
        let answer = who.post("/v1/commands", &frame).await.json();
        assert!(answer["ok"].is_object(), "{frame}: {answer}");
        answer["ok"].clone()
    };
    let mut groups = Vec::new();
    for title in ["left", "removed", "banned", "kept"] {
        let new = json!({ "type": "conversation.create", "kind": "group", "title": title,
            "client_id": client_id() });
        let made = command(&anna, new).await;
        let id = made["conversation"]["id"].as_str().unwrap().to_owned();
        let add = json!({ "type": "member.add", "conversation": id, "username": "bob" });
        command(&anna, add).await;
        let join = json!({ "id": 1, "type": "conversation.join", "conversation": id });
        bob.post("/v1/commands", &join).await;
        groups.push(id);
    }
    let heads: Value = groups.iter().map(|id| (id.clone(), json!(3))).collect();
    let sync = json!({ "type": "sync", "heads": heads, "limit": 1 });
    assert_eq!(
        command(&bob, sync.clone()).await.get("gone"),
        Some(&json!([]))
    );
    let leave = json!({ "type": "conversation.leave", "conversation": groups[0] });
    command(&bob, leave).await;
    for (kind, id) in [("member.remove", &groups[1]), ("member.ban", &groups[2])] {
        let out = json!({ "type": kind, "conversation": id, "username": "bob" });
        command(&anna, out).await;
    }
    let mut gone: Vec<String> =
        serde_json::from_value(command(&bob, sync).await["gone"].clone()).unwrap();
    gone.sort();
    groups.truncate(3);
    groups.sort();
    assert_eq!(gone, groups);
}
