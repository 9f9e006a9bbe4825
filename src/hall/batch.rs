//! Many sends in one system call.
//!
//! A broadcast is ten thousand sends of a few hundred bytes, and nearly all of its time is the kernel's. By `io_uring`
//! (Linux 6.1 and later) hundreds of them are handed over at once, which costs less than to write to each
//! (`docs/performance.md`, "Fan-out"). Where the system has none, or none for us as in many containers, nothing is sent here.

use std::os::fd::BorrowedFd;

#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
mod ring;

#[cfg(not(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
)))]
mod ring {
    use std::io;

    use super::Mail;

    pub enum Ring {}

    impl Ring {
        pub fn new() -> io::Result<Self> {
            Err(io::ErrorKind::Unsupported.into())
        }

        pub fn send(&mut self, _: &[Mail], _: &mut Vec<usize>) -> io::Result<()> {
            match *self {}
        }
    }
}

/// Bytes for a socket.
pub type Mail<'a> = (BorrowedFd<'a>, &'a [u8]);

/// Stays on the thread that made it: the system takes sends from no other.
pub struct Batch(Option<ring::Ring>);

impl Batch {
    pub fn new() -> Self {
        let ring = ring::Ring::new();
        Self(ring.inspect_err(|error| tracing::info!(%error, "no io_uring here: each socket is written to by itself")).ok())
    }

    /// One that sends nothing.
    pub const fn none() -> Self {
        Self(None)
    }

    /// Sends to each socket as many of its bytes as it takes now: how many these were, in the same order. That may be fewer
    /// than it would take, or none: what is left is for the socket itself, which also says what is wrong with it.
    pub fn send(&mut self, mails: &[Mail]) -> Vec<usize> {
        let mut sent = Vec::with_capacity(mails.len());
        if let Some(mut ring) = self.0.take() {
            // Back in its place only if all went well: what one that failed still holds must never be handed over.
            match ring.send(mails, &mut sent) {
                Ok(()) => self.0 = Some(ring),
                Err(error) => {
                    tracing::warn!(%error, "io_uring failed: from now on each socket is written to by itself")
                }
            }
        }
        sent.resize(mails.len(), 0);
        sent
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::os::fd::AsFd;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    /// One with a ring. Where the system gives none (a container may not), the tests of what a ring does have nothing to do,
    /// and say so.
    fn with_ring() -> Option<Batch> {
        let batch = Batch::new();
        if batch.0.is_none() {
            eprintln!("no io_uring here: nothing is tested");
        }
        batch.0.is_some().then_some(batch)
    }

    /// Our side and the phone's.
    fn pairs(count: usize) -> Vec<(TcpStream, TcpStream)> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let pair = || {
            let phone = TcpStream::connect(address).unwrap();
            let (ours, _) = listener.accept().unwrap();
            let small = socket2::SockRef::from(&ours).set_send_buffer_size(16 * 1024);
            small.unwrap();
            ours.set_nonblocking(true).unwrap();
            let patience = Some(Duration::from_secs(10));
            phone.set_read_timeout(patience).unwrap();
            (ours, phone)
        };
        (0..count).map(|_| pair()).collect()
    }

    fn mails<'a>(pairs: &'a [(TcpStream, TcpStream)], texts: &'a [Vec<u8>]) -> Vec<Mail<'a>> {
        let mail = |((ours, _), text): (&'a (TcpStream, _), &'a Vec<u8>)| (ours.as_fd(), &text[..]);
        pairs.iter().zip(texts).map(mail).collect()
    }

    fn read(phone: &mut TcpStream, bytes: usize) -> Vec<u8> {
        let mut read = vec![0; bytes];
        phone.read_exact(&mut read).unwrap();
        read
    }

