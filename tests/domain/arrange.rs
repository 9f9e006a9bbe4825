//! An agenda put together by hand: nothing has begun in a draft, what is moved keeps what it was, all is undone.

use salon_core::domain::command::{HostAsk, IdGiven};
use salon_core::domain::demo::steers::Steers;
use salon_core::domain::demo::{DemoKind, DemoPlan, Settings};
use salon_core::domain::plan::{PollPlan, SegmentKind, SegmentPlan};
use salon_core::domain::poll::Phase;
use salon_core::domain::poll::kind::Kind;
use salon_core::domain::poll::single;
use salon_core::domain::refusal::Refusal;
use salon_core::domain::session::Session;
use salon_core::sheet;

use crate::run::{Run, plan_of, poll_id, segment_id};

fn order(run: &Run) -> Vec<(String, Option<String>)> {
    let polls = run.session.polls.iter();
    polls
        .map(|poll| {
            let segment = poll.plan.segment.as_ref().map(ToString::to_string);
            (poll.plan.id.to_string(), segment)
        })
        .collect()
}

fn titles(run: &Run) -> Vec<&str> {
    let agenda = run.session.agenda.iter();
    agenda.map(|one| one.plan.id.as_str()).collect()
}

fn moves(run: &mut Run, poll: &str, segment: Option<&str>, before: Option<&str>) -> usize {
    run.host(HostAsk::MovePoll {
        poll: poll_id(poll),
        segment: segment.map(segment_id),
        before: before.map(poll_id),
    })
    .unwrap()
}

#[test]
fn no_clock_runs_in_a_draft_and_the_session_begins_where_the_host_went() {
    let mut run = Run::new();
    run.host(HostAsk::Go(segment_id("two"))).unwrap();
    run.waits(600_000);
    assert!(run.session.agenda.iter().all(|s| s.started_at.is_none()));
    assert!(run.public_log().is_empty(), "{:?}", run.public_log());
    run.host(HostAsk::Go(segment_id("three"))).unwrap();
    assert!(run.session.agenda.iter().all(|s| s.ended_at.is_none()));
    run.host(HostAsk::StartSession).unwrap();
    assert_eq!(run.session.current, Some(segment_id("three")));
    assert_eq!(run.session.agenda[2].started_at, Some(run.now));
    run.undoes().unwrap();
    assert_eq!(run.session.agenda[2].started_at, None);
    // The first poll that opens starts it as well.
    run.waits(5_000);
    run.opens("single");
    assert_eq!(run.session.agenda[2].started_at, Some(run.now));
}

#[test]
fn polls_move_between_segments_and_to_a_place_among_their_like() {
    let mut run = Run::new();
    assert_eq!(moves(&mut run, "chance", Some("two"), None), 1);
    assert_eq!(moves(&mut run, "single", Some("two"), None), 1);
    assert_eq!(moves(&mut run, "yes-no", Some("two"), Some("single")), 1);
    let in_two: Vec<String> = order(&run)
        .into_iter()
        .filter(|(_, segment)| segment.as_deref() == Some("two"))
        .map(|(id, _)| id)
        .collect();
    assert_eq!(in_two, ["chance", "yes-no", "single"]);
    // It is there already.
    assert_eq!(moves(&mut run, "single", Some("two"), None), 0);
    assert_eq!(moves(&mut run, "yes-no", Some("two"), Some("single")), 0);
    // What it should stand before has gone elsewhere meanwhile.
    let late = run.host(HostAsk::MovePoll {
        poll: poll_id("strict"),
        segment: Some(segment_id("one")),
        before: Some(poll_id("single")),
    });
    assert!(matches!(late, Err(Refusal::Outdated(_))), "{late:?}");
}

/// Votes are in, and the poll belongs elsewhere all the same.
#[test]
fn an_open_poll_moves_with_its_votes() {
    let mut run = Run::new();
    run.opens("single");
    run.casts(crate::run::vote(1, "single", 1, &[0])).unwrap();
    let before = run.session.clone();
    assert_eq!(moves(&mut run, "single", Some("three"), None), 1);
    assert_eq!(run.tally("single").voters, 1);
    assert_eq!(run.poll("single").plan.segment, Some(segment_id("three")));
    run.undoes().unwrap();
    assert_eq!(run.session.polls, before.polls);
}

#[test]
fn segments_move_before_a_neighbour_or_to_the_end() {
    let mut run = Run::new();
    let before = |segment: &str, before: Option<&str>| HostAsk::MoveSegmentBefore {
        segment: segment_id(segment),
        before: before.map(segment_id),
    };
    for (segment, neighbour, then) in [
        ("three", Some("one"), ["three", "one", "two"]),
        ("three", None, ["one", "two", "three"]),
        ("one", Some("three"), ["two", "one", "three"]),
        ("one", Some("three"), ["two", "one", "three"]),
        ("one", Some("one"), ["two", "one", "three"]),
    ] {
        run.host(before(segment, neighbour)).unwrap();
        assert_eq!(titles(&run), then, "{segment} before {neighbour:?}");
    }
}

