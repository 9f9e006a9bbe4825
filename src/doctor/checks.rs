//! The steps, each with the faults that are known of it and what mends them.

use std::time::{Duration, Instant};

use axum::http::{Method, StatusCode, header};
use futures_util::StreamExt;
use serde_json::Value;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use super::Findings;
use super::way::{Answer, Way};
use crate::address::PublicUrl;
use crate::ids::SessionCode;
use crate::protocol::VERSION;
use crate::web::door::Door;

/// Clocks further apart than this make countdowns end early or late.
const CLOCKS_APART_MS: i64 = 2_000;
/// A first message that takes longer was held back on the way.
const FIRST_WITHIN: Duration = Duration::from_secs(3);

/// Goes through all steps that make sense after the ones before. `now` is this machine's clock, Unix time in milliseconds.
pub async fn examine(way: &Way, code: Option<&SessionCode>, now: impl Fn() -> i64) -> Findings {
    let mut found = Findings::default();
    if let Err(why) = way.connect().await {
        let to_do = if why.starts_with("Phones do not trust") {
            "Mend the certificate in the proxy; on a network of your own, Caddy or a public name with Let's Encrypt does it."
        } else {
            "Is the program (or the proxy before it) running, listening on more than 127.0.0.1, and let through by the firewall?"
        };
        found.bad("connect", why, to_do);
        return found;
    }
    found.good("connect", format!("{} takes connections.", way.url));
    if way.url.is_loopback() {
        found.note(
            "address",
            "Only this machine can open this address.",
            "For phones: --listen 0.0.0.0:PORT, or the address of a proxy.",
        );
    }
    let Some(door) = door(way, &mut found, now).await else {
        return found;
    };
    host(way, &door, &mut found);
    scheme(way, &door, &mut found);
    redirect(way, &mut found).await;
    let Some(code) = code else {
        found.note(
            "session",
            "Votes and websockets were not tried, for want of a session.",
            "Give the join link, such as https://talks.example.org/CODE.",
        );
        return found;
    };
    let Some(cookie) = page(way, code, &mut found).await else {
        return found;
    };
    press(way, code, &cookie, &mut found).await;
    socket(way, code, &cookie, &door, &mut found).await;
    join_link(way, code, &mut found).await;
    found
}

/// Whether it is the program that answers, and what it saw.
async fn door(way: &Way, found: &mut Findings, now: impl Fn() -> i64) -> Option<Door> {
    let before = now();
    let answer = match way.get("/api/v1/door", "salon_doctor=1").await {
        Ok(answer) => answer,
        Err(why) => {
            found.bad("program", why, "Look into the log of the proxy.");
            return None;
        }
    };
    let after = now();
    let Ok(door) = serde_json::from_str::<Door>(&answer.body) else {
        let (says, to_do) = not_the_program(way, &answer);
        found.bad("program", says, to_do);
        return None;
    };
    found.good("program", format!("Salon {} answers.", door.salon));
    if door.http.starts_with("HTTP/1.0") {
        found.bad(
            "proxy",
            "The proxy speaks HTTP/1.0 with the program, which has no websockets: phones and stage stay at “Connecting…”.",
            "In nginx: proxy_http_version 1.1;",
        );
    }
    if !door.cookie {
        found.bad(
            "cookie",
            "The proxy does not hand cookies on, so nobody can vote.",
            "Take out what removes the Cookie header on the way.",
        );
    }
    let apart = (door.clock - (before + after) / 2).abs();
    if apart > CLOCKS_APART_MS + (after - before) / 2 {
        found.note(
            "clock",
            format!("The server's clock and this machine's are {:.0} s apart.", apart as f64 / 1_000.0),
            "Set both by the network (timedatectl set-ntp true); lines of the log and links that expire go by the server's.",
        );
    }
    Some(door)
}

fn not_the_program(way: &Way, answer: &Answer) -> (String, String) {
    let url = &way.url;
    match answer.status {
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => (
            format!("A proxy answers at {url} ({}), and cannot reach the program.", answer.status),
            "Is the program running, and does the proxy name the address that it listens on?".to_string(),
        ),
        status if status.is_redirection() => {
            let to = answer.header(header::LOCATION).unwrap_or_default();
            (
                format!("{url} sends phones on to {to}."),
                "If that is right, make it the public address, and try it: salon doctor, with that address.".to_string(),
            )
        }
        status => (
            format!("Something else than Salon answers at {url} (status {status}, or a path is cut off or added on the way)."),
            "The proxy must hand every path on as it is, to the program alone: the program serves whole hosts.".to_string(),
        ),
    }
}

