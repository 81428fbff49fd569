use std::fs;

use crate::bench::{Bench, run};

#[test]
fn the_sample_is_a_good_configuration() {
    let bench = Bench::new("config_sample");
    let sample = bench.run(&["config", "default"]);
    assert_eq!(sample.status, 0);
    fs::write(bench.path("s.toml"), sample.out).unwrap();
    let checked = bench.run(&["config", "check", "--config", "s.toml"]);
    assert_eq!((checked.status, checked.err.as_str()), (0, ""));
}

#[test]
fn a_mistake_is_one_line_with_its_place_and_status_2() {
    let bench = Bench::new("config_mistake");
    fs::write(bench.path("s.toml"), "[http]\norigns = []\n").unwrap();
    for arguments in [
        ["config", "check"].as_slice(),
        &["serve"],
        &["user", "list"],
        &[],
    ] {
        let said = bench.run(&[arguments, &["--config", "s.toml"]].concat());
        assert_eq!(said.status, 2, "{said:?}");
        let expected = "switchboard: s.toml:2: [http] origns: no such key; did you mean origins?\n";
        assert_eq!(said.err, expected);
    }
    let missing = bench.run(&["serve", "--config", "none.toml"]);
    assert_eq!(missing.status, 2);
    assert!(
        missing
            .err
            .starts_with("switchboard: none.toml: cannot be read"),
        "{missing:?}"
    );
}

#[test]
fn the_environment_wins_over_the_file_and_names_the_file() {
    let bench = Bench::new("config_environment");
    fs::write(
        bench.path("s.toml"),
        "[log]\nlevel = \"warn\"\n[limits]\ngrace = \"1h\"\n",
    )
    .unwrap();
    let mut command = bench.command(&["config", "check"]);
    command
        .env("SWITCHBOARD_CONFIG", "s.toml")
        .env("SWITCHBOARD_LIMITS_GRACE", "2h");
    let said = run(command, "");
    assert_eq!(said.status, 2);
    let place = "switchboard: SWITCHBOARD_LIMITS_GRACE: [limits] grace: must be from 5s to 1h\n";
    assert_eq!(said.err, place);
}

#[test]
fn an_insecure_combination_is_told_what_to_set() {
    let bench = Bench::new("config_insecure");
    let mut command = bench.command(&["serve"]);
    command.env("SWITCHBOARD_HTTP_LISTEN", "0.0.0.0:0");
    let said = run(command, "");
    assert_eq!(said.status, 2);
    assert!(said.err.contains("[http] plaintext = true"), "{said:?}");
    assert_eq!(said.err.lines().count(), 1);
}

#[test]
fn a_command_that_does_not_exist_is_one_line_and_status_2() {
    let bench = Bench::new("config_usage");
    for arguments in [
        ["serv"].as_slice(),
        &["user"],
        &["user", "add"],
        &["backup"],
        &["--nothing"],
    ] {
        let said = bench.run(arguments);
        assert_eq!((said.status, said.err.lines().count()), (2, 1), "{said:?}");
        assert!(said.err.starts_with("switchboard: "), "{said:?}");
    }
    let version = bench.run(&["--version"]);
    assert_eq!(
        version.out,
        format!("switchboard {}\n", env!("CARGO_PKG_VERSION"))
    );
    let help = bench.run(&["--help"]);
    assert!(help.status == 0 && help.out.contains("restore"), "{help:?}");
}

#[test]
fn every_name_of_the_environment_is_listed() {
    let bench = Bench::new("config_names");
    let said = bench.run(&["config", "env"]);
    assert!(
        said.out
            .lines()
            .all(|line| line.starts_with("SWITCHBOARD_") && line.contains('='))
    );
    assert!(
        said.out
            .contains("SWITCHBOARD_HTTP_LISTEN=127.0.0.1:8080\n"),
        "{said:?}"
    );
}
