//! Keeps `package-lock.json` complete.
//!
//! Tools with a native part have one optional package per platform. npm leaves those out of the
//! lock file that the registry in use does not have, without a word, and then `npm ci` refuses the
//! lock file everywhere, `cargo run` on a user's machine included. So they are written in: for a
//! package that will not be installed here the version and the platform are all that npm compares.

use serde_json::{Map, Value, json};

/// The optional packages that some package names and the lock file does not hold: the name and the
/// version of each, and the place of the package that names it.
pub(crate) fn missing(lock: &Value) -> Vec<(String, String, String)> {
    let Some(packages) = lock["packages"].as_object() else {
        return Vec::new();
    };
    let held = |name: &str| {
        packages
            .keys()
            .any(|path| path.rsplit("node_modules/").next() == Some(name))
    };
    let mut missing = Vec::new();
    for (path, package) in packages {
        for (name, version) in package["optionalDependencies"]
            .as_object()
            .into_iter()
            .flatten()
        {
            // A range says nothing about which version it would be; native parts are always exact.
            let version = version.as_str().unwrap_or_default();
            if !held(name) && version.starts_with(|letter: char| letter.is_ascii_digit()) {
                missing.push((name.clone(), version.to_owned(), path.clone()));
            }
        }
    }
    missing
}

/// Writes the missing packages in, and returns their names.
pub(crate) fn complete(lock: &mut Value) -> Vec<String> {
    let mut names = Vec::new();
    for (name, version, of) in missing(lock) {
        let dev = lock["packages"][&of]["dev"].clone();
        let mut entry = platform(&name);
        entry.insert("version".to_owned(), version.into());
        entry.insert("optional".to_owned(), true.into());
        if dev == true {
            entry.insert("dev".to_owned(), dev);
        }
        lock["packages"][format!("node_modules/{name}")] = Value::Object(entry);
        names.push(name);
    }
    names
}

/// The platform that the name of a native part tells: `@biomejs/cli-linux-x64-musl`.
fn platform(name: &str) -> Map<String, Value> {
    let words: Vec<&str> = name.split(['-', '/', '.']).collect();
    let among = |known: &[&'static str]| known.iter().copied().find(|word| words.contains(word));
    let mut entry = Map::new();
    let systems = [
        "android", "darwin", "linux", "win32", "freebsd", "openbsd", "netbsd", "sunos",
    ];
    if let Some(system) = among(&systems) {
        entry.insert("os".to_owned(), json!([system]));
    }
    if let Some(processor) = among(&["x64", "arm64", "ia32", "arm", "ppc64", "s390x", "riscv64"]) {
        entry.insert("cpu".to_owned(), json!([processor]));
    }
    match among(&["musl", "gnu"]) {
        Some("musl") => entry.insert("libc".to_owned(), json!(["musl"])),
        Some(_) => entry.insert("libc".to_owned(), json!(["glibc"])),
        None => None,
    };
    entry
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock() -> Value {
        json!({ "packages": {
            "": { "name": "web" },
            "node_modules/tool": {
                "version": "2.0.0",
                "dev": true,
                "optionalDependencies": {
                    "@tool/linux-x64": "2.0.0", "@tool/linux-x64-musl": "2.0.0", "fsevents": "~2.3.3",
                },
            },
            "node_modules/@tool/linux-x64": { "version": "2.0.0" },
        } })
    }

    #[test]
    fn what_is_named_and_not_held_is_missing() {
        let expected = ("@tool/linux-x64-musl", "2.0.0", "node_modules/tool");
        let found = missing(&lock());
        assert_eq!(found.len(), 1);
        assert_eq!(
            (
                found[0].0.as_str(),
                found[0].1.as_str(),
                found[0].2.as_str()
            ),
            expected
        );
    }

    #[test]
    fn a_completed_lock_misses_nothing() {
        let mut lock = lock();
        assert_eq!(complete(&mut lock), ["@tool/linux-x64-musl"]);
        assert!(missing(&lock).is_empty());
        let entry = json!({
            "version": "2.0.0", "optional": true, "dev": true,
            "os": ["linux"], "cpu": ["x64"], "libc": ["musl"],
        });
        assert_eq!(lock["packages"]["node_modules/@tool/linux-x64-musl"], entry);
    }
}
