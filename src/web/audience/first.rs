//! What the audience page is sent with: what can be voted on, and of the rest as much as keeps the page small.
//! The others come with the socket, or by a link where there is no JavaScript.

use crate::protocol::Snapshot;
use crate::web::asked;

/// How much of the polls, as JSON, the page holds in any case. It has each twice, as a form and as data; compressed
/// with the page's own parts they stay within 8 KB.
const POLLS_BYTES: usize = 2400;

/// Leaves out of the page's copy what does not have to be there before its socket is. Polls stay in the order in
/// which the page shows them, from the first on, so that those that come later do not push anything down.
pub fn keep(snapshot: &mut Snapshot, all: bool) {
    let mut polls = std::mem::take(&mut snapshot.polls);
    polls.sort_by_key(|poll| asked::rank(snapshot, poll));
    snapshot.polls = polls;
    if all {
        return;
    }
    let mut room = POLLS_BYTES;
    let mut kept = 0;
    for poll in &snapshot.polls {
        let size = serde_json::to_vec(poll).map_or(0, |json| json.len());
        if kept > 0 && size > room {
            break;
        }
        room = room.saturating_sub(size);
        kept += 1;
    }
    snapshot.left_out = u32::try_from(snapshot.polls.len() - kept).unwrap_or(u32::MAX);
    snapshot.polls.truncate(kept);
    if snapshot.left_out == 0 {
        return;
    }
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
