//! The floor, as a process like the others.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use super::{Contestant, Process, Running, Stage};
use crate::floor::{LISTEN, SEND};
use crate::load::frame::Reader;
use crate::load::{Heard, Opening, Speaker, Target, number_in};
use crate::options::Scenario;

/// How long it may take to start.
const PATIENCE: Duration = Duration::from_secs(10);

/// The least that could do the work of a live server.
pub(crate) struct Floor {
    program: PathBuf,
}

impl Floor {
    /// This very program, run as the floor.
    pub(crate) fn new() -> Result<Self> {
        Ok(Self {
            program: std::env::current_exe()?,
        })
    }
}

impl Contestant for Floor {
    fn name(&self) -> &'static str {
        "floor"
    }

    fn version(&self) -> String {
        "one thread, one epoll, bytes framed beforehand; messages read together are written together"
            .to_owned()
    }

    fn settings(&self) -> String {
        String::new()
    }

    fn plays(&self, scenario: Scenario) -> bool {
        matches!(scenario, Scenario::Idle | Scenario::FanOut)
    }

    fn start(&self, _: &Stage<'_>) -> Result<Running> {
        let mut command = Command::new(&self.program);
        command.arg("floor");
        let mut process = Process::start(command)?;
        let address = process.wait_for(PATIENCE, |line| line.rsplit(' ').next()?.parse().ok())?;
        Ok(Running {
            process,
            address,
            listener: Box::new(|_| Box::new(Line::new(LISTEN))),
            sender: Box::new(|_| Box::new(Line::new(SEND))),
        })
    }
}

/// One connection to the floor.
struct Line {
    role: u8,
    frames: Reader,
}

impl Line {
    fn new(role: u8) -> Self {
        Self {
            role,
            frames: Reader::default(),
        }
    }
}

impl Speaker for Line {
    fn open(&mut self, out: &mut Vec<u8>) {
        out.push(self.role);
    }

    fn take(
        &mut self,
        bytes: &[u8],
        _: &mut Vec<u8>,
        heard: &mut Vec<Heard>,
    ) -> Result<(), String> {
        self.frames.read(bytes, |_, payload| {
            heard.push(number_in(payload).map_or(Heard::Ready(Opening::New), Heard::Message));
            Ok(())
        })
    }

    fn send(&mut self, _: Target, number: u64, out: &mut Vec<u8>) {
        out.extend(number.to_be_bytes());
    }
}
