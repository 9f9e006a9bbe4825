//! What moderating does, who may do it, and that each takes back their own; chat and signal checks.

use salon_core::domain::chat::Said;
use salon_core::domain::command::{AudienceAsk, Command, HostAsk, QuestionAsk, Role};
use salon_core::domain::questions::rules::Moderation;
use salon_core::domain::questions::{Review, Standing};
use salon_core::domain::refusal::Refusal;
use salon_core::ids::{MessageId, Timestamp};
use salon_core::translate::{show, show_room};

use crate::questions::{asked, asker, texts};
use crate::run::{Run, segment_id};

#[test]
fn moderation_before_keeps_words_from_all_but_the_asker() {
    let mut run = Run::new();
    run.rules(|rules| rules.moderation = Moderation::Before);
    let id = run.asks(1, "Secret words?");
    for role in [Role::Audience, Role::Stage, Role::Speaker] {
        assert!(run.seen(role).list.is_empty(), "{role:?}");
    }
    assert_eq!(run.seen(Role::Moderator).pending, 1);
    assert_eq!(run.own_question(id).state, "pending");
    assert!(run.upvotes(2, id, true).is_err(), "not there for others");
    run.moderates(QuestionAsk::Approve {
        question: id,
        read: 0,
    })
    .unwrap();
    assert_eq!(texts(&run.seen(Role::Audience)), ["Secret words?"]);
    // Edited, it waits again.
    let edit = AudienceAsk::EditQuestion {
        question: id,
        text: "Other words?".into(),
        name: String::new(),
    };
    assert_eq!(run.voice(1, edit), Ok(1));
    assert!(run.seen(Role::Audience).list.is_empty());
}

#[test]
fn moderation_after_publishes_and_lists_for_review() {
    let mut run = Run::new();
    run.rules(|rules| rules.moderation = Moderation::After);
    let id = run.asks(1, "Public?");
    assert_eq!(texts(&run.seen(Role::Audience)), ["Public?"]);
    let desk = run.seen(Role::Moderator).list[0].desk.clone().unwrap();
    assert_eq!(desk.review, "new");
    run.moderates(QuestionAsk::Approve {
        question: id,
        read: 0,
    })
    .unwrap();
    assert_eq!(run.question(id).review, Review::Passed);
}

#[test]
fn filtered_words_and_links_are_held_without_telling_which() {
    let mut run = Run::new();
    run.rules(|rules| rules.words = vec!["scam*".into()]);
    for text in ["Is this a SCÁM?", "See https://x.y", "www.example.org?"] {
        let id = run.asks(1, text);
        assert_eq!(run.own_question(id).state, "pending");
        assert!(run.question(id).held);
    }
    assert!(run.seen(Role::Audience).list.is_empty());
    assert!(run.seen(Role::Audience).rules.words.is_empty());
    assert_eq!(run.seen(Role::Host).rules.words, ["scam*"]);
}

#[test]
fn the_banned_neither_ask_nor_chat_nor_press() {
    let mut run = Run::new();
    run.rules(|rules| rules.chat = true);
    let other = run.asks(2, "Fine?");
    let id = run.asks(1, "Rude?");
    let say = |key: &str| {
        AudienceAsk::Message(Said {
            key: key.into(),
            text: "rude".into(),
            name: String::new(),
        })
    };
    run.voice(1, say("m1")).unwrap();
    run.moderates(QuestionAsk::BanAsker {
        question: id,
        hide: true,
    })
    .unwrap();
    run.waits(10_000);
    assert_eq!(run.voice(1, asked("new", "More?")), Err(Refusal::Banned));
    assert_eq!(run.voice(1, say("m2")), Err(Refusal::Banned));
    assert_eq!(run.upvotes(1, other, true), Err(Refusal::Banned));
    assert_eq!(texts(&run.seen(Role::Audience)), ["Fine?"]);
    assert!(
        show_room::chat(&run.session, Role::Audience)
            .messages
            .is_empty()
    );
    // A retry of what was heard before is heard.
    assert_eq!(run.voice(1, asked("k1", "Rude?")), Ok(0));
    // One action, taken back as one.
    run.undoes().unwrap();
    assert_eq!(run.seen(Role::Audience).list.len(), 2);
    assert_eq!(run.voice(1, asked("new", "More?")), Ok(1));
    run.moderates(QuestionAsk::BanAsker {
        question: id,
        hide: false,
    })
    .unwrap();
    run.moderates(QuestionAsk::Unban(asker(1))).unwrap();
    assert_eq!(run.upvotes(1, other, true), Ok(1));
}

