//! The WebSocket door.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::tungstenite::Message;

use super::house::{House, client_id, message, quick};
use super::ws::Ws;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_goes_from_one_to_the_other_and_both_see_the_same() {
    let house = House::open().await;
    let (anna, bob, id) = house.pair().await;
    let (mut a, hello) = Ws::connect(&anna).await;
    let (mut b, _) = Ws::connect(&bob).await;
    assert_eq!(hello["resume"], "new");
    assert_eq!(hello["me"]["username"], "anna");
    let reply = a.ask(&message(1, &id, "Hello")).await;
    let there = b.event("message.created").await;
    assert_eq!(there["event"]["text"], "Hello");
    assert_eq!(there["event"]["sender"], "anna");
    assert_eq!(there["event"]["seq"], reply["ok"]["seq"]);
    assert_eq!(there["event"]["conversation"], reply["ok"]["conversation"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_of_one_connection_keep_their_order_without_waiting_for_replies() {
    let house = House::open().await;
    let (anna, bob, id) = house.pair().await;
    let (mut a, _) = Ws::connect(&anna).await;
    let (mut b, _) = Ws::connect(&bob).await;
    for n in 0..150 {
        a.send(&message(n, &id, &format!("{n}"))).await;
    }
    let mut last = 0;
    for n in 0..150 {
        let event = b.event("message.created").await;
        assert_eq!(event["event"]["text"], format!("{n}"));
        let seq = event["event"]["seq"].as_u64().unwrap();
        assert!(seq > last);
        last = seq;
    }
    let mut replies: Vec<u64> = Vec::new();
    while replies.len() < 150 {
        replies.push(a.next_of("reply").await["id"].as_u64().unwrap());
    }
    replies.sort_unstable();
    assert!(replies.into_iter().eq(0..150), "each command has one reply");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_keep_their_order_while_permits_go_stale() {
    let house = House::open().await;
    let (anna, bob) = (house.user("anna").await, house.user("bob").await);
    let new = json!({ "kind": "group", "title": "0", "members": ["anna"] });
    let made = bob.post("/v1/conversations", &new).await.json();
    let id = made["conversation"]["id"].as_str().unwrap();
    let (mut a, _) = Ws::connect(&anna).await;
    let (mut b, _) = Ws::connect(&bob).await;
    let sending = async {
        for n in 0..300 {
            // A mention is looked up first, which takes longer.
            let text = if n % 3 == 0 { "for @bob" } else { "for all" };
            a.send(&message(n, id, text)).await;
        }
        let mut places = std::collections::BTreeMap::new();
        for _ in 0..300 {
            let reply = a.next_of("reply").await;
            match reply["ok"]["seq"].as_u64() {
                Some(place) => _ = places.insert(reply["id"].as_u64().unwrap(), place),
                // The facts moved again and again in an instant: that one has to be sent again.
                None => assert_eq!(reply["error"]["code"], "conflict", "{reply}"),
            }
        }
        places.into_values().collect::<Vec<_>>()
    };
    let changing = async {
        for n in 0..30 {
            let title = json!({ "id": n, "type": "conversation.update", "conversation": id,
                                "title": n.to_string() });
            let reply = b.ask(&title).await;
            assert!(reply["ok"]["seq"].is_number(), "{reply}");
        }
    };
    let (places, ()) = tokio::join!(sending, changing);
    assert!(places.len() > 200, "only {} were sent", places.len());
    assert!(places.is_sorted(), "{places:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_comes_back_misses_nothing_and_gets_nothing_twice() {
    let house = House::open().await;
    let (anna, bob, id) = house.pair().await;
    let (mut a, _) = Ws::connect(&anna).await;
    let (mut b, hello) = Ws::connect(&bob).await;
    a.ask(&message(1, &id, "one")).await;
    let first = b.event("message.created").await;
    let cursor = format!("{}.{}", hello["mailbox"].as_str().unwrap(), first["n"]);
    drop(b);
    a.ask(&message(2, &id, "two")).await;
    let (mut b, hello) = Ws::resume(&bob, &cursor).await;
    assert_eq!(hello["resume"], "resumed");
    assert_eq!(b.event("message.created").await["event"]["text"], "two");
    let (_, hello) = Ws::resume(&bob, "999.5").await;
    assert_eq!(hello["resume"], "reset");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_token_may_come_in_the_subprotocols_or_the_first_frame() {
    let house = House::open().await;
    let anna = house.user("anna").await;
    let token = anna.token.clone().unwrap();
    let offer = format!("switchboard.v1.json, bearer.{token}");
    let headers = [("sec-websocket-protocol", offer)];
    let mut ws = Ws::shake(&anna, "/v1/ws", &headers).await.unwrap();
    assert_eq!(ws.next().await["type"], "hello");
    let mut ws = Ws::shake(&anna, "/v1/ws", &[]).await.unwrap();
    ws.send(&json!({ "type": "auth", "token": token })).await;
    assert_eq!(ws.next().await["type"], "hello");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_not_signed_in_is_told_so_in_the_way_it_can_see() {
    let house = House::open().await;
    let anna = house.user("anna").await;
    let (mut neighbour, _) = Ws::connect(&anna).await;
    let wrong = [("authorization", "Bearer sw_wrong".to_owned())];
    assert_eq!(Ws::shake(&anna, "/v1/ws", &wrong).await.err(), Some(401));
    let wrong = [(
        "sec-websocket-protocol",
        "switchboard.v1.json, bearer.sw_wrong".to_owned(),
    )];
    let mut ws = Ws::shake(&anna, "/v1/ws", &wrong).await.unwrap();
    assert_eq!(ws.closed().await.1.code, 4401);
    for first in [
        json!({ "type": "auth", "token": "sw_wrong" }),
        json!({ "id": 1, "type": "ping" }),
    ] {
        let mut ws = Ws::shake(&anna, "/v1/ws", &[]).await.unwrap();
        ws.send(&first).await;
        let (frames, closed) = ws.closed().await;
        assert_eq!((frames.len(), closed.code), (0, 4401), "{first}");
    }
    neighbour.assert_alive().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_says_nothing_at_the_door_is_sent_away() {
    let (engine, mut gateway) = quick();
    gateway.auth_time = Duration::from_millis(100);
    let house = House::with(engine, gateway).await;
    let mut ws = Ws::shake(&house.http(), "/v1/ws", &[]).await.unwrap();
    assert_eq!(ws.closed().await.1.code, 4401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn handshakes_that_are_none_are_refused() {
    let house = House::open().await;
    let anna = house.user("anna").await;
    anna.get("/v1/ws")
        .await
        .assert_problem(426, "upgrade_required");
    let other = [("sec-websocket-protocol", "chess.v3".to_owned())];
    assert_eq!(Ws::shake(&anna, "/v1/ws", &other).await.err(), Some(400));
    let old = [("sec-websocket-version", "8".to_owned())];
    assert_eq!(Ws::shake(&anna, "/v1/ws", &old).await.err(), Some(426));
    assert_eq!(
        Ws::shake(&anna, "/v1/ws?resume=nonsense", &[]).await.err(),
        Some(400)
    );
    let foreign = [("origin", "https://evil.example".to_owned())];
    assert_eq!(Ws::shake(&anna, "/v1/ws", &foreign).await.err(), Some(403));
    let own = [("origin", format!("http://{}", anna.address))];
    assert!(Ws::shake(&anna, "/v1/ws", &own).await.is_ok());
}

/// Frames that are refused with a reply, and the code.
fn refused_frames() -> Vec<(String, &'static str)> {
    let deep = format!(r#"{{"id":1,"type":"ping","x":{}"#, "[".repeat(5000));
    vec![
        ("{".to_owned(), "invalid"),
        ("[]".to_owned(), "invalid"),
        ("null".to_owned(), "invalid"),
        (r#"{"id":1}"#.to_owned(), "invalid"),
        (r#"{"id":-1,"type":"ping"}"#.to_owned(), "invalid"),
        (r#"{"type":"ping"}"#.to_owned(), "invalid"),
        (deep, "invalid"),
        (r#"{"id":1,"type":"fly"}"#.to_owned(), "unsupported"),
        (
            r#"{"id":1,"type":"read.mark","seq":1}"#.to_owned(),
            "invalid",
        ),
        (
            r#"{"id":1,"type":"read.mark","conversation":"x","seq":1}"#.to_owned(),
            "not_found",
        ),
        (
            r#"{"id":1,"type":"history.get","conversation":"1","limit":0}"#.to_owned(),
            "invalid",
        ),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nonsense_is_answered_and_the_session_goes_on() {
    let house = House::open().await;
    let anna = house.user("anna").await;
    let (mut ws, _) = Ws::connect(&anna).await;
    for (frame, code) in refused_frames() {
        ws.send_message(Message::text(frame.clone())).await;
        let reply = ws.next_of("reply").await;
        let start = &frame[..frame.len().min(60)];
        assert_eq!(reply["error"]["code"], code, "{start}: {reply}");
        ws.assert_alive().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn endless_nonsense_ends_the_session() {
    let house = House::open().await;
    let anna = house.user("anna").await;
    let (mut ws, _) = Ws::connect(&anna).await;
    for _ in 0..100 {
        ws.send_message(Message::text("nonsense")).await;
    }
    let (frames, closed) = ws.closed().await;
    assert_eq!(closed.code, 4400);
    assert_eq!(frames.last().unwrap()["reason"], "protocol_error");
    assert_eq!(frames.len(), 101);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_binary_frame_ends_the_session_and_the_neighbour_goes_on() {
    let house = House::open().await;
    let (anna, bob, _) = house.pair().await;
    let (mut neighbour, _) = Ws::connect(&bob).await;
    let (mut ws, _) = Ws::connect(&anna).await;
    ws.send_message(Message::binary(vec![1, 2, 3])).await;
    let (frames, closed) = ws.closed().await;
    assert_eq!(closed.code, 4400);
    assert_eq!(frames.last().unwrap()["reason"], "protocol_error");
    assert_eq!(frames.last().unwrap()["reconnect"], false);
    neighbour.assert_alive().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frame_that_is_too_large_closes_with_1009() {
    let house = House::open().await;
    let (anna, bob, _) = house.pair().await;
    let (mut neighbour, _) = Ws::connect(&bob).await;
    let (mut ws, hello) = Ws::connect(&anna).await;
    let most = usize::try_from(hello["frame_bytes"].as_u64().unwrap()).unwrap();
    ws.send_message(Message::text("x".repeat(most + 1))).await;
    assert_eq!(ws.closed().await.1.code, 1009);
    neighbour.assert_alive().await;
}

/// A masked text frame (RFC 6455 §5.2) with any bytes, the mask being zero.
fn text_frame(bytes: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x81, 0x80 | u8::try_from(bytes.len()).unwrap(), 0, 0, 0, 0];
    frame.extend_from_slice(bytes);
    frame
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_that_is_not_utf_8_closes_with_1007_and_broken_framing_with_1002() {
    let house = House::open().await;
    let anna = house.user("anna").await;
    let (mut ws, _) = Ws::connect(&anna).await;
    ws.raw()
        .write_all(&text_frame(b"{\"id\":1,\"type\":\"pi\xffng\"}"))
        .await
        .unwrap();
    assert_eq!(ws.closed().await.1.code, 1007);
    let (mut ws, _) = Ws::connect(&anna).await;
    // Not masked (RFC 6455 §5.1).
    ws.raw().write_all(&[0x81, 0x02, b'{', b'}']).await.unwrap();
    assert_eq!(ws.closed().await.1.code, 1002);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_belongs_to_others_is_not_found() {
    let house = House::open().await;
    let (_, _, id) = house.pair().await;
    let carol = house.user("carol").await;
    let (mut ws, _) = Ws::connect(&carol).await;
    for frame in [
        message(1, &id, "let me in"),
        json!({ "id": 2, "type": "history.get", "conversation": id }),
        json!({ "id": 3, "type": "log.get", "conversation": id, "after": 0 }),
        json!({ "id": 4, "type": "read.mark", "conversation": id, "seq": 1 }),
        json!({ "id": 5, "type": "typing.set", "conversation": id, "active": true }),
        json!({ "id": 6, "type": "member.list", "conversation": id }),
    ] {
        let reply = ws.ask(&frame).await;
        assert_eq!(reply["error"]["code"], "not_found", "{frame} {reply}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_connection_takes_the_mailbox_over() {
    let house = House::open().await;
    let anna = house.user("anna").await;
    let (mut old, hello) = Ws::connect(&anna).await;
    let cursor = format!("{}.0", hello["mailbox"].as_str().unwrap());
    let (mut new, hello) = Ws::resume(&anna, &cursor).await;
    assert_eq!(hello["resume"], "resumed");
    let (frames, closed) = old.closed().await;
    assert_eq!(closed.code, 4409);
    assert_eq!(frames.last().unwrap()["reason"], "replaced");
    new.assert_alive().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_answers_and_then_ends_every_connection_of_the_session() {
    let house = House::open().await;
    let anna = house.user("anna").await;
    let (mut one, _) = Ws::connect(&anna).await;
    let (mut other, _) = Ws::connect(&anna).await;
    one.send(&json!({ "id": 1, "type": "session.sign_out" }))
        .await;
    let (frames, closed) = one.closed().await;
    assert_eq!(frames[0]["ok"], json!({}), "{frames:?}");
    assert_eq!(closed.code, 4401);
    assert_eq!(other.closed().await.1.code, 4401);
    anna.get("/v1/me")
        .await
        .assert_problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn draining_tells_everyone_to_come_back() {
    let house = House::open().await;
    let (anna, _, id) = house.pair().await;
    let (mut ws, _) = Ws::connect(&anna).await;
    ws.ask(&message(1, &id, "before")).await;
    let (told, ()) = tokio::join!(ws.closed(), house.running.drain());
    let (frames, closed) = told;
    let end = frames.last().unwrap();
    assert_eq!(
        (&end["reason"], &end["reconnect"]),
        (&json!("draining"), &json!(true))
    );
    assert_eq!(closed.code, 4000);
    assert_eq!(house.running.metrics().sockets(), 0);
    assert!(
        tokio::net::TcpStream::connect(anna.address).await.is_err(),
        "nobody listens"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silence_is_pinged_and_then_taken_for_death() {
    let (engine, mut gateway) = quick();
    gateway.ping = Duration::from_secs(1);
    gateway.dead = Duration::from_secs(3);
    let house = House::with(engine, gateway).await;
    let (anna, bob) = (house.user("anna").await, house.user("bob").await);
    // This one never reads, so it never answers a ping.
    let (half_open, _) = Ws::connect(&anna).await;
    let (mut alive, _) = Ws::connect(&bob).await;
    tokio::time::timeout(Duration::from_secs(9), async {
        while house.running.metrics().refusals(gateway::Refusal::Silent) == 0 {
            // Answers pings while it reads.
            alive.assert_alive().await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await
    .expect("the dead connection is noticed");
    alive.assert_alive().await;
    drop(half_open);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_read_loses_its_own_connection_only() {
    let (engine, mut gateway) = quick();
    gateway.write_time = Duration::from_millis(300);
    let house = House::with(engine, gateway).await;
    let (anna, bob, id) = house.pair().await;
    let (mut a, _) = Ws::connect(&anna).await;
    let (_deaf, _) = Ws::connect(&bob).await;
    let text = "x".repeat(16_000);
    let mut sent: u64 = 0;
    while house
        .running
        .metrics()
        .refusals(gateway::Refusal::SlowReader)
        == 0
    {
        sent += 1;
        assert!(sent < 5000, "the deaf connection is never cut");
        let reply = a.ask(&message(sent, &id, &text)).await;
        assert!(reply["ok"]["seq"].is_number(), "{reply}");
    }
    a.assert_alive().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retry_is_answered_with_the_first_result() {
    let house = House::open().await;
    let (anna, _, id) = house.pair().await;
    let (mut ws, _) = Ws::connect(&anna).await;
    let mut send: Value = json!({ "id": 1, "type": "message.send", "to": "bob",
                                  "client_id": client_id(), "text": "once" });
    let first = ws.ask(&send).await;
    assert_eq!(first["ok"]["conversation"], id.as_str());
    send["id"] = 2.into();
    let again = ws.ask(&send).await;
    assert_eq!(again["ok"]["seq"], first["ok"]["seq"]);
    assert_eq!(again["ok"]["repeated"], true);
    send["text"] = "twice".into();
    assert_eq!(ws.ask(&send).await["error"]["code"], "conflict");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_connections_get_the_same_together_or_one_by_one() {
    for io_uring in [true, false] {
        let (engine, mut gateway) = quick();
        gateway.io_uring = io_uring;
        gateway.threads = Some(2);
        let house = House::with(engine, gateway).await;
        let (anna, bob, id) = house.pair().await;
        let mut screens = Vec::new();
        for _ in 0..12 {
            screens.push(Ws::connect(&bob).await.0);
        }
        let (mut a, _) = Ws::connect(&anna).await;
        let text = |n: u64| format!("{n} {}", "x".repeat(500));
        for n in 1..=30 {
            a.send(&message(n, &id, &text(n))).await;
        }
        for screen in &mut screens {
            let mut last = None;
            for n in 1..=30 {
                let event = screen.event("message.created").await;
                assert_eq!(event["event"]["text"], text(n));
                let number = event["n"].as_u64().unwrap();
                assert!(
                    last.is_none_or(|last| last + 1 == number),
                    "{last:?} {number}"
                );
                last = Some(number);
            }
        }
    }
}
