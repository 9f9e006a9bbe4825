//! What the audience page is sent with: what can be voted on, and of the rest as much as keeps the page small.
//! The others come with the socket, or by a link where there is no JavaScript.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::protocol::{OwnBallot, SessionView, Snapshot};
use crate::web::{asked, page};

/// How much of the polls, as JSON, the page holds in any case. It has each twice, as a form and as data; compressed
/// with the page's own parts they stay within 8 KB.
const POLLS_BYTES: usize = 2400;

/// The page's copy of a snapshot.
pub struct First {
    /// Its polls in the order in which the page shows them.
    pub snapshot: Snapshot,
    /// From which poll on they stand below everything else.
    pub past_from: usize,
    /// The same as data for the page's script.
    pub json: String,
}

/// Leaves out of the page's copy what does not have to be there before its socket is, unless `all` is asked for. Polls
/// are put into the order in which the page shows them, from the first on, so that those that come later do not push
/// anything down. Each is encoded once: what is measured is what is sent.
pub fn keep(mut snapshot: Snapshot, all: bool) -> First {
    let past_from = asked::arrange(&mut snapshot);
    let mut room = POLLS_BYTES;
    let mut encoded = Vec::with_capacity(snapshot.polls.len());
    for poll in &snapshot.polls {
        let json = match serde_json::value::to_raw_value(poll) {
            Ok(json) => json,
            Err(error) => {
                tracing::error!(%error, "a poll could not be encoded");
                break;
            }
        };
        let size = json.get().len();
        if !all && !encoded.is_empty() && size > room {
            break;
        }
        room = room.saturating_sub(size);
        encoded.push(json);
    }
    let kept = encoded.len();
    let left_out = snapshot.polls.len() - kept;
    snapshot.polls.truncate(kept);
    if left_out > 0 {
        snapshot.left_out = u32::try_from(left_out).unwrap_or(u32::MAX);
        shorten(&mut snapshot);
    }
    First {
        json: page::json_in_script(&State::new(&snapshot, &encoded)),
        past_from: past_from.min(kept),
        snapshot,
    }
}

fn shorten(snapshot: &mut Snapshot) {
    let shown: Vec<_> = snapshot.polls.iter().map(|poll| poll.id.as_str()).collect();
    snapshot
        .ballots
        .retain(|ballot| shown.contains(&ballot.poll.as_str()));
    let current = snapshot.session.current.clone().unwrap_or_default();
    for segment in &mut snapshot.session.agenda {
        if segment.id != current {
            segment.blurb.clear();
            segment.links.clear();
        }
    }
}

/// A [`Snapshot`] without room and run, its polls encoded before.
#[derive(Serialize)]
struct State<'a> {
    v: u32,
    rev: u32,
    now: i64,
    session: &'a SessionView,
    polls: &'a [Box<RawValue>],
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<u32>,
    ballots: &'a [OwnBallot],
    #[serde(skip_serializing_if = "Option::is_none")]
    via: Option<&'a str>,
}

impl<'a> State<'a> {
    fn new(snapshot: &'a Snapshot, polls: &'a [Box<RawValue>]) -> Self {
        // By name, so that what a snapshot gets is thought of here.
        let Snapshot {
            v,
            rev,
            now,
            session,
            polls: _,
            left_out,
            ballots,
            via,
            presence: _,
            room: _,
            run: _,
        } = snapshot;
        Self {
            v: *v,
            rev: *rev,
            now: *now,
            session,
            polls,
            left_out: Some(*left_out).filter(|n| *n > 0),
            ballots,
            via: via.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Timestamp;
    use crate::protocol::{PollSpec, PollView};
    use crate::translate::preview;

    /// So many open polls, the second of which is past.
    fn snapshot(polls: usize) -> Snapshot {
        let spare = "CENTRE".parse().unwrap();
        let sheet = crate::sheet::read(crate::sheet::EXAMPLE, "example.toml", spare);
        let plan = sheet.ok().unwrap().plan;
        let poll = PollSpec {
            kind: "yes_no".to_string(),
            question: "Is <this> it?".to_string(),
            ..PollSpec::default()
        };
        let url = "http://localhost/CENTRE";
        let mut snapshot = preview::opened(plan, poll, None, url, Timestamp(5)).unwrap();
        let one = snapshot.polls.remove(0);
        snapshot.polls = (0..polls)
            .map(|n| PollView {
                id: format!("poll-{n}"),
                ..one.clone()
            })
            .collect();
        snapshot.polls[1].phase = "closed".to_string();
        snapshot.session.state = "live".to_string();
        snapshot.session.on_stage = None;
        snapshot.via = Some("zoom".to_string());
        snapshot
    }

    #[test]
    fn the_script_is_given_what_the_page_shows() {
        for (polls, all, left_out) in [(3, false, false), (60, false, true), (60, true, false)] {
            let first = keep(snapshot(polls), all);
            let read: Snapshot = serde_json::from_str(&first.json).unwrap();
            assert_eq!(read, first.snapshot);
            let kept = first.snapshot.polls.len();
            assert_eq!(kept + first.snapshot.left_out as usize, polls);
            assert_eq!(first.snapshot.left_out > 0, left_out);
            assert_eq!(first.past_from, if left_out { kept } else { kept - 1 });
            let past = first.snapshot.polls.get(first.past_from);
            assert_eq!(past.map(|poll| &*poll.id), (!left_out).then_some("poll-1"));
        }
    }
}
