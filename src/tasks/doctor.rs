//! `salon doctor`: which address it is about, and what came of it.

use anyhow::{Context, bail};
use salon::address::PublicUrl;
use salon::app::folder;
use salon::clock::Clock;
use salon::config::{Config, DoctorArgs};
use salon::doctor::{Way, examine};
use salon::ids::{Pasted, SessionCode};

pub async fn doctor(config: &Config, args: &DoctorArgs) -> anyhow::Result<()> {
    let (url, mut code) = match &args.url {
        Some(text) => taken_apart(text)?,
        None => (own_address(config)?, None),
    };
    if code.is_none() && folder::running(&config.data_dir).as_ref() == Some(&url) {
        let lobby = super::beside(config).await?;
        let rows = lobby.store.sessions().await?;
        code = rows.into_iter().next().map(|row| row.code);
        lobby.close().await;
    }
    let clock = Clock::System;
    let way = Way::to(url, args.trust.as_deref()).await?;
    let found = examine(&way, code.as_ref(), || clock.now().0).await;
    print!("{found}");
    match found.faults() {
        0 => Ok(()),
        1 => bail!("one thing keeps phones out, or makes them stumble"),
        n => bail!("{n} things keep phones out, or make them stumble"),
    }
}

fn own_address(config: &Config) -> anyhow::Result<PublicUrl> {
    folder::running(&config.data_dir)
        .or_else(|| config.public_url.clone())
        .context("no server runs on this data folder; give the address, such as salon doctor https://talks.example.org/CODE")
}

/// An address, or a link of it with a session's code.
fn taken_apart(text: &str) -> anyhow::Result<(PublicUrl, Option<SessionCode>)> {
    let text = text.trim();
    let (scheme, rest) = text
        .split_once("://")
        .with_context(|| format!("“{text}” must begin with http:// or https://"))?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let url = format!("{scheme}://{}", &rest[..end]);
    let url = url
        .parse::<PublicUrl>()
        .map_err(|bad| anyhow::anyhow!("the address {bad}"))?;
    let below = rest[end..].trim_matches('/');
    if below.is_empty() {
        return Ok((url, None));
    }
    let pasted: Pasted = text
        .parse()
        .with_context(|| format!("“{text}” is neither an address nor a join link"))?;
    Ok((url, Some(pasted.code)))
}
