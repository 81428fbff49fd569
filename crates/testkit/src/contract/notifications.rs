//! Notifications.

use domain::contact::Step;
use domain::conversation::Change;
use domain::event::EventBody;
use domain::message::Amend;
use domain::notification::{ACTORS, Item, Kind};
use domain::{Actor, ConversationId, Seq, ThreadId};
use engine::port::Position;

use super::Stage;

fn item(stage: &Stage, to: &Actor, from: &Actor, kind: Kind, place: (ConversationId, Seq)) -> Item {
    Item {
        user: to.user.clone(),
        kind,
        conversation: Some(place.0),
        message: Some(place.1),
        actor: from.user.clone(),
        excerpt: Some(format!("at {}", place.1).into()),
        at: stage.now(),
    }
}

async fn two(stage: &Stage) -> (Actor, Actor, ConversationId) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let id = stage.group(&anna, &[&bob]).await;
    (anna, bob, id)
}

async fn unseen(stage: &Stage, who: &Actor) -> u64 {
    stage.notifications.unseen(&stage.own(who)).await.unwrap()
}

pub async fn items_of_one_kind_and_subject_share_a_thread(stage: Stage) {
    let (anna, bob, id) = two(&stage).await;
    let other = stage.group(&anna, &[&bob]).await;
    let items = vec![
        item(&stage, &bob, &anna, Kind::Mention, (id, Seq::new(5))),
        item(&stage, &bob, &anna, Kind::Mention, (id, Seq::new(6))),
        item(&stage, &bob, &anna, Kind::Mention, (other, Seq::new(7))),
        item(&stage, &bob, &anna, Kind::Message, (id, Seq::new(8))),
        item(&stage, &bob, &anna, Kind::Reaction, (id, Seq::new(5))),
        item(&stage, &bob, &anna, Kind::Reaction, (id, Seq::new(6))),
        item(&stage, &bob, &anna, Kind::Reaction, (id, Seq::new(6))),
    ];
    stage
        .notifications
        .notify(&stage.system(), items, None)
        .await
        .unwrap();
    let page = stage
        .notifications
        .threads(&stage.own(&bob), false, None, 10)
        .await
        .unwrap();
    let shown: Vec<_> = page
        .items
        .iter()
        .map(|t| (t.kind, t.conversation.unwrap(), t.count))
        .collect();
    let expected = [
        (Kind::Reaction, id, 2),
        (Kind::Reaction, id, 1),
        (Kind::Message, id, 1),
        (Kind::Mention, other, 1),
        (Kind::Mention, id, 2),
    ];
    assert_eq!(shown, expected);
    assert_eq!(page.items[0].message, Some(Seq::new(6)));
    assert_eq!(page.items[4].message, Some(Seq::new(6)));
    assert_eq!(page.items[4].excerpt.as_deref(), Some("at 6"));
    assert_eq!(unseen(&stage, &bob).await, 7);
    assert_eq!(unseen(&stage, &anna).await, 0);
}

pub async fn one_call_tells_each_thread_once(stage: Stage) {
    let (anna, bob, id) = two(&stage).await;
    let items = (5..9)
        .map(|n| item(&stage, &bob, &anna, Kind::Mention, (id, Seq::new(n))))
        .collect();
    stage
        .notifications
        .notify(&stage.system(), items, None)
        .await
        .unwrap();
    let feed = stage.feed(&bob).await;
    assert_eq!(feed.len(), 1);
    let EventBody::NotificationChanged { thread, unseen } = &feed[0] else {
        panic!("{feed:?}")
    };
    assert_eq!((thread.count, thread.unseen, *unseen), (4, 4, 4));
}

pub async fn a_thread_names_the_newest_actors_once(stage: Stage) {
    let (_, bob, id) = two(&stage).await;
    let mut actors = Vec::new();
    for number in 0..ACTORS + 2 {
        actors.push(stage.user(&format!("user{number}")).await);
    }
    let mut items: Vec<Item> = actors
        .iter()
        .map(|actor| item(&stage, &bob, actor, Kind::Mention, (id, Seq::new(5))))
        .collect();
    items.push(item(
        &stage,
        &bob,
        &actors[0],
        Kind::Mention,
        (id, Seq::new(6)),
    ));
    stage
        .notifications
        .notify(&stage.system(), items, None)
        .await
        .unwrap();
    let page = stage
        .notifications
        .threads(&stage.own(&bob), true, None, 10)
        .await
        .unwrap();
    let mut expected = vec![actors[0].user.clone()];
    expected.extend(
        actors
            .iter()
            .rev()
            .take(ACTORS - 1)
            .map(|actor| actor.user.clone()),
    );
    assert_eq!(page.items[0].actors, expected);
}

