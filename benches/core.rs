//! The core of a vote, piece by piece: decide and apply, count, encode, commit.
//!
//! `cargo bench` prints criterion's times, then one line a figure: ratios between things measured in the
//! same run, because absolute times say more about the machine than about the program.

use std::hint::black_box;
use std::io::{Seek, SeekFrom, Write};
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion};
use salon::clock::Clock;
use salon::domain::command::{Cast, Command, HostAsk, Role};
use salon::domain::decide::decide;
use salon::domain::fact::{Fact, Recorded};
use salon::domain::plan::SessionPlan;
use salon::domain::poll::Phase;
use salon::domain::poll::kind::Choice;
use salon::domain::session::Session;
use salon::ids::{BallotKey, OptionId, PollId, SessionId, Timestamp, VoterId};
use salon::live::lobby::Lobby;
use salon::secrets::Secrets;
use salon::sheet;
use salon::store::Store;
use salon::translate::show;
use tokio::task::JoinSet;

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

/// Synced writes of 4 KiB a second, over a file that is there: what the disk can do at most.
fn syncs(within: Duration) -> f64 {
    let mut file = tempfile::tempfile().unwrap();
    let page = [7_u8; 4096];
    for _ in 0..256 {
        file.write_all(&page).unwrap();
    }
    file.sync_all().unwrap();
    let started = Instant::now();
    let mut n = 0_u64;
    while started.elapsed() < within {
        file.seek(SeekFrom::Start(n % 256 * 4096)).unwrap();
        file.write_all(&page).unwrap();
        file.sync_data().unwrap();
        n += 1;
    }
    n as f64 / started.elapsed().as_secs_f64()
}

/// Votes a second through a session's owner, by so many askers at once: decided, on disk, answered.
async fn asks(askers: u32, within: Duration) -> f64 {
    let dir = tempfile::tempdir().unwrap();
    let lobby = Lobby::new(
        Store::open(&dir.path().join("bench.db")).await.unwrap(),
        Clock::System,
        Secrets::new(&[7; 32]),
        "http://bench".parse().unwrap(),
        dir.path().join("runs"),
        "cpu".to_string(),
    );
    let id = lobby.create(&plan()).await.unwrap();
    let session = lobby.open(&id).await.unwrap().unwrap();
    let open = HostAsk::OpenPoll {
        poll: poll(),
        seconds: None,
    };
    let opened = session.ask(Role::Host, Command::Host(open), None).await;
    opened.unwrap();
    let mut all = JoinSet::new();
    let started = Instant::now();
    for n in 0..askers {
        let session = session.clone();
        all.spawn(async move {
            let mut seq = 0;
            while started.elapsed() < within {
                seq += 1;
                let voter = Some(VoterId(voter(n).0));
                let asked = session.ask(Role::Audience, cast(n, seq), voter).await;
                asked.unwrap();
            }
            seq
        });
    }
    let votes: u32 = all.join_all().await.into_iter().sum();
    let rate = f64::from(votes) / started.elapsed().as_secs_f64();
    lobby.close().await;
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
    println!("  {name}: min {min:.2} median {median:.2} max {max:.2}");
    println!("figure {name} {median:.2} x goal >= {goal} {met}");
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
    ratios(
        "votes_through_the_store_of_512_a_transaction_vs_syncs_of_the_disk_per_s",
        15.0,
        5,
        || (runtime.block_on(commits(512, time)), syncs(time)),
    );
    ratios(
        "votes_through_a_session_by_1024_at_once_vs_through_the_store_alone_per_s",
        0.3,
        5,
        || runtime.block_on(async { (asks(1024, time).await, commits(512, time).await) }),
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
