//! The pictures of a run, to go back to: all of them at first, then every second, every fourth and so on, so that a
//! film has a bounded length however long the run is. The newest is always there.

use std::io::{self, Read, Write};

use super::sheet::Shot;

/// Pictures of a film.
pub const FRAMES_MAX: usize = 240;
/// Bytes that one picture of a film may have where it is read back.
const BYTES_MAX: u32 = 1 << 20;
const MAGIC: &[u8; 8] = b"salfilm1";

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Film {
    shots: Vec<Shot>,
    /// Frames that one kept picture stands for; 0 before the first.
    every: u32,
}

impl Film {
    pub fn shots(&self) -> &[Shot] {
        &self.shots
    }

    pub fn take(&mut self, shot: Shot) {
        self.every = self.every.max(1);
        // What is off the stride is kept only until the next one comes.
        if let Some(last) = self.shots.last()
            && (last.frame % self.every != 0 || last.frame == shot.frame)
            && self.shots.len() > 1
        {
            self.shots.pop();
        }
        self.shots.push(shot);
        while self.shots.len() > FRAMES_MAX {
            self.every = self.every.saturating_mul(2);
            let (every, last) = (self.every, self.shots.len() - 1);
            let mut place = 0;
            self.shots.retain(|shot| {
                let kept = place == 0 || place == last || shot.frame % every == 0;
                place += 1;
                kept
            });
        }
    }

    /// The same pictures, of the run of this number.
    pub fn of_run(&self, number: u32) -> Self {
        Self {
            shots: self.shots.iter().map(|shot| shot.of_run(number)).collect(),
            every: self.every,
        }
    }

    /// Eight bytes of magic, the count, then step, frame, length and bytes of each picture; numbers are u32, little-endian.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, to: &mut impl Write) -> io::Result<()> {
        to.write_all(MAGIC)?;
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        to.write_all(&number(self.shots.len()).to_le_bytes())?;
        for shot in &self.shots {
            for n in [shot.step, shot.frame, number(shot.bytes.len())] {
                to.write_all(&n.to_le_bytes())?;
            }
            to.write_all(&shot.bytes)?;
        }
        Ok(())
    }

    /// # Errors
    /// If it is cut off, too long, or no film.
    pub fn read(from: &mut impl Read) -> io::Result<Self> {
        let bad = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why.to_string());
        let mut magic = [0; 8];
        from.read_exact(&mut magic)?;
        if magic != *MAGIC {
            return Err(bad("is no film of this program"));
        }
        let mut number = || {
            let mut bytes = [0; 4];
            from.read_exact(&mut bytes).map(|()| bytes)
        };
        let count = u32::from_le_bytes(number()?);
        if count as usize > FRAMES_MAX {
            return Err(bad("has more pictures than a film may have"));
        }
        let mut film = Self::default();
        for _ in 0..count {
            let mut head = [0; 12];
            from.read_exact(&mut head)?;
            let word = |at: usize| {
                let bytes = [head[at], head[at + 1], head[at + 2], head[at + 3]];
                u32::from_le_bytes(bytes)
            };
            if word(8) > BYTES_MAX {
                return Err(bad("has a picture that is too large"));
            }
            let mut bytes = vec![0; word(8) as usize];
            from.read_exact(&mut bytes)?;
            film.shots.push(Shot {
                step: word(0),
                frame: word(4),
                bytes: bytes.into(),
            });
        }
        Ok(film)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shot(frame: u32) -> Shot {
        Shot {
            step: frame * 10,
            frame,
            bytes: vec![7; 1 + (frame % 5) as usize].into(),
        }
    }

    proptest! {
        #[test]
        fn a_film_is_bounded_in_order_and_has_both_ends(n in 1..3_000_u32) {
            let mut film = Film::default();
            (1..=n).for_each(|frame| film.take(shot(frame)));
            let frames: Vec<u32> = film.shots().iter().map(|shot| shot.frame).collect();
            prop_assert!(frames.len() <= FRAMES_MAX && 2 * frames.len() + 2 > (n as usize).min(FRAMES_MAX));
            prop_assert!(frames.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert_eq!((frames[0], frames[frames.len() - 1]), (1, n));
            let mut bytes = Vec::new();
            film.write(&mut bytes).unwrap();
            let again = Film::read(&mut bytes.as_slice()).unwrap();
            prop_assert_eq!(again.shots(), film.shots());
            bytes.pop();
            prop_assert!(Film::read(&mut bytes.as_slice()).is_err(), "cut off");
        }
    }

    #[test]
    fn what_is_no_film_is_refused() {
        assert!(Film::read(&mut &b"salfilm2\0\0\0\0"[..]).is_err());
        let mut many = MAGIC.to_vec();
        many.extend(u32::MAX.to_le_bytes());
        assert!(Film::read(&mut many.as_slice()).is_err());
        let mut large = MAGIC.to_vec();
        for n in [1_u32, 0, 1, u32::MAX] {
            large.extend(n.to_le_bytes());
        }
        assert!(Film::read(&mut large.as_slice()).is_err());
    }
}
