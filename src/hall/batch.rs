//! Many sends in one system call.
//!
//! A broadcast is ten thousand sends of a few hundred bytes, and nearly all of its time is the kernel's. By `io_uring`
//! (Linux 6.1 and later) hundreds of them are handed over at once, which costs less than to call `send` for each
//! ([how much](../../docs/performance.md)). Where the system has none or none for us, as in many containers, each is sent
//! by itself.

use std::io;
use std::os::fd::BorrowedFd;

use rustix::net::{SendFlags, send};

/// As much as the socket takes at once; never waits.
const FLAGS: SendFlags = SendFlags::DONTWAIT.union(SendFlags::NOSIGNAL);

/// Bytes for a socket.
pub type Mail<'a> = (BorrowedFd<'a>, &'a [u8]);

/// Stays on the thread that made it: the system takes sends from no other.
pub struct Batch {
    /// None where one by one is the only way.
    #[cfg(target_os = "linux")]
    ring: Option<ring::Ring>,
}

impl Batch {
    pub fn new() -> Self {
        Self {
            #[cfg(target_os = "linux")]
            ring: match ring::Ring::new() {
                Ok(ring) => Some(ring),
                Err(error) => {
                    tracing::info!(%error, "no io_uring here: each send is a system call");
                    None
                }
            },
        }
    }

    #[cfg(test)]
    fn one_by_one(&mut self) {
        #[cfg(target_os = "linux")]
        {
            self.ring = None;
        }
    }

    /// Sends to each socket as many of its bytes as it takes now. What comes back is, in the same order, how many these
    /// were: [`io::ErrorKind::WouldBlock`] if none, another error if the socket takes no more at all.
    pub fn send(&mut self, mails: &[Mail]) -> Vec<io::Result<usize>> {
        let mut sent = Vec::with_capacity(mails.len());
        #[cfg(target_os = "linux")]
        if let Some(mut ring) = self.ring.take() {
            // Back in its place only if all went well: what one that failed still holds must never be handed over.
            match ring.send(mails, &mut sent) {
                Ok(()) => self.ring = Some(ring),
                Err(error) => {
                    tracing::warn!(%error, "io_uring failed: from now on each send is a system call")
                }
            }
        }
        let left = mails.iter().skip(sent.len());
        sent.extend(left.map(|(socket, bytes)| Ok(send(socket, bytes, FLAGS)?)));
        sent
    }
}

#[cfg(target_os = "linux")]
mod ring {
    use std::io;
    use std::os::fd::AsRawFd;

    use io_uring::types::Fd;
    use io_uring::{IoUring, opcode};

    use super::{FLAGS, Mail};

    /// Sends that are handed over at once.
    const ENTRIES: usize = 256;

    pub struct Ring {
        ring: IoUring,
        /// What came of the sends that were handed over last, by their place: bytes, or an error's number below zero.
        answers: [i32; ENTRIES],
    }

    impl Ring {
        /// # Errors
        /// If the system has none, or none for us.
        pub fn new() -> io::Result<Self> {
            let mut builder = IoUring::builder();
            // An answer is ready when the call returns, and a send that fails holds back none behind it.
            builder.setup_single_issuer().setup_defer_taskrun();
            builder.setup_submit_all().dontfork();
            Ok(Self {
                ring: builder.build(ENTRIES as u32)?,
                answers: [0; ENTRIES],
            })
        }

        /// Adds to `sent` what came of each.
        ///
        /// # Errors
        /// If the system took no more of them. Those without an answer in `sent` were not sent, and the ring must not be
        /// used again, since it still holds them.
        pub fn send(
            &mut self,
            mails: &[Mail],
            sent: &mut Vec<io::Result<usize>>,
        ) -> io::Result<()> {
            for some in mails.chunks(ENTRIES) {
                let (taken, result) = self.hand_over(some);
                let answers = self.answers.iter().take(taken);
                sent.extend(answers.map(|answer| {
                    usize::try_from(*answer).map_err(|_| io::Error::from_raw_os_error(-answer))
                }));
                result?;
            }
            Ok(())
        }

