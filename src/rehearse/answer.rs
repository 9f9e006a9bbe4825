//! What a bot answers to a poll: something that the poll takes, whatever its kind.

use rand::RngExt;

use crate::protocol::{Answer, PollView};

/// How often a bot writes an answer of its own, where the poll takes them.
const WRITES_IN: f64 = 0.03;
/// Different write-ins of all bots together: a tally should not drown in them.
const WRITE_INS: u32 = 3;

/// None for a kind of poll that this version does not know.
pub fn answer(poll: &PollView, rng: &mut impl RngExt) -> Option<Answer> {
    let mut answer = match poll.kind.as_str() {
        "single" | "multiple" | "yes_no" => picks(poll, rng),
        "prediction" => match poll.answer.as_deref() {
            Some("probability") => Answer {
                probability: Some(rng.random_range(0..=100)),
                ..Answer::default()
            },
            _ => picks(poll, rng),
        },
        "number" => {
            let range = poll.range.as_ref()?;
            let number = rng.random_range(range.from..=range.to.max(range.from));
            Answer {
                write_in: Some(number.to_string()),
                ..Answer::default()
            }
        }
        _ => return None,
    };
    // "By when" may be left open.
    if !poll.horizons.is_empty() && rng.random_bool(0.8) {
        answer.by = Some(poll.horizons[rng.random_range(0..poll.horizons.len())].id);
    }
    Some(answer)
}

fn picks(poll: &PollView, rng: &mut impl RngExt) -> Answer {
    let mut ids: Vec<u16> = poll.options.iter().map(|option| option.id).collect();
    let ways = ids.len() + usize::from(poll.write_in);
    let min = (poll.min as usize).clamp(1, ways.max(1));
    let max = (poll.max as usize).clamp(min, ways.max(min));
    let many = rng.random_range(min..=max);
    // Where there are fewer options than picks, the rest has to be one's own words.
    let writes = poll.write_in && (many > ids.len() || rng.random_bool(WRITES_IN));
    let listed = many - usize::from(writes);
    let mut picks = Vec::with_capacity(listed);
    while picks.len() < listed && !ids.is_empty() {
        picks.push(ids.swap_remove(rng.random_range(0..ids.len())));
    }
    picks.sort_unstable();
    let written = || format!("Rehearsal answer {}", rng.random_range(1..=WRITE_INS));
    Answer {
        picks,
        write_in: writes.then(written),
        ..Answer::default()
    }
}
