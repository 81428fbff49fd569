//! Memory of the kernel. It belongs to the machine, so that both ends of a connection over the
//! loopback interface are in it: the server's and ours.

use std::fs;

use anyhow::Result;

use super::process::kib;

/// A reading of the kernel's memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Kernel {
    /// Bytes in slabs (structures such as sockets and files).
    pub(crate) slab: u64,
    /// Bytes in TCP buffers.
    pub(crate) tcp: u64,
}

/// The pages in which `/proc/net/sockstat` counts.
const PAGE: u64 = 4096;

impl Kernel {
    /// How it is now.
    pub(crate) fn now() -> Result<Self> {
        let meminfo = fs::read_to_string("/proc/meminfo")?;
        let sockstat = fs::read_to_string("/proc/net/sockstat")?;
        let tcp = sockstat.lines().find(|line| line.starts_with("TCP:"));
        let pages = tcp.and_then(|line| {
            line.split_whitespace()
                .skip_while(|word| *word != "mem")
                .nth(1)
        });
        let pages: u64 = pages.and_then(|pages| pages.parse().ok()).unwrap_or(0);
        Ok(Self {
            slab: kib(&meminfo, "Slab:")? * 1024,
            tcp: pages * PAGE,
        })
    }

    /// How much more there is than at an earlier reading, in bytes; none when there is less.
    pub(crate) fn since(self, earlier: Self) -> u64 {
        (self.slab + self.tcp).saturating_sub(earlier.slab + earlier.tcp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_uses_memory() {
        let now = Kernel::now().expect("proc is there");
        assert!(now.slab > 0);
        assert_eq!(now.since(now), 0);
    }
}