        /// Hands these over, [`ENTRIES`] at most, and returns when each that was taken has its answer: how many these were,
        /// from the first on, and why not all.
        ///
        /// The program's one unsafe call is in here. Its contract is `SubmissionQueue::push`'s: what an entry points to is
        /// valid until the entry's completion.
        ///
        /// 1. An entry points to the bytes of its mail and names its socket, and to nothing else; both are borrowed for as
        ///    long as this function runs.
        /// 2. It returns only when as many completions were read as the system has taken entries: that is, as were pushed,
        ///    less those that are in the queue still.
        /// 3. Entries that are in the queue still were not seen by the system, which looks there in `io_uring_enter` alone
        ///    (no polling thread is asked for). The ring is dropped then, which does not enter.
        /// 4. Nothing can panic between the first push and the return.
        #[expect(
            unsafe_code,
            reason = "io_uring has no safe interface; the contract is above"
        )]
        fn hand_over(&mut self, some: &[Mail]) -> (usize, io::Result<()>) {
            let mut pushed = 0;
            let mut queue = self.ring.submission();
            for ((socket, bytes), place) in some.iter().zip(0_u64..) {
                // What is over four gigabytes is sent in part, as by any send.
                let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
                let entry = opcode::Send::new(Fd(socket.as_raw_fd()), bytes.as_ptr(), length)
                    .flags(FLAGS.bits().cast_signed())
                    .build()
                    .user_data(place);
                // SAFETY: the contract above.
                if unsafe { queue.push(&entry) }.is_err() {
                    break;
                }
                pushed += 1;
            }
            drop(queue);
            let mut answered = 0;
            loop {
                let asked = self.ring.submit_and_wait(pushed - answered);
                for completion in self.ring.completion() {
                    answered += 1;
                    let place = usize::try_from(completion.user_data()).unwrap_or(ENTRIES);
                    if let Some(answer) = self.answers.get_mut(place) {
                        *answer = completion.result();
                    }
                }
                let unseen = self.ring.submission().len();
                if answered + unseen < pushed {
                    continue;
                }
                match asked {
                    Err(error) if unseen > 0 && error.kind() != io::ErrorKind::Interrupted => {
                        return (answered, Err(error));
                    }
                    _ if unseen > 0 => {}
                    _ if pushed < some.len() => {
                        return (answered, Err(io::ErrorKind::StorageFull.into()));
                    }
                    _ => return (answered, Ok(())),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{ErrorKind, Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::os::fd::AsFd;
    use std::time::Duration;

    use mio::{Events, Interest, Poll, Token};
    use proptest::prelude::*;
    use rustix::net::sockopt;

    use super::*;

    /// With the ring, where the system has one, and without.
    fn both() -> [Batch; 2] {
        let with = Batch::new();
        let mut without = Batch::new();
        without.one_by_one();
        [with, without]
    }

    /// Our side and the phone's.
    fn pairs(count: usize) -> Vec<(TcpStream, TcpStream)> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let pair = || {
            let phone = TcpStream::connect(address).unwrap();
            let (ours, _) = listener.accept().unwrap();
            sockopt::set_socket_send_buffer_size(&ours, 16 * 1024).unwrap();
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
        let mut pairs = pairs(600);
        let texts: Vec<Vec<u8>> = (0..600).map(|n| format!("for {n}").into_bytes()).collect();
        for mut batch in both() {
            assert!(batch.send(&[]).is_empty());
            for _ in 0..3 {
                let sent = batch.send(&mails(&pairs, &texts));
                let lengths = texts.iter().map(Vec::len);
                assert!(sent.into_iter().map(Result::unwrap).eq(lengths));
                for ((_, phone), text) in pairs.iter_mut().zip(&texts) {
                    assert_eq!(read(phone, text.len()), *text);
                }
            }
        }
    }

    #[test]
    fn who_has_left_and_who_takes_nothing_hold_up_nobody() {
        for mut batch in both() {
            let mut pairs = pairs(300);
            // Closed with something unread: the phone's system resets the connection.
            (&pairs[7].0).write_all(b"unread").unwrap();
            std::thread::sleep(Duration::from_millis(50));
            pairs[7].1 = pairs[8].1.try_clone().unwrap();
            // The system moves some of it on to the phone's side, and then there is room again.
            while (&pairs[9].0).write(&[0; 4096]).is_ok() {
                while (&pairs[9].0).write(&[0; 4096]).is_ok() {}
                std::thread::sleep(Duration::from_millis(50));
            }
            let texts = vec![b"to all".to_vec(); 300];
            let sent = batch.send(&mails(&pairs, &texts));
            for (place, sent) in sent.into_iter().enumerate() {
                match (place, sent) {
                    (7, Err(error)) => assert!(
                        matches!(
                            error.kind(),
                            ErrorKind::ConnectionReset | ErrorKind::BrokenPipe
                        ),
                        "{error}"
                    ),
                    (9, Err(error)) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
                    (7 | 9, Ok(n)) => panic!("{n} bytes went to {place}"),
                    (_, sent) => {
                        assert_eq!(sent.unwrap(), 6);
                        assert_eq!(read(&mut pairs[place].1, 6), b"to all");
                    }
                }
            }
        }
    }

    #[test]
    fn a_socket_that_took_only_a_part_says_when_it_takes_more() {
        for mut batch in both() {
            let (ours, mut phone) = pairs(1).remove(0);
            let mut ours = mio::net::TcpStream::from_std(ours);
            let mut poll = Poll::new().unwrap();
            let interest = Interest::WRITABLE;
            poll.registry()
                .register(&mut ours, Token(0), interest)
                .unwrap();
            let mut events = Events::with_capacity(4);
            let patience = Some(Duration::from_secs(10));
            poll.poll(&mut events, patience).unwrap();
            let text: Vec<u8> = (0..8_000_000_u32).map(|n| (n % 251) as u8).collect();
            let sent = batch.send(&[(ours.as_fd(), &text)]).remove(0).unwrap();
            assert!(sent > 0 && sent < text.len(), "{sent}");
            assert_eq!(read(&mut phone, sent), text[..sent]);
            poll.poll(&mut events, patience).unwrap();
            assert!(events.iter().any(mio::event::Event::is_writable));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        /// Whatever is sent, and however much of it is taken: what arrives is what was told.
        #[test]
        fn what_is_told_has_arrived(
            rounds in prop::collection::vec(prop::collection::vec(1..200_000_usize, 1..20), 1..4),
        ) {
            for mut batch in both() {
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
                        let sent = sent.unwrap();
                        prop_assert!(sent > 0);
                        prop_assert_eq!(read(phone, sent), &text[..sent]);
                    }
                }
            }
        }
    }
}