/// The host that the program was asked for.
fn host(way: &Way, door: &Door, found: &mut Findings) {
    let asked = way.url.authority();
    let seen = door.host.as_deref().unwrap_or_default();
    let same = PublicUrl::of_host(way.url.is_https(), seen).as_ref() == Some(&way.url);
    let public = door.public_url == way.url.as_str();
    if !same && !public {
        found.bad(
            "host",
            format!("The proxy asks the program for “{seen}” in place of “{asked}”, so that every press is taken for another site's."),
            "Pass it as it came: in nginx proxy_set_header Host $http_host; and start the program with --public-url.",
        );
    } else if !same {
        found.note(
            "host",
            format!("The proxy asks the program for “{seen}” in place of “{asked}”; the public address makes up for it."),
            "In nginx: proxy_set_header Host $http_host;",
        );
    }
    if !public {
        found.bad(
            "address",
            format!(
                "Links and QR codes lead to {}, not to {}.",
                door.public_url, way.url
            ),
            format!("Start the program with --public-url {}.", way.url),
        );
    } else {
        found.good(
            "address",
            format!("Links and QR codes lead to {}.", way.url),
        );
    }
}

/// http and https, mixed.
fn scheme(way: &Way, door: &Door, found: &mut Findings) {
    let public_https = door.public_url.starts_with("https://");
    if !way.url.is_https() && public_https {
        found.bad(
            "https",
            "By plain http nobody can vote: the public address is https, and browsers keep the cookie for that alone.",
            format!("Have the proxy send http on to {}, or set --public-url to the http address.", door.public_url),
        );
    }
    if way.url.is_https()
        && let Some(proto) = door.forwarded_proto.as_deref()
        && proto != "https"
    {
        found.bad(
            "https",
            format!("The proxy tells the program that phones came by “{proto}”, and they are sent to an address where they are already."),
            "In nginx: proxy_set_header X-Forwarded-Proto $scheme; in the outermost proxy.",
        );
    }
}

/// What is typed without a scheme is tried by http first.
async fn redirect(way: &Way, found: &mut Findings) {
    if !way.url.is_https() || way.url.port() != 443 {
        return;
    }
    let Ok(plain) = format!("http://{}", way.url.authority()).parse::<PublicUrl>() else {
        return;
    };
    let Ok(plain) = Way::to(plain, None).await else {
        return;
    };
    let answer = timeout(Duration::from_secs(3), plain.get("/", "")).await;
    match answer {
        Ok(Ok(answer)) if answer.status.is_redirection() => {
            found.good("http", "Who types the address without https:// is sent on.");
        }
        Ok(Ok(_)) => found.note(
            "http",
            "By http:// the address answers without sending phones on to https://.",
            "Let the proxy redirect port 80.",
        ),
        _ => found.note(
            "http",
            "Nothing answers by http://, where some browsers try an address that was typed by hand first.",
            "Let the proxy listen on port 80 and redirect.",
        ),
    }
}

/// The audience's page and its cookie.
async fn page(way: &Way, code: &SessionCode, found: &mut Findings) -> Option<String> {
    let path = format!("/{code}");
    let answer = match way.get(&path, "").await {
        Ok(answer) => answer,
        Err(why) => {
            found.bad("page", why, "Look into the log of the proxy.");
            return None;
        }
    };
    if answer.status.as_u16() == 404 {
        found.bad(
            "page",
            format!("There is no session {code} at {}.", way.url),
            "Give the join link of one that is there: salon sessions",
        );
        return None;
    }
    if answer.status != StatusCode::OK {
        found.bad(
            "page",
            format!("The page of {code} answers with status {}.", answer.status),
            "Look into the log of the proxy.",
        );
        return None;
    }
    let set = answer.header(header::SET_COOKIE).unwrap_or_default();
    let Some(cookie) = answer.cookie() else {
        found.bad(
            "cookie",
            "The page comes without its cookie, so nobody can vote.",
            "Take out what removes Set-Cookie, or keeps pages, in the proxy.",
        );
        return None;
    };
    let secure = set.contains("Secure");
    if secure && !way.url.is_https() && !way.url.is_loopback() {
        found.bad(
            "cookie",
            "The cookie is for https alone; by this address browsers drop it.",
            "Open the https address.",
        );
    } else if !secure && way.url.is_https() {
        found.note(
            "cookie",
            "The cookie is not marked Secure, though this is https.",
            format!("Start the program with --public-url {}.", way.url),
        );
    }
    let again = way.get(&path, cookie).await;
    if again.is_ok_and(|again| again.header(header::SET_COOKIE).is_some()) {
        found.bad(
            "cookie",
            "The cookie that was set does not arrive when it is sent back.",
            "Let the proxy pass cookies on as they are.",
        );
    }
    let script = answer.body.split("\"/static/").nth(1);
    let script = script.and_then(|rest| rest.split('"').next());
    let asset = format!("/static/{}", script.unwrap_or_default());
    match way.get(&asset, "").await {
        _ if script.is_none() => {
            found.good("page", format!("The page of {code} and its cookie come."))
        }
        Ok(script) if script.status == StatusCode::OK => {
            found.good(
                "page",
                format!("The page of {code}, its cookie and its scripts come."),
            );
        }
        _ => found.bad(
            "page",
            format!("The page comes, its script {asset} does not."),
            "The proxy must hand on /static as well: every path.",
        ),
    }
    Some(cookie.to_string())
}

