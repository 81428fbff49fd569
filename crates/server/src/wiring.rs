//! The parts, and what they are told of the configuration.

use std::sync::Arc;
use std::time::Duration;

use bus::MemoryBus;
use domain::contact;
use engine::{Engine, Ports};
use gateway::Running;
use store::{OpenMode, OpenOptions, Store};

use crate::adapter::{SystemClock, SystemEntropy};
use crate::config::{Config, Registration, Strangers};
use crate::figures::Render;
use crate::process;
use crate::stop::Stop;

/// Which build this is; whoever packages it says so while building.
const BUILD: &str = match option_env!("SWITCHBOARD_BUILD") {
    Some(build) => build,
    None => "local",
};
/// The server's number among the nodes of a service; it is alone.
const NODE: u8 = 0;
/// The number of a command that works beside it, so that the two never make the same id.
const TOOL: u8 = 63;
/// How long everyone has to leave when the server shuts down. With finishing what was accepted it
/// stays below the 30 s after which service supervisors lose patience.
const DRAIN: Duration = Duration::from_secs(20);

/// Who makes ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The server.
    Server,
    /// A command beside it.
    Tool,
}

/// Opens the store, and everything else that the engine stands on.
pub(crate) async fn ports(config: &Config, role: Role) -> Result<Ports, Stop> {
    Ok(open(config, role).await?.0)
}

/// The same, and the store itself, for its figures.
pub(crate) async fn open(config: &Config, role: Role) -> Result<(Ports, Arc<Store>), Stop> {
    let bus = Arc::new(MemoryBus::new());
    let clock = Arc::new(SystemClock::new());
    let mode = match role {
        Role::Server => OpenMode::Server,
        Role::Tool => OpenMode::Tool,
    };
    let store = store::open(&config.store_url(), OpenOptions::new(mode, bus.clone())).await?;
    let store = Arc::new(store);
    let ports = Ports {
        accounts: store.clone(),
        sessions: store.clone(),
        contacts: store.clone(),
        conversations: store.clone(),
        messages: store.clone(),
        notifications: store.clone(),
        followers: store.clone(),
        search: store.clone(),
        storage: store.clone(),
        bus,
        clock,
        entropy: Arc::new(SystemEntropy),
    };
    Ok((ports, store))
}

/// Writes what all parts have counted.
pub(crate) fn render(engine: &Engine, gateway: &Arc<Running>, store: Arc<Store>) -> Render {
    let (engine, gateway) = (engine.clone(), Arc::clone(gateway));
    Arc::new(move |out| {
        process::render_build(out);
        process::render(out);
        engine.render_metrics(out);
        gateway.metrics().render(out);
        store.render_metrics(out);
    })
}

/// What the engine is told.
pub(crate) fn engine_settings(config: &Config, role: Role) -> engine::Settings {
    let limits = &config.limits;
    engine::Settings {
        node: match role {
            Role::Server => NODE,
            Role::Tool => TOOL,
        },
        strangers: match config.accounts.strangers {
            Strangers::Allow => contact::Strangers::Allow,
            Strangers::Request => contact::Strangers::Request,
            Strangers::Deny => contact::Strangers::Deny,
        },
        text_bytes: limits.text_size.0,
        frame_bytes: limits.frame_size.0,
        session_ttl: config.accounts.session_lifetime,
        grace: limits.grace,
        ping: limits.ping,
        mailbox_items: count(limits.mailbox_items),
        mailbox_bytes: limits.mailbox_size.0,
        mailboxes_per_user: count(limits.mailboxes_per_user),
        sessions_per_user: count(config.accounts.sessions),
        presence_members: limits.presence_members,
        argon2_kib: u32::try_from(config.accounts.password_memory.0 / 1024).unwrap_or(u32::MAX),
        rates: engine::Rates {
            sign_in_by_account: limits.sign_in_by_account,
            sign_in_by_address: limits.sign_in_by_address,
            register_by_address: limits.register_by_address,
            commands: limits.commands,
        },
    }
}

/// What the gateway is told.
pub(crate) fn gateway_settings(config: &Config) -> gateway::Settings {
    let (http, limits) = (&config.http, &config.limits);
    gateway::Settings {
        name: http.name.clone(),
        build: BUILD.to_owned(),
        registration: match config.registration() {
            Registration::Open => gateway::Registration::Open,
            Registration::Closed => gateway::Registration::Closed,
        },
        origins: http.origins.iter().map(|origin| origin.0.clone()).collect(),
        frame_ancestors: http
            .frame_ancestors
            .iter()
            .map(|origin| origin.0.clone())
            .collect(),
        trusted_proxies: http.trusted_proxies.clone(),
        connections: count(limits.connections),
        connections_per_address: count(limits.connections_per_address),
        head_time: limits.head_time,
        head_bytes: limits.head_size.0,
        body_time: limits.body_time,
        write_time: limits.write_time,
        auth_time: limits.auth_time,
        ping: limits.ping,
        dead: limits.silence,
        keep_alive: limits.keep_alive,
        drain: DRAIN,
        io_uring: http.io_uring,
        threads: Some(count(http.threads)).filter(|threads| *threads > 0),
    }
}

fn count(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_of_the_file_are_those_of_the_parts() {
        let config = Config::load(None, std::iter::empty()).expect("the defaults");
        let engine = engine_settings(&config, Role::Server);
        assert_eq!(
            format!("{engine:?}"),
            format!("{:?}", engine::Settings::default())
        );
        let gateway = gateway_settings(&config);
        let expected = gateway::Settings {
            build: BUILD.to_owned(),
            registration: gateway::Registration::Open,
            ..gateway::Settings::default()
        };
        assert_eq!(format!("{gateway:?}"), format!("{expected:?}"));
    }
}
