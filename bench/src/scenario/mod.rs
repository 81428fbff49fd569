//! What is measured.

mod direct;
mod fan_out;
mod idle;

use anyhow::{Result, bail};

use crate::options::Scenario;
use crate::plan::Plan;
use crate::report::Report;

/// Plays one scenario.
pub(crate) fn play(scenario: Scenario, plan: &Plan, report: &mut Report) -> Result<()> {
    match scenario {
        Scenario::Idle => idle::play(plan, report),
        Scenario::FanOut => fan_out::play(plan, report),
        Scenario::Direct => {
            direct::play(plan, report);
            Ok(())
        }
        Scenario::History
        | Scenario::Storm
        | Scenario::Soak
        | Scenario::Machine
        | Scenario::All => bail!("there is no such scenario yet"),
    }
}
