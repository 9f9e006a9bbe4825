//! A question's words change while it is looked at: nobody lets out, shows or logs what no moderator has read.

use salon_core::domain::command::{AudienceAsk, Command, HostAsk, QuestionAsk, Role};
use salon_core::domain::questions::rules::Moderation;
use salon_core::domain::questions::{Review, Standing};
use salon_core::domain::refusal::Refusal;
use salon_core::ids::QuestionId;
use salon_core::translate::show;

use crate::questions::texts;
use crate::run::Run;

impl Run {
    fn rewords(&mut self, n: u8, question: QuestionId, text: &str) {
        let edit = AudienceAsk::EditQuestion {
            question,
            text: text.into(),
            name: String::new(),
        };
        assert_eq!(self.voice(n, edit), Ok(1));
    }

    fn desk(&mut self, role: Role, ask: QuestionAsk) -> Result<usize, Refusal> {
        self.ask(role, &Command::Host(HostAsk::Question(ask)))
    }
}

#[test]
fn a_moderator_lets_out_what_was_read_and_nothing_else() {
    let mut run = Run::new();
    run.rules(|rules| rules.moderation = Moderation::Before);
    let question = run.asks(1, "Kind?");
    run.rewords(1, question, "Rude!");
    for ask in [
        QuestionAsk::Approve { question, read: 0 },
        QuestionAsk::TakeUp { question, read: 0 },
    ] {
        let refused = run.desk(Role::Moderator, ask).unwrap_err();
        assert!(refused.to_string().contains("read it again"), "{refused}");
    }
    assert!(run.seen(Role::Audience).list.is_empty());
    let read = run.seen(Role::Moderator).list[0]
        .desk
        .clone()
        .unwrap()
        .edits;
    let approve = QuestionAsk::Approve { question, read };
    assert_eq!(run.desk(Role::Moderator, approve.clone()), Ok(1));
    assert_eq!(texts(&run.seen(Role::Audience)), ["Rude!"]);
    assert_eq!(run.desk(Role::Host, approve), Ok(0), "two have read it");
}

#[test]
fn a_speaker_knows_of_no_question_that_waits_or_is_hidden() {
    let mut run = Run::new();
    run.rules(|rules| rules.moderation = Moderation::Before);
    let question = run.asks(1, "Secret?");
    for ask in [
        QuestionAsk::TakeUp { question, read: 0 },
        QuestionAsk::Answered(question),
        QuestionAsk::Reopen(question),
    ] {
        let outcome = run.desk(Role::Speaker, ask.clone());
        assert_eq!(outcome, Err(Refusal::unknown("question", &1)), "{ask:?}");
    }
    assert_eq!(run.question(question).review, Review::Pending);
    assert_eq!(
        run.desk(Role::Host, QuestionAsk::TakeUp { question, read: 0 }),
        Ok(1)
    );
}

#[test]
fn taking_back_a_publication_lets_nothing_out_that_is_held_since() {
    let mut run = Run::new();
    run.rules(|rules| {
        rules.moderation = Moderation::After;
        rules.words = vec!["scam".into()];
    });
    let question = run.asks(1, "Fine?");
    run.moderates(QuestionAsk::Approve { question, read: 0 })
        .unwrap();
    run.rewords(1, question, "A scam?");
    assert_eq!(run.question(question).review, Review::Pending);
    run.undoes().unwrap();
    assert_eq!(run.question(question).review, Review::Pending);
    assert!(run.seen(Role::Audience).list.is_empty());
}

#[test]
fn an_undo_reads_out_nothing_that_another_took_from_view() {
    let mut run = Run::new();
    let (a, b) = (run.asks(1, "A?"), run.asks(2, "B?"));
    let take_up = |question| QuestionAsk::TakeUp { question, read: 0 };
    run.desk(Role::Speaker, take_up(a)).unwrap();
    run.desk(Role::Speaker, take_up(b)).unwrap();
    run.desk(Role::Moderator, QuestionAsk::Hide(a)).unwrap();
    run.ask(Role::Speaker, &Command::Host(HostAsk::Undo))
        .unwrap();
    assert_eq!(run.question(a).standing, Standing::Open);
    assert!(run.session.questions.asking().is_none());
}

#[test]
fn the_log_tells_the_words_of_now_and_none_of_before() {
    let mut run = Run::new();
    run.rules(|rules| rules.moderation = Moderation::Before);
    let question = run.asks(1, "Never public?");
    run.moderates(QuestionAsk::Pin {
        question,
        pinned: true,
    })
    .unwrap();
    run.rewords(1, question, "Public?");
    run.moderates(QuestionAsk::Approve { question, read: 1 })
        .unwrap();
    run.moderates(QuestionAsk::Hide(question)).unwrap();
    run.undoes().unwrap();
    let log = run.public_log().join("\n");
    assert!(!log.contains("Never public"), "{log}");
    assert!(log.contains("The question “Public?” was pinned."), "{log}");
    assert!(
        log.contains("Undone: The question “Public?” was shown again."),
        "{log}"
    );
    let host = show::log(&run.session, Role::Host);
    assert!(host.iter().any(|line| line.text.contains("Public?")));
}

#[test]
fn a_busy_moderator_leaves_the_hosts_undo_alone() {
    let mut run = Run::new();
    let question = run.asks(1, "A?");
    run.host(HostAsk::StartSession).unwrap();
    for n in 0..40 {
        let pinned = n % 2 == 0;
        run.desk(Role::Moderator, QuestionAsk::Pin { question, pinned })
            .unwrap();
    }
    assert_eq!(run.session.state.name(), "live");
    run.undoes().unwrap();
    assert_eq!(run.session.state.name(), "draft");
    for _ in 0..salon_core::domain::session::UNDO_MAX {
        run.ask(Role::Moderator, &Command::Host(HostAsk::Undo))
            .unwrap();
    }
    assert!(
        run.ask(Role::Moderator, &Command::Host(HostAsk::Undo))
            .is_err()
    );
}
