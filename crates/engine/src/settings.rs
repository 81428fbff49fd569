use std::time::Duration;

use domain::contact::Strangers;

use crate::limiter::Rate;

/// What an operator can set of the engine.
#[derive(Debug, Clone)]
pub struct Settings {
    /// This node's number, 0 to 63; a part of every id.
    pub node: u8,
    /// May someone who is no contact open a direct conversation.
    pub strangers: Strangers,
    /// The largest text of a message, in bytes of UTF-8.
    pub text_bytes: usize,
    /// The largest frame a door takes, in bytes.
    pub frame_bytes: usize,
    /// How long a session lives after it was last used.
    pub session_ttl: Duration,
    /// How long a mailbox outlives its connection.
    pub grace: Duration,
    /// How often a device shows a sign of life.
    pub ping: Duration,
    /// Events that a mailbox holds.
    pub mailbox_items: usize,
    /// About how many bytes of events may wait in a mailbox.
    pub mailbox_bytes: usize,
    /// Live mailboxes of one user.
    pub mailboxes_per_user: usize,
    /// Signed-in sessions of one user; signing in once more ends the one used longest ago.
    pub sessions_per_user: usize,
    /// Presence is told to fellow members of conversations with at most so many of them here.
    pub presence_members: u64,
    /// Memory of the password derivation, in KiB.
    pub argon2_kib: u32,
    /// How often.
    pub rates: Rates,
}

/// How often something may be done. A count of 0 is no limit.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// Sign-ins that fail, for one account.
    pub sign_in_by_account: Rate,
    /// Sign-ins from one address.
    pub sign_in_by_address: Rate,
    /// New accounts from one address.
    pub register_by_address: Rate,
    /// Commands of one user.
    pub commands: Rate,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            node: 0,
            strangers: Strangers::Allow,
            text_bytes: 16 * 1024,
            frame_bytes: 64 * 1024,
            session_ttl: Duration::from_hours(30 * 24),
            grace: Duration::from_secs(90),
            ping: Duration::from_secs(25),
            mailbox_items: 256,
            mailbox_bytes: 512 * 1024,
            mailboxes_per_user: 16,
            sessions_per_user: 50,
            presence_members: 200,
            argon2_kib: 19 * 1024,
            rates: Rates::default(),
        }
    }
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            sign_in_by_account: Rate::per_minute(10),
            sign_in_by_address: Rate::per_minute(60),
            register_by_address: Rate::per_hour(60),
            commands: Rate {
                count: 300,
                per: Duration::from_secs(10),
            },
        }
    }
}
