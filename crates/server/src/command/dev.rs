//! `dev`: a server for trying out, with two users who know each other.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

use domain::command::Destination;
use domain::message::Extensions;
use domain::text::MessageText;
use domain::{ClientId, Command, DeviceName, Error};
use engine::{Engine, NewUser, Session, SignIn};

use crate::cli::say;
use crate::config::{Config, Origin, Registration};
use crate::server::Server;
use crate::stop::Stop;
use crate::{adapter, telemetry};

/// Who lives here.
const USERS: [(&str, &str); 2] = [("alice", "Alice"), ("bob", "Bob")];

/// What they have said, each with the index of its sender.
const CONVERSATION: [(usize, &str); 4] = [
    (0, "Hello Bob! This is Switchboard."),
    (
        1,
        "Hi Alice, good to see you here. Does it work in two browsers at the same time?",
    ),
    (
        0,
        "It does: sign in as me in a private window, and as yourself in a normal one.",
    ),
    (1, "Then let us find out. Write something in one of them."),
];

/// Where development servers of websites usually listen; their pages may use this server.
const WEBSITE_PORTS: [u16; 7] = [3000, 4200, 4321, 5000, 5173, 8000, 8888];

/// Runs a server for trying out until it is asked to end.
pub(crate) fn dev(config: Config) -> Result<(), Stop> {
    let config = for_trying(config)?;
    telemetry::start(&config);
    super::make_directories(&config)?;
    super::runtime()?.block_on(async {
        let server = Server::start(&config).await?;
        let passwords = settle_users(&server.engine, &config).await?;
        say(&server.lines)?;
        for ((username, _), password) in USERS.iter().zip(&passwords) {
            say(&format!("user     {username}  password {password}\n"))?;
        }
        say(&format!(
            "open {} in two browsers and sign in\n",
            server.url
        ))?;
        server.run().await
    })
}

/// The configuration changed so that nothing of a real service is touched or endangered.
fn for_trying(mut config: Config) -> Result<Config, Stop> {
    if config.http.listen.is_public() {
        let text =
            "[http] listen: `dev` is for this machine only; use a loopback address, or `serve`";
        return Err(Stop::Usage(text.to_owned()));
    }
    config.data.dir = config.data.dir.join("dev");
    config.store.url = None;
    config.accounts.registration = Some(Registration::Open);
    let origins = WEBSITE_PORTS.iter().flat_map(|port| {
        [
            format!("http://localhost:{port}"),
            format!("http://127.0.0.1:{port}"),
        ]
    });
    config.http.origins.extend(origins.map(Origin));
    Ok(config)
}

/// The users' passwords. At the first start the users are made and have their conversation; the
/// passwords are kept in a file beside the database, so that they stay.
async fn settle_users(engine: &Engine, config: &Config) -> Result<Vec<String>, Stop> {
    let file = config.data.dir.join("passwords");
    if let Ok(text) = fs::read_to_string(&file) {
        let kept: Vec<String> = text.lines().map(str::to_owned).collect();
        if kept.len() == USERS.len() {
            return Ok(kept);
        }
    }
    let passwords: Vec<String> = USERS.iter().map(|_| adapter::password()).collect();
    for ((username, name), password) in USERS.iter().zip(&passwords) {
        let new = NewUser {
            username,
            name: Some(name),
            password,
            operator: false,
        };
        match engine.operator().add(new).await {
            Ok(_) => {}
            // An earlier start was interrupted before it had kept the passwords.
            Err(Error::Conflict { .. }) => {
                engine.operator().set_password(username, password).await?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    converse(engine, &passwords).await?;
    keep(&file, &passwords)?;
    Ok(passwords)
}

/// They become contacts and say what they have to say. The ids of the messages are fixed, so that
/// saying it again changes nothing.
async fn converse(engine: &Engine, passwords: &[String]) -> Result<(), Stop> {
    let mut sessions = Vec::new();
    for ((username, _), password) in USERS.iter().zip(passwords) {
        sessions.push(sign_in(engine, username, password).await?);
    }
    let [alice, bob] = [&sessions[0], &sessions[1]];
    let request = Command::RequestContact {
        username: bob.actor().user.username.clone(),
        note: None,
    };
    match alice.execute(request).await {
        Ok(_) | Err(Error::Conflict { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let accept = Command::AcceptContact {
        username: alice.actor().user.username.clone(),
    };
    match bob.execute(accept).await {
        Ok(_) | Err(Error::NotFound { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    for (index, (sender, text)) in (0_u8..).zip(CONVERSATION) {
        let other = &sessions[1 - sender].actor().user.username;
        let message = Command::SendMessage {
            to: Destination::User(other.clone()),
            client_id: message_id(index),
            text: MessageText::parse(text, engine.settings().text_bytes)?,
            reply_to: None,
            mentions: None,
            extensions: Extensions::default(),
        };
        sessions[sender].execute(message).await?;
    }
    for session in sessions {
        session.execute(Command::SignOut).await?;
    }
    Ok(())
}

async fn sign_in(engine: &Engine, username: &str, password: &str) -> Result<Session, Stop> {
    let wish = SignIn {
        username,
        password,
        device: DeviceName::from_claim("switchboard dev"),
        address: Ipv4Addr::LOCALHOST.into(),
    };
    let signed_in = engine.sign_in(wish).await?;
    Ok(engine.authenticate(&signed_in.token).await?)
}

/// A UUID of the custom kind (RFC 9562 §5.8) that only these messages have.
fn message_id(index: u8) -> ClientId {
    ClientId([
        b's', b'w', b'i', b't', b'c', b'h', 0x80, 0, 0x80, 0, b'd', b'e', b'm', b'o', 0, index,
    ])
}

fn keep(file: &PathBuf, passwords: &[String]) -> Result<(), Stop> {
    let mut out = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(file)?;
    Ok(out.write_all((passwords.join("\n") + "\n").as_bytes())?)
}
