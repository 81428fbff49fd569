use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::bench::Bench;

#[test]
fn a_backup_beside_a_running_server_brings_back_that_day() {
    let bench = Bench::new("storage_backup");
    bench.add("alice");
    let server = bench.serve();
    let saved = bench.run(&["backup", "day.backup"]);
    assert_eq!(saved.status, 0, "{saved:?}");
    let mode = bench
        .path("day.backup")
        .metadata()
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600, "the copy is nobody else's");
    bench.add("bob");

    let refused = bench.run(&["restore", "day.backup"]);
    assert_eq!(refused.status, 2, "not under a running server: {refused:?}");
    assert_eq!(refused.err.lines().count(), 1, "{refused:?}");
    server.stop();

    let restored = bench.run(&["restore", "day.backup"]);
    assert_eq!(restored.status, 0, "{restored:?}");
    let listed = bench.run(&["user", "list"]);
    assert!(
        listed.out.contains("alice") && !listed.out.contains("bob"),
        "{listed:?}"
    );
    let server = bench.serve();
    server.sign_in("alice");
    server.stop();
}

#[test]
fn a_backup_overwrites_nothing_and_a_restore_takes_only_a_backup() {
    let bench = Bench::new("storage_files");
    bench.add("alice");
    fs::write(bench.path("there"), "mine").unwrap();
    let said = bench.run(&["backup", "there"]);
    assert_ne!(said.status, 0, "{said:?}");
    assert_eq!(fs::read_to_string(bench.path("there")).unwrap(), "mine");
    for file in ["there", "missing"] {
        let said = bench.run(&["restore", file]);
        assert_ne!(said.status, 0, "{said:?}");
        assert!(
            bench.run(&["user", "list"]).out.contains("alice"),
            "nothing was lost"
        );
    }
}

#[test]
fn migrations_are_done_once() {
    let bench = Bench::new("storage_migrate");
    let before = bench.run(&["migrate", "--check"]);
    assert_eq!(before.status, 1, "{before:?}");
    let done = bench.run(&["migrate"]);
    assert_eq!(done.status, 0, "{done:?}");
    let after = bench.run(&["migrate", "--check"]);
    assert_eq!(after.status, 0, "{after:?}");
}
