//! Read and delivered markers, unread and mention counts.

use domain::conversation::Change;
use domain::event::EventBody;
use domain::notification::{Item, Kind};
use domain::{Actor, ConversationId, Seq};
use engine::port::Marked;

use super::Stage;

async fn one(stage: &Stage) -> (Actor, Actor, ConversationId) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let id = stage.group(&anna, &[&bob]).await;
    (anna, bob, id)
}

pub async fn unread_is_what_others_wrote_after_the_marker(stage: Stage) {
    let (anna, bob, id) = one(&stage).await;
    let first = stage.say(&anna, id, "1").await;
    stage.say(&anna, id, "2").await;
    stage.mention(&anna, id, &[&bob]).await;
    let view = stage.view(&bob, id).await;
    assert_eq!((view.unread, view.mentions), (3, 1));
    let marked = stage.mark_read(&bob, id, first).await.unwrap();
    assert_eq!(
        marked,
        Marked {
            read: first,
            delivered: first
        }
    );
    let view = stage.view(&bob, id).await;
    assert_eq!((view.unread, view.mentions, view.read), (2, 1, first));
    assert_eq!(stage.view(&anna, id).await.unread, 0);
}

pub async fn who_writes_has_read(stage: Stage) {
    let (anna, bob, id) = one(&stage).await;
    stage.mention(&anna, id, &[&bob]).await;
    let own = stage.say(&bob, id, "I see").await;
    let view = stage.view(&bob, id).await;
    assert_eq!((view.unread, view.mentions, view.read), (0, 0, own));
    let of_bob = &stage.view(&anna, id).await.markers[0];
    assert_eq!((of_bob.read, of_bob.delivered), (own, own));
}

pub async fn a_marker_never_goes_back_nor_past_the_head(stage: Stage) {
    let (anna, bob, id) = one(&stage).await;
    let first = stage.say(&anna, id, "1").await;
    let second = stage.say(&anna, id, "2").await;
    assert_eq!(
        stage.mark_read(&bob, id, Seq::MAX).await.unwrap().read,
        second
    );
    assert_eq!(stage.mark_read(&bob, id, first).await, None);
    assert_eq!(stage.mark_read(&bob, id, second).await, None);
    assert_eq!(stage.view(&bob, id).await.read, second);
    let third = stage.say(&anna, id, "3").await;
    assert_eq!(stage.view(&bob, id).await.unread, 1);
    assert!(third > second);
}

pub async fn a_marker_between_messages_counts_those_after_it(stage: Stage) {
    let (anna, bob, id) = one(&stage).await;
    let carol = stage.user("carol").await;
    stage.say(&anna, id, "1").await;
    let added = stage
        .change(&anna, id, Some(&carol), Change::Add(carol.user.clone()))
        .await
        .unwrap();
    stage.say(&anna, id, "2").await;
    stage.mark_read(&bob, id, added.seq).await.unwrap();
    assert_eq!(stage.view(&bob, id).await.unread, 1);
}

pub async fn delivered_goes_ahead_of_read(stage: Stage) {
    let (anna, bob, id) = one(&stage).await;
    let first = stage.say(&anna, id, "1").await;
    let second = stage.say(&anna, id, "2").await;
    let permit = stage.read(&bob, id).await;
    let mark = |read, delivered| stage.messages.mark(&permit, read, delivered, stage.now());
    let marked = mark(None, Some(second)).await.unwrap().unwrap();
    assert_eq!(marked.delivered, second);
    assert!(marked.read < first);
    assert_eq!(mark(None, Some(first)).await.unwrap(), None);
    let marked = mark(Some(first), Some(first)).await.unwrap().unwrap();
    assert_eq!(
        marked,
        Marked {
            read: first,
            delivered: second
        }
    );
    let of_bob = &stage.view(&anna, id).await.markers[0];
    assert_eq!((of_bob.read, of_bob.delivered), (first, second));
    assert_eq!(stage.feed(&bob).await.len(), 1);
}

pub async fn reading_is_told_in_the_own_feed(stage: Stage) {
    let (anna, bob, id) = one(&stage).await;
    let first = stage.say(&anna, id, "1").await;
    let second = stage.mention(&anna, id, &[&bob]).await;
    stage.mark_read(&bob, id, first).await.unwrap();
    let expected = EventBody::ReadChanged {
        of: id,
        read: first,
        unread: 1,
        mentions: 1,
        marked_unread: false,
        head: second,
    };
    assert_eq!(stage.feed(&bob).await, [expected]);
    assert!(stage.feed(&anna).await.is_empty());
}

