//! A disk that is full or takes nothing more, a database that another program holds: votes are refused with the reason,
//! nothing that was acknowledged is lost, nobody is cut off, and all goes on by itself after. A folder that can only be read:
//! the program does not start. (A disk that turns read-only under an open database fails each write, as one that takes no more does.)

use std::ffi::OsStr;
use std::fs::Permissions;
use std::io::{Read, Write};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Resource, Rlimit, geteuid, prlimit};
use salon::protocol::VERSION;
use serde_json::{Value, json};
use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;
use tempfile::TempDir;

use crate::program::{Running, err, out, run, salon};
use crate::salon::{SHEET, Voter, connect, cookie_of, counts_of, poll_of};

/// Who the program is where permissions matter: root may write anywhere.
const NOBODY: u32 = 65_534;

/// The second session, which nobody's trouble may take down.
const OTHER: &str = "SECNDRM";

/// The program on a folder of its own, with two sessions that vote.
struct Night {
    dir: TempDir,
    /// What takes the place of the data folder, which is `dir` without it.
    disk: Option<SmallDisk>,
    token: String,
    program: Running,
    http: reqwest::Client,
}

impl Night {
    async fn start() -> Self {
        Self::start_on(TempDir::new().unwrap(), None).await
    }

    async fn start_on(dir: TempDir, disk: Option<SmallDisk>) -> Self {
        for code in ["TESTNGHT", OTHER] {
            let sheet = dir.path().join("night.toml");
            std::fs::write(&sheet, SHEET.replace("TESTNGHT", code)).unwrap();
            let args = ["import", sheet.to_str().unwrap()];
            let imported = on(disk.as_ref(), dir.path(), &args).output().unwrap();
            assert!(imported.status.success(), "{}", err(&imported));
        }
        let token = on(disk.as_ref(), dir.path(), &["token", "t"]).output();
        let token = out(&token.unwrap()).trim().to_string();
        let program = start(dir.path(), disk.as_ref());
        let night = Self {
            dir,
            disk,
            token,
            program,
            http: reqwest::Client::new(),
        };
        for code in ["TESTNGHT", OTHER] {
            let (status, body) = night
                .host(code, json!({"do": "open_poll", "poll": "one-of"}))
                .await;
            assert_eq!(status, 200, "{body}");
        }
        night
    }

