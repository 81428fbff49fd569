//! The rules of permission against their document, and against what must never be.

use domain::contact::{ContactState, RelationFacts, Step, Strangers};
use domain::conversation::{Change, Facts, Kind, Role, Standing, Target};
use domain::message::{Amend, Amendment, MessageFacts};
use domain::permit::{self, rules};
use domain::text::{Emoji, MessageText, Title};
use domain::{
    AccessVersion, Actor, ConversationId, Error, Seq, SessionId, Timestamp, UserId, UserRef,
    Username,
};
use proptest::prelude::*;
use rules::Ability;

fn user(id: i64) -> UserRef {
    UserRef {
        id: UserId::new(id),
        username: Username::from_stored(&format!("user-{id}")),
    }
}

fn actor() -> Actor {
    Actor {
        user: user(1),
        session: SessionId::new(1),
        operator: false,
    }
}

fn kinds() -> impl Strategy<Value = Kind> {
    prop_oneof![
        Just(Kind::Direct),
        Just(Kind::Group),
        Just(Kind::Broadcast),
        Just(Kind::Feed)
    ]
}

fn roles() -> impl Strategy<Value = Role> {
    prop_oneof![Just(Role::Owner), Just(Role::Admin), Just(Role::Member)]
}

fn standings() -> impl Strategy<Value = Standing> {
    prop_oneof![
        Just(Standing::Member),
        Just(Standing::Invited),
        Just(Standing::Left),
        Just(Standing::Banned),
        Just(Standing::None),
    ]
}

prop_compose! {
    fn facts()(
        kind in kinds(), role in roles(), standing in standings(), public: bool,
        blocks_peer: bool, closed_by_peer: bool, members in 1_u64..5, left in 0_i64..9,
    ) -> Facts {
        Facts {
            conversation: ConversationId::new(7),
            kind, public, standing, role, members, blocks_peer, closed_by_peer,
            version: AccessVersion(3),
            left_at: Seq::new(left),
        }
    }
}

prop_compose! {
    fn target()(standing in standings(), role in roles()) -> Target {
        Target { user: user(2), standing, role }
    }
}

fn changes() -> impl Strategy<Value = Change> {
    let title = Title::parse("new").expect("a title").expect("not empty");
    prop_oneof![
        Just(Change::Configure {
            title: Some(title),
            topic: None,
            public: None
        }),
        Just(Change::Join),
        Just(Change::Leave),
        Just(Change::Add(user(2))),
        Just(Change::Invite(user(2))),
        Just(Change::Remove(user(2))),
        Just(Change::Ban(user(2))),
        Just(Change::Unban(user(2))),
        roles().prop_map(|role| Change::SetRole(user(2), role)),
        Just(Change::Transfer(user(2))),
    ]
}

fn acts() -> impl Strategy<Value = Amend> {
    let text = MessageText::parse("new", 100).expect("a text");
    let thumb = Emoji::parse("👍").expect("an emoji");
    prop_oneof![
        Just(Amend::Edit {
            text,
            mentions: Vec::new()
        }),
        Just(Amend::Retract),
        Just(Amend::React(thumb.clone())),
        Just(Amend::Unreact(thumb)),
    ]
}

/// Reads the first table of docs/permissions.md and compares every cell.
#[test]
fn the_table_of_the_document_is_the_table_of_the_code() {
    let document = include_str!("../../../docs/permissions.md");
    let mut rows = document
        .lines()
        .skip_while(|line| !line.starts_with("| ability | direct"));
    let columns: Vec<(Kind, Role)> = cells(rows.next().expect("the table"))
        .skip(1)
        .map(column)
        .collect();
    let table: Vec<&str> = rows
        .skip(1)
        .take_while(|line| line.starts_with('|'))
        .collect();
    assert_eq!(table.len(), Ability::ALL.len());
    for (row, ability) in table.into_iter().zip(Ability::ALL) {
        let mut cells = cells(row);
        let word = cells.next().expect("the ability");
        assert_eq!(word, format!("{ability:?}").to_lowercase());
        for (cell, (kind, role)) in cells.zip(&columns) {
            let allowed = rules::allows(*kind, *role, ability);
            assert_eq!(
                cell,
                if allowed { "yes" } else { "no" },
                "{ability:?} {kind:?} {role:?}"
            );
        }
    }
}

fn cells(row: &str) -> impl Iterator<Item = &str> {
    row.trim_matches('|').split('|').map(str::trim)
}

fn column(title: &str) -> (Kind, Role) {
    let (kind, role) = title.split_once(": ").unwrap_or((title, "member"));
    let kind = match kind {
        "direct" => Kind::Direct,
        "group" => Kind::Group,
        "broadcast" => Kind::Broadcast,
        "feed" => Kind::Feed,
        other => panic!("unknown kind {other}"),
    };
    let role = match role {
        "owner" => Role::Owner,
        "admin" => Role::Admin,
        "member" => Role::Member,
        other => panic!("unknown role {other}"),
    };
    (kind, role)
}

