//! Deleting an account.

use domain::contact::{ContactState, Step};
use domain::conversation::{Change, Role, Standing};
use domain::event::EventBody;
use domain::notification::{Item, Kind};
use domain::user::{AccountStatus, Avatar, ImageKind};
use domain::{DeviceName, Error, SessionId, Username};
use engine::port::{NewSession, Notice, TokenHash};

use super::Stage;
use super::stage::sorts;

pub async fn the_name_goes_from_everything_and_stays_taken(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let id = stage.group(&bob, &[&anna]).await;
    let message = stage.mention(&anna, id, &[&bob]).await;
    stage.mention(&bob, id, &[&anna]).await;
    stage
        .accounts
        .erase(&stage.own(&anna), stage.now())
        .await
        .unwrap();
    let deleted = Username::of_deleted(anna.user.id);
    let account = stage.account(&anna).await;
    assert_eq!(
        (account.status, &account.user.username),
        (AccountStatus::Deleted, &deleted)
    );
    assert_eq!(
        (account.name, account.bio, account.avatar),
        (None, None, None)
    );
    for event in stage.log(&bob, id).await {
        let shown = format!("{event:?}");
        assert!(!shown.contains("\"anna\""), "{shown}");
        if event.seq == message {
            assert_eq!(
                event.sender.map(|sender| sender.username),
                Some(deleted.clone())
            );
            let EventBody::MessageCreated(message) = event.body else {
                panic!("{shown}")
            };
            assert_eq!(message.text.as_str(), "you");
        }
    }
    let old = [Username::from_stored("anna")];
    assert!(stage.accounts.by_names(&old).await.unwrap().is_empty());
    let again = stage.accounts.create(stage.new_account(&anna)).await;
    assert!(matches!(again, Err(Error::Conflict { .. })), "{again:?}");
    assert!(stage.accounts.find("ann", 10).await.unwrap().is_empty());
}

pub async fn what_proves_who_one_is_goes(stage: Stage) {
    let anna = stage.user("anna").await;
    let at = stage.now();
    let hash = TokenHash([1; 32]);
    let new = NewSession {
        id: SessionId::new(5),
        user: anna.user.id,
        hash,
        device: DeviceName::from_claim("x"),
        at,
        expires_at: at,
    };
    stage.sessions.open(new, 5).await.unwrap();
    let picture = Avatar {
        kind: ImageKind::Png,
        bytes: vec![1],
        version: 0,
    };
    stage
        .accounts
        .set_avatar(&stage.own(&anna), Some(picture), stage.now())
        .await
        .unwrap();
    let mut notices = stage.bus.subscribe();
    stage
        .accounts
        .erase(&stage.own(&anna), stage.now())
        .await
        .unwrap();
    assert!(stage.sessions.by_token(&hash).await.unwrap().is_none());
    assert_eq!(stage.accounts.avatar(anna.user.id).await.unwrap(), None);
    assert_eq!(
        stage.accounts.credentials(anna.user.id).await.unwrap(),
        None
    );
    let ended = loop {
        match notices.recv().await.unwrap() {
            Notice::Ended(sessions) => break sessions,
            Notice::Committed(_) | Notice::Signal { .. } => {}
        }
    };
    assert_eq!(&*ended, [SessionId::new(5)]);
}

pub async fn an_owners_conversation_goes_to_the_oldest_admin(stage: Stage) {
    let (anna, bob, carol) = (
        stage.user("anna").await,
        stage.user("bob").await,
        stage.user("carol").await,
    );
    let id = stage.group(&anna, &[&bob, &carol]).await;
    let promote = Change::SetRole(carol.user.clone(), Role::Admin);
    stage
        .change(&anna, id, Some(&carol), promote)
        .await
        .unwrap();
    let judged_before = stage.post(&bob, id).await;
    stage
        .accounts
        .erase(&stage.own(&anna), stage.now())
        .await
        .unwrap();
    assert_eq!(stage.facts(&carol, id).await.role, Role::Owner);
    let facts = stage.facts(&anna, id).await;
    assert_eq!((facts.standing, facts.members), (Standing::Left, 2));
    assert_eq!(
        sorts(&stage.log(&bob, id).await)[5..],
        ["transferred", "left"]
    );
    let late = stage
        .messages
        .append(&judged_before, stage.draft("late"))
        .await;
    assert_eq!(late, Err(Error::StalePermit));
}

