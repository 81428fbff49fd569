//! A whole server in the test's process: the real store, the real engine, real sockets.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bus::MemoryBus;
use domain::Timestamp;
use engine::port::{Clock, Entropy};
use engine::{Engine, Ports, Rate, Rates};
use gateway::{Gateway, Registration, Running, Settings};
use serde_json::{Value, json};
use store::{OpenMode, OpenOptions};
use tokio::net::TcpListener;

use super::http::Http;

/// A running server. It is closed and its data removed when it is dropped.
pub(crate) struct House {
    pub(crate) running: Running,
    pub(crate) engine: Engine,
    directory: PathBuf,
}

struct Machine(Instant);

impl Clock for Machine {
    fn now(&self) -> Timestamp {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the adapter behind the port"
        )]
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap())
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

impl Entropy for Machine {
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).unwrap();
    }
}

/// Settings with which tests are quick and nothing is limited that a test does not limit.
pub(crate) fn quick() -> (engine::Settings, Settings) {
    let free = Rate {
        count: 0,
        per: Duration::from_secs(1),
    };
    let engine = engine::Settings {
        argon2_kib: 64,
        rates: Rates {
            sign_in_by_account: free,
            sign_in_by_address: free,
            register_by_address: free,
            commands: free,
        },
        ..engine::Settings::default()
    };
    let gateway = Settings {
        registration: Registration::Open,
        drain: Duration::from_secs(5),
        ..Settings::default()
    };
    (engine, gateway)
}

impl House {
    /// With the quick settings.
    pub(crate) async fn open() -> Self {
        let (engine, gateway) = quick();
        Self::with(engine, gateway).await
    }

    /// With these settings.
    pub(crate) async fn with(engine: engine::Settings, gateway: Settings) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("gateway-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let url = format!("sqlite:{}", directory.join("house.db").display());
        let bus = Arc::new(MemoryBus::new());
        let options = OpenOptions::new(OpenMode::Server, bus.clone());
        let store = Arc::new(store::open(&url, options).await.unwrap());
        let machine = Arc::new(Machine(Instant::now()));
        let ports = Ports {
            accounts: store.clone(),
            sessions: store.clone(),
            contacts: store.clone(),
            conversations: store.clone(),
            messages: store.clone(),
            notifications: store.clone(),
            followers: store.clone(),
            search: store.clone(),
            storage: store,
            bus,
            clock: machine.clone(),
            entropy: machine,
        };
        let engine = Engine::start(ports, engine);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let running = Gateway::start(engine.clone(), gateway, vec![listener]).unwrap();
        Self {
            running,
            engine,
            directory,
        }
    }

    pub(crate) fn http(&self) -> Http {
        Http::new(self.running.addr())
    }

    /// Makes an account; what asks on its behalf.
    pub(crate) async fn user(&self, username: &str) -> Http {
        let body = json!({ "username": username, "password": "correct horse" });
        let answer = self.http().post("/v1/accounts", &body).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        self.http()
            .with_token(answer.json()["token"].as_str().unwrap())
    }

    /// Two users and the id of their direct conversation.
    pub(crate) async fn pair(&self) -> (Http, Http, String) {
        let (anna, bob) = (self.user("anna").await, self.user("bob").await);
        let opened = anna
            .post("/v1/conversations/direct", &json!({ "username": "bob" }))
            .await;
        assert_eq!(opened.status, 200, "{}", opened.text());
        let id = opened.json()["conversation"]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        (anna, bob, id)
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // Left behind when something still writes; the directory is the target's own.
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// A new `client_id`.
pub(crate) fn client_id() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).unwrap();
    domain::ClientId(bytes).to_string()
}

/// A message as a frame.
pub(crate) fn message(id: u64, conversation: &str, text: &str) -> Value {
    json!({ "id": id, "type": "message.send", "conversation": conversation,
            "client_id": client_id(), "text": text })
}
