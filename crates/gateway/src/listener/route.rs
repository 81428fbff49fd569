//! A path of the API, declared once: the router and the reference are both made from it.

use std::pin::Pin;
use std::sync::Arc;

use axum::extract::Request;
use hyper::Method;
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::problem::Outcome;
use crate::shared::Shared;

/// Makes the schema of a type, as a reference into the definitions.
pub(crate) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// The schema of `T`.
pub(crate) fn schema_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// A request with what was found in its path.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) shared: Arc<Shared>,
    pub(crate) request: Request,
    /// The parameters of the path, decoded.
    pub(crate) path: Vec<(String, String)>,
}

impl Call {
    /// A parameter of the path; the router has seen to it that it is there.
    pub(crate) fn parameter(&self, name: &str) -> &str {
        self.path
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }
}

/// A handler of its own.
pub(crate) type Handler = fn(Call) -> Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anyone.
    Anyone,
    /// Who shows a token.
    SignedIn,
}

/// What a route does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Action {
    /// The command of this word; path, query and body are its fields.
    Command(&'static str),
    /// Something of its own.
    Own(Handler),
}

/// What a route takes besides its path.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Input {
    /// For a command: its other fields, from the query or the body by the method.
    Fields,
    /// Nothing.
    Nothing,
    /// Parameters of the query: name, what it is.
    Query(&'static [(&'static str, &'static str)]),
    /// A JSON body.
    Json(SchemaOf),
    /// A picture.
    Picture,
}

/// What a route answers when all is well.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Output {
    /// For a command: its reply.
    Reply,
    /// Nothing (204).
    Nothing,
    /// JSON.
    Json(SchemaOf),
    /// Something of this media type.
    Media(&'static str),
    /// Another protocol (101).
    Upgrade,
}

/// A path and a method of the API.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Route {
    pub(crate) method: &'static Method,
    pub(crate) path: &'static str,
    /// The section of the reference.
    pub(crate) tag: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) access: Access,
    pub(crate) action: Action,
    pub(crate) input: Input,
    pub(crate) output: Output,
    /// The status when all is well; 204 is chosen by itself when there is nothing to say.
    pub(crate) status: u16,
}

impl Route {
    /// A route that is a command.
    pub(crate) const fn command(
        method: &'static Method,
        path: &'static str,
        word: &'static str,
        summary: &'static str,
    ) -> Self {
        Self {
            method,
            path,
            tag: "",
            summary,
            access: Access::SignedIn,
            action: Action::Command(word),
            input: Input::Fields,
            output: Output::Reply,
            status: 200,
        }
    }

    /// A route with a handler of its own, for who is signed in; it takes nothing and answers
    /// nothing until told otherwise.
    pub(crate) const fn own(
        method: &'static Method,
        path: &'static str,
        handler: Handler,
        summary: &'static str,
    ) -> Self {
        Self {
            method,
            path,
            tag: "",
            summary,
            access: Access::SignedIn,
            action: Action::Own(handler),
            input: Input::Nothing,
            output: Output::Nothing,
            status: 200,
        }
    }

    /// The same in a section.
    pub(crate) const fn tag(mut self, tag: &'static str) -> Self {
        self.tag = tag;
        self
    }

    /// The same with another status.
    pub(crate) const fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// The same for anyone.
    pub(crate) const fn anyone(mut self) -> Self {
        self.access = Access::Anyone;
        self
    }

    /// The same with an input.
    pub(crate) const fn takes(mut self, input: Input) -> Self {
        self.input = input;
        self
    }

    /// The same with an output.
    pub(crate) const fn answers(mut self, output: Output) -> Self {
        self.output = output;
        self
    }

    /// The names of the path's parameters, in order.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.path
            .split('/')
            .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
    }
}
