//! The HTTP API: one table of routes, from which the router and the reference are made.
//!
//! Map: [`table`] lists the routes; most are a command of the native protocol, whose fields come
//! from path, query and body ([`command`]); the others have a handler of their own ([`sign_in`],
//! [`profile`], [`lists`], [`service`]). [`openapi`] describes all of them.

pub(crate) mod command;
mod lists;
pub(crate) mod openapi;
mod profile;
mod service;
mod shapes;
mod sign_in;
mod table;

pub(crate) mod page;

pub(crate) use table::ROUTES;
