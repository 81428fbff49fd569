//! Other servers, each with its own configuration and its own way of being spoken to.
//!
//! Map: [`prosody`] and [`ejabberd`] are spoken to by [`xmpp`], which stands on [`xml`]; [`node`]
//! holds the two servers on Node.js, spoken to by [`socket`]; [`install`] brings in what is missing.
//!
//! They run as processes of their own on private directories and free loopback ports; no service
//! of the machine is started, stopped or configured.

mod ejabberd;
mod install;
mod node;
mod prosody;
mod socket;
mod xml;
mod xmpp;

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::contestant::{Contestant, Process};
use crate::measure::rest;
use crate::options::{Against, Options};

pub(crate) use install::packages;

/// How long a server may take until it listens.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often it is tried meanwhile.
const KNOCK: Duration = Duration::from_millis(50);

/// All of them that were asked for.
pub(crate) fn all(options: &Options) -> Vec<Box<dyn Contestant>> {
    let mut all: Vec<Box<dyn Contestant>> = Vec::new();
    if options.compares(Against::Ejabberd) {
        all.push(Box::new(ejabberd::Ejabberd::default()));
    }
    if options.compares(Against::Prosody) {
        all.push(Box::new(prosody::Prosody::default()));
    }
    if options.compares(Against::Ws) {
        all.push(Box::new(node::Node::ws()));
    }
    if options.compares(Against::Socketio) {
        all.push(Box::new(node::Node::socketio()));
    }
    all
}

/// Brings in a server's packages, once; the first failure is the answer to all later attempts.
#[derive(Debug, Default)]
struct Packages(OnceLock<Result<(), String>>);

impl Packages {
    fn bring(&self, wanted: &[&str]) -> Result<()> {
        let done = self
            .0
            .get_or_init(|| install::packages(wanted).map_err(|error| format!("{error:#}")));
        done.clone().map_err(anyhow::Error::msg)
    }

    /// The version of the first of them, brought in if need be; or why there is none.
    fn version(&self, wanted: &[&str]) -> String {
        match self.bring(wanted) {
            Ok(()) => install::version(wanted[0]).unwrap_or_default(),
            Err(error) => error.to_string(),
        }
    }
}

/// A loopback address with a free port, for servers that cannot tell which one they took.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// Waits until a server takes connections.
fn wait_until_it_listens(process: &mut Process, address: SocketAddr) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    while TcpStream::connect(address).is_err() {
        if !process.is_alive() {
            bail!("ended at once; it said:\n{}", process.said());
        }
        if Instant::now() > end {
            bail!("does not listen; it said:\n{}", process.said());
        }
        rest(KNOCK);
    }
    Ok(())
}

/// A configuration with its blanks filled in.
fn fill(template: &str, blanks: &[(&str, &str)]) -> String {
    blanks
        .iter()
        .fold(template.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        })
}

/// The numbers of the big groups that a user is in.
fn rooms_of(user: usize, big: &[usize]) -> Vec<usize> {
    let rooms = big
        .iter()
        .enumerate()
        .filter(|(_, members)| user < **members);
    rooms.map(|(number, _)| number).collect()
}
