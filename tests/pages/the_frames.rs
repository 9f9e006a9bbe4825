//! A stage inside of other pages: slides, notes and learning platforms that put what they embed into a sandbox.

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use serde_json::json;

use crate::chromium::Driver;
use crate::salon::Salon;

/// Another site's page, at an address of its own.
async fn other_site(html: String) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let site = Router::new().route("/", get(move || async move { Html(html) }));
    tokio::spawn(async move { axum::serve(listener, site).await });
    format!("http://{address}/")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stage_is_live_in_a_frame_without_an_origin() {
    let Some(driver) = Driver::start("the_frames") else {
        return;
    };
    let salon = Salon::start().await;
    salon.does(json!({"do": "start_session"})).await;
    for sandbox in ["allow-scripts", "allow-scripts allow-same-origin"] {
        for how in ["embed", "overlay"] {
            let page = driver.window(1280, 720).await;
            let stage = salon.url(&format!("/stage/CENTRE?{how}"));
            let outside = other_site(format!(
                "<!doctype html><title>Slides</title><iframe sandbox='{sandbox}' width=960 height=540 src='{stage}'></iframe>"
            ));
            page.goto(&outside.await).await;
            page.client.enter_frame(0).await.unwrap();
            page.wait_for("document.documentElement.dataset.line === 'online'")
                .await;
            salon
                .does(json!({"do": "open_poll", "poll": "framework"}))
                .await;
            page.sees("Which frameworks do you train").await;
            salon.does(json!({"do": "undo"})).await;
        }
    }
}

/// A frame that may not run scripts says so, and so does a page whose modules never come.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stage_that_cannot_connect_says_so_in_a_sentence() {
    let Some(driver) = Driver::start("the_frames_shut") else {
        return;
    };
    let salon = Salon::start().await;
    let page = driver.window(1280, 720).await;
    page.cdp("Network.enable", json!({})).await;
    page.cdp("Network.setBlockedURLs", json!({"urls": ["*.js"]}))
        .await;
    page.goto(&salon.url("/stage/CENTRE?embed")).await;
    page.wait_for("getComputedStyle(document.querySelector('.late')).visibility === 'visible'")
        .await;
    page.sees("No answer from Salon yet").await;
}
