//! One websocket: reads one typed message at a time, writes what its board and its voter have to be told.
//! It knows nothing of sessions but how to ask one.

mod hears;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use governor::DefaultDirectRateLimiter;
use serde::Deserialize;
use tokio::sync::{broadcast, oneshot};
use tokio::time::{Instant, timeout};

use super::error::{PageError, WebError};
use super::principal::{self, DESK_ROLES};
use super::{Web, pace, session_by_code};
use crate::domain::command::Role;
use crate::domain::refusal::Refusal;
use crate::ids::SessionId;
use crate::live::announce::encode;
use crate::live::handle::{AskError, Joined, SessionHandle, Viewer};
use crate::protocol::{InspectedView, ServerMessage, VERSION, close};
use crate::store::KeyRole;
use crate::translate::show;

/// Bytes that one message of a client may have.
const AUDIENCE_MESSAGE_MAX: usize = 4 * 1024;
const HOST_MESSAGE_MAX: usize = 64 * 1024;
/// Bytes of the largest frame; a snapshot of the largest session there can be is smaller (tested).
const FRAME_MAX: usize = 16 * 1024 * 1024;
/// Something is sent at least this often, so that a phone behind a proxy knows that it is connected.
const BEAT_EVERY: Duration = Duration::from_secs(20);
/// A client that says nothing for this long is gone.
const SILENT_AFTER: Duration = Duration::from_secs(65);
/// A client whose socket takes nothing for this long is too slow.
const SLOW_AFTER: Duration = Duration::from_secs(15);
/// Messages that make no sense before the connection is closed.
const NONSENSE_MAX: u32 = 5;

#[derive(Debug, Deserialize)]
pub struct Hello {
    v: Option<u32>,
    role: Option<String>,
    via: Option<String>,
    /// The revision of the snapshot that the page still holds.
    have: Option<u32>,
    /// How many seconds behind the viewer says to be.
    delay: Option<u32>,
}

