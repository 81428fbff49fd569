//! Brings in what is not there: packages of Debian and of npm.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context as _, Result, bail};

/// What Debian asks before a package starts its service; 101 forbids it (invoke-rc.d(8)).
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// The version of a Debian package, when it is installed.
pub(super) fn version(package: &str) -> Option<String> {
    let query = ["-W", "-f", "${db:Status-Status} ${Version}", package];
    let said = Command::new("dpkg-query")
        .args(query)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let said = String::from_utf8(said.stdout).ok()?;
    said.strip_prefix("installed ").map(str::to_owned)
}

/// Installs those packages that are missing. Their services are neither started nor left to be
/// started with the machine: what is measured runs on its own.
pub(crate) fn packages(wanted: &[&str]) -> Result<()> {
    let missing: Vec<&str> = wanted
        .iter()
        .copied()
        .filter(|package| version(package).is_none())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !rustix::process::geteuid().is_root() {
        bail!(
            "not installed, and only root can: apt-get install {}",
            missing.join(" ")
        );
    }
    eprintln!("installing {}", missing.join(" "));
    let _policy = Policy::forbid()?;
    let install = [
        &["install", "--yes", "--no-install-recommends"],
        missing.as_slice(),
    ]
    .concat();
    if apt(&install).is_err() {
        apt(&["update"])?;
        apt(&install)?;
    }
    for package in missing {
        // Where there is no systemd there is nothing to disable.
        let _ = Command::new("systemctl")
            .args(["disable", package])
            .output();
    }
    Ok(())
}

/// Forbids packages to start services while it lives, unless the machine has rules of its own.
struct Policy {
    ours: bool,
}

impl Policy {
    fn forbid() -> Result<Self> {
        if Path::new(POLICY).exists() {
            return Ok(Self { ours: false });
        }
        fs::write(POLICY, "#!/bin/sh\nexit 101\n").context(POLICY)?;
        fs::set_permissions(POLICY, Permissions::from_mode(0o755)).context(POLICY)?;
        Ok(Self { ours: true })
    }
}

impl Drop for Policy {
    fn drop(&mut self) {
        if self.ours {
            let _ = fs::remove_file(POLICY);
        }
    }
}

fn apt(arguments: &[&str]) -> Result<()> {
    let mut command = Command::new("apt-get");
    command
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null());
    must(&mut command).map(drop)
}

/// The Node.js servers with their packages, in a directory of the build; installed when it is
/// older than what is wanted.
pub(super) fn node() -> Result<PathBuf> {
    const FILES: [(&str, &str); 4] = [
        ("package.json", include_str!("../../peers/package.json")),
        (
            "package-lock.json",
            include_str!("../../peers/package-lock.json"),
        ),
        ("ws.mjs", include_str!("../../peers/ws.mjs")),
        ("socketio.mjs", include_str!("../../peers/socketio.mjs")),
    ];
    let program = std::env::current_exe()?;
    let directory = program
        .ancestors()
        .nth(2)
        .context("a build directory")?
        .join("bench-peers");
    let same = |(name, text): &(&str, &str)| {
        fs::read_to_string(directory.join(name)).is_ok_and(|there| there == *text)
    };
    if FILES.iter().all(same) && directory.join("node_modules/.package-lock.json").exists() {
        return Ok(directory);
    }
    fs::create_dir_all(&directory)?;
    for (name, text) in FILES {
        fs::write(directory.join(name), text)?;
    }
    eprintln!("installing ws and socket.io");
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    must(Command::new("npm").args(arguments).current_dir(&directory))?;
    Ok(directory)
}

/// Runs a command that has to succeed; what it said.
pub(super) fn must(command: &mut Command) -> Result<Output> {
    let name = command.get_program().display().to_string();
    let output = command
        .output()
        .with_context(|| format!("{name} could not be started"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said
            .lines()
            .rev()
            .find(|line| !line.trim().is_empty())
            .unwrap_or_default();
        bail!("{name} failed: {last}");
    }
    Ok(output)
}
