//! Turns a directory of files into the generated table: compressed once, tagged, sorted.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

/// How hard to compress: everything in a release, quickly while developing.
#[derive(Clone, Copy)]
pub(crate) enum Effort {
    /// Brotli 11 and gzip 9.
    Full,
    /// Brotli 4 and gzip 4.
    Quick,
}

/// Writes `assets.rs` and the encoded files for everything below `from` into `out`.
pub(crate) fn write(from: &Path, origin: &str, out: &Path, effort: Effort) -> Result<(), String> {
    let mut files = Vec::new();
    collect(from, "", &mut files)?;
    files.sort();
    if !files.iter().any(|(path, _)| path == "index.html") {
        return Err(format!("{} has no index.html", from.display()));
    }
    let store = out.join("assets");
    if store.exists() {
        fs::remove_dir_all(&store).map_err(|error| format!("{}: {error}", store.display()))?;
    }
    fs::create_dir_all(&store).map_err(|error| format!("{}: {error}", store.display()))?;
    let mut source = format!("const ORIGIN: &str = {origin:?};\n\nconst ASSETS: &[Asset] = &[\n");
    for (number, (path, file)) in files.iter().enumerate() {
        let raw = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
        source.push_str(&entry(path, &raw, &store.join(number.to_string()), effort)?);
    }
    source.push_str("];\n");
    put(&out.join("assets.rs"), source.as_bytes())
}

/// Lists the files below `directory` with their paths in the table.
fn collect(
    directory: &Path,
    prefix: &str,
    files: &mut Vec<(String, PathBuf)>,
) -> Result<(), String> {
    let failed = |error| format!("{}: {error}", directory.display());
    for entry in fs::read_dir(directory).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path();
        if path.is_dir() {
            collect(&path, &format!("{prefix}{name}/"), files)?;
        } else {
            files.push((format!("{prefix}{name}"), path));
        }
    }
    Ok(())
}

/// The text of one table entry, after writing its encodings beside `base`.
fn entry(path: &str, raw: &[u8], base: &Path, effort: Effort) -> Result<String, String> {
    let mut text = String::from("    Asset {\n");
    let worth = |bytes: &[u8]| compressible(path) && bytes.len() < raw.len();
    let gzip = gzip(raw, effort).filter(|bytes| worth(bytes));
    let brotli = brotli(raw, effort).filter(|bytes| worth(bytes));
    let _ = writeln!(text, "        path: {path:?},");
    let _ = writeln!(text, "        content_type: {:?},", content_type(path));
    let _ = writeln!(text, "        etag: {:?},", etag(raw));
    let _ = writeln!(text, "        immutable: {},", immutable(path));
    let _ = writeln!(text, "        raw: {},", included(base, "raw", raw)?);
    for (field, encoded) in [("gzip", gzip), ("brotli", brotli)] {
        let value = match encoded {
            Some(bytes) => format!("Some({})", included(base, field, &bytes)?),
            None => "None".to_owned(),
        };
        let _ = writeln!(text, "        {field}: {value},");
    }
    text.push_str("    },\n");
    Ok(text)
}

/// Writes one encoding and returns the expression that embeds it.
fn included(base: &Path, extension: &str, bytes: &[u8]) -> Result<String, String> {
    let file = base.with_extension(extension);
    put(&file, bytes)?;
    Ok(format!("include_bytes!({:?})", file.display().to_string()))
}

fn put(file: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(file, bytes).map_err(|error| format!("{}: {error}", file.display()))
}

fn gzip(raw: &[u8], effort: Effort) -> Option<Vec<u8>> {
    let level = match effort {
        Effort::Full => 9,
        Effort::Quick => 4,
    };
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(level));
    encoder.write_all(raw).ok()?;
    encoder.finish().ok()
}

fn brotli(raw: &[u8], effort: Effort) -> Option<Vec<u8>> {
    let quality = match effort {
        Effort::Full => 11,
        Effort::Quick => 4,
    };
    let parameters = brotli::enc::BrotliEncoderParams {
        quality,
        ..brotli::enc::BrotliEncoderParams::default()
    };
    let mut encoded = Vec::new();
    let mut input = raw;
    brotli::BrotliCompress(&mut input, &mut encoded, &parameters).ok()?;
    Some(encoded)
}

