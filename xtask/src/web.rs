//! The web part: every step is an npm script of `web/package.json`, found by its name.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::command::{Ran, Task};
use crate::needs;
use crate::report::Outcome;

/// The protocol that packaged files speak; the build script of `crates/webui` compares.
const PROTOCOL: &str = "switchboard.v1.json";

/// `cargo xtask web STEP`.
pub(crate) fn run(root: &Path, step: &str) -> Result<bool> {
    needs::node().map_err(anyhow::Error::msg)?;
    let outcome = match step {
        "check" | "test" | "build" => {
            install(root);
            script(root, step)
        }
        "e2e" => {
            install(root);
            if !build_binary(root, None).ok {
                bail!("the server does not compile");
            }
            end_to_end(root)
        }
        "pack" => {
            pack(root)?;
            Outcome::Held(true)
        }
        _ => bail!("`{step}` is no step of web: check, test, build, e2e or pack"),
    };
    match outcome {
        Outcome::Ran(ran) => Ok(ran.ok),
        Outcome::Held(held) => Ok(held),
        Outcome::Skipped(reason) => bail!(reason),
    }
}

/// Installs the packages exactly as the lock file says. Install scripts are refused: nothing we use
/// needs one.
pub(crate) fn install(root: &Path) -> Outcome {
    if let Err(reason) = needs::node() {
        return Outcome::Skipped(reason);
    }
    if !root.join("web/package.json").is_file() {
        return Outcome::Skipped("web/package.json is not there".to_owned());
    }
    let arguments = [
        "ci",
        "--ignore-scripts",
        "--prefer-offline",
        "--no-audit",
        "--no-fund",
    ];
    Outcome::Ran(Task::new(&root.join("web"), "npm", &arguments).run())
}

/// Runs one npm script of `web/`.
pub(crate) fn script(root: &Path, name: &str) -> Outcome {
    match has_script(root, name) {
        Ok(()) => {
            Outcome::Ran(Task::new(&root.join("web"), "npm", &["run", "--silent", name]).run())
        }
        Err(reason) => Outcome::Skipped(reason),
    }
}

/// Runs the tests whose name matches, in every workspace. Tests that the runner passes over because
/// of their name are not skipped in our sense.
pub(crate) fn matching_tests(root: &Path, pattern: &str) -> Outcome {
    if let Err(reason) = has_script(root, "test") {
        return Outcome::Skipped(reason);
    }
    let arguments = [
        "run",
        "--silent",
        "test",
        "--workspaces",
        "--if-present",
        "--",
    ];
    let pattern = ["--passWithNoTests", "--testNamePattern", pattern];
    let task = Task::new(
        &root.join("web"),
        "npm",
        &[arguments.as_slice(), &pattern].concat(),
    );
    let Ran { ok, text } = task.run();
    Outcome::Ran(Ran {
        ok,
        text: text.replace(" skipped", " passed over"),
    })
}

/// The finished files of the last build.
pub(crate) fn dist(root: &Path) -> Option<PathBuf> {
    ["web/dist", "web/app/dist"]
        .iter()
        .map(|path| root.join(path))
        .find(|path| path.join("index.html").is_file())
}

/// Builds the binary that the browser tests talk to, in the profile the Rust tests use.
pub(crate) fn build_binary(root: &Path, dist: Option<&Path>) -> Ran {
    let arguments = [
        "build",
        "--package",
        "switchboard-server",
        "--bin",
        "switchboard",
    ];
    crate::check::with_dist(Task::new(root, "cargo", &arguments), dist).run()
}

/// Browser tests against the real binary. They are told where it and Chromium are.
pub(crate) fn end_to_end(root: &Path) -> Outcome {
    if let Err(reason) = has_script(root, "e2e") {
        return Outcome::Skipped(reason);
    }
    let Some(chromium) = needs::chromium() else {
        return Outcome::Skipped("Chromium was not found; install the package chromium".to_owned());
    };
    let task = Task::new(&root.join("web"), "npm", &["run", "--silent", "e2e"])
        .env(
            "SWITCHBOARD_BIN",
            target_directory(root).join("debug/switchboard"),
        )
        .env("CHROMIUM", chromium);
    Outcome::Ran(task.run())
}

/// Copies the finished files to where a release carries them.
fn pack(root: &Path) -> Result<()> {
    if !install_and_build(root) {
        bail!("the web interface does not build");
    }
    let from = dist(root).context("the build left no web/dist/index.html")?;
    let to = root.join("crates/webui/packaged");
    if to.exists() {
        fs::remove_dir_all(&to)?;
    }
    copy(&from, &to.join("dist"))?;
    let stamp = Task::new(root, "git", &["rev-parse", "HEAD"])
        .quiet()
        .unwrap_or_default();
    let manifest = serde_json::json!({ "protocol": PROTOCOL, "stamp": stamp.trim() });
    fs::write(to.join("manifest.json"), format!("{manifest:#}\n"))?;
    println!("crates/webui/packaged: written");
    Ok(())
}

fn install_and_build(root: &Path) -> bool {
    let held = |outcome| matches!(outcome, Outcome::Ran(Ran { ok: true, .. }));
    held(install(root)) && held(script(root, "build"))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let (path, target) = entry.map(|entry| (entry.path(), to.join(entry.file_name())))?;
        if path.is_dir() {
            copy(&path, &target)?;
        } else {
            fs::copy(&path, &target)?;
        }
    }
    Ok(())
}

/// Why a script cannot run, when it cannot.
fn has_script(root: &Path, name: &str) -> Result<(), String> {
    needs::node()?;
    let text = fs::read_to_string(root.join("web/package.json"))
        .map_err(|_| "web/package.json is not there".to_owned())?;
    let manifest: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| format!("web/package.json: {error}"))?;
    match manifest["scripts"].get(name) {
        Some(_) => Ok(()),
        None => Err(format!("web/package.json has no script `{name}`")),
    }
}

/// Where cargo builds.
pub(crate) fn target_directory(root: &Path) -> PathBuf {
    crate::setting("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |path| root.join(path))
}
