//! What a phone shows first: what is asked now, then what the stage shows. `static/js/audience-view.js` arranges by the
//! same rule, so that nothing moves when it takes over from the page as it was served.

use crate::protocol::{PollView, Snapshot};

/// The polls of a page: those that come first, and those below everything else.
pub struct Asked {
    pub first: Vec<PollView>,
    pub past: Vec<PollView>,
}

/// 0: asked and on stage; 1: asked and not answered by this voter; 2: what the stage shows; 3: answered, still open;
/// 4: the rest, below everything else.
pub fn rank(snapshot: &Snapshot, poll: &PollView) -> u8 {
    let open = snapshot.session.state == "live" && poll.phase != "closed";
    let on_stage = snapshot.session.on_stage.as_ref() == Some(&poll.id);
    let answered = snapshot
        .ballots
        .iter()
        .any(|ballot| ballot.poll == poll.id && ballot.answer.is_some());
    match (open, on_stage, answered) {
        (true, true, _) => 0,
        (true, false, false) => 1,
        (false, true, _) => 2,
        (true, false, true) => 3,
        (false, false, _) => 4,
    }
}

/// Takes the polls out of the snapshot, in the order in which they are shown.
pub fn arrange(snapshot: &Snapshot) -> Asked {
    let mut first = snapshot.polls.clone();
    // Equals stay in the order of the agenda.
    first.sort_by_key(|poll| rank(snapshot, poll));
    let past = first.partition_point(|poll| rank(snapshot, poll) < 4);
    let past = first.split_off(past);
    Asked { first, past }
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
