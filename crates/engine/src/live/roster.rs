//! The users who are here, by id and by number.

use std::sync::Arc;

use domain::{UserId, UserRef};

use super::audience::Slot;
use super::online::OnlineUser;
use crate::ids::{IdMap, shrink};

/// Users with mailboxes on this node.
#[derive(Debug, Default)]
pub(super) struct Roster {
    by_id: IdMap<UserId, Arc<OnlineUser>>,
    /// By the number under which audiences know them.
    ///
    /// Invariant: a place is emptied only after the user has left every audience, so that what an
    /// audience lists is always the user who was put there.
    places: Vec<Option<Arc<OnlineUser>>>,
    free: Vec<Slot>,
}

impl Roster {
    /// The user, who is put in when they are not there.
    pub(super) fn take_in(&mut self, user: &UserRef) -> &Arc<OnlineUser> {
        self.by_id.entry(user.id).or_insert_with(|| {
            let slot = self.free.pop().unwrap_or_else(|| {
                self.places.push(None);
                Slot::new(self.places.len() - 1)
            });
            let online = Arc::new(OnlineUser::new(user.clone(), slot));
            self.places[slot.index()] = Some(Arc::clone(&online));
            online
        })
    }

    /// A user who is here.
    pub(super) fn get(&self, user: UserId) -> Option<&Arc<OnlineUser>> {
        self.by_id.get(&user)
    }

    /// Whom an audience lists.
    pub(super) fn at(&self, slot: Slot) -> Option<&Arc<OnlineUser>> {
        self.places[slot.index()].as_ref()
    }

    /// They are no longer found by id; their place stays until [`Self::free`].
    pub(super) fn send_off(&mut self, user: UserId) {
        self.by_id.remove(&user);
    }

    /// The place of a user whom no audience lists any longer.
    pub(super) fn free(&mut self, slot: Slot) {
        self.places[slot.index()] = None;
        self.free.push(slot);
        if self.free.len() == self.places.len() {
            (self.places, self.free) = (Vec::new(), Vec::new());
        }
    }

    /// Everyone.
    pub(super) fn all(&self) -> impl ExactSizeIterator<Item = &Arc<OnlineUser>> {
        self.by_id.values()
    }

    /// Gives memory back that a crowd needed which has gone.
    pub(super) fn shrink(&mut self) {
        shrink(&mut self.by_id);
    }
}
