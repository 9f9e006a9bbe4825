//! Chromium over chromedriver: one window a browser, each with a profile of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use fantoccini::ClientBuilder;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

pub use crate::browser::Browser;
use crate::browser::{Hears, missing};

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
            missing(test, "chromium and chromedriver");
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
            hears: Hears::Log,
            holds: vec![Box::new(profile)],
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

/// What no other browser does.
impl Browser {
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
}
