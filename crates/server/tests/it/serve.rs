use std::io::Write as _;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::Value;

use crate::bench::{Bench, Server, run};

#[test]
fn the_start_names_every_open_door_and_what_to_open() {
    let bench = Bench::new("serve_start");
    let server = bench.serve();
    let [http, metrics, open] = server.lines.as_slice() else {
        panic!("{:?}", server.lines)
    };
    assert!(http.starts_with("http     http://127.0.0.1:"), "{http}");
    assert!(
        metrics.starts_with("metrics  http://127.0.0.1:"),
        "{metrics}"
    );
    assert!(open.starts_with("open http://127.0.0.1:"), "{open}");
    for path in ["/healthz", "/readyz", "/version", "/"] {
        assert_eq!(
            server.ask("GET", path, "", &Value::Null).status,
            200,
            "{path}"
        );
    }
    let mode = bench
        .path("switchboard-data")
        .metadata()
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o700, "the data is nobody else's");
    server.stop();
}

#[test]
fn without_a_command_it_serves() {
    let bench = Bench::new("serve_default");
    Server::start(bench.command(&[])).stop();
}

#[test]
fn a_door_that_is_off_is_not_listed() {
    let bench = Bench::new("serve_off");
    let mut command = bench.command(&["serve"]);
    command.env("SWITCHBOARD_METRICS_LISTEN", "off");
    let server = Server::start(command);
    assert_eq!(server.lines.len(), 2, "{:?}", server.lines);
    server.stop();
}

#[test]
fn a_port_in_use_is_one_line_and_status_2() {
    let bench = Bench::new("serve_port");
    let server = bench.serve();
    let address = server.address("http");
    let mut command = bench.command(&["serve"]);
    command
        .env("SWITCHBOARD_HTTP_LISTEN", &address)
        .env("SWITCHBOARD_LOG_LEVEL", "error");
    let said = run(command, "");
    assert_eq!((said.status, said.err.lines().count()), (2, 1), "{said:?}");
    assert!(
        said.err.starts_with("switchboard: [http] listen: "),
        "{said:?}"
    );
    assert!(
        said.err.contains(&address) && said.err.contains("another program"),
        "{said:?}"
    );
}

#[test]
fn a_second_server_on_the_same_data_is_one_line_and_status_2() {
    let bench = Bench::new("serve_second");
    let server = bench.serve();
    let mut command = bench.command(&["serve"]);
    command.env("SWITCHBOARD_LOG_LEVEL", "error");
    let said = run(command, "");
    assert_eq!((said.status, said.err.lines().count()), (2, 1), "{said:?}");
    assert!(said.err.contains("another server uses"), "{said:?}");
    server.stop();
}

#[test]
fn when_asked_to_end_it_tells_everyone_and_ends_well() {
    let bench = Bench::new("serve_drain");
    bench.add("alice");
    let server = bench.serve();
    let events = server.events(&server.sign_in("alice"));
    let start = Instant::now();
    server.signal(Signal::TERM);
    assert!(events.rest().contains("draining"));
    let (status, _) = server.end();
    assert!(status.success(), "{status}");
    assert!(
        start.elapsed() < Duration::from_secs(30),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn whoever_asks_twice_does_not_wait() {
    let bench = Bench::new("serve_twice");
    bench.add("alice");
    let server = bench.serve();
    let events = server.events(&server.sign_in("alice"));
    // A request whose body never comes: draining waits for it.
    let mut slow = TcpStream::connect(server.address("http")).unwrap();
    let head = "POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{";
    slow.write_all(head.as_bytes()).unwrap();
    // An answer on another connection comes after that head was read.
    assert_eq!(server.ask("GET", "/healthz", "", &Value::Null).status, 200);

    let start = Instant::now();
    server.signal(Signal::TERM);
    assert!(events.rest().contains("draining"));
    // Those that come at once are taken for echoes of the first.
    let status = server.end_by_signals(Signal::TERM);
    assert_eq!(status.code(), Some(1));
    assert!(
        start.elapsed() < Duration::from_secs(15),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn what_was_acknowledged_is_there_after_a_kill() {
    let bench = Bench::new("serve_kill");
    bench.add("alice");
    bench.add("bob");
    let server = bench.serve();
    let token = server.sign_in("alice");
    let id = "0198a3b2-5b1c-7c3e-9d2a-3f4b5c6d7e8f";
    let body = serde_json::json!({"to": "bob", "client_id": id, "text": "still here"});
    let sent = server.ask("POST", "/v1/messages", &token, &body);
    assert!(matches!(sent.status, 200 | 201), "{sent:?}");
    server.signal(Signal::KILL);
    let (status, _) = server.end();
    assert!(!status.success());

    let server = bench.serve();
    let again = server.ask("POST", "/v1/messages", &server.sign_in("alice"), &body);
    assert_eq!(again.json["seq"], sent.json["seq"], "{again:?}");
    server.stop();
}
