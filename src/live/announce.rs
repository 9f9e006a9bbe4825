//! What a session's owner puts up for those who watch, once it is on disk: edits at once, tallies ten
//! times a second, connection counts twice; to each role what [`show`] lets it know.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use tokio::time::Instant;

use super::actor::Actor;
use super::gallery::Topic;
use crate::domain::command::Role;
use crate::ids::PollId;
use crate::protocol::{Presence, ServerMessage};
use crate::translate::show;

const TALLY_EVERY: Duration = Duration::from_millis(100);
const PRESENCE_EVERY: Duration = Duration::from_millis(500);

/// What was last put up, and what has changed since.
#[derive(Default)]
pub(super) struct Shown {
    /// The last rendering of each topic for each role, without its revision.
    pub last: HashMap<(Role, Topic), String>,
    pub tallies: BTreeSet<PollId>,
    tallies_at: Option<Instant>,
    pub presence: bool,
    presence_at: Option<Instant>,
}

impl Shown {
    /// When something that waits may next be shown.
    pub fn next_due(&self) -> Option<Instant> {
        let after = |waits: bool, at: Option<Instant>, every: Duration| {
            waits.then(|| at.map_or_else(Instant::now, |at| at + every))
        };
        let tallies = after(!self.tallies.is_empty(), self.tallies_at, TALLY_EVERY);
        let presence = after(self.presence, self.presence_at, PRESENCE_EVERY);
        [tallies, presence].into_iter().flatten().min()
    }
}

impl Actor {
    /// Puts up the session and every poll whose rendering changed for a role.
    pub(super) fn announce_edits(&mut self, first: bool) {
        let rev = self.session.rev;
        for role in Role::WATCHING {
            let mut frames = Vec::new();
            let session = show::session(&self.session, role, &self.join_url);
            if self.changed(role, &Topic::Session, &session) {
                frames.push((
                    Topic::Session,
                    encode(&ServerMessage::Session { rev, session }),
                ));
            }
            let polls = show::polls(&self.session, role);
            let gone: Vec<PollId> = self
                .shown
                .last
                .keys()
                .filter_map(|(shown_to, topic)| match topic {
                    Topic::Poll(id) if *shown_to == role => Some(id.clone()),
                    _ => None,
                })
                .filter(|id| !polls.iter().any(|poll| poll.id == id.as_str()))
                .collect();
            for id in gone {
                let topic = Topic::Poll(id.clone());
                self.shown.last.remove(&(role, topic.clone()));
                let poll = id.to_string();
                frames.push((topic, encode(&ServerMessage::PollGone { rev, poll })));
                frames.push((Topic::Tally(id), None));
            }
            for poll in polls {
                let Ok(id) = poll.id.parse::<PollId>() else {
                    continue;
                };
                let topic = Topic::Poll(id.clone());
                if self.changed(role, &topic, &poll) {
                    // The poll's frame carries its count; an older tally frame must not follow it.
                    frames.push((Topic::Tally(id), None));
                    let poll = Box::new(poll);
                    frames.push((topic, encode(&ServerMessage::Poll { rev, poll })));
                }
            }
            if !first {
                self.gallery.publish(role, frames);
            }
        }
    }

    /// Who is here, and since when delayed viewers have something to catch up with.
    pub(super) fn presence(&self) -> Presence {
        Presence {
            acted_at: self.session.acted_at.map(|at| at.0),
            ..self.gallery.presence()
        }
    }

    fn changed(&mut self, role: Role, topic: &Topic, view: &impl serde::Serialize) -> bool {
        let Ok(text) = serde_json::to_string(view) else {
            return false;
        };
        let last = self.shown.last.entry((role, topic.clone())).or_default();
        if *last == text {
            return false;
        }
        *last = text;
        true
    }

    pub(super) fn announce_tallies(&mut self) {
        let due = self
            .shown
            .tallies_at
            .is_none_or(|at| at.elapsed() >= TALLY_EVERY);
        if self.shown.tallies.is_empty() || !due {
            return;
        }
        let polls = std::mem::take(&mut self.shown.tallies);
        for role in Role::WATCHING {
            let frames = polls
                .iter()
                .filter_map(|id| {
                    let poll = self.session.poll(id).ok()?;
                    let frame = show::tally_frame(&self.session, poll, role)?;
                    Some((Topic::Tally(id.clone()), encode(&frame)))
                })
                .collect();
            self.gallery.publish(role, frames);
        }
        self.shown.tallies_at = Some(Instant::now());
    }

    pub(super) fn announce_presence(&mut self) {
        let due = self
            .shown
            .presence_at
            .is_none_or(|at| at.elapsed() >= PRESENCE_EVERY);
        if !self.shown.presence || !due {
            return;
        }
        self.shown.presence = false;
        self.shown.presence_at = Some(Instant::now());
        let presence = self.presence();
        for role in Role::WATCHING
            .into_iter()
            .filter(|role| *role != Role::Audience)
        {
            let frame = encode(&ServerMessage::Presence {
                presence: presence.clone(),
            });
            self.gallery.publish(role, vec![(Topic::Presence, frame)]);
        }
    }

    /// A host's edit changed how picks are counted or called: everyone here learns how theirs is now.
    pub(super) fn tell_own_ballots(&self, polls: &BTreeSet<PollId>) {
        if polls.is_empty() {
            return;
        }
        for voter in self.gallery.voters() {
            for id in polls {
                let key = self.secrets.ballot_key(&self.id, id, voter);
                let own = self.session.poll(id).ok();
                let frame = own
                    .and_then(|poll| show::own_ballot(poll, key))
                    .and_then(|ballot| encode(&ServerMessage::Ballot { ballot }));
                if let Some(frame) = frame {
                    self.gallery.send(voter, &frame);
                }
            }
        }
    }
}

/// The bytes of a message, made once and shared by every seat that gets it.
pub(crate) fn encode(message: &ServerMessage) -> Option<Utf8Bytes> {
    match serde_json::to_string(message) {
        Ok(text) => Some(text.into()),
        Err(error) => {
            tracing::error!(%error, "a message could not be encoded");
            None
        }
    }
}
