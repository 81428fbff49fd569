use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use engine::Engine;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::http;
use crate::line::Shards;
use crate::listener::accept::Reception;
use crate::listener::admission::Admission;
use crate::listener::serve::House;
use crate::metrics::Metrics;
use crate::router::{LIVE, router, routes};
use crate::settings::Settings;
use crate::shared::{Phase, Shared};

/// After the gateway has cut who would not leave, their tasks need a moment to end.
const CUT: Duration = Duration::from_secs(2);

/// The doors over HTTP: the API, the WebSocket, event streams, long polling, the web interface.
#[derive(Debug)]
pub struct Gateway;

impl Gateway {
    /// Opens the doors on these listeners. Call it inside a tokio runtime.
    pub fn start(
        engine: Engine,
        settings: Settings,
        listeners: Vec<TcpListener>,
    ) -> io::Result<Running> {
        let addresses: Vec<SocketAddr> = listeners
            .iter()
            .map(TcpListener::local_addr)
            .collect::<io::Result<_>>()?;
        let metrics = Arc::new(Metrics::default());
        let (phase, follow) = watch::channel(Phase::Open);
        let admission = Admission::new(
            settings.connections,
            settings.connections_per_address,
            Arc::clone(&metrics),
        );
        let openapi = http::openapi::document(&routes()).to_string();
        let shards = Shards::start((&settings, &metrics), &follow)?;
        let shared = Arc::new(Shared {
            engine,
            settings,
            metrics,
            phase: follow,
            openapi: openapi.into(),
        });
        let house = Arc::new(House {
            front: router(&shared),
            shared: Arc::clone(&shared),
            live: LIVE,
            live_paths: LIVE.iter().map(|live| live.path).collect(),
        });
        let reception = Arc::new(Reception::new(
            house,
            Arc::clone(&admission),
            Arc::new(shards),
        ));
        let accepting = |listener| tokio::spawn(Arc::clone(&reception).run(listener));
        let tasks = listeners.into_iter().map(accepting).collect();
        Ok(Running {
            shared,
            addresses,
            admission,
            phase,
            tasks,
        })
    }
}

/// Open doors. Dropping it closes them without ceremony.
#[derive(Debug)]
pub struct Running {
    shared: Arc<Shared>,
    addresses: Vec<SocketAddr>,
    admission: Arc<Admission>,
    phase: watch::Sender<Phase>,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    /// The address of the first listener.
    ///
    /// # Panics
    ///
    /// When it was started without a listener.
    pub fn addr(&self) -> SocketAddr {
        *self
            .addresses
            .first()
            .expect("a gateway is started with a listener")
    }

    /// The addresses of all listeners, in order.
    pub fn addrs(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// What is counted.
    pub fn metrics(&self) -> &Metrics {
        &self.shared.metrics
    }

    /// Closes the doors: accepts nobody, tells every session to come back elsewhere, lets requests
    /// finish, and cuts off who is still there after the time for it.
    pub async fn drain(&self) {
        self.phase.send_replace(Phase::Draining);
        self.shared.engine.drain();
        let time = self.shared.settings.drain;
        if tokio::time::timeout(time, self.admission.empty())
            .await
            .is_ok()
        {
            return;
        }
        tracing::warn!(
            connections = self.admission.present(),
            "cutting off who would not leave"
        );
        self.phase.send_replace(Phase::Cut);
        // Whoever is still counted after this is a task that the runtime will drop.
        let _ = tokio::time::timeout(CUT, self.admission.empty()).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.phase.send_replace(Phase::Cut);
        for task in &self.tasks {
            task.abort();
        }
    }
}
