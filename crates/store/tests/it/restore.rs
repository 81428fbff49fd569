//! Backup, restore, and who may open a store.

use std::path::Path;

use domain::Seq;
use domain::event::Event;
use engine::port::{Position, Storage};
use store::{OpenError, OpenMode, OpenOptions, SchemaError};
use tempfile::TempDir;
use testkit::contract::{Stage, memory_bus};

use super::{close, open, try_open, url};

/// Every event that a follower sees.
async fn everything(stage: &Stage) -> Vec<Event> {
    let found = stage
        .followers
        .read(&stage.system(), Position::default(), 100_000)
        .await
        .unwrap();
    found.into_iter().map(|followed| followed.event).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_beside_writes_restores_without_gaps_in_another_life() {
    let dir = TempDir::new().unwrap();
    let stage = open(dir.path()).await;
    let anna = stage.user("anna").await;
    let id = stage.group(&anna, &[]).await;
    for _ in 0..200 {
        stage.say(&anna, id, "before").await;
    }
    let writer = tokio::spawn({
        let (stage, anna) = (stage.clone(), anna.clone());
        async move {
            for _ in 0..500 {
                stage.say(&anna, id, "meanwhile").await;
            }
        }
    });
    let copy = dir.path().join("copy.db");
    let (from, to) = (url(dir.path()), copy.clone());
    tokio::task::spawn_blocking(move || store::backup(&from, &to))
        .await
        .unwrap()
        .unwrap();
    writer.await.unwrap();
    let epoch = stage.storage.epoch();
    assert!(matches!(
        store::restore(&copy, &url(dir.path())),
        Err(OpenError::Locked { .. })
    ));
    close(stage).await;

    let begun = store::restore(&copy, &url(dir.path())).unwrap();
    let stage = open(dir.path()).await;
    assert_eq!(stage.storage.epoch(), begun);
    assert_ne!(begun, epoch);
    let log = stage.log(&anna, id).await;
    assert!(log.len() >= 202 && log.len() <= 702, "{}", log.len());
    assert!(
        log.iter()
            .zip(1..)
            .all(|(event, seq)| event.seq == Seq::new(seq))
    );
    assert_eq!(everything(&stage).await, log);
    stage.say(&anna, id, "after").await;
    assert_eq!(stage.search.position().await.unwrap(), Position(0));
    let names = std::fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let names: Vec<String> = names
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    assert!(
        names.iter().any(|name| name.contains(".before-")),
        "{names:?}"
    );
    assert!(
        !names.iter().any(|name| name.contains(".part")),
        "{names:?}"
    );
    close(stage).await;
}

#[tokio::test]
async fn a_copy_can_be_restored_where_nothing_was() {
    let (dir, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let stage = open(dir.path()).await;
    let anna = stage.user("anna").await;
    close(stage).await;
    let copy = dir.path().join("copy.db");
    store::backup(&url(dir.path()), &copy).unwrap();
    let place = other.path().join("new").join("place");
    store::restore(&copy, &url(&place)).unwrap();
    let stage = open(&place).await;
    assert_eq!(stage.account(&anna).await.user, anna.user);
    close(stage).await;
}

#[tokio::test]
async fn what_is_no_copy_is_not_restored() {
    let dir = TempDir::new().unwrap();
    let stage = open(dir.path()).await;
    let anna = stage.user("anna").await;
    close(stage).await;
    let copy = dir.path().join("copy.db");
    for bytes in [&b"this is no database, whatever its name says"[..], b""] {
        std::fs::write(&copy, bytes).unwrap();
        let refused = store::restore(&copy, &url(dir.path()));
        assert!(
            matches!(refused, Err(OpenError::Damaged { .. })),
            "{refused:?}"
        );
    }
    assert!(store::restore(Path::new("/nowhere/copy.db"), &url(dir.path())).is_err());
    let stage = open(dir.path()).await;
    assert_eq!(stage.account(&anna).await.user, anna.user);
    close(stage).await;
}

#[tokio::test]
async fn a_store_has_one_server_and_tools_beside_it() {
    let dir = TempDir::new().unwrap();
    let stage = open(dir.path()).await;
    assert!(matches!(
        try_open(dir.path()).await,
        Err(OpenError::Locked { .. })
    ));
    let options = OpenOptions::new(OpenMode::Tool, memory_bus());
    let tool = store::open(&url(dir.path()), options).await.unwrap();
    let beside = Stage::new(std::sync::Arc::new(tool), memory_bus(), ());
    assert_eq!(beside.storage.epoch(), stage.storage.epoch());
    let anna = stage.user("anna").await;
    assert_eq!(beside.account(&anna).await.user, anna.user);
    // What the tool changes, the server sees: also the name that it remembers.
    let id = stage.group(&anna, &[]).await;
    stage.say(&anna, id, "hello").await;
    beside
        .accounts
        .erase(&beside.own(&anna), beside.now())
        .await
        .unwrap();
    let bob = stage.user("bob").await;
    assert_eq!(bob.user.username.as_str(), "bob");
    let deleted = domain::Username::of_deleted(anna.user.id);
    let seen = everything(&stage).await;
    assert!(seen.iter().all(|event| {
        event
            .sender
            .as_ref()
            .is_none_or(|by| by.username == deleted)
    }));
    close(beside).await;
    close(stage).await;
    let again = open(dir.path()).await;
    close(again).await;
}

#[tokio::test]
async fn a_closed_store_refuses() {
    let dir = TempDir::new().unwrap();
    let (store, _) = try_open(dir.path()).await.unwrap();
    store.close().await.unwrap();
    store.close().await.unwrap();
    let refused = engine::port::Accounts::by_ids(&store, &[]).await;
    assert!(
        matches!(refused, Err(domain::Error::Unavailable { .. })),
        "{refused:?}"
    );
    assert!(matches!(
        store.health().await,
        engine::port::Health::Failing(_)
    ));
}

#[tokio::test]
async fn what_was_accepted_is_finished_before_closing() {
    let dir = TempDir::new().unwrap();
    let stage = open(dir.path()).await;
    let anna = stage.user("anna").await;
    let id = stage.group(&anna, &[]).await;
    let mut tasks = Vec::new();
    for _ in 0..200 {
        let (stage, anna) = (stage.clone(), anna.clone());
        tasks.push(tokio::spawn(async move {
            let permit = stage.post(&anna, id).await;
            stage
                .messages
                .append(&permit, stage.draft("x"))
                .await
                .is_ok()
        }));
    }
    tokio::task::yield_now().await;
    stage.storage.close().await.unwrap();
    let mut acknowledged = 0;
    for task in tasks {
        // Who came too late even for the facts got an error there.
        acknowledged += i64::from(task.await.unwrap_or(false));
    }
    drop(stage);
    let stage = open(dir.path()).await;
    let log = stage.log(&anna, id).await;
    assert_eq!(log.last().unwrap().seq.get(), 2 + acknowledged);
    close(stage).await;
}

#[tokio::test]
async fn a_newer_database_is_refused_and_a_check_says_so() {
    let dir = TempDir::new().unwrap();
    let state = store::schema_state(&url(dir.path())).unwrap();
    assert_eq!(state.found, 0);
    assert!(!state.pending.is_empty());
    assert!(!dir.path().join("switchboard.db").exists());
    close(open(dir.path()).await).await;
    let state = store::schema_state(&url(dir.path())).unwrap();
    assert_eq!(state.found, state.known);
    assert!(state.pending.is_empty());
    let file = rusqlite::Connection::open(dir.path().join("switchboard.db")).unwrap();
    let newer = "INSERT INTO schema_migrations (version, name, checksum) VALUES (999, 'x', 'x')";
    file.execute(newer, []).unwrap();
    drop(file);
    let refused = try_open(dir.path()).await;
    assert!(matches!(
        refused,
        Err(OpenError::Schema(SchemaError::Newer { found: 999, .. }))
    ));
    assert!(store::schema_state(&url(dir.path())).is_err());
}

#[tokio::test]
async fn a_url_of_another_kind_is_refused_with_advice() {
    for wrong in ["", "sqlite:", "sqlite::memory:", "oracle://x", "/a/path.db"] {
        let options = OpenOptions::new(OpenMode::Server, memory_bus());
        let refused = store::open(wrong, options).await;
        assert!(matches!(refused, Err(OpenError::Url(_))), "{wrong}");
    }
}
