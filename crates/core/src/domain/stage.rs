//! What the stage shows. This is the one place that decides it: projector, embed, overlay and the desk's preview all
//! go by [`shown`].

use serde::{Deserialize, Serialize};

use super::decide::Action;
use super::fact::{Edit, State};
use super::poll::Phase;
use super::questions::Standing;
use super::session::Session;
use crate::ids::{PollId, QuestionId, SegmentId};

/// What the host put up last. It stays until something else is put up, or the host goes on to another segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Up {
    /// The current segment: its demo, or its card, whatever polls are open.
    Segment,
    Poll {
        poll: PollId,
    },
    Question {
        question: QuestionId,
    },
}

impl Up {
    pub fn poll(poll: &PollId) -> Self {
        Self::Poll { poll: poll.clone() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// The way in: before the start, and where no segment is current.
    Welcome,
    Poll(PollId),
    Question(QuestionId),
    /// The newest run of this segment's demo.
    Demo(SegmentId),
    /// Where the host is in this segment's walkthrough.
    Walk(SegmentId),
    /// The segment's card, with its questions where it has a place for them.
    Segment(SegmentId),
    /// The thank-you.
    Ended,
}

/// What the stage shows, the first of these that there is:
///
/// 1. before the start the way in, after the end the thank-you;
/// 2. what the host put up: a poll (with its result once that is revealed), a question that is read out;
/// 3. the demo or the walkthrough of the current segment;
/// 4. the open poll of the current segment, unless the host put the segment up;
/// 5. the card of the current segment;
/// 6. the way in.
pub fn shown(session: &Session) -> Shown {
    match session.state {
        State::Draft => return Shown::Welcome,
        State::Ended => return Shown::Ended,
        State::Live => {}
    }
    if let Some(shown) = session.up.as_ref().and_then(|up| still_there(session, up)) {
        return shown;
    }
    let current = session.current.as_ref();
    let Some(segment) = current.and_then(|id| session.segment(id).ok()) else {
        return Shown::Welcome;
    };
    let id = &segment.plan.id;
    if session.runs.contains_key(id) {
        return Shown::Demo(id.clone());
    }
    if segment.plan.is_walked() {
        return Shown::Walk(id.clone());
    }
    match open_poll_of(session, id) {
        Some(poll) if session.up != Some(Up::Segment) => Shown::Poll(poll),
        _ => Shown::Segment(id.clone()),
    }
}

/// A poll that was put up can be removed or taken back to a draft; a question leaves with its answer.
fn still_there(session: &Session, up: &Up) -> Option<Shown> {
    match up {
        Up::Segment => None,
        Up::Poll { poll } => {
            let held = session.poll(poll).ok()?;
            (held.phase != Phase::Draft).then(|| Shown::Poll(poll.clone()))
        }
        Up::Question { question } => {
            let held = session.questions.find(*question)?;
            let is_asked = matches!(held.standing, Standing::Asking { .. }) && held.is_listed();
            is_asked.then_some(Shown::Question(*question))
        }
    }
}

/// The one that was opened last.
fn open_poll_of(session: &Session, segment: &SegmentId) -> Option<PollId> {
    let polls = session.polls.iter();
    polls
        .filter(|poll| poll.plan.segment.as_ref() == Some(segment))
        .filter(|poll| matches!(poll.phase, Phase::Open { .. }))
        .max_by_key(|poll| poll.opened_at)
        .map(|poll| poll.plan.id.clone())
}

impl Session {
    /// The poll that the stage shows.
    pub fn on_stage(&self) -> Option<PollId> {
        match shown(self) {
            Shown::Poll(poll) => Some(poll),
            _ => None,
        }
    }
}

/// Puts something up, or with `None` leaves the stage to the current segment, if that is not so already.
pub(super) fn put_up(action: Action, session: &Session, up: Option<Up>) -> Action {
    let is_so = match (&up, shown(session)) {
        (Some(Up::Segment), shown) => {
            matches!(
                shown,
                Shown::Segment(_) | Shown::Demo(_) | Shown::Walk(_) | Shown::Welcome
            )
        }
        _ => up == session.up,
    };
    if is_so {
        return action;
    }
    action.edit(
        Edit::Up { up },
        Edit::Up {
            up: session.up.clone(),
        },
    )
}
