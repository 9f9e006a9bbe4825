//! Chromium over chromedriver: one window a browser, each with a profile of its own.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::actions::{
    InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(12);

/// A running chromedriver; none where there is no browser, which is told loudly.
pub struct Driver {
    child: Child,
    url: String,
    /// Arguments of its browsers beside the usual ones.
    args: Vec<String>,
}

impl Driver {
    pub fn start(test: &str) -> Option<Self> {
        Self::start_with(test, &[], Vec::new())
    }

    /// With variables of the environment and arguments for its browsers.
    pub fn start_with(test: &str, env: &[(&str, &str)], args: Vec<String>) -> Option<Self> {
        let spawned = Command::new("chromedriver")
            .envs(env.iter().copied())
            .args(["--port=0", "--allowed-ips=127.0.0.1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let chromium = Command::new("chromium").arg("--version").output();
        let (Ok(mut child), Ok(_)) = (spawned, chromium) else {
            assert!(
                std::env::var_os("CI").is_none(),
                "chromium and chromedriver are missing, and CI needs them"
            );
            eprintln!("SKIPPED browser: {test}: no chromium and chromedriver here");
            return None;
        };
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines
            .map_while(Result::ok)
            .find_map(|line| {
                let (_, port) = line.split_once("started successfully on port ")?;
                Some(port.trim_end_matches('.').to_string())
            })
            .expect("chromedriver tells its port");
        let url = format!("http://127.0.0.1:{port}");
        Some(Self { child, url, args })
    }

    /// A window of this size, in CSS pixels.
    pub async fn window(&self, width: u32, height: u32) -> Browser {
        self.window_with(width, height, json!({})).await
    }

    /// As [`Driver::window`], with preferences of the profile.
    pub async fn window_with(&self, width: u32, height: u32, prefs: Value) -> Browser {
        let profile = TempDir::new().unwrap();
        let args = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            &format!("--user-data-dir={}", profile.path().display()),
        ];
        let args: Vec<&str> = args
            .into_iter()
            .chain(self.args.iter().map(String::as_str))
            .collect();
        let capabilities = json!({
            "goog:chromeOptions": {"binary": "/usr/bin/chromium", "args": args, "prefs": prefs},
            "goog:loggingPrefs": {"browser": "ALL"},
        });
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities.as_object().unwrap().clone())
            .connect(&self.url)
            .await
            .expect("a browser window");
        let session = client.session_id().await.unwrap().unwrap();
        let browser = Browser {
            client,
            http: reqwest::Client::new(),
            endpoint: format!("{}/session/{session}", self.url),
            _profile: profile,
        };
        // A headless window is never narrower than 500 px by its own size.
        browser
            .cdp(
                "Emulation.setDeviceMetricsOverride",
                json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}),
            )
            .await;
        browser
    }

    pub async fn phone(&self) -> Browser {
        self.window(390, 844).await
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Asked to end, chromedriver ends its browsers too; killed, it would leave them behind.
        let asked = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

pub struct Browser {
    pub client: Client,
    http: reqwest::Client,
    endpoint: String,
    _profile: TempDir,
}

impl Browser {
    pub async fn goto(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    /// What an expression is worth in the page.
    pub async fn js(&self, expression: &str) -> Value {
        let script = format!("return ({expression});");
        match self.client.execute(&script, Vec::new()).await {
            Ok(value) => value,
            Err(error) => panic!("{expression}: {error}"),
        }
    }

    /// Waits until an expression is true; if it never is, keeps a picture and what the page said.
    pub async fn wait_for(&self, expression: &str) {
        self.wait_for_within(expression, PATIENCE).await;
    }

    /// The same for what takes its time where nothing was compiled to be fast.
    pub async fn wait_for_within(&self, expression: &str, patience: Duration) {
        let until = tokio::time::Instant::now() + patience;
        let script = format!("try {{ return !!({expression}); }} catch (_) {{ return false; }}");
        while tokio::time::Instant::now() < until {
            if matches!(
                self.client.execute(&script, Vec::new()).await,
                Ok(Value::Bool(true))
            ) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.fail(&format!("never true: {expression}")).await;
    }

    /// Waits until the page shows these words.
    pub async fn sees(&self, words: &str) {
        let quoted = json!(words).to_string();
        self.wait_for(&format!("document.body.innerText.includes({quoted})"))
            .await;
    }

    pub async fn text(&self) -> String {
        let text = self.js("document.body.innerText").await;
        text.as_str().unwrap().to_string()
    }

    pub async fn click(&self, css: &str) {
        let quoted = json!(css).to_string();
        self.wait_for(&format!("document.querySelector({quoted})"))
            .await;
        let element = self.client.find(Locator::Css(css)).await.unwrap();
        self.scroll_to(&element).await;
        if let Err(error) = element.click().await {
            self.fail(&format!("click {css}: {error}")).await;
        }
    }

    /// As a person would: what is under a bar at the edge is scrolled into the open first.
    async fn scroll_to(&self, element: &fantoccini::elements::Element) {
        let target = serde_json::to_value(element).unwrap();
        let script = "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})";
        let _ = self.client.execute(script, vec![target]).await;
    }

    /// Presses what a person would call by these words: a label, a button or a link.
    pub async fn press(&self, words: &str) {
        let xpath = format!(
            "//*[self::button or self::a or self::label or self::summary][contains(normalize-space(.), \"{words}\")]"
        );
        let until = tokio::time::Instant::now() + PATIENCE;
        loop {
            for element in self.client.find_all(Locator::XPath(&xpath)).await.unwrap() {
                if !element.is_displayed().await.unwrap_or(false) {
                    continue;
                }
                self.scroll_to(&element).await;
                if element.click().await.is_ok() {
                    return;
                }
            }
            if tokio::time::Instant::now() > until {
                self.fail(&format!("nothing to press: {words}")).await;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub async fn types(&self, css: &str, text: &str) {
        self.wait_for(&format!("document.querySelector({})", json!(css)))
            .await;
        let field = self.client.find(Locator::Css(css)).await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Keys to whatever has the focus, one after the other.
    pub async fn keys(&self, keys: &[char]) {
        for key in keys {
            let stroke = KeyActions::new("keys".to_string())
                .then(KeyAction::Down { value: *key })
                .then(KeyAction::Up { value: *key });
            self.client.perform_actions(stroke).await.unwrap();
        }
    }

    /// Draws a line with the pointer; places are shares of the element's size from its middle.
    pub async fn strokes(&self, css: &str, from: (f64, f64), to: (f64, f64)) {
        const PARTS: i64 = 12;
        let element = self.client.find(Locator::Css(css)).await.unwrap();
        self.scroll_to(&element).await;
        let (_, _, wide, high) = element.rectangle().await.unwrap();
        let place = |part: i64| {
            let share = part as f64 / PARTS as f64;
            (
                (from.0 + (to.0 - from.0) * share) * wide,
                (from.1 + (to.1 - from.1) * share) * high,
            )
        };
        let to = |part| {
            let (x, y) = place(part);
            PointerAction::MoveToElement {
                element: element.clone(),
                duration: Some(Duration::from_millis(15)),
                x,
                y,
            }
        };
        self.moves_pressed(PARTS, to).await;
    }

    /// Drags what is there by so many pixels, in parts. It may be replaced on the way, as the pointer moves in the window.
    pub async fn drags(&self, css: &str, (by_x, by_y): (f64, f64)) {
        const PARTS: i64 = 8;
        let element = self.client.find(Locator::Css(css)).await.unwrap();
        self.scroll_to(&element).await;
        let quoted = json!(css);
        let middle = self
            .js(&format!(
                "(() => {{ const r = document.querySelector({quoted}).getBoundingClientRect(); return [(r.left + r.right) / 2, (r.top + r.bottom) / 2]; }})()"
            ))
            .await;
        let (x, y) = (middle[0].as_f64().unwrap(), middle[1].as_f64().unwrap());
        let to = |part: i64| {
            let share = part as f64 / PARTS as f64;
            PointerAction::MoveTo {
                duration: Some(Duration::from_millis(40)),
                x: (x + by_x * share).max(0.0),
                y: (y + by_y * share).max(0.0),
            }
        };
        self.moves_pressed(PARTS, to).await;
    }

    /// Presses the pointer at its first place, moves it through all others, and lets it go at the last.
    async fn moves_pressed(&self, parts: i64, to: impl Fn(i64) -> PointerAction) {
        let button = MOUSE_BUTTON_LEFT;
        let mut moves = MouseActions::new("pointer".to_string())
            .then(to(0))
            .then(PointerAction::Down { button });
        for part in 1..=parts {
            moves = moves.then(to(part));
        }
        let moves = moves.then(PointerAction::Up { button });
        self.client.perform_actions(moves).await.unwrap();
    }

    /// A command of the Chrome DevTools protocol.
    pub async fn cdp(&self, command: &str, params: Value) -> Value {
        let answer = self
            .http
            .post(format!("{}/goog/cdp/execute", self.endpoint))
            .body(json!({"cmd": command, "params": params}).to_string())
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200, "{command}");
        answer.json().await.unwrap()
    }

    pub async fn dark(&self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        let features = json!([{"name": "prefers-color-scheme", "value": value}]);
        self.cdp("Emulation.setEmulatedMedia", json!({"features": features}))
            .await;
    }

    pub async fn offline(&self, offline: bool) {
        self.cdp("Network.enable", json!({})).await;
        self.cdp(
            "Network.emulateNetworkConditions",
            json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}),
        )
        .await;
    }

    /// Saves the picture of the window.
    pub async fn shot(&self, path: &std::path::Path) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, self.client.screenshot().await.unwrap()).unwrap();
    }

    /// What the page has said to its console as errors: a violated policy, a script that failed.
    pub async fn complaints(&self) -> Vec<String> {
        let answer = self
            .http
            .post(format!("{}/se/log", self.endpoint))
            .body(json!({"type": "browser"}).to_string())
            .send()
            .await
            .unwrap();
        let answer: Value = answer.json().await.unwrap();
        let entries = answer["value"].as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .filter(|entry| entry["level"] == "SEVERE")
            .map(|entry| entry["message"].as_str().unwrap_or_default().to_string())
            .collect()
    }

    async fn fail(&self, why: &str) -> ! {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/browser-failures");
        let name = std::thread::current()
            .name()
            .unwrap_or("test")
            .replace("::", "-");
        let picture = folder.join(format!("{name}.png"));
        self.shot(&picture).await;
        let complaints = self.complaints().await;
        let text = self.text().await;
        panic!(
            "{why}\npicture: {}\nconsole: {complaints:?}\npage:\n{text}",
            picture.display()
        );
    }
}
