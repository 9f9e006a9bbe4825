//! One phone as the wire sees it: a non-blocking socket, the upgrade, masked frames out, plain frames in. It keeps no
//! buffer while nothing waits, and reads through one that all phones share: the generator must cost less than the server.

use std::io::{Cursor, ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use mio::net::TcpStream;
use socket2::{Domain, SockRef, Socket, Type};
use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::{Control, Data, OpCode};

/// What a phone is told.
#[derive(Debug, PartialEq)]
pub enum Heard<'a> {
    /// The upgrade was answered; from now on there are frames.
    Opened,
    Text(&'a [u8]),
    Lost(Lost),
}

/// Why a line is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// Nobody listens, or the line was cut before the upgrade was answered.
    Refused,
    /// The upgrade was answered with another status than 101.
    Turned(u16),
    /// The server said goodbye, with this code of the protocol (1005: none).
    Closed(u16),
    /// The line was cut.
    Cut,
    /// What came is no frame of a server.
    Nonsense,
}

/// Bytes of the longest head of an answer and of the longest frame that are taken.
const HEAD_MAX: usize = 16 * 1024;
const FRAME_MAX: u64 = 16 * 1024 * 1024;

#[derive(Default)]
pub struct Phone {
    line: Option<TcpStream>,
    open: bool,
    /// A head or frame that has not come in full.
    rest: Vec<u8>,
    /// What the kernel has not taken yet.
    out: Vec<u8>,
}

impl Phone {
    /// Begins to connect and leaves the upgrade request to be sent. `from`: many phones behind one address would run
    /// out of ports.
    pub fn dial(
        &mut self,
        server: SocketAddr,
        from: Ipv4Addr,
        request: &[u8],
    ) -> std::io::Result<&mut TcpStream> {
        let socket = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
        socket.set_nonblocking(true)?;
        socket.set_tcp_nodelay(true)?;
        if server.is_ipv4() {
            socket.bind(&SocketAddr::new(IpAddr::V4(from), 0).into())?;
        }
        // A non-blocking connect is under way, or has failed, once this returns; the poll tells which.
        let _ = socket.connect(&server.into());
        self.open = false;
        self.rest = Vec::new();
        self.out = request.to_vec();
        Ok(self.line.insert(TcpStream::from_std(socket.into())))
    }

    /// Connected or on the way.
    pub fn has_line(&self) -> bool {
        self.line.is_some()
    }

    /// Lets the line go: with a goodbye of TCP, or with a reset as when a network is gone.
    pub fn drop_line(&mut self, reset: bool) {
        if let Some(line) = self.line.take()
            && reset
        {
            let _ = SockRef::from(&line).set_linger(Some(std::time::Duration::ZERO));
        }
        *self = Self::default();
    }

    /// Sends one text message.
    pub fn say(&mut self, text: &[u8]) -> Result<(), Lost> {
        self.frame(OpCode::Data(Data::Text), text)
    }

    fn frame(&mut self, opcode: OpCode, payload: &[u8]) -> Result<(), Lost> {
        let mask: [u8; 4] = rand::random();
        let header = FrameHeader {
            opcode,
            mask: Some(mask),
            ..FrameHeader::default()
        };
        let length = payload.len() as u64;
        let mut bytes = Vec::with_capacity(header.len(length) + payload.len());
        header
            .format(length, &mut bytes)
            .map_err(|_| Lost::Nonsense)?;
        bytes.extend(payload.iter().zip(mask.iter().cycle()).map(|(a, b)| a ^ b));
        if self.out.is_empty() {
            self.out = bytes;
            self.flush()
        } else {
            self.out.extend(bytes);
            Ok(())
        }
    }

