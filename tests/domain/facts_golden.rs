//! Facts as they are stored: a promise to every database already written.
//!
//! A line of the golden file is not changed or removed once a release has written it. A new fact, edit or field adds one.

use std::collections::BTreeSet;

use salon_core::domain::fact::{Edit, Fact, Recorded, State};
use salon_core::domain::plan::{PollPlan, SessionPlan};
use salon_core::domain::poll::Phase;
use salon_core::domain::poll::kind::{Choice, Kind};
use salon_core::domain::poll::prediction::{Asked, Outcome, Says};
use salon_core::domain::questions::Standing;
use salon_core::domain::questions::change::Change;
use salon_core::domain::session::Session;
use salon_core::domain::stage::Up;
use salon_core::ids::Timestamp;

const GOLDEN: &str = include_str!("golden/facts.jsonl");

/// As an older program wrote them, without fields that came later or that it left out: read, and what for.
const SHORT: [(&str, &str); 4] = [
    (
        r#"{"fact":"written_in","poll":"a","option":10000,"label":"x"}"#,
        r#"{"fact":"written_in","poll":"a","option":10000,"label":"x"}"#,
    ),
    (
        r#"{"fact":"session_created","plan":{"title":"T","code":"CENTRE","channels":[{"id":"c","label":"C"}],"polls":[{"id":"a","question":"A?","kind":{"kind":"single"},"options":["X","Y"]}]}}"#,
        r#"{"fact":"session_created","plan":{"title":"T","code":"CENTRE","channels":[{"id":"c","label":"C","delay_seconds":0}],"polls":[{"id":"a","question":"A?","kind":{"kind":"single","write_in":false},"options":["X","Y"],"live_results":false}]}}"#,
    ),
    (
        r#"{"fact":"elapsed","poll":"a","phase":{"open":{}}}"#,
        r#"{"fact":"elapsed","poll":"a","phase":{"open":{}}}"#,
    ),
    // A field that a newer program adds is no reason to lose a session after a step back.
    (
        r#"{"fact":"ballot_withdrawn","poll":"a","voter":"000102030405060708090a0b0c0d0e0f","seq":2,"later":true}"#,
        r#"{"fact":"ballot_withdrawn","poll":"a","voter":"000102030405060708090a0b0c0d0e0f","seq":2}"#,
    ),
];

fn read(line: &str) -> Fact {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"))
}

fn facts() -> Vec<Fact> {
    GOLDEN.lines().map(read).collect()
}

#[test]
fn every_stored_fact_is_read_and_written_the_same() {
    for line in GOLDEN.lines() {
        let fact = read(line);
        let written = serde_json::to_string(&fact).unwrap();
        assert_eq!(written, line);
        assert_eq!(read(&written), fact);
    }
}

#[test]
fn shorter_and_longer_lines_are_read_too() {
    for (line, whole) in SHORT {
        assert_eq!(serde_json::to_string(&read(line)).unwrap(), whole);
    }
}

/// Each of these functions fails to compile when a variant is added, so that its golden line is not forgotten;
/// then its name goes into the list of all below.
fn fact_name(fact: &Fact) -> &'static str {
    match fact {
        Fact::SessionCreated { .. } => "session_created",
        Fact::Acted { .. } => "acted",
        Fact::Undone { .. } => "undone",
        Fact::Elapsed { .. } => "elapsed",
        Fact::WrittenIn { .. } => "written_in",
        Fact::BallotCast { .. } => "ballot_cast",
        Fact::BallotWithdrawn { .. } => "ballot_withdrawn",
        Fact::QuestionAsked(_) => "question_asked",
        Fact::QuestionEdited { .. } => "question_edited",
        Fact::QuestionWithdrawn { .. } => "question_withdrawn",
        Fact::Upvoted { .. } => "upvoted",
        Fact::MessageSaid(_) => "message_said",
        Fact::SignalAnswered { .. } => "signal_answered",
        Fact::RunEnded { .. } => "run_ended",
        Fact::InputSent(_) => "input_sent",
    }
}

