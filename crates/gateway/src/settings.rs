use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

/// Who may make an account through the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    /// Anyone.
    Open,
    /// Nobody; an operator makes the accounts.
    Closed,
}

impl Registration {
    /// The word in the configuration and in `/app-config.json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

/// What the gateway is told by the binary that runs it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What the messenger calls this server.
    pub name: String,
    /// Which build this is, for `/version`.
    pub build: String,
    /// Who may make an account.
    pub registration: Registration,
    /// Origins (`https://www.example.org`) whose pages may use the API and the WebSocket, besides
    /// the server's own.
    pub origins: Vec<String>,
    /// Origins whose pages may show the messenger in a frame.
    pub frame_ancestors: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Connections at once.
    pub connections: usize,
    /// Connections at once from one address (IPv6: from one /64), trusted proxies excepted.
    pub connections_per_address: usize,
    /// Time for the head of a request.
    pub head_time: Duration,
    /// The largest head of a request, in bytes.
    pub head_bytes: usize,
    /// Time for the body of a request.
    pub body_time: Duration,
    /// Time for a WebSocket to take what is written to it.
    pub write_time: Duration,
    /// Time for a WebSocket's first frame, when it has to carry the token.
    pub auth_time: Duration,
    /// A WebSocket that was silent for so long is pinged.
    pub ping: Duration,
    /// A WebSocket that was silent for so long is dead.
    pub dead: Duration,
    /// An event stream gets a comment after so much silence.
    pub keep_alive: Duration,
    /// Time for everyone to leave when the gateway drains.
    pub drain: Duration,
    /// Threads that carry connections; one for each processor when absent.
    pub threads: Option<usize>,
    /// Many connections may be written to by one system call (`io_uring`), where the kernel allows
    /// it.
    pub io_uring: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: "Switchboard".to_owned(),
            build: "unknown".to_owned(),
            registration: Registration::Closed,
            origins: Vec::new(),
            frame_ancestors: Vec::new(),
            trusted_proxies: Vec::new(),
            connections: 100_000,
            connections_per_address: 1_000,
            head_time: Duration::from_secs(10),
            head_bytes: 16 * 1024,
            body_time: Duration::from_secs(30),
            write_time: Duration::from_secs(30),
            auth_time: Duration::from_secs(10),
            ping: Duration::from_secs(25),
            dead: Duration::from_mins(1),
            keep_alive: Duration::from_secs(15),
            drain: Duration::from_secs(20),
            threads: None,
            io_uring: true,
        }
    }
}

impl Settings {
    /// May a page of this origin use the API?
    pub(crate) fn allows_origin(&self, origin: &str) -> bool {
        self.origins.iter().any(|allowed| allowed == origin)
    }

    /// How many threads carry connections.
    pub(crate) fn shards(&self) -> usize {
        let processors = || std::thread::available_parallelism().map_or(1, Into::into);
        self.threads.unwrap_or_else(processors)
    }

    /// Is this the address of a proxy that is believed?
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        self.trusted_proxies
            .iter()
            .any(|network| network.contains(address))
    }
}

/// A range of addresses, `10.0.0.0/8` or a single one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    bits: u8,
}

impl Network {
    /// Is the address in the range? An IPv4 address that is written as IPv6 counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0);
                (base.to_bits() ^ address.to_bits()) & mask == 0
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                let mask = u128::MAX
                    .checked_shl(128 - u32::from(self.bits))
                    .unwrap_or(0);
                (base.to_bits() ^ address.to_bits()) & mask == 0
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refuse = || format!("`{text}` is no address or range such as 10.0.0.0/8");
        let (base, bits) = text
            .split_once('/')
            .map_or((text, None), |(a, b)| (a, Some(b)));
        let base: IpAddr = base.parse().map_err(|_| refuse())?;
        let most = if base.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| bits.parse().map_err(|_| refuse()))?;
        if bits > most {
            Err(refuse())
        } else {
            Ok(Self { base, bits })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Network;

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    #[test]
    fn a_range_holds_what_shares_its_first_bits() {
        let ten = network("10.0.0.0/8");
        assert!(ten.contains("10.200.3.4".parse().unwrap()));
        assert!(ten.contains("::ffff:10.1.1.1".parse().unwrap()));
        assert!(!ten.contains("11.0.0.1".parse().unwrap()));
        assert!(network("0.0.0.0/0").contains("1.2.3.4".parse().unwrap()));
        assert!(network("fd00::/8").contains("fd12::1".parse().unwrap()));
        assert!(!network("::1").contains("::2".parse().unwrap()));
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in [
            "",
            "10.0.0.0/33",
            "::/129",
            "10.0.0/8",
            "10.0.0.0/-1",
            "a/8",
        ] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}
