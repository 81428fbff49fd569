//! What is measured.

mod direct;
mod fan_out;
mod flow;
mod history;
mod idle;
mod machine;
mod soak;
mod storm;

use anyhow::{Result, bail};

use crate::options::Scenario;
use crate::plan::Plan;
use crate::report::Report;

/// Plays one scenario.
pub(crate) fn play(scenario: Scenario, plan: &Plan, report: &mut Report) -> Result<()> {
    match scenario {
        Scenario::Idle => idle::play(plan, report),
        Scenario::FanOut => fan_out::play(plan, report),
        Scenario::Direct => direct::play(plan, report),
        Scenario::Storm => storm::play(plan, report),
        Scenario::Soak => soak::play(plan, report),
        Scenario::Machine => machine::play(plan, report)?,
        Scenario::History => history::play(plan, report)?,
        Scenario::All => bail!("there is no such scenario yet"),
    }
    Ok(())
}
