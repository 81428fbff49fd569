//! Proof of delivery: many sessions on all doors write while the server is killed again and again;
//! then what was acknowledged, what the log holds and what every reader was told are compared.
//!
//! [`storm`] makes the evidence on a real server, [`judge`] finds what is wrong with it, and
//! [`Tamper`] spoils evidence in every way that must be found, so that the judge is judged.

mod evidence;
mod liar;
mod reader;
mod storm;
mod tamper;
mod verdict;

pub use evidence::{Acknowledged, Evidence, Reader, Told};
pub use storm::{Plan, storm};
pub use tamper::Tamper;
pub use verdict::{Fault, judge};
