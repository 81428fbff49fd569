//! Says back what comes over a WebSocket, for suites that test the framing.
//!
//! `cargo run --example websocket_echo -- 127.0.0.1:9001 [MESSAGE_BYTES]`; prints the address.

use std::error::Error;

use tokio::net::TcpListener;

/// The suites send messages of up to 16 MiB.
const MESSAGE_BYTES: usize = 64 * 1024 * 1024;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let message_bytes = match arguments.next() {
        Some(bytes) => bytes.parse()?,
        None => MESSAGE_BYTES,
    };
    let listener = TcpListener::bind(address).await?;
    println!("ws://{}/", listener.local_addr()?);
    gateway::echo::serve(listener, message_bytes).await?;
    Ok(())
}
