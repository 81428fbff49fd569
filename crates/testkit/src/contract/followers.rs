//! Following the whole log.

use domain::Seq;
use domain::message::Draft;
use engine::port::{Followed, Notice, Position};

use super::Stage;

async fn all(stage: &Stage, after: Position, limit: usize) -> Vec<Followed> {
    let (mut found, mut after) = (Vec::new(), after);
    loop {
        let page = stage
            .followers
            .read(&stage.system(), after, limit)
            .await
            .unwrap();
        let Some(last) = page.last() else {
            return found;
        };
        after = last.position;
        found.extend(page);
    }
}

pub async fn a_follower_sees_every_event_but_feeds_in_commit_order(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let one = stage.group(&anna, &[&bob]).await;
    stage.befriend(&anna, &bob).await;
    let other = stage.direct(&anna, &bob).await;
    for id in [one, other, one, one, other] {
        let seq = stage.say(&anna, id, "x").await;
        stage.mark_read(&bob, id, seq).await;
    }
    let expected = [stage.log(&anna, one).await, stage.log(&anna, other).await];
    for limit in [1, 2, 1000] {
        let found = all(&stage, Position::default(), limit).await;
        assert_eq!(found.len(), expected[0].len() + expected[1].len());
        assert!(
            found
                .windows(2)
                .all(|pair| pair[0].position < pair[1].position)
        );
        for (id, expected) in [one, other].into_iter().zip(&expected) {
            let of_this = found.iter().map(|followed| &followed.event);
            let of_this: Vec<_> = of_this
                .filter(|event| event.conversation == id)
                .cloned()
                .collect();
            assert_eq!(&of_this, expected);
        }
    }
}

pub async fn a_follower_misses_nothing_while_many_write(stage: Stage) {
    let anna = stage.user("anna").await;
    let mut tasks = Vec::new();
    for _ in 0..6 {
        let id = stage.group(&anna, &[]).await;
        let (stage, anna) = (stage.clone(), anna.clone());
        tasks.push(tokio::spawn(async move {
            for _ in 0..60 {
                stage.say(&anna, id, "x").await;
            }
        }));
    }
    let total = 6 * 2 + 6 * 60;
    let (mut seen, mut after) = (Vec::new(), Position::default());
    while seen.len() < total {
        let page = stage
            .followers
            .read(&stage.system(), after, 50)
            .await
            .unwrap();
        after = page.last().map_or(after, |last| last.position);
        seen.extend(
            page.into_iter()
                .map(|f| (f.event.conversation, f.event.seq)),
        );
        tokio::task::yield_now().await;
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(all(&stage, after, 10).await, []);
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), total);
}

pub async fn a_position_is_kept_by_name(stage: Stage) {
    let system = stage.system();
    let position = |name: &'static str| {
        let stage = stage.clone();
        async move {
            stage
                .followers
                .position(&stage.system(), name)
                .await
                .unwrap()
        }
    };
    assert_eq!(position("one").await, Position::default());
    stage
        .followers
        .advance(&system, "one", Position(5))
        .await
        .unwrap();
    stage
        .followers
        .advance(&system, "other", Position(7))
        .await
        .unwrap();
    stage
        .followers
        .advance(&system, "one", Position(6))
        .await
        .unwrap();
    assert_eq!(
        (position("one").await, position("other").await),
        (Position(6), Position(7))
    );
}

pub async fn the_end_is_at_or_after_the_last_event(stage: Stage) {
    assert_eq!(
        stage.followers.end(&stage.system()).await.unwrap(),
        Position::default()
    );
    let anna = stage.user("anna").await;
    let id = stage.group(&anna, &[]).await;
    stage.say(&anna, id, "x").await;
    let last = all(&stage, Position::default(), 10)
        .await
        .pop()
        .unwrap()
        .position;
    assert!(stage.followers.end(&stage.system()).await.unwrap() >= last);
}

pub async fn what_is_published_tells_its_place(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let mut notices = stage.bus.subscribe();
    let group = stage.group(&anna, &[&bob]).await;
    let direct = stage.direct(&anna, &bob).await;
    for id in [group, direct] {
        let draft = stage.draft("twice");
        stage.send(&anna, id, draft.clone()).await.unwrap();
        assert!(stage.send(&anna, id, draft).await.unwrap().repeated);
        let refused = Draft {
            reply_to: Some(Seq::MAX),
            ..stage.draft("no")
        };
        stage.send(&anna, id, refused).await.unwrap_err();
        let seq = stage.say(&bob, id, "an answer").await;
        stage.mark_read(&anna, id, seq).await;
        stage.say(&bob, id, "another").await;
    }
    let expected = all(&stage, Position::default(), 1000).await;
    let (mut told, mut before) = (Vec::new(), None);
    while told.len() < expected.len() {
        let Some(Notice::Committed(events)) = notices.recv().await else {
            panic!("only commits were expected")
        };
        for published in events.iter() {
            let step = published.step();
            if step == engine::port::Step::default() {
                // This store does not tell.
                return;
            }
            assert!(step.after < step.position);
            assert_eq!(step.after, before.unwrap_or(step.after));
            before = Some(step.position);
            // What is in feeds has no sender, and followers do not read it.
            if published.event.sender.is_some() {
                told.push(Followed {
                    position: step.position,
                    event: published.event.clone(),
                    peer: published.peer(),
                });
            }
        }
    }
    assert_eq!(told, expected);
}

pub async fn positions_are_never_given_again(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let id = stage.group(&bob, &[]).await;
    stage.request(&anna, &bob).await.unwrap();
    let end = stage.followers.end(&stage.system()).await.unwrap();
    stage
        .accounts
        .erase(&stage.own(&anna), stage.now())
        .await
        .unwrap();
    stage
        .accounts
        .erase(&stage.own(&bob), stage.now())
        .await
        .unwrap();
    let carol = stage.user("carol").await;
    let fresh = stage.group(&carol, &[]).await;
    let found = all(&stage, Position::default(), 100).await;
    let of_fresh = found
        .iter()
        .find(|followed| followed.event.conversation == fresh)
        .unwrap();
    assert!(of_fresh.position > end);
    assert!(
        found
            .iter()
            .any(|followed| followed.event.conversation == id)
    );
}