#[test]
fn taking_up_answers_the_one_before_and_keeps_the_times() {
    let mut run = Run::new();
    run.opens("single");
    let (a, b) = (run.asks(1, "A?"), run.asks(2, "B?"));
    assert!(run.session.on_stage().is_some());
    run.moderates(QuestionAsk::TakeUp {
        question: a,
        read: 0,
    })
    .unwrap();
    assert_eq!(run.session.on_stage(), None, "the stage is the question's");
    let since = run.now;
    run.waits(60_000);
    run.moderates(QuestionAsk::TakeUpNext).unwrap();
    let answered = Standing::Answered {
        asking: Some(since),
        at: run.now,
    };
    assert_eq!(run.question(a).standing, answered);
    assert_eq!(run.session.questions.asking().unwrap().id, b);
    let late = run.voice(1, AudienceAsk::WithdrawQuestion(a));
    assert!(
        matches!(late, Err(Refusal::Closed(_))),
        "taken up: no longer the asker's"
    );
    run.moderates(QuestionAsk::Answer {
        question: b,
        text: "Because.".into(),
    })
    .unwrap();
    assert!(
        matches!(run.question(b).standing, Standing::Asking { .. }),
        "still talked about"
    );
    run.moderates(QuestionAsk::Answered(b)).unwrap();
    assert_eq!(run.own_question(b).answer.unwrap().text, "Because.");
    assert!(
        run.moderates(QuestionAsk::TakeUpNext).is_err(),
        "none is left"
    );
    run.moderates(QuestionAsk::Reopen(a)).unwrap();
    assert_eq!(run.question(a).standing, Standing::Open);
}

#[test]
fn what_was_not_reached_is_carried_over_or_closed_with_a_word() {
    let mut run = Run::new();
    run.host(HostAsk::StartSession).unwrap();
    let (a, b) = (run.asks(1, "A?"), run.asks(2, "B?"));
    assert_eq!(run.question(a).segment, Some(segment_id("one")));
    run.host(HostAsk::Next).unwrap();
    let segment = Some(segment_id("two"));
    run.moderates(QuestionAsk::CarryOver {
        questions: vec![a],
        segment,
    })
    .unwrap();
    assert_eq!(run.question(a).segment, Some(segment_id("two")));
    let note = "We ran out of time.".to_string();
    run.moderates(QuestionAsk::Close {
        questions: vec![b],
        note,
    })
    .unwrap();
    let own = run.own_question(b);
    assert_eq!(
        (own.state.as_str(), own.note.as_str()),
        ("closed", "We ran out of time.")
    );
    assert!(!texts(&run.seen(Role::Audience)).contains(&"B?"));
    let nowhere = Some(segment_id("nowhere"));
    assert!(
        run.moderates(QuestionAsk::CarryOver {
            questions: vec![a],
            segment: nowhere
        })
        .is_err()
    );
}

#[test]
fn each_role_may_what_is_its_own_and_takes_back_its_own() {
    let mut run = Run::new();
    let id = run.asks(1, "A?");
    let pin = HostAsk::Question(QuestionAsk::Pin {
        question: id,
        pinned: true,
    });
    run.host(HostAsk::StartSession).unwrap();
    assert_eq!(run.ask(Role::Moderator, &Command::Host(pin.clone())), Ok(1));
    run.host(HostAsk::Next).unwrap();
    // The moderator's undo leaves the host's step alone, and the other way round.
    assert_eq!(
        run.ask(Role::Moderator, &Command::Host(HostAsk::Undo)),
        Ok(1)
    );
    assert!(!run.question(id).pinned);
    assert_eq!(run.session.current, Some(segment_id("two")));
    assert!(
        run.ask(Role::Moderator, &Command::Host(HostAsk::Undo))
            .is_err()
    );
    run.undoes().unwrap();
    assert_eq!(run.session.current, Some(segment_id("one")));
    for (role, ask) in [
        (Role::Speaker, pin),
        (Role::Moderator, HostAsk::Next),
        (
            Role::Moderator,
            HostAsk::Reveal(crate::run::poll_id("single")),
        ),
        (
            Role::Audience,
            HostAsk::Question(QuestionAsk::TakeUp {
                question: id,
                read: 0,
            }),
        ),
        (Role::Stage, HostAsk::Undo),
    ] {
        let outcome = run.ask(role, &Command::Host(ask.clone()));
        assert_eq!(outcome, Err(Refusal::NotAllowed), "{role:?} {ask:?}");
    }
    let take_up = HostAsk::Question(QuestionAsk::TakeUp {
        question: id,
        read: 0,
    });
    assert_eq!(run.ask(Role::Speaker, &Command::Host(take_up)), Ok(1));
    assert_eq!(run.ask(Role::Speaker, &Command::Host(HostAsk::Undo)), Ok(1));
    assert_eq!(run.question(id).standing, Standing::Open);
}

