use std::fmt;
use std::str::FromStr;

use tokio::net::TcpStream;

use crate::Error;

/// Where a server is: `http://host:port`, without a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    /// Host and port as they stand in a `Host` header (RFC 9110 §7.2).
    authority: String,
}

impl Address {
    /// Host and port.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Opens a TCP connection that sends small frames at once.
    pub(crate) async fn dial(&self) -> Result<TcpStream, Error> {
        let unreachable = |error: std::io::Error| Error::Unreachable(error.to_string());
        let stream = TcpStream::connect(self.authority.as_str())
            .await
            .map_err(unreachable)?;
        stream.set_nodelay(true).map_err(unreachable)?;
        Ok(stream)
    }
}

impl FromStr for Address {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let refuse = |reason| Error::Address {
            address: text.to_owned(),
            reason,
        };
        if text.starts_with("https://") || text.starts_with("wss://") {
            return Err(refuse(
                "this build speaks http:// only; put a TLS proxy in front",
            ));
        }
        let rest = ["http://", "ws://"]
            .iter()
            .find_map(|scheme| text.strip_prefix(scheme));
        let rest = rest.ok_or_else(|| refuse("expected http://host:port"))?;
        let authority = rest.trim_end_matches('/');
        if authority.is_empty() || authority.contains(['/', '?', '#', '@', ' ']) {
            return Err(refuse("expected a host and a port and nothing after them"));
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port),
            _ => (authority, "80"),
        };
        if port.parse::<u16>().is_err() || host.is_empty() {
            return Err(refuse("the port is a number below 65536"));
        }
        Ok(Self {
            authority: format!("{host}:{port}"),
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}", self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_and_port_are_found() {
        for (text, authority) in [
            ("http://127.0.0.1:8080", "127.0.0.1:8080"),
            ("http://example.org/", "example.org:80"),
            ("ws://[::1]:9000", "[::1]:9000"),
            ("http://[::1]", "[::1]:80"),
        ] {
            assert_eq!(text.parse::<Address>().unwrap().authority(), authority);
        }
    }

    #[test]
    fn what_is_no_address_is_refused_with_a_reason() {
        for text in [
            "",
            "localhost",
            "http://",
            "http://a:b",
            "http://a/b",
            "https://a",
            "http://:1",
        ] {
            assert!(
                matches!(text.parse::<Address>(), Err(Error::Address { .. })),
                "{text}"
            );
        }
    }
}
