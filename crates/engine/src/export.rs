use domain::contact::Contact;
use domain::conversation::View;
use domain::event::{Event, EventBody};
use domain::reply::SignedIn;
use domain::user::Account;
use domain::{Result, Seq, permit};

use crate::session::Session;

/// How many conversations or events are read at once.
const PAGE: usize = 500;

/// Everything the server holds of a user that is theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// The account.
    pub account: Account,
    /// The signed-in sessions.
    pub sessions: Vec<SignedIn>,
    /// Contacts, requests and blocks.
    pub contacts: Vec<Contact>,
    /// The conversations they are in.
    pub conversations: Vec<View>,
    /// The messages they wrote there, and the edits.
    pub messages: Vec<Event>,
}

impl Session {
    /// Gathers everything that is the actor's own. Costs as much as reading all their
    /// conversations.
    pub async fn export(&self) -> Result<Export> {
        let ports = &self.inner().ports;
        let own = permit::own(self.actor());
        let mut conversations = Vec::new();
        let mut cursor = None;
        loop {
            let page = ports
                .conversations
                .list(&own, cursor.as_ref(), PAGE)
                .await?;
            conversations.extend(page.items);
            cursor = page.cursor;
            if cursor.is_none() {
                break;
            }
        }
        let mut messages = Vec::new();
        for view in &conversations {
            self.own_messages(view, &mut messages).await?;
        }
        Ok(Export {
            account: self.account_of(&self.actor().user).await?,
            sessions: crate::handler::list_sessions(self).await?,
            contacts: ports.contacts.list(&own).await?,
            conversations,
            messages,
        })
    }

    async fn own_messages(&self, view: &View, messages: &mut Vec<Event>) -> Result<()> {
        let Ok(permit) = permit::read(self.actor(), &view.facts) else {
            return Ok(());
        };
        let mut after = Seq::ZERO;
        loop {
            let page = self
                .inner()
                .ports
                .messages
                .log(&permit, after, PAGE)
                .await?;
            let Some(last) = page.events.last() else {
                return Ok(());
            };
            after = last.seq;
            messages.extend(page.events.into_iter().filter(|event| {
                let written = matches!(
                    event.body,
                    EventBody::MessageCreated(_) | EventBody::MessageEdited { .. }
                );
                written
                    && event
                        .sender
                        .as_ref()
                        .is_some_and(|s| s.id == self.actor().user.id)
            }));
        }
    }
}
