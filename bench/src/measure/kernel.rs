//! Memory of the kernel. It belongs to the machine, so that both ends of a connection over the
//! loopback interface are in it: the server's and ours.

use std::fs;

use anyhow::Result;

use super::process::kib;

/// What a socket is made of in the kernel, as slabinfo(5) calls it.
const OF_SOCKETS: [&str; 5] = [
    "TCP",
    "sock_inode_cache",
    "filp",
    "eventpoll_epi",
    "ep_head",
];
/// Each socket has one of these too; others come and go with the files of the whole machine.
const NAMES: (&str, &str) = ("sock_inode_cache", "dentry");
/// The pages in which `/proc/net/sockstat` counts.
const PAGE: u64 = 4096;

/// A reading of the kernel's memory, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Kernel {
    /// Structures: those of sockets where we may read of them, all where we may not.
    structures: u64,
    /// TCP buffers.
    buffers: u64,
}

impl Kernel {
    /// How it is now.
    pub(crate) fn now() -> Result<Self> {
        let structures = match fs::read_to_string("/proc/slabinfo") {
            Ok(slabs) => of_sockets(&slabs),
            Err(_) => kib(&fs::read_to_string("/proc/meminfo")?, "Slab:")? * 1024,
        };
        let sockstat = fs::read_to_string("/proc/net/sockstat")?;
        let line = sockstat.lines().find(|line| line.starts_with("TCP:"));
        let mut words = line.unwrap_or_default().split_whitespace();
        let pages = words.by_ref().skip_while(|word| *word != "mem").nth(1);
        let pages: u64 = pages.and_then(|pages| pages.parse().ok()).unwrap_or(0);
        Ok(Self {
            structures,
            buffers: pages * PAGE,
        })
    }

    /// How much more there is than at an earlier reading, in bytes; none when there is less.
    pub(crate) fn since(self, earlier: Self) -> u64 {
        (self.structures + self.buffers).saturating_sub(earlier.structures + earlier.buffers)
    }
}

/// Bytes of all structures of sockets.
fn of_sockets(slabs: &str) -> u64 {
    let objects = |name: &str| {
        let line = slabs
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        let mut numbers = line.unwrap_or_default().split_whitespace();
        let mut next = || numbers.next().and_then(|number| number.parse::<u64>().ok());
        let (active, _, size) = (next(), next(), next());
        (active.unwrap_or(0), size.unwrap_or(0))
    };
    let own = OF_SOCKETS.iter().map(|name| objects(name));
    let own: u64 = own.map(|(active, size)| active * size).sum();
    own + objects(NAMES.0).0 * objects(NAMES.1).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_can_be_read() {
        let now = Kernel::now().expect("proc is there");
        assert!(now.structures > 0);
        assert_eq!(now.since(now), 0);
    }

    #[test]
    fn only_what_belongs_to_sockets_is_counted() {
        let slabs = "slabinfo - 2.1\nTCPv6 99 99 2496\nTCP  10 13 2000 13 8 : tunables\n\
            sock_inode_cache 10 20 800 1\ndentry 5000 6000 200 1\nfilp 1 1 100\n";
        assert_eq!(of_sockets(slabs), 10 * 2000 + 10 * 800 + 100 + 10 * 200);
    }
}
