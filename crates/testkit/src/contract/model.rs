//! Counts compared with a model that simply remembers everything.

use domain::conversation::Change;
use domain::message::Amend;
use domain::text::MessageText;
use domain::{Actor, ConversationId, Seq};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::Stage;

/// How many users take part.
const USERS: usize = 4;

/// Something that happens.
#[derive(Debug, Clone)]
enum Happening {
    Say { who: usize, naming: usize },
    Read { who: usize, part: u8 },
    Retract { who: usize, part: u8 },
    Edit { who: usize, part: u8, naming: usize },
    Add { who: usize },
    Leave { who: usize },
}

fn happening() -> impl Strategy<Value = Happening> {
    let (who, part) = (0..USERS, any::<u8>());
    prop_oneof![
        6 => (who.clone(), who.clone()).prop_map(|(who, naming)| Happening::Say { who, naming }),
        4 => (who.clone(), part).prop_map(|(who, part)| Happening::Read { who, part }),
        1 => (who.clone(), part).prop_map(|(who, part)| Happening::Retract { who, part }),
        1 => (who.clone(), part, who.clone())
            .prop_map(|(who, part, naming)| Happening::Edit { who, part, naming }),
        1 => who.clone().prop_map(|who| Happening::Add { who }),
        1 => who.prop_map(|who| Happening::Leave { who }),
    ]
}

/// A message as the model remembers it.
struct Said {
    place: i64,
    who: usize,
    naming: Option<usize>,
    retracted: bool,
}

/// What the model remembers of a user.
#[derive(Clone, Copy, Default)]
struct Reader {
    member: bool,
    read: i64,
}

struct Model {
    head: i64,
    said: Vec<Said>,
    readers: [Reader; USERS],
    edits: usize,
}

impl Model {
    fn unread(&self, user: usize) -> u64 {
        let read = self.readers[user].read;
        self.said.iter().filter(|said| said.place > read).count() as u64
    }

    fn mentions(&self, user: usize) -> u64 {
        let read = self.readers[user].read;
        let named = |said: &&Said| {
            said.place > read && said.naming == Some(user) && !said.retracted && said.who != user
        };
        self.said.iter().filter(named).count() as u64
    }

    /// The place of a message that the user wrote and that is not retracted.
    fn own(&self, user: usize, part: u8) -> Option<usize> {
        let own: Vec<usize> = (0..self.said.len())
            .filter(|index| self.said[*index].who == user && !self.said[*index].retracted)
            .collect();
        own.get(usize::from(part) % own.len().max(1)).copied()
    }
}

pub async fn counts_are_those_of_a_model(stage: Stage) {
    let runtime = tokio::runtime::Handle::current();
    let run = tokio::task::spawn_blocking(move || {
        let mut runner = TestRunner::new(Config {
            cases: 24,
            failure_persistence: None,
            ..Config::default()
        });
        let happenings = proptest::collection::vec(happening(), 1..60);
        runner.run(&happenings, |happenings| {
            runtime.block_on(play(&stage, &happenings));
            Ok(())
        })
    });
    if let Err(failure) = run.await.unwrap() {
        panic!("{failure}");
    }
}

async fn play(stage: &Stage, happenings: &[Happening]) {
    let mut users = Vec::new();
    for user in 0..USERS {
        users.push(stage.user(&format!("u{user}-{}", stage.number())).await);
    }
    let id = stage.group(&users[0], &[]).await;
    let mut model = Model {
        head: 2,
        said: Vec::new(),
        readers: [Reader::default(); USERS],
        edits: 0,
    };
    model.readers[0] = Reader {
        member: true,
        read: 2,
    };
    for happening in happenings {
        happen(stage, &users, id, &mut model, happening).await;
        compare(stage, &users, id, &model).await;
    }
}

async fn happen(
    stage: &Stage,
    users: &[Actor],
    id: ConversationId,
    model: &mut Model,
    happening: &Happening,
) {
    match *happening {
        Happening::Say { who, naming } if model.readers[who].member => {
            let place = stage
                .mention(&users[who], id, &[&users[naming]])
                .await
                .get();
            model.head += 1;
            assert_eq!(place, model.head);
            model.readers[who].read = place;
            model.said.push(Said {
                place,
                who,
                naming: Some(naming),
                retracted: false,
            });
        }
        Happening::Read { who, part } if model.readers[who].member => {
            let place = model.head * i64::from(part) / 255;
            stage.mark_read(&users[who], id, Seq::new(place)).await;
            model.readers[who].read = model.readers[who].read.max(place);
        }
        Happening::Retract { who, part } | Happening::Edit { who, part, .. }
            if model.readers[who].member =>
        {
            if let Some(index) = model.own(who, part) {
                amend(stage, (users, who), id, (model, index), happening).await;
            }
        }
        Happening::Add { who } if !model.readers[who].member => {
            let add = Change::Add(users[who].user.clone());
            stage
                .change(&users[0], id, Some(&users[who]), add)
                .await
                .unwrap();
            model.head += 1;
            model.readers[who] = Reader {
                member: true,
                read: model.head,
            };
        }
        Happening::Leave { who } if who > 0 && model.readers[who].member => {
            stage
                .change(&users[who], id, None, Change::Leave)
                .await
                .unwrap();
            model.head += 1;
            model.readers[who].member = false;
        }
        Happening::Say { .. }
        | Happening::Read { .. }
        | Happening::Retract { .. }
        | Happening::Edit { .. }
        | Happening::Add { .. }
        | Happening::Leave { .. } => {}
    }
}

/// Edits or retracts the message of an index.
async fn amend(
    stage: &Stage,
    (users, who): (&[Actor], usize),
    id: ConversationId,
    (model, index): (&mut Model, usize),
    happening: &Happening,
) {
    let place = Seq::new(model.said[index].place);
    model.head += 1;
    let act = if let Happening::Edit { naming, .. } = *happening {
        model.said[index].naming = Some(naming);
        model.edits += 1;
        let text = MessageText::from_stored(format!("edit {}", model.edits));
        let mentions = vec![users[naming].user.clone()];
        Amend::Edit { text, mentions }
    } else {
        model.said[index].retracted = true;
        Amend::Retract
    };
    stage.amend(&users[who], id, place, act).await.unwrap();
}

async fn compare(stage: &Stage, users: &[Actor], id: ConversationId, model: &Model) {
    for (user, actor) in users
        .iter()
        .enumerate()
        .filter(|(user, _)| model.readers[*user].member)
    {
        let view = stage.view(actor, id).await;
        assert_eq!(view.head.get(), model.head);
        assert_eq!(view.unread, model.unread(user), "unread of {user}");
        assert_eq!(view.mentions, model.mentions(user), "mentions of {user}");
        assert_eq!(
            view.read.get(),
            model.readers[user].read,
            "marker of {user}"
        );
        let members = model.readers.iter().filter(|reader| reader.member).count();
        assert_eq!(view.facts.members, members as u64);
        assert_eq!(view.markers.len(), members - 1);
    }
}
