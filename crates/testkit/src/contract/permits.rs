//! A permit of another version of the facts is refused, whatever it is for.

use domain::conversation::Change;
use domain::message::{Amend, Amendment, MessageFacts, Span};
use domain::{Actor, ConversationId, Error, Seq, permit};

use super::Stage;

/// A group whose facts have changed since they were loaded.
async fn changed(
    stage: &Stage,
) -> (
    Actor,
    Actor,
    ConversationId,
    domain::conversation::Facts,
    Seq,
) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let id = stage.group(&anna, &[&bob]).await;
    let message = stage.say(&anna, id, "hello").await;
    let facts = stage.facts(&bob, id).await;
    stage
        .change(&anna, id, Some(&bob), Change::Remove(bob.user.clone()))
        .await
        .unwrap();
    (anna, bob, id, facts, message)
}

pub async fn who_was_removed_meanwhile_writes_nothing(stage: Stage) {
    let (anna, bob, id, facts, _) = changed(&stage).await;
    let permit = permit::post(&bob, &facts).unwrap();
    let before = stage.log(&anna, id).await;
    assert_eq!(
        stage.messages.append(&permit, stage.draft("late")).await,
        Err(Error::StalePermit)
    );
    assert_eq!(stage.log(&anna, id).await, before);
}

pub async fn who_was_removed_meanwhile_changes_nothing(stage: Stage) {
    let (_, bob, id, facts, message) = changed(&stage).await;
    let permit = permit::change(&bob, &facts, None, Change::Leave).unwrap();
    assert_eq!(
        stage.conversations.apply(&permit, stage.now()).await,
        Err(Error::StalePermit)
    );
    let of_message = MessageFacts {
        sender: bob.user.clone(),
        sender_role: None,
        retracted: false,
    };
    let amendment = Amendment {
        message,
        act: Amend::Retract,
        at: stage.now(),
    };
    let permit = permit::amend(&bob, &facts, &of_message, amendment).unwrap();
    assert_eq!(stage.messages.amend(&permit).await, Err(Error::StalePermit));
    let permit = permit::read(&bob, &facts).unwrap();
    let mark = stage
        .messages
        .mark(&permit, Some(message), None, stage.now())
        .await;
    assert_eq!(mark, Err(Error::StalePermit));
    assert_eq!(
        stage.messages.mark_unread(&permit, stage.now()).await,
        Err(Error::StalePermit)
    );
    assert_eq!(
        stage.conversations.mute(&permit, None, stage.now()).await,
        Err(Error::StalePermit)
    );
    assert!(stage.facts(&bob, id).await.left_at > message);
}

pub async fn who_was_removed_meanwhile_reads_nothing(stage: Stage) {
    let (_, bob, _, facts, message) = changed(&stage).await;
    let permit = permit::read(&bob, &facts).unwrap();
    let messages = &stage.messages;
    assert_eq!(
        messages.log(&permit, Seq::ZERO, 10).await,
        Err(Error::StalePermit)
    );
    assert_eq!(
        messages.history(&permit, Span::Newest, 10).await,
        Err(Error::StalePermit)
    );
    assert_eq!(
        messages.facts(&permit, message).await,
        Err(Error::StalePermit)
    );
    assert_eq!(
        messages.versions(&permit, message).await,
        Err(Error::StalePermit)
    );
    let members = stage.conversations.members(&permit, false, None, 10).await;
    assert_eq!(members, Err(Error::StalePermit));
    let permit = permit::glance(&bob, &facts).unwrap();
    assert_eq!(
        stage.conversations.view(&permit).await,
        Err(Error::StalePermit)
    );
    let target = stage.conversations.target(&permit, bob.user.id).await;
    assert_eq!(target, Err(Error::StalePermit));
}

pub async fn reading_ends_where_the_permit_says(stage: Stage) {
    let (anna, bob, id, _, message) = changed(&stage).await;
    let secret = stage.say(&anna, id, "secret").await;
    let edit = stage
        .edit(&anna, id, message, "changed since")
        .await
        .unwrap();
    let permit = stage.read(&bob, id).await;
    let until = permit.action().until;
    assert!(until < secret && secret < edit.seq);
    let log = stage.messages.log(&permit, Seq::ZERO, 100).await.unwrap();
    assert_eq!(
        (log.head, log.events.last().map(|event| event.seq)),
        (until, Some(until))
    );
    for span in [
        Span::Newest,
        Span::After(message),
        Span::Before(Seq::MAX),
        Span::Around(secret),
    ] {
        let page = stage.messages.history(&permit, span, 100).await.unwrap();
        assert!(
            page.items.iter().all(|event| event.seq <= until),
            "{span:?}"
        );
        assert_eq!((page.head, page.newer), (until, false), "{span:?}");
    }
    let refused = stage.messages.facts(&permit, secret).await;
    assert_eq!(refused, Err(Error::NotFound { what: "message" }));
    let refused = stage.messages.versions(&permit, secret).await;
    assert_eq!(refused, Err(Error::NotFound { what: "message" }));
    let versions = stage.messages.versions(&permit, message).await.unwrap();
    assert_eq!(versions.len(), 1);
}

pub async fn a_message_does_not_move_the_version(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let id = stage.group(&anna, &[&bob]).await;
    let permit = stage.post(&bob, id).await;
    let message = stage.say(&anna, id, "hello").await;
    stage.edit(&anna, id, message, "hello!").await.unwrap();
    stage
        .messages
        .append(&permit, stage.draft("hi"))
        .await
        .unwrap();
}