    /// Gives the kernel what it takes now.
    pub fn flush(&mut self) -> Result<(), Lost> {
        let gone = if self.open { Lost::Cut } else { Lost::Refused };
        let Some(line) = &mut self.line else {
            return Err(gone);
        };
        let mut sent = 0;
        while sent < self.out.len() {
            match line.write(&self.out[sent..]) {
                Ok(0) => return Err(gone),
                Ok(n) => sent += n,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::WouldBlock | ErrorKind::NotConnected
                    ) =>
                {
                    self.out.drain(..sent);
                    return Ok(());
                }
                Err(_) => return Err(gone),
            }
        }
        self.out = Vec::new();
        Ok(())
    }

    /// Reads what has come. `to_the_end`: the other side has closed, so a short read is not the last one.
    pub fn read(
        &mut self,
        buffer: &mut [u8],
        to_the_end: bool,
        hear: &mut impl FnMut(Heard<'_>),
    ) -> Result<(), Lost> {
        loop {
            let gone = if self.open { Lost::Cut } else { Lost::Refused };
            let Some(line) = &mut self.line else {
                return Err(gone);
            };
            let n = match line.read(buffer) {
                Ok(0) => return Err(gone),
                Ok(n) => n,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::WouldBlock | ErrorKind::NotConnected
                    ) =>
                {
                    return Ok(());
                }
                Err(_) => return Err(gone),
            };
            self.take(&buffer[..n], hear)?;
            // Fewer than asked for: the kernel has no more, and tells when it has.
            if n < buffer.len() && !to_the_end {
                return Ok(());
            }
        }
    }

    fn take(&mut self, bytes: &[u8], hear: &mut impl FnMut(Heard<'_>)) -> Result<(), Lost> {
        if self.rest.is_empty() {
            let used = self.take_whole(bytes, hear)?;
            self.rest.extend_from_slice(&bytes[used..]);
        } else {
            let mut all = std::mem::take(&mut self.rest);
            all.extend_from_slice(bytes);
            let used = self.take_whole(&all, hear)?;
            if used < all.len() {
                all.drain(..used);
                self.rest = all;
            }
        }
        Ok(())
    }

    /// Takes the head and the frames that are there in full; how many bytes these were.
    fn take_whole(
        &mut self,
        bytes: &[u8],
        hear: &mut impl FnMut(Heard<'_>),
    ) -> Result<usize, Lost> {
        let mut at = 0;
        if !self.open {
            let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
                return if bytes.len() > HEAD_MAX {
                    Err(Lost::Nonsense)
                } else {
                    Ok(0)
                };
            };
            match status(bytes) {
                Some(101) => {}
                Some(other) => return Err(Lost::Turned(other)),
                None => return Err(Lost::Nonsense),
            }
            self.open = true;
            at = end + 4;
            hear(Heard::Opened);
        }
        loop {
            let mut cursor = Cursor::new(&bytes[at..]);
            let parsed = FrameHeader::parse(&mut cursor).map_err(|_| Lost::Nonsense)?;
            let Some((header, length)) = parsed else {
                return Ok(at);
            };
            if length > FRAME_MAX || header.mask.is_some() || !header.is_final {
                return Err(Lost::Nonsense);
            }
            let from = at + cursor.position() as usize;
            let to = from + length as usize;
            let Some(payload) = bytes.get(from..to) else {
                return Ok(at);
            };
            match header.opcode {
                OpCode::Data(Data::Text) => hear(Heard::Text(payload)),
                OpCode::Control(Control::Ping) => {
                    self.frame(OpCode::Control(Control::Pong), payload)?;
                }
                OpCode::Control(Control::Close) => {
                    return Err(Lost::Closed(match payload {
                        [high, low, ..] => u16::from_be_bytes([*high, *low]),
                        _ => 1005,
                    }));
                }
                // Pictures of runs, and pongs.
                _ => {}
            }
            at = to;
        }
    }
}

/// The status of an answer's first line.
fn status(head: &[u8]) -> Option<u16> {
    let line = std::str::from_utf8(head.get(..12)?).ok()?;
    line.strip_prefix("HTTP/1.1 ")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n";

    /// What a phone says that it heard, where the bytes come in pieces of this size.
    fn hears(bytes: &[u8], piece: usize) -> (Vec<String>, Option<Lost>) {
        let (mut phone, mut heard) = (Phone::default(), Vec::new());
        for some in bytes.chunks(piece) {
            let taken = phone.take(some, &mut |what| {
                heard.push(match what {
                    Heard::Text(text) => String::from_utf8_lossy(text).into_owned(),
                    other => format!("{other:?}"),
                });
            });
            if let Err(lost) = taken {
                return (heard, Some(lost));
            }
        }
        (heard, None)
    }

    #[test]
    fn frames_are_the_same_in_whatever_pieces_they_come() {
        let long = "x".repeat(70_000);
        let mut bytes = HEAD.to_vec();
        for text in ["one", &"y".repeat(300), "", &long] {
            let header = FrameHeader {
                opcode: OpCode::Data(Data::Text),
                ..FrameHeader::default()
            };
            header.format(text.len() as u64, &mut bytes).unwrap();
            bytes.extend(text.as_bytes());
        }
        bytes.extend([0x88, 2, 0x0f, 0xac]);
        for piece in [1, 2, 3, 7, 1000, bytes.len()] {
            let (heard, lost) = hears(&bytes, piece);
            assert_eq!(
                heard,
                ["Opened", "one", &"y".repeat(300), "", &long],
                "{piece}"
            );
            assert_eq!(lost, Some(Lost::Closed(4012)), "{piece}");
        }
    }

    #[test]
    fn a_refusal_and_what_no_server_sends_are_told_apart() {
        let full = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\n\r\n";
        assert_eq!(hears(full, 9).1, Some(Lost::Turned(503)));
        let masked = [HEAD, &[0x81, 0x81, 1, 2, 3, 4, 5]].concat();
        assert_eq!(hears(&masked, 100).1, Some(Lost::Nonsense));
        let fragment = [HEAD, &[0x01, 0x01, 5]].concat();
        assert_eq!(hears(&fragment, 100).1, Some(Lost::Nonsense));
    }
}
