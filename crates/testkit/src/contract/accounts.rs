//! Accounts.

use domain::text::{Bio, DisplayName};
use domain::user::{AccountStatus, Avatar, ImageKind, ProfileChange};
use domain::{Actor, Error, SessionId, Timestamp, UserId, UserRef, Username, permit};
use engine::port::{Credentials, NewAccount, NewSession, ScramKeys, TokenHash};

use super::Stage;

fn keys(word: &str) -> Credentials {
    let scram = |iterations| ScramKeys {
        salt: vec![0, 1, 255],
        iterations,
        stored_key: word.as_bytes().to_vec(),
        server_key: vec![7; 32],
    };
    Credentials {
        argon2id: format!("$argon2id${word}"),
        scram_sha256: scram(4096),
        scram_sha1: scram(u32::MAX),
    }
}

fn display(name: &str) -> ProfileChange {
    ProfileChange {
        name: Some(Some(DisplayName::from_stored(name))),
        bio: None,
    }
}

async fn named(stage: &Stage, prefix: &str) -> Vec<String> {
    let found = stage.accounts.find(prefix, 10).await.unwrap();
    found
        .iter()
        .map(|account| account.user.username.to_string())
        .collect()
}

pub async fn what_was_created_is_found_by_id_and_name(stage: Stage) {
    let anna = stage.user("anna").await;
    let by_id = stage
        .accounts
        .by_ids(&[anna.user.id, UserId::new(999_999)])
        .await
        .unwrap();
    let names = [
        Username::from_stored("anna"),
        Username::from_stored("nobody"),
    ];
    let by_name = stage.accounts.by_names(&names).await.unwrap();
    assert_eq!(by_id, by_name);
    assert_eq!(by_id.len(), 1);
    assert_eq!(by_id[0].user, anna.user);
    assert_eq!(by_id[0].status, AccountStatus::Active);
    assert_eq!((by_id[0].avatar, by_id[0].last_seen), (None, None));
    assert!(stage.accounts.by_ids(&[]).await.unwrap().is_empty());
    assert!(stage.accounts.by_names(&[]).await.unwrap().is_empty());
}

pub async fn many_accounts_are_found_at_once(stage: Stage) {
    let mut users = Vec::new();
    for number in 0..100 {
        users.push(stage.user(&format!("user{number}")).await.user);
    }
    let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
    let names: Vec<Username> = users.iter().map(|user| user.username.clone()).collect();
    assert_eq!(stage.accounts.by_ids(&ids).await.unwrap().len(), 100);
    assert_eq!(stage.accounts.by_names(&names).await.unwrap().len(), 100);
}

pub async fn a_name_is_taken_once_by_whoever_is_first(stage: Stage) {
    let mut tasks = Vec::new();
    for _ in 0..8 {
        let stage = stage.clone();
        tasks.push(tokio::spawn(async move {
            let user = UserRef {
                id: UserId::new(stage.number()),
                username: Username::from_stored("anna"),
            };
            let actor = Actor {
                user,
                session: SessionId::new(1),
                operator: false,
            };
            stage.accounts.create(stage.new_account(&actor)).await
        }));
    }
    let mut made = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => made += 1,
            Err(error) => assert!(matches!(error, Error::Conflict { .. }), "{error}"),
        }
    }
    assert_eq!(made, 1);
}

pub async fn names_that_differ_in_a_byte_are_different_names(stage: Stage) {
    stage.user("jose").await;
    stage.user("josé").await;
    stage.user("äpfel").await;
    stage.user("apfel").await;
    let found = stage
        .accounts
        .by_names(&[Username::from_stored("jose")])
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
}

pub async fn an_account_has_a_feed_from_the_beginning(stage: Stage) {
    let anna = stage.user("anna").await;
    assert!(stage.feed(&anna).await.is_empty());
    let memberships = stage
        .conversations
        .memberships(&stage.own(&anna))
        .await
        .unwrap();
    assert_eq!(memberships.len(), 1);
    assert_eq!(memberships[0].conversation, stage.account(&anna).await.feed);
    let bob = stage.user("bob").await;
    let feed = stage.account(&anna).await.feed;
    assert!(permit::read(&bob, &stage.facts(&bob, feed).await).is_err());
}

