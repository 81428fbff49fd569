//! `serve`: the server.

use crate::cli::say;
use crate::config::Config;
use crate::server::Server;
use crate::stop::Stop;
use crate::telemetry;

/// Runs the server until it is asked to end.
pub(crate) fn serve(config: &Config) -> Result<(), Stop> {
    telemetry::start(config);
    super::make_directories(config)?;
    super::runtime()?.block_on(async {
        let server = Server::start(config).await?;
        say(&server.lines)?;
        say(&next_step(&server.url))?;
        server.run().await
    })
}

/// What to do now.
fn next_step(url: &str) -> String {
    if webui::placeholder() {
        format!("open {url} in a browser: the page there says how to get the messenger built\n")
    } else {
        format!("open {url} in a browser\n")
    }
}
