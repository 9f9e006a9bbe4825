//! A phone that never reads holds nobody up, and is let go.

use std::time::Duration;

use serde_json::json;
use tokio::net::TcpSocket;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::salon::Salon;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_never_reads_is_let_go_and_the_others_never_wait() {
    let salon = Salon::start().await;
    let mut others = salon.voter().await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(2_048).unwrap();
    let address = salon.base.trim_start_matches("http://").parse().unwrap();
    let stream = socket.connect(address).await.unwrap();
    let url = salon
        .url("/ws/TESTNGHT?v=2&role=stage")
        .replace("http://", "ws://");
    let request = url.into_client_request().unwrap();
    let (never_reads, _) = tokio_tungstenite::client_async(request, stream)
        .await
        .unwrap();

    let mut longest = Duration::ZERO;
    for n in 0..400 {
        let started = std::time::Instant::now();
        let blurb = format!("{n} {}", "x".repeat(1_900));
        salon
            .does(json!({"do": "edit_session", "title": "T", "blurb": blurb}))
            .await;
        longest = longest.max(started.elapsed());
    }
    assert!(longest < Duration::from_secs(5), "an edit took {longest:?}");
    loop {
        let frame = others.waits_for("session").await;
        if frame["session"]["blurb"]
            .as_str()
            .unwrap()
            .starts_with("399 ")
        {
            break;
        }
    }
    let mut let_go = false;
    for _ in 0..80 {
        let metrics = salon.http.get(salon.url("/metrics")).send().await.unwrap();
        let_go = metrics
            .text()
            .await
            .unwrap()
            .contains(r#"salon_seats_closed_total{why="too slow"}"#);
        if let_go {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert!(let_go, "the slow seat was closed, with its reason");
    drop(never_reads);
    salon.ends().await;
}
