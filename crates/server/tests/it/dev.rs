use serde_json::Value;

use crate::bench::{Bench, Server, run};

fn password<'a>(server: &'a Server, user: &str) -> &'a str {
    let line = server
        .lines
        .iter()
        .find(|line| line.contains(&format!(" {user} ")))
        .expect(user);
    line.rsplit(' ').next().expect("a password")
}

#[test]
fn the_two_users_can_sign_in_and_have_talked() {
    let bench = Bench::new("dev_users");
    let server = Server::start(bench.command(&["dev"]));
    let token = server.sign_in_with("bob", password(&server, "bob"));
    let list = server.ask("GET", "/v1/conversations", &token, &Value::Null);
    assert_eq!(list.status, 200, "{list:?}");
    assert!(
        list.text.contains("let us find out"),
        "the last message: {list:?}"
    );
    let kept = password(&server, "alice").to_owned();
    server.stop();

    let again = Server::start(bench.command(&["dev"]));
    assert_eq!(password(&again, "alice"), kept, "the passwords stay");
    again.sign_in_with("alice", &kept);
    again.stop();
    assert!(
        !bench.path("switchboard-data/switchboard.db").exists(),
        "the real data is untouched"
    );
}

#[test]
fn it_is_for_this_machine_only() {
    let bench = Bench::new("dev_public");
    let mut command = bench.command(&["dev"]);
    command
        .env("SWITCHBOARD_HTTP_LISTEN", "0.0.0.0:0")
        .env("SWITCHBOARD_HTTP_PLAINTEXT", "true");
    let said = run(command, "");
    assert_eq!(said.status, 2, "{said:?}");
    assert!(said.err.contains("loopback"), "{said:?}");
}
