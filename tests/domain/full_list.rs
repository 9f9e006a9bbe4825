//! The list of questions, filled by strangers: it takes others' all the same.

use salon_core::domain::command::{Command, HostAsk, QuestionAsk, Role};
use salon_core::domain::decide::decide;
use salon_core::domain::fact::Fact;
use salon_core::domain::questions::QUESTIONS_MAX;
use salon_core::domain::questions::ask::AskedFact;
use salon_core::domain::questions::relay::Relayed;
use salon_core::domain::refusal::Refusal;
use salon_core::domain::session::Session;
use salon_core::ids::AskerKey;

use crate::questions::{asked, q};
use crate::run::Run;

fn stranger(n: u16) -> AskerKey {
    let mut name = [9; 16];
    name[..2].copy_from_slice(&n.to_le_bytes());
    AskerKey(name)
}

fn asks(n: u16, key: &str) -> Command {
    Command::Audience {
        asker: stranger(n),
        via: None,
        ask: asked(key, &format!("Question {key} of {n}")),
    }
}

fn someone(run: &mut Run, n: u16, key: &str) -> Result<usize, Refusal> {
    run.ask(Role::Audience, &asks(n, key))
}

/// Five hundred cookies fill the list in seconds; it is theirs no longer than others have questions too.
#[test]
fn a_list_that_strangers_have_filled_still_takes_a_question() {
    let mut run = Run::new();
    run.host(HostAsk::StartSession).unwrap();
    for n in 0..500 {
        for k in 0..10 {
            assert_eq!(someone(&mut run, n, &format!("k{k}")), Ok(1));
        }
    }
    assert_eq!(run.session.questions.all.len(), QUESTIONS_MAX);
    // What others want answered stays, and so does what is asked now.
    run.upvotes(1, q(1), true).unwrap();
    for n in 600..620 {
        assert_eq!(someone(&mut run, n, "a"), Ok(2), "{n}");
    }
    let told = someone(&mut run, 600, "more").unwrap_err();
    assert!(told.to_string().contains("one of yours"), "{told}");
    let given_way: Vec<u32> = run
        .session
        .questions
        .all
        .iter()
        .filter(|one| one.withdrawn)
        .map(|one| one.id.0)
        .collect();
    assert_eq!(given_way.len(), 20);
    assert!(!given_way.contains(&1) && given_way.iter().all(|id| *id <= 5_000));
    assert!(
        run.session.questions.all[5_000..]
            .iter()
            .all(|one| !one.withdrawn)
    );
    assert_eq!(Session::replay(&run.log).as_ref(), Some(&run.session));
    // Nor are those who run it kept out, or a bridge.
    let from_afar = |key: &str| Relayed {
        key: key.into(),
        text: "From afar?".into(),
        name: String::new(),
        source: "Matrix".into(),
        stream_seconds: None,
    };
    for (role, key) in [
        (Role::Host, "h"),
        (Role::Moderator, "m"),
        (Role::Bridge, "b"),
    ] {
        let relay = HostAsk::Relay(vec![from_afar(key), from_afar(&format!("{key}2"))]);
        let answer = run.ask(role, &Command::Host(relay));
        assert!(answer.is_ok(), "{role:?}: {answer:?}");
        let all = run.session.questions.all.iter();
        assert_eq!(all.filter(|one| !one.withdrawn).count(), QUESTIONS_MAX);
    }
    assert_eq!(Session::replay(&run.log).as_ref(), Some(&run.session));
    // A moderator who hides some makes room as well.
    run.moderates(QuestionAsk::Hide(q(1))).unwrap();
    assert_eq!(someone(&mut run, 700, "b"), Ok(1));
}

/// A thousand cookies that ask and take back fifty times each use up nothing for good: others still have their question.
#[test]
fn what_strangers_asked_and_took_back_keeps_nobody_out() {
    let mut run = Run::new();
    run.host(HostAsk::StartSession).unwrap();
    let facts = decide(&run.session, Role::Audience, &asks(0, "k"), run.now).unwrap();
    let [Fact::QuestionAsked(first)] = &facts[..] else {
        panic!("{facts:?}");
    };
    for n in 0..1_000 {
        for k in 0..50 {
            let question = run.session.questions.next_id();
            let asked = Fact::QuestionAsked(Box::new(AskedFact {
                question,
                asker: Some(stranger(n)),
                key: format!("k{k}"),
                ..(**first).clone()
            }));
            run.take(vec![asked, Fact::QuestionWithdrawn { question }]);
        }
    }
    assert_eq!(someone(&mut run, 2_000, "mine"), Ok(1));
    let told = someone(&mut run, 2_000, "another").unwrap_err();
    assert_eq!(told.code(), "limit_reached", "{told}");
    let of = |n| run.session.questions.of(stranger(n)).count();
    assert_eq!([of(999), of(2_000), of(2_001)], [50, 1, 0]);
}