pub async fn without_an_admin_the_oldest_member_owns(stage: Stage) {
    let (anna, bob, carol) = (
        stage.user("anna").await,
        stage.user("bob").await,
        stage.user("carol").await,
    );
    let id = stage.group(&anna, &[&carol]).await;
    stage
        .change(&anna, id, Some(&bob), Change::Add(bob.user.clone()))
        .await
        .unwrap();
    stage
        .accounts
        .erase(&stage.own(&anna), stage.now())
        .await
        .unwrap();
    assert_eq!(stage.facts(&carol, id).await.role, Role::Owner);
    assert_eq!(stage.facts(&bob, id).await.role, Role::Member);
}

pub async fn contacts_and_blocks_go_and_friends_are_told(stage: Stage) {
    let (anna, bob, carol) = (
        stage.user("anna").await,
        stage.user("bob").await,
        stage.user("carol").await,
    );
    stage.befriend(&anna, &bob).await;
    stage.relate(&carol, &anna, Step::Block).await.unwrap();
    stage
        .accounts
        .erase(&stage.own(&anna), stage.now())
        .await
        .unwrap();
    assert!(
        stage
            .contacts
            .list(&stage.own(&bob))
            .await
            .unwrap()
            .is_empty()
    );
    let feed = stage.feed(&bob).await;
    let Some(EventBody::ContactChanged { contact }) = feed.last() else {
        panic!("{feed:?}")
    };
    assert_eq!(contact.state, ContactState::None);
    assert_eq!(contact.account.status, AccountStatus::Deleted);
    let facts = stage.relation(&bob, &anna).await;
    assert!(!facts.other_active && facts.mine == ContactState::None);
    assert!(
        stage
            .contacts
            .blocked_with(&stage.own(&carol))
            .await
            .unwrap()
            .is_empty()
    );
}

pub async fn a_direct_conversation_is_closed_for_the_other(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let direct = stage.direct(&anna, &bob).await;
    let message = stage.say(&anna, direct, "hello").await;
    stage
        .accounts
        .erase(&stage.own(&anna), stage.now())
        .await
        .unwrap();
    assert!(stage.facts(&bob, direct).await.closed_by_peer);
    let view = stage.view(&bob, direct).await;
    assert_eq!(
        view.peer.map(|peer| peer.username),
        Some(Username::of_deleted(anna.user.id))
    );
    assert_eq!(view.last.map(|event| event.seq), Some(message));
}

pub async fn the_feed_and_the_notifications_go(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    stage.request(&bob, &anna).await.unwrap();
    let feed = stage.account(&anna).await.feed;
    stage
        .accounts
        .erase(&stage.own(&anna), stage.now())
        .await
        .unwrap();
    assert_eq!(
        stage.conversations.facts(feed, anna.user.id).await.unwrap(),
        None
    );
    assert_eq!(
        stage.notifications.unseen(&stage.own(&anna)).await.unwrap(),
        0
    );
    let gap = stage
        .messages
        .gap(&stage.system(), feed, domain::Seq::ZERO, 10)
        .await
        .unwrap();
    assert!(gap.is_empty());
}

pub async fn what_concerns_the_deleted_goes_on(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let id = stage.group(&bob, &[&anna]).await;
    stage
        .accounts
        .erase(&stage.own(&anna), stage.now())
        .await
        .unwrap();
    stage
        .accounts
        .erase(&stage.own(&anna), stage.now())
        .await
        .unwrap();
    stage.relate(&bob, &anna, Step::Block).await.unwrap();
    let message = stage.mention(&bob, id, &[&anna]).await;
    let item = Item {
        user: anna.user.clone(),
        kind: Kind::Mention,
        conversation: Some(id),
        message: Some(message),
        actor: bob.user.clone(),
        excerpt: None,
        at: stage.now(),
    };
    let notify = stage
        .notifications
        .notify(&stage.system(), vec![item], None)
        .await;
    assert_eq!(notify, Ok(()));
    assert_eq!(stage.notifications.unseen(&stage.own(&anna)).await, Ok(0));
    let (system, id) = (stage.system(), anna.user.id);
    let opened = stage
        .accounts
        .set_status(&system, id, AccountStatus::Active, stage.now())
        .await;
    assert!(matches!(opened, Err(Error::NotFound { .. })), "{opened:?}");
    assert_eq!(stage.account(&anna).await.status, AccountStatus::Deleted);
}
