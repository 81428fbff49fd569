//! The web part: every step is an npm script of `web/package.json`, found by its name.

pub(crate) mod lock;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

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
        "lock" => {
            complete_lock(&root.join("web"))?;
            Outcome::Held(true)
        }
        "pack" => {
            pack(root)?;
            Outcome::Held(true)
        }
        _ => bail!("`{step}` is no step of web: check, test, build, e2e, lock or pack"),
    };
    match outcome {
        Outcome::Ran(ran) | Outcome::Tested(ran) => Ok(ran.ok),
        Outcome::Held(held) => Ok(held),
        Outcome::Skipped(reason) => bail!(reason),
    }
}

/// Installs the packages exactly as the lock file says, unless they are. Install scripts are
/// refused: nothing we use needs one.
pub(crate) fn install(root: &Path) -> Outcome {
    if let Err(reason) = needs::node() {
        return Outcome::Skipped(reason);
    }
    let web = root.join("web");
    if !web.join("package.json").is_file() {
        return Outcome::Skipped("web/package.json is not there".to_owned());
    }
    if is_installed(&web) {
        println!("web/node_modules is as web/package-lock.json says");
        return Outcome::Held(true);
    }
    let arguments = [
        "ci",
        "--ignore-scripts",
        "--prefer-offline",
        "--no-audit",
        "--no-fund",
    ];
    Outcome::Ran(Task::new(&web, "npm", &arguments).run())
}

/// Whether `node_modules` holds what the lock file names, by the list that npm leaves there.
/// Packages for other platforms are optional, and absent.
fn is_installed(web: &Path) -> bool {
    let packages = |path: &str| -> Option<Value> {
        let mut lock: Value =
            serde_json::from_str(&fs::read_to_string(web.join(path)).ok()?).ok()?;
        Some(lock["packages"].take())
    };
    let wanted = packages("package-lock.json").unwrap_or_default();
    let found = packages("node_modules/.package-lock.json").unwrap_or_default();
    let (Some(wanted), Some(found)) = (wanted.as_object(), found.as_object()) else {
        return false;
    };
    let optional = |package: &Value| package["optional"] == true;
    found
        .iter()
        .all(|(path, package)| wanted.get(path) == Some(package))
        && wanted
            .iter()
            .all(|(path, package)| path.is_empty() || optional(package) || found.contains_key(path))
}

/// Runs one npm script of `web/`.
pub(crate) fn script(root: &Path, name: &str) -> Outcome {
    if let Err(reason) = has_script(root, name) {
        return Outcome::Skipped(reason);
    }
    let ran = Task::new(&root.join("web"), "npm", &["run", "--silent", name]).run();
    if name == "test" {
        Outcome::Tested(ran)
    } else {
        Outcome::Ran(ran)
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
    Outcome::Tested(task.run())
}

/// Makes the lock file one that `npm ci` takes on every platform, and has npm write it in its own
/// order.
fn complete_lock(web: &Path) -> Result<()> {
    let path = web.join("package-lock.json");
    let mut lock: Value = serde_json::from_str(&fs::read_to_string(&path)?)?;
    let names = lock::complete(&mut lock);
    if names.is_empty() {
        println!("web/package-lock.json is complete");
        return Ok(());
    }
    fs::write(&path, format!("{lock:#}\n"))?;
    let arguments = ["install", "--package-lock-only", "--ignore-scripts"];
    if !Task::new(web, "npm", &arguments).run().ok {
        bail!("npm does not take the completed lock file");
    }
    println!("web/package-lock.json: added {}", names.join(", "));
    Ok(())
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
    let held = |outcome| {
        matches!(
            outcome,
            Outcome::Held(true) | Outcome::Ran(Ran { ok: true, .. })
        )
    };
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
    let manifest: Value =
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_installed_again_only_when_they_differ() {
        let web = std::env::temp_dir().join(format!("xtask-web-{}", std::process::id()));
        fs::create_dir_all(web.join("node_modules")).expect("a temporary directory");
        let lock = |file: &str, packages: &str| {
            let text = format!("{{\"packages\": {{{packages}}}}}");
            fs::write(web.join(file), text).expect("written");
        };
        let (root, a, b) = (
            r#""": {}"#,
            r#""node_modules/a": {"version": "1"}"#,
            r#""node_modules/b": {"version": "1", "optional": true}"#,
        );
        let hidden = "node_modules/.package-lock.json";
        lock("package-lock.json", &[root, a, b].join(","));
        assert!(!is_installed(&web), "nothing is installed");
        lock(hidden, a);
        assert!(is_installed(&web), "an optional package may be absent");
        lock(hidden, &a.replace("\"1\"", "\"2\""));
        assert!(!is_installed(&web), "another version");
        lock(hidden, b);
        assert!(!is_installed(&web), "a package is missing");
        fs::remove_dir_all(&web).expect("removed");
    }
}
