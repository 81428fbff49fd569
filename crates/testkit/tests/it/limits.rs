//! What a slow, a restless or a vanished peer costs the real program: little, and only itself.

use std::time::Duration;

use client::wire::{EventBody, Ping, ServerFrame};
use client::{Address, Begin, Follower, Options, Session, Socket, Update};
use testkit::{Server, Setup};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::Instant;

const MIB: u64 = 1024 * 1024;

async fn session(server: &Server, username: &str) -> (Session, client::Inbox) {
    let token = server.account(username).await.unwrap().token;
    Session::open(Options::new(server.address().clone(), token))
}

/// Writes many messages, several at a time.
async fn flood(anna: &Session, conversation: &str, count: usize, size: usize) {
    const AT_ONCE: usize = 64;
    let text = "x".repeat(size);
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..AT_ONCE {
        let (anna, message) = (anna.clone(), client::message_in(conversation, &text));
        writers.spawn(async move {
            for _ in 0..count / AT_ONCE {
                let client_id = client::new_client_id();
                let message = client::wire::SendMessage {
                    client_id,
                    ..message.clone()
                };
                anna.call(message).await.unwrap();
            }
        });
    }
    writers.join_all().await;
}

async fn group(anna: &Session, members: &[&str]) -> String {
    let create = client::wire::CreateConversation {
        kind: client::wire::ConversationKind::Group,
        title: "All".to_owned(),
        topic: None,
        public: false,
        members: members.iter().map(|name| (*name).to_owned()).collect(),
        client_id: None,
    };
    anna.call(create).await.unwrap().conversation.id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_who_never_reads_costs_only_itself() {
    // 40 MB that Bob does not read: far more than the kernel's buffers take, and than may be kept.
    const COUNT: usize = 9_984;
    const SIZE: usize = 4_000;
    const WARM: usize = COUNT / 2;
    let server = Server::start().await.unwrap();
    let (anna, _) = session(&server, "anna").await;
    let (carol, carols) = session(&server, "carol").await;
    let bobs = server.account("bob").await.unwrap();
    let all = group(&anna, &["bob", "carol"]).await;
    let mut neighbour = Follower::starting(carol.clone(), carols, Begin::Beginning);
    let reading = tokio::spawn(async move {
        let mut count = 0;
        while count < WARM + COUNT {
            if let Update::Event(event) = neighbour.next().await.unwrap()
                && let EventBody::MessageCreated { .. } = event.body
            {
                count += 1;
            }
        }
    });
    // Twice as much without Bob, so that what caches and pools take does not count.
    flood(&anna, &all, WARM, 16_000).await;
    let before = server.resident_bytes().unwrap();
    let (mut bob, _) = Socket::open(server.address(), &bobs.token, None)
        .await
        .unwrap();
    let flooding = flood(&anna, &all, COUNT, SIZE);
    let calling = async {
        let mut slowest = Duration::ZERO;
        for _ in 0..50 {
            let began = Instant::now();
            carol.call(Ping {}).await.unwrap();
            slowest = slowest.max(began.elapsed());
        }
        slowest
    };
    let ((), slowest) = tokio::join!(flooding, calling);
    let grown = server.resident_bytes().unwrap().saturating_sub(before);
    println!(
        "grown by {} KiB, slowest answer to a neighbour {slowest:?}",
        grown / 1024
    );
    assert!(grown < 24 * MIB, "grown by {} MiB", grown / MIB);
    assert!(slowest < Duration::from_secs(5), "{slowest:?}");
    let told = tokio::time::timeout(Duration::from_mins(1), reading).await;
    told.expect("the neighbour was told everything").unwrap();

    // What Bob finds when he reads at last: a reset, or the end as a slow consumer.
    let found = loop {
        match bob.next().await {
            Ok(ServerFrame::Event { .. } | ServerFrame::Signal { .. }) => {}
            other => break other,
        }
    };
    println!("the reader who did not read was told {found:?}");
    let reset = matches!(found, Ok(ServerFrame::Reset { .. }));
    let ended = matches!(&found, Ok(ServerFrame::End { reason, .. }) if reason == "slow_consumer");
    let closed = matches!(&found, Err(client::Error::Ended(end)) if end.reason == "slow_consumer");
    // A connection that was cut because nothing could be written to it any longer cannot be told.
    let cut = matches!(&found, Err(client::Error::Interrupted));
    assert!(reset || ended || closed || cut, "{found:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn coming_and_going_does_not_add_up() {
    let server = Setup::new()
        .set("limits.grace", "5s")
        .start()
        .await
        .unwrap();
    let token = server.account("anna").await.unwrap().token;
    let come_and_go = async |times: usize| {
        for time in 0..times {
            let (socket, _) = Socket::open(server.address(), &token, None).await.unwrap();
            // Half of them say goodbye, the others are cut.
            if time % 2 == 0 {
                socket.close().await;
            }
        }
        server.resident_bytes().unwrap()
    };
    let first = come_and_go(500).await;
    let second = come_and_go(2_000).await;
    println!(
        "{} KiB after 500, {} KiB after 2500",
        first / 1024,
        second / 1024
    );
    assert!(second < first + 8 * MIB, "{first} to {second} bytes");
}

/// Reads until the other side closes, and tells how long that took.
async fn until_closed(mut stream: TcpStream) -> Duration {
    let began = Instant::now();
    let mut bytes = Vec::new();
    // A reset is a way of closing, too.
    let _ = stream.read_to_end(&mut bytes).await;
    began.elapsed()
}

async fn upgraded(address: &Address) -> TcpStream {
    let mut stream = TcpStream::connect(address.authority()).await.unwrap();
    let request = format!(
        "GET /v1/ws HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         Sec-WebSocket-Protocol: switchboard.v1.json\r\n\r\n",
        address.authority()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 101");
    stream
}

/// A masked text frame (RFC 6455 §5.2) with a mask of zeros, shorter than 64 KiB.
fn text_frame(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap().to_be_bytes();
    let mut frame = vec![0x81, 0xfe, length[0], length[1], 0, 0, 0, 0];
    frame.extend_from_slice(text.as_bytes());
    frame
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn peers_who_vanish_are_let_go() {
    let server = Setup::new()
        .set("limits.ping", "5s")
        .set("limits.silence", "10s")
        .start()
        .await
        .unwrap();
    let address = server.address();
    let token = server.account("anna").await.unwrap().token;

    let silent = TcpStream::connect(address.authority()).await.unwrap();
    let mut halting = TcpStream::connect(address.authority()).await.unwrap();
    halting
        .write_all(b"GET /v1/ws HTTP/1.1\r\nHost: x\r\n")
        .await
        .unwrap();
    let nameless = upgraded(address).await;
    // Signed in, and then no more: it answers no ping.
    let mut gone = upgraded(address).await;
    let auth = format!(r#"{{"type":"auth","token":"{token}"}}"#);
    gone.write_all(&text_frame(&auth)).await.unwrap();

    let all = async {
        tokio::join!(
            until_closed(silent),
            until_closed(halting),
            until_closed(nameless),
            until_closed(gone)
        )
    };
    let times = tokio::time::timeout(Duration::from_secs(90), all).await;
    let times = times.expect("every one of them was closed");
    println!("closed after {times:?} (silent, half a head, no token, no sign of life)");
}
