//! Bodies that only the HTTP API has.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wire::native::{Account, Contact, Conversation, Event, SessionView, User};

/// A new account.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct NewAccount {
    /// The name that identifies the user; it never changes.
    pub(super) username: String,
    /// At least 8 characters.
    pub(super) password: String,
    /// The display name.
    #[serde(default)]
    pub(super) name: Option<String>,
    /// What the client calls itself; `User-Agent` when absent.
    #[serde(default)]
    pub(super) device: Option<String>,
}

/// Who signs in: with a username and a password, or with a token of the site.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct NewSession {
    /// The username.
    #[serde(default)]
    pub(super) username: Option<String>,
    /// The password.
    #[serde(default)]
    pub(super) password: Option<String>,
    /// A token that the site made for its user.
    #[serde(default)]
    pub(super) token: Option<String>,
    /// What the client calls itself; `User-Agent` when absent.
    #[serde(default)]
    pub(super) device: Option<String>,
}

/// One's conversations.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Conversations")]
pub(super) struct ConversationList {
    /// Last active first.
    pub(super) conversations: Vec<Conversation>,
    /// Everyone named above.
    pub(super) users: Vec<User>,
    /// Where to continue; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) cursor: Option<String>,
}

/// Everything the server holds of a user that is theirs.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Export {
    /// The account.
    pub(super) account: Account,
    /// The signed-in sessions.
    pub(super) sessions: Vec<SessionView>,
    /// Contacts, requests and blocks.
    pub(super) contacts: Vec<Contact>,
    /// The conversations they are in.
    pub(super) conversations: Vec<Conversation>,
    /// What they wrote there.
    pub(super) messages: Vec<Event>,
}

/// The process answers.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Alive {
    /// Always `alive`.
    pub(super) status: &'static str,
}

/// How the parts of the server are.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Readiness {
    /// All parts work.
    pub(super) ready: bool,
    /// What each part says: `ready`, or what an operator should look at.
    pub(super) parts: BTreeMap<&'static str, String>,
}

/// Which build this is.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ServerVersion {
    /// The version.
    pub(super) version: &'static str,
    /// The build.
    pub(super) build: String,
    /// The version of the native protocol.
    pub(super) protocol: u32,
    /// Where the web assets come from: `given`, `built`, `packaged` or `placeholder`.
    pub(super) web: &'static str,
}

/// What the messenger has to know before anyone is signed in.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AppConfig {
    /// What this server is called.
    pub(super) name: String,
    /// Who may make an account: `open`, `invite` or `closed`.
    pub(super) registration: &'static str,
    /// The largest text of a message, in bytes of UTF-8.
    pub(super) text_bytes: usize,
    /// The largest frame, in bytes.
    pub(super) frame_bytes: usize,
    /// The largest picture of a user, in bytes.
    pub(super) avatar_bytes: usize,
    /// The version of the native protocol.
    pub(super) protocol: u32,
    /// The version of the server.
    pub(super) version: &'static str,
}
