//! The real program, as a process of its own.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use client::Address;
use client::wire::SignedIn;
use parking_lot::Mutex;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::OnceCell;

/// How long the program may take to print its addresses, or to end.
const PATIENCE: Duration = Duration::from_mins(1);
/// Lines of its output that are kept for a failing test.
const LINES: usize = 200;
/// The password of every account that tests make.
const PASSWORD: &str = "a long enough sentence";

/// Settings that keep limits out of the way of tests. A [`Setup`] may set them otherwise.
const GENEROUS: &[(&str, &str)] = &[
    ("SWITCHBOARD_HTTP_LISTEN", "127.0.0.1:0"),
    ("SWITCHBOARD_METRICS_LISTEN", "off"),
    ("SWITCHBOARD_ACCOUNTS_REGISTRATION", "open"),
    ("SWITCHBOARD_ACCOUNTS_PASSWORD_MEMORY", "8MiB"),
    ("SWITCHBOARD_LIMITS_COMMANDS", "off"),
    ("SWITCHBOARD_LIMITS_REGISTER_BY_ADDRESS", "off"),
    ("SWITCHBOARD_LIMITS_SIGN_IN_BY_ADDRESS", "off"),
    ("SWITCHBOARD_LIMITS_SIGN_IN_BY_ACCOUNT", "off"),
];

/// How a server is to be run.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    settings: Vec<(String, String)>,
}

impl Setup {
    /// With the defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets `section.key`.
    #[must_use]
    pub fn set(mut self, key: &str, value: &str) -> Self {
        let name = format!("SWITCHBOARD_{}", key.replace('.', "_").to_uppercase());
        self.settings.push((name, value.to_owned()));
        self
    }

    /// Starts it on a free port and an empty directory.
    pub async fn start(self) -> Result<Server> {
        let directory = tempfile::Builder::new()
            .prefix("switchboard-test-")
            .tempdir()?;
        let (process, address) = Process::start(&self.settings, directory.path(), None).await?;
        Ok(Server {
            setup: self,
            directory,
            process,
            address,
        })
    }
}

/// A running server. It ends when this is dropped.
#[derive(Debug)]
pub struct Server {
    setup: Setup,
    directory: TempDir,
    process: Process,
    address: Address,
}

#[derive(Debug)]
struct Process {
    child: Child,
    output: Arc<Mutex<VecDeque<String>>>,
}

impl Server {
    /// Starts one with the defaults.
    pub async fn start() -> Result<Self> {
        Setup::new().start().await
    }

    /// Where it listens; stays the same over restarts.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.process.child.id().unwrap_or(0)
    }

    /// Makes an account, or signs in to the one that this made before.
    pub async fn account(&self, username: &str) -> Result<SignedIn> {
        match self.address.register(username, PASSWORD).await {
            Err(error) if error.is_refusal("conflict") => {
                Ok(self.address.sign_in(username, PASSWORD).await?)
            }
            result => Ok(result?),
        }
    }

    /// Kills it with SIGKILL, as a power failure would.
    pub async fn kill(&mut self) -> Result<()> {
        self.process
            .child
            .kill()
            .await
            .context("the server could not be killed")
    }

    /// Asks it to end, with SIGTERM, and waits until it has.
    pub async fn terminate(&mut self) -> Result<ExitStatus> {
        self.signal(Signal::TERM)?;
        let ended = tokio::time::timeout(PATIENCE, self.process.child.wait()).await;
        Ok(ended.with_context(|| format!("did not end; it said:\n{}", self.output()))??)
    }

    /// Stops it where it stands, with SIGSTOP: it answers nothing and its sockets stay open.
    pub fn freeze(&self) -> Result<()> {
        self.signal(Signal::STOP)
    }

    /// Lets it go on after [`Server::freeze`].
    pub fn thaw(&self) -> Result<()> {
        self.signal(Signal::CONT)
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        let id = i32::try_from(self.pid()).ok().and_then(Pid::from_raw);
        let pid = id.context("the server is not running")?;
        kill_process(pid, signal).context("the signal could not be sent")
    }

    /// Starts it again on the same files and the same port, after it ended.
    pub async fn restart(&mut self) -> Result<()> {
        let port = self.address.authority().to_owned();
        let started =
            Process::start(&self.setup.settings, self.directory.path(), Some(&port)).await;
        (self.process, self.address) = started?;
        Ok(())
    }

    /// Its resident memory in bytes, as `/proc/PID/status` tells (proc(5)).
    pub fn resident_bytes(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|rest| rest.trim().strip_suffix("kB"));
        let kib: u64 = kib.context("no VmRSS line")?.trim().parse()?;
        Ok(kib * 1024)
    }

    /// What it printed last.
    pub fn output(&self) -> String {
        self.process.said()
    }
}

