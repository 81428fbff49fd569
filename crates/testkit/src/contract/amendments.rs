//! Edits, retractions and reactions.

use domain::conversation::{Change, Role};
use domain::event::EventBody;
use domain::message::{Amend, Message, REACTION_USERS, REACTIONS, Span};
use domain::text::{Emoji, MessageText};
use domain::{Actor, ConversationId, Error, Seq};

use super::Stage;
use super::stage::sorts;

async fn one(stage: &Stage) -> (Actor, Actor, ConversationId, Seq) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let id = stage.group(&anna, &[&bob]).await;
    let message = stage.say(&bob, id, "first").await;
    (anna, bob, id, message)
}

/// A message in a page of history.
async fn shown(stage: &Stage, who: &Actor, id: ConversationId, place: Seq) -> Message {
    let permit = stage.read(who, id).await;
    let page = stage
        .messages
        .history(&permit, Span::Around(place), 2)
        .await
        .unwrap();
    let event = page
        .items
        .into_iter()
        .find(|event| event.seq == place)
        .unwrap();
    let EventBody::MessageCreated(message) = event.body else {
        panic!("{:?}", event.body)
    };
    message
}

fn emoji(text: &str) -> Emoji {
    Emoji::parse(text).unwrap()
}

pub async fn an_edit_is_a_pointer_and_the_message_changes(stage: Stage) {
    let (anna, bob, id, message) = one(&stage).await;
    let edit = stage.edit(&bob, id, message, "second").await.unwrap();
    let found = shown(&stage, &anna, id, message).await;
    assert_eq!(
        (found.text.as_str(), found.edited),
        ("second", Some(edit.seq))
    );
    let log = stage.log(&anna, id).await;
    assert_eq!(
        sorts(&log),
        ["created", "joined", "joined", "message", "edited"]
    );
    let EventBody::MessageEdited {
        message: of, text, ..
    } = &log[4].body
    else {
        panic!("{log:?}")
    };
    assert_eq!((*of, text.as_str()), (message, "second"));
    let EventBody::MessageCreated(in_log) = &log[3].body else {
        panic!("{log:?}")
    };
    assert_eq!(in_log.text.as_str(), "second");
}

pub async fn every_text_is_remembered_in_order(stage: Stage) {
    let (anna, bob, id, message) = one(&stage).await;
    let mut places = vec![message];
    for text in ["second", "third", "fourth"] {
        places.push(stage.edit(&bob, id, message, text).await.unwrap().seq);
    }
    let permit = stage.read(&anna, id).await;
    let versions = stage.messages.versions(&permit, message).await.unwrap();
    assert_eq!(versions.iter().map(|v| v.seq).collect::<Vec<_>>(), places);
    let texts: Vec<_> = versions.iter().map(|v| v.text.as_str()).collect();
    assert_eq!(texts, ["first", "second", "third", "fourth"]);
    assert!(versions.windows(2).all(|pair| pair[0].at < pair[1].at));
}

pub async fn the_same_text_again_is_no_edit(stage: Stage) {
    let (_, bob, id, message) = one(&stage).await;
    let head = stage.say(&bob, id, "more").await;
    assert_eq!(
        stage.edit(&bob, id, message, "first").await.unwrap().seq,
        head
    );
    assert_eq!(shown(&stage, &bob, id, message).await.edited, None);
    stage.edit(&bob, id, message, "second").await.unwrap();
    let back = stage.edit(&bob, id, message, "first").await.unwrap();
    assert_eq!(
        shown(&stage, &bob, id, message).await.edited,
        Some(back.seq)
    );
}

pub async fn a_retraction_erases_every_text(stage: Stage) {
    let (anna, bob, id, message) = one(&stage).await;
    stage.edit(&bob, id, message, "second").await.unwrap();
    stage
        .amend(&anna, id, message, Amend::React(emoji("👍")))
        .await
        .unwrap();
    stage
        .amend(&bob, id, message, Amend::Retract)
        .await
        .unwrap();
    let found = shown(&stage, &anna, id, message).await;
    assert!(found.retracted && found.text.as_str().is_empty());
    assert!(found.reactions.is_empty() && found.mentions.is_empty());
    let log = stage.log(&anna, id).await;
    assert_eq!(
        sorts(&log)[3..],
        ["message", "edited", "reacted", "retracted"]
    );
    let EventBody::MessageEdited { text, .. } = &log[4].body else {
        panic!("{log:?}")
    };
    assert!(text.as_str().is_empty());
    let permit = stage.read(&anna, id).await;
    assert!(
        stage
            .messages
            .versions(&permit, message)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        stage
            .messages
            .facts(&permit, message)
            .await
            .unwrap()
            .retracted
    );
}