pub async fn keys_are_kept_and_replaced(stage: Stage) {
    let anna = stage.user("anna").await;
    assert_eq!(
        stage.accounts.credentials(anna.user.id).await.unwrap(),
        None
    );
    stage
        .accounts
        .set_credentials(&stage.own(&anna), keys("one"))
        .await
        .unwrap();
    assert_eq!(
        stage.accounts.credentials(anna.user.id).await.unwrap(),
        Some(keys("one"))
    );
    stage
        .accounts
        .set_credentials(&stage.own(&anna), keys("two"))
        .await
        .unwrap();
    assert_eq!(
        stage.accounts.credentials(anna.user.id).await.unwrap(),
        Some(keys("two"))
    );
}

pub async fn keys_may_come_with_the_account(stage: Stage) {
    let user = UserRef {
        id: UserId::new(stage.number()),
        username: Username::from_stored("anna"),
    };
    let actor = Actor {
        user,
        session: SessionId::new(1),
        operator: true,
    };
    let new = NewAccount {
        credentials: Some(keys("x")),
        operator: true,
        name: Some(DisplayName::from_stored("Anna")),
        ..stage.new_account(&actor)
    };
    let made = stage.accounts.create(new).await.unwrap();
    assert_eq!(
        stage.accounts.credentials(actor.user.id).await.unwrap(),
        Some(keys("x"))
    );
    assert_eq!(made, stage.account(&actor).await);
    assert!(made.operator);
}

pub async fn an_operator_resets_keys_and_sessions_end(stage: Stage) {
    let anna = stage.user("anna").await;
    let hash = TokenHash([1; 32]);
    let at = stage.now();
    let new = NewSession {
        id: SessionId::new(5),
        user: anna.user.id,
        hash,
        device: domain::DeviceName::from_claim("x"),
        at,
        expires_at: at,
    };
    stage.sessions.open(new, 10).await.unwrap();
    let (system, id) = (stage.system(), anna.user.id);
    let reset = stage
        .accounts
        .reset_credentials(&system, id, keys("new"), stage.now());
    reset.await.unwrap();
    assert!(stage.sessions.by_token(&hash).await.unwrap().is_none());
    assert_eq!(
        stage.accounts.credentials(anna.user.id).await.unwrap(),
        Some(keys("new"))
    );
}

pub async fn people_are_found_by_the_beginning_of_a_word(stage: Stage) {
    let anna = stage.user("anna").await;
    stage.user("annabel").await;
    stage.user("bob").await;
    assert_eq!(named(&stage, "an").await, ["anna", "annabel"]);
    assert_eq!(named(&stage, "AN").await, ["anna", "annabel"]);
    assert_eq!(named(&stage, "nn").await, Vec::<String>::new());
    let own = stage.own(&anna);
    stage
        .accounts
        .change_profile(&own, display("Zoë Müller"), stage.now())
        .await
        .unwrap();
    assert_eq!(named(&stage, "mül").await, ["anna"]);
    assert_eq!(named(&stage, "ZOË").await, ["anna"]);
    assert_eq!(named(&stage, "zoë mül").await, ["anna"]);
    stage
        .accounts
        .change_profile(&own, display("花子"), stage.now())
        .await
        .unwrap();
    assert_eq!(named(&stage, "mül").await, Vec::<String>::new());
    assert_eq!(named(&stage, "花").await, ["anna"]);
    assert_eq!(stage.accounts.find("a", 1).await.unwrap().len(), 1);
}

pub async fn who_is_not_in_use_is_not_found(stage: Stage) {
    let anna = stage.user("anna").await;
    let (accounts, id) = (&stage.accounts, anna.user.id);
    let system = stage.system();
    accounts
        .set_status(&system, id, AccountStatus::Disabled, stage.now())
        .await
        .unwrap();
    assert!(named(&stage, "an").await.is_empty());
    accounts
        .set_status(&system, id, AccountStatus::Active, stage.now())
        .await
        .unwrap();
    assert_eq!(named(&stage, "an").await, ["anna"]);
}

