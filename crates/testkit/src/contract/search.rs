//! The full-text index.

use domain::{ConversationId, Seq, UserId};
use engine::port::{Document, FoundAt, Position, SearchQuery};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::Stage;

fn document(conversation: i64, seq: i64, at: i64, text: &str) -> Document {
    Document {
        conversation: ConversationId::new(conversation),
        seq: Seq::new(seq),
        sender: Some(UserId::new(7)),
        at,
        text: Some(text.to_owned()),
    }
}

fn query(text: &str, within: &[i64]) -> SearchQuery {
    SearchQuery {
        text: text.to_owned(),
        within: within
            .iter()
            .map(|id| (ConversationId::new(*id), Seq::MAX))
            .collect(),
        sender: None,
        after: None,
        limit: 100,
    }
}

async fn put(stage: &Stage, documents: Vec<Document>) {
    let position = Position(stage.search.position().await.unwrap().0 + 1);
    stage.search.put(documents, position).await.unwrap();
}

/// What is found, as (conversation, place).
async fn found(stage: &Stage, query: SearchQuery) -> Vec<(i64, i64)> {
    let found = stage.search.query(query).await.unwrap();
    found
        .iter()
        .map(|place| (place.conversation.get(), place.seq.get()))
        .collect()
}

pub async fn all_words_are_needed_the_last_as_a_beginning(stage: Stage) {
    let texts = ["the quick brown fox", "the brown dog", "Quick browsing"];
    put(
        &stage,
        (1..)
            .zip(texts)
            .map(|(n, text)| document(1, n, n, text))
            .collect(),
    )
    .await;
    assert_eq!(found(&stage, query("brown", &[1])).await, [(1, 2), (1, 1)]);
    assert_eq!(
        found(&stage, query("quick bro", &[1])).await,
        [(1, 3), (1, 1)]
    );
    assert_eq!(found(&stage, query("bro quick", &[1])).await, []);
    assert_eq!(found(&stage, query("fox the", &[1])).await, [(1, 1)]);
    assert_eq!(found(&stage, query("", &[1])).await, []);
    assert_eq!(found(&stage, query("\"' OR * (", &[1])).await, []);
}

pub async fn accents_case_and_width_do_not_matter(stage: Stage) {
    put(
        &stage,
        vec![
            document(1, 1, 1, "L'Été à Besançon"),
            document(1, 2, 2, "ｺｰﾋｰ ＣＡＦÉ"),
        ],
    )
    .await;
    for text in ["ete", "ÉTÉ", "besancon", "été bes"] {
        assert_eq!(found(&stage, query(text, &[1])).await, [(1, 1)], "{text}");
    }
    for text in ["コーヒー", "cafe", "ヒー"] {
        assert_eq!(found(&stage, query(text, &[1])).await, [(1, 2)], "{text}");
    }
}

pub async fn any_part_of_a_text_without_spaces_is_found(stage: Stage) {
    put(
        &stage,
        vec![
            document(1, 1, 1, "今日は東京都で花見をした。"),
            document(1, 2, 2, "京都の花"),
        ],
    )
    .await;
    assert_eq!(found(&stage, query("東京都", &[1])).await, [(1, 1)]);
    assert_eq!(found(&stage, query("京都", &[1])).await, [(1, 2), (1, 1)]);
    assert_eq!(found(&stage, query("花見", &[1])).await, [(1, 1)]);
    assert_eq!(found(&stage, query("花", &[1])).await, [(1, 2), (1, 1)]);
    assert_eq!(found(&stage, query("花 東京", &[1])).await, [(1, 1)]);
    assert_eq!(found(&stage, query("大阪", &[1])).await, []);
}

pub async fn only_what_was_asked_for_is_found(stage: Stage) {
    let mut documents = vec![
        document(1, 5, 1, "word"),
        document(2, 5, 2, "word"),
        document(3, 5, 3, "word"),
    ];
    documents[1].sender = Some(UserId::new(8));
    put(&stage, documents).await;
    assert_eq!(
        found(&stage, query("word", &[1, 3])).await,
        [(3, 5), (1, 5)]
    );
    assert_eq!(found(&stage, query("word", &[])).await, []);
    let until = |seq| SearchQuery {
        within: vec![(ConversationId::new(1), Seq::new(seq))],
        ..query("word", &[])
    };
    assert_eq!(found(&stage, until(4)).await, []);
    assert_eq!(found(&stage, until(5)).await, [(1, 5)]);
    let from = |user| SearchQuery {
        sender: Some(UserId::new(user)),
        ..query("word", &[1, 2, 3])
    };
    assert_eq!(found(&stage, from(8)).await, [(2, 5)]);
    assert_eq!(found(&stage, from(9)).await, []);
    let many: Vec<i64> = (1..100).filter(|id| *id != 2).collect();
    assert_eq!(found(&stage, query("word", &many)).await, [(3, 5), (1, 5)]);
}

