//! A whole Salon on a free port with its own folder, and people who use it.

mod phone;

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use salon::address::PublicUrl;
use salon::app::App;
use salon::clock::Clock;
use salon::config::{Bounds, Config, Database};
use salon::domain::session::Session;
use salon::ids::Timestamp;
use salon::live::lobby::Lobby;
use salon::protocol::VERSION;
use salon::{secrets::fresh_token, secrets::token_hash, store::KeyKind};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use tokio_util::sync::CancellationToken;

pub use self::phone::Phone;
pub use crate::views::{cookie_of, counts_of, poll_of};

/// Nothing here takes longer, or it is stuck.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A run sheet with one poll of each kind but `number`.
pub const SHEET: &str = r#"
title = "Test night"
code = "TESTNGHT"

[[channel]]
id = "zoom"
label = "Zoom"

[[channel]]
id = "youtube"
label = "YouTube"
delay_seconds = 30

[[segment]]
id = "one"
kind = "talk"
title = "First talk"

[[segment.poll]]
id = "one-of"
kind = "single"
question = "Which one?"
options = ["Red", "Green", "Blue"]
write_in = true

[[segment.poll]]
id = "some-of"
kind = "multiple"
question = "Which ones?"
options = ["PyTorch", "JAX", "fast.ai"]
max = 2
write_in = true

[[segment]]
id = "two"
kind = "polls"
title = "Opinions"

[[segment.poll]]
id = "yes-no"
kind = "yes_no"
question = "Really?"
both = true

[[segment.poll]]
id = "sure"
kind = "prediction"
question = "Will it rain?"
answer = "probability"
horizons = ["Today", "Tomorrow"]
"#;

pub struct Salon {
    pub base: String,
    pub metrics: String,
    pub token: String,
    pub session: String,
    pub clock: Clock,
    pub lobby: std::sync::Arc<Lobby>,
    pub router: axum::Router,
    pub http: reqwest::Client,
    _dir: TempDir,
    stop: CancellationToken,
    server: Option<JoinHandle<()>>,
}

impl Salon {
    pub async fn start() -> Self {
        Self::start_for(2_000).await
    }

    /// With places for so many connections.
    pub async fn start_for(seats: usize) -> Self {
        Self::start_with(Clock::System, seats, true).await
    }

    /// With a clock that stands still until the test moves it.
    pub async fn start_fixed() -> Self {
        Self::start_with(Clock::fixed(Timestamp(1_800_000_000_000)), 2_000, true).await
    }

    /// With the hall, or with a task for each socket of the audience.
    pub async fn start_with(clock: Clock, max_seats: usize, hall: bool) -> Self {
        Self::start_bounded(clock, max_seats, hall, Bounds::default()).await
    }

    /// With bounds of its own for what strangers may ask for.
    pub async fn start_bounded(clock: Clock, max_seats: usize, hall: bool, bounds: Bounds) -> Self {
        Self::start_at(clock, max_seats, hall, bounds, None).await
    }

    /// With this public address.
    pub async fn public(url: &str) -> Self {
        let (url, bounds) = (Some(url.parse().unwrap()), Bounds::default());
        Self::start_at(Clock::System, 2_000, true, bounds, url).await
    }

    async fn start_at(
        clock: Clock,
        max_seats: usize,
        hall: bool,
        bounds: Bounds,
        public_url: Option<PublicUrl>,
    ) -> Self {
        let dir = TempDir::new().unwrap();
        let config = Config {
            listen: "127.0.0.1:0".parse().unwrap(),
            data_dir: dir.path().to_path_buf(),
            database: Database::File(dir.path().join("salon.db")),
            public_url,
            log: "warn".to_string(),
            log_json: false,
            max_seats,
            hall,
            device: "cpu".to_string(),
            bounds: Bounds {
                metrics_listen: Some("127.0.0.1:0".parse().unwrap()),
                ..bounds
            },
        };
        let app = App::build(&config, clock.clone()).await.unwrap();
        let base = format!("http://{}", app.address);
        let metrics = format!("http://{}/metrics", app.metrics_address.unwrap());
        let (lobby, router) = (app.lobby.clone(), app.router.clone());
        let token = fresh_token();
        let (store, hash) = (&lobby.store, token_hash(&token));
        store
            .put_host_key(&hash, KeyKind::Token, "test", clock.now(), None)
            .await
            .unwrap();
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let server = tokio::spawn(async move { app.run(stopped).await.unwrap() });
        let mut salon = Self {
            base,
            metrics,
            token,
            session: String::new(),
            clock,
            lobby,
            router,
            http: reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap(),
            _dir: dir,
            stop,
            server: Some(server),
        };
        salon.session = salon.import(SHEET).await;
        salon
    }

