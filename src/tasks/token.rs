//! `salon token`: made, listed, revoked.

use anyhow::{Context, bail};
use salon::config::{Config, TokenArgs, TokenTask};
use salon::ids::Timestamp;
use salon::live::lobby::days_after;
use salon::secrets::{fresh_token, token_hash};
use salon::store::{KeyKind, KeyRole};
use salon::web::clock_time;

pub async fn token(config: &Config, args: TokenArgs) -> anyhow::Result<()> {
    match args {
        TokenArgs {
            task: Some(TokenTask::List),
            ..
        } => list(config).await,
        TokenArgs {
            task: Some(TokenTask::Revoke { id }),
            ..
        } => revoke(config, &id).await,
        TokenArgs {
            label,
            session: Some(session),
            role: Some(role),
            days,
            ..
        } => of_session(config, label.unwrap_or_default(), &session, &role, days).await,
        TokenArgs { label, days, .. } => of_all(config, &label.unwrap_or_default(), days).await,
    }
}

async fn of_all(config: &Config, label: &str, days: Option<u32>) -> anyhow::Result<()> {
    let lobby = super::existing_lobby(config).await?;
    let token = fresh_token();
    let now = lobby.clock.now();
    let expires = days.map(|days| days_after(now, days));
    lobby
        .store
        .put_host_key(&token_hash(&token), KeyKind::Token, label, now, expires)
        .await?;
    println!("{token}");
    Ok(())
}

/// A token of one session; for people it is the end of a link.
async fn of_session(
    config: &Config,
    label: String,
    session: &str,
    role: &str,
    days: Option<u32>,
) -> anyhow::Result<()> {
    let names = KeyRole::ALL.map(KeyRole::name).join(", ");
    let role = KeyRole::from_name(role)
        .with_context(|| format!("“{role}” is no role; it is one of {names}"))?;
    let lobby = super::existing_lobby(config).await?;
    let session = super::find(&lobby, session).await?;
    let (_, token) = lobby.make_session_key(session, role, label, days).await?;
    match role {
        KeyRole::Bridge => println!("{token}"),
        _ => {
            println!("{}", lobby.sign_in_url(&token));
            super::if_none_runs(config);
        }
    }
    Ok(())
}

async fn list(config: &Config) -> anyhow::Result<()> {
    let lobby = super::existing_lobby(config).await?;
    let keys = lobby.store.listed_keys(lobby.clock.now()).await?;
    if keys.is_empty() {
        eprintln!("No browser is signed in, and there is no token and no link.");
        return Ok(());
    }
    let time = |at: Option<Timestamp>| match at {
        Some(at) => clock_time(at.0),
        None => "withdrawn".to_string(),
    };
    println!(
        "{:12}  {:9}  {:10}  {:23}  {:23}  for",
        "id", "what", "session", "made", "good until"
    );
    for key in keys {
        println!(
            "{:12}  {:9}  {:10}  {:23}  {:23}  {}",
            key.id,
            key.kind,
            key.session.unwrap_or_else(|| "all".to_string()),
            time(Some(key.created_at)),
            time(key.expires_at),
            key.label
        );
    }
    Ok(())
}

async fn revoke(config: &Config, id: &str) -> anyhow::Result<()> {
    let lobby = super::existing_lobby(config).await?;
    let now = lobby.clock.now();
    if lobby.store.end_key(id.trim(), now).await? == 0 {
        bail!(
            "no token or link has the id “{id}”, or it has ended already; `salon token list` lists them"
        );
    }
    println!("{id} opens nothing any more.");
    Ok(())
}
