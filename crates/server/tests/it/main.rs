//! The binary as its users meet it: arguments, exit status, files, sockets and signals.

mod bench;
mod config;
mod dev;
mod log;
mod metrics;
mod serve;
mod storage;
mod user;
