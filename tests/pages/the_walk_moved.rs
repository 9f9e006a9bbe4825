//! The walkthrough moved by hand: x dragged in its picture, three moves played, a photo of one's own at any rank.

use serde_json::{Value, json};

use crate::access::check;
use crate::chromium::{Browser, Driver};
use crate::salon::Salon;
use crate::the_walk::{changes, on_the_walk, puts, quiet, shown};

/// Where x is by its field.
async fn x(page: &Browser) -> [f64; 2] {
    let text = page.js("document.querySelector('#f-x').value").await;
    let numbers: Vec<f64> = text
        .as_str()
        .unwrap()
        .split(',')
        .map(|number| number.trim().parse().unwrap())
        .collect();
    numbers.try_into().unwrap()
}

/// Waits until the field, the handle and the product say that x is there, of a matrix that swaps both numbers.
async fn is_swapped(page: &Browser, [first, second]: [f64; 2]) {
    let (value, said) = (
        json!(format!("{first}, {second}")),
        json!(format!("x, at {first}, {second}:")),
    );
    page.wait_for(&format!("document.querySelector('#f-x').value === {value}"))
        .await;
    page.wait_for(&format!(
        "document.querySelector('#walk-x').getAttribute('aria-label').startsWith({said})"
    ))
    .await;
    // Row 1 of the table says what its first number comes to: 0 · x₁ + 1 · x₂.
    page.wait_for(&format!(
        "Number([...document.querySelectorAll('#shown table')].at(-1).rows[1].cells[2].textContent.replace('−', '-')) === {second} \
         && Number([...document.querySelectorAll('#shown table')].at(-1).rows[2].cells[2].textContent.replace('−', '-')) === {first}"
    ))
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x_is_dragged_and_moved_with_the_keys() {
    let Some(driver) = Driver::start("the_walk_dragged") else {
        return;
    };
    let salon = Salon::start().await;
    on_the_walk(&salon).await;
    for page in [driver.phone().await, driver.window(1280, 900).await] {
        page.goto(&salon.url("/walk/CENTRE/function?m=0,1;1,0&x=1,0.5"))
            .await;
        page.wait_for("document.querySelector('#walk-x')").await;
        check(&page, "a step with a handle").await;
        // A unit of the plane in pixels of the window.
        let unit = page
            .js(
                "(() => { const svg = document.querySelector('.walk-plane > svg'); \
                 return (svg.viewBox.baseVal.width / 2 - 4) / Number(svg.dataset.reach) \
                 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width; })()",
            )
            .await
            .as_f64()
            .unwrap();
        assert_eq!(x(&page).await, [1.0, 0.5]);
        page.drags("#walk-x", (-0.6 * unit, -0.4 * unit)).await;
        let [first, second] = x(&page).await;
        assert!((first - 0.4).abs() < 0.11, "dragged to {first}");
        assert!((second - 0.9).abs() < 0.11, "dragged to {second}");
        is_swapped(&page, [first, second]).await;

        // The keys go on from there, and the handle keeps the focus over new pictures.
        page.js("document.querySelector('#walk-x').focus()").await;
        let before = shown(&page, "#shown").await;
        page.keys(&['\u{e012}']).await;
        changes(&page, "#shown", &before).await;
        let [left, same] = x(&page).await;
        assert!(left < first && same == second, "{left}, {same}");
        is_swapped(&page, [left, same]).await;
        assert_eq!(page.js("document.activeElement.id").await, "walk-x");
        page.keys(&['\u{e014}', '\u{e013}']).await;
        page.wait_for(&format!(
            "document.querySelector('#f-x').value.startsWith('{first},')"
        ))
        .await;
        let [back, up] = x(&page).await;
        assert!(back == first && up > second, "{back}, {up}");
        is_swapped(&page, [back, up]).await;

        // Past the edge it stays within reach, where it can be had back.
        page.drags("#walk-x", (-2000.0, 0.0)).await;
        let reach = page
            .js("Number(document.querySelector('.walk-plane > svg').dataset.reach)")
            .await;
        let [edge, _] = x(&page).await;
        assert!(
            edge < 0.0 && -edge <= 2.0 * reach.as_f64().unwrap(),
            "{edge}"
        );
        let inside = "(() => { const [h, s] = ['#walk-x', '.walk-plane > svg'].map((one) => document.querySelector(one).getBoundingClientRect()); \
            const x = (h.left + h.right) / 2; return x >= s.left - 1 && x <= s.right + 1; })()";
        page.wait_for(inside).await;
        // The address is the link to where it was left.
        page.wait_for(&format!(
            "new URLSearchParams(location.search).get('x').startsWith('{edge},')"
        ))
        .await;
        quiet(&[&page]).await;
    }
}

const PLAYER: &str = "document.querySelector('.walk-player input[type=range]')";
const WORDS: &str = "document.querySelector('.walk-player output').textContent";

/// How the grid of the moving picture is turned and stretched: a, b, c, d of SVG's matrix.
async fn turned(page: &Browser) -> Vec<f64> {
    let found = page
        .js("/matrix\\(([^)]*)\\)/.exec(document.querySelector('.walk-moving .svd-move-grid > g').getAttribute('transform'))[1]")
        .await;
    let numbers = found.as_str().unwrap().split_whitespace().take(4);
    numbers.map(|number| number.parse().unwrap()).collect()
}

async fn is_turned(page: &Browser, to: [f64; 4]) {
    let found = turned(page).await;
    let off = found.iter().zip(to).map(|(found, to)| (found - to).abs());
    assert!(off.fold(0.0, f64::max) < 1e-3, "{found:?} is not {to:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_moves_come_to_what_the_matrix_does() {
    let Some(driver) = Driver::start("the_walk_moves") else {
        return;
    };
    let salon = Salon::start().await;
    on_the_walk(&salon).await;
    let page = driver.phone().await;
    page.goto(&salon.url("/walk/CENTRE/freedom?m=3,1;1,2"))
        .await;
    page.wait_for(PLAYER).await;
    check(&page, "the moves' player").await;
    is_turned(&page, [1.0, 0.0, 0.0, 1.0]).await;
    // Played, it runs through all three and stands at the end, where it can begin again.
    page.click(".walk-player button").await;
    page.wait_for("document.querySelector('.walk-player button').textContent === 'Pause'")
        .await;
    page.wait_for(&format!("{PLAYER}.value > 0.2 && {PLAYER}.value < 2.9"))
        .await;
    page.wait_for(&format!(
        "{PLAYER}.value === '3' && document.querySelector('.walk-player button').textContent === 'Play'"
    ))
    .await;
    page.wait_for(&format!("{WORDS}.startsWith('3. U ')")).await;
    // By columns, as SVG wants it: M is symmetric.
    is_turned(&page, [3.0, 1.0, 1.0, 2.0]).await;

    // By the keys, hundredth by hundredth; the words say where.
    page.js(&format!("{PLAYER}.focus()")).await;
    page.keys(&['\u{e011}']).await;
    page.wait_for(&format!("{WORDS} === 'before'")).await;
    is_turned(&page, [1.0, 0.0, 0.0, 1.0]).await;
    page.keys(&['\u{e014}']).await;
    page.wait_for(&format!(
        "{WORDS}.startsWith('1. Vᵀ ') && {WORDS}.includes('1')"
    ))
    .await;
    // After Vᵀ alone lengths are what they were.
    page.js(&format!(
        "(() => {{ {PLAYER}.value = 1; {PLAYER}.dispatchEvent(new Event('input', {{ bubbles: true }})); return true; }})()"
    ))
    .await;
    let [a, b, c, d] = turned(&page).await.try_into().unwrap();
    assert!((a * a + b * b - 1.0).abs() < 1e-3 && (c * c + d * d - 1.0).abs() < 1e-3);
    assert!((a * c + b * d).abs() < 1e-3, "{a} {b} {c} {d}");

    // Another matrix: the player stands where it stood, with the moves of the new one.
    let before = shown(&page, "#shown").await;
    puts(&page, "#f-m", "0, -2; 2, 0").await;
    changes(&page, "#shown", &before).await;
    page.wait_for(&format!("{PLAYER}.value === '1'")).await;
    page.js(&format!("{PLAYER}.focus()")).await;
    page.keys(&['\u{e010}']).await;
    page.wait_for(&format!("{PLAYER}.value === '3'")).await;
    is_turned(&page, [0.0, 2.0, -2.0, 0.0]).await;

    // Without motion a press is a whole move.
    let still = json!([{"name": "prefers-reduced-motion", "value": "reduce"}]);
    page.cdp("Emulation.setEmulatedMedia", json!({"features": still}))
        .await;
    for at in ["0", "1", "2", "3"] {
        page.click(".walk-player button").await;
        assert_eq!(page.js(&format!("{PLAYER}.value")).await, at);
    }
    quiet(&[&page]).await;
}

/// What is on a canvas of the photo, as text.
async fn drawn(page: &Browser, which: usize) -> String {
    let data = page
        .js(&format!(
            "document.querySelectorAll('.walk-photos canvas')[{which}].toDataURL()"
        ))
        .await;
    data.as_str().unwrap().to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_photo_of_ones_own_loses_its_rank_and_gets_it_back() {
    let Some(driver) = Driver::start("the_walk_photo") else {
        return;
    };
    let salon = Salon::start().await;
    on_the_walk(&salon).await;
    let dir = tempfile::tempdir().unwrap();
    let photo = dir.path().join("photo.png");
    // Rings, of full rank, and larger than what is sent.
    image::GrayImage::from_fn(640, 480, |x, y| {
        let from = (f64::from(x) - 300.0).hypot(f64::from(y) - 200.0);
        image::Luma([(127.5 + 120.0 * (from / 17.0).sin()) as u8])
    })
    .save(&photo)
    .unwrap();
    let text = dir.path().join("notes.png");
    std::fs::write(&text, "no picture at all").unwrap();

    let page = driver.phone().await;
    page.goto(&salon.url("/walk/CENTRE/low-rank")).await;
    page.types("#photo", text.to_str().unwrap()).await;
    page.sees("This file is no picture that this browser can read")
        .await;
    // 65,535 × 65,535 in its header, over the data of one pixel: told at once, and not unpacked.
    let bomb = dir.path().join("bomb.png");
    image::GrayImage::new(1, 1).save(&bomb).unwrap();
    let mut bytes = std::fs::read(&bomb).unwrap();
    bytes[16..24].copy_from_slice(&[0, 0, 255, 255, 0, 0, 255, 255]);
    std::fs::write(&bomb, bytes).unwrap();
    page.types("#photo", bomb.to_str().unwrap()).await;
    page.sees("says that it has 65535 × 65535 pixels").await;
    page.types("#photo", photo.to_str().unwrap()).await;
    page.sees("Rank 20 of 144").await;
    check(&page, "a photo of one's own").await;
    let size = "(() => { const c = document.querySelector('.walk-photos canvas'); return `${c.width}x${c.height}`; })()";
    assert_eq!(page.js(size).await, "192x144");
    let (original, twenty) = (drawn(&page, 0).await, drawn(&page, 1).await);
    assert_ne!(original, twenty);
    // Far below rank 20 it is another picture; at full rank it is the photo.
    page.js("document.querySelector('#photo-rank').focus()")
        .await;
    page.keys(&['\u{e011}']).await;
    page.sees("Rank 1 of 144").await;
    page.wait_for(&format!(
        "document.querySelectorAll('.walk-photos canvas')[1].toDataURL() !== {}",
        json!(twenty)
    ))
    .await;
    page.keys(&['\u{e010}']).await;
    page.sees("Rank 144 of 144").await;
    page.sees("Relative error 0.0").await;
    let most = page
        .js("(() => { const [a, b] = [...document.querySelectorAll('.walk-photos canvas')].map((c) => c.getContext('2d').getImageData(0, 0, c.width, c.height).data); \
             return a.reduce((most, x, n) => Math.max(most, Math.abs(x - b[n])), 0); })()")
        .await;
    assert!(most.as_f64().unwrap() <= 1.0, "off by {most}");
    // Nothing of it is kept: after a reload it is gone, and nobody else has it.
    page.goto(&salon.url("/walk/CENTRE/low-rank")).await;
    page.wait_for("document.querySelector('#photo')").await;
    assert_eq!(
        page.js("document.querySelector('.walk-photos').checkVisibility()")
            .await,
        Value::Bool(false)
    );
    quiet(&[&page]).await;
}
