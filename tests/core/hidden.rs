//! Hidden means hidden: before the reveal no byte made for the audience depends on any ballot.

use proptest::prelude::*;
use salon::domain::command::{Command, HostAsk, Role};
use salon::domain::session::Session;
use salon::translate::show;

use crate::run::{POLLS, Run, any_host_ask, any_vote, poll_id};

/// Everything that is ever made for a role that has no ballot of its own.
fn seen(session: &Session, role: Role) -> String {
    let frames: Vec<_> = session
        .polls
        .iter()
        .map(|poll| show::tally_frame(session, poll, role))
        .collect();
    serde_json::to_string(&(
        show::session(session, role, "http://x/CODE"),
        show::polls(session, role),
        show::log(session, role),
        frames,
        session.rev,
    ))
    .unwrap()
}

/// What hosts do before a reveal and without naming anyone's write-in.
fn blind_host_ask() -> impl Strategy<Value = HostAsk> {
    any_host_ask().prop_filter("shows or depends on votes", |ask| {
        let named = |ids: &[salon::ids::OptionId]| ids.iter().any(|id| id.is_write_in());
        match ask {
            HostAsk::Reveal(_) | HostAsk::Undo | HostAsk::RemovePoll(_) => false,
            HostAsk::MergeOptions { from, into, .. } => !named(from) && !named(&[*into]),
            HostAsk::RenameOption { option, .. }
            | HostAsk::UnmergeOption { option, .. }
            | HostAsk::HideOption { option, .. }
            | HostAsk::ShowOption { option, .. }
            | HostAsk::ListOption { option, .. } => !named(&[*option]),
            _ => true,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_audience_cannot_tell_two_sets_of_votes_apart_before_the_reveal(
        host in prop::collection::vec(blind_host_ask(), 1..12),
        votes in prop::collection::vec(any_vote(), 0..40),
        others in prop::collection::vec(any_vote(), 0..40),
    ) {
        let (mut one, mut two) = (Run::new(), Run::new());
        one.opens_all();
        two.opens_all();
        let (mut a, mut b) = (votes.chunks(4), others.chunks(4));
        for ask in &host {
            for vote in a.next().unwrap_or_default() { let _ = one.ask(Role::Audience, vote); }
            for vote in b.next().unwrap_or_default() { let _ = two.ask(Role::Audience, vote); }
            // A name that someone wrote in may be taken for one host and free for the other; that is
            // the host's to see, and not what is tested here.
            let (mut p, mut q) = (one.session.clone(), two.session.clone());
            let done = (one.host(ask.clone()).is_ok(), two.host(ask.clone()).is_ok());
            if done.0 != done.1 {
                std::mem::swap(&mut one.session, &mut p);
                std::mem::swap(&mut two.session, &mut q);
                continue;
            }
            prop_assert_eq!(seen(&one.session, Role::Audience), seen(&two.session, Role::Audience));
        }
        // The stage knows how many, and nothing else.
        let strip = |session: &Session| {
            let text = seen(session, Role::Stage);
            let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
            for poll in value[1].as_array_mut().unwrap() {
                prop_assert!(poll.get("tally").is_none());
                poll["voters"] = 0.into();
            }
            value[3] = serde_json::Value::Null;
            Ok(value)
        };
        prop_assert_eq!(strip(&one.session)?, strip(&two.session)?);
    }
}

#[test]
fn after_the_reveal_it_can() {
    let (mut one, mut two) = (Run::new(), Run::new());
    for (run, pick) in [(&mut one, 0), (&mut two, 1)] {
        run.opens_all();
        let cast = salon::domain::command::Cast {
            poll: poll_id("single"),
            voter: crate::run::voter(1),
            seq: Some(1),
            picks: vec![salon::ids::OptionId(pick)],
            write_in: None,
            probability: None,
            by: None,
            via: None,
        };
        run.ask(Role::Audience, &Command::Cast(cast)).unwrap();
    }
    assert_eq!(
        seen(&one.session, Role::Audience),
        seen(&two.session, Role::Audience)
    );
    for run in [&mut one, &mut two] {
        run.host(HostAsk::Reveal(poll_id("single"))).unwrap();
    }
    assert_ne!(
        seen(&one.session, Role::Audience),
        seen(&two.session, Role::Audience)
    );
}

#[test]
fn a_draft_is_as_if_it_were_not_there() {
    let run = Run::new();
    for role in [Role::Audience, Role::Stage] {
        let text = seen(&run.session, role);
        for poll in POLLS {
            assert!(!text.contains(&format!("\"{poll}\"")), "{poll} in {text}");
        }
    }
}
