//! Every setting, once: the structs, the defaults, the names in the environment, the sample file
//! and `docs/configuration.md` are all made from this table.
// tidy: table

use std::path::PathBuf;
use std::time::Duration;

use engine::Rate;
use gateway::Network;

use super::table::{Key, Section, settings};
use super::value::{Door, LogFilter, LogFormat, Origin, Registration, Size, Strangers, Value};
use super::{Given, Problem};

settings! {
    /// The web: the messenger, the HTTP interface, WebSocket, Server-Sent Events and long polling,
    /// all on one port.
    http: Http {
        /// Where to listen.
        listen: Door = "127.0.0.1:8080";
        /// What the messenger calls this server.
        name: String = "Switchboard";
        /// Websites of other origins whose pages may use the interface. The server's own origin is
        /// always allowed.
        origins: Vec<Origin> = "";
        /// Websites that may show the messenger in a frame.
        frame_ancestors: Vec<Origin> = "";
        /// Reverse proxies whose `X-Forwarded-For` is believed. Without them, the limits for each
        /// address count a proxy as one address.
        trusted_proxies: Vec<Network> = "";
        /// Accept that passwords and messages cross the network unencrypted: this server speaks
        /// plain HTTP. On an address that others can reach, set this to true or name the proxies
        /// that speak HTTPS in `trusted_proxies`.
        plaintext: bool = "false";
        /// Threads that carry connections; `0` is one for each processor.
        threads: u64 = "0", in "0" to "1024";
        /// Write to many connections with one system call (`io_uring`), which saves some of the
        /// processor's time when many get the same message. Where the kernel or the container
        /// forbids it, each is written to by itself.
        io_uring: bool = "true";
    }
    /// Figures for Prometheus, at `/metrics`.
    metrics: Metrics {
        /// Where to listen.
        listen: Door = "127.0.0.1:9090";
        /// Accept that anyone who reaches the address reads the figures. They name no user.
        public: bool = "false";
    }
    /// Where accounts and messages are kept.
    store: Store {
        /// `sqlite:` and the path of the database file.
        url: Option<String> = "", else "`sqlite:` and `switchboard.db` in the directory of `[data] dir`";
    }
    /// Files of this server.
    data: Data {
        /// The directory; made, and closed to other users of the machine, when it is not there.
        dir: PathBuf = "switchboard-data";
    }
    /// How nodes of one service meet.
    bus: Bus {
        /// `memory:` for a single node.
        url: String = "memory:";
    }
    /// Who may have an account, and what accounts may do.
    accounts: Accounts {
        /// Who may register: `open` is anyone, `closed` is nobody but an operator with
        /// `switchboard user add`.
        registration: Option<Registration> = "", else "`open` when `[http] listen` is a loopback address and no `trusted_proxies` are named, `closed` otherwise";
        /// What those who are no contacts of a user may do: `allow` lets them write and add to
        /// groups at once, `request` makes it wait for acceptance, `deny` refuses it.
        strangers: Strangers = "allow";
        /// How long a sign-in lasts without being used.
        session_lifetime: Duration = "30d", in "5m" to "3650d";
        /// Sign-ins of one account at the same time; above it those used longest ago end.
        sessions: u64 = "50", in "1" to "1000";
        /// Memory for hashing one password (Argon2id). More makes guessing stolen hashes dearer,
        /// and each sign-in too.
        password_memory: Size = "19MiB", in "8MiB" to "1024MiB";
    }
    /// Bounds of what one user, session, connection or address may take. `docs/limits.md` tells what
    /// happens at each.
    limits: Limits {
        /// The longest text of a message, as UTF-8.
        text_size: Size = "16KiB", in "256B" to "256KiB";
        /// The largest frame, and the largest body of a request.
        frame_size: Size = "64KiB", in "4KiB" to "1MiB";
        /// Commands of one user.
        commands: Rate = "300/10s";
        /// Attempts to sign in to one account.
        sign_in_by_account: Rate = "10/1m";
        /// Attempts to sign in from one address.
        sign_in_by_address: Rate = "60/1m";
        /// New accounts from one address.
        register_by_address: Rate = "60/1h";
        /// Deliveries that wait for one connection; above it the client reads on from the log.
        mailbox_items: u64 = "256", in "16" to "65536";
        /// About how many bytes of events may wait for one connection; above it the same happens.
        mailbox_size: Size = "512KiB", in "64KiB" to "64MiB";
        /// Live mailboxes of one user, that is open windows and devices; above it the longest
        /// abandoned one is given up, and when none is abandoned, the new one is refused.
        mailboxes_per_user: u64 = "16", in "1" to "1000";
        /// How long a mailbox waits for its connection to come back.
        grace: Duration = "90s", in "5s" to "1h";
        /// In conversations with more members than this, presence is not told.
        presence_members: u64 = "200", in "0" to "10000";
        /// Connections at once.
        connections: u64 = "100000", in "10" to "10000000";
        /// Connections at once from one address (IPv6: from one /64), trusted proxies excepted.
        connections_per_address: u64 = "1000", in "1" to "10000000";
        /// The largest head of a request.
        head_size: Size = "16KiB", in "8KiB" to "64KiB";
        /// Time for the head of a request.
        head_time: Duration = "10s", in "1s" to "5m";
        /// Time for the body of a request.
        body_time: Duration = "30s", in "1s" to "10m";
        /// Time for a connection to take what is written to it.
        write_time: Duration = "30s", in "1s" to "10m";
        /// Time for a WebSocket's first frame, when it has to carry the token.
        auth_time: Duration = "10s", in "1s" to "5m";
        /// A WebSocket that was silent for so long is asked whether it is still there.
        ping: Duration = "25s", in "5s" to "10m";
        /// A WebSocket that was silent for so long is cut.
        silence: Duration = "60s", in "10s" to "30m";
        /// An event stream gets a comment after so much silence, so that proxies keep it open.
        keep_alive: Duration = "15s", in "1s" to "10m";
    }
    /// What the server writes to standard error.
    log: Log {
        /// `text` for people, `json` for collectors.
        format: LogFormat = "text";
        /// The least important lines that are wanted; parts of the server may differ.
        level: LogFilter = "info";
    }
}
