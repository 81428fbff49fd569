//! What anyone may ask for, and how requests are refused.

use std::time::Duration;

use bytes::Bytes;
use hyper::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::house::{House, quick};
use super::http::{PATIENCE, raw};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_tells_of_itself() {
    let house = House::open().await;
    let http = house.http();
    assert_eq!(
        http.get("/healthz").await.json(),
        json!({ "status": "alive" })
    );
    let ready = http.get("/readyz").await;
    assert_eq!(
        (ready.status, &ready.json()["parts"]["store"]),
        (200, &json!("ready"))
    );
    assert_eq!(http.get("/version").await.json()["protocol"], 1);
    let config = http.get("/app-config.json").await.json();
    assert_eq!(
        (&config["registration"], &config["text_bytes"]),
        (&json!("open"), &json!(16384))
    );
    assert_eq!(
        http.get("/v1/openapi.json").await.json()["openapi"],
        "3.1.0"
    );
    house.engine.drain();
    let failing = http.get("/readyz").await;
    assert_eq!(
        (failing.status, &failing.json()["ready"]),
        (503, &json!(false))
    );
    assert_eq!(failing.header("retry-after"), "5");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_come_with_a_policy_and_encodings() {
    let house = House::open().await;
    let http = house.http();
    let page = http.get("/").await;
    assert_eq!(page.status, 200);
    assert!(
        page.header("content-security-policy")
            .contains("frame-ancestors 'none'")
    );
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    let head = http.ask(Method::HEAD, "/", Bytes::new()).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), page.body.len().to_string());
    let docs = http.get("/docs").await;
    assert!(docs.text().contains("/docs/reference.js"));
    for file in ["/docs/reference.js", "/docs/reference.css"] {
        assert_eq!(http.get(file).await.status, 200);
    }
    http.get("/docs/reference.html")
        .await
        .assert_problem(404, "not_found");
    http.get("/no-such-file.js")
        .await
        .assert_problem(404, "not_found");
    let browser = http.with("accept", "text/html");
    assert_eq!(browser.get("/c/71").await.body, page.body);
    browser
        .get("/v1/nothing")
        .await
        .assert_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_path_leads_out_of_the_assets() {
    let house = House::open().await;
    for path in [
        "/../Cargo.toml",
        "/..%2f..%2fetc/passwd",
        "/assets/../../etc/passwd",
        "//etc/passwd",
    ] {
        let answer = raw(
            house.running.addr(),
            format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes(),
        )
        .await;
        assert!(answer.starts_with("HTTP/1.1 404 "), "{path}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_methods_and_types_are_told_so() {
    let house = House::open().await;
    let anna = house.user("anna").await;
    let answer = anna.ask(Method::PUT, "/v1/sessions", Bytes::new()).await;
    answer.assert_problem(405, "method_not_allowed");
    let allow = answer.header("allow");
    assert!(allow.contains("GET") && allow.contains("POST"), "{allow}");
    let options = anna
        .ask(Method::OPTIONS, "/v1/sessions", Bytes::new())
        .await;
    assert_eq!(options.status, 204);
    assert!(options.header("allow").contains("POST"));
    let form = anna
        .clone()
        .with("content-type", "application/x-www-form-urlencoded");
    form.ask(Method::POST, "/v1/messages", Bytes::from_static(b"a=b"))
        .await
        .assert_problem(415, "unsupported_media_type");
    anna.ask(Method::POST, "/v1/messages", Bytes::from_static(b"{}"))
        .await
        .assert_problem(415, "unsupported_media_type");
    anna.ask(Method::POST, "/v1/messages", Bytes::new())
        .await
        .assert_problem(400, "invalid");
    for path in ["/v1/events", "/v1/poll"] {
        assert_eq!(anna.ask(Method::HEAD, path, Bytes::new()).await.status, 405);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_are_bounded_and_have_to_make_sense() {
    let house = House::open().await;
    let anna = house.user("anna").await;
    let json = anna.clone().with("content-type", "application/json");
    let most = house.engine.settings().frame_bytes;
    let ask = |body: Vec<u8>| json.ask(Method::POST, "/v1/messages", body.into());
    ask(vec![b' '; most + 1])
        .await
        .assert_problem(413, "too_large");
    ask(b"{\"text\":\"\xff\"}".to_vec())
        .await
        .assert_problem(400, "invalid");
    ask(format!("{{\"x\":{}", "[".repeat(10_000)).into_bytes())
        .await
        .assert_problem(400, "invalid");
    ask(b"[]".to_vec()).await.assert_problem(400, "invalid");
    ask(b"{}".to_vec()).await.assert_problem(400, "invalid");
    anna.get("/v1/conversations/x")
        .await
        .assert_problem(404, "not_found");
    anna.get("/v1/conversations/%FF")
        .await
        .assert_problem(400, "invalid");
    anna.get("/v1/conversations/71/messages?limit=x")
        .await
        .assert_problem(400, "invalid");
    let long = format!("/v1/users?q={}", "a".repeat(2000));
    anna.get(&long).await.assert_problem(413, "too_large");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_id_of_a_request_is_told() {
    let house = House::open().await;
    let http = house.http();
    assert_eq!(
        http.clone()
            .with("request-id", "mine-1")
            .get("/healthz")
            .await
            .header("request-id"),
        "mine-1"
    );
    let own = http
        .clone()
        .with("request-id", "not <mine>")
        .get("/nothing")
        .await;
    own.assert_problem(404, "not_found");
    assert_ne!(own.header("request-id"), "not <mine>");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_other_origins_need_to_be_on_the_list() {
    let (engine, mut gateway) = quick();
    gateway.origins = vec!["https://www.example.org".to_owned()];
    let house = House::with(engine, gateway).await;
    let preflight = house
        .http()
        .with("access-control-request-method", "POST")
        .with("access-control-request-headers", "authorization");
    let friend = preflight.clone().with("origin", "https://www.example.org");
    let answer = friend
        .ask(Method::OPTIONS, "/v1/messages", Bytes::new())
        .await;
    assert_eq!(answer.status, 204);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "https://www.example.org"
    );
    assert!(
        answer
            .header("access-control-allow-headers")
            .contains("Authorization")
    );
    let stranger = preflight.with("origin", "https://www.example.org.evil.example");
    let answer = stranger
        .ask(Method::OPTIONS, "/v1/messages", Bytes::new())
        .await;
    assert_eq!(answer.header("access-control-allow-origin"), "");
    let answer = stranger.get("/v1/me").await;
    assert_eq!(answer.header("access-control-allow-origin"), "");
    assert_eq!(answer.header("vary"), "Origin");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_that_never_ends_is_cut_and_one_that_is_too_long_refused() {
    let (engine, mut gateway) = quick();
    gateway.head_time = Duration::from_millis(300);
    let house = House::with(engine, gateway).await;
    let address = house.running.addr();
    for beginning in ["", "P", "PRI * HT", "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "] {
        let answer = raw(address, beginning.as_bytes()).await;
        assert!(!answer.contains(" 200 "), "{beginning}: {answer}");
    }
    assert_eq!(
        house.running.metrics().refusals(gateway::Refusal::SlowHead),
        4
    );
    let long = format!(
        "GET / HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n",
        "x".repeat(20_000)
    );
    assert!(
        raw(address, long.as_bytes())
            .await
            .starts_with("HTTP/1.1 431 ")
    );
    assert!(
        raw(address, b"HELO there\r\n\r\n")
            .await
            .starts_with("HTTP/1.1 400 ")
    );
    assert_eq!(house.http().get("/healthz").await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_never_ends_is_given_up() {
    let (engine, mut gateway) = quick();
    gateway.body_time = Duration::from_millis(200);
    let house = House::with(engine, gateway).await;
    let answer = raw(
        house.running.addr(),
        b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
          Content-Length: 100\r\n\r\n{\"username\":",
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("\"code\":\"timeout\""), "{answer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_without_a_length_is_taken_in_chunks_or_as_none() {
    let house = House::open().await;
    let address = house.running.addr();
    let chunked = raw(
        address,
        b"POST /v1/accounts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
          Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n\
          2f\r\n{\"username\":\"anna\",\"password\":\"correct horse\"}\n\r\n0\r\n\r\n",
    )
    .await;
    assert!(chunked.starts_with("HTTP/1.1 201 "), "{chunked}");
    let none = raw(
        address,
        b"POST /v1/accounts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
          Connection: close\r\n\r\n",
    )
    .await;
    assert!(none.starts_with("HTTP/1.1 400 "), "{none}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_address_has_so_many_connections_and_others_still_get_in() {
    let (engine, mut gateway) = quick();
    gateway.connections_per_address = 3;
    let house = House::with(engine, gateway).await;
    let address = house.running.addr();
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        // An answer proves that it was admitted.
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            .await
            .unwrap();
        let mut answer = [0; 15];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200 OK");
        held.push(stream);
    }
    let refused = raw(address, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(refused.starts_with("HTTP/1.1 429 "), "{refused}");
    assert!(refused.contains("Retry-After: 5") && refused.contains("\"code\":\"limited\""));
    held.pop();
    tokio::time::timeout(PATIENCE, async {
        loop {
            let again = raw(
                address,
                b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            );
            if again.await.starts_with("HTTP/1.1 200 ") {
                break;
            }
        }
    })
    .await
    .expect("a place that is left is free again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idle_connection_does_not_hold_up_the_drain() {
    let house = House::open().await;
    let mut idle = TcpStream::connect(house.running.addr()).await.unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    let mut answer = [0; 15];
    idle.read_exact(&mut answer).await.unwrap();
    let silent = TcpStream::connect(house.running.addr()).await.unwrap();
    tokio::time::timeout(Duration::from_secs(2), house.running.drain())
        .await
        .unwrap();
    assert_eq!(house.running.metrics().sockets(), 0);
    drop((idle, silent));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_counted_can_be_read() {
    let house = House::open().await;
    house.http().get("/nothing").await;
    let mut text = String::new();
    house.running.metrics().render(&mut text);
    assert!(
        text.contains("switchboard_gateway_answers_total{status=\"4xx\"} 1\n"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn http_2_is_spoken_to_who_begins_with_it() {
    use http_body_util::{BodyExt, Empty};
    use hyper_util::rt::{TokioExecutor, TokioIo};
    let house = House::open().await;
    let stream = TcpStream::connect(house.running.addr()).await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .unwrap();
    tokio::spawn(connection);
    let ask = |path: &str| {
        let uri = format!("http://{}{path}", house.running.addr());
        hyper::Request::get(uri)
            .body(Empty::<Bytes>::new())
            .unwrap()
    };
    let (one, other) = (ask("/healthz"), ask("/nothing"));
    let (one, other) = tokio::join!(sender.clone().send_request(one), sender.send_request(other));
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!(
        (one.version(), one.status().as_u16()),
        (hyper::Version::HTTP_2, 200)
    );
    assert_eq!(other.status(), 404);
    let body = other.into_body().collect().await.unwrap().to_bytes();
    assert!(body.starts_with(b"{\"type\":\"/docs#not_found\""));
}
