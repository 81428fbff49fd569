//! Opening the doors: sockets that listen, and the line that says where.

use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

use crate::stop::Stop;

/// Connections that wait to be accepted; the system may allow fewer.
const KNOCKS: u32 = 65_535;

/// A door that is open.
#[derive(Debug)]
pub(crate) struct Open {
    /// The socket.
    pub(crate) listener: TcpListener,
    /// Where it really is.
    pub(crate) address: SocketAddr,
}

/// Listens at the address of the setting `[section] listen`.
pub(crate) fn open(section: &str, address: SocketAddr) -> Result<Open, Stop> {
    let refuse = |error: &std::io::Error| Stop::Usage(advice(section, address, error));
    let listener = listen(address).map_err(|error| refuse(&error))?;
    let address = listener.local_addr().map_err(|error| refuse(&error))?;
    Ok(Open { listener, address })
}

/// As much room for who knocks at once as the system gives (`net.core.somaxconn`): who finds none
/// tries again only after a second.
fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(KNOCKS)
}

fn advice(section: &str, address: SocketAddr, error: &std::io::Error) -> String {
    use std::io::ErrorKind as K;
    let known = [
        (
            K::AddrInUse,
            "another program listens there; stop it, or choose another port (0: any)",
        ),
        (
            K::AddrNotAvailable,
            "this machine does not have that address",
        ),
        (
            K::PermissionDenied,
            "ports below 1024 need the right CAP_NET_BIND_SERVICE",
        ),
    ];
    let known = known.iter().find(|(kind, _)| *kind == error.kind());
    let why = known.map_or_else(|| error.to_string(), |(_, why)| (*why).to_owned());
    format!("[{section}] listen: cannot listen at {address}: {why}")
}

/// The line about a door: its name, padded so that the addresses stand below each other.
pub(crate) fn line(name: &str, url: &str) -> String {
    format!("{name:<9}{url}\n")
}

/// Where a browser on this machine finds a door: one that listens everywhere is also at home.
pub(crate) fn local(address: SocketAddr) -> SocketAddr {
    if !address.ip().is_unspecified() {
        return address;
    }
    let home: std::net::IpAddr = if address.is_ipv4() {
        std::net::Ipv4Addr::LOCALHOST.into()
    } else {
        std::net::Ipv6Addr::LOCALHOST.into()
    };
    SocketAddr::new(home, address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_port_in_use_is_told_with_its_setting() {
        let first = open("http", "127.0.0.1:0".parse().unwrap()).unwrap();
        let error = open("http", first.address).unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, Stop::Usage(_)), "{text}");
        assert!(
            text.starts_with("[http] listen: ") && text.contains("another program"),
            "{text}"
        );
        assert!(text.contains(&first.address.to_string()), "{text}");
    }

    #[test]
    fn what_listens_everywhere_is_opened_at_home() {
        let local = |text: &str| super::local(text.parse().unwrap()).to_string();
        assert_eq!(local("0.0.0.0:80"), "127.0.0.1:80");
        assert_eq!(local("[::]:80"), "[::1]:80");
        assert_eq!(local("10.0.0.1:80"), "10.0.0.1:80");
    }
}
