//! The files that the rules are about.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::command::Task;

/// Files that are not written by hand, or are not text.
const LEFT_OUT: &[&str] = &["LICENSE-APACHE", "LICENSE-MIT"];

/// A text file of the project.
#[derive(Debug)]
pub(crate) struct File {
    /// From the root, with forward slashes.
    pub(crate) path: String,
    /// The whole text.
    pub(crate) text: String,
}

impl File {
    /// A file with this content.
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    /// The last part of the path.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// What stands after the last dot of the name; empty when there is none.
    pub(crate) fn extension(&self) -> &str {
        self.name()
            .rsplit_once('.')
            .map_or("", |(_, extension)| extension)
    }

    /// The room of ours it belongs to: `engine` of `crates/engine/src/hub.rs`, and `bench` of
    /// `bench/src/main.rs`, the one room that stands outside.
    pub(crate) fn room(&self) -> Option<&str> {
        if self.path.starts_with("bench/") {
            return Some("bench");
        }
        self.path.strip_prefix("crates/")?.split('/').next()
    }

    /// Whether the whole file is test code.
    pub(crate) fn is_test(&self) -> bool {
        let parts: Vec<&str> = self.path.split('/').collect();
        let stem = self.name().split('.').next().unwrap_or_default();
        parts.iter().any(|part| {
            matches!(
                *part,
                "tests" | "test" | "e2e" | "benches" | "testkit" | "fixtures" | "fuzz"
            )
        }) || stem == "tests"
            || stem.ends_with("_tests")
            || self.name().contains(".test.")
    }

    /// Whether a tool wrote it.
    pub(crate) fn is_generated(&self) -> bool {
        self.path.contains("/generated/")
            || matches!(self.name(), "Cargo.lock" | "package-lock.json")
    }

    /// The lines with their numbers, counted from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .split_terminator('\n')
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }
}

/// Reads every text file that git tracks or would track.
pub(crate) fn read(root: &Path) -> Result<Vec<File>> {
    let arguments = [
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "-z",
    ];
    let list = Task::new(root, "git", &arguments)
        .quiet()
        .context("git could not list the files")?;
    let mut files = Vec::new();
    for path in list
        .split('\0')
        .filter(|path| !path.is_empty() && !LEFT_OUT.contains(path))
    {
        // A file that git lists but that is gone, or that is not text, is none of our business.
        if let Ok(text) = fs::read_to_string(root.join(path)) {
            files.push(File::new(path, &text));
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.dedup_by(|a, b| a.path == b.path);
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_code_is_known_by_its_place_and_name() {
        for path in [
            "crates/engine/tests/it/hub.rs",
            "crates/testkit/src/clock.rs",
            "xtask/codegen/src/typescript_tests.rs",
            "web/client/src/reduce.test.ts",
        ] {
            assert!(File::new(path, "").is_test(), "{path}");
        }
        assert!(!File::new("crates/engine/src/latest.rs", "").is_test());
    }

    #[test]
    fn a_path_tells_the_room_and_the_extension() {
        let file = File::new("crates/gateway/src/xmpp/to_wire.rs", "");
        assert_eq!((file.room(), file.extension()), (Some("gateway"), "rs"));
        let outside = File::new("bench/src/main.rs", "");
        assert_eq!(outside.room(), Some("bench"));
        assert_eq!(File::new(".ci/run", "").extension(), "");
    }
}
