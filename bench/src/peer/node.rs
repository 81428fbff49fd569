//! Two servers on Node.js, `ws` and Socket.IO. They store nothing, so they play only where nothing
//! has to be stored.

use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::{install, socket};
use crate::contestant::{Contestant, Process, Running, Stage};
use crate::options::Scenario;

/// How long one may take to start.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server on Node.js.
pub(super) struct Node {
    /// Its package.
    package: &'static str,
    name: &'static str,
    script: &'static str,
    source: &'static str,
    words: socket::Words,
}

impl Node {
    /// `ws`: WebSocket and nothing else.
    pub(super) fn ws() -> Self {
        Self {
            package: "ws",
            name: "ws",
            script: "ws.mjs",
            source: include_str!("../../peers/ws.mjs"),
            words: socket::Words::Plain,
        }
    }

    /// Socket.IO, by its WebSocket transport.
    pub(super) fn socketio() -> Self {
        Self {
            package: "socket.io",
            name: "socketio",
            script: "socketio.mjs",
            source: include_str!("../../peers/socketio.mjs"),
            words: socket::Words::SocketIo,
        }
    }
}

impl Contestant for Node {
    fn name(&self) -> &'static str {
        self.name
    }

    fn version(&self) -> String {
        let lock: serde_json::Value =
            serde_json::from_str(include_str!("../../peers/package-lock.json")).unwrap_or_default();
        let place = format!("node_modules/{}", self.package);
        let version = lock["packages"][place]["version"].as_str().unwrap_or("?");
        let node = Command::new("node").arg("--version").output();
        let node = node.map_or_else(
            |_| "no node".to_owned(),
            |said| format!("node {}", String::from_utf8_lossy(&said.stdout).trim()),
        );
        format!("{} {version}, {node}", self.package)
    }

    fn settings(&self) -> String {
        self.source.to_owned()
    }

    fn plays(&self, scenario: Scenario) -> bool {
        matches!(scenario, Scenario::Idle | Scenario::FanOut)
    }

    fn start(&self, _: &Stage<'_>) -> Result<Running> {
        let directory = install::node()?;
        let mut command = Command::new("node");
        command.arg(self.script).current_dir(directory);
        let mut process = Process::start(command)?;
        let port: u16 = process
            .wait_for(PATIENCE, |line| {
                line.strip_prefix("listening ")?.parse().ok()
            })
            .context("no port")?;
        let words = self.words;
        Ok(Running {
            process,
            address: SocketAddr::from(([127, 0, 0, 1], port)),
            listener: Box::new(move |_| Box::new(socket::Socket::new(words))),
            sender: Box::new(move |_| Box::new(socket::Socket::new(words))),
        })
    }
}
