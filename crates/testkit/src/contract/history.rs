//! Pages of history and pieces of the log.

use domain::event::Event;
use domain::message::{Amend, Span};
use domain::text::Emoji;
use domain::{Actor, ConversationId, Seq};
use engine::port::HistoryPage;

use super::Stage;
use super::stage::sorts;

/// A conversation with 20 messages at the places 3 to 41, each followed by a reaction.
async fn long(stage: &Stage) -> (Actor, ConversationId) {
    let anna = stage.user("anna").await;
    let id = stage.group(&anna, &[]).await;
    for _ in 0..20 {
        let message = stage.say(&anna, id, "x").await;
        let act = Amend::React(Emoji::parse("👍").unwrap());
        stage.amend(&anna, id, message, act).await.unwrap();
    }
    (anna, id)
}

async fn page(
    stage: &Stage,
    who: &Actor,
    id: ConversationId,
    span: Span,
    limit: usize,
) -> HistoryPage {
    let permit = stage.read(who, id).await;
    stage.messages.history(&permit, span, limit).await.unwrap()
}

fn places(events: &[Event]) -> Vec<i64> {
    events.iter().map(|event| event.seq.get()).collect()
}

pub async fn the_newest_page_is_the_end(stage: Stage) {
    let (anna, id) = long(&stage).await;
    let page = page(&stage, &anna, id, Span::Newest, 3).await;
    assert_eq!(places(&page.items), [37, 39, 41]);
    assert!(page.older && !page.newer);
    assert_eq!(page.head, Seq::new(42));
}

pub async fn a_page_before_a_place_ends_before_it(stage: Stage) {
    let (anna, id) = long(&stage).await;
    let found = page(&stage, &anna, id, Span::Before(Seq::new(9)), 2).await;
    assert_eq!(places(&found.items), [5, 7]);
    assert!(found.older && found.newer);
    let found = page(&stage, &anna, id, Span::Before(Seq::new(5)), 10).await;
    assert_eq!(sorts(&found.items), ["created", "joined", "message"]);
    assert!(!found.older && found.newer);
    let found = page(&stage, &anna, id, Span::Before(Seq::MAX), 1).await;
    assert_eq!(places(&found.items), [41]);
    assert!(!found.newer);
}

pub async fn a_page_after_a_place_begins_after_it(stage: Stage) {
    let (anna, id) = long(&stage).await;
    let found = page(&stage, &anna, id, Span::After(Seq::new(9)), 2).await;
    assert_eq!(places(&found.items), [11, 13]);
    assert!(found.older && found.newer);
    let found = page(&stage, &anna, id, Span::After(Seq::new(38)), 2).await;
    assert_eq!(places(&found.items), [39, 41]);
    assert!(found.older && !found.newer);
    let found = page(&stage, &anna, id, Span::After(Seq::ZERO), 2).await;
    assert_eq!(places(&found.items), [1, 2]);
    assert!(!found.older && found.newer);
    let found = page(&stage, &anna, id, Span::After(Seq::MAX), 2).await;
    assert!(found.items.is_empty() && found.older && !found.newer);
}

pub async fn a_page_around_a_place_has_both_sides(stage: Stage) {
    let (anna, id) = long(&stage).await;
    let found = page(&stage, &anna, id, Span::Around(Seq::new(21)), 4).await;
    assert_eq!(places(&found.items), [17, 19, 21, 23]);
    assert!(found.older && found.newer);
    let found = page(&stage, &anna, id, Span::Around(Seq::new(1)), 4).await;
    assert_eq!(places(&found.items), [1, 2]);
    assert!(!found.older && found.newer);
}

pub async fn pages_put_together_are_the_whole(stage: Stage) {
    let (anna, id) = long(&stage).await;
    let whole = page(&stage, &anna, id, Span::Newest, 1000).await.items;
    assert_eq!(whole.len(), 22);
    for limit in [1, 3, 7] {
        let (mut found, mut before): (Vec<Event>, _) = (Vec::new(), Seq::MAX);
        loop {
            let mut next = page(&stage, &anna, id, Span::Before(before), limit).await;
            let Some(first) = next.items.first() else {
                break;
            };
            before = first.seq;
            next.items.append(&mut found);
            found = next.items;
            if !next.older {
                break;
            }
        }
        assert_eq!(found, whole);
    }
}

pub async fn an_empty_history_is_an_empty_page(stage: Stage) {
    let anna = stage.user("anna").await;
    let feed = stage.account(&anna).await.feed;
    let found = page(&stage, &anna, feed, Span::Newest, 10).await;
    assert!(found.items.is_empty() && !found.older && !found.newer);
    assert_eq!(found.head, Seq::ZERO);
}

pub async fn a_feed_is_no_history(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    stage.befriend(&anna, &bob).await;
    let feed = stage.account(&anna).await.feed;
    assert!(
        page(&stage, &anna, feed, Span::Newest, 10)
            .await
            .items
            .is_empty()
    );
    assert!(!stage.feed(&anna).await.is_empty());
}

pub async fn the_log_comes_in_pieces(stage: Stage) {
    let (anna, id) = long(&stage).await;
    let permit = stage.read(&anna, id).await;
    let piece = stage.messages.log(&permit, Seq::new(10), 5).await.unwrap();
    assert_eq!(places(&piece.events), [11, 12, 13, 14, 15]);
    assert_eq!((piece.head, piece.first), (Seq::new(42), Seq::new(1)));
    let piece = stage.messages.log(&permit, Seq::new(42), 5).await.unwrap();
    assert!(piece.events.is_empty());
    let piece = stage.messages.log(&permit, Seq::MAX, 5).await.unwrap();
    assert!(piece.events.is_empty());
}
