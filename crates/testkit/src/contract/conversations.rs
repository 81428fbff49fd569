//! Making conversations and seeing them.

use domain::contact::{Step, Strangers};
use domain::conversation::{Change, Kind, NewConversation, Role, Standing};
use domain::event::EventBody;
use domain::notification;
use domain::text::{Title, Topic};
use domain::{Actor, ConversationId, Error, Seq, permit};

use super::Stage;
use super::stage::sorts;

pub async fn a_group_begins_with_its_members(stage: Stage) {
    let (anna, bob, carol) = (
        stage.user("anna").await,
        stage.user("bob").await,
        stage.user("carol").await,
    );
    let new = NewConversation {
        invited: vec![carol.user.clone()],
        ..stage.new_group("a group", &[&bob])
    };
    let id = stage.make(&anna, new).await;
    let log = stage.log(&anna, id).await;
    assert_eq!(sorts(&log), ["created", "joined", "joined", "invited"]);
    assert!(
        log.iter()
            .zip(1..)
            .all(|(event, seq)| event.seq == Seq::new(seq))
    );
    assert!(
        log.iter()
            .all(|event| event.sender.as_ref() == Some(&anna.user))
    );
    let facts = stage.facts(&anna, id).await;
    assert_eq!(
        (facts.standing, facts.role, facts.members),
        (Standing::Member, Role::Owner, 2)
    );
    assert_eq!(stage.facts(&bob, id).await.role, Role::Member);
    assert_eq!(stage.facts(&carol, id).await.standing, Standing::Invited);
    let dora = stage.user("dora").await;
    assert_eq!(stage.facts(&dora, id).await.standing, Standing::None);
    let threads = stage
        .notifications
        .threads(&stage.own(&carol), true, None, 10)
        .await
        .unwrap();
    assert_eq!(threads.items[0].kind, notification::Kind::Invitation);
    assert_eq!(threads.items[0].conversation, Some(id));
}

pub async fn the_owner_and_doubles_join_once(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let new = NewConversation {
        invited: vec![bob.user.clone()],
        ..stage.new_group("a group", &[&anna, &bob, &bob])
    };
    let id = stage.make(&anna, new).await;
    assert_eq!(
        sorts(&stage.log(&anna, id).await),
        ["created", "joined", "joined"]
    );
}

pub async fn the_same_creation_again_gives_the_first_result(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let client_id = Some(stage.client_id());
    let new = |stage: &Stage| NewConversation {
        client_id,
        ..stage.new_group("a group", &[])
    };
    let first = stage.make(&anna, new(&stage)).await;
    assert_eq!(stage.make(&anna, new(&stage)).await, first);
    assert_ne!(stage.make(&bob, new(&stage)).await, first);
    assert_eq!(
        stage
            .conversations
            .memberships(&stage.own(&anna))
            .await
            .unwrap()
            .len(),
        2
    );
}

pub async fn there_is_one_direct_conversation_for_a_pair(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    assert_eq!(
        stage
            .conversations
            .direct(anna.user.id, bob.user.id)
            .await
            .unwrap(),
        None
    );
    let first = stage
        .try_direct(&anna, &bob, Strangers::Allow)
        .await
        .unwrap();
    let second = stage
        .try_direct(&bob, &anna, Strangers::Allow)
        .await
        .unwrap();
    assert!(first.created && !second.created);
    assert_eq!(first.id, second.id);
    assert_eq!(
        stage
            .conversations
            .direct(bob.user.id, anna.user.id)
            .await
            .unwrap(),
        Some(first.id)
    );
    assert_eq!(
        sorts(&stage.log(&bob, first.id).await),
        ["created", "joined", "joined"]
    );
    let facts = stage.facts(&bob, first.id).await;
    assert_eq!((facts.kind, facts.members), (Kind::Direct, 2));
}

pub async fn a_pair_that_opens_at_the_same_time_meets(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let mut tasks = Vec::new();
    for number in 0..16 {
        let (stage, anna, bob) = (stage.clone(), anna.clone(), bob.clone());
        tasks.push(tokio::spawn(async move {
            let (one, other) = if number % 2 == 0 {
                (&anna, &bob)
            } else {
                (&bob, &anna)
            };
            stage
                .try_direct(one, other, Strangers::Allow)
                .await
                .unwrap()
        }));
    }
    let mut found = Vec::new();
    for task in tasks {
        found.push(task.await.unwrap());
    }
    assert_eq!(found.iter().filter(|direct| direct.created).count(), 1);
    assert!(found.iter().all(|direct| direct.id == found[0].id));
}

