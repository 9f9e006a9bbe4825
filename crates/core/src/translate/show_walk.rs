//! Walkthroughs → what a role may see of them.

use crate::domain::command::Role;
use crate::domain::demo::svd;
use crate::domain::fact::State;
use crate::domain::poll::Poll;
use crate::domain::session::{Segment, Session};
use crate::domain::walk::{Fields, Sent, Walk, first_step, waiting};
use crate::ids::{AskerKey, SegmentId};
use crate::protocol::{SentView, WalkView};

fn title(step: &str) -> String {
    svd::title(step).unwrap_or(step).to_string()
}

pub(super) fn walks(session: &Session) -> Vec<WalkView> {
    let walked = session.agenda.iter().filter(|one| one.plan.is_walked());
    walked
        .filter_map(|one| now(session, &one.plan.id))
        .map(|(segment, walk)| WalkView {
            segment: segment.to_string(),
            number: walk.number,
            title: title(&walk.step),
            by: by(session, &walk),
            step: walk.step,
        })
        .collect()
}

pub(super) fn sent(session: &Session, role: Role) -> Vec<SentView> {
    let there = |one: &&Sent| role == Role::Host && session.is_walked(&one.fact.segment);
    let sent = session.walks.sent.iter().filter(there);
    sent.map(|one| SentView {
        sent: one.fact.sent,
        segment: one.fact.segment.to_string(),
        title: title(&one.fact.step),
        step: one.fact.step.clone(),
        name: one.fact.name.clone(),
        at: one.at.0,
        done: one.done,
    })
    .collect()
}

/// Where the host stands in this segment's walkthrough; at its beginning, if nowhere else.
fn now(session: &Session, segment: &SegmentId) -> Option<(SegmentId, Walk)> {
    let plan = &session.segment(segment).ok()?.plan;
    let demo = plan.demo.as_ref().filter(|_| plan.is_walked())?;
    let held = session.walks.of.get(segment).cloned();
    let walk = held.unwrap_or_else(|| Walk {
        number: 0,
        step: first_step(demo),
        input: Fields::new(),
        sent: None,
    });
    Some((segment.clone(), walk))
}

fn by(session: &Session, walk: &Walk) -> String {
    let sent = walk.sent.and_then(|number| session.walks.sent(number));
    sent.map(|sent| sent.fact.name.clone()).unwrap_or_default()
}

/// What a page of the walkthrough needs.
#[derive(Debug, Clone, PartialEq)]
pub struct WalkNow {
    pub title: String,
    pub code: String,
    pub segment: SegmentId,
    pub walk: Walk,
    /// The viewer who sent it.
    pub by: String,
    /// Whether viewers give a name: `optional`, `required` or `never`.
    pub names: &'static str,
    /// The session has ended: nothing can be sent.
    pub ended: bool,
    /// Inputs of this viewer that wait for the host.
    pub waiting: usize,
    /// Of each step with a poll whose result is shown: what each option is called, and its votes.
    pub votes: Vec<(String, Vec<(String, u32)>)>,
    /// Kind and title of the session's other demos.
    pub demos: Vec<(&'static str, String)>,
}

/// The walkthrough that is current, or else the first of the agenda; none if there is none.
pub fn walk_now(session: &Session, viewer: Option<AskerKey>) -> Option<WalkNow> {
    let walked = session.agenda.iter().filter(|one| one.plan.is_walked());
    let is_current = |id: &SegmentId| session.current.as_ref() == Some(id);
    let mut all = walked.map(|one| &one.plan.id);
    let first = all.clone().next()?;
    let segment = all.find(|id| is_current(id)).unwrap_or(first);
    let (segment, walk) = now(session, segment)?;
    let of_segment = session
        .polls
        .iter()
        .filter(|poll| poll.plan.segment.as_ref() == Some(&segment) && poll.shows_tally());
    Some(WalkNow {
        title: session.title.clone(),
        code: session.code.to_string(),
        by: by(session, &walk),
        names: session.questions.rules.names.name(),
        ended: session.state == State::Ended,
        waiting: waiting(session)
            .filter(|sent| Some(sent.fact.asker) == viewer)
            .count(),
        votes: of_segment
            .filter_map(|poll| Some((poll.plan.step.clone()?, votes(poll))))
            .collect(),
        demos: demos(session),
        segment,
        walk,
    })
}

fn demos(session: &Session) -> Vec<(&'static str, String)> {
    let others = session.agenda.iter().filter(|one| !one.plan.is_walked());
    let demo = |one: &Segment| Some((one.plan.demo.as_ref()?.kind.name(), one.plan.title.clone()));
    others.filter_map(demo).collect()
}

fn votes(poll: &Poll) -> Vec<(String, u32)> {
    let offered = poll
        .all_options()
        // What was written in is a number of one's own where it is read as one.
        .filter(|(_, option)| option.is_offered());
    offered
        .map(|(id, option)| {
            let votes = poll.tally.counts.get(&id).copied().unwrap_or(0);
            (id, option.label.clone(), votes)
        })
        // What everybody who wrote it has taken back is gone.
        .filter(|(id, _, votes)| *votes > 0 || !id.is_write_in())
        .map(|(_, label, votes)| (label, votes))
        .collect()
}

/// Step and input of what a viewer sent.
pub fn sent_input(session: &Session, number: u32) -> Option<(String, Fields)> {
    let sent = session.walks.sent(number)?;
    Some((sent.fact.step.clone(), sent.fact.input.clone()))
}
