//! What a phone shows first: what is asked now, then what the stage shows. `static/js/audience-view.js` arranges by the
//! same rule, so that nothing moves when it takes over from the page as it was served.

use crate::protocol::{PollView, Snapshot};

/// The rank of what is below everything else.
const PAST: u8 = 4;

/// 0: asked and on stage; 1: asked and not answered by this voter; 2: what the stage shows; 3: answered, still open;
/// 4: the rest, below everything else. Of an earlier segment that is also what still takes votes beside its result: the
/// host has gone on.
fn rank(snapshot: &Snapshot, poll: &PollView) -> u8 {
    let open = snapshot.session.state == "live" && poll.phase != "closed";
    let on_stage = snapshot.session.on_stage.as_ref() == Some(&poll.id);
    let gone_on = poll.revealed && poll.segment != snapshot.session.current;
    let answered = snapshot
        .ballots
        .iter()
        .any(|ballot| ballot.poll == poll.id && ballot.answer.is_some());
    match (open, on_stage, answered) {
        (true, true, _) => 0,
        (_, false, _) if gone_on => PAST,
        (true, false, false) => 1,
        (false, true, _) => 2,
        (true, false, true) => 3,
        (false, false, _) => PAST,
    }
}

/// Puts the polls into the order in which they are shown; from the one that is returned on they stand below everything
/// else.
pub fn arrange(snapshot: &mut Snapshot) -> usize {
    let mut polls = std::mem::take(&mut snapshot.polls);
    // Equals stay in the order of the agenda.
    polls.sort_by_cached_key(|poll| rank(snapshot, poll));
    let past_from = polls.partition_point(|poll| rank(snapshot, poll) < PAST);
    snapshot.polls = polls;
    past_from
}

/// Whether a demo's run is shown on phones: the current segment's, or whatever goes on.
pub fn shows_run(snapshot: &Snapshot) -> bool {
    let session = &snapshot.session;
    let going = |state: &str| state == "running" || state == "paused";
    session.state == "live"
        && session
            .runs
            .iter()
            .any(|run| session.current.as_ref() == Some(&run.segment) || going(&run.state))
}
