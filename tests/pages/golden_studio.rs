//! Where golden pictures are taken: everything that could differ from one run to the next is held still.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::chromium::{Browser, Driver};
use crate::golden_picture::{self, Goldens};

pub const NAME: &str = "talk.example";
const PATIENCE: Duration = Duration::from_secs(8);

/// Times, dates and what moves with them, the same in every run.
const STILL: &str = r#"(() => {
  const still = (doc) => {
    if (!doc.held) {
      const sheet = new doc.defaultView.CSSStyleSheet();
      sheet.replaceSync("*, *::before, *::after { caret-color: transparent !important; animation: none !important; transition: none !important; }");
      doc.adoptedStyleSheets = [...doc.adoptedStyleSheets, sheet];
      doc.held = true;
    }
    const texts = doc.createTreeWalker(doc.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const was = node.data;
      const now = was.replace(/\d{1,2}:\d\d(:\d\d)?/g, "12:34").replace(/\d{4}-\d\d-\d\d/g, "2026-01-31").replace(/\d+ min left/g, "55 min left");
      if (now !== was) node.data = now;
    }
    for (const fill of doc.querySelectorAll(".clock-fill")) fill.style.transform = "scaleX(.4)";
    for (const line of doc.querySelectorAll(".course polyline")) line.setAttribute("points", "0,29 60,20 100,2");
    for (const gone of doc.querySelectorAll("progress.gone")) gone.value = .4;
    for (const dot of doc.querySelectorAll("[data-mark]")) dot.removeAttribute("data-mark");
    for (const frame of doc.querySelectorAll("iframe")) if (frame.contentDocument?.body) still(frame.contentDocument);
  };
  still(document);
  return true;
})()"#;

/// Where pictures are taken, and what differed.
pub struct Studio {
    pub page: Browser,
    pub goldens: Goldens,
    names: HashSet<String>,
}

impl Studio {
    /// `others`: pictures are only compared, as with other fonts of the system.
    pub async fn open(driver: &Driver, others: bool) -> Self {
        let page = driver.window(1280, 800).await;
        let version = page.cdp("Browser.getVersion", json!({})).await;
        let version = version["value"]["product"]
            .as_str()
            .unwrap_or("?")
            .to_string();
        Self {
            page,
            goldens: Goldens::open(&version, others),
            names: HashSet::new(),
        }
    }

    pub async fn goto(&self, path: &str) {
        self.page.goto(&format!("http://{NAME}{path}")).await;
    }

    /// What is shown now, at each of these sizes and schemes.
    pub async fn shot(&mut self, name: &str, sizes: &[(u32, u32, bool)]) {
        for (wide, high, dark) in sizes {
            let scheme = if *dark { "dark" } else { "light" };
            let features = json!([
                {"name": "prefers-color-scheme", "value": scheme},
                {"name": "prefers-reduced-motion", "value": "reduce"}
            ]);
            self.page
                .cdp("Emulation.setEmulatedMedia", json!({"features": features}))
                .await;
            let size =
                json!({"width": wide, "height": high, "deviceScaleFactor": 1, "mobile": false});
            self.page
                .cdp("Emulation.setDeviceMetricsOverride", size)
                .await;
            self.take(&format!("{name}-{wide}-{scheme}")).await;
        }
    }

    async fn take(&mut self, name: &str) {
        assert!(self.names.insert(name.to_string()), "two pictures {name}");
        let began = Instant::now();
        let mut before = Vec::new();
        loop {
            self.page.js("document.fonts.ready.then(() => true)").await;
            tokio::time::sleep(Duration::from_millis(150)).await;
            self.page.js(STILL).await;
            let png = self.page.client.screenshot().await.unwrap();
            // A picture that is written anew is one that has come to rest.
            let rests = png == before || !self.goldens.updates();
            let late = began.elapsed() > PATIENCE;
            before.clone_from(&png);
            if !rests && !late {
                continue;
            }
            let wide = self
                .page
                .js("document.documentElement.scrollWidth - innerWidth")
                .await;
            let found = match wide.as_i64() {
                Some(..=0) => self.goldens.is(name, &png),
                _ => Err(format!("{name}: {wide} px wider than the window")),
            };
            match found {
                Ok(()) => return,
                Err(_) if !late => continue,
                Err(why) => return self.goldens.wrong.push(why),
            }
        }
    }

    pub fn done(self) {
        assert!(
            self.goldens.wrong.is_empty(),
            "\n{}\nscripts/goldens draws them anew",
            self.goldens.wrong.join("\n")
        );
        eprintln!("GOLDENS: {} pictures", self.names.len());
    }
}

/// A browser with the fonts of this configuration, to which the server at the port has its public name.
pub fn driver(fonts: &str, port: u16) -> Option<Driver> {
    let config = golden_picture::folder().join(fonts);
    let env = [("FONTCONFIG_FILE", config.to_str().unwrap())];
    let args = vec![
        format!("--host-resolver-rules=MAP {NAME}:80 127.0.0.1:{port}"),
        "--force-color-profile=srgb".to_string(),
        "--hide-scrollbars".to_string(),
        "--lang=en-US".to_string(),
    ];
    Driver::start_with("golden pictures", &env, args)
}
