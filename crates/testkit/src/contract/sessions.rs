//! Sessions.

use domain::user::AccountStatus;
use domain::{Actor, DeviceName, Error, SessionId, Timestamp};
use engine::port::{NewSession, Notice, TokenHash};

use super::Stage;

fn hash(number: u8) -> TokenHash {
    TokenHash([number; 32])
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

async fn open(stage: &Stage, who: &Actor, number: u8, keep: usize) {
    let new = NewSession {
        id: SessionId::new(i64::from(number)),
        user: who.user.id,
        hash: hash(number),
        device: DeviceName::from_claim("a phone"),
        at: at(i64::from(number)),
        expires_at: at(1000),
    };
    stage.sessions.open(new, keep).await.unwrap();
}

async fn ids(stage: &Stage, who: &Actor) -> Vec<i64> {
    let sessions = stage.sessions.list(&stage.own(who)).await.unwrap();
    sessions.iter().map(|session| session.id.get()).collect()
}

pub async fn a_token_tells_the_session_and_the_account(stage: Stage) {
    let anna = stage.user("anna").await;
    open(&stage, &anna, 1, 10).await;
    let (session, account) = stage.sessions.by_token(&hash(1)).await.unwrap().unwrap();
    assert_eq!(
        (session.id, session.user),
        (SessionId::new(1), anna.user.id)
    );
    assert_eq!(
        (session.created_at, session.last_used_at, session.expires_at),
        (at(1), at(1), at(1000))
    );
    assert_eq!(session.device.as_str(), "a phone");
    assert_eq!(account, stage.account(&anna).await);
    assert!(stage.sessions.by_token(&hash(2)).await.unwrap().is_none());
}

pub async fn the_session_of_a_closed_account_ends(stage: Stage) {
    let anna = stage.user("anna").await;
    open(&stage, &anna, 1, 10).await;
    let mut notices = stage.bus.subscribe();
    let status = AccountStatus::Disabled;
    stage
        .accounts
        .set_status(&stage.system(), anna.user.id, status, at(50))
        .await
        .unwrap();
    assert!(stage.sessions.by_token(&hash(1)).await.unwrap().is_none());
    match notices.recv().await.unwrap() {
        Notice::Ended(sessions) => assert_eq!(&*sessions, [SessionId::new(1)]),
        other => panic!("{other:?}"),
    }
    let ended = stage
        .sessions
        .ended_since(&stage.system(), at(49))
        .await
        .unwrap();
    assert_eq!(ended, [(SessionId::new(1), at(50))]);
    assert!(
        stage
            .sessions
            .ended_since(&stage.system(), at(50))
            .await
            .unwrap()
            .is_empty()
    );
}

pub async fn above_the_limit_those_used_longest_ago_end(stage: Stage) {
    let anna = stage.user("anna").await;
    for number in 1..=3 {
        open(&stage, &anna, number, 3).await;
    }
    stage
        .sessions
        .touch(&[(SessionId::new(1), at(90), at(2000))])
        .await
        .unwrap();
    open(&stage, &anna, 100, 3).await;
    assert_eq!(ids(&stage, &anna).await, [100, 1, 3]);
    assert!(stage.sessions.by_token(&hash(2)).await.unwrap().is_none());
}

pub async fn sessions_are_listed_last_used_first(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    for number in 1..=3 {
        open(&stage, &anna, number, 10).await;
    }
    open(&stage, &bob, 4, 10).await;
    stage
        .sessions
        .touch(&[(SessionId::new(2), at(500), at(5000))])
        .await
        .unwrap();
    assert_eq!(ids(&stage, &anna).await, [2, 3, 1]);
    let session = stage.sessions.by_token(&hash(2)).await.unwrap().unwrap().0;
    assert_eq!(
        (session.last_used_at, session.expires_at),
        (at(500), at(5000))
    );
}

pub async fn one_ends_only_ones_own_and_only_once(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    open(&stage, &anna, 1, 10).await;
    let id = SessionId::new(1);
    let of_another = stage.sessions.end(&stage.own(&bob), id, at(7)).await;
    assert_eq!(of_another, Err(Error::NotFound { what: "session" }));
    stage
        .sessions
        .end(&stage.own(&anna), id, at(7))
        .await
        .unwrap();
    let again = stage.sessions.end(&stage.own(&anna), id, at(8)).await;
    assert_eq!(again, Err(Error::NotFound { what: "session" }));
    assert!(stage.sessions.by_token(&hash(1)).await.unwrap().is_none());
}

pub async fn all_others_end_together(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    for number in 1..=3 {
        open(&stage, &anna, number, 10).await;
    }
    open(&stage, &bob, 4, 10).await;
    let keep = Some(SessionId::new(2));
    let mut ended = stage
        .sessions
        .end_others(&stage.own(&anna), keep, at(9))
        .await
        .unwrap();
    ended.sort();
    assert_eq!(ended, [SessionId::new(1), SessionId::new(3)]);
    assert_eq!(ids(&stage, &anna).await, [2]);
    assert_eq!(ids(&stage, &bob).await, [4]);
}

pub async fn what_ended_or_ran_out_is_forgotten(stage: Stage) {
    let anna = stage.user("anna").await;
    for number in 1..=3 {
        open(&stage, &anna, number, 10).await;
    }
    stage
        .sessions
        .end(&stage.own(&anna), SessionId::new(1), at(10))
        .await
        .unwrap();
    stage
        .sessions
        .touch(&[(SessionId::new(2), at(20), at(5000))])
        .await
        .unwrap();
    assert_eq!(
        stage.sessions.purge(&stage.system(), at(10)).await.unwrap(),
        0
    );
    assert_eq!(
        stage.sessions.purge(&stage.system(), at(11)).await.unwrap(),
        1
    );
    assert_eq!(
        stage
            .sessions
            .purge(&stage.system(), at(1001))
            .await
            .unwrap(),
        1
    );
    assert_eq!(ids(&stage, &anna).await, [2]);
}