pub async fn items_are_stored_once_with_their_position(stage: Stage) {
    let (anna, bob, id) = two(&stage).await;
    let system = stage.system();
    let items = vec![item(&stage, &bob, &anna, Kind::Mention, (id, Seq::new(5)))];
    let position = Some(Position(17));
    stage
        .notifications
        .notify(&system, items.clone(), position)
        .await
        .unwrap();
    assert_eq!(
        stage.followers.position(&system, "notifier").await.unwrap(),
        Position(17)
    );
    stage
        .notifications
        .notify(&system, items.clone(), position)
        .await
        .unwrap();
    assert_eq!(unseen(&stage, &bob).await, 1);
    stage
        .notifications
        .notify(&system, items, Some(Position(18)))
        .await
        .unwrap();
    assert_eq!(unseen(&stage, &bob).await, 2);
}

pub async fn threads_come_in_pages_newest_first(stage: Stage) {
    let (anna, bob, id) = two(&stage).await;
    for n in 1..=7 {
        let items = vec![item(&stage, &bob, &anna, Kind::Reaction, (id, Seq::new(n)))];
        stage
            .notifications
            .notify(&stage.system(), items, None)
            .await
            .unwrap();
    }
    let items = vec![item(&stage, &bob, &anna, Kind::Reaction, (id, Seq::new(3)))];
    stage
        .notifications
        .notify(&stage.system(), items, None)
        .await
        .unwrap();
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = stage
            .notifications
            .threads(&stage.own(&bob), false, cursor.as_ref(), 2)
            .await
            .unwrap();
        found.extend(
            page.items
                .iter()
                .map(|thread| thread.message.unwrap().get()),
        );
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(found, [3, 7, 6, 5, 4, 2, 1]);
}

pub async fn what_was_seen_is_seen(stage: Stage) {
    let (anna, bob, id) = two(&stage).await;
    for n in 1..=3 {
        let items = vec![item(&stage, &bob, &anna, Kind::Reaction, (id, Seq::new(n)))];
        stage
            .notifications
            .notify(&stage.system(), items, None)
            .await
            .unwrap();
    }
    let own = stage.own(&bob);
    let threads = stage
        .notifications
        .threads(&own, true, None, 10)
        .await
        .unwrap()
        .items;
    let see = [threads[1].id, ThreadId::new(1 << 40)];
    stage
        .notifications
        .see(&own, &see, stage.now())
        .await
        .unwrap();
    assert_eq!(unseen(&stage, &bob).await, 2);
    let expected = EventBody::NotificationSeen {
        threads: vec![threads[1].id],
        unseen: 2,
    };
    assert_eq!(stage.feed(&bob).await.pop(), Some(expected));
    let left = stage
        .notifications
        .threads(&own, true, None, 10)
        .await
        .unwrap()
        .items;
    assert_eq!(
        left.iter().map(|t| t.id).collect::<Vec<_>>(),
        [threads[0].id, threads[2].id]
    );
    stage
        .notifications
        .see(&own, &[], stage.now())
        .await
        .unwrap();
    let expected = EventBody::NotificationSeen {
        threads: Vec::new(),
        unseen: 0,
    };
    assert_eq!(stage.feed(&bob).await.pop(), Some(expected));
    let length = stage.feed(&bob).await.len();
    stage
        .notifications
        .see(&own, &[], stage.now())
        .await
        .unwrap();
    assert_eq!(stage.feed(&bob).await.len(), length);
}

pub async fn one_sees_only_ones_own_threads(stage: Stage) {
    let (anna, bob, id) = two(&stage).await;
    let items = vec![item(&stage, &bob, &anna, Kind::Reaction, (id, Seq::new(1)))];
    stage
        .notifications
        .notify(&stage.system(), items, None)
        .await
        .unwrap();
    let thread = stage
        .notifications
        .threads(&stage.own(&bob), true, None, 1)
        .await
        .unwrap()
        .items[0]
        .id;
    stage
        .notifications
        .see(&stage.own(&anna), &[thread], stage.now())
        .await
        .unwrap();
    assert_eq!(unseen(&stage, &bob).await, 1);
    assert!(
        stage
            .notifications
            .threads(&stage.own(&anna), false, None, 1)
            .await
            .unwrap()
            .items
            .is_empty()
    );
}

pub async fn a_retracted_text_is_gone_from_notifications(stage: Stage) {
    let (anna, bob, id) = two(&stage).await;
    let message = stage.say(&anna, id, "secret").await;
    let items = vec![item(&stage, &bob, &anna, Kind::Mention, (id, message))];
    stage
        .notifications
        .notify(&stage.system(), items, None)
        .await
        .unwrap();
    stage
        .amend(&anna, id, message, Amend::Retract)
        .await
        .unwrap();
    let threads = stage
        .notifications
        .threads(&stage.own(&bob), false, None, 1)
        .await
        .unwrap();
    assert_eq!(threads.items[0].excerpt, None);
    let feed = stage.feed(&bob).await;
    let EventBody::NotificationChanged { thread, .. } = &feed[0] else {
        panic!("{feed:?}")
    };
    assert_eq!(thread.excerpt, None);
}

async fn notify(stage: &Stage, items: Vec<Item>) {
    let system = stage.system();
    let notified = stage.notifications.notify(&system, items, None).await;
    notified.unwrap();
}

