//! Writes the files that are generated from the Rust types, or checks that they are up to date.
//!
//! Map: [`PRODUCTS`] is the list of generated files; [`typescript`] and [`asyncapi`] make the two
//! that describe the native protocol. `cargo xtask codegen [--check]` runs this; it is a package of
//! its own so that `cargo xtask` does not have to compile the wire types first.
//!
//! Invariant: a product is a function of the code alone: no clock, no environment, sorted keys.

mod asyncapi;
mod schema;
mod typescript;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

/// A generated file.
struct Product {
    /// Where it is, from the root of the repository.
    path: &'static str,
    /// Makes its content.
    make: fn() -> String,
}

/// Every generated file. To add one, add a line; its function takes nothing and returns the text.
const PRODUCTS: &[Product] = &[
    Product {
        path: "web/client/src/generated/protocol.ts",
        make: typescript::protocol,
    },
    Product {
        path: "docs/asyncapi.json",
        make: asyncapi::document,
    },
];

fn main() -> Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let check = match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [] => false,
        ["--check"] => true,
        other => bail!("unknown arguments {other:?}; usage: codegen [--check]"),
    };
    let stale = stale(&root())?;
    for (path, content) in &stale {
        let shown = path.strip_prefix(root()).unwrap_or(path).display();
        if check {
            println!("{shown}: stale; run `cargo xtask codegen` and commit the result");
        } else {
            write(path, content)?;
            println!("{shown}: written");
        }
    }
    if stale.is_empty() {
        println!("{} generated files are up to date", PRODUCTS.len());
    }
    Ok(if check && !stale.is_empty() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// The products whose file is absent or differs, with what they should be.
fn stale(root: &Path) -> Result<Vec<(PathBuf, String)>> {
    let mut stale = Vec::new();
    for product in PRODUCTS {
        let path = root.join(product.path);
        let wanted = (product.make)();
        let present = path.is_file();
        if !present || fs::read_to_string(&path).context(product.path)? != wanted {
            stale.push((path, wanted));
        }
    }
    Ok(stale)
}

fn write(path: &Path, content: &str) -> Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory).with_context(|| directory.display().to_string())?;
    }
    fs::write(path, content).with_context(|| path.display().to_string())
}

/// The root of the repository that cargo was started in.
fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR");
    let here = here.map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.ancestors().nth(2).unwrap_or(&here).to_path_buf()
}
