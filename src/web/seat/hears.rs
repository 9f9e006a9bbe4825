//! What a client says, carried to the session, and the answer back.

use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::Message;

use super::RESTARTING;
use super::guest::{End, Guest, Outcome};
use crate::domain::chat::Said;
use crate::domain::command::{AudienceAsk, Role};
use crate::domain::plan::DELAY_MAX_SECONDS;
use crate::domain::questions::ask::Asked;
use crate::domain::refusal::Refusal;
use crate::ids::{QuestionId, VoterId};
use crate::live::handle::{AskError, Own, Sender};
use crate::protocol::{
    Answer, ClientMessage, HostCommand, InspectSpec, InspectedView, REACTIONS, ServerMessage,
};
use crate::translate::hear;
use crate::web::error::in_few_words;
use crate::web::pace;

/// How long the answer to what comes too fast takes.
const TOO_FAST_WAITS: Duration = Duration::from_millis(200);

impl Guest {
    /// What becomes of a message: its answer, once what it asks for is done.
    pub async fn hear(&mut self, message: Message) -> Outcome {
        let text = match message {
            Message::Text(text) => text,
            Message::Binary(_) => {
                return self.nonsense(None, "Messages are JSON text.".into());
            }
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => return Outcome::default(),
            Message::Close(_) => return Outcome::end(End::Left),
        };
        let message: ClientMessage = match serde_json::from_str(&text) {
            // Nothing is answered, so nothing holds it back but its pace.
            Ok(ClientMessage::Beat) if self.limiter.check().is_err() => {
                tokio::time::sleep(TOO_FAST_WAITS).await;
                return Outcome::default();
            }
            Ok(ClientMessage::Beat) => return Outcome::default(),
            Ok(message) => message,
            Err(error) => {
                return self.nonsense(ask_number(&text), format!("{}.", in_few_words(&error)));
            }
        };
        // Reactions have a pace of their own: whoever claps wildly can still vote.
        if let ClientMessage::React { ask, kind } = message {
            return match self.react(ask, &kind) {
                Some(outcome) => outcome,
                None => slowed(too_fast(Some(ask))).await,
            };
        }
        if self.limiter.check().is_err() {
            return slowed(too_fast(ask_number(&text))).await;
        }
        self.carry_out(message).await
    }

    async fn carry_out(&mut self, message: ClientMessage) -> Outcome {
        use ClientMessage as M;
        let (ask, outcome) = match message {
            M::Beat | M::React { .. } => return Outcome::default(),
            M::InStep { delay_seconds } => {
                self.seat.is_behind(delay_seconds.min(DELAY_MAX_SECONDS));
                self.session.stirred();
                return Outcome::default();
            }
            M::Similar { ask, text } => return self.similar(ask, &text).await,
            M::Inspect { ask, run, what } => return self.inspect(ask, run, what),
            M::Cast {
                ask,
                poll,
                seq,
                answer,
            } => (ask, self.cast(poll, seq, answer).await),
            M::Withdraw { ask, poll, seq } => (ask, self.withdraw(poll, seq).await),
            M::Do { ask, command } => (ask, self.command(*command).await),
            M::AskQuestion {
                ask,
                key,
                text,
                name,
                about,
            } => {
                let asked = AudienceAsk::Question(Asked {
                    key,
                    text,
                    name,
                    about: about.map(QuestionId),
                });
                (ask, self.as_voter(asked).await)
            }
            M::EditQuestion {
                ask,
                question,
                text,
                name,
            } => {
                let edit = AudienceAsk::EditQuestion {
                    question: QuestionId(question),
                    text,
                    name,
                };
                (ask, self.as_voter(edit).await)
            }
            M::WithdrawQuestion { ask, question } => {
                let withdraw = AudienceAsk::WithdrawQuestion(QuestionId(question));
                (ask, self.as_voter(withdraw).await)
            }
            M::Upvote { ask, question, up } => {
                let question = QuestionId(question);
                let upvote = AudienceAsk::Upvote { question, up };
                (ask, self.as_voter(upvote).await)
            }
            M::Chat {
                ask,
                key,
                text,
                name,
            } => {
                let said = AudienceAsk::Message(Said { key, text, name });
                (ask, self.as_voter(said).await)
            }
            M::Signal {
                ask,
                check,
                sees,
                hears,
            } => {
                let signal = AudienceAsk::Signal { check, sees, hears };
                (ask, self.as_voter(signal).await)
            }
        };
        answer(ask, outcome)
    }