    #[test]
    fn more_than_are_handed_over_at_once_each_get_their_own() {
        let Some(mut batch) = with_ring() else { return };
        let mut pairs = pairs(270);
        let texts: Vec<Vec<u8>> = (0..270).map(|n| format!("for {n}").into_bytes()).collect();
        assert!(batch.send(&[]).is_empty());
        for _ in 0..3 {
            let sent = batch.send(&mails(&pairs, &texts));
            assert!(sent.into_iter().eq(texts.iter().map(Vec::len)));
            for ((_, phone), text) in pairs.iter_mut().zip(&texts) {
                assert_eq!(read(phone, text.len()), *text);
            }
        }
        assert!(batch.0.is_some());
    }

    #[test]
    fn who_has_left_and_who_takes_nothing_hold_up_nobody() {
        let Some(mut batch) = with_ring() else { return };
        let mut pairs = pairs(40);
        // Closed with something unread: the phone's system resets the connection.
        (&pairs[7].0).write_all(b"unread").unwrap();
        std::thread::sleep(Duration::from_millis(50));
        pairs[7].1 = pairs[8].1.try_clone().unwrap();
        // The system moves some of it on to the phone's side, and then there is room again.
        while (&pairs[9].0).write(&[0; 4096]).is_ok() {
            while (&pairs[9].0).write(&[0; 4096]).is_ok() {}
            std::thread::sleep(Duration::from_millis(50));
        }
        let texts = vec![b"to all".to_vec(); 40];
        let sent = batch.send(&mails(&pairs, &texts));
        for (place, sent) in sent.into_iter().enumerate() {
            if place == 7 {
                assert_eq!(sent, 0);
            } else if place != 9 {
                assert_eq!(sent, 6);
                assert_eq!(read(&mut pairs[place].1, 6), b"to all");
            } else {
                assert_eq!(sent, 0);
            }
        }
        assert!(batch.0.is_some());
    }

    /// The system takes nothing from another thread than the ring's: what was not taken is not sent later either.
    #[test]
    fn one_that_fails_has_sent_nothing_and_is_not_used_again() {
        let Some(mut batch) = with_ring() else { return };
        let mut pairs = pairs(20);
        let texts = vec![b"once".to_vec(); 20];
        let elsewhere = std::thread::scope(|scope| {
            let elsewhere = || (batch.send(&mails(&pairs, &texts)), batch.0.is_none());
            scope.spawn(elsewhere).join().unwrap()
        });
        assert_eq!(elsewhere, (vec![0; 20], true));
        assert_eq!(batch.send(&mails(&pairs, &texts)), [0; 20]);
        for (ours, phone) in &mut pairs {
            ours.write_all(b"by hand").unwrap();
            ours.shutdown(std::net::Shutdown::Write).unwrap();
            let mut all = Vec::new();
            phone.read_to_end(&mut all).unwrap();
            assert_eq!(all, b"by hand");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// Whatever is sent, and however much of it is taken: what arrives is what was told.
        #[test]
        fn what_is_told_has_arrived(
            rounds in prop::collection::vec(prop::collection::vec(1..200_000_usize, 1..20), 1..4),
        ) {
            let Some(mut batch) = with_ring() else { return Ok(()) };
            let mut pairs = pairs(20);
            for (round, lengths) in rounds.iter().enumerate() {
                let text = |(place, length): (usize, &usize)| {
                    let letter = |n: usize| ((n * 7 + place * 3 + round) % 251) as u8;
                    (0..*length).map(letter).collect::<Vec<u8>>()
                };
                let texts: Vec<Vec<u8>> = lengths.iter().enumerate().map(text).collect();
                let sent = batch.send(&mails(&pairs, &texts));
                prop_assert_eq!(sent.len(), texts.len());
                for ((sent, text), (_, phone)) in sent.into_iter().zip(&texts).zip(&mut pairs) {
                    // Later ones may find what came before still on its way.
                    prop_assert!(round > 0 || sent > 0);
                    prop_assert_eq!(read(phone, sent), &text[..sent]);
                }
            }
            prop_assert!(batch.0.is_some());
        }
    }
}
