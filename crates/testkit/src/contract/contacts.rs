//! Contacts, requests and blocks.

use domain::contact::{ContactState, Step, Strangers};
use domain::event::EventBody;
use domain::text::{Nickname, Note};
use domain::{Actor, Error, permit};

use super::Stage;

async fn two(stage: &Stage) -> (Actor, Actor) {
    (stage.user("anna").await, stage.user("bob").await)
}

/// The states that a user was told of another, in order.
async fn told(stage: &Stage, who: &Actor) -> Vec<ContactState> {
    let feed = stage.feed(who).await;
    let states = feed.iter().filter_map(|body| match body {
        EventBody::ContactChanged { contact } => Some(contact.state),
        _ => None,
    });
    states.collect()
}

async fn states(stage: &Stage, one: &Actor, other: &Actor) -> (ContactState, ContactState) {
    (
        stage.relation(one, other).await.mine,
        stage.relation(other, one).await.mine,
    )
}

pub async fn facts_keep_the_order_and_leave_strangers_out(stage: Stage) {
    let (anna, bob) = two(&stage).await;
    let carol = stage.user("carol").await;
    let ids = [carol.user.id, domain::UserId::new(1 << 40), bob.user.id];
    let facts = stage.contacts.facts(anna.user.id, &ids).await.unwrap();
    let others: Vec<_> = facts.iter().map(|facts| facts.other.clone()).collect();
    assert_eq!(others, [carol.user, bob.user]);
    assert!(
        facts
            .iter()
            .all(|facts| facts.other_active && facts.mine == ContactState::None)
    );
}

pub async fn a_request_waits_on_both_sides_until_it_is_accepted(stage: Stage) {
    let (anna, bob) = two(&stage).await;
    let note = Note::parse("hello").unwrap();
    let step = Step::Request {
        note: note.clone(),
        unheard: false,
    };
    let mine = stage.relate(&anna, &bob, step).await.unwrap();
    assert_eq!(
        (mine.state, mine.account.user),
        (ContactState::Outgoing, bob.user.clone())
    );
    assert_eq!(
        states(&stage, &anna, &bob).await,
        (ContactState::Outgoing, ContactState::Incoming)
    );
    let theirs = stage
        .contacts
        .list(&stage.own(&bob))
        .await
        .unwrap()
        .remove(0);
    assert_eq!(theirs.note, note);
    assert_eq!(
        stage.notifications.unseen(&stage.own(&bob)).await.unwrap(),
        1
    );
    stage.relate(&bob, &anna, Step::Accept).await.unwrap();
    assert_eq!(
        states(&stage, &anna, &bob).await,
        (ContactState::Accepted, ContactState::Accepted)
    );
    assert_eq!(
        told(&stage, &anna).await,
        [ContactState::Outgoing, ContactState::Accepted]
    );
    assert_eq!(
        told(&stage, &bob).await,
        [ContactState::Incoming, ContactState::Accepted]
    );
    assert_eq!(
        stage.notifications.unseen(&stage.own(&bob)).await.unwrap(),
        0
    );
}

pub async fn requests_that_cross_agree(stage: Stage) {
    let (anna, bob) = two(&stage).await;
    stage.request(&anna, &bob).await.unwrap();
    let theirs = stage.request(&bob, &anna).await.unwrap();
    assert_eq!(theirs.state, ContactState::Accepted);
    assert_eq!(
        states(&stage, &anna, &bob).await,
        (ContactState::Accepted, ContactState::Accepted)
    );
}

pub async fn the_same_request_again_changes_nothing(stage: Stage) {
    let (anna, bob) = two(&stage).await;
    stage.request(&anna, &bob).await.unwrap();
    stage.request(&anna, &bob).await.unwrap();
    assert_eq!(told(&stage, &bob).await, [ContactState::Incoming]);
    assert_eq!(
        stage.notifications.unseen(&stage.own(&bob)).await.unwrap(),
        1
    );
}

pub async fn who_asked_is_not_told_that_it_was_declined(stage: Stage) {
    let (anna, bob) = two(&stage).await;
    stage.request(&anna, &bob).await.unwrap();
    stage.relate(&bob, &anna, Step::Decline).await.unwrap();
    let waiting = (ContactState::Outgoing, ContactState::None);
    assert_eq!(states(&stage, &anna, &bob).await, waiting);
    assert_eq!(told(&stage, &anna).await, [ContactState::Outgoing]);
    assert!(
        stage
            .contacts
            .list(&stage.own(&bob))
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        stage.notifications.unseen(&stage.own(&bob)).await.unwrap(),
        0
    );
    stage.request(&bob, &anna).await.unwrap();
    let agreed = (ContactState::Accepted, ContactState::Accepted);
    assert_eq!(states(&stage, &anna, &bob).await, agreed);
}

