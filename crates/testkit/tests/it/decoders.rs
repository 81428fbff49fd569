//! The fuzz targets' functions on every seed of their corpora, on mutations of them, and on noise.

use std::path::Path;

use proptest::prelude::*;
use testkit::decoders::DECODERS;

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/corpus")
        .join(target);
    let entries =
        std::fs::read_dir(&corpus).unwrap_or_else(|e| panic!("{}: {e}", corpus.display()));
    let paths = entries.map(|entry| entry.unwrap().path());
    let seeds = paths.filter(|path| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("seed"))
    });
    seeds.map(|path| std::fs::read(path).unwrap()).collect()
}

#[test]
fn every_decoder_has_seeds_and_takes_them() {
    for (target, decode) in DECODERS {
        let seeds = seeds(target);
        assert!(!seeds.is_empty(), "fuzz/corpus/{target} has no seed");
        for seed in seeds {
            decode(&seed);
        }
    }
}

#[test]
fn every_decoder_has_a_fuzz_target() {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/Cargo.toml");
    let manifest = std::fs::read_to_string(manifest).unwrap();
    let targets = manifest
        .lines()
        .filter_map(|line| line.strip_prefix("name = \""));
    let targets: Vec<&str> = targets
        .skip(1)
        .map(|line| line.trim_end_matches('"'))
        .collect();
    let decoders: Vec<&str> = DECODERS.iter().map(|(name, _)| *name).collect();
    // What the store keeps to itself has a target of its own there.
    assert_eq!(targets, [decoders, vec!["search_words"]].concat());
}

/// A seed with some bytes changed, removed, doubled, or cut.
fn mutation(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<prop::sample::Index>(), any::<u8>(), 0..4_u8);
    let changes = prop::collection::vec(change, 1..6);
    (prop::sample::select(seeds), changes).prop_map(|(mut bytes, changes)| {
        for (at, byte, kind) in changes {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, byte),
                _ => bytes.extend_from_within(at..),
            }
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn noise_does_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..200), text in ".{0,80}") {
        for (_, decode) in DECODERS {
            decode(&bytes);
            decode(text.as_bytes());
        }
    }
}

#[test]
fn spoilt_seeds_do_no_harm() {
    for (target, decode) in DECODERS {
        let config = ProptestConfig {
            cases: 512,
            ..ProptestConfig::default()
        };
        let mut runner = proptest::test_runner::TestRunner::new(config);
        let run = runner.run(&mutation(seeds(target)), |bytes| {
            decode(&bytes);
            Ok(())
        });
        run.unwrap_or_else(|error| panic!("{target}: {error}"));
    }
}
