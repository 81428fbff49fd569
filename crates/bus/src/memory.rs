//! The bus within one process.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};

use engine::port::{Bus, Notice};
use parking_lot::Mutex;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

/// How many notices wait for one subscriber unless told otherwise.
const QUEUE: NonZeroUsize = NonZeroUsize::new(16_384).expect("the constant is not zero");

/// A bus whose only node is this process.
///
/// The lock is held while a notice is handed to all subscribers, so that all of them see notices
/// in the same order; handing over is a push to a bounded queue and does not wait.
#[derive(Debug)]
pub struct MemoryBus {
    queue: NonZeroUsize,
    subscribers: Mutex<Vec<mpsc::Sender<Notice>>>,
    lost: AtomicU64,
}

impl MemoryBus {
    /// A bus with the usual queues.
    pub fn new() -> Self {
        Self::with_queue(QUEUE)
    }

    /// A bus on which at most `queue` notices wait for each subscriber.
    pub fn with_queue(queue: NonZeroUsize) -> Self {
        Self {
            queue,
            subscribers: Mutex::default(),
            lost: AtomicU64::new(0),
        }
    }
}

impl Default for MemoryBus {
    fn default() -> Self {
        Self::new()
    }
}

impl Bus for MemoryBus {
    fn publish(&self, notice: Notice) {
        self.subscribers
            .lock()
            .retain(|subscriber| match subscriber.try_send(notice.clone()) {
                Ok(()) => true,
                Err(TrySendError::Full(_)) => {
                    self.lost.fetch_add(1, Ordering::Relaxed);
                    true
                }
                Err(TrySendError::Closed(_)) => false,
            });
    }

    fn subscribe(&self) -> mpsc::Receiver<Notice> {
        let (sender, receiver) = mpsc::channel(self.queue.get());
        self.subscribers.lock().push(sender);
        receiver
    }

    fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::SessionId;

    use super::*;

    fn notice(number: i64) -> Notice {
        Notice::Ended(Arc::new([SessionId::new(number)]))
    }

    fn number(notice: &Notice) -> i64 {
        match notice {
            Notice::Ended(sessions) => sessions[0].get(),
            Notice::Committed(_) | Notice::Signal { .. } => panic!("only ends were published"),
        }
    }

    #[tokio::test]
    async fn every_subscriber_gets_every_notice_in_order() {
        let bus = MemoryBus::new();
        let mut receivers = [bus.subscribe(), bus.subscribe()];
        (1..=100).for_each(|n| bus.publish(notice(n)));
        for receiver in &mut receivers {
            for expected in 1..=100 {
                assert_eq!(number(&receiver.recv().await.unwrap()), expected);
            }
        }
        assert_eq!(bus.lost(), 0);
    }

    #[tokio::test]
    async fn a_slow_subscriber_loses_alone_and_the_loss_is_counted() {
        let bus = MemoryBus::with_queue(NonZeroUsize::new(2).unwrap());
        let mut slow = bus.subscribe();
        let mut quick = bus.subscribe();
        for n in 1..=5 {
            bus.publish(notice(n));
            assert_eq!(number(&quick.recv().await.unwrap()), n);
        }
        assert_eq!(bus.lost(), 3);
        assert_eq!(number(&slow.recv().await.unwrap()), 1);
        assert_eq!(number(&slow.recv().await.unwrap()), 2);
        bus.publish(notice(6));
        assert_eq!(number(&slow.recv().await.unwrap()), 6);
    }

    #[tokio::test]
    async fn who_went_away_is_forgotten_and_is_no_loss() {
        let bus = MemoryBus::with_queue(NonZeroUsize::MIN);
        drop(bus.subscribe());
        (1..=5).for_each(|n| bus.publish(notice(n)));
        assert_eq!(bus.lost(), 0);
        assert!(bus.subscribers.lock().is_empty());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn subscribers_see_one_order_whoever_publishes() {
        let bus = Arc::new(MemoryBus::new());
        let mut first = bus.subscribe();
        let mut second = bus.subscribe();
        let publishers = (0..4_i64).map(|task| {
            let bus = Arc::clone(&bus);
            tokio::spawn(
                async move { (1..=500).for_each(|n| bus.publish(notice(task * 1000 + n))) },
            )
        });
        for publisher in publishers.collect::<Vec<_>>() {
            publisher.await.unwrap();
        }
        for _ in 0..2000 {
            let (one, other) = (first.recv().await.unwrap(), second.recv().await.unwrap());
            assert_eq!(number(&one), number(&other));
        }
    }
}
