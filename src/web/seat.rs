//! Websockets: who may have which seat, and who writes to it. The audience sits in the hall; everyone else, and those whose
//! sockets the hall cannot have, by the stock layer.

mod at_hall;
mod guest;
mod hears;
mod sitting;
mod upgrade;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use hyper::upgrade::Upgraded;
use serde::Deserialize;
use tokio_tungstenite::tungstenite::{Bytes, Message};

use self::at_hall::AtHall;
use self::guest::{Guest, ended, first_frames};
use self::sitting::{Held, Sitting, say_goodbye};
use self::upgrade::Upgrade;
use super::error::{ApiError, PageError, WebError};
use super::network::Network;
use super::places::{Comes, Place};
use super::principal::{self, DESK_ROLES};
use super::query::Asked;
use super::{Web, session_by_code};
use crate::clock::Clock;
use crate::domain::command::Role;
use crate::hall::{self, Closing, Hall, Rules};
use crate::ids::SessionId;
use crate::live::announce::encode;
use crate::live::handle::{SessionHandle, Viewer};
use crate::protocol::{VERSION, close};
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
const OUTDATED: Closing = (close::OUTDATED, "this page is outdated");
const FULL: Closing = (close::FULL, "full");
const SILENT: Closing = (close::SILENT, "silent");
const SLOW: Closing = (close::SLOW, "too slow");
const RESTARTING: Closing = (close::RESTARTING, "restarting");

#[derive(Debug, Deserialize)]
pub struct Hello {
    v: Option<u32>,
    role: Option<String>,
    via: Option<String>,
    /// The revision of the snapshot that the page still holds.
    have: Option<u32>,
    /// The session that the page is of: a code may be given to another one later.
    session: Option<String>,
    /// How many seconds behind the viewer says to be.
    delay: Option<u32>,
    /// What proves that a stage came by the host's link.
    key: Option<String>,
    /// Set by the picture of the stage within a panel.
    preview: Option<String>,
}

/// `GET /ws/{code}`
pub async fn public(
    State(web): State<Web>,
    Path(code): Path<String>,
    Asked(hello): Asked<Hello>,
    network: Network,
    headers: HeaderMap,
    upgrade: Upgrade,
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
        preview: role == Role::Stage && hello.preview.is_some(),
    };
    let key = hello.key.as_deref().unwrap_or_default();
    let comes = Comes {
        role,
        voter: viewer.voter,
        known: web.lobby.secrets.is_stage_key(&session.id, key),
        network,
    };
    let place = web.places.take(comes);
    take_seat(web, session, viewer, hello, upgrade, None, place)
}

/// `GET /host/{session}/ws`: hosts, co-hosts, moderators.
pub async fn host(
    State(web): State<Web>,
    Path(id): Path<SessionId>,
    Asked(hello): Asked<Hello>,
    network: Network,
    headers: HeaderMap,
    upgrade: Upgrade,
) -> Result<Response, PageError> {
    let from = (network, &headers);
    take_desk(web, id, &DESK_ROLES, None, from, hello, upgrade).await
}

/// `GET /speaker/{session}/ws`
pub async fn speaker(
    State(web): State<Web>,
    Path(id): Path<SessionId>,
    Asked(hello): Asked<Hello>,
    network: Network,
    headers: HeaderMap,
    upgrade: Upgrade,
) -> Result<Response, PageError> {
    let roles = &super::speaker::ROLES;
    let role = Some(Role::Speaker);
    take_desk(web, id, roles, role, (network, &headers), hello, upgrade).await
}

/// A seat that is held by a key of one of these roles; it sees as its key's role does, or as the one given.
async fn take_desk(
    web: Web,
    id: SessionId,
    roles: &[KeyRole],
    role: Option<Role>,
    (network, headers): (Network, &HeaderMap),
    hello: Hello,
    upgrade: Upgrade,
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
    let place = web.places.take(Comes {
        role: viewer.role,
        voter: None,
        known: true,
        network,
    });
    take_seat(web, session, viewer, hello, upgrade, Some(held), place)
}

fn take_seat(
    web: Web,
    session: SessionHandle,
    viewer: Viewer,
    hello: Hello,
    upgrade: Upgrade,
    held: Option<Held>,
    place: Option<Place>,
) -> Result<Response, PageError> {
    let Some(place) = place else {
        // Programs alone read this answer.
        return Ok(ApiError(WebError::Full).into_response());
    };
    let arriving = Arriving {
        web,
        session,
        viewer,
        hello,
        held,
        place,
    };
    Ok(upgrade.then(move |upgraded| arriving.sit(upgraded)))
}

/// Someone with a socket and no seat yet.
struct Arriving {
    web: Web,
    session: SessionHandle,
    viewer: Viewer,
    hello: Hello,
    held: Option<Held>,
    place: Place,
}

