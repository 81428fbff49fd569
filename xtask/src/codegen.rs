//! Runs the generator, which is a package of its own because it compiles half the workspace.

use std::path::Path;

use crate::command::Task;

/// The generator, writing or only checking.
pub(crate) fn task(root: &Path, check: bool) -> Task {
    let mut arguments = vec!["run", "--quiet", "--package", "codegen", "--"];
    if check {
        arguments.push("--check");
    }
    Task::new(root, "cargo", &arguments)
}

/// Runs it; false when a file is stale.
pub(crate) fn run(root: &Path, check: bool) -> bool {
    task(root, check).run().ok
}
