//! Old offenders: `xtask/ratchet.toml` says how many findings of a rule a file may still have. The
//! number may only go down.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};

use super::Finding;
use super::tree::File;

/// Where the fences stand.
const PATH: &str = "xtask/ratchet.toml";

/// One fenced offender.
#[derive(Debug)]
pub(crate) struct Fence {
    path: String,
    rule: String,
    max: usize,
}

/// Reads the fences; none when there is no such file.
pub(crate) fn read(files: &[File]) -> Result<Vec<Fence>> {
    let Some(file) = files.iter().find(|file| file.path == PATH) else {
        return Ok(Vec::new());
    };
    let table: toml::Table = file.text.parse().context(PATH)?;
    let fences = table.get("fence").and_then(toml::Value::as_array);
    fences
        .into_iter()
        .flatten()
        .map(|fence| parse(fence).context(PATH))
        .collect()
}

fn parse(fence: &toml::Value) -> Result<Fence> {
    let text = |key: &str| {
        let value = fence.get(key).and_then(toml::Value::as_str);
        value
            .map(str::to_owned)
            .with_context(|| format!("a fence has no `{key}`"))
    };
    let max = fence.get("max").and_then(toml::Value::as_integer);
    let max = max
        .and_then(|number| usize::try_from(number).ok())
        .filter(|number| *number > 0);
    let max = max.context("a fence has no `max` above 0")?;
    Ok(Fence {
        path: text("path")?,
        rule: text("rule")?,
        max,
    })
}

/// Takes out the findings that are fenced, and adds one for each fence that stands too wide.
pub(crate) fn apply(fences: &[Fence], findings: Vec<Finding>) -> Vec<Finding> {
    let mut groups: BTreeMap<(String, String), Vec<Finding>> = BTreeMap::new();
    for finding in findings {
        let key = (finding.path.clone(), finding.rule.to_owned());
        groups.entry(key).or_default().push(finding);
    }
    let mut left = Vec::new();
    for fence in fences {
        let found = groups
            .remove(&(fence.path.clone(), fence.rule.clone()))
            .unwrap_or_default();
        left.extend(judge(fence, found));
    }
    left.extend(groups.into_values().flatten());
    left
}

fn judge(fence: &Fence, found: Vec<Finding>) -> Vec<Finding> {
    let Fence { path, rule, max } = fence;
    let count = found.len();
    if count > *max {
        return found;
    }
    if count == *max {
        return Vec::new();
    }
    let step = if count == 0 {
        "take the fence out".to_owned()
    } else {
        format!("set it to {count}")
    };
    let advice = format!("{path} has {count} of `{rule}`, the fence allows {max}: {step}");
    vec![Finding::new(PATH, 1, "ratchet", advice)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fences(max: usize) -> Vec<Fence> {
        let text = format!("[[fence]]\npath = \"a.rs\"\nrule = \"unwrap\"\nmax = {max}\n");
        read(&[File::new(PATH, &text)]).expect("fences")
    }

    fn findings(count: usize) -> Vec<Finding> {
        (1..=count)
            .map(|line| Finding::new("a.rs", line, "unwrap", "x"))
            .collect()
    }

    #[test]
    fn what_is_fenced_is_let_be() {
        assert!(apply(&fences(2), findings(2)).is_empty());
    }

    #[test]
    fn one_more_shows_all_of_them() {
        assert_eq!(apply(&fences(2), findings(3)).len(), 3);
    }

    #[test]
    fn fewer_asks_to_lower_the_fence() {
        let left = apply(&fences(2), findings(1));
        assert!(left.len() == 1 && left[0].rule == "ratchet" && left[0].advice.contains("to 1"));
        assert!(
            apply(&fences(2), findings(0))[0]
                .advice
                .contains("take the fence out")
        );
    }

    #[test]
    fn other_rules_and_files_are_not_fenced() {
        let other = vec![
            Finding::new("a.rs", 1, "print", "x"),
            Finding::new("b.rs", 1, "unwrap", "x"),
        ];
        assert_eq!(apply(&[], other.clone()).len(), 2);
        let left = apply(&fences(1), [findings(1), other].concat());
        assert_eq!(left.len(), 2);
    }

    #[test]
    fn a_fence_without_its_parts_is_refused() {
        assert!(read(&[File::new(PATH, "[[fence]]\npath = \"a.rs\"\nmax = 1\n")]).is_err());
        assert!(
            read(&[File::new(
                PATH,
                "[[fence]]\npath = \"a\"\nrule = \"b\"\nmax = 0\n"
            )])
            .is_err()
        );
    }
}