    pub fn folder(&self) -> &std::path::Path {
        self._dir.path()
    }

    pub async fn import(&self, sheet: &str) -> String {
        let made = self.http.post(self.url("/api/v1/sessions"));
        let made = made.bearer_auth(&self.token).body(sheet.to_string());
        let made = made.send().await.unwrap();
        assert_eq!(made.status(), 201, "{}", made.text().await.unwrap());
        let location = made.headers()["location"].to_str().unwrap();
        location.rsplit('/').next().unwrap().to_string()
    }

    /// A host's command by the API: status and body.
    pub async fn host(&self, command: Value) -> (u16, Value) {
        let url = format!("{}/api/v1/sessions/{}/commands", self.base, self.session);
        let answer = self
            .http
            .post(url)
            .bearer_auth(&self.token)
            .body(command.to_string())
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// A host's command that must go through: the host's snapshot after it.
    pub async fn does(&self, command: Value) -> Value {
        let (status, body) = self.host(command.clone()).await;
        assert_eq!(status, 200, "{command} → {body}");
        body
    }

    pub async fn opens(&self, poll: &str) -> Value {
        self.does(json!({"do": "open_poll", "poll": poll})).await
    }

    pub async fn host_state(&self) -> Value {
        let url = format!("{}/api/v1/sessions/{}", self.base, self.session);
        let answer = self.http.get(url).bearer_auth(&self.token).send().await;
        answer.unwrap().json().await.unwrap()
    }

    /// The host's tally of a poll.
    pub async fn tally(&self, poll: &str) -> Value {
        poll_of(&self.host_state().await, poll)["tally"].clone()
    }

    /// Counts by label.
    pub async fn counts(&self, poll: &str) -> Vec<(String, u64)> {
        counts_of(&self.tally(poll).await)
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// A phone that has opened the page: it holds the voter cookie.
    pub async fn phone(&self) -> Phone<'_> {
        let page = self.http.get(self.url("/TESTNGHT")).send().await.unwrap();
        assert_eq!(page.status(), 200);
        Phone {
            salon: self,
            cookie: cookie_of(&page),
        }
    }

    /// A phone with its socket open and its snapshot read.
    pub async fn voter(&self) -> Voter {
        self.phone().await.connects("").await
    }

    pub async fn stage(&self) -> Voter {
        let socket = connect(&self.base, &line("stage"), "").await;
        Voter::new(socket.unwrap()).await
    }

    /// Stops in order; then the log of the session must replay to what was last seen.
    pub async fn ends(mut self) {
        let last = self.host_state().await;
        let facts = self.lobby.store.facts(&self.session.parse().unwrap()).await;
        let replayed = Session::replay(&facts.unwrap()).unwrap();
        for poll in &replayed.polls {
            assert_eq!(poll.tally, poll.recount(), "tally = recount of ballots");
            let shown = poll_of(&last, poll.plan.id.as_str());
            assert_eq!(shown["voters"], poll.tally.voters, "shown = replayed");
        }
        self.stop.cancel();
        let server = self.server.take().unwrap();
        timeout(PATIENCE, server).await.expect("stops").unwrap();
    }
}

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// The address of a line to the session of the tests.
pub fn line(role: &str) -> String {
    format!("/ws/TESTNGHT?v={VERSION}&role={role}")
}

pub async fn connect(
    base: &str,
    path: &str,
    cookie: &str,
) -> Result<Socket, tokio_tungstenite::tungstenite::Error> {
    let url = format!("{}{path}", base.replace("http://", "ws://"));
    let mut request = url.into_client_request()?;
    request
        .headers_mut()
        .insert("cookie", cookie.parse().unwrap());
    request
        .headers_mut()
        .insert("origin", base.parse().unwrap());
    Ok(tokio_tungstenite::connect_async(request).await?.0)
}

/// One open socket, read message by message.
pub struct Voter {
    pub socket: Socket,
    /// The first message: a snapshot, or that nothing changed.
    pub first: Value,
    /// What came while an answer was waited for.
    pub heard: Vec<Value>,
    pub asks: u32,
}

impl Voter {
    pub async fn new(socket: Socket) -> Self {
        Self::meets(socket).await.expect("a first message")
    }

