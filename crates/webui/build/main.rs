//! Finds the web assets, in this order: a directory given by `WEBUI_DIST`; a build of `web/` when
//! node is there (`WEBUI_BUILD` = `auto`, `always` or `never`); the files packaged with a release;
//! a page that says what to install. Writes only below `OUT_DIR`.

mod recipe;
mod sources;
mod table;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use recipe::{PROTOCOL, Policy, json_string};
use table::Effort;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            println!("cargo::error={message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    for name in ["WEBUI_DIST", "WEBUI_BUILD"] {
        println!("cargo::rerun-if-env-changed={name}");
    }
    let here = PathBuf::from(setting("CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(setting("OUT_DIR"));
    println!("cargo::rerun-if-changed={}", here.join("build").display());
    let effort = if setting("PROFILE") == "release" {
        Effort::Full
    } else {
        Effort::Quick
    };
    let (origin, files) = find(&here, &out)?;
    table::write(&files, origin, &out, effort)
}

/// The origin's name and the directory of the files.
fn find(here: &Path, out: &Path) -> Result<(&'static str, PathBuf), String> {
    let given = setting("WEBUI_DIST");
    if !given.is_empty() {
        println!("cargo::rerun-if-changed={given}");
        return Ok(("given", PathBuf::from(given)));
    }
    let policy = Policy::parse(&setting("WEBUI_BUILD"))?;
    let reason = match attempt(policy, &here.join("../../web"), out) {
        Ok(files) => return Ok(("built", files)),
        Err(reason) if policy == Policy::Always => return Err(reason),
        Err(reason) => reason,
    };
    if policy == Policy::Auto {
        println!("cargo::warning=the web interface was not built: {reason}");
        // Node may be installed next, and often that is a new directory on the path.
        println!("cargo::rerun-if-env-changed=PATH");
    }
    match packaged(&here.join("packaged")) {
        Ok(files) => Ok(("packaged", files)),
        Err(refusal) => {
            println!("cargo::warning=the binary carries a page that says what to do ({refusal})");
            Ok(("placeholder", placeholder(here, out, &reason)?))
        }
    }
}

/// Builds `web/`, unless the policy or the tree says no.
fn attempt(policy: Policy, web: &Path, out: &Path) -> Result<PathBuf, String> {
    if policy == Policy::Never {
        return Err("WEBUI_BUILD=never was set".to_owned());
    }
    if !web.join("package.json").is_file() {
        return Err("web/package.json is not there".to_owned());
    }
    sources::watch(web);
    sources::build(web, out)
}

/// The files that a release carries, when they speak our protocol.
fn packaged(directory: &Path) -> Result<PathBuf, String> {
    let manifest = directory.join("manifest.json");
    let text = fs::read_to_string(&manifest).map_err(|_| "no packaged files".to_owned())?;
    println!("cargo::rerun-if-changed={}", directory.display());
    match json_string(&text, "protocol") {
        Some(PROTOCOL) => Ok(directory.join("dist")),
        other => Err(format!(
            "the packaged files speak {other:?}, not {PROTOCOL}"
        )),
    }
}

/// Writes the page that says what to install, with the reason it is shown.
fn placeholder(here: &Path, out: &Path, reason: &str) -> Result<PathBuf, String> {
    let (from, to) = (here.join("build/placeholder"), out.join("placeholder"));
    let failed = |error| format!("{}: {error}", to.display());
    fs::create_dir_all(&to).map_err(failed)?;
    fs::copy(from.join("placeholder.css"), to.join("placeholder.css")).map_err(failed)?;
    let page = fs::read_to_string(from.join("index.html")).map_err(failed)?;
    let reason = reason.replace('&', "&amp;").replace('<', "&lt;");
    fs::write(to.join("index.html"), page.replace("{reason}", &reason)).map_err(failed)?;
    Ok(to)
}

/// An environment variable as cargo or the builder set it; empty when absent.
fn setting(name: &str) -> String {
    env::var_os(name)
        .map(|value| value.to_string_lossy().into_owned())
        .unwrap_or_default()
}
