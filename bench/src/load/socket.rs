//! Sockets that never wait.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, SendFlags, SocketFlags, SocketType, bind, connect, send, socket_with, sockopt,
};

/// Connections that share one address of ours. The kernel has some 28,000 ports for each.
const EACH: usize = 20_000;

/// Begins connection number `index`.
pub(super) fn dial(to: SocketAddr, index: usize) -> Result<OwnedFd, Errno> {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let socket = socket_with(AddressFamily::INET, SocketType::STREAM, flags, None)?;
    sockopt::set_tcp_nodelay(&socket, true)?;
    if index >= EACH {
        bind(&socket, &source(index))?;
    }
    match connect(&socket, &to) {
        Ok(()) | Err(Errno::INPROGRESS) => Ok(socket),
        Err(error) => Err(error),
    }
}

/// Beyond the first [`EACH`] connections, another address of the loopback network for each so many.
fn source(index: usize) -> SocketAddr {
    let last = u8::try_from(1 + index / EACH).unwrap_or(u8::MAX);
    SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 0, 0, last)), 0)
}

/// Sends what goes now; how many bytes that were.
pub(super) fn push(socket: &OwnedFd, bytes: &[u8]) -> Result<usize, Errno> {
    match send(socket, bytes, SendFlags::NOSIGNAL) {
        Err(Errno::AGAIN | Errno::INPROGRESS | Errno::NOTCONN) => Ok(0),
        sent => sent,
    }
}

/// Lets the socket be cut off when it is closed (RST), as by a device that lost its network and
/// came back with another address.
pub(super) fn cut_on_close(socket: &OwnedFd) -> Result<(), Errno> {
    sockopt::set_socket_linger(socket, Some(std::time::Duration::ZERO))
}
