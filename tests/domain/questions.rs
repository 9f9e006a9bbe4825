//! Questions, chat and signal checks: what each ask does, and what it must not.

use salon_core::domain::command::{AudienceAsk, Command, HostAsk, QuestionAsk, Role};
use salon_core::domain::questions::Question;
use salon_core::domain::questions::ask::Asked;
use salon_core::domain::questions::relay::Relayed;
use salon_core::domain::questions::rules::{Names, Rules};
use salon_core::domain::refusal::Refusal;
use salon_core::domain::session::Session;
use salon_core::domain::signal::Signals;
use salon_core::ids::{AskerKey, QuestionId};
use salon_core::protocol::{OwnQuestion, QuestionsView};
use salon_core::translate::show_questions;

use crate::run::Run;

pub fn asker(n: u8) -> AskerKey {
    AskerKey([n; 16])
}

pub fn q(n: u32) -> QuestionId {
    QuestionId(n)
}

pub fn asked(key: &str, text: &str) -> AudienceAsk {
    AudienceAsk::Question(Asked {
        key: key.to_string(),
        text: text.to_string(),
        name: String::new(),
        about: None,
    })
}

impl Run {
    /// What someone in the audience asks, by the channel named.
    pub fn voice_via(
        &mut self,
        n: u8,
        via: Option<&str>,
        ask: AudienceAsk,
    ) -> Result<usize, Refusal> {
        let command = Command::Audience {
            asker: asker(n),
            via: via.map(|via| via.parse().unwrap()),
            ask,
        };
        self.ask(Role::Audience, &command)
    }

    pub fn voice(&mut self, n: u8, ask: AudienceAsk) -> Result<usize, Refusal> {
        self.voice_via(n, None, ask)
    }

    /// Voter `n` asks this; the question's id.
    pub fn asks(&mut self, n: u8, text: &str) -> QuestionId {
        let key = format!("k{}", self.session.questions.all.len());
        assert_eq!(self.voice(n, asked(&key, text)), Ok(1), "{text}");
        q(u32::try_from(self.session.questions.all.len()).unwrap())
    }

    pub fn upvotes(&mut self, n: u8, question: QuestionId, up: bool) -> Result<usize, Refusal> {
        self.voice(n, AudienceAsk::Upvote { question, up })
    }

    pub fn moderates(&mut self, ask: QuestionAsk) -> Result<usize, Refusal> {
        self.host(HostAsk::Question(ask))
    }

    pub fn rules(&mut self, change: impl FnOnce(&mut Rules)) {
        let mut rules = self.session.questions.rules.clone();
        change(&mut rules);
        assert_eq!(self.moderates(QuestionAsk::Rules(rules)), Ok(1));
    }

    pub fn question(&self, id: QuestionId) -> &Question {
        self.session.questions.get(id).unwrap()
    }

    pub fn seen(&self, role: Role) -> QuestionsView {
        show_questions::questions(&self.session, role)
    }

    pub fn own_question(&self, id: QuestionId) -> OwnQuestion {
        show_questions::own_question(&self.session, self.question(id))
    }
}

/// The parts of a session that moderating changes, without their counters.
pub fn room_of(session: &Session) -> impl PartialEq + std::fmt::Debug + use<> {
    let mut questions = session.questions.clone();
    let mut chat = session.chat.clone();
    (questions.version, chat.version) = (0, 0);
    let announcement = session.announcement.clone();
    let stage = session.up.clone();
    let signals = Signals {
        checks: 0,
        ..session.signals.clone()
    };
    (questions, chat, signals, announcement, stage)
}

pub fn texts(view: &QuestionsView) -> Vec<&str> {
    view.list.iter().map(|one| one.text.as_str()).collect()
}

#[test]
fn asking_is_heard_once_and_counts_as_one_voice() {
    let mut run = Run::new();
    let id = run.asks(1, "  Why\n not  JAX? ");
    assert_eq!(run.question(id).text, "Why not JAX?");
    assert_eq!(run.question(id).voices, 1);
    // The same key again is a retry; with other words it is no more acknowledged than taken.
    assert_eq!(run.voice(1, asked("k0", " Why not  JAX?")), Ok(0));
    let other = run.voice(1, asked("k0", "other words"));
    assert!(matches!(other, Err(Refusal::Taken(_))), "{other:?}");
    // Another voter's key is another's.
    assert_eq!(run.voice(2, asked("k0", "Why not JAX?")), Ok(1));
    assert_eq!(run.session.questions.all.len(), 2);
}

