//! What a host is told at the start: where people join, who can, and the way in.

use std::fmt::Write as _;

use salon::address::Reach;
use salon::app::{self, App};

/// Addresses beside the best guess; a machine of many networks has more than anyone reads.
const OTHERS_SHOWN: usize = 4;

/// Links, a QR to point a phone at, and whether phones can open them.
pub async fn greeting(app: &App) -> anyhow::Result<String> {
    let lobby = &app.lobby;
    let public = &lobby.public_url;
    let mut said = if app.address.ip().is_unspecified() {
        format!(
            "Salon listens on port {} of all addresses of this machine\n\n",
            app.address.port()
        )
    } else {
        format!("Salon listens on http://{}\n\n", app.address)
    };
    let sessions = lobby.store.sessions().await?;
    if let Some(newest) = sessions.first() {
        let code = &newest.code;
        let audience = lobby.join_url(code);
        let title = &newest.title;
        let _ = writeln!(said, "  {title}\n  Audience  {audience}");
        for other in app.reach.others.iter().take(OTHERS_SHOWN) {
            let _ = writeln!(said, "        or  {other}/{code}");
        }
        let _ = writeln!(said, "  Stage     {public}/stage/{code}");
        // Where only this machine can join, no phone could open it.
        if app.reach.only_here().is_none()
            && let Ok(qr) = fast_qr::QRBuilder::new(audience).build()
        {
            let _ = writeln!(said, "\n{}", qr.to_str());
        }
    }
    if let Some(note) = who_can_join(&app.reach) {
        let _ = writeln!(said, "  {note}\n");
    }
    let panel = match sessions.as_slice() {
        [] | [_] => None,
        [newest, ..] => Some(&newest.code),
    };
    let link = app::sign_in_link(lobby, panel).await?;
    let _ = writeln!(said, "  Host, once, within 24 hours: {link}\n");
    Ok(said)
}

fn who_can_join(reach: &Reach) -> Option<String> {
    if let Some(why) = reach.only_here() {
        return Some(why);
    }
    reach.guessed.then(|| {
        "This address was found among this machine's own. If phones cannot open it, start with --public-url and the one that they can."
            .to_string()
    })
}
