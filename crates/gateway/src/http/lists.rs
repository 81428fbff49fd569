//! Lists that are a part of what a command answers.

use domain::Command;
use domain::reply::Reply;
use hyper::StatusCode;

use super::command::{json, number};
use super::shapes::ConversationList;
use crate::listener::problem::Outcome;
use crate::listener::request::{query, session};
use crate::listener::route::Call;
use crate::native::{from_wire, perform, to_wire};

/// `GET /v1/blocks`.
pub(super) async fn blocks(call: Call) -> Outcome {
    let session = session(&call.shared, call.request.headers()).await?;
    let mut contacts = Vec::new();
    if let Reply::Contacts(all) = session.execute(Command::ListContacts).await? {
        contacts.extend(
            all.iter()
                .filter(|contact| contact.blocked)
                .map(to_wire::contact),
        );
    }
    Ok(json(StatusCode::OK, &wire::native::Contacts { contacts }))
}

/// `GET /v1/conversations`.
pub(super) async fn conversations(call: Call) -> Outcome {
    let session = session(&call.shared, call.request.headers()).await?;
    let parameters = query(call.request.uri());
    let wish = wire::native::Sync {
        cursor: parameters
            .iter()
            .find(|(name, _)| name == "cursor")
            .map(|(_, c)| c.clone()),
        limit: number(&parameters, "limit")?,
        ..wire::native::Sync::default()
    };
    let asked = from_wire::request(wish.into(), call.shared.limits())?;
    let reply = perform::perform(&session, None, asked).await?;
    // The fields of `sync` that this list has bear the same names.
    let list: ConversationList =
        serde_json::from_slice(&reply).expect("the reply to sync holds these fields");
    Ok(json(StatusCode::OK, &list))
}