#[test]
fn a_signal_check_is_answered_once_by_each_and_told_by_source() {
    let mut run = Run::new();
    run.host(HostAsk::CheckSignal { seconds: 30 }).unwrap();
    let check = run.session.signals.check.unwrap().id;
    let says = |sees, hears| AudienceAsk::Signal { check, sees, hears };
    assert_eq!(run.voice_via(1, Some("zoom"), says(true, true)), Ok(1));
    assert_eq!(run.voice_via(1, Some("zoom"), says(true, true)), Ok(0));
    assert_eq!(
        run.voice_via(1, Some("zoom"), says(true, false)),
        Ok(1),
        "changed"
    );
    assert_eq!(run.voice_via(2, Some("farther"), says(true, true)), Ok(1));
    let seen = show_room::signal(&run.session, Role::Speaker).unwrap();
    let rows: Vec<_> = seen
        .counts
        .iter()
        .map(|row| (row.source.as_str(), row.both, row.sees_only))
        .collect();
    assert_eq!(rows, [("", 1, 1), ("Zoom", 0, 1), ("Farther", 1, 0)]);
    assert!(
        show_room::signal(&run.session, Role::Audience)
            .unwrap()
            .counts
            .is_empty()
    );
    run.waits(31_000);
    assert!(
        run.voice_via(3, Some("zoom"), says(true, true)).is_err(),
        "over"
    );
    assert_eq!(
        run.voice_via(3, Some("farther"), says(true, true)),
        Ok(1),
        "30 s behind"
    );
    run.host(HostAsk::EndSignal).unwrap();
    assert!(run.voice_via(4, Some("farther"), says(true, true)).is_err());
    run.host(HostAsk::CheckSignal { seconds: 30 }).unwrap();
    assert_ne!(run.session.signals.check.unwrap().id, check);
    assert_eq!(
        show_room::signal(&run.session, Role::Host).unwrap().counts[0].both,
        0,
        "a fresh one"
    );
}

#[test]
fn chat_is_off_until_wanted_and_goes_by_the_same_rules() {
    let mut run = Run::new();
    let say = |key: &str, text: &str| {
        AudienceAsk::Message(Said {
            key: key.into(),
            text: text.into(),
            name: String::new(),
        })
    };
    assert!(run.voice(1, say("a", "Hello")).is_err());
    run.rules(|rules| rules.chat = true);
    assert_eq!(run.voice(1, say("a", "Hello")), Ok(1));
    assert_eq!(run.voice(1, say("a", "Hello")), Ok(0));
    assert_eq!(
        run.voice(1, say("b", "Again")),
        Err(Refusal::TooSoon { wait_seconds: 1 })
    );
    run.waits(1_001);
    assert_eq!(run.voice(1, say("b", "see https://x.y")), Ok(1));
    let seen = |run: &Run, role| show_room::chat(&run.session, role).messages.len();
    assert_eq!(
        (seen(&run, Role::Audience), seen(&run, Role::Moderator)),
        (1, 2)
    );
    run.host(HostAsk::PassMessage(MessageId(2))).unwrap();
    assert_eq!(seen(&run, Role::Audience), 2);
    run.host(HostAsk::HideMessage(MessageId(1))).unwrap();
    assert_eq!(seen(&run, Role::Audience), 1);
    for n in 0..400_i64 {
        run.now = Timestamp(run.now.0 + 2_000);
        run.voice(2, say(&format!("n{n}"), "more")).unwrap();
    }
    assert_eq!(run.session.chat.messages.len(), 300, "bounded");
}

#[test]
fn the_log_has_every_act_and_the_words_only_of_what_is_public() {
    let mut run = Run::new();
    let id = run.asks(1, "Unspeakable?");
    run.moderates(QuestionAsk::TakeUp {
        question: id,
        read: 0,
    })
    .unwrap();
    assert!(run.public_log().join(" ").contains("Unspeakable"));
    run.moderates(QuestionAsk::Hide(id)).unwrap();
    let log = run.public_log();
    assert!(!log.join(" ").contains("Unspeakable"), "{log:?}");
    assert!(
        log.iter().any(|line| line == "Question 1 was hidden."),
        "{log:?}"
    );
    let host = show::log(&run.session, Role::Host);
    assert!(host.iter().any(|line| line.text.contains("Unspeakable")));
}
