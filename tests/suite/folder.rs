//! The data folder: whose it is, who may read it, and what commands beside a running server know of it.

use std::path::Path;
use std::process::Output;

use tempfile::TempDir;

use crate::program::{Running, err, out, run, salon};

#[test]
fn a_second_program_on_a_folder_is_told_who_has_it() {
    let dir = TempDir::new().unwrap();
    let mut first = Running::start(dir.path());
    let refused = run(dir.path(), &["--listen", "127.0.0.1:0"]);
    assert!(!refused.status.success());
    let told = err(&refused);
    for part in ["in use", &first.id().to_string(), &first.base, "--data-dir"] {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert_eq!(told.trim().lines().count(), 1, "{told}");
    // Commands work beside it, and whatever way it ended the folder is free again.
    assert!(run(dir.path(), &["sessions"]).status.success());
    first.kill();
    drop(Running::start(dir.path()));
}

#[cfg(unix)]
#[test]
fn nothing_in_the_folder_is_for_others_to_read() {
    use std::os::unix::fs::PermissionsExt;
    let above = TempDir::new().unwrap();
    let dir = above.path().join("data");
    fn open_to_others(folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let about = entry.metadata().unwrap();
            if about.permissions().mode() & 0o077 != 0 {
                found.push(format!(
                    "{:?} {:o}",
                    entry.path(),
                    about.permissions().mode()
                ));
            }
            if about.is_dir() {
                found.extend(open_to_others(&entry.path()));
            }
        }
        found
    }
    let mut first = Running::start(&dir);
    assert_eq!(open_to_others(above.path()), Vec::<String>::new());
    for file in ["salon.db", "salon.db-wal", "secret.key"] {
        assert!(dir.join(file).exists(), "{file}");
    }
    first.kill();
    // As an earlier version left it.
    let runs = dir.join("runs/some-session/1");
    std::fs::create_dir_all(&runs).unwrap();
    for path in [
        dir.join("salon.db"),
        dir.join("salon.db-wal"),
        dir.join("runs"),
    ] {
        let mode = if path.is_dir() { 0o755 } else { 0o644 };
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    let _second = Running::start(&dir);
    assert_eq!(open_to_others(above.path()), Vec::<String>::new());
}

#[test]
fn commands_beside_a_server_name_its_address() {
    let dir = TempDir::new().unwrap();
    let alone = run(dir.path(), &["sign-in"]);
    assert!(err(&alone).contains("No server runs"), "{}", err(&alone));
    let sheet = dir.path().join("night.toml");
    std::fs::write(&sheet, crate::salon::SHEET).unwrap();
    let public = [
        "--listen",
        "127.0.0.1:0",
        "--public-url",
        "https://talks.example.org",
    ];
    let mut running = Running::spawn(salon(dir.path(), &public));
    for args in [
        &["import", sheet.to_str().unwrap()][..],
        &["sign-in"],
        &["sign-in", "TESTNGHT"],
        &[
            "token",
            "Ana",
            "--session",
            "TESTNGHT",
            "--role",
            "moderator",
        ],
    ] {
        let done = run(dir.path(), args);
        assert!(done.status.success(), "{}", err(&done));
        assert!(
            out(&done).contains("https://talks.example.org/"),
            "{args:?}: {}",
            out(&done)
        );
        assert!(
            !out(&done).contains("127.0.0.1"),
            "{args:?}: {}",
            out(&done)
        );
        assert_eq!(err(&done), "", "{args:?}");
    }
    running.kill();
    let after = run(dir.path(), &["sign-in"]);
    assert!(
        !out(&after).contains("talks.example.org"),
        "it is not running any more"
    );
}

#[test]
fn a_start_shows_addresses_that_phones_can_open_or_says_that_there_is_none() {
    let dir = TempDir::new().unwrap();
    let loopback = Running::start(dir.path());
    assert!(
        loopback.printed.contains("Only this machine can join"),
        "{}",
        loopback.printed
    );
    assert!(
        loopback.printed.contains("--listen 0.0.0.0:"),
        "{}",
        loopback.printed
    );
    assert!(
        !loopback.printed.contains('█'),
        "no phone could open it: {}",
        loopback.printed
    );
    drop(loopback);
    for listen in ["0.0.0.0:0", "[::]:0"] {
        let all = Running::spawn(salon(dir.path(), &["--listen", listen]));
        let printed = &all.printed;
        for never in ["http://0.0.0.0", "http://[::]"] {
            assert!(!printed.contains(never), "{printed}");
        }
        // A machine without any network says so.
        let network = !salon::machine::interfaces()
            .iter()
            .all(|(_, ip)| ip.is_loopback());
        let part = if network {
            "--public-url"
        } else {
            "no address in any network"
        };
        assert!(printed.contains(part), "{printed}");
        assert_eq!(printed.contains('█'), network, "{printed}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_and_links_are_listed_end_and_can_be_revoked() {
    let dir = TempDir::new().unwrap();
    let running = Running::start(dir.path());
    let does = |args: &[&str]| {
        let done = run(dir.path(), args);
        assert!(done.status.success(), "{args:?}: {}", err(&done));
        out(&done).trim().to_string()
    };
    let token = does(&["token", "bridge to the archive", "--days", "7"]);
    let link = ["--session", "CENTRE", "--role", "moderator"];
    does(&[&["token", "Ana"], &link[..]].concat());
    let id = |what: &str| {
        let list = does(&["token", "list"]);
        let line = list
            .lines()
            .find(|line| line.contains(what))
            .map(str::to_string);
        let line = line.unwrap_or_else(|| panic!("{what} in {list}"));
        (line.split_whitespace().next().unwrap().to_string(), line)
    };
    let (of_token, line) = id("bridge to the archive");
    assert!(
        line.contains("token") && line.contains("all") && !line.contains("withdrawn"),
        "{line}"
    );
    let (of_link, line) = id("Ana");
    assert!(
        line.contains("moderator") && line.contains("CENTRE") && line.contains("withdrawn"),
        "{line}"
    );
    let http = reqwest::Client::new();
    let asks = async || {
        let request = http.get(format!("{}/api/v1/sessions", running.base));
        request
            .bearer_auth(&token)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    assert_eq!(asks().await, 200);
    does(&["token", "revoke", &of_token]);
    assert_eq!(asks().await, 401);
    does(&["token", "revoke", &of_link]);
    let list = does(&["token", "list"]);
    assert!(!list.contains("Ana") && !list.contains("archive"), "{list}");
    let again: Output = run(dir.path(), &["token", "revoke", &of_link]);
    assert!(
        !again.status.success() && err(&again).contains("salon token list"),
        "{}",
        err(&again)
    );
}