pub async fn a_request_can_be_read_and_accepted(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let direct = stage.direct_request(&anna, &bob).await;
    assert_eq!(stage.facts(&bob, direct).await.standing, Standing::Invited);
    stage.say(&anna, direct, "hello").await;
    assert_eq!(
        sorts(&stage.log(&bob, direct).await),
        ["created", "joined", "invited", "message"]
    );
    let view = stage.view(&bob, direct).await;
    assert_eq!((view.unread, view.facts.members), (1, 1));
    assert!(view.last.is_some());
    assert!(stage.send(&bob, direct, stage.draft("hi")).await.is_err());
    stage
        .change(&bob, direct, None, Change::Join)
        .await
        .unwrap();
    assert_eq!(stage.view(&bob, direct).await.unread, 1);
    assert_eq!(stage.facts(&bob, direct).await.members, 2);
    stage.say(&bob, direct, "hi").await;
}

pub async fn a_declined_request_is_closed_until_they_want_it(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let direct = stage.direct_request(&anna, &bob).await;
    stage
        .change(&bob, direct, None, Change::Leave)
        .await
        .unwrap();
    assert!(stage.facts(&anna, direct).await.closed_by_peer);
    assert!(
        stage
            .send(&anna, direct, stage.draft("hello?"))
            .await
            .is_err()
    );
    assert_eq!(stage.direct_request(&anna, &bob).await, direct);
    assert!(stage.facts(&anna, direct).await.closed_by_peer);
    assert_eq!(stage.direct(&bob, &anna).await, direct);
    stage.say(&bob, direct, "here I am").await;
    stage.say(&anna, direct, "at last").await;
}

pub async fn contacts_need_not_be_asked_any_more(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let direct = stage.direct_request(&anna, &bob).await;
    stage.befriend(&anna, &bob).await;
    assert_eq!(stage.direct_request(&anna, &bob).await, direct);
    assert_eq!(stage.facts(&bob, direct).await.standing, Standing::Member);
}

pub async fn facts_of_what_is_not_there_are_none(stage: Stage) {
    let anna = stage.user("anna").await;
    let nowhere = stage
        .conversations
        .facts(ConversationId::new(1 << 40), anna.user.id)
        .await;
    assert_eq!(nowhere.unwrap(), None);
}

pub async fn a_peer_whose_account_is_closed_takes_nothing(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let direct = stage.direct(&anna, &bob).await;
    let judged_before = stage.post(&anna, direct).await;
    let disabled = domain::user::AccountStatus::Disabled;
    stage
        .accounts
        .set_status(&stage.system(), bob.user.id, disabled, stage.now())
        .await
        .unwrap();
    let late = stage
        .messages
        .append(&judged_before, stage.draft("late"))
        .await;
    assert_eq!(late, Err(Error::StalePermit));
    assert!(stage.facts(&anna, direct).await.closed_by_peer);
    let active = domain::user::AccountStatus::Active;
    stage
        .accounts
        .set_status(&stage.system(), bob.user.id, active, stage.now())
        .await
        .unwrap();
    stage.say(&anna, direct, "welcome back").await;
}

pub async fn a_view_shows_what_its_user_may_see(stage: Stage) {
    let (anna, bob, carol) = (
        stage.user("anna").await,
        stage.user("bob").await,
        stage.user("carol").await,
    );
    let new = NewConversation {
        topic: Topic::parse("things").unwrap(),
        invited: vec![carol.user.clone()],
        ..stage.new_group("a group", &[&bob])
    };
    let id = stage.make(&anna, new).await;
    let seq = stage.say(&anna, id, "hello").await;
    let view = stage.view(&bob, id).await;
    assert_eq!(view.title.as_ref().map(Title::as_str), Some("a group"));
    assert_eq!(view.topic.as_ref().map(Topic::as_str), Some("things"));
    assert_eq!((view.head, view.first, view.unread), (seq, Seq::new(1), 1));
    assert_eq!(view.last.as_ref().map(|event| event.seq), Some(seq));
    assert_eq!(view.markers.len(), 1);
    assert_eq!(
        (view.markers[0].user.clone(), view.markers[0].read),
        (anna.user.clone(), seq)
    );
    assert_eq!(view.peer, None);
    // Invited: the name, and nothing of what was said.
    let view = stage.view(&carol, id).await;
    assert_eq!(view.title.as_ref().map(Title::as_str), Some("a group"));
    assert_eq!((view.head, view.unread, view.mentions), (Seq::ZERO, 0, 0));
    assert!(view.last.is_none() && view.markers.is_empty());
}

pub async fn who_left_sees_what_was_until_then(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let id = stage.group(&anna, &[&bob]).await;
    let seen = stage.say(&anna, id, "before").await;
    let left = stage
        .change(&bob, id, None, Change::Leave)
        .await
        .unwrap()
        .seq;
    stage.say(&anna, id, "after").await;
    let view = stage.view(&bob, id).await;
    assert_eq!((view.head, view.unread), (left, 0));
    assert_eq!(view.last.map(|event| event.seq), Some(seen));
    assert!(view.markers.is_empty());
}

