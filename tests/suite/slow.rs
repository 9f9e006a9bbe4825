//! A phone that never reads holds nobody up, and is let go.

use std::time::Duration;

use serde_json::json;
use tokio::net::TcpSocket;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::salon::{Salon, line};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_never_reads_is_let_go_and_the_others_never_wait() {
    let salon = Salon::start().await;
    let mut others = salon.voter().await;
    // One by each layer.
    let mut never_read = Vec::new();
    for role in ["stage", "audience"] {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(2_048).unwrap();
        let address = salon.base.trim_start_matches("http://").parse().unwrap();
        let stream = socket.connect(address).await.unwrap();
        let url = salon.url(&line(role));
        let request = url.replace("http://", "ws://").into_client_request();
        let socket = tokio_tungstenite::client_async(request.unwrap(), stream).await;
        never_read.push(socket.unwrap().0);
    }

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
        let metrics = salon.http.get(&salon.metrics).send().await.unwrap();
        let metrics = metrics.text().await.unwrap();
        // Only this test leaves slow seats.
        let slow = metrics
            .lines()
            .find_map(|line| line.strip_prefix(r#"salon_seats_closed_total{why="too slow"} "#));
        let_go = slow.is_some_and(|slow| slow.parse::<f64>().unwrap() >= 2.0);
        if let_go {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert!(let_go, "the slow seats were closed, with their reason");
    drop(never_read);
    salon.ends().await;
}
