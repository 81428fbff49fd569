//! What a door says on a line: everything but moving bytes.

use std::task::Context;

use super::Connection;

/// One side of a conversation over a line. It is looked at under the line's lock, by one thread.
pub(crate) trait Talk: Send + 'static {
    /// The line has begun. It asks for its first beat here.
    fn begin(&mut self, turn: &mut Turn<'_>);

    /// Bytes came. How many were taken; the others are given again when there is room.
    fn take(
        &mut self,
        bytes: &mut [u8],
        cx: &mut Context<'_>,
        turn: &mut Turn<'_>,
    ) -> Result<usize, Leave>;

    /// Is there room for what the other side sends?
    fn has_room(&self) -> bool;

    /// Goes on with what can go on: commands that are done, what waits in the mailbox.
    fn go_on(&mut self, cx: &mut Context<'_>, turn: &mut Turn<'_>) -> Result<Progress, Leave>;

    /// A look was due. It asks for the next one by [`Turn::look_in`].
    fn beat(&mut self, silence: Silence, turn: &mut Turn<'_>) -> Result<(), Leave>;

    /// The other side does not take what was written to it, or said nothing at all for too long.
    fn gave_up(&mut self) {}

    /// The line is over and its connection is free again, after [`Leave::Back`].
    fn back(self, connection: Connection)
    where
        Self: Sized,
    {
        drop(connection);
    }
}

/// How far a talk got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Everything that it waits for has its waker.
    Waits,
    /// There may be more to do at once.
    More,
}

/// How a line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leave {
    /// On the spot: the other side is gone.
    Gone,
    /// After what was written has been taken; the other side has a moment to say goodbye.
    Close,
    /// After what was written has been taken the connection goes back to the listener.
    Back,
}

/// For how many seconds nothing came, and nothing went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Silence {
    pub(crate) heard: u32,
    pub(crate) told: u32,
}

/// What a talk has while it is looked at.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    /// What is written at the end of the visit.
    pub(crate) out: &'a mut Vec<u8>,
    look_in: Option<u32>,
}

impl<'a> Turn<'a> {
    pub(super) fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, look_in: None }
    }

    /// Asks for a beat in so many seconds, or earlier.
    pub(crate) fn look_in(&mut self, seconds: u32) {
        let earliest = self.look_in.map_or(seconds, |before| before.min(seconds));
        self.look_in = Some(earliest.max(1));
    }

    pub(super) fn asked(&self) -> Option<u32> {
        self.look_in
    }
}
