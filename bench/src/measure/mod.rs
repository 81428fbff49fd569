//! Reading what a process, and the machine for it, costs.

mod flushes;
pub(crate) mod histogram;
mod kernel;
mod process;

pub(crate) use flushes::Flushes;
pub(crate) use histogram::Histogram;
pub(crate) use kernel::Kernel;
pub(crate) use process::{Cpu, cpu, memory, rest, settle, settle_while};
