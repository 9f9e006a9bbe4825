//! Firefox over geckodriver, WebKit over Debian's WebKitWebDriver under Xvfb. Each of these drivers has one window, so
//! that a window has a driver of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::ClientBuilder;
use futures_util::{SinkExt, StreamExt};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_tungstenite::tungstenite::Message;

use crate::browser::{Browser, COLLECT, Hears, missing};

pub enum Engine {
    Firefox { driver: PathBuf },
    WebKit { browser: PathBuf, screen: Screen },
}

/// A program that ends with what holds it.
struct Ends(Child);

impl Drop for Ends {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A screen that nobody sees, for a browser that needs one.
pub struct Screen {
    name: String,
    _server: Ends,
}

/// Ends a browser by its driver, which would leave it behind if it were ended itself.
struct Session {
    address: String,
    id: String,
    _driver: Ends,
}

impl Drop for Session {
    fn drop(&mut self) {
        let Ok(mut line) = TcpStream::connect(&self.address) else {
            return;
        };
        let _ = line.set_read_timeout(Some(Duration::from_secs(10)));
        let request = format!(
            "DELETE /session/{} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.id, self.address
        );
        let _ = line.write_all(request.as_bytes());
        let _ = line.read(&mut [0; 64]);
    }
}

/// A program by its path, or where `scripts/test` and Debian put it.
fn program(name: &str, places: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let named = std::env::split_paths(&path).map(|folder| folder.join(name));
    let placed = places.iter().map(PathBuf::from);
    named.chain(placed).find(|path| path.exists())
}

/// A port that is free now.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

impl Engine {
    pub fn firefox(test: &str) -> Option<Self> {
        let built = concat!(env!("CARGO_MANIFEST_DIR"), "/target/tools/bin/geckodriver");
        let driver = program("geckodriver", &[built]);
        let browser = program("firefox-esr", &[]);
        let (Some(driver), Some(_)) = (driver, browser) else {
            missing(test, "firefox-esr and geckodriver");
            return None;
        };
        Some(Self::Firefox { driver })
    }

    pub fn webkit(test: &str) -> Option<Self> {
        let folders = ["x86_64-linux-gnu", "aarch64-linux-gnu"];
        let places = folders.map(|one| format!("/usr/lib/{one}/webkit2gtk-4.1/MiniBrowser"));
        let browser = program("MiniBrowser", &places.each_ref().map(String::as_str));
        let all = ["WebKitWebDriver", "Xvfb"].map(|name| program(name, &[]).is_some());
        let (Some(browser), [true, true]) = (browser, all) else {
            missing(test, "webkit2gtk-driver and xvfb");
            return None;
        };
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "2400x1400x24"])
            .args(["-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut told = String::new();
        let mut out = BufReader::new(server.stdout.take().unwrap());
        out.read_line(&mut told).unwrap();
        let name = format!(":{}", told.trim());
        let screen = Screen {
            name,
            _server: Ends(server),
        };
        Some(Self::WebKit { browser, screen })
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::Firefox { .. } => "firefox",
            Self::WebKit { .. } => "webkit",
        }
    }

    /// A window of this size, in CSS pixels.
    pub async fn window(&self, width: u32, height: u32) -> Browser {
        let folder = TempDir::new().unwrap();
        let port = free_port();
        let (mut command, capabilities) = match self {
            Self::Firefox { driver } => firefox(driver, folder.path(), port),
            Self::WebKit { browser, screen } => webkit(browser, screen, folder.path(), port),
        };
        let driver = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let driver = Ends(driver.unwrap());
        let address = format!("127.0.0.1:{port}");
        let until = std::time::Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(&address).is_err() {
            assert!(std::time::Instant::now() < until, "{command:?} is silent");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities.as_object().unwrap().clone())
            .connect(&format!("http://{address}"))
            .await
            .expect("a browser window");
        let id = client.session_id().await.unwrap().unwrap();
        let session = Session {
            address: address.clone(),
            id: id.clone(),
            _driver: driver,
        };
        let mut browser = Browser {
            http: reqwest::Client::new(),
            endpoint: format!("http://{address}/session/{id}"),
            hears: Hears::Loaded,
            holds: vec![Box::new(session), Box::new(folder)],
            client,
        };
        match self {
            Self::Firefox { .. } => by_bidi(&mut browser, width, height).await,
            Self::WebKit { .. } => by_its_frame(&browser, width, height).await,
        }
        browser
    }

