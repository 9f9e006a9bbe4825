//! What `salon rehearse` does not do, and says so.

use std::process::Command;

use serde_json::json;
use tempfile::TempDir;

use crate::program::salon as program;
use crate::rehearse::{rehearse, report, told};
use crate::salon::{SHEET, Salon};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_limit_of_open_files_is_raised_as_far_as_it_goes() {
    let salon = Salon::start().await;
    let link = salon.url("/TESTNGHT");
    let limited = |flag: &str, people: &str| {
        let dir = TempDir::new().unwrap();
        let program = program(
            dir.path(),
            &["rehearse", &link, "--json", "--minutes", "0.15"],
        );
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &format!("ulimit {flag} 150 && exec \"$@\""), "sh"])
            .arg(program.get_program())
            .args(program.get_args())
            .args(["--people", people]);
        tokio::task::spawn_blocking(move || {
            let _dir = dir;
            shell.output().unwrap()
        })
    };
    let (soft, hard) = tokio::join!(limited("-Sn", "300"), limited("-n", "300"));
    let (soft, hard) = (soft.unwrap(), hard.unwrap());
    let report = report(&soft);
    assert_eq!(
        (&report["counts"]["joined"], &report["errors"]),
        (&json!(300), &json!({}))
    );
    assert!(
        report["counts"]["most_at_once"].as_u64() > Some(150),
        "{report}"
    );
    assert_eq!(hard.status.code(), Some(1));
    let told = told(&hard);
    for part in [
        "300 people need 400 open files",
        "at most 50 people fit",
        "ulimit -Hn 400",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
    salon.ends().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_rehearsed_is_refused_with_what_to_do() {
    let salon = Salon::start().await;
    let ended = salon.import(&SHEET.replace("TESTNGHT", "ENDED2")).await;
    let url = format!("{}/api/v1/sessions/{ended}/commands", salon.base);
    for command in [r#"{"do":"start_session"}"#, r#"{"do":"end_session"}"#] {
        let done = salon
            .http
            .post(&url)
            .bearer_auth(&salon.token)
            .body(command)
            .send()
            .await;
        assert_eq!(done.unwrap().status(), 200);
    }
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let free = nobody.local_addr().unwrap();
    drop(nobody);
    let here = salon.url("/TESTNGHT");
    for (args, parts) in [
        (
            vec![salon.url("/NCWHERE")],
            vec!["no session", "salon sessions"],
        ),
        (vec![salon.base.clone()], vec!["names no session", "/CODE"]),
        (vec![salon.url("/ENDED2")], vec!["has ended", "Reopen"]),
        (
            vec![format!("http://{free}/TESTNGHT")],
            vec!["nothing answers", "refused"],
        ),
        (
            vec!["http://192.0.2.1/TESTNGHT".to_string()],
            vec![
                "not this machine",
                "--yes-i-run 192.0.2.1",
                "nothing was sent",
            ],
        ),
        (
            vec![
                "http://192.0.2.1/TESTNGHT".to_string(),
                "--yes-i-run".to_string(),
                "192.0.2.2".to_string(),
            ],
            vec!["192.0.2.2", "nothing was sent"],
        ),
        (
            vec![here.clone(), "--people".into(), "20001".into()],
            vec!["--people", "20000"],
        ),
        (
            vec![here.clone(), "--minutes".into(), "31".into()],
            vec!["--minutes", "30"],
        ),
        (
            vec![here, "--questions".into(), "201".into()],
            vec!["--questions", "200"],
        ),
    ] {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let output = rehearse(&args).await;
        let told = told(&output);
        assert_eq!(output.status.code(), Some(1), "{args:?}: {told}");
        assert_eq!(told.trim().lines().count(), 1, "{args:?}: {told}");
        for part in parts {
            assert!(told.contains(part), "{args:?}: {part} in {told}");
        }
    }
    let state = salon.host_state().await;
    assert_eq!(
        state["room"]["questions"]["list"],
        json!([]),
        "nobody has asked anything"
    );
    salon.ends().await;
}
