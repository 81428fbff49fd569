use serde_json::Value;

use crate::bench::Bench;

#[test]
fn an_account_is_added_listed_and_deleted() {
    let bench = Bench::new("user_life");
    let with_name = [
        "user",
        "add",
        "Alice",
        "--display-name",
        "Alice A.",
        "--password-stdin",
    ];
    let added = bench.run_with(&with_name, "correct horse\n");
    assert_eq!(
        (added.status, added.out.as_str()),
        (0, "added alice\n"),
        "{added:?}"
    );
    bench.add("bob");

    let listed = bench.run(&["user", "list"]);
    let lines: Vec<&str> = listed.out.lines().collect();
    assert_eq!(lines.len(), 3, "{listed:?}");
    assert!(
        lines[1].starts_with("alice") && lines[1].ends_with("Alice A."),
        "{listed:?}"
    );
    assert!(
        lines[2].starts_with("bob") && lines[2].contains("active"),
        "{listed:?}"
    );

    let deleted = bench.run(&["user", "delete", "bob"]);
    assert_eq!(deleted.status, 0, "{deleted:?}");
    let again = bench.run_with(
        &["user", "add", "bob", "--password-stdin"],
        "correct horse\n",
    );
    assert_eq!(again.status, 1, "a deleted name stays taken: {again:?}");
}

#[test]
fn an_export_is_what_the_user_themselves_would_get() {
    let bench = Bench::new("user_export");
    bench.add("alice");
    let said = bench.run(&["user", "export", "alice"]);
    assert_eq!(said.status, 0, "{said:?}");
    let json: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(json["account"]["username"], "alice", "{json}");
    assert!(!said.out.contains("argon2"), "keys are not exported");

    let server = bench.serve();
    let own = server.ask(
        "GET",
        "/v1/me/export",
        &server.sign_in("alice"),
        &Value::Null,
    );
    let fields = |json: &Value| {
        json.as_object()
            .map(|o| o.keys().cloned().collect::<Vec<_>>())
    };
    assert_eq!(fields(&json), fields(&own.json));
    server.stop();
}

#[test]
fn what_the_caller_must_change_is_status_2_and_what_is_not_there_is_1() {
    let bench = Bench::new("user_errors");
    bench.add("alice");
    let add =
        |name: &str, input: &str| bench.run_with(&["user", "add", name, "--password-stdin"], input);
    for (said, status, part) in [
        (add("bob", "short\n"), 2, "at least 8 characters"),
        (add("bob", ""), 2, "no password"),
        (add("a b", "correct horse\n"), 2, "username"),
        (add("alice", "correct horse\n"), 1, "alice: "),
        (bench.run(&["user", "add", "bob"]), 2, "--password-stdin"),
        (
            bench.run(&["user", "disable", "nobody"]),
            1,
            "nobody: no such user",
        ),
        (
            bench.run(&["user", "delete", "nobody"]),
            1,
            "nobody: no such user",
        ),
        (
            bench.run(&["user", "export", "nobody"]),
            1,
            "nobody: no such user",
        ),
    ] {
        assert_eq!(said.status, status, "{said:?}");
        assert!(
            said.err.contains(part) && said.err.lines().count() == 1,
            "{part}: {said:?}"
        );
    }
}

#[test]
fn closing_an_account_ends_its_sessions_in_a_running_server() {
    let bench = Bench::new("user_disable");
    bench.add("alice");
    let server = bench.serve();
    let token = server.sign_in("alice");
    let mut events = server.events(&token);

    assert_eq!(bench.run(&["user", "disable", "alice"]).status, 0);
    events.until("revoked");
    let me = server.ask("GET", "/v1/me", &token, &Value::Null);
    assert_eq!(me.status, 401, "{me:?}");

    assert_eq!(bench.run(&["user", "enable", "alice"]).status, 0);
    let token = server.sign_in("alice");
    let me = server.ask("GET", "/v1/me", &token, &Value::Null);
    assert_eq!(me.status, 200, "{me:?}");
    server.stop();
}

#[test]
fn a_new_password_is_good_at_once_and_the_old_one_is_not() {
    let bench = Bench::new("user_passwd");
    bench.add("alice");
    let server = bench.serve();
    let token = server.sign_in("alice");
    let mut events = server.events(&token);
    let set = ["user", "passwd", "alice", "--password-stdin"];
    assert_eq!(bench.run_with(&set, "battery staple\n").status, 0);
    events.until("revoked");
    server.sign_in_with("alice", "battery staple");
    let old = serde_json::json!({"username": "alice", "password": "correct horse"});
    assert_eq!(server.ask("POST", "/v1/sessions", "", &old).status, 401);
    server.stop();
}