impl Arriving {
    /// A page of another version, or of another session that had this code before.
    fn is_outdated(&self) -> bool {
        let of = self.hello.session.as_deref();
        self.hello.v != Some(VERSION) || of.is_some_and(|id| id != self.session.id.to_string())
    }

    /// A hall that comes at once is thousands of these, so what few of them need has a box of its own.
    async fn sit(self, upgraded: Upgraded) {
        if self.place.is_full() {
            return Box::pin(tell_full(upgraded)).await;
        }
        let audience = self.viewer.role == Role::Audience;
        // Who runs the session is not to wait for its visitors.
        if !matches!(self.viewer.role, Role::Audience | Role::Stage) {
            let votes = self.web.votes.clone();
            votes.spawn(self.sit_by_itself(upgraded));
            return;
        }
        let Some(hall) = self.web.hall.clone().filter(|_| audience) else {
            return Box::pin(self.sit_by_itself(upgraded)).await;
        };
        match upgrade::plain(upgraded) {
            Ok(Ok((socket, first))) => self.sit_in(&hall, socket, first).await,
            Ok(Err(error)) => tracing::warn!(%error, "a socket could not leave the runtime"),
            // Something is between us and the socket, TLS perhaps.
            Err(upgraded) => Box::pin(self.sit_by_itself(upgraded)).await,
        }
    }

    /// A seat in the hall.
    async fn sit_in(self, hall: &Hall, socket: std::net::TcpStream, first: Bytes) {
        let line = hall.admit(socket, first);
        if self.is_outdated() {
            line.close(OUTDATED);
            return ended(OUTDATED.1);
        }
        // A hall that comes back all at once does so in turns, and its host does not wait behind it.
        let Ok(turn) = Arc::clone(&self.web.joining).acquire_owned().await else {
            return line.close(RESTARTING);
        };
        let Ok(joined) = self
            .session
            .join(self.viewer.clone(), Some(line.clone()))
            .await
        else {
            line.close(RESTARTING);
            return ended(RESTARTING.1);
        };
        let frames = first_frames(joined.snapshot, joined.picture, self.hello.have);
        let Some(crowd) = joined.seat.crowd() else {
            return line.close(RESTARTING);
        };
        if let Some(given_away) = self.place.given_away() {
            // Also ends when the place is left: a line that is gone is closed by nothing.
            let line = line.clone();
            self.web.votes.spawn(async move {
                given_away.cancelled().await;
                line.close(FULL);
            });
        }
        let guest = Guest::new(self.session, self.viewer, joined.seat, self.place);
        let runtime = self.web.votes.clone();
        let seating = move || Box::new(AtHall { guest, runtime }) as Box<dyn hall::Guest>;
        line.sit(Box::new(seating), crowd, joined.seen, frames, turn);
    }

    /// A seat with a task of its own.
    async fn sit_by_itself(self, upgraded: Upgraded) {
        let message_max = match self.viewer.role {
            Role::Host | Role::Moderator => HOST_MESSAGE_MAX,
            _ => AUDIENCE_MESSAGE_MAX,
        };
        let socket = match upgrade::stock(upgraded, message_max, FRAME_MAX).await {
            Ok(socket) => socket,
            Err(error) => return tracing::warn!(%error, "a socket could not be taken over"),
        };
        if self.is_outdated() {
            ended(OUTDATED.1);
            return say_goodbye(socket, OUTDATED).await;
        }
        let Ok(joined) = self.session.join(self.viewer.clone(), None).await else {
            ended(RESTARTING.1);
            return say_goodbye(socket, RESTARTING).await;
        };
        let first = first_frames(joined.snapshot, joined.picture, self.hello.have);
        let sitting = Sitting {
            socket,
            guest: Guest::new(self.session, self.viewer, joined.seat, self.place),
            words: joined.words,
            held: self.held,
            clock: self.web.lobby.clock.clone(),
        };
        sitting.run(first, joined.seen).await;
    }
}

async fn tell_full(upgraded: Upgraded) {
    if let Ok(socket) = upgrade::stock(upgraded, AUDIENCE_MESSAGE_MAX, FRAME_MAX).await {
        ended(FULL.1);
        say_goodbye(socket, FULL).await;
    }
}

/// When the hall closes lines and keeps them awake: as the stock layer does.
pub fn rules(clock: Clock) -> Rules {
    let beat = move || Message::Text(encode(&show::beat(clock.now())).unwrap_or_default());
    Rules {
        beat_every: BEAT_EVERY,
        beat: Box::new(beat),
        silent_after: SILENT_AFTER,
        silent: SILENT,
        slow_after: SLOW_AFTER,
        slow: SLOW,
        message_max: AUDIENCE_MESSAGE_MAX,
        batches: true,
    }
}
