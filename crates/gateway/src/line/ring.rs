//! Many writes in one system call, where the kernel allows it: `io_uring(7)`.

use std::io;
use std::os::fd::RawFd;

use io_uring::{IoUring, opcode, types};

/// Writes of one system call.
pub(super) const MOST: usize = 256;

/// What became of a write: how many bytes, or the error.
pub(super) type Sent = io::Result<usize>;

/// A ring of one thread.
pub(super) struct Ring(IoUring);

impl Ring {
    /// A ring, when the kernel has one for us; containers often forbid it.
    pub(super) fn open() -> io::Result<Self> {
        let size = u32::try_from(MOST).expect("it is a small constant");
        // One thread has the ring, and needs no interrupt to see what is done (Linux 6.0).
        let ring = IoUring::builder()
            .setup_single_issuer()
            .setup_coop_taskrun()
            .build(size)
            .or_else(|_| IoUring::new(size))?;
        let mut probe = io_uring::Probe::new();
        ring.submitter().register_probe(&mut probe)?;
        if !probe.is_supported(opcode::Send::CODE) {
            return Err(io::ErrorKind::Unsupported.into());
        }
        Ok(Self(ring))
    }

    /// Sends to each socket what it is given, without waiting for any of them; at most [`MOST`].
    /// `sent` has an entry for each, in order; none when the ring broke before it was known.
    pub(super) fn send<'a>(
        &mut self,
        letters: impl ExactSizeIterator<Item = (RawFd, &'a [u8])>,
        sent: &mut Vec<Option<Sent>>,
    ) {
        let count = letters.len();
        debug_assert!(count <= MOST, "the ring has no room for more");
        sent.clear();
        sent.resize_with(count, || None);
        for (index, (socket, bytes)) in letters.enumerate() {
            let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
            let entry = opcode::Send::new(types::Fd(socket), bytes.as_ptr(), length)
                .flags(libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL)
                .build()
                .user_data(index as u64);
            self.push(&entry);
        }
        self.finish(count, sent);
    }

    #[expect(
        unsafe_code,
        reason = "the kernel reads memory that it is told of by address"
    )]
    fn push(&mut self, entry: &io_uring::squeue::Entry) {
        // SAFETY: the bytes are borrowed by `send`, which does not return before `finish` has seen
        // the completion of every entry or has given the ring up; a send that may not wait is done
        // with its memory when it is submitted.
        let pushed = unsafe { self.0.submission().push(entry) };
        pushed.expect("there are never more entries than places");
    }

    /// Submits, and waits until all are done.
    fn finish(&mut self, count: usize, sent: &mut [Option<Sent>]) {
        let mut done = 0;
        while done < count {
            match self.0.submit_and_wait(count - done) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    tracing::error!(%error, "the ring broke");
                    return;
                }
            }
            for completion in self.0.completion() {
                let index = usize::try_from(completion.user_data()).unwrap_or(usize::MAX);
                let result = completion.result();
                if let Some(place) = sent.get_mut(index) {
                    *place = Some(match usize::try_from(result) {
                        Ok(count) => Ok(count),
                        Err(_) => Err(io::Error::from_raw_os_error(-result)),
                    });
                }
                done += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn each_socket_gets_its_own_bytes_and_a_full_one_none() {
        let Ok(mut ring) = Ring::open() else {
            eprintln!("skipped: this kernel has no io_uring for us");
            return;
        };
        let pairs: Vec<_> = (0..3).map(|_| UnixStream::pair().unwrap()).collect();
        let full = &pairs[1].0;
        full.set_nonblocking(true).unwrap();
        while (&mut &*full).write(&[0; 4096]).is_ok() {}
        let texts = [&b"one"[..], b"two", b"three"];
        let letters = pairs
            .iter()
            .zip(texts)
            .map(|((end, _), text)| (end.as_raw_fd(), text));
        let mut sent = Vec::new();
        ring.send(letters, &mut sent);
        assert_eq!(sent[0].as_ref().unwrap().as_ref().unwrap(), &3);
        let refused = sent[1].as_ref().unwrap().as_ref().unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::WouldBlock);
        for (index, text) in [(0, texts[0]), (2, texts[2])] {
            let mut came = vec![0; text.len()];
            (&pairs[index].1).read_exact(&mut came).unwrap();
            assert_eq!(came, text);
        }
    }
}