    /// Another program that holds the database.
    async fn holder(&self) -> SqliteConnection {
        let url = format!("sqlite:{}", self.dir.path().join("salon.db").display());
        let mut holder = SqliteConnection::connect(&url).await.unwrap();
        let begun = sqlx::query("begin exclusive").execute(&mut holder).await;
        begun.unwrap();
        holder
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("log")).unwrap()
    }

    /// How long files may be that the running program writes; none: as long as it likes.
    fn limit(&self, bytes: Option<u64>) {
        let pid = Pid::from_raw(i32::try_from(self.program.id()).unwrap());
        let limit = Rlimit {
            current: bytes,
            maximum: None,
        };
        prlimit(pid, Resource::Fsize, limit).unwrap();
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let url = format!("{}{path}", self.program.base);
        let answer = self
            .http
            .get(url)
            .bearer_auth(&self.token)
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn session(&self, code: &str) -> String {
        let sessions: Value = serde_json::from_str(&self.get("/api/v1/sessions").await.1).unwrap();
        let all = sessions.as_array().unwrap();
        let one = all.iter().find(|one| one["code"] == code).unwrap();
        one["id"].as_str().unwrap().to_string()
    }

    async fn host(&self, code: &str, command: Value) -> (u16, Value) {
        let id = self.session(code).await;
        let url = format!("{}/api/v1/sessions/{id}/commands", self.program.base);
        let request = self.http.post(url).bearer_auth(&self.token);
        let answer = request.body(command.to_string()).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn host_state(&self, code: &str) -> Value {
        let id = self.session(code).await;
        serde_json::from_str(&self.get(&format!("/api/v1/sessions/{id}")).await.1).unwrap()
    }

    async fn voter(&self, code: &str) -> Voter {
        let page = self
            .http
            .get(format!("{}/{code}", self.program.base))
            .send()
            .await
            .unwrap();
        let path = format!("/ws/{code}?v={VERSION}&role=audience");
        let socket = connect(&self.program.base, &path, &cookie_of(&page))
            .await
            .unwrap();
        Voter::new(socket).await
    }

    async fn is_ready_within(&self, seconds: u64) {
        let began = Instant::now();
        while self.get("/readyz").await.0 != 200 {
            assert!(
                began.elapsed() < Duration::from_secs(seconds),
                "not ready: {}",
                self.log()
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// A file that grows past its limit then fails to be written, in place of ending the program.
fn start(dir: &Path, disk: Option<&SmallDisk>) -> Running {
    let mut command = on(disk, dir, &["--listen", "127.0.0.1:0"]);
    let program = command.get_program().to_owned();
    let args: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
    command = Command::new("sh");
    command
        .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
        .arg(program)
        .args(args);
    command.stderr(std::fs::File::create(dir.join("log")).unwrap());
    Running::spawn(command)
}

/// A disk of sixteen megabytes in the place of a folder, which only those see who are started on it.
struct SmallDisk {
    /// Keeps the disk as long as it runs.
    keeper: Child,
    folder: PathBuf,
}

impl SmallDisk {
    /// None where the system lets nobody have a disk of their own, as in some containers.
    fn new(folder: &Path) -> Option<Self> {
        let mut unshare = Command::new("unshare");
        unshare.args(if geteuid().is_root() {
            &["--mount"][..]
        } else {
            &["--user", "--map-root-user", "--mount"]
        });
        let mount = "mount -t tmpfs -o size=16m tmpfs \"$0\" && echo mounted && exec cat";
        unshare.args(["sh", "-c", mount]).arg(folder);
        unshare.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut keeper = unshare.spawn().ok()?;
        let mut told = [0; 8];
        let mounted = keeper.stdout.as_mut()?.read_exact(&mut told).is_ok();
        let disk = Self {
            keeper,
            folder: folder.to_path_buf(),
        };
        let entered = mounted
            && disk
                .enter("true")
                .status()
                .is_ok_and(|status| status.success());
        entered.then_some(disk)
    }

    /// A program that is started on it.
    fn enter(&self, program: impl AsRef<OsStr>) -> Command {
        let mut enter = Command::new("nsenter");
        enter.args(["--mount", "--target", &self.keeper.id().to_string()]);
        if !geteuid().is_root() {
            enter.args(["--user", "--preserve-credentials"]);
        }
        enter.arg(program);
        enter
    }

    /// What is in the folder, as whoever is on the disk sees it.
    fn path(&self, name: &str) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.keeper.id()));
        root.join(self.folder.strip_prefix("/").unwrap()).join(name)
    }

    /// Until nothing more goes in.
    fn fill(&self) {
        let mut filler = std::fs::File::create(self.path("filler")).unwrap();
        let full = std::iter::repeat_with(|| filler.write_all(&[7; 4096])).find_map(Result::err);
        assert_eq!(full.unwrap().kind(), std::io::ErrorKind::StorageFull);
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = self.keeper.kill();
        let _ = self.keeper.wait();
    }
}

/// The program on that disk, or in the folder.
fn on(disk: Option<&SmallDisk>, dir: &Path, args: &[&str]) -> Command {
    let Some(disk) = disk else {
        return salon(dir, args);
    };
    let command = salon(&disk.folder, args);
    let mut on = disk.enter(command.get_program());
    on.args(command.get_args());
    for (name, _) in command.get_envs() {
        on.env_remove(name);
    }
    on
}

/// The program as someone who may write in this folder, and has a copy of the program there.
fn as_nobody(dir: &Path) -> Command {
    let copy = dir.join("salon");
    if !copy.exists() {
        std::fs::copy(env!("CARGO_BIN_EXE_salon"), &copy).unwrap();
    }
    let mut command = Command::new(copy);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SALON_")) {
        command.env_remove(name);
    }
    if geteuid().is_root() {
        let below = std::fs::read_dir(dir).unwrap();
        let below = below.map(|entry| entry.unwrap().path());
        for path in below.chain([dir.to_path_buf()]) {
            chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

fn may(path: &Path, mode: u32) {
    std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn pick(n: u64) -> Value {
    json!({"picks": [n]})
}

/// What holds while nothing can be written, and after.
async fn refuses_then_recovers(
    mut night: Night,
    why: &str,
    breaks: impl AsyncFnOnce(&Night),
    mends: impl AsyncFnOnce(&Night),
) {
    let mut voters = Vec::new();
    for _ in 0..20 {
        let mut voter = night.voter("TESTNGHT").await;
        assert_eq!(voter.casts("one-of", 1, pick(0)).await["type"], "heard");
        voters.push(voter);
    }
    let mut other = night.voter(OTHER).await;
    assert_eq!(other.casts("one-of", 1, pick(0)).await["type"], "heard");

    breaks(&night).await;
    // Each of them, on the line that they have, several times over, and nobody waits long.
    let began = Instant::now();
    for seq in [2, 2, 2] {
        for voter in voters.iter_mut().chain([&mut other]) {
            let refused = voter.casts("one-of", seq, pick(1)).await;
            assert_eq!(refused["type"], "refused", "{refused}");
            assert_eq!(refused["code"], "not_saved");
            assert_eq!(refused["wait_seconds"], 5);
            assert_eq!(
                refused["why"],
                format!("This could not be saved just now: {why}.")
            );
            assert_eq!(refused["ballot"]["seq"], 1, "what is on disk stands");
        }
    }
    assert!(
        began.elapsed() < Duration::from_secs(6),
        "{:?}",
        began.elapsed()
    );
    // What is on disk already is heard once more.
    assert_eq!(voters[0].casts("one-of", 1, pick(0)).await["type"], "heard");
    let (status, body) = night
        .host("TESTNGHT", json!({"do": "close_poll", "poll": "one-of"}))
        .await;
    assert_eq!(
        (status, &body["code"]),
        (503, &json!("not_saved")),
        "{body}"
    );
    let state = night.host_state("TESTNGHT").await;
    assert_eq!(state["presence"]["cannot_save"], why, "the panel says so");
    assert_eq!(poll_of(&state, "one-of")["phase"], "open");
    assert_eq!(counts_of(&poll_of(&state, "one-of")["tally"])[0].1, 20);
    for path in [
        "/TESTNGHT",
        "/SECNDRM",
        "/stage/TESTNGHT",
        "/TESTNGHT/log",
        "/healthz",
    ] {
        assert_eq!(night.get(path).await.0, 200, "{path}");
    }
    let (status, told) = night.get("/readyz").await;
    assert_eq!(
        (status, told.trim()),
        (
            503,
            format!("nothing can be saved just now: {why}").as_str()
        )
    );

    mends(&night).await;
    night.is_ready_within(12).await;
    for voter in voters.iter_mut().chain([&mut other]) {
        let heard = voter.casts("one-of", 2, pick(1)).await;
        assert_eq!(heard["type"], "heard", "{heard}");
    }
    assert_eq!(
        night.host_state("TESTNGHT").await["presence"]["cannot_save"],
        Value::Null
    );
    let log = night.log();
    assert_eq!(
        log.matches("nothing can be saved: ").count(),
        1,
        "said once: {log}"
    );
    assert_eq!(log.matches("saving works again").count(), 1, "{log}");

    night.program.kill();
    night.program = start(night.dir.path(), night.disk.as_ref());
    for (code, n) in [("TESTNGHT", 20), (OTHER, 1)] {
        let state = night.host_state(code).await;
        let counts = counts_of(&poll_of(&state, "one-of")["tally"]);
        assert_eq!((counts[0].1, counts[1].1), (0, n), "{counts:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_is_full_refuses_votes_and_goes_on_once_there_is_room() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let Some(disk) = SmallDisk::new(&data) else {
        eprintln!("no disk of one's own here: nothing is tested");
        return;
    };
    let night = Night::start_on(dir, Some(disk)).await;
    let breaks = async |night: &Night| night.disk.as_ref().unwrap().fill();
    let mends = async |night: &Night| {
        std::fs::remove_file(night.disk.as_ref().unwrap().path("filler")).unwrap();
    };
    refuses_then_recovers(night, "the disk is full", breaks, mends).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_takes_no_more_refuses_votes_cuts_nobody_off_and_goes_on_once_there_is_room() {
    let night = Night::start().await;
    let breaks = async |night: &Night| night.limit(Some(4_096));
    let mends = async |night: &Night| night.limit(None);
    refuses_then_recovers(
        night,
        "the disk does not take what is written",
        breaks,
        mends,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_held_by_another_program_refuses_votes_and_goes_on_once_it_is_let_go() {
    let night = Night::start().await;
    let held = std::sync::Arc::new(tokio::sync::Mutex::new(None));
    let breaks = {
        let held = held.clone();
        async move |night: &Night| *held.lock().await = Some(night.holder().await)
    };
    let mends = async move |_: &Night| {
        let mut holder = held.lock().await.take().unwrap();
        sqlx::query("commit").execute(&mut holder).await.unwrap();
    };
    refuses_then_recovers(night, "another program holds the database", breaks, mends).await;
}

#[test]
fn a_start_on_a_folder_or_database_that_can_only_be_read_says_so_in_one_line() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("data");
    std::fs::create_dir(&data).unwrap();
    assert!(run(&data, &["sessions"]).status.success());
    may(dir.path(), 0o755);
    for name in ["secret.key", "salon.db"] {
        may(&data.join(name), 0o444);
    }
    for mode in [0o555, 0o755] {
        may(&data, 0o755);
        let mut start = as_nobody(&data);
        may(&data, mode);
        start
            .args(["--listen", "127.0.0.1:0", "--data-dir"])
            .arg(&data);
        let refused = start.output().unwrap();
        let told = err(&refused);
        assert!(!refused.status.success(), "{mode:o}: {}", out(&refused));
        assert_eq!(told.trim().lines().count(), 1, "{mode:o}: {told}");
        assert!(told.contains("writable"), "{mode:o}: {told}");
    }
    may(&data, 0o755);
}
