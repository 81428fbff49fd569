//! Puts the suite under `target/autobahn`: nothing of the machine changes, and no rights are needed.
//!
//! The last Debian with Python 2 is bullseye. apt fetches its packages and checks their signatures,
//! with lists and a cache of our own; dpkg-deb unpacks them; pip, from the same release, adds the
//! suite and what it stands on.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::command::{Ran, Task, on_path};
use crate::web::target_directory;

/// Where bullseye is, and where it will have gone.
const MIRRORS: &[&str] = &[
    "http://deb.debian.org/debian",
    "http://archive.debian.org/debian",
];

/// Python 2 with what it needs beyond any Debian, its headers (the suite's masks are C), and pip.
const DEBIAN: &[&str] = &[
    "python2.7",
    "python2.7-minimal",
    "python2.7-dev",
    "libpython2.7-stdlib",
    "libpython2.7-minimal",
    "libpython2.7-dev",
    "libssl1.1",
    "libffi7",
    "python-pip-whl",
];

/// What builds the packages below that are no wheels.
const BUILD: &[&str] = &["setuptools==44.1.1", "wheel==0.37.1"];

/// The suite; the first is itself, and the second the library that its report names.
const PYPI: &[&str] = &[
    "autobahntestsuite==25.10.1",
    "autobahn==0.10.9",
    "argparse==1.4.0",
    "attrs==21.4.0",
    "Automat==20.2.0",
    "cffi==1.15.1",
    "constantly==15.1.0",
    "cryptography==3.3.2",
    "enum34==1.1.10",
    "hyperlink==21.0.0",
    "idna==2.10",
    "incremental==16.10.1",
    "ipaddress==1.0.23",
    "jinja2==2.11.3",
    "linecache2==1.0.0",
    "markupsafe==1.1.1",
    "pyasn1==0.5.1",
    "pyasn1-modules==0.3.0",
    "pycparser==2.21",
    "pyOpenSSL==19.1.0",
    "service_identity==18.1.0",
    "setuptools==44.1.1",
    "six==1.16.0",
    "traceback2==1.4.0",
    "Twisted==19.10.0",
    "txaio==2.1.0",
    "typing==3.10.0.0",
    "unittest2==1.1.0",
    "wsaccel==0.6.2",
    "zope.interface==4.6.0",
];

/// Starts the suite: packages that share a namespace are found only where `site` has looked.
const START: &str = "\
import site, sys
site.addsitedir(sys.argv[1])
sys.argv[:2] = ['wstest']
from autobahntestsuite.wstest import run
run()
";

/// The suite, installed.
pub(super) struct Suite {
    /// Where it is, and where its reports go.
    pub(super) directory: PathBuf,
    /// What was installed, as pip names it: the suite and its library.
    pub(super) versions: Vec<&'static str>,
}

impl Suite {
    /// Runs it by a specification that lies in its directory.
    pub(super) fn run(&self, spec: &str) -> Ran {
        let arguments = ["start.py", "site", "-m", "fuzzingclient", "-s", spec];
        python(&self.directory, &arguments).run()
    }
}

/// The suite, which is installed first when it is not there; or why it cannot be.
pub(super) fn ready(root: &Path) -> Result<Suite, String> {
    let directory = target_directory(root).join("autobahn");
    let wanted = [DEBIAN, BUILD, PYPI].concat().join("\n");
    let stamp = directory.join("installed");
    if fs::read_to_string(&stamp).unwrap_or_default() != wanted {
        install(&directory).map_err(|why| format!("the Autobahn test suite: {why}"))?;
        fs::write(&stamp, wanted).map_err(|error| format!("{}: {error}", stamp.display()))?;
    }
    let versions = PYPI[..2].to_vec();
    Ok(Suite {
        directory,
        versions,
    })
}

