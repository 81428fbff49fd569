//! Files that are not what they were.

use domain::{ConversationId, Seq, UserId};
use engine::port::{Document, Position, SearchQuery};
use store::OpenError;
use tempfile::TempDir;
use testkit::contract::Stage;

use super::{close, open, try_open};

async fn index_one(stage: &Stage, text: &str) {
    let document = Document {
        conversation: ConversationId::new(1),
        seq: Seq::new(1),
        sender: Some(UserId::new(1)),
        at: 1,
        text: Some(text.to_owned()),
    };
    let position = Position(stage.search.position().await.unwrap().0 + 1);
    stage.search.put(vec![document], position).await.unwrap();
}

async fn count(stage: &Stage, text: &str) -> usize {
    let query = SearchQuery {
        text: text.to_owned(),
        within: vec![(ConversationId::new(1), Seq::MAX)],
        sender: None,
        after: None,
        limit: 10,
    };
    stage.search.query(query).await.unwrap().len()
}

#[tokio::test]
async fn an_index_outlives_a_restart() {
    let dir = TempDir::new().unwrap();
    let stage = open(dir.path()).await;
    index_one(&stage, "word").await;
    close(stage).await;
    let stage = open(dir.path()).await;
    assert_eq!(stage.search.position().await.unwrap(), Position(1));
    assert_eq!(count(&stage, "word").await, 1);
    close(stage).await;
}

#[tokio::test]
async fn a_damaged_or_missing_index_is_built_anew() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("search.db");
    for damage in [None, Some(vec![7_u8; 5000]), Some(Vec::new())] {
        let stage = open(dir.path()).await;
        index_one(&stage, "word").await;
        close(stage).await;
        match damage {
            None => std::fs::remove_file(&file).unwrap(),
            Some(bytes) => std::fs::write(&file, bytes).unwrap(),
        }
        let stage = open(dir.path()).await;
        assert_eq!(stage.search.position().await.unwrap(), Position(0));
        assert_eq!(count(&stage, "word").await, 0);
        index_one(&stage, "word").await;
        assert_eq!(count(&stage, "word").await, 1);
        stage.search.clear().await.unwrap();
        close(stage).await;
    }
}

#[tokio::test]
async fn an_index_that_breaks_while_it_is_used_is_built_anew() {
    let dir = TempDir::new().unwrap();
    let stage = open(dir.path()).await;
    for _ in 0..3 {
        index_one(&stage, "word").await;
    }
    close(stage).await;
    let file = dir.path().join("search.db");
    let mut bytes = std::fs::read(&file).unwrap();
    // The first page, with the list of tables, stays whole.
    bytes[4096..].fill(0x5a);
    std::fs::write(&file, bytes).unwrap();
    let stage = open(dir.path()).await;
    let mut tries = 0;
    while stage.search.position().await != Ok(Position(0)) {
        let query = SearchQuery {
            text: "word".to_owned(),
            within: vec![(ConversationId::new(1), Seq::MAX)],
            sender: None,
            after: None,
            limit: 1,
        };
        assert!(stage.search.query(query).await.is_err());
        tries += 1;
        assert!(tries < 5);
    }
    index_one(&stage, "word").await;
    assert_eq!(count(&stage, "word").await, 1);
    close(stage).await;
}

#[tokio::test]
async fn a_file_that_is_no_database_is_not_opened() {
    let dir = TempDir::new().unwrap();
    std::fs::write(dir.path().join("switchboard.db"), vec![b'x'; 9000]).unwrap();
    assert!(matches!(
        try_open(dir.path()).await,
        Err(OpenError::Damaged { .. })
    ));
}

#[tokio::test]
async fn after_an_unclean_stop_the_file_is_looked_through() {
    let dir = TempDir::new().unwrap();
    let stage = open(dir.path()).await;
    let anna = stage.user("anna").await;
    let id = stage.group(&anna, &[]).await;
    for _ in 0..300 {
        stage
            .say(
                &anna,
                id,
                "some words to fill pages with, so that there are some",
            )
            .await;
    }
    close(stage).await;
    let file = dir.path().join("switchboard.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096 * 4].fill(0x5a);
    std::fs::write(&file, bytes).unwrap();
    // A server that was killed leaves its mark in the lock file.
    std::fs::write(dir.path().join("switchboard.db-lock"), "running\n").unwrap();
    assert!(matches!(
        try_open(dir.path()).await,
        Err(OpenError::Damaged { .. })
    ));
}