/// `GET /ws/{code}`
pub async fn public(
    State(web): State<Web>,
    Path(code): Path<String>,
    Query(hello): Query<Hello>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, PageError> {
    let session = session_by_code(&web, &code).await?;
    let role = match hello.role.as_deref() {
        Some("stage") => Role::Stage,
        _ => Role::Audience,
    };
    let viewer = Viewer {
        role,
        // The stage is nobody's phone: it has no ballot, whoever's browser shows it.
        voter: match role {
            Role::Audience => principal::voter(&web, &session.id, &headers),
            _ => None,
        },
        via: super::channel(hello.via.as_deref()),
        delay_seconds: hello.delay,
    };
    take_seat(web, session, viewer, hello, upgrade, None)
}

/// `GET /host/{session}/ws`: hosts, co-hosts, moderators.
pub async fn host(
    State(web): State<Web>,
    Path(id): Path<SessionId>,
    Query(hello): Query<Hello>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, PageError> {
    take_desk(web, id, &DESK_ROLES, None, &headers, hello, upgrade).await
}

/// `GET /speaker/{session}/ws`
pub async fn speaker(
    State(web): State<Web>,
    Path(id): Path<SessionId>,
    Query(hello): Query<Hello>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, PageError> {
    let roles = &super::speaker::ROLES;
    let role = Some(Role::Speaker);
    take_desk(web, id, roles, role, &headers, hello, upgrade).await
}

/// A seat that is held by a key of one of these roles; it sees as its key's role does, or as the one given.
async fn take_desk(
    web: Web,
    id: SessionId,
    roles: &[KeyRole],
    role: Option<Role>,
    headers: &HeaderMap,
    hello: Hello,
    upgrade: WebSocketUpgrade,
) -> Result<Response, PageError> {
    // Listens before it looks: a key that is withdrawn meanwhile must not keep the desk.
    let revoked = web.revoked.subscribe();
    let desk = principal::desk(&web, &id, headers, roles).await?;
    let viewer = Viewer::any(role.unwrap_or(desk.role));
    let held = Held {
        key: desk.key,
        revoked,
    };
    let session = super::session_by_id(&web, &id).await?;
    take_seat(web, session, viewer, hello, upgrade, Some(held))
}

/// The key that a desk is held by.
struct Held {
    key: String,
    revoked: broadcast::Receiver<String>,
}

impl Held {
    /// Returns once this seat must be left.
    async fn is_lost(&mut self) -> End {
        loop {
            match self.revoked.recv().await {
                Ok(key) if key != self.key => {}
                Ok(_) => return End::Close(close::SIGNED_OUT, "signed out"),
                // Keys that went by unread may have been this one; whoever still has theirs comes back.
                Err(_) => return End::Close(close::RESTARTING, "restarting"),
            }
        }
    }
}

fn take_seat(
    web: Web,
    session: SessionHandle,
    viewer: Viewer,
    hello: Hello,
    upgrade: WebSocketUpgrade,
    held: Option<Held>,
) -> Result<Response, PageError> {
    let Ok(place) = Arc::clone(&web.seats).try_acquire_owned() else {
        return Err(WebError::Full.into());
    };
    let max = match viewer.role {
        Role::Host | Role::Moderator => HOST_MESSAGE_MAX,
        _ => AUDIENCE_MESSAGE_MAX,
    };
    // The defaults cost 137 KB a connection: the read buffer is filled with zeros before each read.
    let upgrade = upgrade
        .read_buffer_size(1024)
        .write_buffer_size(0)
        .max_write_buffer_size(FRAME_MAX)
        .max_message_size(max)
        .max_frame_size(max);
    Ok(upgrade
        .on_upgrade(move |socket| async move {
            let _place = place;
            let why = if hello.v == Some(VERSION) {
                sit(&web, socket, session, viewer, hello.have, held).await
            } else {
                say_goodbye(socket, close::OUTDATED, "this page is outdated").await;
                "outdated"
            };
            metrics::counter!("salon_seats_closed_total", "why" => why).increment(1);
        })
        .into_response())
}

async fn say_goodbye(mut socket: WebSocket, code: u16, reason: &'static str) {
    let frame = Message::Close(Some(CloseFrame {
        code,
        reason: reason.into(),
    }));
    let _ = timeout(SLOW_AFTER, socket.send(frame)).await;
}

/// Why a seat ended.
enum End {
    /// The client left, or its line did.
    Left,
    Close(u16, &'static str),
}

/// The number of the ask, and what is found.
type Looking = (u32, oneshot::Receiver<Result<InspectedView, AskError>>);

/// The answer to a look, once there is one.
async fn found(looking: &mut Option<Looking>) -> (u32, Result<InspectedView, AskError>) {
    match looking {
        Some((ask, answer)) => (*ask, answer.await.unwrap_or(Err(AskError::Restarting))),
        None => std::future::pending().await,
    }
}

struct Sitting {
    socket: WebSocket,
    session: SessionHandle,
    viewer: Viewer,
    limiter: DefaultDirectRateLimiter,
    reactions: DefaultDirectRateLimiter,
    /// How far behind the viewer has just said to be.
    behind: Option<u32>,
    nonsense: u32,
    /// A look into a run that is under way; one at a time, and nothing else waits for it.
    looking: Option<Looking>,
    sent_at: Instant,
    heard_at: Instant,
}

async fn sit(
    web: &Web,
    socket: WebSocket,
    session: SessionHandle,
    viewer: Viewer,
    have: Option<u32>,
    held: Option<Held>,
) -> &'static str {
    let joined = match session.join(viewer.clone()).await {
        Ok(joined) => joined,
        Err(_) => {
            say_goodbye(socket, close::RESTARTING, "restarting").await;
            return "restarting";
        }
    };
    metrics::gauge!("salon_seats").increment(1.0);
    let mut sitting = Sitting {
        socket,
        session: session.clone(),
        viewer,
        limiter: pace::of_socket(),
        reactions: pace::of_reactions(),
        behind: None,
        nonsense: 0,
        looking: None,
        sent_at: Instant::now(),
        heard_at: Instant::now(),
    };
    let end = match sitting.run(web, joined, have, held).await {
        Ok(never) => match never {},
        Err(end) => end,
    };
    // The seat is dropped by now; the counts that others see go down.
    session.stirred();
    metrics::gauge!("salon_seats").decrement(1.0);
    match end {
        End::Left => "left",
        End::Close(code, reason) => {
            say_goodbye(sitting.socket, code, reason).await;
            reason
        }
    }
}

enum Never {}

impl Sitting {
    async fn run(
        &mut self,
        web: &Web,
        joined: Joined,
        have: Option<u32>,
        mut held: Option<Held>,
    ) -> Result<Never, End> {
        let Joined {
            mut seat,
            snapshot,
            mut seen,
            picture,
        } = joined;
        let known =
            have == Some(snapshot.rev) && snapshot.polls.iter().all(|poll| poll.voters.is_none());
        let first = if known {
            ServerMessage::Resumed {
                rev: snapshot.rev,
                now: snapshot.now,
                ballots: snapshot.ballots,
                room: snapshot.room.unwrap_or_default(),
                run: snapshot.run,
            }
        } else {
            ServerMessage::Snapshot(Box::new(snapshot))
        };
        self.say(&first).await?;
        if let Some(picture) = picture {
            self.send(Message::Binary(picture)).await?;
        }
        let closed = seat.closed.clone();
        loop {
            let beat_at = self.sent_at + BEAT_EVERY;
            let silent_at = self.heard_at + SILENT_AFTER;
            tokio::select! {
                message = self.socket.recv() => {
                    let Some(Ok(message)) = message else {
                        return Err(End::Left);
                    };
                    self.heard_at = Instant::now();
                    self.hear(message).await?;
                    if let Some(seconds) = self.behind.take() {
                        seat.is_behind(seconds);
                        self.session.stirred();
                    }
                }
                changed = seat.board.changed() => {
                    if changed.is_err() {
                        return Err(End::Close(close::RESTARTING, "restarting"));
                    }
                    let board = Arc::clone(&seat.board.borrow_and_update());
                    for frame in board.newer(seen) {
                        self.send(frame.clone()).await?;
                    }
                    seen = board.version;
                }
                frame = seat.words.recv(), if self.viewer.voter.is_some() => match frame {
                    Some(frame) => self.send(Message::Text(frame)).await?,
                    None => return Err(End::Close(close::SLOW, "too slow")),
                },
                (ask, answer) = found(&mut self.looking) => {
                    self.looking = None;
                    self.inspected(ask, answer).await?;
                }
                () = tokio::time::sleep_until(beat_at) => {
                    self.say(&show::beat(web.lobby.clock.now())).await?;
                }
                () = tokio::time::sleep_until(silent_at) => {
                    return Err(End::Close(close::SILENT, "silent"));
                }
                end = async {
                    match &mut held {
                        Some(held) => held.is_lost().await,
                        None => std::future::pending().await,
                    }
                } => return Err(end),
                () = closed.cancelled() => {
                    return Err(End::Close(close::RESTARTING, "restarting"));
                }
            }
        }
    }

    async fn say(&mut self, message: &ServerMessage) -> Result<(), End> {
        match encode(message) {
            Some(frame) => self.send(Message::Text(frame)).await,
            None => Ok(()),
        }
    }

    async fn send(&mut self, frame: Message) -> Result<(), End> {
        self.sent_at = Instant::now();
        match timeout(SLOW_AFTER, self.socket.send(frame)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Left),
            Err(_) => Err(End::Close(close::SLOW, "too slow")),
        }
    }

    async fn refuse(&mut self, ask: Option<u32>, code: &str, why: String) -> Result<(), End> {
        self.say(&ServerMessage::Refused {
            ask,
            code: code.to_string(),
            why,
            wait_seconds: None,
            ballot: None,
        })
        .await
    }

    async fn nonsense(&mut self, ask: Option<u32>, why: String) -> Result<(), End> {
        self.nonsense += 1;
        self.refuse(ask, "bad_message", why).await?;
        if self.nonsense >= NONSENSE_MAX {
            return Err(End::Close(close::BAD_MESSAGE, "messages make no sense"));
        }
        Ok(())
    }
}

fn refused(refusal: Refusal) -> AskError {
    AskError::Refused {
        refusal,
        ballot: None,
    }
}

/// The ask number of a message that is otherwise wrong, so that its sender knows which one.
fn ask_number(text: &str) -> Option<u32> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    u32::try_from(value.get("ask")?.as_u64()?).ok()
}
