//! Properties of any sequence of questions, voices, edits and moderation.

use std::collections::BTreeSet;

use proptest::prelude::*;
use salon_core::domain::chat::Said;
use salon_core::domain::command::{AudienceAsk, Command, HostAsk, QuestionAsk, Role};
use salon_core::domain::questions::ask::Asked;
use salon_core::domain::questions::relay::Relayed;
use salon_core::domain::questions::rules::{Moderation, Rules};
use salon_core::domain::questions::{Questions, Review};
use salon_core::domain::session::Session;
use salon_core::ids::{AskerKey, MessageId, QuestionId};
use salon_core::translate::{show, show_questions, show_room};

use crate::questions::{asker, q, room_of};
use crate::run::{Run, kept_and_read, segment_id};

const VOTERS: u8 = 6;

#[derive(Debug, Clone)]
enum Step {
    Voice(u8, AudienceAsk),
    Desk(Role, HostAsk),
    Wait(i64),
}

/// Words that nothing else has in it, so that they are found wherever they went.
fn words(n: u32, edited: bool) -> String {
    format!("zq{n}{}z", if edited { "e" } else { "" })
}

fn any_id() -> impl Strategy<Value = QuestionId> {
    (1..14_u32).prop_map(q)
}

fn any_voice() -> impl Strategy<Value = AudienceAsk> {
    prop_oneof![
        4 => (0..40_u32, prop::option::of(any_id())).prop_map(|(n, about)| {
            AudienceAsk::Question(Asked {
                key: format!("k{n}"),
                // Each text is its key's, made unique again by its place when it is checked.
                text: format!("{} http://x.y/{n}", words(n, false)).split_at(if n % 5 == 0 { words(n, false).len() + 9 } else { words(n, false).len() }).0.to_string(),
                name: if n % 3 == 0 { format!("nm{n}x") } else { String::new() },
                about,
            })
        }),
        1 => (any_id(), 0..40_u32).prop_map(|(question, n)| AudienceAsk::EditQuestion {
            question,
            text: words(n, true),
            name: String::new(),
        }),
        1 => any_id().prop_map(AudienceAsk::WithdrawQuestion),
        6 => (any_id(), any::<bool>()).prop_map(|(question, up)| AudienceAsk::Upvote { question, up }),
        2 => (0..40_u32).prop_map(|n| AudienceAsk::Message(Said {
            key: format!("m{n}"),
            text: format!("yq{n}y{}", if n % 4 == 0 { " www.x.y" } else { "" }),
            name: String::new(),
        })),
    ]
}

fn any_moderation() -> impl Strategy<Value = HostAsk> {
    let questions = || prop::collection::vec(any_id(), 1..4);
    let ask = prop_oneof![
        1 => (any_id(), 0..3_u32).prop_map(|(question, read)| QuestionAsk::Approve { question, read }),
        3 => any_id().prop_map(QuestionAsk::Hide),
        1 => any_id().prop_map(QuestionAsk::Show),
        1 => (any_id(), any::<bool>()).prop_map(|(question, pinned)| QuestionAsk::Pin { question, pinned }),
        1 => any_id().prop_map(|question| QuestionAsk::Label { question, labels: vec!["maths".into()] }),
        3 => (questions(), any_id()).prop_map(|(from, into)| QuestionAsk::Merge { from, into }),
        2 => any_id().prop_map(QuestionAsk::Unmerge),
        2 => (any_id(), 0..3_u32).prop_map(|(question, read)| QuestionAsk::TakeUp { question, read }),
        1 => Just(QuestionAsk::TakeUpNext),
        1 => any_id().prop_map(QuestionAsk::Answered),
        1 => any_id().prop_map(QuestionAsk::Reopen),
        1 => (any_id(), "[a-c]{0,2}").prop_map(|(question, text)| QuestionAsk::Answer { question, text }),
        1 => (questions(), "[a-c]{0,2}").prop_map(|(questions, note)| QuestionAsk::Close { questions, note }),
        1 => questions().prop_map(|questions| QuestionAsk::CarryOver {
            questions,
            segment: Some(segment_id("two")),
        }),
        1 => (any_id(), any::<bool>()).prop_map(|(question, hide)| QuestionAsk::BanAsker { question, hide }),
        1 => (0..VOTERS).prop_map(|n| QuestionAsk::Unban(asker(n))),
        1 => prop::sample::select(Moderation::ALL.to_vec()).prop_map(|moderation| {
            QuestionAsk::Rules(Rules { moderation, chat: true, ..Rules::default() })
        }),
    ];
    prop_oneof![
        12 => ask.prop_map(HostAsk::Question),
        1 => Just(HostAsk::Relay(vec![Relayed {
            key: String::new(),
            text: "relayed".into(),
            name: String::new(),
            source: "zoom".into(),
            stream_seconds: None,
        }])),
        1 => (1..20_u32).prop_map(|n| HostAsk::HideMessage(MessageId(n))),
        1 => (1..20_u32).prop_map(|n| HostAsk::ShowMessage(MessageId(n))),
        1 => (1..20_u32).prop_map(|n| HostAsk::PassMessage(MessageId(n))),
        1 => Just(HostAsk::Announce { text: "Recorded.".into(), seconds: None }),
        1 => Just(HostAsk::ClearAnnouncement),
        1 => Just(HostAsk::CheckSignal { seconds: 30 }),
        1 => Just(HostAsk::EndSignal),
    ]
}

