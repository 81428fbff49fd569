//! The log: lines of text or JSON on standard error, and a line for every panic.
//!
//! Invariant: no line holds what users write, a token, a password or an address. Spans and events
//! come from the engine and the gateway; this only writes them down.

use std::io::{IsTerminal as _, stderr};
use std::panic::{PanicHookInfo, set_hook};

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};

use crate::config::{Config, LogFormat};

/// Starts the log. Once, before anything is logged.
pub(crate) fn start(config: &Config) {
    let layer = match config.log.format {
        LogFormat::Text => {
            let ansi = stderr().is_terminal();
            fmt::layer().with_writer(stderr).with_ansi(ansi).boxed()
        }
        LogFormat::Json => fmt::layer()
            .with_writer(stderr)
            .json()
            .flatten_event(true)
            .boxed(),
    };
    tracing_subscriber::registry()
        .with(layer.with_filter(config.log.level.0.clone()))
        .init();
    set_hook(Box::new(log_panic));
}

/// The log of a command that answers on the terminal: only what went wrong.
pub(crate) fn start_quietly() {
    let layer = fmt::layer()
        .with_writer(stderr)
        .with_ansi(stderr().is_terminal())
        .without_time();
    tracing_subscriber::registry()
        .with(layer.with_filter(LevelFilter::WARN))
        .init();
}

/// Notes where a panic happened. Of its message only a literal is told: one that was composed may
/// quote a text of a user.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic
        .location()
        .map(ToString::to_string)
        .unwrap_or_default();
    let thread = std::thread::current();
    tracing::error!(
        panic.place = place,
        panic.message = literal(panic).unwrap_or("(not told: it may quote a text)"),
        thread = thread.name().unwrap_or("unnamed"),
        "a task panicked; please report it"
    );
}

fn literal(panic: &PanicHookInfo<'_>) -> Option<&'static str> {
    panic.payload().downcast_ref::<&'static str>().copied()
}

#[cfg(test)]
mod tests {
    use std::panic::{catch_unwind, set_hook, take_hook};
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn of_a_panic_only_a_literal_message_is_told() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let listener = Arc::clone(&told);
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            listener.lock().unwrap().push(literal(panic));
        }));
        let text = String::from("what a user wrote");
        let composed = catch_unwind(|| panic!("cannot cut {text:?}"));
        let constant = catch_unwind(|| panic!("a constant"));
        set_hook(before);
        assert!(composed.is_err() && constant.is_err());
        assert_eq!(*told.lock().unwrap(), [None, Some("a constant")]);
    }
}
