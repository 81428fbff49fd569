use std::collections::{BTreeMap, BTreeSet};

use domain::Username;
use domain::conversation::Kind;
use proptest::prelude::*;

use super::super::Delivery;
use super::*;
use crate::live::published::tests::retraction;

const BOUNDS: Bounds = Bounds {
    items: 1000,
    bytes: 1 << 20,
};

fn user(number: i64) -> UserRef {
    UserRef {
        id: UserId::new(number),
        username: Username::from_stored(&number.to_string()),
    }
}

fn place(number: i64) -> ConversationId {
    ConversationId::new(number)
}

/// Opens a mailbox of its own number for a user, and loads their memberships when it is the first.
fn open(hub: &Hub, number: i64, conversations: &[i64]) -> Arc<Mailbox> {
    let mailbox = Arc::new(Mailbox::new(MailboxId::new(number), SessionId::new(number)));
    let online = hub.add(&user(number), Arc::clone(&mailbox));
    let memberships: Vec<_> = conversations.iter().map(|c| membership(*c)).collect();
    hub.enrol(&online, &memberships);
    mailbox
}

fn membership(conversation: i64) -> Membership {
    Membership {
        conversation: place(conversation),
        kind: Kind::Group,
        head: Seq::ZERO,
        members: 3,
    }
}

fn heard(mailbox: &Mailbox) -> Vec<(i64, i64)> {
    let hold = mailbox.hold(Some(0));
    let mut heard = Vec::new();
    mailbox.drain(hold.generation, usize::MAX, |delivery| {
        if let Delivery::Event { event, .. } = delivery {
            heard.push((event.event.conversation.get(), event.event.seq.get()));
        }
    });
    heard
}

#[test]
fn a_change_while_the_memberships_load_has_the_last_word() {
    let hub = Hub::new(BOUNDS);
    let mailbox = Arc::new(Mailbox::new(MailboxId::new(1), SessionId::new(1)));
    let online = hub.add(&user(1), Arc::clone(&mailbox));
    // They left 7 and came into 8 after the memberships were read; 9 was in them already.
    hub.cease(UserId::new(1), place(7), Seq::new(1));
    hub.begin(UserId::new(1), place(8), Seq::new(1));
    hub.cease(UserId::new(1), place(9), Seq::ZERO);
    hub.enrol(&online, &[membership(7), membership(9)]);
    assert!(online.enrolling().is_none());
    for conversation in [7, 8, 9] {
        hub.deliver(&[retraction(place(conversation), 1)]);
    }
    assert_eq!(heard(&mailbox), [(8, 1), (9, 1)]);
}

#[test]
fn who_is_gone_joins_nothing_and_their_place_is_nobody_elses_before() {
    let hub = Hub::new(BOUNDS);
    open(&hub, 1, &[7]);
    let gone = hub.remove(UserId::new(1), MailboxId::new(1)).unwrap();
    // The relay had found them before they went.
    hub.join(&gone, place(7), Seq::ZERO);
    let other = open(&hub, 2, &[]);
    assert_eq!(hub.deliver(&[retraction(place(7), 1)]), Fit::Skip);
    assert_eq!(heard(&other), []);
    assert_eq!(hub.counts(), (1, 1, 0));
}

/// A user's mailbox, what they listen to, and what they should have heard.
type Listener = (Arc<Mailbox>, BTreeSet<i64>, Vec<(i64, i64)>);

proptest! {
    /// Users come, go, join and part; each hears what is delivered while they listen, and
    /// nothing else. In the end nothing is left.
    #[test]
    fn everyone_hears_what_they_listen_to_and_nothing_else(
        steps in prop::collection::vec((0_u8..5, 1_i64..6, 1_i64..4), 0..150),
    ) {
        let hub = Hub::new(BOUNDS);
        let mut here: BTreeMap<i64, Listener> = BTreeMap::new();
        let mut last: BTreeMap<i64, i64> = BTreeMap::new();
        for (step, who, conversation) in steps {
            let next = last.get(&conversation).map_or(1, |last| last + 1);
            match (step, here.get_mut(&who)) {
                (0, None) => {
                    here.insert(who, (open(&hub, who, &[]), BTreeSet::new(), Vec::new()));
                }
                (1, Some(_)) => {
                    let (mailbox, _, expected) = here.remove(&who).unwrap();
                    prop_assert!(hub.remove(UserId::new(who), mailbox.id).is_some());
                    prop_assert_eq!(heard(&mailbox), expected);
                }
                (2, Some((_, listens, _))) => {
                    listens.insert(conversation);
                    hub.begin(UserId::new(who), place(conversation), Seq::new(next));
                }
                (3, Some((_, listens, _))) => {
                    listens.remove(&conversation);
                    hub.cease(UserId::new(who), place(conversation), Seq::new(next));
                }
                (4, _) => {
                    let run = [
                        retraction(place(conversation), next),
                        retraction(place(conversation), next + 1),
                    ];
                    hub.deliver(&run);
                    last.insert(conversation, next + 1);
                    for (_, listens, expected) in here.values_mut() {
                        if listens.contains(&conversation) {
                            expected.extend([(conversation, next), (conversation, next + 1)]);
                        }
                    }
                }
                _ => {}
            }
        }
        for (who, (mailbox, _, expected)) in here {
            prop_assert_eq!(heard(&mailbox), expected);
            hub.remove(UserId::new(who), mailbox.id);
        }
        prop_assert_eq!(hub.counts(), (0, 0, 0));
    }
}
