//! What the tests talk to: looked for first, installed when it is missing and that is possible.

use std::path::{Path, PathBuf};

use crate::command::{Task, find_on_path, on_path};
use crate::report::Outcome;

/// Something the tests need beyond cargo.
struct Need {
    /// What it is called in messages.
    name: &'static str,
    /// Whether it is there.
    found: fn() -> bool,
    /// The Debian packages that bring it.
    packages: &'static [&'static str],
}

/// Everything that is needed. To add something, add a line; tests that miss it say so themselves,
/// by a line `skipped: …` on standard error.
const NEEDS: &[Need] = &[
    Need {
        name: "Chromium",
        found: || chromium().is_some(),
        packages: &["chromium"],
    },
    Need {
        name: "Japanese fonts",
        found: || listed("fc-list", &[":lang=ja", "family"]),
        packages: &["fonts-noto-cjk", "fontconfig"],
    },
    Need {
        name: "emoji",
        found: || listed("fc-list", &[":lang=und-zsye", "family"]),
        packages: &["fonts-noto-color-emoji", "fontconfig"],
    },
];

/// The components of the Rust toolchain that a minimal installation lacks.
const COMPONENTS: &[(&str, &str)] = &[("cargo-fmt", "rustfmt"), ("cargo-clippy", "clippy")];

/// Installs what is missing. What cannot be installed is told, and is a skip here; the tests that
/// need it say so again.
pub(crate) fn install(root: &Path) -> Outcome {
    for (program, component) in COMPONENTS {
        if !on_path(program) {
            Task::new(root, "rustup", &["component", "add", component]).run();
        }
    }
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !(need.found)()).collect();
    if !missing.is_empty() {
        let packages: Vec<&str> = missing
            .iter()
            .flat_map(|need| need.packages)
            .copied()
            .collect();
        println!("missing: {}", names(&missing));
        apt_install(root, &packages);
    }
    let missing: Vec<&Need> = missing.into_iter().filter(|need| !(need.found)()).collect();
    if missing.is_empty() {
        println!("everything the tests talk to is there");
        return Outcome::Held(true);
    }
    Outcome::Skipped(format!("not found and not installed: {}", names(&missing)))
}

/// The program that is Chromium, under the names it has.
pub(crate) fn chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find_map(find_on_path)
}

/// Whether npm and a node that is new enough are there. Not installed for you: Debian's own is too
/// old, and which other source to trust is yours to say.
pub(crate) fn node() -> Result<(), String> {
    let wanted = format!("install node {}.{} or newer, with npm", NODE.0, NODE.1);
    let version = Task::new(Path::new("."), "node", &["--version"]).quiet();
    let Some(version) = version.filter(|_| on_path("npm")) else {
        return Err(format!("node and npm were not found; {wanted}"));
    };
    let version = version.trim();
    if version_of(version) < Some(NODE) {
        return Err(format!("node is {version}; {wanted}"));
    }
    Ok(())
}

/// The oldest node that the tools of `web/` run on: major and minor.
const NODE: (u32, u32) = (20, 19);

/// Major and minor of `v20.19.4`.
fn version_of(printed: &str) -> Option<(u32, u32)> {
    let mut numbers = printed.trim_start_matches('v').split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

fn names(needs: &[&Need]) -> String {
    needs
        .iter()
        .map(|need| need.name)
        .collect::<Vec<_>>()
        .join(", ")
}

/// Whether a program that lists things lists any.
fn listed(program: &str, arguments: &[&str]) -> bool {
    let list = Task::new(Path::new("."), program, arguments).quiet();
    list.is_some_and(|text| !text.trim().is_empty())
}

/// Installs Debian packages as root or through sudo; refreshes the lists when that fails at first.
fn apt_install(root: &Path, packages: &[&str]) {
    if !on_path("apt-get") {
        println!(
            "apt-get was not found; install these yourself: {}",
            packages.join(" ")
        );
        return;
    }
    let install = ["apt-get", "install", "--yes", "--no-install-recommends"];
    let install = [install.as_slice(), packages].concat();
    if !as_root(root, &install) && as_root(root, &["apt-get", "update"]) {
        as_root(root, &install);
    }
}

fn as_root(root: &Path, words: &[&str]) -> bool {
    let is_root = Task::new(root, "id", &["-u"])
        .quiet()
        .is_some_and(|id| id.trim() == "0");
    let words = if is_root {
        words.to_vec()
    } else {
        [&["sudo", "-n"], words].concat()
    };
    let Some((program, arguments)) = words.split_first() else {
        return false;
    };
    Task::new(root, program, arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .run()
        .ok
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        assert!(version_of("v20.19.0") >= Some(NODE) && version_of("v24.1.0") > Some(NODE));
        assert!(version_of("v20.9.0") < Some(NODE) && version_of("nonsense") < Some(NODE));
    }
}