pub async fn a_retraction_is_done_once_and_ends_everything(stage: Stage) {
    let (anna, bob, id, message) = one(&stage).await;
    let retracted = stage
        .amend(&bob, id, message, Amend::Retract)
        .await
        .unwrap();
    let again = stage
        .amend(&bob, id, message, Amend::Retract)
        .await
        .unwrap();
    assert_eq!(again.seq, retracted.seq);
    let edit = stage.edit(&bob, id, message, "no").await;
    assert_eq!(edit, Err(Error::NotFound { what: "message" }));
    let react = stage
        .amend(&anna, id, message, Amend::React(emoji("👍")))
        .await;
    assert_eq!(react, Err(Error::NotFound { what: "message" }));
}

pub async fn a_moderator_retracts_for_others(stage: Stage) {
    let (anna, bob, id, message) = one(&stage).await;
    let of_anna = stage.say(&anna, id, "mine").await;
    assert!(
        stage
            .amend(&bob, id, of_anna, Amend::Retract)
            .await
            .is_err()
    );
    stage
        .amend(&anna, id, message, Amend::Retract)
        .await
        .unwrap();
    assert!(shown(&stage, &bob, id, message).await.retracted);
}

pub async fn what_is_known_of_a_message_is_its_sender_and_their_role(stage: Stage) {
    let (anna, bob, id, message) = one(&stage).await;
    let permit = stage.read(&anna, id).await;
    let facts = stage.messages.facts(&permit, message).await.unwrap();
    assert_eq!(
        (facts.sender, facts.sender_role, facts.retracted),
        (bob.user.clone(), Some(Role::Member), false)
    );
    stage.change(&bob, id, None, Change::Leave).await.unwrap();
    let permit = stage.read(&anna, id).await;
    assert_eq!(
        stage
            .messages
            .facts(&permit, message)
            .await
            .unwrap()
            .sender_role,
        None
    );
    for place in [Seq::ZERO, Seq::new(1), Seq::new(99)] {
        let refused = stage.messages.facts(&permit, place).await;
        assert_eq!(refused, Err(Error::NotFound { what: "message" }));
    }
}

pub async fn reactions_are_counted_and_taken_back(stage: Stage) {
    let (anna, bob, id, message) = one(&stage).await;
    for (who, text) in [(&anna, "👍"), (&bob, "👍"), (&anna, "🎉")] {
        stage
            .amend(who, id, message, Amend::React(emoji(text)))
            .await
            .unwrap();
    }
    let found = shown(&stage, &anna, id, message).await;
    let counts: Vec<_> = found
        .reactions
        .iter()
        .map(|r| (r.emoji.as_str(), r.count))
        .collect();
    assert_eq!(counts, [("👍", 2), ("🎉", 1)]);
    assert_eq!(
        found.reactions[0].users,
        [anna.user.clone(), bob.user.clone()]
    );
    stage
        .amend(&anna, id, message, Amend::Unreact(emoji("👍")))
        .await
        .unwrap();
    let found = shown(&stage, &anna, id, message).await;
    assert_eq!(found.reactions.iter().map(|r| r.count).sum::<u64>(), 2);
    let log = stage.log(&anna, id).await;
    assert_eq!(
        sorts(&log)[4..],
        ["reacted", "reacted", "reacted", "unreacted"]
    );
}

pub async fn a_reaction_that_is_there_or_not_there_changes_nothing(stage: Stage) {
    let (anna, _, id, message) = one(&stage).await;
    let head = stage
        .amend(&anna, id, message, Amend::Unreact(emoji("👍")))
        .await
        .unwrap();
    assert_eq!(head.seq, message);
    let added = stage
        .amend(&anna, id, message, Amend::React(emoji("👍")))
        .await
        .unwrap();
    let again = stage
        .amend(&anna, id, message, Amend::React(emoji("👍")))
        .await
        .unwrap();
    assert_eq!(again.seq, added.seq);
}