#[test]
fn me_too_is_a_set_and_ones_own_question_counts_already() {
    let mut run = Run::new();
    let id = run.asks(1, "Why?");
    assert_eq!(run.upvotes(2, id, true), Ok(1));
    assert_eq!(run.upvotes(2, id, true), Ok(0));
    assert_eq!(run.upvotes(1, id, true), Ok(0), "one's own");
    assert_eq!(run.question(id).voices, 2);
    assert_eq!(run.upvotes(2, id, false), Ok(1));
    assert_eq!(run.upvotes(2, id, false), Ok(0));
    assert_eq!(run.question(id).voices, 1);
    let own = run.upvotes(1, id, false).unwrap_err().to_string();
    assert!(own.contains("withdraw"), "{own}");
    assert!(matches!(
        run.upvotes(1, q(9), true),
        Err(Refusal::Unknown { .. })
    ));
}

#[test]
fn a_merge_counts_each_voter_once_and_unmerging_gives_all_back() {
    let mut run = Run::new();
    let (a, b, c) = (run.asks(1, "A?"), run.asks(2, "B?"), run.asks(3, "C?"));
    for n in [2, 3, 4] {
        run.upvotes(n, a, true).unwrap();
    }
    run.upvotes(4, b, true).unwrap();
    run.upvotes(5, b, true).unwrap();
    run.moderates(QuestionAsk::Merge {
        from: vec![b],
        into: a,
    })
    .unwrap();
    assert_eq!(run.question(a).voices, 5, "1, 2, 3, 4, 5");
    // Into what was merged is into its head.
    run.moderates(QuestionAsk::Merge {
        from: vec![c],
        into: b,
    })
    .unwrap();
    assert_eq!(run.question(c).merged_into, Some(a));
    assert_eq!(run.question(a).voices, 5);
    assert_eq!(texts(&run.seen(Role::Audience)), ["A?"]);
    assert_eq!(run.seen(Role::Audience).list[0].merged, 2);
    assert_eq!(run.own_question(b).state, "merged");
    assert_eq!(run.own_question(b).merged_into, Some(1));
    // A page that has not heard yet still counts where it belongs.
    assert_eq!(run.upvotes(6, c, true), Ok(1));
    assert_eq!(run.question(a).voices, 6);
    // Taking "me too" back takes it back from all of the group.
    assert_eq!(run.upvotes(4, a, false), Ok(1));
    assert_eq!(run.question(a).voices, 5);
    run.moderates(QuestionAsk::Unmerge(b)).unwrap();
    assert_eq!(run.question(a).voices, 4, "1, 2, 3 and 6");
    assert_eq!(run.question(b).voices, 2, "2 and 5");
    // A ring cannot be made.
    run.moderates(QuestionAsk::Merge {
        from: vec![a],
        into: c,
    })
    .unwrap();
    assert_eq!(run.session.questions.resolve(c), a);
}

#[test]
fn slow_mode_says_how_long_to_wait() {
    let mut run = Run::new();
    run.rules(|rules| rules.slow_seconds = 30);
    run.asks(1, "One?");
    run.waits(12_000);
    let early = run.voice(1, asked("b", "Two?"));
    assert_eq!(early, Err(Refusal::TooSoon { wait_seconds: 18 }));
    assert_eq!(
        run.voice(2, asked("b", "Mine?")),
        Ok(1),
        "each at their own pace"
    );
    run.waits(18_000);
    assert_eq!(run.voice(1, asked("b", "Two?")), Ok(1));
}

