//! Writing messages.

use domain::event::EventBody;
use domain::message::{Draft, Extensions};
use domain::text::MessageText;
use domain::{ConversationId, Error, Seq, UserRef};
use engine::port::{Health, NewAccount, Notice};

use super::Stage;

fn text(text: &str) -> MessageText {
    MessageText::from_stored(text.to_owned())
}

pub async fn a_message_gets_the_next_place_and_is_kept_as_it_is(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let id = stage.group(&anna, &[&bob]).await;
    let first = stage.say(&anna, id, "first").await;
    let draft = Draft {
        reply_to: Some(first),
        mentions: vec![anna.user.clone()],
        extensions: Extensions::new(Some(r#"{"urn:x":{"a":"\"é\""}}"#.to_owned())).unwrap(),
        ..stage.draft("line one\nline \"two\" 👍\t\\ é 東京")
    };
    let sent = stage.send(&bob, id, draft.clone()).await.unwrap();
    assert_eq!(
        (sent.conversation, sent.seq, sent.at),
        (id, first.next(), draft.at)
    );
    assert_eq!((sent.client_id, sent.repeated), (draft.client_id, false));
    let event = stage.log(&anna, id).await.pop().unwrap();
    assert_eq!(
        (event.seq, event.at, event.sender),
        (sent.seq, draft.at, Some(bob.user.clone()))
    );
    let EventBody::MessageCreated(message) = event.body else {
        panic!("{:?}", event.body)
    };
    assert_eq!(message.text, draft.text);
    assert_eq!(message.extensions, draft.extensions);
    assert_eq!(
        (message.client_id, message.reply_to),
        (Some(draft.client_id), Some(first))
    );
    assert_eq!(message.mentions, [anna.user]);
    assert!(message.edited.is_none() && !message.retracted && message.reactions.is_empty());
}

pub async fn the_same_message_again_has_the_first_place(stage: Stage) {
    let anna = stage.user("anna").await;
    let id = stage.group(&anna, &[]).await;
    let draft = stage.draft("hello");
    let first = stage.send(&anna, id, draft.clone()).await.unwrap();
    stage.say(&anna, id, "more").await;
    let again = stage
        .send(
            &anna,
            id,
            Draft {
                at: stage.now(),
                ..draft
            },
        )
        .await
        .unwrap();
    assert!(again.repeated);
    assert_eq!((again.seq, again.at), (first.seq, first.at));
    assert_eq!(stage.log(&anna, id).await.len(), 4);
}

pub async fn another_text_or_reply_under_the_same_id_is_refused(stage: Stage) {
    let anna = stage.user("anna").await;
    let id = stage.group(&anna, &[]).await;
    let draft = stage.draft("hello");
    let first = stage.send(&anna, id, draft.clone()).await.unwrap();
    let other_text = Draft {
        text: text("bye"),
        ..draft.clone()
    };
    let other_reply = Draft {
        reply_to: Some(first.seq),
        ..draft
    };
    for other in [other_text, other_reply] {
        let refused = stage.send(&anna, id, other).await;
        assert!(
            matches!(refused, Err(Error::Conflict { .. })),
            "{refused:?}"
        );
    }
    assert_eq!(stage.log(&anna, id).await.len(), 3);
}

pub async fn a_client_id_is_of_its_sender_and_conversation(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let (one, other) = (
        stage.group(&anna, &[&bob]).await,
        stage.group(&anna, &[&bob]).await,
    );
    let draft = stage.draft("hello");
    for (who, id) in [(&anna, one), (&anna, other), (&bob, one)] {
        assert!(!stage.send(who, id, draft.clone()).await.unwrap().repeated);
    }
}

pub async fn a_repeated_message_is_known_after_an_edit_and_a_retraction(stage: Stage) {
    let anna = stage.user("anna").await;
    let id = stage.group(&anna, &[]).await;
    let draft = stage.draft("hello");
    let first = stage.send(&anna, id, draft.clone()).await.unwrap();
    stage.edit(&anna, id, first.seq, "hello!").await.unwrap();
    let again = stage.send(&anna, id, draft.clone()).await.unwrap();
    assert!(again.repeated && again.seq == first.seq);
    stage
        .amend(&anna, id, first.seq, domain::message::Amend::Retract)
        .await
        .unwrap();
    let again = stage.send(&anna, id, draft).await.unwrap();
    assert!(again.repeated && again.seq == first.seq);
}

pub async fn retries_at_the_same_time_are_one_message(stage: Stage) {
    let anna = stage.user("anna").await;
    let id = stage.group(&anna, &[]).await;
    let draft = stage.draft("hello");
    let permit = stage.post(&anna, id).await;
    let mut tasks = Vec::new();
    for _ in 0..16 {
        let (stage, permit, draft) = (stage.clone(), permit.clone(), draft.clone());
        tasks.push(tokio::spawn(async move {
            stage.messages.append(&permit, draft).await.unwrap()
        }));
    }
    let mut new = 0;
    for task in tasks {
        let sent = task.await.unwrap();
        assert_eq!(sent.seq, Seq::new(3));
        new += usize::from(!sent.repeated);
    }
    assert_eq!(new, 1);
}

pub async fn a_reply_needs_a_message(stage: Stage) {
    let anna = stage.user("anna").await;
    let id = stage.group(&anna, &[]).await;
    for place in [Seq::ZERO, Seq::new(1), Seq::new(99)] {
        let draft = Draft {
            reply_to: Some(place),
            ..stage.draft("re")
        };
        let refused = stage.send(&anna, id, draft).await;
        assert_eq!(refused, Err(Error::NotFound { what: "message" }), "{place}");
    }
    assert_eq!(stage.log(&anna, id).await.len(), 2);
}

pub async fn places_have_no_gaps_whoever_writes_at_once(stage: Stage) {
    let anna = stage.user("anna").await;
    let mut members = Vec::new();
    for number in 0..8 {
        members.push(stage.user(&format!("user{number}")).await);
    }
    let all: Vec<_> = members.iter().collect();
    let ids: [ConversationId; 3] = [
        stage.group(&anna, &all).await,
        stage.group(&anna, &all).await,
        stage.group(&anna, &all).await,
    ];
    let mut tasks = Vec::new();
    for member in members {
        let stage = stage.clone();
        tasks.push(tokio::spawn(async move {
            let mut sent = Vec::new();
            for number in 0..60 {
                let id = ids[number % ids.len()];
                sent.push(stage.send(&member, id, stage.draft("x")).await.unwrap());
            }
            sent
        }));
    }
    let mut sent = Vec::new();
    for task in tasks {
        sent.extend(task.await.unwrap());
    }
    for id in ids {
        let log = stage.log(&anna, id).await;
        assert_eq!(log.len(), 10 + 160);
        assert!(
            log.iter()
                .zip(1..)
                .all(|(event, seq)| event.seq == Seq::new(seq))
        );
        for sent in sent.iter().filter(|sent| sent.conversation == id) {
            let event = &log[usize::try_from(sent.seq.get()).unwrap() - 1];
            let EventBody::MessageCreated(message) = &event.body else {
                panic!("{event:?}")
            };
            assert_eq!(message.client_id, Some(sent.client_id));
        }
    }
}

pub async fn a_refusal_among_many_harms_no_neighbour(stage: Stage) {
    let anna = stage.user("anna").await;
    let id = stage.group(&anna, &[]).await;
    let mut tasks = Vec::new();
    for number in 0..64 {
        let stage = stage.clone();
        let anna = anna.clone();
        tasks.push(tokio::spawn(async move {
            let reply_to = (number % 4 == 0).then_some(Seq::new(9999));
            let draft = Draft {
                reply_to,
                ..stage.draft("x")
            };
            (
                reply_to.is_none(),
                stage.send(&anna, id, draft).await.is_ok(),
            )
        }));
    }
    for task in tasks {
        let (good, stored) = task.await.unwrap();
        assert_eq!(good, stored);
    }
    let log = stage.log(&anna, id).await;
    assert_eq!(log.len(), 2 + 48);
    assert_eq!(log.last().unwrap().seq, Seq::new(50));
}

pub async fn a_fault_among_many_harms_no_neighbour(stage: Stage) {
    let anna = stage.user("anna").await;
    let id = stage.group(&anna, &[]).await;
    let mut tasks = Vec::new();
    for number in 0..64 {
        let (stage, anna) = (stage.clone(), anna.clone());
        tasks.push(tokio::spawn(async move {
            if number % 8 == 0 {
                // An id that is taken is a fault of the server, not of the caller.
                let username = domain::Username::from_stored(&format!("user{number}"));
                let double = NewAccount {
                    user: UserRef {
                        id: anna.user.id,
                        username,
                    },
                    ..stage.new_account(&anna)
                };
                let fault = stage.accounts.create(double).await;
                assert!(matches!(fault, Err(Error::Internal { .. })), "{fault:?}");
            } else {
                stage.say(&anna, id, "x").await;
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let log = stage.log(&anna, id).await;
    assert_eq!(log.len(), 2 + 56);
    assert!(
        log.iter()
            .zip(1..)
            .all(|(event, seq)| event.seq == Seq::new(seq))
    );
    assert_eq!(stage.storage.health().await, Health::Ready);
}

pub async fn what_is_published_is_the_log_in_order(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let mut notices = stage.bus.subscribe();
    let id = stage.group(&anna, &[&bob]).await;
    let mut tasks = Vec::new();
    for who in [&anna, &bob] {
        let (stage, who) = (stage.clone(), who.clone());
        tasks.push(tokio::spawn(async move {
            for _ in 0..100 {
                stage.mention(&who, id, &[]).await;
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let log = stage.log(&anna, id).await;
    let mut published = Vec::new();
    while published.len() < log.len() {
        match notices.recv().await.unwrap() {
            Notice::Committed(events) => {
                published.extend(
                    events
                        .iter()
                        .map(|published| &published.event)
                        .filter(|event| event.conversation == id)
                        .cloned(),
                );
            }
            Notice::Signal { .. } | Notice::Ended(_) => panic!("only commits were expected"),
        }
    }
    assert_eq!(published, log);
}

pub async fn a_gap_is_closed_from_the_log(stage: Stage) {
    let anna = stage.user("anna").await;
    let id = stage.group(&anna, &[]).await;
    for _ in 0..10 {
        stage.say(&anna, id, "x").await;
    }
    let gap = stage
        .messages
        .gap(&stage.system(), id, Seq::new(4), 3)
        .await
        .unwrap();
    assert_eq!(gap, stage.log(&anna, id).await[4..7]);
}

pub async fn messages_at_places_come_in_their_present_state(stage: Stage) {
    let anna = stage.user("anna").await;
    let (one, other) = (stage.group(&anna, &[]).await, stage.group(&anna, &[]).await);
    let first = stage.say(&anna, one, "first").await;
    let second = stage.say(&anna, other, "second").await;
    stage.edit(&anna, one, first, "edited").await.unwrap();
    let places = [
        (one, first),
        (other, second),
        (one, Seq::new(1)),
        (other, Seq::new(77)),
    ];
    let found = stage.messages.at(&stage.own(&anna), &places).await.unwrap();
    assert_eq!(found.len(), 2);
    let EventBody::MessageCreated(message) = &found[0].body else {
        panic!("{found:?}")
    };
    assert_eq!(message.text, text("edited"));
    assert_eq!((found[1].conversation, found[1].seq), (other, second));
}

pub async fn a_long_text_in_any_script_is_kept(stage: Stage) {
    let anna = stage.user("anna").await;
    let id = stage.group(&anna, &[]).await;
    let long = "日本語 é 👩‍👩‍👧 \"x\" \\ \n".repeat(4000);
    stage.say(&anna, id, &long).await;
    let EventBody::MessageCreated(message) = stage.log(&anna, id).await.pop().unwrap().body else {
        panic!("a message was written")
    };
    assert_eq!(message.text.as_str(), long);
}