pub async fn a_request_may_be_taken_back(stage: Stage) {
    let (anna, bob) = two(&stage).await;
    stage.request(&anna, &bob).await.unwrap();
    stage.relate(&anna, &bob, Step::Remove).await.unwrap();
    let nothing = (ContactState::None, ContactState::None);
    assert_eq!(states(&stage, &anna, &bob).await, nothing);
    assert!(
        stage
            .contacts
            .list(&stage.own(&anna))
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        stage
            .contacts
            .list(&stage.own(&bob))
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        stage.notifications.unseen(&stage.own(&bob)).await.unwrap(),
        0
    );
}

pub async fn removing_ends_it_on_both_sides(stage: Stage) {
    let (anna, bob) = two(&stage).await;
    stage.befriend(&anna, &bob).await;
    stage.relate(&anna, &bob, Step::Remove).await.unwrap();
    assert_eq!(
        states(&stage, &anna, &bob).await,
        (ContactState::None, ContactState::None)
    );
    assert_eq!(told(&stage, &bob).await.last(), Some(&ContactState::None));
}

pub async fn a_nickname_is_ones_own(stage: Stage) {
    let (anna, bob) = two(&stage).await;
    stage.befriend(&anna, &bob).await;
    let before = told(&stage, &bob).await.len();
    let nickname = Nickname::parse("Bobby").unwrap();
    let contact = stage
        .relate(&anna, &bob, Step::SetNickname(nickname.clone()))
        .await
        .unwrap();
    assert_eq!(contact.nickname, nickname);
    assert_eq!(
        stage.contacts.list(&stage.own(&bob)).await.unwrap()[0].nickname,
        None
    );
    assert_eq!(told(&stage, &bob).await.len(), before);
}

pub async fn a_list_is_by_name_and_holds_blocks(stage: Stage) {
    let anna = stage.user("anna").await;
    let (dora, bob, carol) = (
        stage.user("dora").await,
        stage.user("bob").await,
        stage.user("carol").await,
    );
    stage.befriend(&anna, &dora).await;
    stage.request(&carol, &anna).await.unwrap();
    stage.relate(&anna, &bob, Step::Block).await.unwrap();
    let list = stage.contacts.list(&stage.own(&anna)).await.unwrap();
    let shown: Vec<_> = list
        .iter()
        .map(|c| (c.account.user.username.as_str(), c.state, c.blocked))
        .collect();
    assert_eq!(
        shown,
        [
            ("bob", ContactState::None, true),
            ("carol", ContactState::Incoming, false),
            ("dora", ContactState::Accepted, false)
        ]
    );
}

pub async fn a_block_ends_the_relation_and_is_not_told(stage: Stage) {
    let (anna, bob) = two(&stage).await;
    stage.befriend(&anna, &bob).await;
    let mine = stage.relate(&anna, &bob, Step::Block).await.unwrap();
    assert_eq!((mine.state, mine.blocked), (ContactState::None, true));
    let feed = stage.feed(&bob).await;
    let Some(EventBody::ContactChanged { contact }) = feed.last() else {
        panic!("{feed:?}")
    };
    assert_eq!(
        (contact.state, contact.blocked),
        (ContactState::None, false)
    );
    assert!(
        stage
            .contacts
            .list(&stage.own(&bob))
            .await
            .unwrap()
            .is_empty()
    );
    let facts = stage.relation(&bob, &anna).await;
    assert!(facts.blocked && !facts.blocking);
    let facts = stage.relation(&anna, &bob).await;
    assert!(facts.blocking && !facts.blocked);
}

pub async fn blocking_a_stranger_tells_them_nothing(stage: Stage) {
    let (anna, bob) = two(&stage).await;
    stage.relate(&anna, &bob, Step::Block).await.unwrap();
    stage.relate(&anna, &bob, Step::Block).await.unwrap();
    assert!(stage.feed(&bob).await.is_empty());
    assert_eq!(stage.feed(&anna).await.len(), 1);
}