pub async fn marked_as_unread_lasts_until_one_reads(stage: Stage) {
    let (anna, bob, id) = one(&stage).await;
    let first = stage.say(&anna, id, "1").await;
    stage.mark_read(&bob, id, first).await.unwrap();
    let permit = stage.read(&bob, id).await;
    stage
        .messages
        .mark_unread(&permit, stage.now())
        .await
        .unwrap();
    let view = stage.view(&bob, id).await;
    assert!(view.marked_unread && view.unread == 0);
    let expected = EventBody::ReadChanged {
        of: id,
        read: first,
        unread: 0,
        mentions: 0,
        marked_unread: true,
        head: first,
    };
    assert_eq!(stage.feed(&bob).await.pop(), Some(expected));
    assert_eq!(stage.mark_read(&bob, id, first).await.unwrap().read, first);
    assert!(!stage.view(&bob, id).await.marked_unread);
}

pub async fn receiving_does_not_end_marked_as_unread(stage: Stage) {
    let (anna, bob, id) = one(&stage).await;
    let permit = stage.read(&bob, id).await;
    stage
        .messages
        .mark_unread(&permit, stage.now())
        .await
        .unwrap();
    let seq = stage.say(&anna, id, "1").await;
    stage
        .messages
        .mark(&permit, None, Some(seq), stage.now())
        .await
        .unwrap()
        .unwrap();
    assert!(stage.view(&bob, id).await.marked_unread);
}

pub async fn reading_clears_the_notifications_up_to_there(stage: Stage) {
    let (anna, bob, id) = one(&stage).await;
    let mut places = Vec::new();
    for _ in 0..30 {
        let message = stage.mention(&anna, id, &[&bob]).await;
        places.push(message);
        let item = Item {
            user: bob.user.clone(),
            kind: Kind::Mention,
            conversation: Some(id),
            message: Some(message),
            actor: anna.user.clone(),
            excerpt: None,
            at: stage.now(),
        };
        stage
            .notifications
            .notify(&stage.system(), vec![item], None)
            .await
            .unwrap();
    }
    let unseen = || async { stage.notifications.unseen(&stage.own(&bob)).await.unwrap() };
    assert_eq!(unseen().await, 30);
    stage.mark_read(&bob, id, places[26]).await.unwrap();
    assert_eq!(unseen().await, 3);
    stage.mark_read(&bob, id, places[29]).await.unwrap();
    assert_eq!(unseen().await, 0);
    let threads = stage
        .notifications
        .threads(&stage.own(&bob), false, None, 10)
        .await
        .unwrap();
    assert_eq!((threads.items[0].count, threads.items[0].unseen), (30, 0));
}

pub async fn writing_clears_the_notifications_up_to_there(stage: Stage) {
    let (anna, bob, id) = one(&stage).await;
    let unseen = || async { stage.notifications.unseen(&stage.own(&bob)).await.unwrap() };
    for _ in 0..2 {
        for kind in [Kind::Mention, Kind::Message] {
            let item = Item {
                user: bob.user.clone(),
                kind,
                conversation: Some(id),
                message: Some(stage.mention(&anna, id, &[&bob]).await),
                actor: anna.user.clone(),
                excerpt: None,
                at: stage.now(),
            };
            stage
                .notifications
                .notify(&stage.system(), vec![item], None)
                .await
                .unwrap();
        }
        assert_eq!(unseen().await, 2);
        stage.say(&bob, id, "I saw it").await;
        assert_eq!(unseen().await, 0);
        let told = stage.feed(&bob).await.pop();
        let Some(EventBody::NotificationChanged { thread, unseen }) = told else {
            panic!("{told:?}")
        };
        assert_eq!((thread.unseen, unseen), (0, 0));
        stage.say(&bob, id, "and told you").await;
    }
}

pub async fn who_left_marks_nothing(stage: Stage) {
    let (anna, bob, id) = one(&stage).await;
    let seq = stage.say(&anna, id, "1").await;
    stage.change(&bob, id, None, Change::Leave).await.unwrap();
    assert_eq!(stage.mark_read(&bob, id, seq).await, None);
    assert!(stage.feed(&bob).await.is_empty());
}

pub async fn a_stranger_mentioned_has_no_count(stage: Stage) {
    let (anna, _, id) = one(&stage).await;
    let carol = stage.user("carol").await;
    let message = stage.mention(&anna, id, &[&carol]).await;
    let log = stage.log(&anna, id).await;
    assert_eq!(log.last().unwrap().seq, message);
    stage
        .change(&anna, id, Some(&carol), Change::Add(carol.user.clone()))
        .await
        .unwrap();
    assert_eq!(stage.view(&carol, id).await.mentions, 0);
}
