//! What follows from several settings together, and which of them are refused together.

use std::path::{Path, PathBuf};

use super::Problem;
use super::schema::Config;
use super::value::{Door, Registration};

impl Config {
    /// Where the database is.
    pub(crate) fn store_url(&self) -> String {
        let inside = || format!("sqlite:{}", self.data.dir.join("switchboard.db").display());
        self.store.url.clone().unwrap_or_else(inside)
    }

    /// Who may register.
    pub(crate) fn registration(&self) -> Registration {
        self.accounts.registration.unwrap_or_else(|| {
            let private = !self.http.listen.is_public() && self.http.trusted_proxies.is_empty();
            if private {
                Registration::Open
            } else {
                Registration::Closed
            }
        })
    }

    /// Refuses what cannot work or would be insecure without having been asked for.
    pub(super) fn check(&self) -> Result<(), Problem> {
        self.check_doors()?;
        self.check_addresses()?;
        if self.limits.frame_size <= self.limits.text_size {
            return Err(refuse(
                "limits",
                "frame_size",
                "must be larger than [limits] text_size",
            ));
        }
        Ok(())
    }

    fn check_doors(&self) -> Result<(), Problem> {
        if self.http.listen == Door::Off {
            let text =
                "it is the only door for users; give it an address such as \"127.0.0.1:8080\"";
            return Err(refuse("http", "listen", text));
        }
        let covered = self.http.plaintext || !self.http.trusted_proxies.is_empty();
        if self.http.listen.is_public() && !covered {
            let text = "others can reach this address and the server speaks plain HTTP: name the \
                proxy that speaks HTTPS in [http] trusted_proxies, or accept that passwords cross \
                the network unencrypted with [http] plaintext = true";
            return Err(refuse("http", "listen", text));
        }
        if self.metrics.listen.is_public() && !self.metrics.public {
            let text = "others can reach this address: set [metrics] public = true to allow that, \
                or listen on \"127.0.0.1:9090\"";
            return Err(refuse("metrics", "listen", text));
        }
        Ok(())
    }

    fn check_addresses(&self) -> Result<(), Problem> {
        if self.bus.url != "memory:" {
            return Err(refuse("bus", "url", "this version knows \"memory:\" only"));
        }
        match &self.store.url {
            Some(url) if !names_a_file(url) => {
                let text = "expected \"sqlite:\" and a path, such as \"sqlite:switchboard.db\"";
                Err(refuse("store", "url", text))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The directories that must be there: of the data, and of the database.
    pub(crate) fn directories(&self) -> Vec<PathBuf> {
        let mut all = vec![self.data.dir.clone()];
        let url = self.store_url();
        let path = url.strip_prefix("sqlite:").unwrap_or(&url);
        let path = Path::new(path.strip_prefix("//").unwrap_or(path));
        if let Some(parent) = path
            .parent()
            .filter(|p| !p.as_os_str().is_empty() && *p != self.data.dir)
        {
            all.push(parent.to_path_buf());
        }
        all
    }
}

/// `sqlite:` and a path; what begins with a colon is SQLite's name for a database in memory.
fn names_a_file(url: &str) -> bool {
    url.strip_prefix("sqlite:")
        .is_some_and(|path| !path.is_empty() && !path.starts_with(':'))
}

fn refuse(section: &str, key: &str, text: &str) -> Problem {
    Problem::other(format!("[{section}] {key}: {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Given;

    fn load(text: &str) -> Result<Config, String> {
        let mut given = Given::default();
        given
            .add_text(text, "s.toml")
            .map_err(|problem| problem.to_string())?;
        let config = Config::build(&given).map_err(|problem| problem.to_string())?;
        config.check().map_err(|problem| problem.to_string())?;
        Ok(config)
    }

    #[test]
    fn the_defaults_are_good_and_local() {
        let config = load("").unwrap();
        assert_eq!(config.registration(), Registration::Open);
        assert_eq!(config.store_url(), "sqlite:switchboard-data/switchboard.db");
        assert_eq!(config.directories(), [PathBuf::from("switchboard-data")]);
    }

    #[test]
    fn a_public_address_must_be_covered_or_asked_for() {
        let public = "[http]\nlisten = \"0.0.0.0:80\"\n";
        assert!(load(public).unwrap_err().contains("[http] trusted_proxies"));
        let asked = load(&format!("{public}plaintext = true")).unwrap();
        assert_eq!(asked.registration(), Registration::Closed);
        let covered = load(&format!("{public}trusted_proxies = [\"10.0.0.1\"]")).unwrap();
        assert_eq!(covered.registration(), Registration::Closed);
        let metrics = "[metrics]\nlisten = \"0.0.0.0:9090\"\n";
        assert!(
            load(metrics)
                .unwrap_err()
                .contains("[metrics] public = true")
        );
        assert!(load(&format!("{metrics}public = true")).is_ok());
    }

    #[test]
    fn registration_closes_behind_a_proxy_unless_it_is_said() {
        let proxied = "[http]\ntrusted_proxies = [\"127.0.0.1\"]\n";
        assert_eq!(load(proxied).unwrap().registration(), Registration::Closed);
        let said = load(&format!("{proxied}[accounts]\nregistration = \"open\"")).unwrap();
        assert_eq!(said.registration(), Registration::Open);
    }

    #[test]
    fn what_cannot_work_is_refused() {
        for (text, part) in [
            ("[http]\nlisten = \"off\"", "the only door"),
            ("[bus]\nurl = \"nats://localhost:4222\"", "memory:"),
            ("[store]\nurl = \"postgres://localhost/a\"", "sqlite:"),
            ("[log]\nlevel = \"loud\"", "\"error\", \"warn\""),
            (
                "[limits]\ntext_size = \"64KiB\"",
                "larger than [limits] text_size",
            ),
            (
                "[limits]\ntext_size = \"1B\"",
                "s.toml:2: [limits] text_size: must be from 256B to 256KiB",
            ),
        ] {
            let error = load(text).expect_err(text);
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn the_database_may_be_elsewhere() {
        let config = load("[data]\ndir = \"a\"\n[store]\nurl = \"sqlite:b/c.db\"").unwrap();
        assert_eq!(
            config.directories(),
            [PathBuf::from("a"), PathBuf::from("b")]
        );
        let beside = load("[data]\ndir = \"a\"").unwrap();
        assert_eq!(beside.store_url(), "sqlite:a/switchboard.db");
    }
}
