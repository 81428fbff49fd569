//! Changes of membership and settings.

use domain::conversation::{Change, NewConversation, Role, Standing};
use domain::event::EventBody;
use domain::reply::Appended;
use domain::text::{Title, Topic};
use domain::{Actor, ConversationId, Error, Result, Seq, permit};

use super::Stage;
use super::stage::sorts;

async fn three(stage: &Stage) -> (Actor, Actor, Actor, ConversationId) {
    let (anna, bob, carol) = (
        stage.user("anna").await,
        stage.user("bob").await,
        stage.user("carol").await,
    );
    let id = stage.group(&anna, &[&bob]).await;
    (anna, bob, carol, id)
}

async fn last(stage: &Stage, who: &Actor, id: ConversationId) -> EventBody {
    stage.log(who, id).await.pop().unwrap().body
}

pub async fn a_member_is_added(stage: Stage) {
    let (anna, _, carol, id) = three(&stage).await;
    let before = stage.facts(&anna, id).await;
    let added = stage
        .change(&anna, id, Some(&carol), Change::Add(carol.user.clone()))
        .await
        .unwrap();
    let after = stage.facts(&carol, id).await;
    assert_eq!((after.standing, after.members), (Standing::Member, 3));
    assert!(after.version > before.version);
    let event = stage.log(&anna, id).await.pop().unwrap();
    assert_eq!(
        (event.seq, event.sender),
        (added.seq, Some(anna.user.clone()))
    );
    assert_eq!(
        event.body,
        EventBody::MemberJoined {
            member: carol.user.clone(),
            role: Role::Member,
            members: 3
        }
    );
    assert_eq!(stage.view(&carol, id).await.unread, 0);
}

pub async fn who_joins_later_has_nothing_unread(stage: Stage) {
    let (anna, _, carol, id) = three(&stage).await;
    stage.mention(&anna, id, &[&carol]).await;
    stage
        .change(&anna, id, Some(&carol), Change::Add(carol.user.clone()))
        .await
        .unwrap();
    let view = stage.view(&carol, id).await;
    assert_eq!((view.unread, view.mentions), (0, 0));
    stage.say(&anna, id, "welcome").await;
    assert_eq!(stage.view(&carol, id).await.unread, 1);
}

pub async fn an_invitation_is_accepted(stage: Stage) {
    let (anna, _, carol, id) = three(&stage).await;
    stage
        .change(&anna, id, Some(&carol), Change::Invite(carol.user.clone()))
        .await
        .unwrap();
    assert_eq!(stage.facts(&carol, id).await.standing, Standing::Invited);
    assert!(permit::read(&carol, &stage.facts(&carol, id).await).is_err());
    assert_eq!(
        stage
            .notifications
            .unseen(&stage.own(&carol))
            .await
            .unwrap(),
        1
    );
    stage.change(&carol, id, None, Change::Join).await.unwrap();
    assert_eq!(stage.facts(&carol, id).await.standing, Standing::Member);
    assert_eq!(
        stage
            .notifications
            .unseen(&stage.own(&carol))
            .await
            .unwrap(),
        0
    );
}

pub async fn an_invitation_is_declined_or_taken_back(stage: Stage) {
    let (anna, _, carol, id) = three(&stage).await;
    let invite = Change::Invite(carol.user.clone());
    stage
        .change(&anna, id, Some(&carol), invite.clone())
        .await
        .unwrap();
    stage.change(&carol, id, None, Change::Leave).await.unwrap();
    assert_eq!(stage.facts(&carol, id).await.standing, Standing::None);
    assert_eq!(
        last(&stage, &anna, id).await,
        EventBody::MemberDeclined {
            member: carol.user.clone()
        }
    );
    stage.change(&anna, id, Some(&carol), invite).await.unwrap();
    stage
        .change(&anna, id, Some(&carol), Change::Remove(carol.user.clone()))
        .await
        .unwrap();
    assert_eq!(stage.facts(&carol, id).await.standing, Standing::None);
    assert_eq!(stage.facts(&anna, id).await.members, 2);
    assert_eq!(
        stage
            .notifications
            .unseen(&stage.own(&carol))
            .await
            .unwrap(),
        0
    );
}

pub async fn who_was_there_before_keeps_what_they_read(stage: Stage) {
    let (anna, bob, _, id) = three(&stage).await;
    let left = stage
        .change(&bob, id, None, Change::Leave)
        .await
        .unwrap()
        .seq;
    stage
        .change(&anna, id, Some(&bob), Change::Invite(bob.user.clone()))
        .await
        .unwrap();
    stage.change(&bob, id, None, Change::Leave).await.unwrap();
    let facts = stage.facts(&bob, id).await;
    assert_eq!((facts.standing, facts.left_at), (Standing::Left, left));
}