    /// None: the program was killed meanwhile.
    pub async fn meets(mut socket: Socket) -> Option<Self> {
        let first = read(&mut socket).await?;
        let (heard, asks) = (Vec::new(), 0);
        Some(Self {
            socket,
            first,
            heard,
            asks,
        })
    }

    pub async fn says(&mut self, text: &str) {
        let message = Message::text(text.to_string());
        self.socket.send(message).await.unwrap();
    }

    /// The next message of this type; others are kept in `heard`.
    pub async fn waits_for(&mut self, kind: &str) -> Value {
        loop {
            let message = read(&mut self.socket)
                .await
                .unwrap_or_else(|| panic!("the socket closed before a {kind}"));
            if message["type"] == kind {
                return message;
            }
            self.heard.push(message);
        }
    }

    /// Sends an ask and returns its answer, heard or refused.
    pub async fn asks(&mut self, mut message: Value) -> Value {
        self.asks += 1;
        message["ask"] = json!(self.asks);
        self.says(&message.to_string()).await;
        loop {
            let answer = read(&mut self.socket).await.expect("an answer");
            if answer["ask"] == self.asks {
                return answer;
            }
            self.heard.push(answer);
        }
    }

    pub async fn casts(&mut self, poll: &str, seq: u32, answer: Value) -> Value {
        self.asks(json!({"type": "cast", "poll": poll, "seq": seq, "answer": answer}))
            .await
    }

    /// Everything that arrives within `ms`.
    pub async fn listens(&mut self, ms: u64) -> Vec<Value> {
        let mut heard = std::mem::take(&mut self.heard);
        let until = tokio::time::Instant::now() + Duration::from_millis(ms);
        while let Ok(Some(message)) = tokio::time::timeout_at(until, read(&mut self.socket)).await {
            heard.push(message);
        }
        heard
    }

    /// Sends an ask to a program that may be killed meanwhile: its answer, or none.
    pub async fn tries(&mut self, message: Value, ask: u32) -> Option<Value> {
        let message = Message::text(message.to_string());
        self.socket.send(message).await.ok()?;
        loop {
            let answer = read(&mut self.socket).await?;
            if answer["ask"] == ask {
                return Some(answer);
            }
        }
    }

    /// Closed in whatever way.
    pub async fn closes_with_any(&mut self) {
        while read(&mut self.socket).await.is_some() {}
    }

    /// The close code, after whatever else still arrives.
    pub async fn closes_with(&mut self) -> u16 {
        loop {
            match timeout(PATIENCE, self.socket.next())
                .await
                .expect("a close")
            {
                Some(Ok(Message::Close(frame))) => return frame.map_or(1005, |f| f.code.into()),
                Some(Ok(_)) => {}
                other => panic!("no close frame but {other:?}"),
            }
        }
    }
}

/// The next JSON message; none when the socket has closed.
async fn read(socket: &mut Socket) -> Option<Value> {
    loop {
        match timeout(PATIENCE, socket.next())
            .await
            .expect("a message in time")?
        {
            Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
            // A run's picture, told by what its head says.
            Ok(Message::Binary(bytes)) => {
                let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
                return Some(json!({"type": "picture", "number": number(8), "step": number(12)}));
            }
            Ok(Message::Close(_)) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}
