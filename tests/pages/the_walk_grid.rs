//! A matrix as a grid of cells: opened, typed in, walked through with the arrows, made larger and smaller, drawn on, put away.

use serde_json::{Value, json};

use crate::access::check;
use crate::chromium::{Browser, Driver};
use crate::salon::Salon;
use crate::the_walk::{on_the_walk, puts, quiet, shown};

const UP: char = '\u{e013}';
const LEFT: char = '\u{e012}';
const RIGHT: char = '\u{e014}';
const DOWN: char = '\u{e015}';
const ENTER: char = '\u{e007}';
const TAB: char = '\u{e004}';

const GRID: &str = "document.querySelector('.walk-grid').checkVisibility()";
const NONE: &str = "This text is no matrix that can be shown as a grid.";

/// Waits until the field has this text and each cell its number, and the picture is the server's of just this text
/// (but for what lets keys reach wide parts).
async fn is_all(page: &Browser, text: &str) {
    let quoted = json!(text);
    page.wait_for(&format!(
        "document.querySelector('#f-m').value === {quoted}"
    ))
    .await;
    page.wait_for(&format!(
        "[...document.querySelectorAll('.walk-cells input')].map((one) => one.value).join() === {quoted}.split(/[,;] */).join()"
    ))
    .await;
    let picture = page
        .client
        .execute_async(
            "const done = arguments[arguments.length - 1];
             const body = new URLSearchParams(new FormData(document.querySelector('#input')));
             fetch(`${location.pathname}/part`, {method: 'POST', body}).then((answer) => answer.text())
                .then((html) => done(new DOMParser().parseFromString(html, 'text/html').body.innerHTML))",
            Vec::new(),
        )
        .await
        .unwrap();
    page.wait_for(&format!(
        "document.querySelector('#shown').innerHTML.trim().replace(/ tabindex=\"0\".*?aria-label=\".*?\"/g, '') === {picture}.trim()"
    ))
    .await;
}

/// Which cell has the focus.
async fn cell(page: &Browser) -> Value {
    page.js("document.activeElement.dataset.at ?? null").await
}

