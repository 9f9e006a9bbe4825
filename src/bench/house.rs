//! A data folder with one session, the program that serves it, and keys to the stage door: cookies of voters and a host's token.
//! All that is measured goes through HTTP and websockets; only the keys are made by the library.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::Value;
use tempfile::TempDir;

use super::machine::Placing;
use super::server::{Server, free_address};
use crate::app;
use crate::clock::Clock;
use crate::config::{Bounds, Config, Database};
use crate::domain::fact::{Fact, Recorded};
use crate::domain::questions::Review;
use crate::domain::questions::ask::AskedFact;
use crate::ids::{AskerKey, BrowserId, QuestionId, SessionId};
use crate::secrets::{Secrets, fresh_token, token_hash};
use crate::sheet;
use crate::store::{KeyKind, Store};
use crate::web::principal::VOTER_COOKIE;

pub const CODE: &str = "BENCH";
/// Connections beside the phones: the host's probe, looks at the metrics.
const SEATS_ASIDE: usize = 100;
/// An answer of the API that takes longer is none.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// What is voted on. In `live` everyone sees the count from the start.
const SHEET: &str = r#"
title = "Bench"
code = "BENCH"

[[poll]]
id = "hidden"
kind = "single"
question = "Which way?"
options = ["North", "East", "South", "West"]

[[poll]]
id = "burst"
kind = "single"
question = "And which way back?"
options = ["North", "East", "South", "West"]

[[poll]]
id = "live"
kind = "single"
question = "Which way, for all to see?"
options = ["North", "East", "South", "West"]
live_results = true
"#;

/// What is searched for.
pub const WORDS: [&str; 12] = [
    "matrix",
    "vector",
    "kernel",
    "layer",
    "cluster",
    "gradient",
    "training",
    "picture",
    "network",
    "distance",
    "centre",
    "embedding",
];

/// Options of each poll.
pub const OPTIONS: u16 = 4;

/// The websocket's key is a nonce that nobody here looks at.
pub const UPGRADE: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Key: c2Fsb24gYmVuY2ggcGhvbmU=\r\n";

pub struct House {
    pub folder: TempDir,
    pub session: SessionId,
    pub address: SocketAddr,
    metrics: SocketAddr,
    seats: usize,
    token: String,
    secrets: Secrets,
    /// Sets the voters of this house apart from those of any other.
    salt: [u8; 8],
}

impl House {
    /// A fresh folder below this one; without it, where temporary files go.
    pub async fn build(below: Option<&Path>, people: usize) -> anyhow::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("salon-bench-");
        let folder = match below {
            Some(path) => builder.tempdir_in(path),
            None => builder.tempdir(),
        }
        .context("making a folder for the data; choose where with --folder")?;
        let address = free_address()?;
        let config = Config {
            listen: address,
            data_dir: folder.path().to_path_buf(),
            database: Database::File(folder.path().join("salon.db")),
            public_url: None,
            log: "error".to_string(),
            log_json: false,
            max_seats: people + SEATS_ASIDE,
            hall: true,
            device: "cpu".to_string(),
            bounds: Bounds::default(),
        };
        let lobby = app::open_lobby(&config, Clock::System).await?;
        let plan = sheet::read(SHEET, "bench.toml", CODE.parse()?)
            .map_err(|faults| anyhow::anyhow!("the bench's own run sheet: {}", faults[0]))?
            .plan;
        let session = lobby.create(&plan).await?;
        let token = fresh_token();
        let now = lobby.clock.now();
        let hash = token_hash(&token);
        let store = &lobby.store;
        store
            .put_host_key(&hash, KeyKind::Token, "bench", now, None)
            .await?;
        let secrets = lobby.secrets.clone();
        lobby.close().await;
        lobby.store.close().await;
        Ok(Self {
            folder,
            session,
            address,
            metrics: free_address()?,
            seats: config.max_seats,
            token,
            secrets,
            salt: rand::random(),
        })
    }

    /// Starts the program on this house; it is not up yet when this returns.
    pub fn serve(&self, placing: &Placing) -> anyhow::Result<Server> {
        let program = std::env::current_exe().context("finding this program's own file")?;
        let database = self.folder.path().join("salon.db");
        let mut command = Command::new(program);
        // Every setting is given, so that none of the environment's applies.
        command
            .arg("--data-dir")
            .arg(self.folder.path())
            .arg("--database-url")
            .arg(format!("sqlite:{}", database.display()))
            .args(["--listen", &self.address.to_string()])
            .args(["--public-url", &format!("http://{}", self.address)])
            .args(["--metrics-listen", &self.metrics.to_string()])
            .args(["--max-seats", &self.seats.to_string()])
            .args(["--log", "error", "--log-format", "text"])
            .args(["--device", "cpu"])
            .env_remove("SALON_CONFIG")
            .arg("serve");
        Server::start(command, self.address, placing)
    }

    /// The request of one voter's phone to take a seat.
    pub fn request(&self, n: usize, have: Option<u32>) -> String {
        let cookie = self.cookie(n);
        let have = have.map(|rev| format!("&have={rev}")).unwrap_or_default();
        format!(
            "GET /ws/{CODE}?v={}&role=audience{have} HTTP/1.1\r\nHost: {}\r\n{UPGRADE}Cookie: {cookie}\r\n\r\n",
            crate::protocol::VERSION,
            self.address
        )
    }

    /// The cookie of one voter, as a browser sends it.
    pub fn cookie(&self, n: usize) -> String {
        let value = self.secrets.browser_cookie(self.browser(n));
        format!("{VOTER_COOKIE}={value}")
    }

    /// Puts so many questions into the session's log, before it is served: long ones that share a word with a search for
    /// [`WORDS`].
    pub async fn fill_with_questions(&self, questions: usize) -> anyhow::Result<()> {
        let store = Store::open(&self.folder.path().join("salon.db")).await?;
        let at = Clock::System.now();
        let facts = (0..questions).map(|n| {
            let word = WORDS[n % WORDS.len()];
            let rest: Vec<String> = (0..30).map(|m| format!("q{n}x{m}")).collect();
            let asked = AskedFact {
                question: QuestionId(u32::try_from(n + 1).unwrap_or(u32::MAX)),
                asker: Some(AskerKey(self.browser(n).0)),
                key: format!("k{n}"),
                text: format!("{word} {}", rest.join(" ")),
                name: String::new(),
                via: None,
                source: String::new(),
                stream_seconds: None,
                segment: None,
                about: None,
                review: Review::Passed,
                held: false,
            };
            Recorded {
                seq: i64::try_from(n + 2).unwrap_or(i64::MAX),
                at,
                fact: Fact::QuestionAsked(Box::new(asked)),
            }
        });
        let facts: Vec<Recorded> = facts.collect();
        store.append(&self.session, &facts).await?;
        store.close().await;
        Ok(())
    }

    fn browser(&self, n: usize) -> BrowserId {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&self.salt);
        id[8..].copy_from_slice(&(n as u64).to_le_bytes());
        BrowserId(id)
    }

    pub fn host(&self) -> Host {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(ANSWER_WITHIN))
            .proxy(None)
            .http_status_as_error(false)
            .build()
            .new_agent();
        Host {
            agent,
            base: format!("http://{}", self.address),
            metrics: format!("http://{}/metrics", self.metrics),
            session: self.session.to_string(),
            bearer: format!("Bearer {}", self.token),
        }
    }
}

