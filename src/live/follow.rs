//! A session's run kept in step with what the session says of it, and what it hands in put up for everyone.
//!
//! The log says what should run; [`Actor::follow_runs`] makes it so, after every turn and when the owner starts: a
//! session that comes back after a crash starts its run again, from its seed; one that had come to its end is shown
//! from its recording.

use std::path::Path;

use tokio::time::Instant;

use super::actor::Actor;
use super::announce::encode;
use super::asks::Ask;
use super::gallery::Topic;
use super::runs::{Shown, What};
use crate::demos::playback::Pace;
use crate::demos::runner::{Runner, Start};
use crate::demos::sheet::Sheet;
use crate::domain::command::Role;
use crate::domain::demo::{Run, RunState};
use crate::domain::fact::State;
use crate::ids::SegmentId;
use crate::protocol::ServerMessage;

impl Actor {
    /// Makes run what the session says should run, and nothing else.
    pub(super) fn follow_runs(&mut self) {
        if self.session.state != State::Live {
            // Nobody sees it any more: its thread and its network go.
            self.take_down_run();
            return;
        }
        let mut runs = self.session.runs.iter();
        let wanted = runs.find(|(_, run)| run.state.goes_on());
        let shown = self.runs.shown.as_mut();
        match (wanted, shown) {
            (Some((_, run)), Some(shown)) if shown.told.number == run.number => shown.tell(run),
            (Some((segment, run)), _) => {
                let (segment, run) = (segment.clone(), run.clone());
                self.take_down_run();
                let runner = self.start_run(&segment, &run);
                self.runs.shown = Some(Shown::start(&segment, &run, runner));
            }
            (None, Some(shown)) => {
                let held = self.session.runs.get(&shown.segment);
                match held.filter(|run| run.number == shown.told.number) {
                    Some(run) => shown.tell(run),
                    None => {
                        self.take_down_run();
                        self.show_kept_run();
                    }
                }
            }
            (None, None) => self.show_kept_run(),
        }
    }

    /// The last run that came to its end, as it was kept: after the owner has started anew, or where another that had
    /// taken its place is taken back.
    fn show_kept_run(&mut self) {
        let ended = self.session.runs.iter().filter(|(_, run)| {
            let outcome = run.outcome.as_ref();
            outcome.is_some_and(|outcome| outcome.recorded) || run.played.is_some()
        });
        let ended = ended.filter(|(_, run)| run.state == RunState::Ended);
        let Some((segment, run)) = ended.max_by_key(|(_, run)| run.number) else {
            return;
        };
        let (segment, run) = (segment.clone(), run.clone());
        let runner = self.start_run(&segment, &run);
        self.runs.shown = Some(Shown::start(&segment, &run, runner));
    }

    fn start_run(&self, segment: &SegmentId, run: &Run) -> Option<Runner> {
        let plan = &self.session.segment(segment).ok()?.plan;
        let kind = plan.demo.as_ref()?.kind;
        let (inbox, number) = (self.runs.inbox.clone(), run.number);
        let hand_in = move |sheet: Box<Sheet>| {
            let Some(inbox) = inbox.upgrade() else {
                return Ok(());
            };
            match inbox.try_send(Ask::Sheet { number, sheet }) {
                Ok(()) => Ok(()),
                Err(back) => match back.into_inner() {
                    Ask::Sheet { sheet, .. } => Err(sheet),
                    _ => Ok(()),
                },
            }
        };
        // What a log of an earlier version does not set is as the demo has it.
        let mut settings = kind.defaults();
        settings.extend(run.settings.clone());
        let of = |number: u32| self.runs.folder.join(number.to_string());
        let ended = run.state == RunState::Ended;
        let pace = match ended {
            true => Pace::AtOnce,
            false => Pace::AsItWent,
        };
        let kept = run.played.or(ended.then_some(run.number));
        let start = Start {
            kind,
            number,
            settings,
            device: self.runs.device.clone(),
            // Runs lie in `runs/SESSION` of the data folder.
            data_in: self.runs.folder.ancestors().nth(2).map(Path::to_path_buf),
            // What is played is kept already.
            keep_in: kept.is_none().then(|| of(number)),
            play: kept.map(|kept| (of(kept), pace)),
        };
        match Runner::start(start, hand_in) {
            Ok(runner) => {
                if run.state == RunState::Paused {
                    runner.pause();
                }
                Some(runner)
            }
            Err(error) => {
                tracing::error!(session = %self.id, %error, "a demo could not be started");
                None
            }
        }
    }

    fn take_down_run(&mut self) {
        if self.runs.shown.take().is_some() {
            for role in [Role::Stage, Role::Host, Role::Audience] {
                for topic in [Topic::Progress, Topic::Picture, Topic::Chart] {
                    self.gallery.publish(role, vec![(topic, None)]);
                }
            }
        }
    }

    pub(super) fn announce_run(&mut self) {
        let Some(shown) = &mut self.runs.shown else {
            return;
        };
        let (now, audience) = (Instant::now(), self.gallery.people());
        for place in 0..shown.news.len() {
            let news = &mut shown.news[place];
            if !news.is_due() {
                continue;
            }
            news.is_shown(now, audience);
            match news.what {
                What::Progress(hall) => {
                    let progress = shown.progress.clone();
                    let frame = encode(&ServerMessage::Progress { progress });
                    for role in hall.roles() {
                        let frames = vec![(Topic::Progress, frame.clone())];
                        self.gallery.publish(*role, frames);
                    }
                }
                What::Picture(hall) => {
                    if let Some(picture) = &shown.picture {
                        for role in hall.roles() {
                            self.gallery.publish_picture(*role, picture.clone());
                        }
                    }
                }
                What::Chart(hall) => {
                    let chart = shown.chart(hall);
                    let frame = encode(&ServerMessage::Chart { chart });
                    for role in hall.roles() {
                        let frames = vec![(Topic::Chart, frame.clone())];
                        self.gallery.publish(*role, frames);
                    }
                }
            }
        }
    }
}