pub async fn a_text_that_was_retracted_before_is_never_shown(stage: Stage) {
    let (anna, bob, id) = two(&stage).await;
    let message = stage.say(&anna, id, "secret").await;
    let item = item(&stage, &bob, &anna, Kind::Mention, (id, message));
    stage
        .amend(&anna, id, message, Amend::Retract)
        .await
        .unwrap();
    notify(&stage, vec![item]).await;
    let feed = stage.feed(&bob).await;
    let Some(EventBody::NotificationChanged { thread, .. }) = feed.last() else {
        panic!("{feed:?}")
    };
    assert_eq!(thread.excerpt, None);
}

pub async fn what_was_read_before_is_left_out(stage: Stage) {
    let (anna, bob, id) = two(&stage).await;
    let read = stage.mention(&anna, id, &[&bob]).await;
    let unread = stage.mention(&anna, id, &[&bob]).await;
    stage.mark_read(&bob, id, read).await.unwrap();
    let kinds = [Kind::Mention, Kind::Message, Kind::Reaction];
    let items = |place| kinds.map(|kind| item(&stage, &bob, &anna, kind, (id, place)));
    let position = Some(Position(17));
    stage
        .notifications
        .notify(&stage.system(), items(read).to_vec(), position)
        .await
        .unwrap();
    assert_eq!(unseen(&stage, &bob).await, 1, "only the reaction is news");
    notify(&stage, items(unread).to_vec()).await;
    assert_eq!(unseen(&stage, &bob).await, 4);
    let system = stage.system();
    let moved = stage.followers.position(&system, "notifier").await.unwrap();
    assert_eq!(moved, Position(17));

    stage.say(&bob, id, "answered at once").await;
    notify(&stage, items(unread)[..2].to_vec()).await;
    assert_eq!(unseen(&stage, &bob).await, 2, "who writes has read");
}

pub async fn what_one_may_not_read_is_left_out(stage: Stage) {
    let (anna, bob, id) = two(&stage).await;
    let (carol, dora) = (stage.user("carol").await, stage.user("dora").await);
    let change = |target, change| stage.change(&anna, id, target, change);
    let invited = Change::Invite(dora.user.clone());
    change(Some(&dora), invited).await.unwrap();
    let before = stage.say(&anna, id, "with you").await;
    let removed = Change::Remove(bob.user.clone());
    change(Some(&bob), removed).await.unwrap();
    let after = stage.say(&anna, id, "without you").await;
    let invitations = unseen(&stage, &dora).await;
    for place in [before, after] {
        let to = |who| item(&stage, who, &anna, Kind::Mention, (id, place));
        notify(&stage, vec![to(&bob), to(&carol), to(&dora)]).await;
    }
    assert_eq!(unseen(&stage, &bob).await, 1);
    assert_eq!(unseen(&stage, &carol).await, 0);
    assert_eq!(unseen(&stage, &dora).await, invitations);
    let direct = stage.direct_request(&anna, &carol).await;
    let place = (direct, stage.say(&anna, direct, "hello").await);
    let request = item(&stage, &carol, &anna, Kind::Message, place);
    notify(&stage, vec![request]).await;
    assert_eq!(unseen(&stage, &carol).await, 1);
}

pub async fn who_is_blocked_notifies_nobody(stage: Stage) {
    let (anna, bob, id) = two(&stage).await;
    let kinds = [Kind::Mention, Kind::Message, Kind::Reaction];
    stage.relate(&bob, &anna, Step::Block).await.unwrap();
    let items = kinds.map(|kind| item(&stage, &bob, &anna, kind, (id, Seq::new(9))));
    notify(&stage, items.to_vec()).await;
    assert_eq!(unseen(&stage, &bob).await, 0);
    let items = kinds.map(|kind| item(&stage, &anna, &bob, kind, (id, Seq::new(9))));
    notify(&stage, items.to_vec()).await;
    assert_eq!(unseen(&stage, &anna).await, 3);
}

pub async fn a_muted_conversation_notifies_of_mentions_only(stage: Stage) {
    let (anna, bob, id) = two(&stage).await;
    let at = stage.now();
    let mute = async |until| {
        let permit = stage.read(&bob, id).await;
        stage.conversations.mute(&permit, until, at).await.unwrap();
    };
    let soon = at.plus(std::time::Duration::from_hours(1));
    mute(Some(soon)).await;
    let kinds = [Kind::Mention, Kind::Message];
    let items = || kinds.map(|kind| item(&stage, &bob, &anna, kind, (id, Seq::new(9))));
    notify(&stage, items().to_vec()).await;
    assert_eq!(unseen(&stage, &bob).await, 1);
    let later = items().map(|item| Item { at: soon, ..item });
    notify(&stage, later.to_vec()).await;
    assert_eq!(unseen(&stage, &bob).await, 3, "it is over by then");
    mute(None).await;
    notify(&stage, items().to_vec()).await;
    assert_eq!(unseen(&stage, &bob).await, 5);
}
