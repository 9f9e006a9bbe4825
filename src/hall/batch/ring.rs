//! Sends handed over by `io_uring`.

use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::net::UnixStream;

use io_uring::types::Fd;
use io_uring::{IoUring, opcode};
use rustix::net::SendFlags;

use super::Mail;

/// Sends that are handed over at once.
const ENTRIES: usize = 256;

pub struct Ring {
    ring: IoUring,
    /// What came of the sends that were handed over last: bytes, or an error's number below zero.
    answers: [i32; ENTRIES],
}

impl Ring {
    /// # Errors
    /// If the system has none, or none that sends for us.
    pub fn new() -> io::Result<Self> {
        let mut builder = IoUring::builder();
        // One thread hands over and reads what came of it, so the system need not lock; and a send that fails holds back none
        // behind it.
        builder.setup_single_issuer().setup_defer_taskrun();
        builder.setup_submit_all().dontfork();
        let mut ring = Self {
            ring: builder.build(ENTRIES as u32)?,
            answers: [0; ENTRIES],
        };
        // There are systems that give a ring and then refuse what is asked of it.
        let (ours, _theirs) = UnixStream::pair()?;
        let mut sent = Vec::new();
        ring.send(&[(ours.as_fd(), b"!")], &mut sent)?;
        match sent[..] {
            [1] => Ok(ring),
            _ if ring.answers[0] < 0 => Err(io::Error::from_raw_os_error(-ring.answers[0])),
            _ => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    /// Adds to `sent` how many bytes of each were taken.
    ///
    /// # Errors
    /// If the system took no more of them. Those that are not in `sent`, or with no bytes, were not sent, and the ring must
    /// not be used again, since it still holds some.
    pub fn send(&mut self, mails: &[Mail], sent: &mut Vec<usize>) -> io::Result<()> {
        for some in mails.chunks(ENTRIES) {
            self.answers = [0; ENTRIES];
            let result = self.hand_over(some);
            let answers = self.answers.iter().take(some.len());
            sent.extend(answers.map(|answer| usize::try_from(*answer).unwrap_or(0)));
            result?;
        }
        Ok(())
    }

    /// Hands these over, [`ENTRIES`] at most, and returns when each that was taken has its answer.
    ///
    /// The program's one unsafe call is in here. Its contract is `SubmissionQueue::push`'s: what an entry points to is valid
    /// until the entry's completion.
    ///
    /// 1. An entry points to the bytes of its mail and names its socket, and to nothing else; both are borrowed for as long as
    ///    this function runs.
    /// 2. It returns only when as many completions were read as the system has taken entries: that is, as were pushed, less
    ///    those that are in the queue still. As long as one is missing it must go on, whatever the system says.
    /// 3. Entries that are in the queue still were not seen by the system, which looks there in `io_uring_enter` alone (no
    ///    polling thread is asked for). The ring is dropped then, which does not enter.
    /// 4. Nothing can panic between the first push and the return.
    #[expect(
        unsafe_code,
        reason = "io_uring has no safe interface; the contract is above"
    )]
    fn hand_over(&mut self, some: &[Mail]) -> io::Result<()> {
        let mut pushed = 0;
        let mut queue = self.ring.submission();
        for ((socket, bytes), entry) in some.iter().zip(0_u64..) {
            // What is over four gigabytes is sent in part, as by any send.
            let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
            let send = opcode::Send::new(Fd(socket.as_raw_fd()), bytes.as_ptr(), length)
                .flags(SendFlags::DONTWAIT.bits().cast_signed())
                .build()
                .user_data(entry);
            // SAFETY: the contract above.
            if unsafe { queue.push(&send) }.is_err() {
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
                let entry = usize::try_from(completion.user_data()).unwrap_or(ENTRIES);
                if let Some(answer) = self.answers.get_mut(entry) {
                    *answer = completion.result();
                }
            }
            if answered == pushed {
                return Ok(());
            }
            let unseen = self.ring.submission().len();
            if answered + unseen == pushed {
                asked?;
            }
        }
    }
}