    pub async fn phone(&self) -> Browser {
        self.window(390, 844).await
    }
}

fn firefox(driver: &Path, folder: &Path, port: u16) -> (Command, Value) {
    let mut command = Command::new(driver);
    command
        .args(["--port", &port.to_string(), "--websocket-port"])
        .arg(free_port().to_string())
        .arg("--profile-root")
        .arg(folder);
    let capabilities = json!({
        "webSocketUrl": true,
        "moz:firefoxOptions": {"binary": "/usr/bin/firefox-esr", "args": ["-headless"]},
    });
    (command, capabilities)
}

fn webkit(browser: &Path, screen: &Screen, folder: &Path, port: u16) -> (Command, Value) {
    // Its bars would keep the window from being as narrow as a phone.
    let style = folder.join("gtk-3.0/gtk.css");
    std::fs::create_dir_all(style.parent().unwrap()).unwrap();
    std::fs::write(
        &style,
        "* { min-width: 0; min-height: 0; padding: 0; margin: 0; border-width: 0; font-size: 1px; }",
    )
    .unwrap();
    let mut command = Command::new("WebKitWebDriver");
    command
        .arg(format!("--port={port}"))
        .env("DISPLAY", &screen.name)
        .env("XDG_CONFIG_HOME", folder)
        .env("XDG_CACHE_HOME", folder)
        .env("XDG_DATA_HOME", folder)
        .env("GSETTINGS_BACKEND", "memory")
        // Without these it waits for a desktop's services, for most of a minute.
        .env("NO_AT_BRIDGE", "1")
        .env("DBUS_SESSION_BUS_ADDRESS", "disabled:")
        .env("DBUS_SYSTEM_BUS_ADDRESS", "disabled:");
    let capabilities =
        json!({"webkitgtk:browserOptions": {"binary": browser, "args": ["--automation"]}});
    (command, capabilities)
}

/// Firefox's window is never narrower than 450 px, its view can be; and a script can be there before a page's own.
async fn by_bidi(browser: &mut Browser, width: u32, height: u32) {
    let told = browser.client.capabilities().unwrap();
    let url = told["webSocketUrl"].as_str().unwrap().to_string();
    let (mut line, _) = tokio_tungstenite::connect_async(&url).await.unwrap();
    let context = browser.client.window().await.unwrap();
    let context: String = context.into();
    let viewport = json!({"width": width, "height": height});
    let asks = [
        json!({"id": 1, "method": "browsingContext.setViewport", "params": {"context": context, "viewport": viewport}}),
        json!({"id": 2, "method": "script.addPreloadScript", "params": {"functionDeclaration": format!("() => {{ {COLLECT} }}")}}),
    ];
    for ask in asks {
        line.send(Message::text(ask.to_string())).await.unwrap();
        let answer = loop {
            let message = line.next().await.unwrap().unwrap();
            let said: Value = serde_json::from_str(message.to_text().unwrap()).unwrap();
            if said["id"] == ask["id"] {
                break said;
            }
        };
        assert_eq!(answer["type"], "success", "{answer}");
    }
    browser.hears = Hears::FromTheFirst;
    browser.holds.insert(0, Box::new(line));
}

/// Makes the window as much larger as its frame is.
async fn by_its_frame(browser: &Browser, width: u32, height: u32) {
    let (mut wide, mut high) = (width, height);
    for _ in 0..100 {
        browser
            .client
            .set_window_rect(0, 0, wide, high)
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        let inside = browser.js("[innerWidth, innerHeight]").await;
        let (x, y) = (inside[0].as_u64().unwrap(), inside[1].as_u64().unwrap());
        if (x, y) == (width.into(), height.into()) {
            return;
        }
        let outside = browser.client.get_window_rect().await.unwrap();
        wide = width + outside.2 as u32 - x as u32;
        high = height + outside.3 as u32 - y as u32;
    }
    panic!("no window of {width} × {height}");
}