pub async fn a_peer_is_named_in_the_view_of_a_direct_conversation(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let direct = stage.direct(&anna, &bob).await;
    assert_eq!(stage.view(&anna, direct).await.peer, Some(bob.user.clone()));
    assert_eq!(stage.view(&bob, direct).await.peer, Some(anna.user.clone()));
}

pub async fn the_list_is_by_activity_and_in_pages(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let mut made = Vec::new();
    for _ in 0..7 {
        made.push(stage.group(&anna, &[&bob]).await);
    }
    stage.say(&bob, made[2], "news").await;
    let (mut seen, mut cursor, mut pages) = (Vec::new(), None, 0);
    loop {
        let page = stage
            .conversations
            .list(&stage.own(&anna), cursor.as_ref(), 3)
            .await
            .unwrap();
        assert!(page.items.len() <= 3);
        seen.extend(page.items.iter().map(|view| view.facts.conversation));
        pages += 1;
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    made.reverse();
    let newest = made.remove(4);
    made.insert(0, newest);
    assert_eq!(seen, made);
    assert_eq!(pages, 3);
}

pub async fn a_page_that_is_just_full_is_the_last(stage: Stage) {
    let anna = stage.user("anna").await;
    for _ in 0..3 {
        stage.group(&anna, &[]).await;
    }
    let page = stage
        .conversations
        .list(&stage.own(&anna), None, 3)
        .await
        .unwrap();
    assert_eq!((page.items.len(), page.cursor), (3, None));
}

pub async fn a_cursor_that_nobody_gave_is_refused(stage: Stage) {
    let anna = stage.user("anna").await;
    let cursor = "nonsense".to_owned();
    let refused = stage
        .conversations
        .list(&stage.own(&anna), Some(&cursor), 3)
        .await;
    assert!(
        matches!(
            refused,
            Err(Error::Invalid {
                field: "cursor",
                ..
            })
        ),
        "{refused:?}"
    );
}

pub async fn a_view_in_the_list_is_the_view_by_itself(stage: Stage) {
    let (anna, bob, carol) = (
        stage.user("anna").await,
        stage.user("bob").await,
        stage.user("carol").await,
    );
    let group = stage.group(&anna, &[&bob, &carol]).await;
    let direct = stage.direct(&bob, &anna).await;
    let asked = stage.direct_request(&carol, &anna).await;
    let invitation = NewConversation {
        invited: vec![anna.user.clone()],
        ..stage.new_group("b", &[])
    };
    let invited = stage.make(&bob, invitation).await;
    stage.mention(&bob, group, &[&anna]).await;
    stage.say(&carol, asked, "hello").await;
    stage.say(&bob, direct, "hello").await;
    let message = stage.say(&anna, direct, "hi").await;
    stage
        .edit(&anna, direct, message, "hi there")
        .await
        .unwrap();
    stage.relate(&bob, &anna, Step::Block).await.unwrap();
    let page = stage
        .conversations
        .list(&stage.own(&anna), None, 10)
        .await
        .unwrap();
    assert_eq!(page.items.len(), 4);
    for view in page.items {
        let id = view.facts.conversation;
        assert!([group, direct, asked, invited].contains(&id));
        assert_eq!(view.facts, stage.facts(&anna, id).await);
        assert_eq!(view, stage.view(&anna, id).await);
    }
}

pub async fn the_list_leaves_out_the_feed_and_what_was_left(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let id = stage.group(&bob, &[&anna]).await;
    stage.change(&anna, id, None, Change::Leave).await.unwrap();
    let page = stage
        .conversations
        .list(&stage.own(&anna), None, 10)
        .await
        .unwrap();
    assert!(page.items.is_empty());
}

pub async fn many_markers_are_not_listed(stage: Stage) {
    let anna = stage.user("anna").await;
    let mut members = Vec::new();
    for number in 0..50 {
        members.push(stage.user(&format!("user{number}")).await);
    }
    let all: Vec<&Actor> = members.iter().collect();
    let large = stage.group(&anna, &all).await;
    let small = stage.group(&anna, &all[1..]).await;
    assert!(stage.view(&anna, large).await.markers.is_empty());
    assert_eq!(stage.view(&anna, small).await.markers.len(), 49);
    let page = stage
        .conversations
        .list(&stage.own(&anna), None, 10)
        .await
        .unwrap();
    assert_eq!(page.items[0].markers.len(), 49);
    assert!(page.items[1].markers.is_empty());
}

pub async fn memberships_are_whose_events_one_gets(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let group = stage.group(&anna, &[&bob]).await;
    let asked = stage.direct_request(&anna, &bob).await;
    let invitation = NewConversation {
        invited: vec![bob.user.clone()],
        ..stage.new_group("b", &[])
    };
    stage.make(&anna, invitation).await;
    let left = stage.group(&anna, &[&bob]).await;
    stage.change(&bob, left, None, Change::Leave).await.unwrap();
    let seq = stage.say(&anna, group, "hello").await;
    let mut found = stage
        .conversations
        .memberships(&stage.own(&bob))
        .await
        .unwrap();
    found.retain(|membership| membership.kind != Kind::Feed);
    assert_eq!(found.len(), 2);
    let of_group = found
        .iter()
        .find(|membership| membership.conversation == group)
        .unwrap();
    assert_eq!(
        (of_group.head, of_group.members, of_group.kind),
        (seq, 2, Kind::Group)
    );
    assert!(
        found
            .iter()
            .any(|membership| membership.conversation == asked)
    );
}

pub async fn what_is_readable_is_told_with_its_end(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let group = stage.group(&anna, &[&bob]).await;
    let left = stage.group(&anna, &[&bob]).await;
    let end = stage
        .change(&bob, left, None, Change::Leave)
        .await
        .unwrap()
        .seq;
    stage.say(&anna, left, "after").await;
    let asked = stage.direct_request(&anna, &bob).await;
    let invitation = NewConversation {
        invited: vec![bob.user.clone()],
        ..stage.new_group("b", &[])
    };
    stage.make(&anna, invitation).await;
    let banned = stage.group(&anna, &[&bob]).await;
    stage
        .change(&anna, banned, Some(&bob), Change::Ban(bob.user.clone()))
        .await
        .unwrap();
    let mut expected = vec![(group, Seq::new(3)), (left, end), (asked, Seq::new(3))];
    expected.sort_unstable();
    let mut found = stage
        .conversations
        .readable(&stage.own(&bob))
        .await
        .unwrap();
    found.sort_unstable();
    assert_eq!(found, expected);
}

pub async fn public_conversations_are_discovered_by_a_word(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    for title in ["Zebras and more", "apples", "Old Zebras", "zoo"] {
        stage.public_group(&anna, title).await;
    }
    stage.group(&anna, &[]).await;
    let own = stage.own(&bob);
    let titles = |prefix: &'static str, limit| {
        let (stage, own) = (stage.clone(), own.clone());
        async move {
            let (mut found, mut cursor) = (Vec::new(), None);
            loop {
                let page = stage
                    .conversations
                    .discover(&own, prefix, cursor.as_ref(), limit)
                    .await
                    .unwrap();
                found.extend(
                    page.items
                        .into_iter()
                        .map(|view| view.title.as_str().to_owned()),
                );
                cursor = page.cursor;
                if cursor.is_none() {
                    return found;
                }
            }
        }
    };
    assert_eq!(titles("zeb", 10).await, ["Old Zebras", "Zebras and more"]);
    assert_eq!(
        titles("", 1).await,
        ["apples", "Old Zebras", "Zebras and more", "zoo"]
    );
    assert_eq!(titles("group", 10).await, Vec::<String>::new());
    let page = stage
        .conversations
        .discover(&stage.own(&anna), "zoo", None, 10)
        .await
        .unwrap();
    assert!(page.items[0].joined && page.items[0].members == 1);
    let page = stage
        .conversations
        .discover(&own, "zoo", None, 10)
        .await
        .unwrap();
    assert!(!page.items[0].joined);
}

