//! The web assets: the messenger, the widget and its loader, as bytes inside the binary.
//!
//! The build script (`build/main.rs`) finds or builds the files, compresses each of them once and
//! writes a table sorted by path; this file only looks things up in it.
//!
//! Invariant: no HTTP here, no file is read at run time, and nothing of ours is imported. The
//! gateway turns an [`Asset`] into a response.

#[cfg(test)]
#[path = "../build/recipe.rs"]
mod recipe;
#[cfg(test)]
#[path = "../build/table.rs"]
mod table;

/// One file of the web interface, in every encoding it is served in.
#[derive(Debug)]
pub struct Asset {
    /// Path below the root, without a leading slash: `index.html`, `assets/app-B1x9.js`.
    pub path: &'static str,
    /// Value of the `Content-Type` header.
    pub content_type: &'static str,
    /// Strong `ETag` of the raw bytes, with its quotes. An encoded answer is another
    /// representation (RFC 9110 §8.8.3), so whoever serves one must mark the tag or make it weak.
    pub etag: &'static str,
    /// Whether the name carries a hash of the content, so that it may be cached for ever. All
    /// other files must be revalidated on each use (`no-cache`).
    pub immutable: bool,
    /// The file as it is.
    pub raw: &'static [u8],
    /// The file in `gzip` encoding, when that is worth it.
    pub gzip: Option<&'static [u8]>,
    /// The file in `br` encoding, when that is worth it.
    pub brotli: Option<&'static [u8]>,
}

// `ASSETS: &[Asset]` sorted by path, and `ORIGIN: &str`.
include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The file at `path`; a leading slash is allowed, and the bare root is the [`index`].
pub fn asset(path: &str) -> Option<&'static Asset> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = if path.is_empty() { "index.html" } else { path };
    let place = ASSETS.binary_search_by(|asset| asset.path.cmp(path)).ok()?;
    ASSETS.get(place)
}

/// The page served at `/`: the messenger, or the page that says what to install.
///
/// # Panics
///
/// Never: the build script refuses a set of files without `index.html`.
pub fn index() -> &'static Asset {
    asset("index.html").expect("the build script refuses a set of files without index.html")
}

/// Every file, sorted by path.
pub fn all() -> &'static [Asset] {
    ASSETS
}

/// Whether this binary carries only the page that says what to install, not the messenger.
pub fn placeholder() -> bool {
    ORIGIN == "placeholder"
}

/// Where the files came from: `given`, `built`, `packaged` or `placeholder`. For `/version` and
/// the start-up log.
pub fn origin() -> &'static str {
    ORIGIN
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn the_index_is_there_and_is_html() {
        assert_eq!(index().path, "index.html");
        assert_eq!(index().content_type, "text/html; charset=utf-8");
        assert!(!index().immutable);
    }

    #[test]
    fn the_root_and_a_leading_slash_are_understood() {
        for path in ["", "/", "index.html", "/index.html"] {
            assert_eq!(asset(path).expect(path).path, "index.html");
        }
        assert!(asset("/no-such-file").is_none());
        assert!(asset("../Cargo.toml").is_none());
    }

    #[test]
    fn the_table_is_sorted_so_that_every_file_is_found() {
        assert!(all().is_sorted_by(|a, b| a.path < b.path));
        for file in all() {
            assert_eq!(asset(file.path).expect(file.path).etag, file.etag);
        }
    }

    #[test]
    fn every_encoding_is_the_same_file() {
        for file in all() {
            if let Some(bytes) = file.gzip {
                let mut plain = Vec::new();
                flate2::read::GzDecoder::new(bytes)
                    .read_to_end(&mut plain)
                    .expect("valid gzip");
                assert_eq!(plain, file.raw, "{}", file.path);
            }
            if let Some(mut bytes) = file.brotli {
                let mut plain = Vec::new();
                brotli::BrotliDecompress(&mut bytes, &mut plain).expect("valid brotli");
                assert_eq!(plain, file.raw, "{}", file.path);
            }
        }
    }

    #[test]
    fn an_entity_tag_is_quoted_and_depends_on_the_bytes() {
        for file in all() {
            assert!(file.etag.len() > 16 && file.etag.starts_with('"') && file.etag.ends_with('"'));
            assert_eq!(file.etag, table::etag(file.raw));
        }
    }

    #[test]
    fn the_origin_is_one_of_the_four() {
        assert!(["given", "built", "packaged", "placeholder"].contains(&origin()));
        assert_eq!(placeholder(), origin() == "placeholder");
    }
}
