//! The decisions of the build script that touch nothing: policy, versions, which files count.

/// The oldest node that the build tools run on.
pub(crate) const OLDEST_NODE: (u32, u32) = (20, 19);

/// The protocol that packaged files must have been built for: the WebSocket subprotocol.
pub(crate) const PROTOCOL: &str = "switchboard.v1.json";

/// What `WEBUI_BUILD` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Policy {
    /// Build when node is there; otherwise use what is packaged, or the page that says what to do.
    Auto,
    /// Build, or fail. For releases.
    Always,
    /// Do not look for node at all.
    Never,
}

impl Policy {
    /// Reads the value of `WEBUI_BUILD`; an empty or absent one means `auto`.
    pub(crate) fn parse(value: &str) -> Result<Self, String> {
        match value.trim() {
            "" | "auto" => Ok(Self::Auto),
            "always" => Ok(Self::Always),
            "never" => Ok(Self::Never),
            other => Err(format!(
                "WEBUI_BUILD is `{other}`: set it to auto, always or never"
            )),
        }
    }
}

/// Judges what `node --version` printed (`v20.19.4`): `Ok` when it is new enough.
pub(crate) fn judge_node(printed: &str) -> Result<(), String> {
    let oldest = format!("{}.{}", OLDEST_NODE.0, OLDEST_NODE.1);
    let mut numbers = printed
        .trim()
        .trim_start_matches('v')
        .split('.')
        .map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) if (major, minor) >= OLDEST_NODE => Ok(()),
        (Some(Ok(_)), Some(Ok(_))) => Err(format!(
            "node {} is too old, {oldest} or newer is needed",
            printed.trim()
        )),
        _ => Err(format!(
            "`node --version` printed `{}`, no version",
            printed.trim()
        )),
    }
}

/// Whether a directory below `web/` holds sources: not what npm, the build or the tests made.
pub(crate) fn holds_sources(directory: &str) -> bool {
    !matches!(
        directory,
        "node_modules" | "dist" | "e2e" | "test-results" | "coverage"
    ) && !directory.starts_with('.')
}

/// Reads one string out of a flat JSON object: enough for our own two-line manifest, and it spares
/// the build a JSON parser.
pub(crate) fn json_string<'a>(json: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = json.split_once(&format!("\"{key}\""))?;
    let (_, rest) = rest.split_once('"')?;
    rest.split_once('"').map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_one_of_three_words() {
        assert_eq!(Policy::parse(""), Ok(Policy::Auto));
        assert_eq!(Policy::parse("auto"), Ok(Policy::Auto));
        assert_eq!(Policy::parse("always\n"), Ok(Policy::Always));
        assert_eq!(Policy::parse("never"), Ok(Policy::Never));
        assert!(Policy::parse("yes").is_err_and(|message| message.contains("always")));
    }

    #[test]
    fn node_is_judged_by_major_and_minor() {
        assert_eq!(judge_node("v20.19.0\n"), Ok(()));
        assert_eq!(judge_node("v24.1.0"), Ok(()));
        assert!(judge_node("v20.18.9").is_err_and(|message| message.contains("too old")));
        assert!(judge_node("v9.99.0").is_err());
        assert!(judge_node("command not found").is_err());
    }

    #[test]
    fn what_tools_made_is_not_a_source() {
        assert!(holds_sources("src") && holds_sources("public"));
        assert!(
            !holds_sources("node_modules") && !holds_sources("dist") && !holds_sources(".vite")
        );
    }

    #[test]
    fn the_manifest_is_read_by_key() {
        let json = "{ \"protocol\": \"switchboard.v1.json\", \"stamp\":\"abc\" }";
        assert_eq!(json_string(json, "protocol"), Some(PROTOCOL));
        assert_eq!(json_string(json, "stamp"), Some("abc"));
        assert_eq!(json_string(json, "absent"), None);
    }
}
