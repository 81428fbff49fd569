//! A place of its own for each test: a directory, the binary, and servers on free ports.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// How long something may take that is not worth waiting for longer.
const PATIENCE: Duration = Duration::from_mins(1);

/// A directory of its own, empty at the beginning and gone at the end.
pub(crate) struct Bench {
    directory: PathBuf,
}

/// What a command said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Bench {
    /// `name` is that of the test.
    pub(crate) fn new(name: &str) -> Self {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        if directory.exists() {
            fs::remove_dir_all(&directory).expect("the last run's files");
        }
        fs::create_dir_all(&directory).expect("a directory");
        Self { directory }
    }

    /// A file in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// The binary with free ports and the files here. Hashing a password is made cheap.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("SWITCHBOARD_") {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .current_dir(&self.directory)
            .env("SWITCHBOARD_HTTP_LISTEN", "127.0.0.1:0")
            .env("SWITCHBOARD_METRICS_LISTEN", "127.0.0.1:0")
            .env("SWITCHBOARD_ACCOUNTS_PASSWORD_MEMORY", "8MiB");
        command
    }

    /// Runs it to the end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        self.run_with(arguments, "")
    }

    /// Runs it to the end with something to read.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> Said {
        run(self.command(arguments), input)
    }

    /// Makes an account; its password is `correct horse`.
    pub(crate) fn add(&self, name: &str) {
        let said = self.run_with(
            &["user", "add", name, "--password-stdin"],
            "correct horse\n",
        );
        assert_eq!(said.status, 0, "{said:?}");
    }

    /// Starts a server and waits until it says what to open.
    pub(crate) fn serve(&self) -> Server {
        Server::start(self.command(&["serve"]))
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.directory);
        }
    }
}

/// Runs a command to its end.
pub(crate) fn run(mut command: Command, input: &str) -> Said {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary");
    // One that does not read its input ends before it is written.
    let _ = child
        .stdin
        .take()
        .expect("piped")
        .write_all(input.as_bytes());
    let output = child.wait_with_output().expect("its end");
    Said {
        status: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// A server that runs; it is ended when this is dropped.
pub(crate) struct Server {
    child: Child,
    out: BufReader<ChildStdout>,
    /// What it printed at its start.
    pub(crate) lines: Vec<String>,
}

impl Server {
    /// Starts one and waits for the last line of its start.
    pub(crate) fn start(command: Command) -> Self {
        Self::start_logging(command, Stdio::inherit())
    }

    /// The same, with a place for its log.
    pub(crate) fn start_logging(mut command: Command, log: Stdio) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the binary");
        let mut out = BufReader::new(child.stdout.take().expect("piped"));
        let mut lines: Vec<String> = Vec::new();
        while !lines.last().is_some_and(|line| line.starts_with("open ")) {
            let mut line = String::new();
            if out.read_line(&mut line).expect("its output") == 0 {
                let status = child.wait().expect("its end");
                panic!("the server ended before it was ready, {status}: {lines:?}");
            }
            lines.push(line.trim_end().to_owned());
        }
        Self { child, out, lines }
    }

    /// The address of a door, as it was printed.
    pub(crate) fn address(&self, door: &str) -> String {
        let url = self
            .lines
            .iter()
            .find_map(|line| line.strip_prefix(door))
            .expect("its line");
        let rest = url.trim().strip_prefix("http://").expect("a URL");
        rest.split('/').next().expect("an address").to_owned()
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("it runs");
    }

    /// Sends a signal again and again until it ends.
    pub(crate) fn end_by_signals(mut self, signal: Signal) -> ExitStatus {
        let start = Instant::now();
        loop {
            self.signal(signal);
            // The figures are there to the last, so that asking for them is a moment's pause.
            let _ = TcpStream::connect(self.address("metrics"));
            if let Some(status) = self.child.try_wait().expect("its state") {
                return status;
            }
            assert!(start.elapsed() < PATIENCE, "it does not end");
        }
    }

    /// Waits for its end; what it still printed.
    pub(crate) fn end(mut self) -> (ExitStatus, String) {
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).expect("its output");
        (self.child.wait().expect("its end"), rest)
    }

    /// Asks it to end, and waits for that.
    pub(crate) fn stop(self) {
        self.signal(Signal::TERM);
        let (status, _) = self.end();
        assert!(status.success(), "{status}");
    }

    /// Asks over HTTP.
    pub(crate) fn ask(&self, method: &str, path: &str, token: &str, body: &Value) -> Answer {
        request(&self.address("http"), method, path, token, body)
    }

    /// Signs in with the password of [`Bench::add`]; the token.
    pub(crate) fn sign_in(&self, username: &str) -> String {
        self.sign_in_with(username, "correct horse")
    }

    /// Signs in; the token.
    pub(crate) fn sign_in_with(&self, username: &str, password: &str) -> String {
        let body = serde_json::json!({"username": username, "password": password});
        let answer = self.ask("POST", "/v1/sessions", "", &body);
        answer.json["token"]
            .as_str()
            .unwrap_or_else(|| panic!("{answer:?}"))
            .to_owned()
    }

    /// Opens the event stream of a session and reads its first record, so that it is attached.
    pub(crate) fn events(&self, token: &str) -> Events {
        let mut stream = TcpStream::connect(self.address("http")).expect("the door");
        let head = head("GET", "/v1/events", token, 0);
        stream.write_all(head.as_bytes()).expect("a request");
        let mut events = Events {
            reader: BufReader::new(stream),
        };
        events.until("data: ");
        events
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An event stream.
pub(crate) struct Events {
    reader: BufReader<TcpStream>,
}

impl Events {
    /// Reads up to a line that holds this; fails when the stream ends before it.
    pub(crate) fn until(&mut self, part: &str) -> String {
        let start = Instant::now();
        loop {
            assert!(start.elapsed() < PATIENCE, "nothing came with {part:?}");
            let mut line = String::new();
            let read = self.reader.read_line(&mut line).expect("the stream");
            assert!(read > 0, "the stream ended before {part:?}");
            if line.contains(part) {
                return line;
            }
        }
    }

    /// Reads to the end; everything that came.
    pub(crate) fn rest(mut self) -> String {
        let mut rest = Vec::new();
        // A stream that is cut off has ended too.
        let _ = self.reader.read_to_end(&mut rest);
        String::from_utf8_lossy(&rest).into_owned()
    }
}

/// An answer over HTTP.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
    pub(crate) json: Value,
}

/// One request on a connection of its own.
pub(crate) fn request(
    address: &str,
    method: &str,
    path: &str,
    token: &str,
    body: &Value,
) -> Answer {
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let mut stream = TcpStream::connect(address).expect("the door");
    let text = head(method, path, token, body.len()) + &body;
    stream.write_all(text.as_bytes()).expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (head, text) = answer.split_once("\r\n\r\n").expect("a head");
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok())
        .expect("a status");
    let json = serde_json::from_str(text).unwrap_or(Value::Null);
    Answer {
        status,
        text: text.to_owned(),
        json,
    }
}

fn head(method: &str, path: &str, token: &str, length: usize) -> String {
    let token = if token.is_empty() {
        String::new()
    } else {
        format!("Authorization: Bearer {token}\r\n")
    };
    format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{token}\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    )
}