pub async fn what_is_no_longer_public_is_not_discovered(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let id = stage.public_group(&anna, "zebras").await;
    let close = Change::Configure {
        title: None,
        topic: None,
        public: Some(false),
    };
    stage.change(&anna, id, None, close).await.unwrap();
    for prefix in ["", "zeb"] {
        let page = stage
            .conversations
            .discover(&stage.own(&bob), prefix, None, 10)
            .await
            .unwrap();
        assert!(page.items.is_empty());
    }
    assert!(permit::glance(&bob, &stage.facts(&bob, id).await).is_err());
}

pub async fn muting_is_ones_own_and_told_in_the_feed(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let id = stage.group(&anna, &[&bob]).await;
    let until = Some(stage.now());
    let permit = stage.read(&bob, id).await;
    stage
        .conversations
        .mute(&permit, until, stage.now())
        .await
        .unwrap();
    assert_eq!(stage.view(&bob, id).await.muted_until, until);
    assert_eq!(stage.view(&anna, id).await.muted_until, None);
    assert_eq!(
        stage.feed(&bob).await,
        [EventBody::ConversationMuted { of: id, until }]
    );
    stage
        .conversations
        .mute(&permit, None, stage.now())
        .await
        .unwrap();
    assert_eq!(stage.view(&bob, id).await.muted_until, None);
}