pub async fn all_accounts_are_listed_by_name(stage: Stage) {
    for name in ["carol", "anna", "bob"] {
        stage.user(name).await;
    }
    let page = |after: Option<Username>, limit| {
        let stage = stage.clone();
        async move {
            let found = stage
                .accounts
                .all(&stage.system(), after.as_ref(), limit)
                .await
                .unwrap();
            found
                .into_iter()
                .map(|account| account.user.username.to_string())
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(page(None, 2).await, ["anna", "bob"]);
    assert_eq!(page(Some(Username::from_stored("bob")), 2).await, ["carol"]);
}

pub async fn a_profile_changes_in_parts(stage: Stage) {
    let anna = stage.user("anna").await;
    let own = stage.own(&anna);
    let account = stage
        .accounts
        .change_profile(&own, display("Anna"), stage.now())
        .await
        .unwrap();
    assert_eq!(account.name.as_ref().map(DisplayName::as_str), Some("Anna"));
    let bio = ProfileChange {
        name: None,
        bio: Some(Some(Bio::from_stored("hello"))),
    };
    let account = stage
        .accounts
        .change_profile(&own, bio, stage.now())
        .await
        .unwrap();
    assert_eq!(account.name.as_ref().map(DisplayName::as_str), Some("Anna"));
    assert_eq!(account.bio.as_ref().map(Bio::as_str), Some("hello"));
    let none = ProfileChange {
        name: Some(None),
        bio: Some(None),
    };
    let account = stage
        .accounts
        .change_profile(&own, none, stage.now())
        .await
        .unwrap();
    assert_eq!((&account.name, &account.bio), (&None, &None));
    assert_eq!(account, stage.account(&anna).await);
    let feed = stage.feed(&anna).await;
    assert_eq!(
        feed.iter().map(super::stage::sort).collect::<Vec<_>>(),
        ["profile"; 3]
    );
}

pub async fn a_picture_is_kept_replaced_and_removed(stage: Stage) {
    let anna = stage.user("anna").await;
    let own = stage.own(&anna);
    let picture = |bytes: &[u8]| {
        Some(Avatar {
            kind: ImageKind::Png,
            bytes: bytes.to_vec(),
            version: 0,
        })
    };
    let at = stage.now();
    let account = stage
        .accounts
        .set_avatar(&own, picture(&[1, 2, 3]), at)
        .await
        .unwrap();
    assert_eq!(account.avatar, Some(at.millis()));
    let found = stage.accounts.avatar(anna.user.id).await.unwrap().unwrap();
    assert_eq!(
        (found.bytes.as_slice(), found.version),
        (&[1, 2, 3][..], at.millis())
    );
    let at = stage.now();
    stage
        .accounts
        .set_avatar(&own, picture(&[4]), at)
        .await
        .unwrap();
    assert_eq!(
        stage
            .accounts
            .avatar(anna.user.id)
            .await
            .unwrap()
            .unwrap()
            .version,
        at.millis()
    );
    let account = stage
        .accounts
        .set_avatar(&own, None, stage.now())
        .await
        .unwrap();
    assert_eq!(account.avatar, None);
    assert_eq!(stage.accounts.avatar(anna.user.id).await.unwrap(), None);
    assert_eq!(stage.feed(&anna).await.len(), 3);
}

pub async fn the_latest_sight_of_a_user_wins(stage: Stage) {
    let anna = stage.user("anna").await;
    let at = Timestamp::from_millis;
    stage
        .accounts
        .saw(&[(anna.user.id, at(20)), (anna.user.id, at(10))])
        .await
        .unwrap();
    assert_eq!(stage.account(&anna).await.last_seen, Some(at(20)));
    stage.accounts.saw(&[(anna.user.id, at(15))]).await.unwrap();
    assert_eq!(stage.account(&anna).await.last_seen, Some(at(20)));
}

pub async fn deleting_by_status_is_refused(stage: Stage) {
    let anna = stage.user("anna").await;
    let status = AccountStatus::Deleted;
    let refused = stage
        .accounts
        .set_status(&stage.system(), anna.user.id, status, stage.now())
        .await;
    assert!(matches!(refused, Err(Error::Invalid { .. })), "{refused:?}");
    let status = AccountStatus::Disabled;
    let unknown = stage
        .accounts
        .set_status(&stage.system(), UserId::new(1 << 40), status, stage.now())
        .await;
    assert!(
        matches!(unknown, Err(Error::NotFound { .. })),
        "{unknown:?}"
    );
}