pub async fn a_number_in_a_text_is_no_conversation(stage: Stage) {
    put(&stage, vec![document(1, 1, 1, "call 42 and \u{e000}42")]).await;
    assert_eq!(found(&stage, query("call", &[42])).await, []);
    assert_eq!(found(&stage, query("42", &[1])).await, [(1, 1)]);
}

pub async fn answers_are_by_time_then_place_and_go_on_after_any(stage: Stage) {
    let mut documents = Vec::new();
    for n in 0..30 {
        documents.push(document(1 + n % 3, 1 + n, 100 + n / 7, "word"));
    }
    put(&stage, documents.clone()).await;
    let mut expected: Vec<FoundAt> = documents
        .iter()
        .map(|d| FoundAt {
            at: d.at,
            conversation: d.conversation,
            seq: d.seq,
        })
        .collect();
    expected.sort_unstable_by(|one, other| other.cmp(one));
    for limit in [1, 4, 7, 100] {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let next = SearchQuery {
                after,
                limit,
                ..query("word", &[1, 2, 3])
            };
            let page = stage.search.query(next).await.unwrap();
            assert!(page.len() <= limit);
            let Some(last) = page.last() else { break };
            after = Some(*last);
            seen.extend(page);
        }
        assert_eq!(seen, expected, "{limit}");
    }
}

pub async fn a_document_is_replaced_and_removed(stage: Stage) {
    put(
        &stage,
        vec![document(1, 1, 50, "old"), document(1, 2, 60, "other")],
    )
    .await;
    let mut edited = document(1, 1, 99, "new");
    edited.sender = Some(UserId::new(8));
    put(&stage, vec![edited]).await;
    assert_eq!(found(&stage, query("old", &[1])).await, []);
    let place = stage.search.query(query("new", &[1])).await.unwrap()[0];
    assert_eq!((place.at, place.seq), (50, Seq::new(1)));
    let from = SearchQuery {
        sender: Some(UserId::new(7)),
        ..query("new", &[1])
    };
    assert_eq!(found(&stage, from).await, [(1, 1)]);
    let gone = Document {
        text: None,
        ..document(1, 1, 100, "")
    };
    put(&stage, vec![gone.clone(), gone]).await;
    assert_eq!(found(&stage, query("new", &[1])).await, []);
    assert_eq!(found(&stage, query("other", &[1])).await, [(1, 2)]);
}

pub async fn the_position_moves_with_the_documents(stage: Stage) {
    assert_eq!(stage.search.position().await.unwrap(), Position(0));
    stage
        .search
        .put(vec![document(1, 1, 1, "word")], Position(17))
        .await
        .unwrap();
    assert_eq!(stage.search.position().await.unwrap(), Position(17));
    stage.search.put(Vec::new(), Position(18)).await.unwrap();
    assert_eq!(stage.search.position().await.unwrap(), Position(18));
    stage.search.clear().await.unwrap();
    assert_eq!(stage.search.position().await.unwrap(), Position(0));
    assert_eq!(found(&stage, query("word", &[1])).await, []);
}

pub async fn marks_are_where_the_words_stand(stage: Stage) {
    // Asking for the position makes sure that it can be asked while the index works.
    stage.search.position().await.unwrap();
    assert_eq!(stage.search.marks("été", "👍 l'Été!"), [(5, 8)]);
    assert_eq!(
        stage.search.marks("hello wor", "world hello"),
        [(0, 5), (6, 11)]
    );
    assert!(stage.search.marks("hello", "bye").is_empty());
}

pub async fn whatever_was_put_in_is_found_by_its_words(stage: Stage) {
    let runtime = tokio::runtime::Handle::current();
    let run = tokio::task::spawn_blocking(move || {
        let mut runner = TestRunner::new(Config {
            cases: 64,
            failure_persistence: None,
            ..Config::default()
        });
        let texts = "[a-zA-Zéüß0-9東京都花がパン한국어дом'.,!\"* 👍-]{1,40}";
        let mut number = 0;
        let number = std::cell::RefCell::new(&mut number);
        runner.run(&texts, |text| {
            **number.borrow_mut() += 1;
            let place = **number.borrow();
            runtime.block_on(put(&stage, vec![document(1, place, place, &text)]));
            for word in text.split_whitespace() {
                let expected = !stage.search.marks(word, &text).is_empty();
                let found = runtime.block_on(found(&stage, query(word, &[1])));
                prop_assert_eq!(
                    found.contains(&(1, place)),
                    expected,
                    "{} in {}",
                    word,
                    text
                );
                prop_assert!(
                    expected || !word.chars().any(char::is_alphanumeric),
                    "{} in {}",
                    word,
                    text
                );
            }
            Ok(())
        })
    });
    if let Err(failure) = run.await.unwrap() {
        panic!("{failure}");
    }
}
