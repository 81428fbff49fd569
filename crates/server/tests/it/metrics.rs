use serde_json::Value;

use crate::bench::{Bench, request};

#[test]
fn the_figures_are_prometheus_text_from_every_part() {
    let bench = Bench::new("metrics_text");
    bench.add("alice");
    let server = bench.serve();
    server.sign_in("alice");
    let address = server.address("metrics");
    let answer = request(&address, "GET", "/metrics", "", &Value::Null);
    assert_eq!(answer.status, 200);
    let value = |name: &str| -> f64 {
        let mut lines = answer.text.lines();
        let line = lines.find(|line| line.strip_prefix(name).is_some_and(|l| l.starts_with(' ')));
        line.and_then(|line| line.rsplit_once(' '))
            .and_then(|(_, v)| v.parse().ok())
            .expect(name)
    };
    assert!(value("switchboard_sign_ins_total") >= 1.0);
    assert!(value("switchboard_gateway_connections_accepted_total") >= 1.0);
    assert!(value("process_resident_memory_bytes") > 0.0);
    assert!(
        answer
            .text
            .contains(concat!("version=\"", env!("CARGO_PKG_VERSION"), "\""))
    );
    assert!(!answer.text.contains("alice"), "figures name no user");
    names_are_told_once(&answer.text);

    assert_eq!(request(&address, "GET", "/", "", &Value::Null).status, 404);
    assert_eq!(
        request(&address, "POST", "/metrics", "", &Value::Null).status,
        405
    );
    server.stop();
}

/// Prometheus refuses a page on which a family is declared twice.
fn names_are_told_once(text: &str) {
    let mut names: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("# TYPE "))
        .collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "{text}");
}