fn install(directory: &Path) -> Result<(), String> {
    for program in ["apt-get", "dpkg-deb", "cc"] {
        if !on_path(program) {
            return Err(format!("{program} was not found"));
        }
    }
    lay_out(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    fetch(directory)?;
    unpack(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    for (target, packages) in [("build", BUILD), ("site", PYPI)] {
        let arguments = ["-m", "pip", "install", "--quiet", "--target", target];
        // Complete lists of versions, so that it is the same suite everywhere.
        let exact = ["--no-deps", "--no-build-isolation", "--no-compile"];
        let arguments = [&arguments[..], &exact, packages].concat();
        let pip = python(directory, &arguments).env("PYTHONPATH", pip_path(directory));
        if !pip.run().ok {
            return Err("pip does not install it".to_owned());
        }
    }
    Ok(())
}

/// An empty place for apt's lists, the packages and the unpacked files.
fn lay_out(directory: &Path) -> std::io::Result<()> {
    if directory.exists() {
        fs::remove_dir_all(directory)?;
    }
    for path in [
        "apt/lists/partial",
        "apt/cache/archives/partial",
        "packages",
    ] {
        fs::create_dir_all(directory.join(path))?;
    }
    fs::write(directory.join("apt/status"), "")?;
    fs::write(directory.join("start.py"), START)
}

/// Has apt look for the packages where they may be, and download them.
fn fetch(directory: &Path) -> Result<(), String> {
    let apt = directory.join("apt");
    let settings = format!(
        "Dir::Etc::SourceList \"{apt}/sources.list\";\n\
         Dir::Etc::SourceParts \"-\";\n\
         Dir::State \"{apt}\";\n\
         Dir::State::status \"{apt}/status\";\n\
         Dir::Cache \"{apt}/cache\";\n\
         APT::Sandbox::User \"root\";\n\
         Acquire::Check-Valid-Until \"false\";\n\
         Acquire::Languages \"none\";\n",
        apt = apt.display()
    );
    let download = [&["download"], DEBIAN].concat();
    let found = MIRRORS.iter().any(|mirror| {
        let source = format!(
            "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] {mirror} bullseye main\n"
        );
        fs::write(apt.join("sources.list"), source).is_ok()
            && fs::write(apt.join("settings"), &settings).is_ok()
            && apt_get(directory, &["update", "--error-on=any"]).ok
            && apt_get(directory, &download).ok
    });
    if found {
        return Ok(());
    }
    Err("Python 2.7 could not be fetched from Debian bullseye".to_owned())
}

fn apt_get(directory: &Path, arguments: &[&str]) -> Ran {
    Task::new(&directory.join("packages"), "apt-get", arguments)
        .env("APT_CONFIG", directory.join("apt/settings"))
        .run()
}

fn unpack(directory: &Path) -> std::io::Result<()> {
    for package in fs::read_dir(directory.join("packages"))? {
        let package = package?.path().to_string_lossy().into_owned();
        let ran = Task::new(directory, "dpkg-deb", &["--extract", &package, "root"]).run();
        if !ran.ok {
            return Err(std::io::Error::other(format!("{package} is not whole")));
        }
    }
    Ok(())
}

/// The unpacked Python 2, with its libraries and its headers. It finds its own modules by where it
/// lies.
fn python(directory: &Path, arguments: &[&str]) -> Task {
    let user = directory.join("root/usr");
    let include = user.join("include");
    let program = user.join("bin/python2.7").to_string_lossy().into_owned();
    Task::new(directory, &program, arguments)
        .env("LD_LIBRARY_PATH", joined(entries(&user.join("lib"))))
        .env("CPATH", joined([include.join("python2.7"), include]))
        .env("CC", "cc")
}

/// Where pip is: in wheels, each part of it in one; and what it builds packages with.
fn pip_path(directory: &Path) -> OsString {
    let wheels = entries(&directory.join("root/usr/share/python-wheels"));
    joined([vec![directory.join("build")], wheels].concat())
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

/// Paths as an environment variable lists them.
fn joined(paths: impl IntoIterator<Item = PathBuf>) -> OsString {
    std::env::join_paths(paths).unwrap_or_default()
}
