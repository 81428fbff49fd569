//! What a session that is attached and idle costs in memory, by part.
//!
//! `cargo run --release -p switchboard-engine --example session_bytes [PEOPLE]`
//!
//! Everyone signs in and attaches over the real store, in conversations of two and of forty. What
//! the allocator has given out is counted; the store's memory of names is there before.

mod house;

use engine::{Attachment, Session};
use house::{House, Town, actor, person};
use tikv_jemalloc_ctl::{epoch, stats};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let people = std::env::args().nth(1).and_then(|text| text.parse().ok());
    let people = people.unwrap_or(10_000);
    println!("conversations sessions signed-in attached total (bytes per session) left-over");
    for (people, directs, groups) in [(people, 0, 0), (people, 10, 10), (people / 10, 100, 100)] {
        run(Town {
            people,
            directs,
            groups,
        })
        .await;
    }
}

async fn run(town: Town) {
    let house = House::open("switchboard-session-bytes").await;
    house.populate(town).await;
    warm(&house, town).await;
    settle(&house).await;
    let empty = allocated();
    let mut sessions: Vec<Session> = Vec::with_capacity(town.people);
    for number in 0..town.people {
        sessions.push(house.session(number).await);
    }
    let signed_in = allocated();
    let mut held: Vec<Attachment> = Vec::with_capacity(town.people);
    for session in &sessions {
        let (attachment, _) = session.attach(None).await.expect("a mailbox");
        held.push(attachment);
    }
    drop(sessions);
    settle(&house).await;
    for attachment in &held {
        // They were told that the others came.
        while attachment.drain(64, |_| ()) > 0 {}
    }
    let attached = allocated();
    for attachment in held.drain(..) {
        attachment.close(domain::EndReason::Idle);
    }
    drop(held);
    settle(&house).await;
    let each = |bytes: i64| bytes / i64::try_from(town.people).expect("a few thousand");
    println!(
        "{:>13} {:>8} {:>9} {:>8} {:>5} {:>29}",
        town.directs + town.groups,
        town.people,
        each(signed_in - empty),
        each(attached - signed_in),
        each(attached - empty),
        each(allocated() - empty),
    );
}

/// What the store keeps of everyone is there, whether they are here or not.
async fn warm(house: &House, town: Town) {
    for number in 0..town.people {
        let own = domain::permit::own(&actor(number));
        let read = house.ports.conversations.memberships(&own).await;
        read.expect("the memberships are read");
        let read = house.ports.accounts.by_ids(&[person(number).id]).await;
        read.expect("the account is read");
    }
}

/// Waits until presence is told, and until who went away is swept.
async fn settle(house: &House) {
    tokio::time::sleep(std::time::Duration::from_secs(7)).await;
    house.engine.settle().await;
    assert_eq!(house.ports.bus.lost(), 0, "the relay kept up");
}

fn allocated() -> i64 {
    epoch::advance().expect("jemalloc counts");
    let bytes = stats::allocated::read().expect("jemalloc counts");
    i64::try_from(bytes).expect("less than the address space")
}