pub async fn a_message_has_a_bounded_number_of_emoji(stage: Stage) {
    let (anna, bob, id, message) = one(&stage).await;
    let nth = |n: usize| {
        emoji(
            &char::from_u32(0x1f600 + u32::try_from(n).unwrap())
                .unwrap()
                .to_string(),
        )
    };
    for n in 0..REACTIONS {
        stage
            .amend(&anna, id, message, Amend::React(nth(n)))
            .await
            .unwrap();
    }
    let refused = stage
        .amend(&anna, id, message, Amend::React(nth(REACTIONS)))
        .await;
    assert!(
        matches!(
            refused,
            Err(Error::TooLarge {
                limit: REACTIONS,
                ..
            })
        ),
        "{refused:?}"
    );
    stage
        .amend(&bob, id, message, Amend::React(nth(0)))
        .await
        .unwrap();
}

pub async fn a_reaction_names_the_first_users(stage: Stage) {
    let anna = stage.user("anna").await;
    let mut others = Vec::new();
    for number in 0..REACTION_USERS + 5 {
        others.push(stage.user(&format!("user{number}")).await);
    }
    let all: Vec<_> = others.iter().collect();
    let id = stage.group(&anna, &all).await;
    let message = stage.say(&anna, id, "hello").await;
    for other in &others {
        stage
            .amend(other, id, message, Amend::React(emoji("👍")))
            .await
            .unwrap();
    }
    let found = shown(&stage, &anna, id, message).await;
    assert_eq!(found.reactions[0].count, others.len() as u64);
    let first: Vec<_> = others[..REACTION_USERS]
        .iter()
        .map(|other| other.user.clone())
        .collect();
    assert_eq!(found.reactions[0].users, first);
}

pub async fn an_edit_moves_the_mentions(stage: Stage) {
    let (anna, bob, id, _) = one(&stage).await;
    let carol = stage.user("carol").await;
    stage
        .change(&anna, id, Some(&carol), Change::Add(carol.user.clone()))
        .await
        .unwrap();
    let message = stage.mention(&anna, id, &[&bob]).await;
    assert_eq!(stage.view(&bob, id).await.mentions, 1);
    let text = MessageText::from_stored("carol, not bob".to_owned());
    let act = Amend::Edit {
        text,
        mentions: vec![carol.user.clone()],
    };
    stage.amend(&anna, id, message, act).await.unwrap();
    assert_eq!(stage.view(&bob, id).await.mentions, 0);
    assert_eq!(stage.view(&carol, id).await.mentions, 1);
    assert_eq!(
        shown(&stage, &bob, id, message).await.mentions,
        std::slice::from_ref(&carol.user)
    );
    stage
        .amend(&anna, id, message, Amend::Retract)
        .await
        .unwrap();
    assert_eq!(stage.view(&carol, id).await.mentions, 0);
}

pub async fn an_amendment_is_not_unread(stage: Stage) {
    let (anna, bob, id, message) = one(&stage).await;
    stage.mark_read(&anna, id, message).await.unwrap();
    stage.edit(&bob, id, message, "second").await.unwrap();
    stage
        .amend(&bob, id, message, Amend::React(emoji("👍")))
        .await
        .unwrap();
    assert_eq!(stage.view(&anna, id).await.unread, 0);
}

pub async fn who_left_does_not_see_later_texts(stage: Stage) {
    let (anna, bob, id, _) = one(&stage).await;
    let message = stage.say(&anna, id, "first").await;
    stage.edit(&anna, id, message, "second").await.unwrap();
    stage.change(&bob, id, None, Change::Leave).await.unwrap();
    stage.edit(&anna, id, message, "secret").await.unwrap();
    assert_eq!(
        shown(&stage, &bob, id, message).await.text.as_str(),
        "second"
    );
    let found = stage
        .messages
        .at(&stage.own(&bob), &[(id, message)])
        .await
        .unwrap();
    let EventBody::MessageCreated(of_bob) = &found[0].body else {
        panic!("{found:?}")
    };
    assert_eq!(of_bob.text.as_str(), "second");
    let last = stage.view(&bob, id).await.last.unwrap();
    let EventBody::MessageCreated(of_bob) = &last.body else {
        panic!("{last:?}")
    };
    assert_eq!(of_bob.text.as_str(), "second");
    for event in stage.log(&bob, id).await {
        assert!(!matches!(event.body, EventBody::MessageCreated(m) if m.text.as_str() == "secret"));
    }
    assert_eq!(
        shown(&stage, &anna, id, message).await.text.as_str(),
        "secret"
    );
}
