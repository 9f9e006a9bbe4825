//! A poll as a phone will show it, before it is opened.

use crate::domain::command::{Command, HostAsk, Role};
use crate::domain::decide::decide;
use crate::domain::fact::Recorded;
use crate::domain::plan::{PollPlan, SessionPlan};
use crate::domain::refusal::Refusal;
use crate::domain::session::Session;
use crate::ids::Timestamp;
use crate::protocol::{PollSpec, Snapshot, VERSION};

use super::{hear, show};

/// What the audience would be shown if this poll were opened now, in this segment, and no other.
///
/// # Errors
/// If there cannot be such a poll: which field is at fault.
pub fn opened(
    mut plan: SessionPlan,
    mut poll: PollSpec,
    segment: Option<String>,
    join_url: &str,
    now: Timestamp,
) -> Result<Snapshot, Refusal> {
    // What it sets going is nothing that a phone shows, and it may be about to be made.
    (poll.steers, poll.step) = (None, None);
    let mut poll: PollPlan = hear::poll_to_show(poll, segment)?;
    let known = |id: &crate::ids::SegmentId| plan.agenda.iter().any(|one| one.id == *id);
    poll.segment = poll.segment.filter(known);
    let open = HostAsk::OpenPoll {
        poll: poll.id.clone(),
        seconds: None,
    };
    plan.polls = vec![poll];
    let mut session = Session::created(plan);
    for fact in decide(&session, Role::Host, &Command::Host(open), now)? {
        let seq = session.seq + 1;
        session.apply(&Recorded { seq, at: now, fact });
    }
    Ok(Snapshot {
        v: VERSION,
        rev: session.rev,
        now: now.0,
        session: show::session(&session, Role::Audience, join_url),
        polls: show::polls(&session, Role::Audience),
        left_out: 0,
        ballots: Vec::new(),
        via: None,
        presence: None,
        room: None,
        run: None,
    })
}