pub async fn a_request_to_one_who_blocks_is_not_heard(stage: Stage) {
    let (anna, bob) = two(&stage).await;
    stage.relate(&anna, &bob, Step::Block).await.unwrap();
    let contact = stage.request(&bob, &anna).await.unwrap();
    assert_eq!(contact.state, ContactState::Outgoing);
    assert_eq!(stage.relation(&anna, &bob).await.mine, ContactState::None);
    assert_eq!(
        stage.notifications.unseen(&stage.own(&anna)).await.unwrap(),
        0
    );
    assert_eq!(stage.feed(&anna).await.len(), 1);
    stage.relate(&anna, &bob, Step::Unblock).await.unwrap();
    stage.request(&bob, &anna).await.unwrap();
    assert_eq!(
        stage.relation(&anna, &bob).await.mine,
        ContactState::Incoming
    );
}

pub async fn a_step_judged_on_an_older_relation_is_stale(stage: Stage) {
    let (anna, bob) = two(&stage).await;
    let before = stage.relation(&bob, &anna).await;
    stage.relate(&anna, &bob, Step::Block).await.unwrap();
    let heard = permit::relate(
        &bob,
        &before,
        Step::Request {
            note: None,
            unheard: false,
        },
    )
    .unwrap();
    assert_eq!(
        stage.contacts.take(&heard, stage.now()).await,
        Err(Error::StalePermit)
    );
    assert!(
        stage
            .contacts
            .list(&stage.own(&bob))
            .await
            .unwrap()
            .is_empty()
    );
    assert!(stage.feed(&bob).await.is_empty());
}

pub async fn presence_goes_to_contacts_without_a_block(stage: Stage) {
    let (anna, bob) = two(&stage).await;
    let (carol, dora) = (stage.user("carol").await, stage.user("dora").await);
    stage.befriend(&anna, &bob).await;
    stage.befriend(&carol, &anna).await;
    stage.request(&anna, &dora).await.unwrap();
    let accepted = stage.contacts.accepted(&stage.own(&anna)).await.unwrap();
    assert_eq!(accepted, [bob.user.id, carol.user.id]);
    stage.relate(&carol, &anna, Step::Block).await.unwrap();
    assert_eq!(
        stage.contacts.accepted(&stage.own(&anna)).await.unwrap(),
        [bob.user.id]
    );
    assert_eq!(
        stage
            .contacts
            .blocked_with(&stage.own(&anna))
            .await
            .unwrap(),
        [carol.user.id]
    );
    assert_eq!(
        stage
            .contacts
            .blocked_with(&stage.own(&carol))
            .await
            .unwrap(),
        [anna.user.id]
    );
    assert!(
        stage
            .contacts
            .blocked_with(&stage.own(&bob))
            .await
            .unwrap()
            .is_empty()
    );
}

pub async fn a_block_closes_the_direct_conversation_at_once(stage: Stage) {
    let (anna, bob) = two(&stage).await;
    let direct = stage.direct(&anna, &bob).await;
    let judged_before = stage.post(&bob, direct).await;
    stage.relate(&anna, &bob, Step::Block).await.unwrap();
    let late = stage
        .messages
        .append(&judged_before, stage.draft("late"))
        .await;
    assert_eq!(late, Err(Error::StalePermit));
    assert!(stage.facts(&bob, direct).await.closed_by_peer);
    assert!(stage.facts(&anna, direct).await.blocks_peer);
    assert!(stage.send(&bob, direct, stage.draft("no")).await.is_err());
    let judged_before = stage.facts(&bob, direct).await.version;
    stage.relate(&anna, &bob, Step::Unblock).await.unwrap();
    assert!(stage.facts(&bob, direct).await.version > judged_before);
    stage.say(&bob, direct, "yes").await;
}

pub async fn a_direct_conversation_is_not_opened_past_a_block(stage: Stage) {
    let (anna, bob) = two(&stage).await;
    let relation = stage.relation(&bob, &anna).await;
    let judged_before = permit::open_direct(&bob, &relation, Strangers::Allow).unwrap();
    stage.relate(&anna, &bob, Step::Block).await.unwrap();
    let fresh = domain::ConversationId::new(stage.number());
    let late = stage
        .conversations
        .open_direct(&judged_before, fresh, stage.now())
        .await;
    assert_eq!(late, Err(Error::StalePermit));
    assert_eq!(
        stage
            .conversations
            .direct(anna.user.id, bob.user.id)
            .await
            .unwrap(),
        None
    );
}
