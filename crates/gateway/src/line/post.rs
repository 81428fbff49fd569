//! What the lines of one round of visits write, sent together.

use std::cell::RefCell;
use std::io;
use std::os::fd::RawFd;
use std::sync::Arc;

use super::Visit;
use super::ring::{MOST, Ring, Sent};

/// With fewer letters a system call for each is as good.
const FEW: usize = 4;
/// Bytes after which what there is is sent.
const BYTES: usize = 256 * 1024;

/// The letters of one thread that are not sent yet.
struct Post {
    ring: Ring,
    bytes: Vec<u8>,
    letters: Vec<Letter>,
    sent: Vec<Option<Sent>>,
    /// The line that is being visited.
    line: usize,
}

/// What one line writes.
#[derive(Debug, Clone, Copy)]
struct Letter {
    line: usize,
    socket: RawFd,
    from: usize,
    to: usize,
}

thread_local! {
    static POST: RefCell<Option<Post>> = const { RefCell::new(None) };
}

/// Has this thread's lines write together from now on, when the kernel allows it.
pub(super) fn open() -> io::Result<()> {
    let post = Post {
        ring: Ring::open()?,
        bytes: Vec::new(),
        letters: Vec::new(),
        sent: Vec::new(),
        line: 0,
    };
    POST.set(Some(post));
    Ok(())
}

/// Takes what the visited line writes; false when it has to write by itself.
pub(super) fn take(socket: RawFd, bytes: &[u8]) -> bool {
    POST.with_borrow_mut(|post| {
        let Some(post) = post else { return false };
        let from = post.bytes.len();
        post.bytes.extend_from_slice(bytes);
        post.letters.push(Letter {
            line: post.line,
            socket,
            from,
            to: post.bytes.len(),
        });
        true
    })
}

/// Visits lines one after another, and sends what they write. `attended` calls into a line.
pub(super) fn round(
    lines: &[Arc<dyn Visit>],
    attended: impl Fn(&Arc<dyn Visit>, &dyn Fn(Arc<dyn Visit>)),
) {
    for (index, line) in lines.iter().enumerate() {
        let full = POST.with_borrow_mut(|post| {
            post.as_mut().is_some_and(|post| {
                post.line = index;
                post.letters.len() >= MOST || post.bytes.len() >= BYTES
            })
        });
        if full {
            send(lines, &attended);
        }
        attended(line, &|line| line.visit());
    }
    send(lines, &attended);
}

/// Sends what was taken; a line is told when not all of it was.
fn send(lines: &[Arc<dyn Visit>], attended: &impl Fn(&Arc<dyn Visit>, &dyn Fn(Arc<dyn Visit>))) {
    POST.with_borrow_mut(|open| {
        let Some(post) = open else { return };
        let mut broken = false;
        if post.letters.len() < FEW {
            for letter in &post.letters {
                let bytes = &post.bytes[letter.from..letter.to];
                attended(&lines[letter.line], &|line| line.write(bytes));
            }
        } else {
            let letters = post.letters.iter();
            let letters =
                letters.map(|letter| (letter.socket, &post.bytes[letter.from..letter.to]));
            post.ring.send(letters, &mut post.sent);
            for (letter, sent) in post.letters.iter().zip(&post.sent) {
                let bytes = &post.bytes[letter.from..letter.to];
                match sent {
                    Some(Ok(count)) if *count == bytes.len() => {}
                    Some(Ok(count)) => {
                        attended(&lines[letter.line], &|line| line.write(&bytes[*count..]));
                    }
                    Some(Err(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                        attended(&lines[letter.line], &|line| line.write(bytes));
                    }
                    Some(Err(_)) => lines[letter.line].cut(),
                    // Nobody knows what it got.
                    None => {
                        broken = true;
                        lines[letter.line].cut();
                    }
                }
            }
        }
        post.letters.clear();
        post.bytes.clear();
        if post.bytes.capacity() > 2 * BYTES {
            post.bytes = Vec::new();
        }
        if broken {
            // It may hold entries about memory that is gone: from here on everyone writes alone.
            *open = None;
        }
    });
}
