//! Merges, follow-ups and voices together.

use salon_core::domain::command::{AudienceAsk, QuestionAsk, Role};
use salon_core::domain::questions::ask::{Asked, WAITING_MAX};
use salon_core::domain::refusal::Refusal;
use salon_core::ids::QuestionId;

use crate::questions::{asked, q};
use crate::run::Run;

impl Run {
    fn follows_up(&mut self, n: u8, about: QuestionId, text: &str) -> QuestionId {
        let all = self.session.questions.all.len();
        let ask = AudienceAsk::Question(Asked {
            key: format!("f{all}"),
            text: text.into(),
            name: String::new(),
            about: Some(about),
        });
        assert_eq!(self.voice(n, ask), Ok(1));
        q(u32::try_from(all + 1).unwrap())
    }

    fn merges_question(&mut self, from: QuestionId, into: QuestionId) {
        let from = vec![from];
        self.moderates(QuestionAsk::Merge { from, into }).unwrap();
    }

    /// The listed questions, each with the one that it stands below.
    fn threads(&self) -> Vec<(u32, Option<u32>)> {
        let list = self.seen(Role::Audience).list;
        list.iter().map(|one| (one.id, one.about)).collect()
    }
}

#[test]
fn a_head_merged_into_its_follow_up_stays_in_view() {
    let mut run = Run::new();
    let head = run.asks(1, "Head?");
    let first = run.follows_up(2, head, "First?");
    let second = run.follows_up(3, head, "Second?");
    run.merges_question(head, first);
    assert_eq!(run.threads(), [(first.0, None), (second.0, Some(first.0))]);
    assert_eq!(run.own_question(second).about, Some(first.0));
}

#[test]
fn threads_are_one_deep_whatever_is_merged() {
    let mut run = Run::new();
    let (a, b) = (run.asks(1, "A?"), run.asks(2, "B?"));
    let below_a = run.follows_up(3, a, "Below A?");
    let below_b = run.follows_up(4, b, "Below B?");
    run.merges_question(a, below_b);
    let mut threads = run.threads();
    threads.sort_unstable();
    let all_below_b = [(b.0, None), (below_a.0, Some(b.0)), (below_b.0, Some(b.0))];
    assert_eq!(threads, all_below_b);
    // Across each other: the older one is the head of both.
    run.merges_question(b, below_a);
    assert_eq!(
        run.threads(),
        [(below_a.0, None), (below_b.0, Some(below_a.0))]
    );
    let more = run.follows_up(5, below_b, "More?");
    assert_eq!(
        run.session.questions.thread_of(run.question(more)),
        Some(below_a)
    );
}

#[test]
fn what_was_merged_no_longer_waits() {
    let mut run = Run::new();
    let head = run.asks(2, "Head?");
    for n in 0..WAITING_MAX {
        run.asks(1, &format!("Question {n}?"));
    }
    let full = run.voice(1, asked("more", "More?"));
    assert!(matches!(full, Err(Refusal::LimitReached(_))), "{full:?}");
    let from = run.session.questions.of(crate::questions::asker(1));
    let from = from.map(|question| question.id).collect();
    run.moderates(QuestionAsk::Merge { from, into: head })
        .unwrap();
    assert_eq!(run.voice(1, asked("more", "More?")), Ok(1));
}

/// A voice given or taken back in a large group looks at each question once, not at each pair of them.
#[test]
fn voices_in_a_chain_of_merges_are_right_at_every_step() {
    let mut run = Run::new();
    let ids: Vec<QuestionId> = (0..5).map(|n| run.asks(n, &format!("Q{n}?"))).collect();
    run.upvotes(9, ids[0], true).unwrap();
    for pair in ids.windows(2) {
        run.merges_question(pair[0], pair[1]);
    }
    let voices =
        |run: &Run| -> Vec<u32> { ids.iter().map(|id| run.question(*id).voices).collect() };
    assert_eq!(voices(&run), [2, 3, 4, 5, 6]);
    assert_eq!(run.upvotes(9, ids[4], true), Ok(0), "counted already");
    run.upvotes(8, ids[2], true).unwrap();
    assert_eq!(voices(&run), [2, 3, 5, 6, 7]);
    run.upvotes(9, ids[4], false).unwrap();
    assert_eq!(voices(&run), [1, 2, 4, 5, 6]);
}
