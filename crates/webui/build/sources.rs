//! Builds the web assets out of `web/`, in a copy below `OUT_DIR` so that the source tree stays
//! clean and two builds never share a `node_modules`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::recipe::{holds_sources, judge_node};
use crate::table::hex;

/// Copies `web` below `out`, installs its packages when the lock file changed, and builds it.
/// Returns the directory of the finished files.
pub(crate) fn build(web: &Path, out: &Path) -> Result<PathBuf, String> {
    find_node()?;
    let copy = out.join("web");
    clear(&copy)?;
    copy_sources(web, &copy)?;
    install(&copy, out)?;
    npm(&copy, &["run", "build"])?;
    ["dist", "app/dist"]
        .iter()
        .map(|dist| copy.join(dist))
        .find(|dist| dist.join("index.html").is_file())
        .ok_or_else(|| "`npm run build` left no dist/index.html".to_owned())
}

/// Tells cargo to look again when a source changes. Only paths that exist are named: a missing one
/// would make cargo run this script, and compile everything after it, on every build.
pub(crate) fn watch(directory: &Path) {
    for path in children(directory) {
        let name = name_of(&path);
        if path.is_file() {
            println!("cargo::rerun-if-changed={}", path.display());
        } else if holds_sources(&name) && path.join("package.json").is_file() {
            watch(&path);
        } else if holds_sources(&name) {
            println!("cargo::rerun-if-changed={}", path.display());
        }
    }
}

fn find_node() -> Result<(), String> {
    let printed = Command::new("node").arg("--version").output();
    let printed = printed.map_err(|_| "node was not found".to_owned())?;
    judge_node(&String::from_utf8_lossy(&printed.stdout))
}

/// Removes the previous copy, all but the installed packages.
fn clear(directory: &Path) -> Result<(), String> {
    for path in children(directory) {
        let removed = match (path.is_dir(), name_of(&path) == "node_modules") {
            (true, true) => Ok(()),
            (true, false) => {
                clear(&path)?;
                continue;
            }
            (false, _) => fs::remove_file(&path),
        };
        removed.map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

/// Copies sources only. Of a skipped directory that is an npm workspace its `package.json` is kept,
/// because the lock file names it and `npm ci` compares.
fn copy_sources(from: &Path, to: &Path) -> Result<(), String> {
    fs::create_dir_all(to).map_err(|error| format!("{}: {error}", to.display()))?;
    for path in children(from) {
        let name = name_of(&path);
        let target = to.join(&name);
        if path.is_file() {
            copy_file(&path, &target)?;
        } else if holds_sources(&name) {
            copy_sources(&path, &target)?;
        } else if path.join("package.json").is_file() {
            fs::create_dir_all(&target).map_err(|error| format!("{}: {error}", to.display()))?;
            copy_file(&path.join("package.json"), &target.join("package.json"))?;
        }
    }
    Ok(())
}

fn copy_file(from: &Path, to: &Path) -> Result<(), String> {
    fs::copy(from, to)
        .map(|_| ())
        .map_err(|error| format!("{}: {error}", from.display()))
}

/// Runs `npm ci` once per content of the lock file.
fn install(copy: &Path, out: &Path) -> Result<(), String> {
    let lock = fs::read(copy.join("package-lock.json"))
        .map_err(|error| format!("web/package-lock.json: {error}"))?;
    let (stamp, wanted) = (out.join("npm-ci.stamp"), hex(&lock));
    let installed = copy.join("node_modules").is_dir()
        && fs::read_to_string(&stamp).is_ok_and(|found| found == wanted);
    if installed {
        return Ok(());
    }
    let quiet = [
        "ci",
        "--ignore-scripts",
        "--prefer-offline",
        "--no-audit",
        "--no-fund",
    ];
    npm(copy, &quiet)?;
    fs::write(&stamp, wanted).map_err(|error| format!("{}: {error}", stamp.display()))
}

fn npm(directory: &Path, arguments: &[&str]) -> Result<(), String> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let ran = Command::new(program)
        .args(arguments)
        .current_dir(directory)
        .output();
    let what = format!("npm {}", arguments.join(" "));
    let output = ran.map_err(|error| format!("`{what}` did not start: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("`{what}` failed: {}", cause(&output)))
}

/// What a failed command said of the cause, on one line, as cargo shows warnings: its first lines
/// that speak of an error, or else its last ones.
fn cause(output: &Output) -> String {
    let both = [output.stderr.as_slice(), output.stdout.as_slice()].concat();
    let text = String::from_utf8_lossy(&both).into_owned();
    let lines: Vec<&str> = text
        .lines()
        .map(|line| line.trim().trim_start_matches("npm error").trim())
        .filter(|line| !line.is_empty() && !line.starts_with("code ") && !line.contains("npm warn"))
        .collect();
    let first = lines.iter().position(|line| {
        let line = line.to_lowercase();
        line.contains("error") || line.contains("can only") || line.contains("cannot")
    });
    let first = first.unwrap_or(lines.len().saturating_sub(CAUSE_LINES));
    lines[first..]
        .iter()
        .take(CAUSE_LINES)
        .copied()
        .collect::<Vec<_>>()
        .join(" | ")
}

/// How many lines of a failed command are told.
const CAUSE_LINES: usize = 3;

fn children(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(directory) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}