#[test]
fn limits_are_named() {
    let mut run = Run::new();
    for n in 0..10 {
        run.asks(1, &format!("Question {n}?"));
    }
    let full = run.voice(1, asked("more", "One more?")).unwrap_err();
    assert!(full.to_string().contains("10"), "{full}");
    assert_eq!(run.voice(1, AudienceAsk::WithdrawQuestion(q(3))), Ok(1));
    assert_eq!(
        run.voice(1, AudienceAsk::WithdrawQuestion(q(3))),
        Ok(0),
        "a retry"
    );
    assert_eq!(run.voice(1, asked("more", "One more?")), Ok(1));
    for n in 0..39 {
        let id = q(u32::try_from(run.session.questions.all.len()).unwrap());
        run.voice(1, AudienceAsk::WithdrawQuestion(id)).unwrap();
        assert_eq!(run.voice(1, asked(&format!("again{n}"), "Again?")), Ok(1));
    }
    let id = q(u32::try_from(run.session.questions.all.len()).unwrap());
    run.voice(1, AudienceAsk::WithdrawQuestion(id)).unwrap();
    let enough = run.voice(1, asked("enough", "Again?")).unwrap_err();
    assert!(enough.to_string().contains("50"), "{enough}");
    let long = run.voice(2, asked("l", &"x".repeat(501))).unwrap_err();
    assert!(long.to_string().contains("501"), "{long}");
    for empty in ["", " \n", "\u{200b}", "\u{202e}"] {
        assert!(run.voice(2, asked("e", empty)).is_err(), "{empty:?}");
    }
    for key in ["", "a b", "ü", &"k".repeat(41)] {
        assert!(run.voice(2, asked(key, "Fine?")).is_err(), "{key:?}");
    }
}

#[test]
fn names_go_by_the_rules() {
    let mut run = Run::new();
    let named = |key: &str, name: &str| {
        AudienceAsk::Question(Asked {
            key: key.into(),
            text: "Why?".into(),
            name: name.into(),
            about: None,
        })
    };
    run.voice(1, named("a", " Ana\u{202e} ")).unwrap();
    assert_eq!(run.question(q(1)).name, "Ana");
    run.rules(|rules| rules.names = Names::Required);
    assert!(run.voice(1, named("b", " ")).is_err());
    run.rules(|rules| rules.names = Names::Never);
    run.voice(1, named("c", "Ana")).unwrap();
    assert_eq!(run.question(q(2)).name, "");
}

#[test]
fn what_stands_for_others_questions_too_is_no_longer_its_askers_to_take_back() {
    let mut run = Run::new();
    let (a, b) = (run.asks(1, "A?"), run.asks(2, "B?"));
    let merge = QuestionAsk::Merge {
        from: vec![b],
        into: a,
    };
    run.moderates(merge.clone()).unwrap();
    let withdraw = AudienceAsk::WithdrawQuestion(a);
    assert!(matches!(
        run.voice(1, withdraw.clone()),
        Err(Refusal::Closed(_))
    ));
    assert!(!run.own_question(a).editable);
    // Taken apart, withdrawn, and the taking apart undone: the other one's question stays in the queue.
    run.moderates(QuestionAsk::Unmerge(b)).unwrap();
    assert_eq!(run.voice(1, withdraw), Ok(1));
    run.undoes().unwrap();
    assert_eq!(texts(&run.seen(Role::Audience)), ["B?"]);
    assert!(run.moderates(merge).is_err());
}

#[test]
fn follow_ups_go_to_the_head_of_their_thread() {
    let mut run = Run::new();
    let a = run.asks(1, "A?");
    let about = |key: &str, about| {
        AudienceAsk::Question(Asked {
            key: key.into(),
            text: "And then?".into(),
            name: String::new(),
            about: Some(about),
        })
    };
    run.voice(2, about("x", a)).unwrap();
    run.voice(3, about("y", q(2))).unwrap();
    assert_eq!(run.question(q(3)).about, Some(a), "one level, not a tree");
    run.moderates(QuestionAsk::Hide(a)).unwrap();
    assert!(run.voice(3, about("z", a)).is_err(), "hidden is not there");
}

#[test]
fn a_session_that_ended_takes_nothing_more_but_can_still_be_tidied() {
    let mut run = Run::new();
    run.host(HostAsk::StartSession).unwrap();
    let id = run.asks(1, "A?");
    run.host(HostAsk::EndSession).unwrap();
    assert_eq!(run.voice(2, asked("x", "Late?")), Err(Refusal::Ended));
    assert_eq!(run.upvotes(2, id, true), Err(Refusal::Ended));
    let relay = HostAsk::Relay(vec![Relayed {
        key: String::new(),
        text: "From afar?".into(),
        name: String::new(),
        source: String::new(),
        stream_seconds: None,
    }]);
    for role in [Role::Bridge, Role::Host] {
        assert_eq!(
            run.ask(role, &Command::Host(relay.clone())),
            Err(Refusal::Ended)
        );
    }
    let answer = QuestionAsk::Answer {
        question: id,
        text: "By mail: yes.".into(),
    };
    assert_eq!(run.moderates(answer), Ok(1));
}
