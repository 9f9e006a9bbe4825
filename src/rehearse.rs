//! A bot audience for the evening before: it joins one's own session as phones do, votes, asks, reacts, sleeps and
//! comes back; then it says what people would feel, and where it would hurt first.
//!
//! Nothing here knows the server but by its protocol: a bot loads the page, takes its cookie and opens a socket like
//! anyone. What it votes and asks is real, and stays in the session.
//!
//! In reading order: `target` (whom, and whether one may), `crowd` (who comes when), `phone` (one bot) with
//! `line`, `frames` and `answer`; `measure` with `counted`, `machine`; `verdict`, `report`.

mod answer;
mod counted;
mod crowd;
mod frames;
pub mod line;
pub mod machine;
mod measure;
mod phone;
pub mod report;
pub mod target;
mod verdict;

use std::time::Duration;

pub use self::crowd::{Look, Rehearsal};
pub use self::measure::Progress;
pub use self::verdict::Grade;

/// Most bots: as many as one machine may have sockets, see `docs/performance.md`.
pub const PEOPLE_MAX: u32 = 20_000;
pub const MINUTES_MAX: f64 = 30.0;
/// A shorter rehearsal sees nobody sleep and come back.
pub const MINUTES_MIN: f64 = 0.05;
/// Questions that all bots together may ask: a host has to close them one by one.
pub const QUESTIONS_MAX: u32 = 200;

/// How large a rehearsal is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Bots, 1 to [`PEOPLE_MAX`].
    pub people: u32,
    /// From the first to arrive until the last to leave, but for votes that still wait for their answer.
    pub length: Duration,
    /// Questions in all, 0 to [`QUESTIONS_MAX`].
    pub questions: u32,
}

impl Size {
    /// Says which of the three is out of bounds.
    pub fn checked(people: u32, minutes: f64, questions: u32) -> Result<Self, String> {
        if !(1..=PEOPLE_MAX).contains(&people) {
            return Err(format!(
                "--people is {people}; it must be between 1 and {PEOPLE_MAX}"
            ));
        }
        if !(MINUTES_MIN..=MINUTES_MAX).contains(&minutes) {
            return Err(format!(
                "--minutes is {minutes}; it must be between {MINUTES_MIN} and {MINUTES_MAX}"
            ));
        }
        if questions > QUESTIONS_MAX {
            return Err(format!(
                "--questions is {questions}; it must be at most {QUESTIONS_MAX}"
            ));
        }
        Ok(Self {
            people,
            length: Duration::from_secs_f64(minutes * 60.0),
            questions: questions.min(people),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rehearsal_is_bounded_in_people_time_and_questions() {
        assert!(Size::checked(20_000, 30.0, 200).is_ok());
        for (people, minutes, questions, named) in [
            (0, 3.0, 0, "--people"),
            (20_001, 3.0, 0, "--people"),
            (10, 0.0, 0, "--minutes"),
            (10, 30.1, 0, "--minutes"),
            (10, f64::NAN, 0, "--minutes"),
            (10, 3.0, 201, "--questions"),
        ] {
            let told = Size::checked(people, minutes, questions).unwrap_err();
            assert!(told.contains(named), "{told}");
        }
        assert_eq!(Size::checked(3, 1.0, 20).unwrap().questions, 3);
    }
}