/// A strong entity tag: the first 128 bits of the SHA-256 of the bytes, in quotes.
pub(crate) fn etag(raw: &[u8]) -> String {
    format!("\"{}\"", &hex(raw)[..32])
}

/// The SHA-256 of the bytes in lower-case hexadecimal.
pub(crate) fn hex(raw: &[u8]) -> String {
    Sha256::digest(raw)
        .iter()
        .fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The media type of a file, by its extension.
pub(crate) fn content_type(path: &str) -> &'static str {
    match extension(path) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "ico" => "image/vnd.microsoft.icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Whether compression can help: not for formats that are compressed already.
pub(crate) fn compressible(path: &str) -> bool {
    !matches!(
        extension(path),
        "png" | "webp" | "jpg" | "woff2" | "mp3" | "ogg" | "gz" | "br"
    )
}

/// Whether the name carries a hash of the content: `assets/name-HASH.ext` with at least eight
/// characters of hash, the form the bundler writes. Names that look alike outside `assets/` do not
/// count, since a wrong `true` here cannot be taken back from a browser's cache.
pub(crate) fn immutable(path: &str) -> bool {
    let Some(name) = path.strip_prefix("assets/") else {
        return false;
    };
    let stem = name
        .rsplit('/')
        .next()
        .unwrap_or(name)
        .split('.')
        .next()
        .unwrap_or_default();
    // A hash in the URL-safe alphabet may itself contain or begin with `-`, hence by length.
    let Some(split) = stem.len().checked_sub(9) else {
        return false;
    };
    stem.as_bytes()[split] == b'-'
        && stem.as_bytes()[split + 1..]
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

fn extension(path: &str) -> &str {
    path.rsplit('/')
        .next()
        .and_then(|name| name.rsplit_once('.'))
        .map_or("", |(_, end)| end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hashed_names_below_assets_are_immutable() {
        assert!(immutable("assets/app-B1x9_kQz.js"));
        assert!(
            immutable("assets/ja/words-a-b1x9kQ.js"),
            "a hash may begin with a dash"
        );
        for path in [
            "index.html",
            "chat.js",
            "sw.js",
            "assets/logo.svg",
            "app-B1x9_kQz.js",
        ] {
            assert!(!immutable(path), "{path}");
        }
    }

    #[test]
    fn the_type_follows_the_last_extension() {
        assert_eq!(content_type("a/b.min.js"), "text/javascript; charset=utf-8");
        assert_eq!(
            content_type("manifest.webmanifest"),
            "application/manifest+json"
        );
        assert_eq!(content_type("dir.js/none"), "application/octet-stream");
    }

    #[test]
    fn the_tag_is_the_start_of_the_known_digest() {
        assert_eq!(etag(b""), "\"e3b0c44298fc1c149afbf4c8996fb924\"");
    }

    #[test]
    fn small_or_packed_files_stay_raw() {
        let out = std::env::temp_dir().join(format!("webui-table-{}", std::process::id()));
        let from = out.join("from");
        fs::create_dir_all(from.join("assets")).expect("a temporary directory");
        fs::write(from.join("index.html"), "<p>".repeat(500)).expect("written");
        fs::write(from.join("assets/a.png"), "p".repeat(500)).expect("written");
        fs::write(from.join("tiny.txt"), "x").expect("written");
        for effort in [Effort::Quick, Effort::Full] {
            write(&from, "given", &out, effort).expect("a table");
            let text = fs::read_to_string(out.join("assets.rs")).expect("generated");
            assert_eq!(text.matches("gzip: Some").count(), 1, "{text}");
            assert_eq!(text.matches("brotli: None").count(), 2, "{text}");
            assert!(
                text.find("assets/a.png") < text.find("index.html"),
                "sorted"
            );
        }
        fs::remove_dir_all(&out).expect("removed");
    }

    #[test]
    fn a_set_without_an_index_is_refused() {
        let from = std::env::temp_dir().join(format!("webui-empty-{}", std::process::id()));
        fs::create_dir_all(&from).expect("a temporary directory");
        let refused = write(&from, "given", &from, Effort::Quick);
        fs::remove_dir_all(&from).expect("removed");
        assert!(refused.is_err_and(|message| message.contains("index.html")));
    }
}