fn edit_name(edit: &Edit) -> &'static str {
    match edit {
        Edit::State { .. } => "state",
        Edit::Settings { .. } => "settings",
        Edit::SegmentPut { .. } => "segment_put",
        Edit::SegmentChanged { .. } => "segment_changed",
        Edit::SegmentMoved { .. } => "segment_moved",
        Edit::SegmentRemoved { .. } => "segment_removed",
        Edit::Current { .. } => "current",
        Edit::SegmentTimes { .. } => "segment_times",
        Edit::OnStage { .. } => "on_stage",
        Edit::Up { up } => match up {
            None => "up_none",
            Some(Up::Segment) => "up_segment",
            Some(Up::Poll { .. }) => "up_poll",
            Some(Up::Question { .. }) => "up_question",
        },
        Edit::PollPut { .. } => "poll_put",
        Edit::PollChanged { .. } => "poll_changed",
        Edit::PollRemoved { .. } => "poll_removed",
        Edit::PollMoved { .. } => "poll_moved",
        Edit::Phase { .. } => "phase",
        Edit::Deadline { .. } => "deadline",
        Edit::Revealed { .. } => "revealed",
        Edit::OptionPut { .. } => "option_put",
        Edit::OptionRemoved { .. } => "option_removed",
        Edit::OptionRenamed { .. } => "option_renamed",
        Edit::OptionMerged { .. } => "option_merged",
        Edit::OptionHidden { .. } => "option_hidden",
        Edit::Resolved { .. } => "resolved",
        Edit::Rules { .. } => "rules",
        Edit::Question { change, .. } => match change {
            Change::Review { .. } => "q_review",
            Change::Hidden { .. } => "q_hidden",
            Change::Pinned { .. } => "q_pinned",
            Change::Labels { .. } => "q_labels",
            Change::Merged { .. } => "q_merged",
            Change::Standing { standing } => match standing {
                Standing::Open => "q_open",
                Standing::Asking { .. } => "q_asking",
                Standing::Answered { .. } => "q_answered",
                Standing::Closed { .. } => "q_closed",
            },
            Change::Segment { .. } => "q_segment",
            Change::Answer { .. } => "q_answer",
        },
        Edit::Banned { .. } => "banned",
        Edit::MessageHidden { .. } => "message_hidden",
        Edit::MessagePending { .. } => "message_pending",
        Edit::Announcement { .. } => "announcement",
        Edit::Signal { .. } => "signal",
        Edit::Run { .. } => "run",
        Edit::Walk { .. } => "walk",
        Edit::SentDone { .. } => "sent_done",
    }
}

fn kind_name(poll: &PollPlan) -> &'static str {
    match &poll.kind {
        Kind::Single(_) => "single",
        Kind::Multiple(_) => "multiple",
        Kind::YesNo(_) => "yes_no",
        Kind::Prediction(rules) => match rules.answer {
            Asked::Verdict => "verdict",
            Asked::Probability => "probability",
        },
        Kind::Number(_) => "number",
    }
}

fn choice_name(choice: &Choice) -> &'static str {
    match choice {
        Choice::Picks(_) => "picks",
        Choice::Forecast(forecast) => match forecast.says {
            Says::Yes => "says yes",
            Says::No => "says no",
            Says::Both => "says both",
            Says::Percent(_) => "percent",
        },
    }
}

fn phase_name(phase: Phase) -> &'static str {
    match phase {
        Phase::Draft => "draft poll",
        Phase::Open { closes_at: None } => "open",
        Phase::Open { closes_at: Some(_) } => "open with countdown",
        Phase::Closing { .. } => "closing",
        Phase::Closed => "closed",
    }
}

const ALL: &str = "acted announcement annulled ballot_cast ballot_withdrawn banned break closed closing current deadline demo \
    draft draft_poll elapsed ended input_sent live message_hidden message_pending message_said multiple no number on_stage open open_with_countdown option_hidden \
    option_merged option_put option_removed option_renamed percent phase picks poll_changed poll_moved poll_put \
    poll_removed polls probability q_answer q_answered q_asking q_closed q_hidden q_labels q_merged q_open \
    q_pinned q_review q_segment qa question_asked question_edited question_withdrawn resolved revealed rules run run_ended \
    says_both says_no says_yes segment_changed segment_moved segment_put segment_removed segment_times \
    sent_done session_created settings signal signal_answered single state talk undone up_none up_poll up_question \
    up_segment upvoted verdict walk written_in yes \
    yes_no";