pub async fn who_is_removed_sees_it_and_nothing_after(stage: Stage) {
    let (anna, bob, _, id) = three(&stage).await;
    let removed = stage
        .change(&anna, id, Some(&bob), Change::Remove(bob.user.clone()))
        .await
        .unwrap()
        .seq;
    stage.say(&anna, id, "secret").await;
    let facts = stage.facts(&bob, id).await;
    assert_eq!(
        (facts.standing, facts.left_at, facts.members),
        (Standing::Left, removed, 1)
    );
    let log = stage.log(&bob, id).await;
    assert_eq!(sorts(&log).last(), Some(&"removed"));
    assert_eq!(log.last().unwrap().seq, removed);
}

pub async fn who_is_banned_is_out_and_stays_out(stage: Stage) {
    let (anna, bob, carol, id) = three(&stage).await;
    let seq = stage
        .change(&anna, id, Some(&bob), Change::Ban(bob.user.clone()))
        .await
        .unwrap()
        .seq;
    let facts = stage.facts(&bob, id).await;
    assert_eq!(
        (facts.standing, facts.left_at, facts.members),
        (Standing::Banned, seq, 1)
    );
    stage
        .change(&anna, id, Some(&carol), Change::Ban(carol.user.clone()))
        .await
        .unwrap();
    assert_eq!(stage.facts(&carol, id).await.standing, Standing::Banned);
    let add = stage
        .change(&anna, id, Some(&bob), Change::Add(bob.user.clone()))
        .await;
    assert!(matches!(add, Err(Error::Denied { .. })), "{add:?}");
    let permit = stage.read(&anna, id).await;
    let banned = stage
        .conversations
        .members(&permit, true, None, 10)
        .await
        .unwrap();
    let names: Vec<_> = banned
        .items
        .iter()
        .map(|m| m.account.user.username.as_str())
        .collect();
    assert_eq!(names, ["bob", "carol"]);
    stage
        .change(&anna, id, Some(&bob), Change::Unban(bob.user.clone()))
        .await
        .unwrap();
    let facts = stage.facts(&bob, id).await;
    assert_eq!((facts.standing, facts.left_at), (Standing::Left, seq));
    stage
        .change(&anna, id, Some(&carol), Change::Unban(carol.user.clone()))
        .await
        .unwrap();
    assert_eq!(stage.facts(&carol, id).await.standing, Standing::None);
}

pub async fn roles_are_given_and_taken(stage: Stage) {
    let (anna, bob, _, id) = three(&stage).await;
    let promote = Change::SetRole(bob.user.clone(), Role::Admin);
    stage
        .change(&anna, id, Some(&bob), promote.clone())
        .await
        .unwrap();
    assert_eq!(stage.facts(&bob, id).await.role, Role::Admin);
    let expected = EventBody::MemberRoleChanged {
        member: bob.user.clone(),
        role: Role::Admin,
    };
    assert_eq!(last(&stage, &anna, id).await, expected);
    let before = stage.log(&anna, id).await.len();
    let again = stage.change(&anna, id, Some(&bob), promote).await.unwrap();
    assert_eq!(again.seq, Seq::new(i64::try_from(before).unwrap()));
    assert_eq!(stage.log(&anna, id).await.len(), before);
    let demote = Change::SetRole(bob.user.clone(), Role::Member);
    stage.change(&anna, id, Some(&bob), demote).await.unwrap();
    assert_eq!(stage.facts(&bob, id).await.role, Role::Member);
}

pub async fn a_conversation_is_handed_over(stage: Stage) {
    let (anna, bob, _, id) = three(&stage).await;
    stage
        .change(&anna, id, Some(&bob), Change::Transfer(bob.user.clone()))
        .await
        .unwrap();
    assert_eq!(stage.facts(&bob, id).await.role, Role::Owner);
    assert_eq!(stage.facts(&anna, id).await.role, Role::Admin);
    let expected = EventBody::ConversationTransferred {
        member: bob.user.clone(),
    };
    assert_eq!(last(&stage, &anna, id).await, expected);
}

pub async fn only_what_changes_is_told(stage: Stage) {
    let (anna, _, _, id) = three(&stage).await;
    let change = |title: &str, topic: Option<Option<Topic>>| Change::Configure {
        title: Some(Title::from_stored(title)),
        topic,
        public: Some(false),
    };
    let topic = Topic::parse("things").unwrap();
    stage
        .change(&anna, id, None, change("a group", Some(topic.clone())))
        .await
        .unwrap();
    let expected = EventBody::ConversationUpdated {
        title: None,
        topic: Some(topic),
        public: None,
    };
    assert_eq!(last(&stage, &anna, id).await, expected);
    stage
        .change(&anna, id, None, change("new", Some(None)))
        .await
        .unwrap();
    let expected = EventBody::ConversationUpdated {
        title: Some(Title::from_stored("new")),
        topic: Some(None),
        public: None,
    };
    assert_eq!(last(&stage, &anna, id).await, expected);
    let before = stage.facts(&anna, id).await.version;
    let length = stage.log(&anna, id).await.len();
    stage
        .change(&anna, id, None, change("new", None))
        .await
        .unwrap();
    assert_eq!(stage.log(&anna, id).await.len(), length);
    assert_eq!(stage.facts(&anna, id).await.version, before);
    let view = stage.view(&anna, id).await;
    assert_eq!((view.title.unwrap().as_str(), view.topic), ("new", None));
}

