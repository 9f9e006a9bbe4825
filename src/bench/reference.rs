//! The peer that is always there: the stock stack as it is pinned by this build, axum's websockets on tokio-tungstenite, a
//! task a socket, what is published handed on by tokio's broadcast channel. Small buffers, as the product had.

use std::net::Ipv4Addr;

use anyhow::Context;
use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::get;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::broadcast;

/// Messages that may wait for one socket; one that is further behind skips them.
const WAITING_MAX: usize = 64;
const READ_BYTES: usize = 1024;

type Hall = broadcast::Sender<Utf8Bytes>;

pub async fn serve(port: u16) -> anyhow::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .with_context(|| format!("listening on port {port}"))?
        .tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
    let hall: Hall = broadcast::channel(WAITING_MAX).0;
    let router = Router::new()
        .route("/ws", get(watch))
        .route("/pub", get(publish))
        .with_state(hall);
    axum::serve(listener, router).await.context("serving")
}

fn small(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    upgrade.read_buffer_size(READ_BYTES).write_buffer_size(0)
}

async fn watch(State(hall): State<Hall>, upgrade: WebSocketUpgrade) -> Response {
    small(upgrade).on_upgrade(async move |mut socket| {
        let mut news = hall.subscribe();
        loop {
            tokio::select! {
                text = news.recv() => match text {
                    Ok(text) => {
                        if socket.send(Message::Text(text)).await.is_err() {
                            return;
                        }
                    }
                    Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => return,
                },
                message = socket.recv() => if !matches!(message, Some(Ok(_))) {
                    return;
                },
            }
        }
    })
}

async fn publish(State(hall): State<Hall>, upgrade: WebSocketUpgrade) -> Response {
    small(upgrade).on_upgrade(async move |mut socket| {
        while let Some(Ok(message)) = socket.recv().await {
            if let Message::Text(text) = message {
                // Nobody watches: nothing to do.
                let _ = hall.send(text);
            }
        }
    })
}
