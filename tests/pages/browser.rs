//! A browser's window and what people do in it, by nothing but WebDriver, which every engine speaks.

use std::any::Any;
use std::path::PathBuf;
use std::time::Duration;

use fantoccini::actions::{
    InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use fantoccini::{Client, Locator};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(12);

/// Skips a test loudly where what it needs is missing; in CI it may not be.
pub fn missing(test: &str, what: &str) {
    assert!(
        std::env::var_os("CI").is_none(),
        "{what} are missing, and CI needs them"
    );
    eprintln!("SKIPPED browser: {test}: no {what} here");
}

pub struct Browser {
    pub client: Client,
    pub http: reqwest::Client,
    /// Of its session at the driver.
    pub endpoint: String,
    pub hears: Hears,
    /// What it lives on, ended and thrown away with it: its folder, a driver of its own.
    pub holds: Vec<Box<dyn Any + Send + Sync>>,
}

/// How a browser's complaints are heard.
#[derive(Clone, Copy, PartialEq)]
pub enum Hears {
    /// By the driver's log of the console.
    Log,
    /// By a script in each page: from its first line on, or from when it has loaded.
    FromTheFirst,
    Loaded,
}

/// Notes what a page complains of. What its policy refused is told with what was refused before.
pub const COLLECT: &str = "if (!window.complained) { \
    window.complained = []; \
    const note = (words) => window.complained.push(String(words)); \
    addEventListener('error', (event) => note(event.message), true); \
    addEventListener('unhandledrejection', (event) => note(event.reason?.stack ?? event.reason)); \
    addEventListener('securitypolicyviolation', (event) => note(`policy: ${event.violatedDirective} ${event.blockedURI}`)); \
    const said = console.error; console.error = (...words) => { note(words.join(' ')); said.apply(console, words); }; \
    if (window.ReportingObserver) new ReportingObserver((all) => all.forEach((one) => one.type === 'csp-violation' && note(JSON.stringify(one.body))), { buffered: true }).observe(); \
}";

impl Browser {
    pub async fn goto(&self, url: &str) {
        self.client.goto(url).await.unwrap();
        if self.hears == Hears::Loaded {
            self.client.execute(COLLECT, Vec::new()).await.unwrap();
        }
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

    /// Saves the picture of the window.
    pub async fn shot(&self, path: &std::path::Path) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, self.client.screenshot().await.unwrap()).unwrap();
    }

    /// What the page has said to its console as errors: a violated policy, a script that failed.
    pub async fn complaints(&self) -> Vec<String> {
        if self.hears != Hears::Log {
            let said = self.js("window.complained ?? []").await;
            return serde_json::from_value(said).unwrap();
        }
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
