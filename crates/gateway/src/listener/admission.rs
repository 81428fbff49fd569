//! How many connections there may be, altogether and from one address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::metrics::{Metrics, Refusal};

/// Whom an address counts as: itself, or its /64 (a site gets at least so much of IPv6).
fn party(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(
            address.to_bits() & !u128::from(u64::MAX),
        )),
    }
}

/// Counts connections.
#[derive(Debug)]
pub(crate) struct Admission {
    present: AtomicUsize,
    total: usize,
    per_address: usize,
    parties: Mutex<HashMap<IpAddr, usize>>,
    left: Notify,
    metrics: Arc<Metrics>,
}

/// A connection's place; dropping it frees it.
#[derive(Debug)]
pub(crate) struct Place {
    admission: Arc<Admission>,
    /// The address of the socket's other end.
    pub(crate) socket: IpAddr,
    counting: Counting,
}

impl Place {
    /// Bytes came.
    pub(crate) fn bytes_in(&self, count: usize) {
        self.admission.metrics.bytes_in(count);
    }

    /// Bytes went.
    pub(crate) fn bytes_out(&self, count: usize) {
        self.admission.metrics.bytes_out(count);
    }
}

impl Admission {
    /// With these limits.
    pub(crate) fn new(total: usize, per_address: usize, metrics: Arc<Metrics>) -> Arc<Self> {
        Arc::new(Self {
            present: AtomicUsize::new(0),
            total,
            per_address,
            parties: Mutex::default(),
            left: Notify::new(),
            metrics,
        })
    }

    /// A place for a connection from `socket`.
    pub(crate) fn admit(
        self: &Arc<Self>,
        socket: IpAddr,
        counting: Counting,
    ) -> Result<Place, Refusal> {
        let room = self
            .present
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |present| {
                (present < self.total).then_some(present + 1)
            });
        room.map_err(|_| Refusal::Connections)?;
        if counting == Counting::Party && !self.take_party(party(socket)) {
            self.present.fetch_sub(1, Ordering::AcqRel);
            return Err(Refusal::Address);
        }
        self.metrics.accepted();
        Ok(Place {
            admission: Arc::clone(self),
            socket,
            counting,
        })
    }

    /// Counts a connection of an address, when it may have one more.
    fn take_party(&self, party: IpAddr) -> bool {
        let mut parties = self.parties.lock();
        let count = parties.entry(party).or_insert(0);
        let room = *count < self.per_address;
        if room {
            *count += 1;
        }
        room
    }

    /// How many connections there are.
    pub(crate) fn present(&self) -> usize {
        self.present.load(Ordering::Acquire)
    }

    /// Returns when there is no connection.
    pub(crate) async fn empty(&self) {
        loop {
            let left = self.left.notified();
            tokio::pin!(left);
            left.as_mut().enable();
            if self.present() == 0 {
                return;
            }
            left.await;
        }
    }
}

/// Whether an address has a limit of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counting {
    /// It has.
    Party,
    /// It is a trusted proxy and speaks for many.
    Proxy,
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.counting == Counting::Party {
            let party = party(self.socket);
            let mut parties = self.admission.parties.lock();
            if let Some(count) = parties.get_mut(&party) {
                *count -= 1;
                if *count == 0 {
                    parties.remove(&party);
                }
            }
        }
        self.admission.metrics.closed();
        self.admission.present.fetch_sub(1, Ordering::AcqRel);
        self.admission.left.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission(total: usize, per_address: usize) -> Arc<Admission> {
        Admission::new(total, per_address, Arc::new(Metrics::default()))
    }

    #[test]
    fn one_address_cannot_take_every_place() {
        let admission = admission(10, 2);
        let (one, other) = ("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
        let held = admission.admit(one, Counting::Party).unwrap();
        let _held = admission.admit(one, Counting::Party).unwrap();
        assert_eq!(
            admission.admit(one, Counting::Party).unwrap_err(),
            Refusal::Address
        );
        let _other = admission.admit(other, Counting::Party).unwrap();
        drop(held);
        assert!(admission.admit(one, Counting::Party).is_ok());
        assert!(admission.admit(one, Counting::Proxy).is_ok());
    }

    #[test]
    fn a_site_of_ipv6_is_one_party_and_mapped_addresses_are_ipv4() {
        let same = |a: &str, b: &str| party(a.parse().unwrap()) == party(b.parse().unwrap());
        assert!(same("2001:db8::1", "2001:db8::ffff"));
        assert!(!same("2001:db8::1", "2001:db8:0:1::1"));
        assert!(same("::ffff:10.0.0.1", "10.0.0.1"));
    }

    #[tokio::test]
    async fn nobody_is_left_when_the_last_has_gone() {
        let admission = admission(1, 5);
        let address = "10.0.0.1".parse().unwrap();
        let held = admission.admit(address, Counting::Party).unwrap();
        assert_eq!(
            admission.admit(address, Counting::Party).unwrap_err(),
            Refusal::Connections
        );
        let waiting = tokio::spawn({
            let admission = Arc::clone(&admission);
            async move { admission.empty().await }
        });
        tokio::task::yield_now().await;
        drop(held);
        waiting.await.unwrap();
        assert_eq!(admission.present(), 0);
    }
}