fn demo_segment() -> SegmentPlan {
    SegmentPlan {
        id: segment_id("live"),
        kind: SegmentKind::Demo,
        title: "Live".to_string(),
        speaker: String::new(),
        blurb: String::new(),
        links: Vec::new(),
        planned_minutes: None,
        demo: Some(DemoPlan {
            kind: DemoKind::Rbf,
            settings: Settings::new(),
        }),
    }
}

fn steering_poll() -> PollPlan {
    let presets = DemoKind::Rbf.presets();
    PollPlan {
        id: poll_id("which"),
        segment: None,
        question: "Which run?".to_string(),
        kind: Kind::Single(single::Rules { write_in: false }),
        options: presets[..2]
            .iter()
            .map(|one| one.label.to_string())
            .collect(),
        horizons: Vec::new(),
        live_results: false,
        seconds: None,
        steers: Some(Steers {
            segment: segment_id("live"),
            settings: presets[..2].iter().map(|one| one.settings()).collect(),
        }),
        step: None,
    }
}

#[test]
fn a_demo_is_made_with_its_steering_poll_in_one_go_and_comes_out_in_the_run_sheet() {
    let mut run = Run::new();
    let add = || HostAsk::AddSegment {
        plan: demo_segment(),
        id: IdGiven::Suggested,
        after: None,
        polls: vec![(steering_poll(), IdGiven::Suggested)],
    };
    assert_eq!(run.host(add()), Ok(1));
    // A second one of the same name has an id of its own, and its poll steers it.
    assert_eq!(run.host(add()), Ok(1));
    let second = &run.session.polls.last().unwrap().plan;
    assert_eq!(second.id, poll_id("which-2"));
    assert_eq!(
        second.steers.as_ref().unwrap().segment,
        segment_id("live-2")
    );
    let written = sheet::write(&run.session.plan());
    assert_eq!(plan_of(&written), run.session.plan());
    run.undoes().unwrap();
    run.undoes().unwrap();
    assert_eq!(run.session.agenda.len(), 3);
    assert_eq!(run.session.polls.len(), Run::new().session.polls.len());
}

#[test]
fn a_poll_made_with_a_segment_that_it_cannot_steer_is_refused_as_a_whole() {
    let mut run = Run::new();
    let mut plain = demo_segment();
    plain.demo = None;
    let refused = run.host(HostAsk::AddSegment {
        plan: plain,
        id: IdGiven::Suggested,
        after: None,
        polls: vec![(steering_poll(), IdGiven::Suggested)],
    });
    assert!(matches!(refused, Err(Refusal::BadPlan(_))), "{refused:?}");
    assert_eq!(run.session.agenda.len(), 3);
}

#[test]
fn a_segment_goes_with_its_drafts_and_leaves_what_people_have_seen() {
    let mut run = Run::new();
    run.opens("multiple");
    for poll in ["single", "multiple", "chance"] {
        moves(&mut run, poll, Some("two"), None);
    }
    let two = || segment_id("two");
    let before = run.session.clone();
    assert!(run.host(HostAsk::RemoveSegment(two())).is_err());
    assert_eq!(run.host(HostAsk::RemoveSegmentWithPolls(two())), Ok(1));
    assert!(run.session.poll(&poll_id("single")).is_err());
    let left = run.poll("multiple");
    assert_eq!(
        (left.plan.segment.clone(), left.phase),
        (None, Phase::Open { closes_at: None })
    );
    run.undoes().unwrap();
    assert_eq!(run.session.polls, before.polls);
    assert_eq!(run.session.agenda, before.agenda);
}

#[test]
fn a_draft_stops_steering_when_it_is_told_so_and_not_by_being_edited() {
    let mut run = Run::new();
    run.host(HostAsk::AddSegment {
        plan: demo_segment(),
        id: IdGiven::Suggested,
        after: None,
        polls: vec![(steering_poll(), IdGiven::Suggested)],
    })
    .unwrap();
    let rewrite = |unsteered, segment: Option<&str>| HostAsk::RewritePoll {
        plan: Box::new(PollPlan {
            steers: None,
            ..steering_poll()
        }),
        segment: segment.map(segment_id),
        unsteered,
        unstepped: false,
    };
    run.host(rewrite(false, Some("one"))).unwrap();
    let moved = run.poll("which").plan.clone();
    assert!(moved.steers.is_some());
    assert_eq!(moved.segment, Some(segment_id("one")));
    run.host(rewrite(true, None)).unwrap();
    assert_eq!(run.poll("which").plan.steers, None);
    assert_eq!(run.poll("which").plan.segment, Some(segment_id("one")));
}

/// What is replayed is what was.
#[test]
fn all_of_it_is_in_the_log() {
    let mut run = Run::new();
    moves(&mut run, "single", Some("three"), None);
    run.host(HostAsk::RemoveSegmentWithPolls(segment_id("three")))
        .unwrap();
    run.host(HostAsk::Go(segment_id("two"))).unwrap();
    run.host(HostAsk::StartSession).unwrap();
    run.undoes().unwrap();
    assert_eq!(Session::replay(&run.log), Some(run.session.clone()));
}
