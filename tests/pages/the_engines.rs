//! The main path in the engines of the other phones and desks: joining, voting, changing a vote, coming back, the reveal,
//! a question taken up, and a step of the walkthrough.

use std::path::PathBuf;

use serde_json::json;

use crate::browser::Browser;
use crate::engines::Engine;
use crate::line::Line;
use crate::salon::Salon;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_main_path_in_firefox() {
    let Some(engine) = Engine::firefox("the_engines") else {
        return;
    };
    main_path(&engine).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_main_path_in_webkit() {
    let Some(engine) = Engine::webkit("the_engines") else {
        return;
    };
    main_path(&engine).await;
}

/// The pages of an evening in one engine.
struct Evening<'a> {
    engine: &'a Engine,
    salon: Salon,
    line: Line,
    panel: Browser,
    stage: Browser,
    phone: Browser,
}

async fn main_path(engine: &Engine) {
    let salon = Salon::start().await;
    let line = Line::to(&salon.base).await;
    let evening = Evening {
        panel: engine.window(1280, 800).await,
        stage: engine.window(1920, 1080).await,
        phone: engine.phone().await,
        engine,
        salon,
        line,
    };
    evening.joins().await;
    evening.votes_and_changes_the_vote().await;
    evening.votes_before_the_bar_is_there().await;
    evening.goes_offline_and_comes_back().await;
    evening.sees_the_reveal().await;
    evening.asks_and_is_taken_up().await;
    evening.walks().await;
    for page in [&evening.panel, &evening.stage, &evening.phone] {
        assert_eq!(
            page.js("document.querySelector('#too-old')").await,
            json!(null)
        );
        assert_eq!(page.complaints().await, Vec::<String>::new());
    }
}

/// Where an element's middle is, the element itself is what one sees there.
const SEEN: &str = "((css) => { const one = document.querySelector(css), r = one.getBoundingClientRect(); \
    const hit = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2); \
    return r.height > 0 && r.bottom <= innerHeight && (one === hit || one.contains(hit)); })";

/// A formula on stage without fractions: all its letters and signs are at the height of its first.
const FORMULA_IN_A_LINE: &str = "(() => { const all = [...document.querySelectorAll('.walk-sheet > math :is(mi, mo)')].map((one) => one.getBoundingClientRect()); \
    return all.length > 3 && all.every((one) => one.top < all[0].bottom && one.bottom > all[0].top); })()";