pub async fn anyone_joins_a_public_conversation(stage: Stage) {
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let id = stage.public_group(&anna, "zoo").await;
    stage.change(&bob, id, None, Change::Join).await.unwrap();
    stage.change(&bob, id, None, Change::Leave).await.unwrap();
    stage.change(&bob, id, None, Change::Join).await.unwrap();
    assert_eq!(
        sorts(&stage.log(&bob, id).await),
        ["created", "joined", "joined", "left", "joined"]
    );
    assert_eq!(stage.facts(&bob, id).await.members, 2);
}

pub async fn members_are_listed_by_role_and_name(stage: Stage) {
    let anna = stage.user("anna").await;
    let mut others = Vec::new();
    for name in ["zoe", "bob", "yuri", "carl"] {
        others.push(stage.user(name).await);
    }
    let all: Vec<&Actor> = others.iter().collect();
    let new = NewConversation {
        invited: vec![others[3].user.clone()],
        ..stage.new_group("a group", &all[..3])
    };
    let id = stage.make(&anna, new).await;
    let promote = Change::SetRole(others[0].user.clone(), Role::Admin);
    stage
        .change(&anna, id, Some(&others[0]), promote)
        .await
        .unwrap();
    let permit = stage.read(&anna, id).await;
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = stage
            .conversations
            .members(&permit, false, cursor.as_ref(), 2)
            .await
            .unwrap();
        found.extend(page.items);
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    let shown: Vec<_> = found
        .iter()
        .map(|m| (m.account.user.username.as_str(), m.role, m.standing))
        .collect();
    assert_eq!(
        shown,
        [
            ("anna", Role::Owner, Standing::Member),
            ("zoe", Role::Admin, Standing::Member),
            ("bob", Role::Member, Standing::Member),
            ("carl", Role::Member, Standing::Invited),
            ("yuri", Role::Member, Standing::Member)
        ]
    );
}

pub async fn a_target_is_seen_as_it_stands(stage: Stage) {
    let (anna, bob, carol, id) = three(&stage).await;
    let permit = permit::glance(&anna, &stage.facts(&anna, id).await).unwrap();
    let target = stage
        .conversations
        .target(&permit, bob.user.id)
        .await
        .unwrap();
    assert_eq!(
        (target.user, target.standing, target.role),
        (bob.user, Standing::Member, Role::Member)
    );
    let target = stage
        .conversations
        .target(&permit, carol.user.id)
        .await
        .unwrap();
    assert_eq!(target.standing, Standing::None);
    let nobody = stage
        .conversations
        .target(&permit, domain::UserId::new(1 << 40))
        .await;
    assert_eq!(nobody, Err(Error::NotFound { what: "user" }));
}

pub async fn the_last_member_may_leave(stage: Stage) {
    let anna = stage.user("anna").await;
    let id = stage.public_group(&anna, "zoo").await;
    stage.change(&anna, id, None, Change::Leave).await.unwrap();
    assert_eq!(stage.facts(&anna, id).await.members, 0);
    let page = stage
        .conversations
        .discover(&stage.own(&anna), "", None, 10)
        .await
        .unwrap();
    assert!(page.items.is_empty());
}

pub async fn changes_of_the_same_moment_are_done_once(stage: Stage) {
    let (anna, _, carol, id) = three(&stage).await;
    let facts = stage.facts(&anna, id).await;
    let change = Change::Add(carol.user.clone());
    let judged = permit::change(&anna, &facts, None, change).unwrap();
    let mut tasks = Vec::new();
    for _ in 0..8 {
        let (stage, judged) = (stage.clone(), judged.clone());
        tasks.push(tokio::spawn(async move {
            stage.conversations.apply(&judged, stage.now()).await
        }));
    }
    let mut done: Vec<Result<Appended>> = Vec::new();
    for task in tasks {
        done.push(task.await.unwrap());
    }
    assert_eq!(
        done.iter().filter(|result| result.is_ok()).count(),
        1,
        "{done:?}"
    );
    assert!(
        done.iter()
            .filter_map(|result| result.as_ref().err())
            .all(|error| *error == Error::StalePermit)
    );
    assert_eq!(stage.facts(&anna, id).await.members, 3);
}