fn any_role() -> impl Strategy<Value = Role> {
    prop::sample::select(vec![Role::Host, Role::Moderator, Role::Speaker])
}

fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0..VOTERS, any_voice()).prop_map(|(n, ask)| Step::Voice(n, ask)),
        4 => (any_role(), any_moderation()).prop_map(|(role, ask)| Step::Desk(role, ask)),
        1 => any_role().prop_map(|role| Step::Desk(role, HostAsk::Undo)),
        1 => (0..5_000_i64).prop_map(Step::Wait),
    ];
    prop::collection::vec(step, 1..60)
}

fn taken(run: &mut Run, step: &Step) -> bool {
    match step {
        Step::Voice(n, ask) => run.voice(*n, ask.clone()).is_ok(),
        Step::Desk(role, ask) => run.ask(*role, &Command::Host(ask.clone())).is_ok(),
        Step::Wait(ms) => {
            run.waits(*ms);
            true
        }
    }
}

fn after(steps: &[Step]) -> Run {
    let mut run = Run::new();
    run.rules(|rules| rules.chat = true);
    run.host(HostAsk::StartSession).unwrap();
    for step in steps {
        taken(&mut run, step);
    }
    run
}

/// Who wants this answered, counted the plain way: by walking every question to where it ends.
fn voices_by_hand(questions: &Questions, head: QuestionId) -> usize {
    fn end(questions: &Questions, id: QuestionId) -> QuestionId {
        match questions.find(id).unwrap().merged_into {
            Some(into) => end(questions, into),
            None => id,
        }
    }
    let mut voters: BTreeSet<AskerKey> = BTreeSet::new();
    let mut from_afar = 0;
    for question in questions
        .all
        .iter()
        .filter(|one| end(questions, one.id) == head)
    {
        voters.extend(&question.votes);
        match question.asker {
            _ if question.withdrawn => {}
            Some(asker) => {
                voters.insert(asker);
            }
            None => from_afar += 1,
        }
    }
    voters.len() + from_afar
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn voices_are_a_set_and_no_merge_loses_one(steps in any_steps()) {
        let run = after(&steps);
        let questions = &run.session.questions;
        let mut everyone = BTreeSet::new();
        let mut counted = BTreeSet::new();
        for (place, question) in questions.all.iter().enumerate() {
            prop_assert_eq!(question.id.0 as usize, place + 1, "no question is lost");
            prop_assert_eq!(question.voices, questions.count_voices(question.id), "{}", question.id);
            everyone.extend(question.votes.iter().map(|voter| (question.id, *voter)));
            if question.merged_into.is_none() {
                prop_assert_eq!(question.voices as usize, voices_by_hand(questions, question.id));
                for id in questions.group(question.id) {
                    counted.extend(questions.find(id).unwrap().votes.iter().map(|voter| (id, *voter)));
                }
            }
        }
        prop_assert_eq!(everyone, counted, "every vote is counted under some head");
        let asking = questions.all.iter().filter(|one| one.standing.name() == "asking").count();
        prop_assert!(asking <= 1, "one question at a time");
    }

    #[test]
    fn the_log_replays_to_the_state(steps in any_steps()) {
        let run = after(&steps);
        prop_assert_eq!(&kept_and_read(&run.session), &run.session);
        prop_assert_eq!(Session::replay(&run.log).unwrap(), run.session);
    }

    #[test]
    fn a_moderation_taken_back_leaves_what_was(steps in any_steps(), role in any_role(), ask in any_moderation()) {
        let mut run = after(&steps);
        let before = room_of(&run.session);
        let relays = matches!(ask, HostAsk::Relay(_));
        if !relays && run.ask(role, &Command::Host(ask)).is_ok_and(|facts| facts > 0) {
            prop_assert!(room_of(&run.session) != before, "an action does something");
            run.ask(role, &Command::Host(HostAsk::Undo)).unwrap();
            prop_assert_eq!(room_of(&run.session), before);
        }
    }

    #[test]
    fn asking_again_after_a_lost_answer_changes_nothing(steps in any_steps(), n in 0..VOTERS, voice in any_voice()) {
        let mut run = after(&steps);
        if run.voice(n, voice.clone()).is_ok() {
            let before = run.session.clone();
            run.waits(3_600_000);
            // Pressing a toggle again is no retry of an edit by another hand; all others are heard and do nothing.
            prop_assert_eq!(run.voice(n, voice), Ok(0));
            prop_assert_eq!(run.session, before);
        }
    }

    #[test]
    fn hidden_words_reach_no_audience_connection(steps in any_steps()) {
        let run = after(&steps);
        let session = &run.session;
        let mut seen = String::new();
        for role in [Role::Audience, Role::Stage, Role::Speaker] {
            // A phone that asked nothing, and the other two.
            let stranger = (role == Role::Audience).then(|| asker(99));
            seen += &serde_json::to_string(&show_room::room(session, role, stranger)).unwrap();
            seen += &serde_json::to_string(&show::session(session, role, "x")).unwrap();
            seen += &serde_json::to_string(&show::log(session, role)).unwrap();
        }
        let listed: Vec<_> = session.questions.all.iter().map(|one| one.id).collect();
        seen += &serde_json::to_string(&show_questions::listed(session, &listed)).unwrap();
        let public: BTreeSet<&str> = session.questions.all.iter()
            .filter(|one| one.is_public())
            .map(|one| one.text.as_str())
            .collect();
        for question in session.questions.all.iter().filter(|one| !one.is_public()) {
            let elsewhere = public.iter().any(|text| text.contains(&question.text)) || question.text == "relayed";
            prop_assert!(elsewhere || !seen.contains(&question.text), "{}", question.text);
        }
        for message in session.chat.messages.iter().filter(|one| !one.is_public()) {
            let elsewhere = session.chat.messages.iter().any(|one| one.is_public() && one.text == message.text);
            prop_assert!(elsewhere || !seen.contains(&format!("\"{}\"", message.text)), "{}", message.text);
        }
        // Not even to the asker, once a moderator has hidden it; and to nobody but the asker while it waits.
        for n in 0..VOTERS {
            let own = serde_json::to_string(&show_room::room(session, Role::Audience, Some(asker(n))).own).unwrap();
            for question in &session.questions.all {
                let text = format!("\"{}\"", question.text);
                let theirs = session.questions.of(asker(n)).any(|one| one.text == question.text && !one.hidden);
                prop_assert!(theirs || !own.contains(&text), "{n} {text}");
            }
        }
        // Nor any wording of before: whatever words are seen are those of a question that is public now.
        for place in seen.match_indices("zq").map(|(place, _)| place) {
            let word: String = seen[place..].chars().take_while(char::is_ascii_alphanumeric).collect();
            prop_assert!(public.iter().any(|text| text.contains(&word)), "{word}");
        }
    }

    #[test]
    fn only_who_moderates_lets_words_out_and_only_what_they_read(steps in any_steps()) {
        let mut run = Run::new();
        run.rules(|rules| rules.chat = true);
        run.host(HostAsk::StartSession).unwrap();
        let public = |run: &Run| -> BTreeSet<(QuestionId, String)> {
            let all = run.session.questions.all.iter();
            all.filter(|one| one.is_public()).map(|one| (one.id, one.text.clone())).collect()
        };
        let mut ever = BTreeSet::new();
        for step in &steps {
            let before = public(&run);
            let edits: Vec<u32> = run.session.questions.all.iter().map(|one| one.edits).collect();
            taken(&mut run, step);
            let after = public(&run);
            for (id, text) in after.difference(&before) {
                match step {
                    Step::Desk(role, _) if !role.moderates() => {
                        let waited = ever.contains(&(*id, text.clone()));
                        prop_assert!(waited, "{role:?} let {text} out");
                    }
                    Step::Desk(_, HostAsk::Undo) => {
                        prop_assert!(ever.contains(&(*id, text.clone())), "an undo let {text} out");
                    }
                    Step::Desk(_, HostAsk::Question(
                        QuestionAsk::Approve { question, read } | QuestionAsk::TakeUp { question, read },
                    )) => prop_assert_eq!((*question, edits[id.0 as usize - 1]), (*id, *read)),
                    _ => {}
                }
            }
            ever.extend(after);
        }
    }

    #[test]
    fn nothing_waits_unseen(steps in any_steps()) {
        let run = after(&steps);
        let desk = run.seen(Role::Moderator);
        for question in &run.session.questions.all {
            let seen = desk.list.iter().any(|one| one.id == question.id.0);
            prop_assert!(seen, "{} {:?}", question.id, question.review);
            if question.review == Review::Pending {
                prop_assert!(!question.is_public());
            }
        }
    }
}
