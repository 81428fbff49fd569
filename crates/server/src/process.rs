//! What the operating system says of this process, and the one thing that is asked of it.

use std::fmt::Write as _;
use std::fs;

use rustix::fs::Mode;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit, umask};

/// Closes every file that is made from now on to other users of the machine.
pub(crate) fn keep_files_private() {
    umask(Mode::RWXG | Mode::RWXO);
}

/// Raises the number of files that may be open to what the system allows. Returns the number, none
/// when there is no limit.
pub(crate) fn raise_file_limit() -> Option<u64> {
    let limit = getrlimit(Resource::Nofile);
    if limit.current == limit.maximum {
        return limit.current;
    }
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(error) => {
            tracing::warn!(%error, "the limit of open files could not be raised");
            limit.current
        }
    }
}

/// Writes the process's figures as Prometheus text, by the names that Prometheus's own client
/// libraries use. Those that this system does not tell are left out.
pub(crate) fn render(out: &mut String) {
    let page = rustix::param::page_size();
    let ticks = rustix::param::clock_ticks_per_second();
    if let Some(pages) = field("/proc/self/statm", 1) {
        let bytes = pages * u64::try_from(page).unwrap_or(0);
        figure(
            out,
            "process_resident_memory_bytes",
            "gauge",
            "Resident memory.",
            &bytes.to_string(),
        );
    }
    if let Some((user, system)) = cpu_ticks() {
        let millis = (user + system) * 1000 / ticks.max(1);
        let seconds = format!("{}.{:03}", millis / 1000, millis % 1000);
        figure(
            out,
            "process_cpu_seconds_total",
            "counter",
            "Processor time used.",
            &seconds,
        );
    }
    if let Ok(files) = fs::read_dir("/proc/self/fd") {
        // The directory that is being read is itself one of them.
        let open = files.count().saturating_sub(1).to_string();
        figure(
            out,
            "process_open_fds",
            "gauge",
            "Open files and sockets.",
            &open,
        );
    }
    if let Some(most) = getrlimit(Resource::Nofile).current {
        figure(
            out,
            "process_max_fds",
            "gauge",
            "Files and sockets that may be open.",
            &most.to_string(),
        );
    }
}

/// Writes which build this is.
pub(crate) fn render_build(out: &mut String) {
    let name = "switchboard_build";
    let version = env!("CARGO_PKG_VERSION");
    let web = webui::origin();
    let _ = write!(
        out,
        "# HELP {name} The build, in its labels.\n# TYPE {name} gauge\n\
         {name}{{version=\"{version}\",web=\"{web}\"}} 1\n"
    );
}

/// One figure with its heading.
pub(crate) fn figure(out: &mut String, name: &str, kind: &str, what: &str, value: &str) {
    let _ = write!(
        out,
        "# HELP {name} {what}\n# TYPE {name} {kind}\n{name} {value}\n"
    );
}

fn field(path: &str, index: usize) -> Option<u64> {
    let text = fs::read_to_string(path).ok()?;
    text.split_ascii_whitespace().nth(index)?.parse().ok()
}

/// User and system time, proc(5): the 14th and 15th field of `stat`. They are counted from the
/// parenthesis, because the name before it may hold spaces.
fn cpu_ticks() -> Option<(u64, u64)> {
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    let (_, after) = text.rsplit_once(')')?;
    let mut fields = after.split_ascii_whitespace().skip(11);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_of_this_process_are_plausible() {
        let mut out = String::new();
        render(&mut out);
        let value = |name: &str| -> f64 {
            let line = out
                .lines()
                .find(|line| line.starts_with(&format!("{name} ")));
            line.and_then(|line| line.rsplit_once(' '))
                .and_then(|(_, v)| v.parse().ok())
                .expect(name)
        };
        assert!(value("process_resident_memory_bytes") > 1e6);
        assert!(value("process_open_fds") >= 3.0);
        assert!(value("process_open_fds") <= value("process_max_fds"));
        assert!(value("process_cpu_seconds_total") >= 0.0);
    }

    #[test]
    fn the_limit_of_files_is_raised_to_the_hard_one() {
        assert_eq!(raise_file_limit(), getrlimit(Resource::Nofile).maximum);
    }
}
