//! What askers are answered with, once what they asked for is on disk.

use tokio::sync::oneshot;

use super::actor::Actor;
use super::announce::encode;
use super::handle::{AskError, Own, Viewer};
use crate::domain::command::{AudienceAsk, Command, Role};
use crate::domain::refusal::Refusal;
use crate::ids::{AskerKey, BallotKey, PollId, QuestionId, VoterId};
use crate::protocol::{ServerMessage, Snapshot, VERSION};
use crate::translate::{show, show_questions, show_room};

/// An answer that waits for the commit.
pub(super) struct Pending {
    pub answer: oneshot::Sender<Result<Own, AskError>>,
    pub outcome: Result<(), Refusal>,
    pub about: About,
    /// The voter whose other tabs are told, if anything changed.
    pub tell: Option<VoterId>,
}

/// What an asker is answered with.
pub(super) enum About {
    Nothing,
    Ballot(PollId, BallotKey),
    Question(QuestionId, AskerKey),
    /// Not known by its id yet.
    Asked(String, AskerKey),
}

impl Actor {
    pub(super) fn answer(&self, pending: Vec<Pending>) {
        for one in pending {
            let own = self.own(&one.about);
            if let Some(voter) = one.tell {
                self.gallery
                    .send_to_other_tabs(voter, || encode(&own_frame(&own)?));
            }
            // An asker that is gone by now has its answer in the log.
            let _ = one.answer.send(match one.outcome {
                Ok(()) => Ok(own),
                Err(refusal) => Err(AskError::Refused {
                    refusal,
                    ballot: own.ballot.map(Box::new),
                }),
            });
        }
    }

    /// All that a viewer may see.
    pub(super) fn snapshot(&mut self, viewer: &Viewer) -> Snapshot {
        let questions = self.questions_for(viewer.role);
        let asker = viewer
            .voter
            .map(|voter| self.secrets.asker_key(&self.id, voter));
        let mut room = show_room::room_with(&self.session, viewer.role, asker, questions);
        room.reactions = self.room.totals();
        Snapshot {
            room: Some(Box::new(room)),
            run: self.runs.view(),
            ..self.without_room(viewer)
        }
    }

    /// The same without questions, chat and the run: what a page is sent with.
    pub(super) fn without_room(&self, viewer: &Viewer) -> Snapshot {
        let ballots = viewer.voter.map(|voter| {
            let polls = self.session.polls.iter();
            polls
                .filter(|poll| !poll.ballots.is_empty())
                .filter_map(|poll| {
                    let key = self.secrets.ballot_key(&self.id, &poll.plan.id, voter);
                    show::own_ballot(poll, key)
                })
                .collect()
        });
        Snapshot {
            v: VERSION,
            rev: self.session.rev,
            now: self.clock.now().0,
            session: show::session(&self.session, viewer.role, &self.join_url),
            polls: show::polls(&self.session, viewer.role),
            left_out: 0,
            ballots: ballots.unwrap_or_default(),
            via: viewer.via.as_ref().map(ToString::to_string),
            presence: (viewer.role != Role::Audience).then(|| self.presence_for(viewer.role)),
            room: None,
            run: None,
        }
    }

    fn own(&self, about: &About) -> Own {
        let questions = &self.session.questions;
        let question = match about {
            About::Nothing => None,
            About::Ballot(poll, key) => {
                let poll = self.session.poll(poll).ok();
                return Own {
                    ballot: poll.and_then(|poll| show::own_ballot(poll, *key)),
                    question: None,
                };
            }
            About::Question(id, asker) => questions
                .find(*id)
                .filter(|question| question.asker == Some(*asker)),
            About::Asked(key, asker) => questions.of(*asker).find(|question| question.key == *key),
        };
        Own {
            ballot: None,
            question: question
                .map(|question| show_questions::own_question(&self.session, question)),
        }
    }
}

pub(super) fn about(command: &Command) -> About {
    match command {
        Command::Cast(cast) => About::Ballot(cast.poll.clone(), cast.voter),
        Command::Withdraw { poll, voter, .. } => About::Ballot(poll.clone(), *voter),
        Command::Audience { asker, ask, .. } => match ask {
            AudienceAsk::Question(asked) => About::Asked(asked.key.clone(), *asker),
            AudienceAsk::EditQuestion { question, .. }
            | AudienceAsk::WithdrawQuestion(question) => About::Question(*question, *asker),
            AudienceAsk::Upvote { .. }
            | AudienceAsk::Message(_)
            | AudienceAsk::Input(_)
            | AudienceAsk::Signal { .. } => About::Nothing,
        },
        Command::Host(_) | Command::Tick | Command::RunEnded { .. } => About::Nothing,
    }
}

/// What the voter's other tabs are told.
fn own_frame(own: &Own) -> Option<ServerMessage> {
    match own {
        Own {
            ballot: Some(ballot),
            ..
        } => Some(ServerMessage::Ballot {
            ballot: ballot.clone(),
        }),
        Own {
            question: Some(question),
            ..
        } => Some(ServerMessage::OwnQuestion {
            question: question.clone(),
        }),
        _ => None,
    }
}
