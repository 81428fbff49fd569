//! The server from its first open door to the last farewell.

use std::sync::Arc;
use std::time::{Duration, Instant};

use engine::Engine;
use engine::port::Storage;
use gateway::{Gateway, Running};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;

use crate::config::Config;
use crate::stop::Stop;
use crate::wiring::{self, Role};
use crate::{door, figures, process};

/// After this much shutting down the program ends, whatever is still open.
const FAREWELL: Duration = Duration::from_secs(28);

/// A signal so soon after the first is its echo.
const ECHO: Duration = Duration::from_millis(500);

/// A server that runs.
pub(crate) struct Server {
    /// Its inside.
    pub(crate) engine: Engine,
    gateway: Arc<Running>,
    storage: Arc<dyn Storage>,
    figures: Option<JoinHandle<()>>,
    signals: Signals,
    /// One line for each open door.
    pub(crate) lines: String,
    /// What to open in a browser.
    pub(crate) url: String,
}

impl Server {
    /// Opens the doors, then the store; begins to serve. Whoever knocks in between waits.
    pub(crate) async fn start(config: &Config) -> Result<Self, Stop> {
        let signals = Signals::listen()?;
        report_file_limit(config);
        let http = config
            .http
            .listen
            .address()
            .expect("the configuration was checked");
        let http = door::open("http", http)?;
        let metrics = match config.metrics.listen.address() {
            Some(address) => Some(door::open("metrics", address)?),
            None => None,
        };
        let (ports, store) = wiring::open(config, Role::Server).await?;
        let storage = Arc::clone(&ports.storage);
        let engine = Engine::start(ports, wiring::engine_settings(config, Role::Server));
        let settings = wiring::gateway_settings(config);
        let gateway = Arc::new(Gateway::start(
            engine.clone(),
            settings,
            vec![http.listener],
        )?);

        let url = format!("http://{}/", http.address);
        let mut lines = door::line("http", &url);
        let figures = metrics.map(|metrics| {
            lines += &door::line("metrics", &format!("http://{}/metrics", metrics.address));
            let render = wiring::render(&engine, &gateway, store);
            tokio::spawn(figures::serve(metrics.listener, render))
        });
        let url = format!("http://{}/", door::local(http.address));
        Ok(Self {
            engine,
            gateway,
            storage,
            figures,
            signals,
            lines,
            url,
        })
    }

    /// Serves until the program is asked to end, then ends in an orderly way: nobody new, everyone
    /// told to reconnect, what was accepted finished. Whoever asks twice does not wait for that.
    pub(crate) async fn run(mut self) -> Result<(), Stop> {
        self.signals.wait().await;
        tracing::info!("server.draining");
        let mut signals = self.signals;
        let farewell = farewell(self.engine, self.gateway, self.storage);
        let outcome = tokio::select! {
            outcome = tokio::time::timeout(FAREWELL, farewell) => outcome,
            () = signals.again() => return Err(Stop::failed("ended at once, as asked twice")),
        };
        if let Some(figures) = self.figures {
            figures.abort();
        }
        match outcome {
            Ok(closed) => closed?,
            Err(_) => return Err(Stop::failed("not everything could be finished in time")),
        }
        tracing::info!("server.ended");
        Ok(())
    }
}

/// Nobody new, everyone told to come back elsewhere; then what waits is written, and the store
/// closes.
async fn farewell(
    engine: Engine,
    gateway: Arc<Running>,
    storage: Arc<dyn Storage>,
) -> Result<(), Stop> {
    gateway.drain().await;
    engine.settle().await;
    Ok(storage.close().await?)
}

/// Every connection is an open file: the smaller of the two numbers is what the server can take.
fn report_file_limit(config: &Config) {
    let Some(files) = process::raise_file_limit() else {
        return;
    };
    tracing::info!(
        files,
        connections = config.limits.connections,
        "process.files"
    );
}

/// The signals that ask the program to end.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits for one that is meant as another: supervisors and terminals often send the same one to
    /// a process and to its group, which makes two of it.
    async fn again(&mut self) {
        let first = Instant::now();
        loop {
            self.wait().await;
            if first.elapsed() > ECHO {
                return;
            }
        }
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
