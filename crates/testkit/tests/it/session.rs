//! The client crate's session on the real program.

use std::time::Duration;

use client::wire::{EventBody, Ping, ResumeOutcome};
use client::{Backoff, Begin, Follower, Inbox, Incoming, Options, Session, Update};
use testkit::Server;

const PATIENCE: Duration = Duration::from_secs(20);

async fn options(server: &Server, username: &str) -> Options {
    let token = server.account(username).await.unwrap().token;
    let mut options = Options::new(server.address().clone(), token);
    options.backoff = Backoff {
        first: Duration::from_millis(20),
        most: Duration::from_millis(200),
    };
    options
}

async fn until<T>(inbox: &mut Inbox, mut wanted: impl FnMut(&Incoming) -> Option<T>) -> T {
    let found = async {
        loop {
            let incoming = inbox.next().await.expect("the session goes on");
            if let Some(found) = wanted(&incoming) {
                return found;
            }
        }
    };
    tokio::time::timeout(PATIENCE, found)
        .await
        .expect("in time")
}

fn text(incoming: &Incoming) -> Option<String> {
    if let Incoming::Event(event) = incoming
        && let EventBody::MessageCreated { text, .. } = &event.body
    {
        return Some(text.clone());
    }
    None
}

fn connected(incoming: &Incoming) -> Option<ResumeOutcome> {
    if let Incoming::Connected(hello) = incoming {
        return Some(hello.resume);
    }
    None
}

fn disconnected(incoming: &Incoming) -> Option<()> {
    matches!(incoming, Incoming::Disconnected).then_some(())
}

fn ended(incoming: &Incoming) -> Option<client::End> {
    if let Incoming::Ended(end) = incoming {
        return Some(end.clone());
    }
    None
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_server_is_found_out_and_the_mailbox_goes_on() {
    let server = Server::start().await.unwrap();
    let (anna, _) = Session::open(options(&server, "anna").await);
    let bobs = Options {
        ping: Some(Duration::from_millis(300)),
        ..options(&server, "bob").await
    };
    let (_bob, mut inbox) = Session::open(bobs);
    assert_eq!(until(&mut inbox, connected).await, ResumeOutcome::New);
    anna.send_until_durable(&client::message("bob", "before"))
        .await
        .unwrap();
    assert_eq!(until(&mut inbox, text).await, "before");

    server.freeze().unwrap();
    until(&mut inbox, disconnected).await;
    server.thaw().unwrap();
    anna.send_until_durable(&client::message("bob", "after"))
        .await
        .unwrap();
    assert_eq!(until(&mut inbox, connected).await, ResumeOutcome::Resumed);
    assert_eq!(until(&mut inbox, text).await, "after");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_becomes_durable_whatever_happens_to_the_server() {
    let mut server = Server::start().await.unwrap();
    server.account("bob").await.unwrap();
    let (anna, mut inbox) = Session::open(options(&server, "anna").await);
    until(&mut inbox, connected).await;
    server.kill().await.unwrap();
    let message = client::message("bob", "through the crash");
    let sending = tokio::spawn({
        let (anna, message) = (anna.clone(), message.clone());
        async move { anna.send_until_durable(&message).await }
    });
    server.restart().await.unwrap();
    let sent = tokio::time::timeout(PATIENCE, sending)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    let again = anna.call(message).await.unwrap();
    assert!(
        again.repeated && again.seq == sent.seq,
        "{again:?} {sent:?}"
    );
    until(&mut inbox, |incoming| {
        matches!(incoming, Incoming::Reset).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_goes_on_in_another_process_without_loss_or_repetition() {
    let server = Server::start().await.unwrap();
    let (anna, _) = Session::open(options(&server, "anna").await);
    let bobs = options(&server, "bob").await;
    let (bob, mut inbox) = Session::open(bobs.clone());
    until(&mut inbox, connected).await;
    for index in 0..3 {
        anna.send_until_durable(&client::message("bob", &format!("{index}")))
            .await
            .unwrap();
    }
    // "1" is taken and, because "2" is not asked for, not handled.
    for expected in ["0", "1"] {
        assert_eq!(until(&mut inbox, text).await, expected);
    }
    let cursor = bob.cursor();
    drop((bob, inbox));

    let (_bob, mut inbox) = Session::open(Options {
        resume: cursor,
        ..bobs
    });
    assert_eq!(until(&mut inbox, connected).await, ResumeOutcome::Resumed);
    for expected in ["1", "2"] {
        assert_eq!(until(&mut inbox, text).await, expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_does_not_read_its_inbox_loses_nothing_for_good() {
    const COUNT: usize = 600;
    let server = Server::start().await.unwrap();
    let (anna, _) = Session::open(options(&server, "anna").await);
    let bobs = Options {
        inbox: 8,
        ..options(&server, "bob").await
    };
    let (bob, mut inbox) = Session::open(bobs);
    until(&mut inbox, connected).await;
    for index in 0..COUNT {
        anna.send_until_durable(&client::message("bob", &format!("{index}")))
            .await
            .unwrap();
        // Waiting for an answer makes the connection be read although the inbox is full.
        if index % 50 == 0 {
            bob.call(Ping {}).await.unwrap();
        }
    }
    let mut follower = Follower::starting(bob, inbox, Begin::Beginning);
    let reading = async {
        let mut texts = Vec::new();
        while texts.len() < COUNT {
            let update = follower.next().await.expect("the session goes on");
            if let Update::Event(event) = update
                && let EventBody::MessageCreated { text, .. } = event.body
            {
                texts.push(text);
            }
        }
        texts
    };
    let texts = tokio::time::timeout(PATIENCE, reading)
        .await
        .expect("in time");
    assert_eq!(
        texts,
        (0..COUNT)
            .map(|index| index.to_string())
            .collect::<Vec<_>>()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_is_revoked_ends_for_good() {
    let server = Server::start().await.unwrap();
    let options = options(&server, "anna").await;
    let (anna, mut inbox) = Session::open(options.clone());
    until(&mut inbox, connected).await;
    options.address.sign_out(&options.token).await.unwrap();
    let end = until(&mut inbox, ended).await;
    assert_eq!((end.reason.as_str(), end.reconnect), ("revoked", false));
    assert_eq!(inbox.next().await, None);
    assert_eq!(anna.call(Ping {}).await, Err(client::Error::Ended(end)));

    let (_again, mut inbox) = Session::open(options);
    until(&mut inbox, ended).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_shuts_down_tells_everyone_to_come_back() {
    let mut server = Server::start().await.unwrap();
    let (_anna, mut inbox) = Session::open(options(&server, "anna").await);
    until(&mut inbox, connected).await;
    let status = server.terminate().await.unwrap();
    assert!(status.success(), "{status}");
    until(&mut inbox, disconnected).await;
    server.restart().await.unwrap();
    assert_eq!(until(&mut inbox, connected).await, ResumeOutcome::Reset);
}