impl Process {
    async fn start(
        settings: &[(String, String)],
        directory: &Path,
        listen: Option<&str>,
    ) -> Result<(Self, Address)> {
        let mut command = Command::new(binary().await?);
        command
            .arg("serve")
            .current_dir(directory)
            .envs(GENEROUS.iter().copied())
            .env("SWITCHBOARD_DATA_DIR", directory.join("files"))
            .envs(settings.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        if let Some(listen) = listen {
            command.env("SWITCHBOARD_HTTP_LISTEN", listen);
        }
        let mut child = command.spawn().context("the server could not be started")?;
        let output = Arc::new(Mutex::new(VecDeque::new()));
        let (found, mut address) = tokio::sync::mpsc::channel(1);
        let stdout = child.stdout.take().context("stdout")?;
        let stderr = child.stderr.take().context("stderr")?;
        tokio::spawn(listen_to(stdout, output.clone(), Some(found)));
        tokio::spawn(listen_to(stderr, output.clone(), None));
        let process = Self { child, output };
        match tokio::time::timeout(PATIENCE, address.recv()).await {
            Ok(Some(address)) => Ok((process, address)),
            Ok(None) => bail!("the server ended at once; it said:\n{}", process.said()),
            Err(_) => bail!(
                "the server printed no address; it said:\n{}",
                process.said()
            ),
        }
    }

    fn said(&self) -> String {
        self.output
            .lock()
            .iter()
            .fold(String::new(), |text, line| text + line + "\n")
    }
}

/// Keeps the last lines, and finds the address of the HTTP door among them.
async fn listen_to(
    stream: impl AsyncRead + Unpin,
    output: Arc<Mutex<VecDeque<String>>>,
    mut found: Option<tokio::sync::mpsc::Sender<Address>>,
) {
    let mut lines = BufReader::new(stream).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let url = line
            .split_whitespace()
            .find(|word| word.starts_with("http://"));
        let address = url.and_then(|url| url.trim_end_matches('/').parse().ok());
        if let Some(address) = address
            && let Some(found) = found.take()
        {
            let _ = found.send(address).await;
        }
        let mut output = output.lock();
        output.push_back(line);
        if output.len() > LINES {
            output.pop_front();
        }
    }
}

/// The program, built once by each test process, so that tests never talk to an old one. With
/// `SWITCHBOARD_BINARY` that program is taken as it is.
async fn binary() -> Result<PathBuf> {
    static BINARY: OnceCell<PathBuf> = OnceCell::const_new();
    BINARY.get_or_try_init(build).await.cloned()
}

async fn build() -> Result<PathBuf> {
    if let Some(given) = std::env::var_os("SWITCHBOARD_BINARY") {
        return Ok(given.into());
    }
    let test = std::env::current_exe()?;
    let profile = test
        .ancestors()
        .nth(2)
        .context("a test runs from target/PROFILE/deps")?;
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--quiet", "--package", "switchboard-server"]);
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    let built = cargo
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .await?;
    if !built.status.success() {
        bail!(
            "the server does not build:\n{}",
            String::from_utf8_lossy(&built.stderr)
        );
    }
    Ok(profile.join("switchboard"))
}
