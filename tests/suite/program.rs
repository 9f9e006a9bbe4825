//! The program itself, as a person starts, kills and starts it again.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::salon::poll_of;

pub fn salon(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_salon"));
    command.arg("--data-dir").arg(dir).args(args);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SALON_")) {
        command.env_remove(name);
    }
    command
}

pub fn run(dir: &Path, args: &[&str]) -> Output {
    salon(dir, args).output().unwrap()
}

pub fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub struct Running {
    child: Child,
    pub base: String,
    pub printed: String,
}

impl Running {
    pub fn start(dir: &Path) -> Self {
        let mut command = salon(dir, &["--listen", "127.0.0.1:0"]);
        command.stderr(Stdio::null());
        Self::spawn(command)
    }

    /// The program by a command that starts it.
    pub fn spawn(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut printed = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        loop {
            let line = lines.next().expect("the greeting").unwrap();
            printed.push_str(&line);
            printed.push('\n');
            if line.contains("/host/sign-in#") {
                break;
            }
        }
        let base = printed
            .split_whitespace()
            .find(|word| word.starts_with("http://"))
            .unwrap()
            .to_string();
        Self {
            child,
            base,
            printed,
        }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn the_first_start_loads_the_example_and_the_second_finds_everything() {
    let dir = TempDir::new().unwrap();
    let mut first = Running::start(dir.path());
    for part in [
        "Loaded the example session",
        "Audience  http://",
        "/CENTRE",
        "Stage     http://",
        "/host/sign-in#",
    ] {
        assert!(first.printed.contains(part), "{part} in {}", first.printed);
    }
    let token = out(&run(dir.path(), &["token", "test"])).trim().to_string();
    let http = reqwest::Client::new();
    let sessions = http
        .get(format!("{}/api/v1/sessions", first.base))
        .bearer_auth(&token);
    let sessions: Value = sessions.send().await.unwrap().json().await.unwrap();
    let id = sessions[0]["id"].as_str().unwrap().to_string();
    let url = format!("{}/api/v1/sessions/{id}/commands", first.base);
    let opened = http
        .post(url)
        .bearer_auth(&token)
        .body(r#"{"do":"open_poll","poll":"framework"}"#);
    assert_eq!(opened.send().await.unwrap().status(), 200);
    first.kill();

    let second = Running::start(dir.path());
    assert!(
        !second.printed.contains("Loaded the example"),
        "{}",
        second.printed
    );
    let seen = http
        .get(format!("{}/api/v1/public/centre", second.base))
        .send()
        .await
        .unwrap();
    let seen: Value = seen.json().await.unwrap();
    assert_eq!(poll_of(&seen, "framework")["phase"], "open");
}

#[test]
fn export_import_export_is_the_identical_text() {
    let (first, second) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let sheet = first.path().join("night.toml");
    std::fs::write(&sheet, crate::salon::SHEET).unwrap();
    assert!(
        run(first.path(), &["import", sheet.to_str().unwrap()])
            .status
            .success()
    );
    let exported = out(&run(first.path(), &["export", "testnght"]));
    assert!(exported.contains("title = \"Test night\""), "{exported}");
    let again = first.path().join("again.toml");
    std::fs::write(&again, &exported).unwrap();
    assert!(
        run(second.path(), &["import", again.to_str().unwrap()])
            .status
            .success()
    );
    assert_eq!(out(&run(second.path(), &["export", "TESTNGHT"])), exported);

    let taken = run(first.path(), &["import", sheet.to_str().unwrap()]);
    assert!(!taken.status.success());
    assert!(
        err(&taken).contains("TESTNGHT is already used") && err(&taken).contains("--new-code"),
        "{}",
        err(&taken)
    );
    assert!(
        run(
            first.path(),
            &["import", "--new-code", sheet.to_str().unwrap()]
        )
        .status
        .success()
    );
}

#[test]
fn a_bad_run_sheet_is_refused_with_file_line_and_the_nearest_name() {
    let dir = TempDir::new().unwrap();
    let sheet = dir.path().join("bad.toml");
    std::fs::write(
        &sheet,
        "title = \"T\"\n\n[[segment]]\nid = \"a\"\nkind = \"tolk\"\ntitel = \"x\"\n",
    )
    .unwrap();
    let refused = run(dir.path(), &["import", sheet.to_str().unwrap()]);
    assert!(!refused.status.success());
    let told = err(&refused);
    for part in ["bad.toml:5:", "talk", "bad.toml:6:", "title"] {
        assert!(told.contains(part), "{part} in {told}");
    }
}

#[test]
fn a_start_that_cannot_be_says_what_to_do_in_one_line() {
    let dir = TempDir::new().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let not_a_folder = dir.path().join("file");
    std::fs::write(&not_a_folder, "x").unwrap();
    let newer = dir.path().join("newer");
    assert!(
        !run(&newer, &["sessions"]).status.success(),
        "no folder is made by asking"
    );
    std::fs::create_dir(&newer).unwrap();
    assert!(run(&newer, &["sessions"]).status.success());
    make_newer(&newer.join("salon.db"));

    for (folder, args, part) in [
        (dir.path(), vec!["--listen", address.as_str()], "--listen"),
        (&not_a_folder, vec!["--listen", "127.0.0.1:0"], "--data-dir"),
        (
            &not_a_folder.join("below"),
            vec!["--listen", "127.0.0.1:0"],
            "--data-dir",
        ),
        (
            &newer,
            vec!["--listen", "127.0.0.1:0"],
            "newer than this program",
        ),
        (dir.path(), vec!["--listen", "somewhere"], "--listen"),
        (
            dir.path(),
            vec!["--database-url", "postgres://db"],
            "SQLite",
        ),
        (dir.path(), vec!["--log", "a=b=c"], "--log"),
        (
            dir.path(),
            vec!["--config", "/nowhere.toml"],
            "/nowhere.toml",
        ),
    ] {
        let refused = run(folder, &args);
        assert!(!refused.status.success(), "{args:?}");
        let told = err(&refused);
        assert!(told.contains(part), "{args:?}: {part} in {told}");
        assert_eq!(told.trim().lines().count(), 1, "{args:?}: {told}");
    }
}

/// The database as a later version of the program would leave it.
fn make_newer(database: &Path) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let url = format!("sqlite:{}", database.display());
        let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
        sqlx::query(
            "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
             values (9999, 'from the future', true, x'00', 0)",
        )
        .execute(&pool)
        .await
        .unwrap();
        pool.close().await;
    });
}

#[test]
fn help_is_there_for_the_program_and_each_command() {
    let dir = TempDir::new().unwrap();
    let all = out(&run(dir.path(), &["--help"]));
    for part in [
        "serve",
        "import",
        "export",
        "sign-in",
        "token",
        "sessions",
        "rehearse",
        "--listen",
        "--data-dir",
        "--database-url",
        "--public-url",
        "--log",
        "--config",
        "SALON_LISTEN",
        "SALON_DATA_DIR",
    ] {
        assert!(all.contains(part), "{part} in {all}");
    }
    for command in [
        "serve", "import", "export", "sign-in", "token", "sessions", "rehearse",
    ] {
        let help = run(dir.path(), &[command, "--help"]);
        assert!(
            help.status.success() && out(&help).contains("Usage: salon"),
            "{command}"
        );
    }
}
