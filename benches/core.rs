//! The core of a vote, piece by piece: decide and apply, count, encode, commit.
//!
//! `cargo bench` prints criterion's times, then one line a figure: ratios between things measured in the
//! same run, because absolute times say more about the machine than about the program.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion};
use salon::domain::command::{Cast, Command, Role};
use salon::domain::decide::decide;
use salon::domain::fact::{Fact, Recorded};
use salon::domain::plan::SessionPlan;
use salon::domain::poll::Phase;
use salon::domain::poll::kind::Choice;
use salon::domain::session::Session;
use salon::ids::{BallotKey, OptionId, PollId, SessionId, Timestamp};
use salon::sheet;
use salon::store::Store;
use salon::translate::show;

const VOTERS: u32 = 10_000;
const AT: Timestamp = Timestamp(1_800_000_000_000);

fn plan() -> SessionPlan {
    sheet::read(sheet::EXAMPLE, "example.toml", "SPARE".parse().unwrap())
        .unwrap()
        .plan
}

fn poll() -> PollId {
    "framework".parse().unwrap()
}

fn voter(n: u32) -> BallotKey {
    let mut key = [0; 16];
    key[..4].copy_from_slice(&n.to_le_bytes());
    BallotKey(key)
}

fn cast(n: u32, seq: u32) -> Command {
    Command::Cast(Cast {
        poll: poll(),
        voter: voter(n),
        seq: Some(seq),
        picks: vec![OptionId(u16::try_from((n + seq) % 4).unwrap())],
        write_in: None,
        probability: None,
        by: None,
        via: None,
    })
}

fn ballot(n: u32, seq: i64) -> Recorded {
    Recorded {
        seq,
        at: AT,
        fact: Fact::BallotCast {
            poll: poll(),
            voter: voter(n),
            seq: 1,
            choice: Choice::Picks(vec![OptionId(u16::try_from(n % 4).unwrap())]),
            via: None,
            revision: 0,
            words: None,
        },
    }
}

/// The example session with its framework poll open and a hall of voters.
fn hall() -> Session {
    let mut session = Session::created(plan());
    session.state = salon::domain::fact::State::Live;
    session.poll_mut(&poll()).unwrap().phase = Phase::Open { closes_at: None };
    for n in 0..VOTERS {
        let seq = session.seq + 1;
        session.apply(&ballot(n, seq));
    }
    session
}

fn one_vote(session: &mut Session, n: u32, seq: u32) {
    for fact in decide(session, Role::Audience, &cast(n, seq), AT).unwrap() {
        let seq = session.seq + 1;
        session.apply(&Recorded { seq, at: AT, fact });
    }
}

fn core(criterion: &mut Criterion) {
    let mut session = hall();
    let mut turn = 1;
    criterion.bench_function("decide and apply a changed vote, 10,000 voters", |bench| {
        bench.iter(|| {
            turn += 1;
            one_vote(&mut session, turn % VOTERS, 1 + turn);
        });
    });
    let session = hall();
    criterion.bench_function("recount 10,000 ballots", |bench| {
        bench.iter(|| black_box(session.poll(&poll()).unwrap().recount()));
    });
    criterion.bench_function("encode the host's tally frame", |bench| {
        bench.iter(|| {
            let poll = session.poll(&poll()).unwrap();
            let frame = show::tally_frame(&session, poll, Role::Host).unwrap();
            black_box(serde_json::to_string(&frame).unwrap())
        });
    });
    let facts: Vec<Recorded> = (0..VOTERS).map(|n| ballot(n, i64::from(n) + 2)).collect();
    let created = Recorded {
        seq: 1,
        at: AT,
        fact: Fact::SessionCreated { plan: plan() },
    };
    criterion.bench_function("replay 10,000 ballots", |bench| {
        bench.iter_batched(
            || (),
            |()| black_box(Session::replay(std::iter::once(&created).chain(&facts))),
            BatchSize::LargeInput,
        );
    });
}

/// Votes a second through the store, `group` of them a transaction, each synced to disk.
async fn commits(group: i64, within: Duration) -> f64 {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("bench.db")).await.unwrap();
    let id: SessionId = "bench".parse().unwrap();
    store.create_session(&id, &plan(), AT).await.unwrap();
    let mut seq = 1;
    let started = Instant::now();
    while started.elapsed() < within {
        let facts: Vec<Recorded> = (1..=group)
            .map(|n| ballot(u32::try_from(n).unwrap(), seq + n))
            .collect();
        store.append(&id, &facts).await.unwrap();
        seq += group;
    }
    let rate = (seq - 1) as f64 / started.elapsed().as_secs_f64();
    store.close().await;
    rate
}

/// Runs of two things in turn, and the ratio of each pair: lowest, middle, highest.
fn ratios(name: &str, goal: f64, runs: usize, mut pair: impl FnMut() -> (f64, f64)) {
    let mut all = Vec::new();
    for _ in 0..runs {
        let (a, b) = pair();
        println!("  {name}: {a:.0} against {b:.0}");
        all.push(a / b);
    }
    all.sort_by(f64::total_cmp);
    let (min, median, max) = (all[0], all[all.len() / 2], all[all.len() - 1]);
    let met = if median >= goal { "met" } else { "missed" };
    println!("  {name}: min {min:.1} median {median:.1} max {max:.1}");
    println!("figure {name} {median:.1} x goal >= {goal} {met}");
}

fn figures() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let time = Duration::from_millis(700);
    ratios(
        "group_commit_of_512_vs_one_commit_a_vote_votes_per_s",
        10.0,
        5,
        || runtime.block_on(async { (commits(512, time).await, commits(1, time).await) }),
    );
    let mut session = hall();
    let mut turn = 1;
    ratios(
        "vote_with_running_tally_vs_recount_per_vote_votes_per_s",
        100.0,
        5,
        || {
            let started = Instant::now();
            let n = 20_000;
            for _ in 0..n {
                turn += 1;
                one_vote(&mut session, turn % VOTERS, 1 + turn);
            }
            let running = f64::from(n) / started.elapsed().as_secs_f64();
            let started = Instant::now();
            for _ in 0..50 {
                black_box(session.poll(&poll()).unwrap().recount());
            }
            (running, 50.0 / started.elapsed().as_secs_f64())
        },
    );
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .measurement_time(Duration::from_secs(2))
        .warm_up_time(Duration::from_millis(500))
        .configure_from_args();
    core(&mut criterion);
    criterion.final_summary();
    figures();
}
