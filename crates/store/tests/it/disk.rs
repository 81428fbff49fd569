//! A disk that is full, and one that refuses.
//!
//! A small file system in memory is mounted for it, which only root may do.

use std::path::{Path, PathBuf};
use std::process::Command;

use domain::permit::Post;
use domain::reply::Sent;
use domain::{Error, Permit};
use engine::port::Health;
use store::OpenError;
use tempfile::TempDir;
use testkit::contract::Stage;

use super::{close, open, try_open};

/// A file system of two megabytes, unmounted when dropped.
struct SmallDisk(TempDir);

impl SmallDisk {
    /// `None`, and a line that says so, where it cannot be mounted; with `CI` set it must be.
    fn mount() -> Option<Self> {
        let dir = TempDir::new().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"])
            .arg(dir.path())
            .status()
            .is_ok_and(|status| status.success());
        if mounted {
            return Some(Self(dir));
        }
        assert!(
            std::env::var_os("CI").is_none(),
            "skipped: mounting needs root"
        );
        eprintln!("skipped: mounting a small file system needs root");
        None
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Fills it, but for a little. What holds the space.
    fn fill(&self, leave: usize) -> PathBuf {
        let file = self.path().join("filler");
        let mut size = 2 * 1024 * 1024;
        while std::fs::write(&file, vec![1; size]).is_err() {
            size -= 4096;
        }
        std::fs::write(&file, vec![1; size.saturating_sub(leave)]).unwrap();
        file
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("-l").arg(self.path()).status();
        assert!(unmounted.is_ok_and(|status| status.success()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_loses_nothing_that_was_acknowledged() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let stage = open(disk.path()).await;
    let anna = stage.user("anna").await;
    let id = stage.group(&anna, &[]).await;
    let filler = disk.fill(256 * 1024);
    let permit = stage.post(&anna, id).await;
    let mut notices = stage.bus.subscribe();
    let (mut acknowledged, mut refused) = (Vec::new(), 0);
    while refused < 20 {
        let mut tasks = Vec::new();
        for _ in 0..8 {
            let (stage, permit) = (stage.clone(), permit.clone());
            let draft = stage.draft(&"many words ".repeat(100));
            tasks.push(tokio::spawn(async move {
                stage.messages.append(&permit, draft).await
            }));
        }
        for task in tasks {
            match task.await.unwrap() {
                Ok(sent) => acknowledged.push(sent),
                Err(Error::Unavailable { reason }) => {
                    assert!(reason.contains("disk"), "{reason}");
                    refused += 1;
                }
                Err(other) => panic!("{other}"),
            }
        }
        assert!(acknowledged.len() < 10_000, "the disk never became full");
    }
    use_up(&stage, &permit, &mut acknowledged).await;
    // Reading goes on.
    let log = stage.log(&anna, id).await;
    assert_eq!(log.len(), 2 + acknowledged.len());

    std::fs::remove_file(filler).unwrap();
    assert_eq!(stage.storage.health().await, Health::Ready);
    let next = stage.say(&anna, id, "there is room again").await;
    assert_eq!(next.get(), 3 + i64::try_from(acknowledged.len()).unwrap());
    let mut published = 0;
    while published < acknowledged.len() + 1 {
        if let engine::port::Notice::Committed(events) = notices.recv().await.unwrap() {
            published += events.len();
        }
    }
    close(stage).await;

    let stage = open(disk.path()).await;
    let log = stage.log(&anna, id).await;
    assert_eq!(log.len(), 3 + acknowledged.len());
    for sent in acknowledged {
        assert_eq!(
            log[usize::try_from(sent.seq.get()).unwrap() - 1].seq,
            sent.seq
        );
    }
    close(stage).await;
}

/// Writes until not even a little can be written: only then the store goes on failing.
async fn use_up(stage: &Stage, permit: &Permit<Post>, acknowledged: &mut Vec<Sent>) {
    while stage.storage.health().await == Health::Ready {
        match stage.messages.append(permit, stage.draft("a few")).await {
            Ok(sent) => acknowledged.push(sent),
            Err(Error::Unavailable { .. }) => {}
            Err(other) => panic!("{other}"),
        }
    }
    match stage.storage.health().await {
        Health::Failing(reason) => assert!(reason.contains("full"), "{reason}"),
        Health::Ready => panic!("the disk is full"),
    }
}

#[tokio::test]
async fn a_read_only_disk_is_told_when_opening() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let stage = open(disk.path()).await;
    let anna = stage.user("anna").await;
    close(stage).await;
    let remount = |how: &str| {
        let mut mount = Command::new("mount");
        let done = mount.args(["-o", how]).arg(disk.path()).status();
        assert!(done.is_ok_and(|status| status.success()));
    };
    remount("remount,ro");
    let refused = try_open(disk.path()).await.map(|_| ());
    assert!(matches!(refused, Err(OpenError::Io { .. })), "{refused:?}");
    remount("remount,rw");
    let stage = open(disk.path()).await;
    assert_eq!(stage.account(&anna).await.user, anna.user);
    close(stage).await;
}
