//! The program as a person starts it, and its host by the API where the browser is not the point.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::chromium::{Browser, Driver};

pub struct Salon {
    pub base: String,
    pub sign_in: String,
    pub session: String,
    token: String,
    http: reqwest::Client,
    child: Child,
    dir: TempDir,
}

fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_salon"));
    command.arg("--data-dir").arg(dir).args(args);
    command
}

fn start(dir: &Path, listen: &str, more: &[&str]) -> (Child, String, String) {
    let mut child = command(dir, &["--listen", listen])
        .args(more)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut base = String::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.expect("the greeting");
        let link = line
            .split_whitespace()
            .find(|word| word.starts_with("http://"));
        if let Some(link) = link {
            if base.is_empty() {
                base = link.to_string();
            }
            if link.contains("/host/sign-in#") {
                return (child, base, link.to_string());
            }
        }
    }
    let ended = child.wait();
    panic!("the program ended before it greeted: {ended:?}");
}

impl Salon {
    /// With the example session, as on a first start.
    pub async fn start() -> Self {
        let dir = TempDir::new().unwrap();
        let (child, base, sign_in) = start(dir.path(), "127.0.0.1:0", &[]);
        Self::begin(dir, child, base, sign_in).await
    }

    /// With the sessions of these run sheets, and a public name that browsers have to be told of.
    pub async fn start_at(name: &str, port: u16, sheets: &[&str]) -> Self {
        let dir = TempDir::new().unwrap();
        for sheet in sheets {
            let file = dir.path().join("sheet.toml");
            std::fs::write(&file, sheet).unwrap();
            let told = command(dir.path(), &["import"])
                .arg(&file)
                .output()
                .unwrap();
            assert!(told.status.success(), "{told:?}");
        }
        let address = format!("127.0.0.1:{port}");
        let public = format!("http://{name}");
        let (child, _, sign_in) = start(dir.path(), &address, &["--public-url", &public]);
        Self::begin(dir, child, format!("http://{address}"), sign_in).await
    }

    async fn begin(dir: TempDir, child: Child, base: String, sign_in: String) -> Self {
        let made = command(dir.path(), &["token", "test"]).output().unwrap();
        let token = String::from_utf8(made.stdout).unwrap().trim().to_string();
        let mut salon = Self {
            base,
            sign_in,
            session: String::new(),
            token,
            http: reqwest::Client::new(),
            child,
            dir,
        };
        let sessions = salon.get("/api/v1/sessions").await;
        salon.session = sessions[0]["id"].as_str().unwrap().to_string();
        salon
    }

    /// Where a browser signs in as host, once.
    pub fn sign_in_path(&self) -> String {
        let made = command(self.dir.path(), &["sign-in"]).output().unwrap();
        let told = String::from_utf8(made.stdout).unwrap();
        let (_, token) = told.split_once("/host/sign-in#").expect("a link");
        let token: String = token
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric())
            .collect();
        format!("/host/sign-in#{token}")
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    async fn get(&self, path: &str) -> Value {
        let request = self.http.get(self.url(path)).bearer_auth(&self.token);
        request.send().await.unwrap().json().await.unwrap()
    }

    /// The host's browser, signed in by the link of the start.
    pub async fn host(&self, driver: &Driver, width: u32, height: u32) -> Browser {
        let host = driver.window(width, height).await;
        host.goto(&self.sign_in).await;
        let panel = format!("location.pathname === '/host/{}'", self.session);
        host.wait_for(&panel).await;
        host
    }

    pub async fn host_state(&self) -> Value {
        self.get(&format!("/api/v1/sessions/{}", self.session))
            .await
    }

    pub async fn poll(&self, id: &str) -> Value {
        let state = self.host_state().await;
        let polls = state["polls"].as_array().unwrap();
        polls.iter().find(|poll| poll["id"] == id).unwrap().clone()
    }

    /// Counts by label, as the host sees them.
    pub async fn counts(&self, poll: &str) -> Vec<(String, u64)> {
        let poll = self.poll(poll).await;
        let rows = poll["tally"]["options"].as_array().unwrap();
        rows.iter()
            .map(|row| {
                let label = row["label"].as_str().unwrap().to_string();
                (label, row["count"].as_u64().unwrap())
            })
            .collect()
    }

    pub async fn does(&self, command: Value) -> Value {
        let url = self.url(&format!("/api/v1/sessions/{}/commands", self.session));
        let request = self.http.post(url).bearer_auth(&self.token);
        let answer = request.body(command.to_string()).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{command}");
        answer.json().await.unwrap()
    }

    /// A voter without a browser.
    pub async fn somebody_votes(&self, poll: &str, answer: Value) {
        let url = self.url(&format!("/api/v1/public/CENTRE/polls/{poll}/ballot"));
        let body = json!({"answer": answer}).to_string();
        let public = self.http.get(self.url("/api/v1/public/CENTRE"));
        let set = public.send().await.unwrap().headers()["set-cookie"].clone();
        let voted = self
            .http
            .put(url)
            .header("cookie", set.to_str().unwrap().split(';').next().unwrap())
            .body(body)
            .send()
            .await
            .unwrap();
        assert_eq!(voted.status(), 200, "{}", voted.text().await.unwrap());
    }

    /// As a power cut does it.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// After a kill: an empty folder on the same port, so that the example has its code and is another session.
    pub async fn begin_anew(&mut self) {
        for one in std::fs::read_dir(self.dir.path()).unwrap() {
            let path = one.unwrap().path();
            match path.is_dir() {
                true => std::fs::remove_dir_all(path).unwrap(),
                false => std::fs::remove_file(path).unwrap(),
            }
        }
        self.start_again();
        let made = command(self.dir.path(), &["token", "test"])
            .output()
            .unwrap();
        self.token = String::from_utf8(made.stdout).unwrap().trim().to_string();
        let sessions = self.get("/api/v1/sessions").await;
        self.session = sessions[0]["id"].as_str().unwrap().to_string();
    }

    /// Again on the same folder and port.
    pub fn start_again(&mut self) {
        let address = self.base.trim_start_matches("http://").to_string();
        let (child, _, sign_in) = start(self.dir.path(), &address, &[]);
        self.child = child;
        self.sign_in = sign_in;
    }
}

impl Drop for Salon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
