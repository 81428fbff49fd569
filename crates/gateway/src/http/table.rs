//! Every path of the HTTP API. The doors that stay open have theirs in their own modules.
// tidy: table

use hyper::Method;

use super::{lists, profile, service, shapes, sign_in};
use crate::listener::route::{Input, Output, Route, schema_of};

const GET: &Method = &Method::GET;
const POST: &Method = &Method::POST;
const PUT: &Method = &Method::PUT;
const PATCH: &Method = &Method::PATCH;
const DELETE: &Method = &Method::DELETE;

const ACCOUNT: &str = "Account";
const PEOPLE: &str = "People";
const CONVERSATIONS: &str = "Conversations";
const MESSAGES: &str = "Messages";
const SYNC: &str = "Synchronising";
const SERVER: &str = "Server";

/// A path that is a command of the native protocol.
macro_rules! command {
    ($method:ident $path:literal $word:literal $tag:ident $summary:literal) => {
        Route::command($method, $path, $word, $summary).tag($tag)
    };
}

/// A path with a handler of its own.
macro_rules! own {
    ($method:ident $path:literal $handler:path, $tag:ident $summary:literal) => {
        Route::own($method, $path, |call| Box::pin($handler(call)), $summary).tag($tag)
    };
}

/// The routes.
pub(crate) const ROUTES: &[Route] = &[
    own!(POST "/v1/accounts" sign_in::register, ACCOUNT "Make an account, and sign in")
        .anyone()
        .status(201)
        .takes(Input::Json(schema_of::<shapes::NewAccount>))
        .answers(Output::Json(schema_of::<wire::native::SignedIn>)),
    own!(POST "/v1/sessions" sign_in::sign_in, ACCOUNT "Sign in")
        .anyone()
        .status(201)
        .takes(Input::Json(schema_of::<shapes::NewSession>))
        .answers(Output::Json(schema_of::<wire::native::SignedIn>)),
    command!(GET "/v1/sessions" "session.list" ACCOUNT "The signed-in sessions"),
    command!(DELETE "/v1/sessions/current" "session.sign_out" ACCOUNT "Sign out"),
    command!(DELETE "/v1/sessions/{session}" "session.revoke" ACCOUNT "End another session"),
    command!(GET "/v1/me" "me.get" ACCOUNT "The own account"),
    command!(PATCH "/v1/me" "me.update" ACCOUNT "Change the own profile"),
    command!(DELETE "/v1/me" "account.delete" ACCOUNT "Delete the own account for ever"),
    command!(PUT "/v1/me/password" "password.change" ACCOUNT "Change the password"),
    own!(PUT "/v1/me/avatar" profile::set_avatar, ACCOUNT "Set the own picture")
        .takes(Input::Picture)
        .answers(Output::Json(schema_of::<wire::native::Me>)),
    own!(DELETE "/v1/me/avatar" profile::remove_avatar, ACCOUNT "Remove the own picture")
        .answers(Output::Json(schema_of::<wire::native::Me>)),
    own!(GET "/v1/me/export" profile::export, ACCOUNT "Everything the server holds of oneself")
        .answers(Output::Json(schema_of::<shapes::Export>)),
    command!(GET "/v1/users" "user.find" PEOPLE "Find users by the beginning of a name"),
    command!(GET "/v1/users/{username}" "user.get" PEOPLE "A user's profile"),
    own!(GET "/v1/users/{username}/avatar" profile::avatar, PEOPLE "A user's picture")
        .answers(Output::Media("image/*")),
    command!(GET "/v1/presence" "presence.get" PEOPLE "Who is there, as far as one may know"),
    command!(GET "/v1/contacts" "contact.list" PEOPLE "Contacts, requests and blocks"),
    command!(PUT "/v1/contacts/{username}" "contact.request" PEOPLE
        "Ask to become contacts; accepts when they had asked"),
    command!(PATCH "/v1/contacts/{username}" "contact.nickname" PEOPLE
        "Give a contact a name of one's own"),
    command!(DELETE "/v1/contacts/{username}" "contact.remove" PEOPLE
        "End a contact relation, or take a request back"),
    command!(POST "/v1/contacts/{username}/accept" "contact.accept" PEOPLE "Accept a request"),
    command!(POST "/v1/contacts/{username}/decline" "contact.decline" PEOPLE "Decline a request"),
    own!(GET "/v1/blocks" lists::blocks, PEOPLE "Whom one blocks")
        .answers(Output::Json(schema_of::<wire::native::Contacts>)),
    command!(PUT "/v1/blocks/{username}" "block.add" PEOPLE "Block a user"),
    command!(DELETE "/v1/blocks/{username}" "block.remove" PEOPLE "Lift a block"),
    own!(GET "/v1/conversations" lists::conversations, CONVERSATIONS
        "One's conversations, last active first")
    .takes(Input::Query(&[
        ("cursor", "Continue from here"),
        ("limit", "At most so many, 1 to 500; 200 when absent"),
    ]))
    .answers(Output::Json(schema_of::<shapes::ConversationList>)),
    command!(POST "/v1/conversations" "conversation.create" CONVERSATIONS
        "Make a group or broadcast")
    .status(201),
    command!(POST "/v1/conversations/direct" "conversation.direct" CONVERSATIONS
        "Open the direct conversation with a user"),
    command!(GET "/v1/conversations/public" "conversation.discover" CONVERSATIONS
        "Public conversations by name"),
    command!(GET "/v1/conversations/{conversation}" "conversation.get" CONVERSATIONS
        "One conversation"),
    command!(PATCH "/v1/conversations/{conversation}" "conversation.update" CONVERSATIONS
        "Change a conversation's settings"),
    command!(POST "/v1/conversations/{conversation}/join" "conversation.join" CONVERSATIONS
        "Join, or accept an invitation"),
    command!(POST "/v1/conversations/{conversation}/leave" "conversation.leave" CONVERSATIONS
        "Leave, or decline an invitation"),
    command!(POST "/v1/conversations/{conversation}/mute" "conversation.mute" CONVERSATIONS
        "No notifications for a while"),
    command!(GET "/v1/conversations/{conversation}/members" "member.list" CONVERSATIONS
        "Members, or the banned"),
    command!(PUT "/v1/conversations/{conversation}/members/{username}" "member.add" CONVERSATIONS
        "Add or invite a user"),
    command!(DELETE "/v1/conversations/{conversation}/members/{username}" "member.remove"
        CONVERSATIONS "Remove a member"),
    command!(PUT "/v1/conversations/{conversation}/members/{username}/role" "member.role"
        CONVERSATIONS "Give a member a role"),
    command!(PUT "/v1/conversations/{conversation}/bans/{username}" "member.ban" CONVERSATIONS
        "Remove a user and keep them out"),
    command!(DELETE "/v1/conversations/{conversation}/bans/{username}" "member.unban"
        CONVERSATIONS "Lift a ban"),
    command!(POST "/v1/messages" "message.send" MESSAGES
        "Send a message to a user, or to a conversation")
    .status(201),
    command!(GET "/v1/conversations/{conversation}/messages" "history.get" MESSAGES
        "A page of history"),
    command!(POST "/v1/conversations/{conversation}/messages" "message.send" MESSAGES
        "Send a message")
    .status(201),
    command!(PATCH "/v1/conversations/{conversation}/messages/{message}" "message.edit" MESSAGES
        "Change one's own message"),
    command!(DELETE "/v1/conversations/{conversation}/messages/{message}" "message.retract"
        MESSAGES "Take a message back"),
    command!(GET "/v1/conversations/{conversation}/messages/{message}/versions"
        "message.versions" MESSAGES "Every text that a message had"),
    command!(PUT "/v1/conversations/{conversation}/messages/{message}/reactions/{emoji}"
        "reaction.add" MESSAGES "React to a message"),
    command!(DELETE "/v1/conversations/{conversation}/messages/{message}/reactions/{emoji}"
        "reaction.remove" MESSAGES "Take a reaction back"),
    command!(POST "/v1/conversations/{conversation}/read" "read.mark" MESSAGES
        "Tell how far one has read"),
    command!(POST "/v1/conversations/{conversation}/delivered" "delivered.mark" MESSAGES
        "Tell how far messages have arrived"),
    command!(POST "/v1/conversations/{conversation}/unread" "unread.mark" MESSAGES
        "Show as unread"),
    command!(POST "/v1/conversations/{conversation}/typing" "typing.set" MESSAGES
        "Tell that one writes"),
    command!(GET "/v1/search" "search" MESSAGES "Find messages by words"),
    command!(GET "/v1/sync" "sync" SYNC "Everything a returning client needs"),
    command!(POST "/v1/sync" "sync" SYNC "The same, telling the heads one knows"),
    command!(GET "/v1/conversations/{conversation}/log" "log.get" SYNC
        "The log after a place, to close a gap"),
    command!(GET "/v1/notifications" "notification.list" SYNC "The notification feed"),
    command!(POST "/v1/notifications/seen" "notification.see" SYNC "Mark notifications as seen"),
    own!(GET "/v1/openapi.json" service::openapi, SERVER "This description, OpenAPI 3.1")
        .anyone()
        .answers(Output::Media("application/json")),
    own!(GET "/docs" service::docs, SERVER "This description, as a page")
        .anyone()
        .answers(Output::Media("text/html")),
    own!(GET "/docs/{file}" service::docs_file, SERVER "What the page needs")
        .anyone()
        .answers(Output::Media("*/*")),
    own!(GET "/healthz" service::healthz, SERVER "Is the process alive")
        .anyone()
        .answers(Output::Json(schema_of::<shapes::Alive>)),
    own!(GET "/readyz" service::readyz, SERVER "Can it do its work, by part; 503 when it cannot")
        .anyone()
        .answers(Output::Json(schema_of::<shapes::Readiness>)),
    own!(GET "/version" service::version, SERVER "Which build this is")
        .anyone()
        .answers(Output::Json(schema_of::<shapes::ServerVersion>)),
    own!(GET "/app-config.json" service::app_config, SERVER "What the messenger has to know")
        .anyone()
        .answers(Output::Json(schema_of::<shapes::AppConfig>)),
];
