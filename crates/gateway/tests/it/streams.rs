//! Event streams, long polling, and commands by plain requests.

use std::time::Duration;

use bytes::Bytes;
use gateway::Refusal;
use http_body_util::BodyExt;
use hyper::Method;
use hyper::body::Incoming;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::house::{House, client_id, message, quick};
use super::http::{Http, PATIENCE};

/// The reader of an event stream.
struct Stream {
    body: Incoming,
    rest: String,
}

/// A record: its id and its frame.
type Record = (Option<String>, Value);

impl Stream {
    async fn open(http: &Http) -> Self {
        let response = http.begin(Method::GET, "/v1/events", Bytes::new()).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        assert_eq!(response.headers()["cache-control"], "no-store");
        Self {
            body: response.into_body(),
            rest: String::new(),
        }
    }

    /// The next block of lines, without the empty one after it; `None` at the end.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.rest.split_once("\n\n") {
                let block = block.to_owned();
                let length = self.rest.len() - rest.len();
                self.rest.drain(..length);
                return Some(block);
            }
            let frame = tokio::time::timeout(PATIENCE, self.body.frame())
                .await
                .expect("in time");
            let data = frame?.ok()?.into_data().unwrap();
            self.rest.push_str(std::str::from_utf8(&data).unwrap());
        }
    }

    /// The next record; comments are passed over.
    async fn record(&mut self) -> Record {
        loop {
            let block = self.block().await.expect("the stream goes on");
            let line = |name: &str| block.lines().find_map(|line| line.strip_prefix(name));
            if let Some(frame) = line("data: ") {
                return (
                    line("id: ").map(str::to_owned),
                    serde_json::from_str(frame).unwrap(),
                );
            }
        }
    }

    async fn event(&mut self, kind: &str) -> Record {
        loop {
            let record = self.record().await;
            if record.1["event"]["type"] == kind {
                return record;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_goes_on_where_it_broke_off() {
    let house = House::open().await;
    let (anna, bob, id) = house.pair().await;
    let mut stream = Stream::open(&bob).await;
    let (first, hello) = stream.record().await;
    assert_eq!(hello["type"], "hello");
    assert_eq!(
        first.unwrap(),
        format!("{}.0", hello["mailbox"].as_str().unwrap())
    );
    anna.post("/v1/commands", &message(1, &id, "one")).await;
    let (cursor, frame) = stream.event("message.created").await;
    assert_eq!(frame["event"]["text"], "one");
    drop(stream);
    anna.post("/v1/commands", &message(2, &id, "two\nlines"))
        .await;
    let back = bob.clone().with("last-event-id", &cursor.unwrap());
    let mut stream = Stream::open(&back).await;
    assert_eq!(stream.record().await.1["resume"], "resumed");
    assert_eq!(
        stream.event("message.created").await.1["event"]["text"],
        "two\nlines"
    );
    let lost = Stream::open(&bob.with("last-event-id", "7.7"))
        .await
        .record()
        .await;
    assert_eq!(lost.1["resume"], "reset");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_stream_is_kept_alive_and_a_drained_one_ends() {
    let (engine, mut gateway) = quick();
    gateway.keep_alive = Duration::from_secs(1);
    let house = House::with(engine, gateway).await;
    let anna = house.user("anna").await;
    let mut stream = Stream::open(&anna).await;
    stream.record().await;
    loop {
        let block = stream.block().await.unwrap();
        if block == ":" {
            break;
        }
    }
    let (ended, ()) = tokio::join!(
        async {
            loop {
                let (_, frame) = stream.record().await;
                if frame["type"] == "end" {
                    break frame;
                }
            }
        },
        house.running.drain()
    );
    assert_eq!(ended["reason"], "draining");
    assert_eq!(stream.block().await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_is_refused_in_the_form_of_http() {
    let house = House::open().await;
    house
        .http()
        .get("/v1/events")
        .await
        .assert_problem(401, "unauthenticated");
    let anna = house.user("anna").await;
    let nonsense = anna.with("last-event-id", "nonsense");
    nonsense
        .get("/v1/events")
        .await
        .assert_problem(400, "invalid");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn polls_follow_each_other() {
    let house = House::open().await;
    let (anna, bob, id) = house.pair().await;
    let first = bob.get("/v1/poll").await.json();
    assert_eq!(first["frames"][0]["type"], "hello");
    let cursor = first["cursor"].as_str().unwrap().to_owned();
    let nothing = bob
        .get(&format!("/v1/poll?after={cursor}&wait=0"))
        .await
        .json();
    let is_event = |frame: &Value| frame["type"] == "event";
    assert!(!nothing["frames"].as_array().unwrap().iter().any(is_event));
    let path = format!("/v1/poll?after={cursor}&wait=25");
    let waiting = tokio::spawn({
        let bob = bob.clone();
        async move { bob.get(&path).await.json() }
    });
    anna.post("/v1/commands", &message(1, &id, "wake up")).await;
    let mut answer = waiting.await.unwrap();
    let event = loop {
        let found = answer["frames"]
            .as_array()
            .unwrap()
            .iter()
            .find(|frame| is_event(frame));
        if let Some(event) = found {
            break event.clone();
        }
        let path = format!("/v1/poll?after={}", answer["cursor"].as_str().unwrap());
        answer = bob.get(&path).await.json();
    };
    assert_eq!(event["event"]["text"], "wake up");
    let mailbox = cursor.split('.').next().unwrap();
    assert_eq!(answer["cursor"], format!("{mailbox}.{}", event["n"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cursors_that_are_not_ones_own_begin_anew() {
    let house = House::open().await;
    let (anna, bob, id) = house.pair().await;
    let own = bob.get("/v1/poll").await.json()["cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    let mailbox = own.split('.').next().unwrap().to_owned();
    anna.post("/v1/commands", &message(1, &id, "for bob")).await;
    let theft = anna
        .get(&format!("/v1/poll?after={own}&wait=0"))
        .await
        .json();
    assert_eq!(
        theft["frames"][0]["resume"], "reset",
        "another user's mailbox"
    );
    assert_ne!(theft["frames"][0]["mailbox"], mailbox.as_str());
    let future = bob
        .get(&format!("/v1/poll?after={mailbox}.4000&wait=0"))
        .await
        .json();
    assert_eq!(
        future["frames"][0]["resume"], "reset",
        "a place from the future"
    );
    for bad in ["after=7", "after=a.b", "wait=26", "after=1.1&wait=x"] {
        bob.get(&format!("/v1/poll?{bad}"))
            .await
            .assert_problem(400, "invalid");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_are_answered_one_by_one_or_in_order() {
    let house = House::open().await;
    let (anna, bob, id) = house.pair().await;
    let one = anna
        .post("/v1/commands", &json!({ "id": 1, "type": "ping" }))
        .await;
    assert_eq!((one.status, &one.json()["id"]), (200, &json!(1)));
    let several = json!([
        message(1, &id, "first"),
        message(2, &id, "second"),
        { "id": 3, "type": "fly" },
        { "id": 4, "type": "read.mark", "conversation": id, "seq": 1 },
    ]);
    let replies = anna.post("/v1/commands", &several).await.json();
    let replies = replies.as_array().unwrap();
    assert!(
        replies
            .iter()
            .map(|reply| &reply["id"])
            .eq([1, 2, 3, 4].iter())
    );
    assert!(replies[0]["ok"]["seq"].as_u64() < replies[1]["ok"]["seq"].as_u64());
    assert_eq!(replies[2]["error"]["code"], "unsupported");
    let many: Vec<Value> = (0..17)
        .map(|n| json!({ "id": n, "type": "ping" }))
        .collect();
    anna.post("/v1/commands", &json!(many))
        .await
        .assert_problem(413, "too_large");
    let word = anna.post("/v1/commands", &json!("ping")).await.json();
    assert_eq!(word["error"]["code"], "invalid");
    let foreign = json!({ "id": 5, "type": "message.send", "conversation": "1",
                          "client_id": client_id(), "text": "x" });
    let reply = bob.post("/v1/commands", &foreign).await.json();
    assert_eq!(reply["error"]["code"], "not_found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mailbox_is_acknowledged_from_beside_by_its_owner_only() {
    let house = House::open().await;
    let (anna, bob, id) = house.pair().await;
    let hello = bob.get("/v1/poll").await.json();
    let mailbox = hello["frames"][0]["mailbox"].as_str().unwrap().to_owned();
    anna.post("/v1/commands", &message(1, &id, "one")).await;
    let ack = json!({ "type": "ack", "n": 1 });
    let away = json!({ "id": 2, "type": "presence.set", "state": "away" });
    let named = bob.clone().with("switchboard-mailbox", &mailbox);
    assert_eq!(named.post("/v1/commands", &ack).await.status, 204);
    assert_eq!(
        named.post("/v1/commands", &away).await.json()["ok"],
        json!({})
    );
    let unnamed = bob.post("/v1/commands", &ack).await.json();
    assert_eq!(unnamed["error"]["code"], "invalid");
    let stolen = anna.with("switchboard-mailbox", &mailbox);
    let refused = stolen.post("/v1/commands", &ack).await.json();
    assert_eq!(refused["error"]["code"], "not_found");
    // A command that is about no mailbox does not mind a wrong one.
    let sent = stolen
        .post("/v1/commands", &message(3, &id, "two"))
        .await
        .json();
    assert_eq!(sent["ok"]["conversation"], id.as_str(), "{sent}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let (mut engine, gateway) = quick();
    engine.rates.commands = engine::Rate {
        count: 2,
        per: Duration::from_hours(1),
    };
    let house = House::with(engine, gateway).await;
    let anna = house.user("anna").await;
    let mut limited = anna.get("/v1/me").await;
    for _ in 0..5 {
        limited = anna.get("/v1/me").await;
    }
    limited.assert_problem(429, "limited");
    assert!(limited.header("retry-after").parse::<u64>().unwrap() > 0);
    assert!(limited.header("ratelimit").contains("r=0"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_is_not_read_is_emptied_and_says_so() {
    let (mut engine, gateway) = quick();
    engine.mailbox_items = 16;
    engine.text_bytes = 200_000;
    engine.frame_bytes = 256 * 1024;
    let house = House::with(engine, gateway).await;
    let (anna, bob, id) = house.pair().await;
    let mut stream = Stream::open(&bob).await;
    stream.record().await;
    // More than the buffers of both sockets hold.
    let text = "x".repeat(200_000);
    for n in 0..80 {
        let sent = anna.post("/v1/commands", &message(n, &id, &text)).await;
        assert!(sent.json()["ok"]["seq"].is_number(), "{}", sent.text());
    }
    let mut events = 0;
    let (cursor, reset) = loop {
        let record = stream.record().await;
        events += usize::from(record.1["type"] == "event");
        if record.1["type"] == "reset" {
            break record;
        }
    };
    assert!(events < 80, "{events}");
    assert!(cursor.unwrap().ends_with(&format!(".{}", reset["n"])));
    anna.post("/v1/commands", &message(999, &id, "after")).await;
    while stream.event("message.created").await.1["event"]["text"] != "after" {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_goes_on_sending_into_a_stream_is_cut_and_the_neighbour_is_not() {
    let house = House::open().await;
    let anna = house.user("anna").await;
    let mut neighbour = Stream::open(&anna).await;
    neighbour.record().await;
    let mut socket = TcpStream::connect(house.running.addr()).await.unwrap();
    let token = anna.token.as_deref().unwrap();
    let head =
        format!("GET /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n");
    socket.write_all(head.as_bytes()).await.unwrap();
    let flood = async { while socket.write_all(&[b'x'; 4096]).await.is_ok() {} };
    tokio::time::timeout(Duration::from_secs(20), flood)
        .await
        .expect("it is cut");
    assert!(house.running.metrics().refusals(Refusal::Protocol) > 0);
    let ping = json!({ "id": 1, "type": "ping" });
    assert_eq!(anna.post("/v1/commands", &ping).await.status, 200);
}
