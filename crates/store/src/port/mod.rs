//! The ports: each call is one operation.

mod account;
mod contact;
mod conversation;
mod follower;
mod message;
mod notification;
mod session;
mod system;