#[derive(Default)]
struct Names(BTreeSet<String>);

impl Names {
    fn put(&mut self, name: &str) {
        self.0.insert(name.replace(' ', "_"));
    }

    fn plan(&mut self, plan: &SessionPlan) {
        plan.agenda.iter().for_each(|s| self.put(s.kind.name()));
        plan.polls.iter().for_each(|poll| self.put(kind_name(poll)));
    }

    fn edit(&mut self, edit: &Edit) {
        self.put(edit_name(edit));
        match edit {
            Edit::Phase { phase, .. } => self.put(phase_name(*phase)),
            Edit::State { state } => self.put(match state {
                State::Draft => "draft",
                State::Live => "live",
                State::Ended => "ended",
            }),
            Edit::Resolved {
                resolution: Some(resolution),
                ..
            } => self.put(match resolution.outcome {
                Outcome::Yes => "yes",
                Outcome::No => "no",
                Outcome::Annulled => "annulled",
            }),
            _ => {}
        }
    }
}

#[test]
fn everything_that_can_be_stored_has_a_golden_line() {
    let mut names = Names::default();
    for fact in facts() {
        names.put(fact_name(&fact));
        match &fact {
            Fact::SessionCreated { plan } => names.plan(plan),
            Fact::Acted { edits, undo, .. } => {
                edits.iter().chain(undo).for_each(|edit| names.edit(edit));
            }
            Fact::Undone { edits, .. } => edits.iter().for_each(|edit| names.edit(edit)),
            Fact::Elapsed { phase, .. } => names.put(phase_name(*phase)),
            Fact::BallotCast { choice, .. } => names.put(choice_name(choice)),
            _ => {}
        }
    }
    let held: Vec<String> = names.0.into_iter().collect();
    let all: Vec<&str> = ALL.split_whitespace().collect();
    assert_eq!(held, all);
}

/// Fields that may be left out are both there and not there in some line.
#[test]
fn optional_fields_are_held_with_and_without() {
    for field in [
        "via",
        "words",
        "voter",
        "by",
        "note",
        "blurb",
        "closes_at",
        "max",
        "seconds",
        "segment",
    ] {
        let key = format!("\"{field}\":");
        assert!(GOLDEN.lines().any(|line| line.contains(&key)), "{field}");
    }
    let casts = || {
        GOLDEN
            .lines()
            .filter(|line| line.contains("\"ballot_cast\""))
    };
    for field in ["\"via\":", "\"words\":"] {
        assert!(casts().any(|line| line.contains(field)), "with {field}");
        assert!(casts().any(|line| !line.contains(field)), "without {field}");
    }
}

/// A log of nonsense, or of a newer program, changes what it can and never panics.
#[test]
fn facts_that_point_at_nothing_change_nothing_and_do_no_harm() {
    let plan = facts().into_iter().find_map(|fact| match fact {
        Fact::SessionCreated { plan } if !plan.polls.is_empty() => Some(plan),
        _ => None,
    });
    let mut session = Session::created(plan.unwrap());
    for round in 0..3 {
        for (n, fact) in (0..).zip(facts()) {
            session.apply(&Recorded {
                seq: session.seq + 1,
                at: Timestamp(round * 1_000 + n),
                fact,
            });
        }
    }
    for poll in &session.polls {
        assert_eq!(poll.tally, poll.recount());
    }
}

#[test]
fn a_log_that_does_not_begin_with_a_session_gives_none() {
    let recorded: Vec<Recorded> = (1..)
        .zip(facts())
        .map(|(seq, fact)| Recorded {
            seq,
            at: Timestamp(0),
            fact,
        })
        .collect();
    assert_eq!(Session::replay(&[]), None);
    assert_eq!(Session::replay(&recorded[1..2]), None);
    assert!(Session::replay(&recorded).is_some());
}
