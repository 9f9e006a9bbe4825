//! The example bridge, run as a person would run it, against a chat as Zoom and YouTube tools export it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::json;

use crate::questions::{link, texts};
use crate::salon::Salon;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

fn bridge_command(salon: &Salon, token: &str, session: &str, file: &str) -> Command {
    let mut command = Command::new(root().join("scripts/bridge-chat"));
    command
        .env("SALON_BRIDGE_TOKEN", token)
        .args(["--url", &salon.base, "--session", session])
        .args(["--source", "zoom", file]);
    command
}

fn bridge(salon: &Salon, token: &str, session: &str, file: &str) -> Output {
    bridge_command(salon, token, session, file)
        .output()
        .expect("python3 is installed by scripts/test")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_example_bridge_hands_on_an_export_once() {
    let salon = Salon::start().await;
    let export = root().join("tests/suite/data/chat-export.txt");
    let export = export.to_str().unwrap();
    let made = link(&salon, "bridge").await;
    let token = made["token"].as_str().unwrap();
    for _ in 0..2 {
        let output = bridge(&salon, token, &salon.session, export);
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let room = salon.host_state().await["room"]["questions"].clone();
    let list = room["list"].as_array().unwrap();
    let rows: Vec<(&str, &str, &str, Option<u64>)> = list
        .iter()
        .map(|one| {
            let text = |field: &str| one[field].as_str().unwrap();
            (
                text("name"),
                text("text"),
                text("source"),
                one["stream_seconds"].as_u64(),
            )
        })
        .collect();
    assert_eq!(rows.len(), 5, "{rows:?}");
    // What has a link waits for review, and so is first on the desk.
    assert_eq!(rows[0].0, "Max");
    assert_eq!(room["pending"], 1);
    assert!(rows.contains(&(
        "Jane Doe",
        "Does the RBF head scale to bigger models?",
        "Zoom",
        Some(966)
    )));
    assert!(rows.contains(&(
        "Kim Lee",
        "Why not a softmax: is it slower?",
        "Zoom",
        Some(1021)
    )));
    assert!(rows.contains(&("Ana", "Which data set was it?", "Zoom", Some(1233))));
    assert!(rows.contains(&("Mäx", "Können wir die Folien haben?", "Zoom", None)));

    let words = |output: &Output| String::from_utf8_lossy(&output.stderr).into_owned();
    let other = salon.import("title = \"Another\"").await;
    let refused = bridge(&salon, token, &other, export);
    assert!(
        !refused.status.success() && words(&refused).contains("another session"),
        "{}",
        words(&refused)
    );
    let missing = bridge(&salon, token, &salon.session, "no-such-file.txt");
    assert!(
        words(&missing).contains("no-such-file.txt cannot be read"),
        "{}",
        words(&missing)
    );
    let unnamed = bridge(&salon, "", &salon.session, export);
    assert!(
        words(&unnamed).contains("SALON_BRIDGE_TOKEN"),
        "{}",
        words(&unnamed)
    );
    salon.ends().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_that_cannot_be_taken_stop_no_others() {
    let salon = Salon::start().await;
    let made = link(&salon, "bridge").await;
    let token = made["token"].as_str().unwrap();
    let mut chat = tempfile::NamedTempFile::new().unwrap();
    let lines = [
        "99:99:99 Ana: Impossible time?",
        "00:01:01 Bo: Two at once?",
        "00:01:01 Bo: Yes, two at once?",
        "00:01:02 Cy: \u{3164}",
        "Dee: No time?",
    ];
    write!(chat, "{}", lines.join("\n")).unwrap();
    let path = chat.path().to_str().unwrap();
    for _ in 0..2 {
        let mut command = bridge_command(&salon, token, &salon.session, path);
        let output = command.arg("--all").output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains("not taken: Cy"), "{told}");
        let room = salon.host_state().await["room"]["questions"].clone();
        let mut taken = texts(&room);
        taken.sort_unstable();
        let all = [
            "Impossible time?",
            "No time?",
            "Two at once?",
            "Yes, two at once?",
        ];
        assert_eq!(taken, all);
        assert!(room["list"][0].get("stream_seconds").is_none());
    }
    salon.ends().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chat_that_is_being_written_is_followed_line_by_line() {
    let salon = Salon::start().await;
    let made = link(&salon, "bridge").await;
    let token = made["token"].as_str().unwrap();
    let mut chat = tempfile::NamedTempFile::new().unwrap();
    let path = chat.path().to_str().unwrap().to_string();
    let mut follows = bridge_command(&salon, token, &salon.session, &path)
        .arg("--follow")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let now = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| text.to_string())
            .collect::<Vec<_>>()
    };
    let all = || async {
        let room = salon.host_state().await["room"]["questions"].clone();
        texts(&room)
            .iter()
            .map(|text| text.to_string())
            .collect::<Vec<_>>()
    };
    write!(chat, "00:01:00 Ana: Is it? Or is").unwrap();
    chat.flush().unwrap();
    tokio::time::sleep(Duration::from_millis(4_500)).await;
    assert_eq!(all().await, now(&[]), "a line that is being written");
    writeln!(chat, " it not?\n  And why?").unwrap();
    for _ in 0..100 {
        if !all().await.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(all().await, now(&["Is it? Or is it not? And why?"]));
    // Questions are closed for a while: what came meanwhile is not lost.
    let mut rules = salon.host_state().await["room"]["questions"]["rules"].clone();
    rules["open"] = json!(false);
    salon.does(json!({"do": "set_rules", "rules": rules})).await;
    writeln!(chat, "00:02:00 Bo: Later?").unwrap();
    tokio::time::sleep(Duration::from_millis(5_000)).await;
    assert_eq!(all().await.len(), 1);
    rules["open"] = json!(true);
    salon.does(json!({"do": "set_rules", "rules": rules})).await;
    for _ in 0..100 {
        if all().await.len() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(all().await.len(), 2);
    follows.kill().unwrap();
    follows.wait().unwrap();
    let again = bridge(&salon, token, &salon.session, &path);
    assert!(again.status.success());
    assert_eq!(all().await.len(), 2, "read again as an export");
    salon.ends().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_said_in_private_is_never_handed_on() {
    let salon = Salon::start().await;
    let made = link(&salon, "bridge").await;
    let token = made["token"].as_str().unwrap();
    let lines = "10:00:01\t From Ann Poe to Everyone:\n\tIs it fast?\n\
        10:00:02\t From Ann Poe to Rob Low(Direct Message):\n\tMay I leave? My doctor called.\n\
        10:00:03 From Bo Ray to Rob Low (Privately) : Is he\nalways: like this?\n\
        10:00:04\t From Cy Fox to Hosts and panelists:\n\tShall we stop?\n\
        10:00:05\t From Cy Fox to Everyone:\n\tReacted to \"Is it fast?\" with \u{1f44d}\n";
    // As editors on Windows save it, too.
    let wide: Vec<u8> = format!("\u{feff}{lines}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for bytes in [lines.as_bytes().to_vec(), wide] {
        let mut chat = tempfile::NamedTempFile::new().unwrap();
        chat.write_all(&bytes).unwrap();
        let path = chat.path().to_str().unwrap();
        let mut command = bridge_command(&salon, token, &salon.session, path);
        let output = command.arg("--all").output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let room = salon.host_state().await["room"]["questions"].clone();
        assert_eq!(texts(&room), ["Is it fast?"]);
    }
    salon.ends().await;
}