/// Opens the grid of a matrix in a window of each size.
async fn with_the_grid(driver: &Driver, salon: &Salon, m: &str) -> [Browser; 2] {
    on_the_walk(salon).await;
    let pages = [driver.phone().await, driver.window(1280, 900).await];
    for page in &pages {
        page.goto(&salon.url(&format!("/walk/CENTRE/kinds?m={m}")))
            .await;
        page.press("As a grid").await;
        page.wait_for(GRID).await;
        assert_eq!(
            page.js("document.querySelectorAll('[aria-expanded=true]').length")
                .await,
            1
        );
        assert_eq!(cell(page).await, "0 0", "the first cell has the focus");
        check(page, "a grid").await;
    }
    pages
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_matrix_is_edited_as_a_grid() {
    let Some(driver) = Driver::start("the_walk_grid") else {
        return;
    };
    let salon = Salon::start().await;
    for page in with_the_grid(&driver, &salon, "1,0,0;0,2,0").await {
        // The cell is selected, so that what is typed takes the place of what was there.
        page.keys(&['5']).await;
        is_all(&page, "5, 0, 0; 0, 2, 0").await;

        // Arrows and Enter walk, and change no number, as they would in a field of its own; at an edge they stay.
        for (key, to) in [
            (UP, "0 0"),
            (LEFT, "0 0"),
            (RIGHT, "0 1"),
            (DOWN, "1 1"),
            (DOWN, "1 1"),
            (UP, "0 1"),
            (ENTER, "1 1"),
            (RIGHT, "1 2"),
            (RIGHT, "1 2"),
        ] {
            page.keys(&[key]).await;
            assert_eq!(cell(&page).await, to);
            assert_eq!(
                page.js("document.querySelectorAll('.walk-cells [tabindex=\"0\"]').length")
                    .await,
                1,
                "Tab leads to one cell"
            );
        }
        is_all(&page, "5, 0, 0; 0, 2, 0").await;
        page.keys(&['-', '3', '.', '5']).await;
        is_all(&page, "5, 0, 0; 0, 2, -3.5").await;

        // The shape: each button keeps the focus that it was pressed with.
        for (words, text) in [
            ("Add row", "5, 0, 0; 0, 2, -3.5; 0, 0, 0"),
            ("Remove column", "5, 0; 0, 2; 0, 0"),
            ("Add column", "5, 0, 0; 0, 2, 0; 0, 0, 0"),
            ("Remove row", "5, 0, 0; 0, 2, 0"),
            ("Remove row", "5, 0, 0"),
        ] {
            page.press(words).await;
            is_all(&page, text).await;
            assert_eq!(page.js("document.activeElement.textContent").await, words);
        }
        // The last row stays, whoever presses.
        assert_eq!(
            page.js("document.activeElement.getAttribute('aria-disabled')")
                .await,
            "true"
        );
        page.keys(&[ENTER]).await;
        is_all(&page, "5, 0, 0").await;
        check(&page, "a grid of another shape").await;

        // The grid follows the text.
        puts(&page, "#f-m", "1, 2; 3, 4").await;
        is_all(&page, "1, 2; 3, 4").await;
        quiet(&[&page]).await;
    }
}

/// A line over a grid of 3 × 4 cells, from the middle of one to that of another.
async fn draws(page: &Browser, from: [u8; 2], to: [u8; 2]) {
    let place = |[row, column]: [u8; 2]| {
        (
            (f64::from(column) + 0.5) / 4.0 - 0.5,
            (f64::from(row) + 0.5) / 3.0 - 0.5,
        )
    };
    page.strokes(".walk-cells", place(from), place(to)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_matrix_is_drawn_on_its_grid() {
    let Some(driver) = Driver::start("the_walk_drawn") else {
        return;
    };
    let salon = Salon::start().await;
    for page in with_the_grid(&driver, &salon, "1,0,0,0;0,0,0,0;0,0,0,2").await {
        // Until it is said that one draws, the pointer only goes to a cell.
        draws(&page, [1, 0], [1, 3]).await;
        is_all(&page, "1,0,0,0;0,0,0,0;0,0,0,2").await;
        page.press("Draw").await;
        assert_eq!(
            page.js("document.activeElement.getAttribute('aria-pressed')")
                .await,
            "true"
        );
        check(&page, "a grid that is drawn on").await;
        draws(&page, [1, 0], [1, 3]).await;
        is_all(&page, "1, 0, 0, 0; 1, 1, 1, 1; 0, 0, 0, 2").await;
        // What begins on what is drawn wipes it out.
        draws(&page, [1, 1], [1, 2]).await;
        is_all(&page, "1, 0, 0, 0; 1, 0, 0, 1; 0, 0, 0, 2").await;
        // With another number, down a column.
        puts(&page, ".walk-brush", "-2.5").await;
        draws(&page, [0, 3], [2, 3]).await;
        is_all(&page, "1, 0, 0, -2.5; 1, 0, 0, -2.5; 0, 0, 0, -2.5").await;
        // Put down, the pen draws nothing.
        page.press("Draw").await;
        draws(&page, [0, 0], [2, 0]).await;
        is_all(&page, "1, 0, 0, -2.5; 1, 0, 0, -2.5; 0, 0, 0, -2.5").await;

        // Without a pointer: Space and Enter set the cell, and set it back.
        page.press("Draw").await;
        page.js("document.querySelector('.walk-cells [tabindex=\"0\"]').focus()")
            .await;
        page.keys(&[UP, UP, LEFT, LEFT, LEFT, RIGHT]).await;
        assert_eq!(cell(&page).await, "0 1");
        page.keys(&[' ']).await;
        is_all(&page, "1, -2.5, 0, -2.5; 1, 0, 0, -2.5; 0, 0, 0, -2.5").await;
        assert_eq!(cell(&page).await, "0 1", "drawing goes nowhere");
        page.keys(&[DOWN, ENTER]).await;
        is_all(&page, "1, -2.5, 0, -2.5; 1, -2.5, 0, -2.5; 0, 0, 0, -2.5").await;
        page.keys(&[ENTER, UP, ' ']).await;
        is_all(&page, "1, 0, 0, -2.5; 1, 0, 0, -2.5; 0, 0, 0, -2.5").await;
        // One Tab leads out of all cells.
        page.keys(&[TAB]).await;
        assert_eq!(
            page.js("document.activeElement.textContent").await,
            "Add row"
        );
        quiet(&[&page]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_grid_is_put_away_while_its_text_is_no_matrix() {
    let Some(driver) = Driver::start("the_walk_grid_away") else {
        return;
    };
    let salon = Salon::start().await;
    for page in with_the_grid(&driver, &salon, "1,0,0;0,2,0").await {
        is_all(&page, "1,0,0;0,2,0").await;
        let good = shown(&page, "#shown").await;
        for (text, why) in [
            ("1, 2; 3", NONE),
            (
                &["1 ".repeat(33).trim(); 32].join("; "),
                "This matrix is too large for a grid; its text can be edited.",
            ),
            ("1, x", NONE),
        ] {
            puts(&page, "#f-m", text).await;
            page.sees(why).await;
            page.wait_for(&format!("!{GRID}")).await;
            assert_eq!(
                page.js("document.querySelectorAll('[aria-expanded=true]').length")
                    .await,
                0
            );
            // The server says so too, and the last picture stays.
            page.wait_for("document.querySelector('#f-m').hasAttribute('aria-invalid')")
                .await;
            assert_eq!(shown(&page, "#shown").await, good);
        }
        check(&page, "a grid put away").await;
        // Asked for once more, it is still none.
        page.press("As a grid").await;
        page.sees(NONE).await;
        assert_eq!(page.js(GRID).await, false);
        // A text that is one again brings it back, and the reason goes; the focus stays in the text.
        puts(&page, "#f-m", "4, 3; 2, 1").await;
        page.wait_for(GRID).await;
        is_all(&page, "4, 3; 2, 1").await;
        assert!(!page.text().await.contains(NONE));
        assert_eq!(page.js("document.activeElement.id").await, "f-m");
        page.press("As a grid").await;
        page.wait_for(&format!("!{GRID}")).await;
        puts(&page, "#f-m", "4, 3; 2, 2").await;
        page.wait_for("document.querySelector('#share').value.includes('2%2C+2')")
            .await;
        assert_eq!(page.js(GRID).await, false, "put away by hand, it stays so");
        quiet(&[&page]).await;
    }
}