/// The host, by the API.
#[derive(Clone)]
pub struct Host {
    agent: ureq::Agent,
    base: String,
    metrics: String,
    session: String,
    bearer: String,
}

impl Host {
    /// Carries a command out; the host's snapshot after it.
    pub fn does(&self, command: &Value) -> anyhow::Result<Value> {
        let url = format!("{}/api/v1/sessions/{}/commands", self.base, self.session);
        let request = self.agent.post(url).header("authorization", &self.bearer);
        read(request.send(command.to_string())?).with_context(|| command.to_string())
    }

    /// The session as the host sees it.
    pub fn state(&self) -> anyhow::Result<Value> {
        let url = format!("{}/api/v1/sessions/{}", self.base, self.session);
        read(
            self.agent
                .get(url)
                .header("authorization", &self.bearer)
                .call()?,
        )
    }

    /// One number of the metrics; 0 where it has not been counted yet.
    pub fn metric(&self, name: &str) -> anyhow::Result<f64> {
        let mut answer = self.agent.get(&self.metrics).call()?;
        let text = answer.body_mut().read_to_string()?;
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        Ok(match line {
            Some(number) => number.trim().parse()?,
            None => 0.0,
        })
    }

    /// Where a poll is: open, closed, and so on.
    pub fn phase(&self, poll: &str) -> anyhow::Result<String> {
        let state = self.state()?;
        let mut polls = state["polls"].as_array().into_iter().flatten();
        let view = polls.find(|view| view["id"] == poll);
        let phase = view.and_then(|view| view["phase"].as_str());
        phase
            .map(str::to_string)
            .with_context(|| format!("the host's snapshot tells nothing of “{poll}”"))
    }

    /// How many voted in a poll, and for which option how often.
    pub fn count(&self, poll: &str) -> anyhow::Result<(u64, Vec<u64>)> {
        count_of(&self.state()?, poll)
            .with_context(|| format!("the host's snapshot tells no count of “{poll}”"))
    }
}

fn count_of(state: &Value, poll: &str) -> Option<(u64, Vec<u64>)> {
    let polls = state["polls"].as_array()?;
    let view = polls.iter().find(|view| view["id"] == poll)?;
    let rows = view["tally"]["options"].as_array()?;
    let counts: Option<Vec<u64>> = rows.iter().map(|row| row["count"].as_u64()).collect();
    Some((view["voters"].as_u64()?, counts?))
}

fn read(mut answer: ureq::http::Response<ureq::Body>) -> anyhow::Result<Value> {
    let status = answer.status();
    let text = answer.body_mut().read_to_string()?;
    if !status.is_success() {
        bail!("the API answered {status}: {text}");
    }
    Ok(serde_json::from_str(&text)?)
}
