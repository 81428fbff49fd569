//! A WebSocket server that sends every message back: the codec with nothing around it, for the
//! conformance suite. One thread for each connection; not for the open network.
//!
//! `cargo run --example frames_echo -- 127.0.0.1:9001 [MESSAGE_BYTES]`; prints the address.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use wire::websocket::{Decoder, Incoming, Input, accept_key, encode};

/// The suite sends messages of up to 16 MiB.
const MESSAGE_BYTES: usize = 16 << 20;

/// The longest request, in bytes.
const REQUEST_BYTES: usize = 8 << 10;

/// How long the other side may take for its half of the end.
const GOODBYE: Duration = Duration::from_secs(2);

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let limit = arguments.next().map(|bytes| bytes.parse()).transpose();
    let limit = limit.map_err(io::Error::other)?.unwrap_or(MESSAGE_BYTES);
    let listener = TcpListener::bind(address)?;
    println!("ws://{}/", listener.local_addr()?);
    for stream in listener.incoming() {
        let stream = stream?;
        // A connection that breaks off is no concern of the others.
        thread::spawn(move || serve(stream, limit).unwrap_or_default());
    }
    Ok(())
}

/// One connection, to its end.
fn serve(mut stream: TcpStream, limit: usize) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; 64 << 10];
    upgrade(&mut stream)?;
    let (mut decoder, mut out) = (Decoder::new(limit), Vec::new());
    let mut ends = false;
    while !ends {
        stream.write_all(&out)?;
        out.clear();
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        ends = answer(&mut decoder, &mut buffer[..count], &mut out);
    }
    stream.write_all(&out)?;
    stream.shutdown(Shutdown::Write)?;
    stream.set_read_timeout(Some(GOODBYE))?;
    while stream.read(&mut buffer)? > 0 {}
    Ok(())
}

/// Answers what was read; true when the connection ends.
fn answer(decoder: &mut Decoder, mut input: Input<'_>, out: &mut Vec<u8>) -> bool {
    loop {
        match decoder.next(&mut input) {
            Ok(Some(Incoming::Text(text))) => encode::text(out, &[text.as_bytes()]),
            Ok(Some(Incoming::Binary(bytes))) => encode::binary(out, &[&bytes]),
            Ok(Some(Incoming::Ping(payload))) => encode::pong(out, &payload),
            Ok(Some(Incoming::Pong)) => {}
            Ok(Some(Incoming::Close(None))) => {
                encode::close_silent(out);
                return true;
            }
            Ok(Some(Incoming::Close(Some((code, _))))) => {
                encode::close(out, code, "");
                return true;
            }
            Ok(None) => return false,
            Err(broken) => {
                encode::close(out, broken.code, broken.why);
                return true;
            }
        }
    }
}

/// Reads the request, byte by byte so that nothing beyond it is taken, and agrees (RFC 6455 §4.2.2).
fn upgrade(stream: &mut TcpStream) -> io::Result<()> {
    let (mut request, mut byte) = (Vec::new(), [0]);
    while !request.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        request.extend(byte);
        if request.len() > REQUEST_BYTES {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
    let text = String::from_utf8_lossy(&request);
    let headers = text.lines().filter_map(|line| line.split_once(':'));
    let key = headers.filter(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-key"));
    let key = key.map(|(_, key)| key.trim()).next_back();
    let accept = accept_key(key.ok_or(io::ErrorKind::InvalidData)?.as_bytes());
    stream.write_all(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
          Sec-WebSocket-Accept: ",
    )?;
    stream.write_all(&accept)?;
    stream.write_all(b"\r\n\r\n")
}
