//! Signs in (or registers), writes to someone, and prints what comes until it is stopped:
//!
//!     cargo run -p switchboard-client --example hello -- http://127.0.0.1:8080 anna "correct horse" bob

use anyhow::{Context as _, Result};
use client::wire::EventBody;
use client::{Address, Follower, Options, Session, Update};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let mut word = |what| words.next().with_context(|| format!("missing: {what}"));
    let address: Address = word("the server's address")?.parse()?;
    let (name, password) = (word("your name")?, word("your password")?);
    let signed_in = match address.sign_in(&name, &password).await {
        Ok(signed_in) => signed_in,
        Err(_) => address.register(&name, &password).await?,
    };

    let (session, inbox) = Session::open(Options::new(address, signed_in.token));
    if let Ok(peer) = word("whom to write to") {
        let sent = session
            .send_until_durable(&client::message(&peer, "Hello"))
            .await?;
        println!("stored as {} in {}", sent.seq, sent.conversation);
    }
    let mut follower = Follower::new(session, inbox);
    while let Some(update) = follower.next().await {
        if let Update::Disconnected = update {
            println!("(the connection is gone; trying again)");
        } else if let Update::Event(event) = update {
            let sender = event.sender.unwrap_or_default();
            if let EventBody::MessageCreated { text, .. } = event.body {
                println!("{sender}: {text}");
            } else {
                println!("{sender} {:?}", event.body);
            }
        }
    }
    Ok(())
}