impl Evening<'_> {
    /// Pictures to look at, where somebody asks for them.
    async fn pictured(&self, what: &str) {
        if std::env::var_os("SALON_SCREENSHOTS").is_none() {
            return;
        }
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/engines");
        let name = self.engine.name();
        for (page, surface) in [
            (&self.panel, "panel"),
            (&self.stage, "stage"),
            (&self.phone, "phone"),
        ] {
            page.shot(&folder.join(format!("{name}-{what}-{surface}.png")))
                .await;
        }
    }

    async fn joins(&self) {
        let Self {
            panel,
            stage,
            phone,
            salon,
            line,
            ..
        } = self;
        panel.goto(&salon.sign_in).await;
        panel
            .wait_for(&format!("location.pathname === '/host/{}'", salon.session))
            .await;
        stage.goto(&salon.url("/stage/CENTRE")).await;
        stage.sees("CENTRE").await;
        phone.goto(&line.url("/")).await;
        phone.types("input[name=code]", "cen tre\u{e007}").await;
        phone.wait_for("location.pathname === '/CENTRE'").await;
        phone.sees("Connected").await;
        panel.sees("1 joined").await;
        let high = "document.querySelector('.code').getBoundingClientRect().height < 60";
        assert_eq!(
            panel.js(high).await,
            true,
            "the code and its links are in a line"
        );
        self.pictured("joined").await;
    }

    async fn votes_and_changes_the_vote(&self) {
        let Self {
            panel,
            stage,
            phone,
            salon,
            ..
        } = self;
        panel.click("#poll-framework .main").await;
        phone
            .sees("Which frameworks do you train your models with?")
            .await;
        stage.sees("Which frameworks").await;
        phone.press("PyTorch").await;
        // As low as a thumb finds it.
        phone
            .js("(document.querySelector('#poll-framework .send').scrollIntoView({block: 'end', behavior: 'instant'}), document.querySelector('#poll-framework .send').click(), 1)")
            .await;
        noted(phone, "Counted ✓ PyTorch").await;
        self.pictured("voted").await;
        phone.press("JAX").await;
        phone.press("Send change").await;
        noted(phone, "PyTorch + JAX").await;
        stage
            .wait_for("/\\b1\\b\\s*votes? in/.test(document.body.innerText)")
            .await;
        panel
            .wait_for("document.querySelector('#poll-framework .voters').textContent.includes('1')")
            .await;
        assert_eq!(salon.counts("framework").await[1].1, 1);
    }

    /// On a page that still loads its parts, with the button at the window's end: the bar that comes covers no answer.
    async fn votes_before_the_bar_is_there(&self) {
        const LOWEST: &str = "(() => { const end = document.querySelector('#poll-framework .send').getBoundingClientRect().bottom, all = document.querySelector('#polls').style; \
            all.marginTop = `${parseFloat(all.marginTop || 0) + innerHeight - end}px`; return !document.querySelector('#bar'); })()";
        let phone = self.engine.phone().await;
        phone.goto(&self.line.url("/CENTRE")).await;
        phone
            .js("(document.querySelector('#poll-framework [value=\"1\"]').click(), 1)")
            .await;
        assert_eq!(phone.js(LOWEST).await, true, "the bar is early");
        phone
            .js(&format!(
                "({LOWEST}, document.querySelector('#poll-framework .send').click(), 1)"
            ))
            .await;
        phone.wait_for("document.querySelector('#bar')").await;
        noted(&phone, "Counted ✓ JAX").await;
    }

    async fn goes_offline_and_comes_back(&self) {
        let Self {
            phone, salon, line, ..
        } = self;
        line.cut();
        phone.sees("Connection lost").await;
        phone.press("PyTorch").await;
        phone.press("Send change").await;
        noted(phone, "Kept on this device").await;
        self.pictured("offline").await;
        assert_eq!(salon.counts("framework").await[0].1, 1, "not there yet");
        line.mend();
        noted(phone, "Counted ✓ JAX").await;
        assert_eq!(salon.poll("framework").await["voters"], 2);
        let counts = salon.counts("framework").await;
        assert_eq!((counts[0].1, counts[1].1), (0, 2));
    }

    async fn sees_the_reveal(&self) {
        let Self {
            panel,
            stage,
            phone,
            ..
        } = self;
        panel.press("Reveal").await;
        for page in [stage, phone] {
            page.wait_for("document.body.innerText.replace(/\\u00a0/g, ' ').includes('100 %')")
                .await;
        }
        self.pictured("revealed").await;
    }

    async fn asks_and_is_taken_up(&self) {
        let Self {
            panel,
            stage,
            phone,
            ..
        } = self;
        phone.press("Questions").await;
        phone
            .types("#ask-text", "Does it run on a phone as well?")
            .await;
        phone.click("#ask .go").await;
        phone.sees("Received ✓").await;
        self.pictured("asked").await;
        panel.keys(&['q']).await;
        panel.sees("Does it run on a phone as well?").await;
        panel.keys(&['t']).await;
        stage.sees("Does it run on a phone as well?").await;
        phone.sees("Being asked now").await;
        self.pictured("taken-up").await;
        // No column is wider than itself, so that none has a bar below.
        let wide = "[...document.querySelectorAll('.column')].filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.className)";
        assert_eq!(panel.js(wide).await, json!([]));
        panel.keys(&['a']).await;
        phone.sees("Answered").await;
    }

    async fn walks(&self) {
        let Self {
            panel,
            stage,
            phone,
            salon,
            ..
        } = self;
        salon
            .does(json!({"do": "close_poll", "poll": "framework", "now": true}))
            .await;
        salon.does(json!({"do": "go", "segment": "walk"})).await;
        // What the walkthrough is for: a picture and a formula, on stage and on the phone.
        panel
            .js("([...document.querySelectorAll('.switch button')].find((one) => one.textContent === 'Polls').click(), 1)")
            .await;
        for (step, title, picture) in [
            (
                "function",
                "A matrix is a function",
                "document.querySelector('.walk-sheet svg')",
            ),
            ("kinds", "Compact, thin, full, truncated", FORMULA_IN_A_LINE),
        ] {
            salon
                .does(json!({"do": "walk_to", "segment": "walk", "step": step}))
                .await;
            panel.sees(title).await;
            stage.sees(title).await;
            stage.wait_for(picture).await;
            if step == "function" {
                phone.press("Votes").await;
                phone.press("Walk through it yourself").await;
            }
            phone.sees(title).await;
            phone.wait_for("document.querySelector('#shown svg')").await;
            self.pictured(step).await;
        }
    }
}

/// Waits until the poll's note says this, and that it is what one sees there.
async fn noted(phone: &Browser, words: &str) {
    phone
        .wait_for(&format!(
            "document.querySelector('#poll-framework .note').textContent.includes({})",
            json!(words)
        ))
        .await;
    phone
        .wait_for(&format!("{SEEN}('#poll-framework .note')"))
        .await;
}
