//! Rules about which module may speak to which, inside the gateway. Between crates the manifests
//! tell, see [`super::manifests`].

use super::Finding;
use super::rust::{Source, body, has_word, line_of};
use super::tree::File;

/// The gateway's protocols: each stands alone. What they share (`native`, `listener`) is not here.
const PROTOCOLS: &[&str] = &[
    "http",
    "websocket",
    "sse",
    "poll",
    "lines",
    "tcp",
    "socketio",
    "xmpp",
    "bosh",
    "sip",
    "grpc",
    "connect",
    "mqtt",
    "matrix",
    "irc",
];

/// All rules of this file.
pub(crate) fn check(file: &File, source: &Source) -> Vec<Finding> {
    let Some(inner) = file.path.strip_prefix("crates/gateway/src/") else {
        return Vec::new();
    };
    let mut findings = ports(file, source);
    let module = inner.split(['/', '.']).next().unwrap_or_default();
    if PROTOCOLS.contains(&module) {
        findings.extend(neighbours(file, source, module));
    }
    findings
}

/// A transport holds a `Session`; the ports behind it would get it round the permits.
fn ports(file: &File, source: &Source) -> Vec<Finding> {
    let advice = "the gateway does not touch `engine::port`: everything goes through a `Session`";
    let found = mentions(&source.code, "engine", &["port"]).into_iter();
    found
        .filter(|(line, _)| !source.is_test(*line))
        .map(|(line, _)| Finding::new(&file.path, line, "ports", advice))
        .collect()
}

/// What two protocols need goes to `native` or `listener`, or it is not the same thing after all.
fn neighbours(file: &File, source: &Source, module: &str) -> Vec<Finding> {
    let others: Vec<&str> = PROTOCOLS
        .iter()
        .copied()
        .filter(|other| *other != module)
        .collect();
    let found = mentions(&source.code, "crate", &others).into_iter();
    found
        .filter(|(line, _)| !source.is_test(*line))
        .map(|(line, other)| {
            let advice = format!(
                "protocol `{module}` reaches into protocol `{other}`: move what both need to \
                 `native` or `listener`"
            );
            Finding::new(&file.path, line, "protocols-apart", advice)
        })
        .collect()
}

/// Where one of `names` is used out of `parent`: `parent::name` or `parent::{…, name…}`.
fn mentions<'a>(code: &str, parent: &str, names: &[&'a str]) -> Vec<(usize, &'a str)> {
    let mut found = Vec::new();
    for (place, start) in code.match_indices(&format!("{parent}::")) {
        if !has_word(&code[place..], parent) || preceded_by_word(code, place) {
            continue;
        }
        let after = place + start.len();
        let group = code[after..]
            .starts_with('{')
            .then(|| body(code, after))
            .flatten();
        let text = match group {
            Some((open, end)) => top_level(&code[open + 1..end]),
            None => code[after..]
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect(),
        };
        let line = line_of(code, place);
        found.extend(
            names
                .iter()
                .filter(|name| has_word(&text, name))
                .map(|name| (line, *name)),
        );
    }
    found
}

fn preceded_by_word(code: &str, place: usize) -> bool {
    code[..place].ends_with(|letter: char| letter.is_alphanumeric() || letter == '_')
}

/// The first segment of each path in a group: `a::b, c::{d}` gives `a c`.
fn top_level(group: &str) -> String {
    let (mut out, mut depth, mut first) = (String::new(), 0, true);
    for letter in group.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                first = true;
                out.push(' ');
            }
            ':' => first = false,
            _ if first && depth == 0 => out.push(letter),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::rules_of;

    const XMPP: &str = "crates/gateway/src/xmpp/session.rs";

    #[test]
    fn the_gateway_does_not_see_the_ports() {
        for bad in [
            "use engine::port::Messages;\n",
            "use engine::{Session, port};\n",
            "use engine::{\n    Session,\n    port::{Bus, Clock},\n};\n",
            "fn a(b: &dyn engine::port::Bus) {}\n",
        ] {
            assert_eq!(rules_of(XMPP, bad), ["ports"], "{bad}");
            assert!(rules_of("crates/store/src/lite.rs", bad).is_empty());
        }
        for good in [
            "use engine::{Session, report};\n",
            "use engine::Session;\n// engine::port\n",
        ] {
            assert!(rules_of(XMPP, good).is_empty(), "{good}");
        }
    }

    #[test]
    fn a_protocol_does_not_import_another() {
        for bad in [
            "use crate::websocket::Driver;\n",
            "use crate::{listener, sse::Record};\n",
            "fn a() { crate::sip::b(); }\n",
        ] {
            assert_eq!(rules_of(XMPP, bad), ["protocols-apart"], "{bad}");
        }
        for good in [
            "use crate::native::Frames;\n",
            "use crate::{listener::sse, xmpp::error};\n",
            "use crate::xmpp::to_wire;\n",
        ] {
            assert!(rules_of(XMPP, good).is_empty(), "{good}");
        }
        let router = "use crate::{sse, websocket};\n";
        assert!(rules_of("crates/gateway/src/listener/router.rs", router).is_empty());
    }
}