proptest! {
    #[test]
    fn only_members_write(facts in facts()) {
        let permitted = permit::post(&actor(), &facts).is_ok();
        if permitted {
            prop_assert_eq!(facts.standing, Standing::Member);
            prop_assert!(rules::allows(facts.kind, facts.role, Ability::Post));
            prop_assert!(facts.kind != Kind::Direct || !(facts.blocks_peer || facts.closed_by_peer));
        }
        // What a client is told it can do is what it can do.
        prop_assert_eq!(permitted, rules::abilities(&facts).contains(&Ability::Post));
    }

    #[test]
    fn who_has_left_reads_no_further(facts in facts()) {
        match permit::read(&actor(), &facts) {
            Ok(permit) if facts.standing == Standing::Left => {
                prop_assert_eq!(permit.action().until, facts.left_at);
            }
            Ok(permit) => {
                prop_assert_eq!(permit.action().until, Seq::MAX);
                prop_assert!(
                    facts.standing == Standing::Member
                        || (facts.standing == Standing::Invited && facts.kind == Kind::Direct)
                );
            }
            Err(error) => prop_assert_eq!(error, Error::NotFound { what: "conversation" }),
        }
    }

    #[test]
    fn nobody_acts_on_an_equal_or_greater_role(
        facts in facts(), target in target(), change in changes(),
    ) {
        let on_other = matches!(
            change,
            Change::Remove(_) | Change::Ban(_) | Change::SetRole(..) | Change::Transfer(_)
        );
        if permit::change(&actor(), &facts, Some(&target), change).is_ok()
            && on_other
            && target.standing == Standing::Member
        {
            prop_assert!(target.role < facts.role);
        }
    }

    #[test]
    fn a_change_needs_its_ability(facts in facts(), target in target(), change in changes()) {
        let needs = match &change {
            Change::Configure { .. } => Some(Ability::Configure),
            Change::Add(_) | Change::Invite(_) => Some(Ability::Invite),
            Change::Remove(_) | Change::Ban(_) | Change::Unban(_) => Some(Ability::Moderate),
            Change::SetRole(..) => Some(Ability::Appoint),
            Change::Transfer(_) => Some(Ability::Transfer),
            Change::Join | Change::Leave => None,
        };
        let permitted = permit::change(&actor(), &facts, Some(&target), change).is_ok();
        if let (true, Some(ability)) = (permitted, needs) {
            prop_assert_eq!(facts.standing, Standing::Member);
            prop_assert!(rules::allows(facts.kind, facts.role, ability));
        }
    }

    #[test]
    fn no_owner_is_made_but_by_handing_over(facts in facts(), target in target()) {
        let change = Change::SetRole(user(2), Role::Owner);
        prop_assert!(permit::change(&actor(), &facts, Some(&target), change).is_err());
    }

    #[test]
    fn an_outsider_learns_nothing_of_a_closed_conversation(
        facts in facts(), target in target(), change in changes(),
    ) {
        let outsider = Facts { standing: Standing::None, public: false, ..facts };
        let unknown = Error::NotFound { what: "conversation" };
        prop_assert_eq!(permit::read(&actor(), &outsider).unwrap_err(), unknown.clone());
        prop_assert_eq!(permit::post(&actor(), &outsider).unwrap_err(), unknown.clone());
        prop_assert_eq!(permit::glance(&actor(), &outsider).unwrap_err(), unknown.clone());
        let refusal = permit::change(&actor(), &outsider, Some(&target), change).unwrap_err();
        prop_assert_eq!(refusal, unknown);
    }

    #[test]
    fn only_the_sender_edits_and_nobody_amends_what_is_gone(
        facts in facts(), act in acts(), own: bool, retracted: bool, role in roles(),
    ) {
        let sender = if own { user(1) } else { user(2) };
        let message = MessageFacts { sender, sender_role: Some(role), retracted };
        let amendment = Amendment { message: Seq::new(1), act: act.clone(), at: Timestamp::default() };
        if permit::amend(&actor(), &facts, &message, amendment).is_ok() {
            prop_assert_eq!(facts.standing, Standing::Member);
            let edit = matches!(act, Amend::Edit { .. });
            prop_assert!(own || !edit);
            prop_assert!(!retracted || act == Amend::Retract);
            if act == Amend::Retract && !own {
                prop_assert!(role < facts.role || facts.role == Role::Owner);
            }
        }
    }

    #[test]
    fn a_blocked_user_cannot_tell_a_block_from_a_closed_account(
        blocked: bool, active: bool, strangers in prop_oneof![
            Just(Strangers::Allow), Just(Strangers::Request), Just(Strangers::Deny)
        ],
    ) {
        let facts = RelationFacts {
            other: user(2),
            other_active: active,
            mine: ContactState::None,
            blocking: false,
            blocked,
        };
        let closed = Error::Denied { reason: permit::NOT_TAKING };
        if blocked || !active {
            prop_assert_eq!(permit::open_direct(&actor(), &facts, strangers).unwrap_err(), closed);
        }
        if blocked && active {
            let request = Step::Request { note: None, unheard: true };
            prop_assert!(permit::relate(&actor(), &facts, request).is_ok(), "it goes unheard");
            prop_assert_eq!(permit::joins_at_once(&facts, strangers), Ok(false));
        }
        let blocked = RelationFacts { blocked: true, ..facts };
        prop_assert!(!permit::sees_presence(&blocked, true));
    }
}
