//! Writes the files that are generated from the Rust types.
fn main() {}
