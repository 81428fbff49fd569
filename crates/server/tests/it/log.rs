use std::fs::{self, File};

use serde_json::{Value, json};

use crate::bench::{Bench, Server};

#[test]
fn the_log_tells_what_was_done_and_nothing_that_was_written() {
    let bench = Bench::new("log_privacy");
    bench.add("alice");
    bench.add("bob");
    let mut command = bench.command(&["serve"]);
    command
        .env("SWITCHBOARD_LOG_LEVEL", "trace")
        .env("SWITCHBOARD_LOG_FORMAT", "json");
    let file = File::create(bench.path("log")).unwrap();
    let server = Server::start_logging(command, file.into());
    let token = server.sign_in("alice");
    let events = server.events(&token);
    let id = "0198a3b2-5b1c-7c3e-9d2a-3f4b5c6d7e8f";
    let message = json!({"to": "bob", "client_id": id, "text": "a secret sentence"});
    server.ask("POST", "/v1/messages", &token, &message);
    let refused = json!({"to": "bob", "client_id": id, "text": "another secret sentence"});
    assert_eq!(
        server.ask("POST", "/v1/messages", &token, &refused).status,
        409
    );
    drop(events);
    server.stop();

    let log = fs::read_to_string(bench.path("log")).unwrap();
    for secret in [
        "secret sentence",
        "correct horse",
        token.as_str(),
        "127.0.0.1",
    ] {
        assert!(!log.contains(secret), "{secret:?} in\n{log}");
    }
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let done = |outcome: &str| {
        let line = lines.iter().find(|line| {
            line["message"] == "command.done"
                && line["span"]["command"] == "send_message"
                && line["outcome"] == outcome
        });
        line.unwrap_or_else(|| panic!("no {outcome} in\n{log}"))
    };
    for outcome in ["ok", "refused"] {
        let line = done(outcome);
        assert!(line["elapsed_ms"].is_u64(), "{line}");
        assert!(line["span"]["user.id"].is_string() && line["span"]["session.id"].is_string());
    }
    let attached = lines
        .iter()
        .find(|line| line["message"] == "session.attached");
    assert_eq!(
        attached.expect(&log)["span"]["transport"],
        "events",
        "{log}"
    );
}