/// A press, in a poll that is not there: it goes the way of a vote to the session and is refused by it.
async fn press(way: &Way, code: &SessionCode, cookie: &str, found: &mut Findings) {
    let path = format!("/{code}/polls/the-doctor-looks/ballot");
    let headers = [
        (header::COOKIE, cookie),
        (header::ORIGIN, way.url.as_str()),
        (header::CONTENT_TYPE, "application/x-www-form-urlencoded"),
    ];
    match way.ask(Method::POST, &path, &headers, "pick=0").await {
        // The session knows no such poll, or has not begun: it was asked.
        Ok(answer) if matches!(answer.status.as_u16(), 404 | 409) => {
            found.good("vote", "A press reaches the session (this one was for no poll, and counts nowhere).");
        }
        Ok(answer) if answer.status == StatusCode::FORBIDDEN => found.bad(
            "vote",
            "Every press is refused as another site's: the program does not know this address as its own.",
            format!("Start it with --public-url {}, and let the proxy pass Host as it came.", way.url),
        ),
        Ok(answer) => found.bad("vote", format!("A press is answered with status {}.", answer.status), "Let the proxy hand on POST, PUT and DELETE as well."),
        Err(why) => found.bad("vote", why, "Look into the log of the proxy."),
    }
}

async fn socket(way: &Way, code: &SessionCode, cookie: &str, door: &Door, found: &mut Findings) {
    let path = format!("/ws/{code}?v={VERSION}&role=audience");
    let mut socket = match way.socket(&path, cookie).await {
        Ok(socket) => socket,
        Err((status, why)) => {
            let to_do = match status {
                Some(StatusCode::UPGRADE_REQUIRED) if door.http.starts_with("HTTP/1.0") => {
                    "In nginx: proxy_http_version 1.1; beside Upgrade and Connection."
                }
                Some(StatusCode::UPGRADE_REQUIRED) => {
                    "Let the proxy pass Upgrade and Connection: in nginx proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection \"upgrade\";"
                }
                Some(StatusCode::FORBIDDEN) => {
                    "The program takes the page for another site's: set --public-url and let the proxy pass Host."
                }
                Some(StatusCode::SERVICE_UNAVAILABLE) => {
                    "All places are taken: raise --max-seats, or try later."
                }
                _ => "Let the proxy speak HTTP/1.1 to the program and pass Upgrade and Connection.",
            };
            found.bad(
                "socket",
                format!("No websocket comes about ({why}): phones, stage and panel stay at “Connecting…”."),
                to_do,
            );
            return;
        }
    };
    let began = Instant::now();
    let first = timeout(super::way::PATIENCE, socket.next()).await;
    let took = began.elapsed();
    let _ = socket.close(None).await;
    match first {
        Ok(Some(Ok(Message::Text(text)))) if text.contains("snapshot") => {
            if took > FIRST_WITHIN {
                found.bad(
                    "socket",
                    format!(
                        "The first message took {:.1} s: something on the way holds frames back.",
                        took.as_secs_f64()
                    ),
                    "Turn off buffering for this host in whatever is between.",
                );
            } else {
                found.good(
                    "socket",
                    "A websocket stands, and the session comes through it.",
                );
            }
        }
        _ => found.bad(
            "socket",
            "A websocket opens, and nothing comes through it.",
            "Turn off buffering and inspection of websockets in whatever is between.",
        ),
    }
}

/// Where the QR code leads: it is drawn from the join link of the public state.
async fn join_link(way: &Way, code: &SessionCode, found: &mut Findings) {
    let state = way.get(&format!("/api/v1/public/{code}"), "").await;
    let link = state.ok().and_then(|state| {
        let state: Value = serde_json::from_str(&state.body).ok()?;
        Some(state["session"]["join_url"].as_str()?.to_string())
    });
    let qr = way.get(&format!("/qr/{code}.svg"), "").await;
    let drawn = qr.is_ok_and(|qr| qr.status == StatusCode::OK && qr.body.contains("<svg"));
    let right = format!("{}/{code}", way.url);
    match link {
        Some(link) if link == right && drawn => {
            found.good("qr", format!("The QR code leads to {right}."))
        }
        // Said already, of the address.
        Some(link) if link != right => found.bad(
            "qr",
            format!("The QR code leads to {link}."),
            format!("Start the program with --public-url {}.", way.url),
        ),
        _ => found.bad(
            "qr",
            "The QR code does not come.",
            "Let the proxy hand on every path.",
        ),
    }
}
