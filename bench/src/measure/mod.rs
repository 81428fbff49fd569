//! Reading what a process, and the machine for it, costs.

pub(crate) mod histogram;
mod flushes;
mod kernel;
mod process;

pub(crate) use histogram::Histogram;
pub(crate) use flushes::Flushes;
pub(crate) use kernel::Kernel;
pub(crate) use process::{cpu, memory, rest, settle};