    /// None if it comes too fast.
    fn react(&mut self, ask: u32, kind: &str) -> Option<Outcome> {
        let pace = self
            .reactions
            .get_or_insert_with(|| Box::new(pace::of_reactions()));
        // Also for what is refused: an answer is not free either.
        if pace.check().is_err() {
            return None;
        }
        let outcome = match REACTIONS.iter().position(|one| *one == kind) {
            Some(place) => self.voter().map(|_| {
                self.session.react(place);
                Own::default()
            }),
            None => Err(refused(Refusal::BadAnswer(format!(
                "kind must be one of {}.",
                REACTIONS.join(", ")
            )))),
        };
        Some(answer(ask, outcome))
    }

    async fn similar(&mut self, ask: u32, text: &str) -> Outcome {
        match self.session.similar(text).await {
            Ok(questions) => ServerMessage::Similar { ask, questions }.into(),
            Err(error) => answer(ask, Err(error)),
        }
    }

    /// Asked aside: ballots and frames go on meanwhile.
    fn inspect(&mut self, ask: u32, run: u32, what: InspectSpec) -> Outcome {
        let looks = self.looks.get_or_insert_default();
        if looks.swap(true, Ordering::AcqRel) {
            let why = "You are looking already; one look at a time.".to_string();
            return answer(ask, Err(refused(Refusal::Busy(why))));
        }
        let (found, answered) = oneshot::channel();
        let session = self.session.clone();
        tokio::spawn(async move {
            let _ = found.send(session.inspect(run, what).await);
        });
        self.looking = Some((ask, answered));
        Outcome::default()
    }

    async fn command(&mut self, command: HostCommand) -> Result<Own, AskError> {
        let role = self.viewer.role;
        let ask = hear::host(command).map_err(refused)?;
        let sender = Sender::now(self.seat.number());
        self.session.ask_for(role, ask, sender).await?;
        Ok(Own::default())
    }

    async fn as_voter(&mut self, ask: AudienceAsk) -> Result<Own, AskError> {
        let voter = self.voter()?;
        let via = self.viewer.via.clone();
        self.session.ask_as(voter, via, ask).await
    }

    async fn cast(&mut self, poll: String, seq: u32, answer: Answer) -> Result<Own, AskError> {
        let voter = self.voter()?;
        let poll = hear::poll_id(poll).map_err(refused)?;
        let via = self.viewer.via.clone();
        let session = &self.session;
        session.cast_as(voter, via, poll, Some(seq), answer).await
    }

    async fn withdraw(&mut self, poll: String, seq: u32) -> Result<Own, AskError> {
        let voter = self.voter()?;
        let poll = hear::poll_id(poll).map_err(refused)?;
        self.session.withdraw_as(voter, poll, Some(seq)).await
    }

    fn voter(&self) -> Result<VoterId, AskError> {
        self.viewer.voter.ok_or_else(|| {
            refused(match self.viewer.role {
                Role::Audience => Refusal::NoCookie,
                _ => Refusal::NoVoter,
            })
        })
    }
}

/// What is found of a look.
pub fn inspected(ask: u32, found: Result<InspectedView, AskError>) -> Outcome {
    match found {
        Ok(found) => {
            let found = Box::new(found);
            ServerMessage::Inspected { ask, found }.into()
        }
        Err(error) => answer(ask, Err(error)),
    }
}

fn answer(ask: u32, outcome: Result<Own, AskError>) -> Outcome {
    match outcome {
        Ok(Own { ballot, question }) => ServerMessage::Heard {
            ask,
            question,
            ballot,
        }
        .into(),
        Err(AskError::Refused { refusal, ballot }) => ServerMessage::Refused {
            ask: Some(ask),
            code: refusal.code().to_string(),
            why: refusal.to_string(),
            wait_seconds: refusal.wait_seconds(),
            ballot: ballot.map(|ballot| *ballot),
        }
        .into(),
        // No answer: the client keeps the ask and sends it again to the fresh owner.
        Err(AskError::Restarting) => Outcome::end(End::Close(RESTARTING)),
    }
}

/// Nothing more is read from whoever sends too fast until they have this answer: what is refused is not free either.
async fn slowed(outcome: Outcome) -> Outcome {
    tokio::time::sleep(TOO_FAST_WAITS).await;
    outcome
}

fn too_fast(ask: Option<u32>) -> Outcome {
    ServerMessage::Refused {
        ask,
        code: "too_fast".to_string(),
        why: "You are sending faster than anyone can press; wait a second.".to_string(),
        wait_seconds: Some(1),
        ballot: None,
    }
    .into()
}

fn refused(refusal: Refusal) -> AskError {
    AskError::Refused {
        refusal,
        ballot: None,
    }
}

/// The ask number of a message that is otherwise wrong, so that its sender knows which one.
fn ask_number(text: &str) -> Option<u32> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    u32::try_from(value.get("ask")?.as_u64()?).ok()
}
