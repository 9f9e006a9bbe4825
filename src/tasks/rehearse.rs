//! `salon rehearse`: asks whether it may, sends the bots in, prints what they felt.

use std::io::{IsTerminal, Write};

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use salon::config::RehearseArgs;
use salon::rehearse::target::{Link, Target, is_loopback};
use salon::rehearse::{Look, Rehearsal, Size, machine};
use tokio_util::sync::CancellationToken;

pub async fn rehearse(args: &RehearseArgs) -> anyhow::Result<()> {
    let size =
        Size::checked(args.people, args.minutes, args.questions).map_err(anyhow::Error::msg)?;
    let link = Link::parse(&args.url)?;
    machine::make_room(size.people).map_err(anyhow::Error::msg)?;
    let target = agreed(link, args).await?;
    let rehearsal = Rehearsal::prepare(target, size).await?;
    warn(&rehearsal.look, &size);
    let stop = CancellationToken::new();
    tokio::spawn(super::stop_on_signal(stop.clone()));
    let line = status_line();
    let report = rehearsal
        .run(stop, |now| {
            line.set_message(format!(
                "{} in, {} votes heard, {} errors (Ctrl-C ends it with the report)",
                now.inside, now.votes, now.faults
            ));
            line.tick();
        })
        .await;
    line.finish_and_clear();
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{report}");
    }
    if !report.is_good() {
        let first = report.bottleneck.map(|first| first.evidence);
        bail!(
            "the rehearsal did not go well: {}",
            first.unwrap_or_default()
        );
    }
    Ok(())
}

/// Loopback needs no word. Any other host is named a second time, by flag or at the prompt, before anything is sent to it.
async fn agreed(link: Link, args: &RehearseArgs) -> anyhow::Result<Target> {
    let addresses = link.addresses().await?;
    if !is_loopback(&addresses) {
        let host = &link.host;
        match &args.yes_i_run {
            Some(named) if named == host => {}
            Some(named) => {
                bail!("--yes-i-run names “{named}”, the link “{host}”; nothing was sent")
            }
            None if std::io::stdin().is_terminal() => ask(host, args.people)?,
            None => bail!(
                "“{host}” is not this machine: {} bots would vote and ask there. \
                 If you run that server, add --yes-i-run {host}; nothing was sent",
                args.people
            ),
        }
    }
    Ok(link.reach(&addresses).await?)
}

fn ask(host: &str, people: u32) -> anyhow::Result<()> {
    eprint!(
        "“{host}” is not this machine. {people} bots will vote and ask there.\n\
         If you run that server, type its host to go on: "
    );
    std::io::stderr().flush().ok();
    let mut typed = String::new();
    std::io::stdin()
        .read_line(&mut typed)
        .context("reading your answer")?;
    if typed.trim() != host {
        bail!("nothing was sent to “{host}”");
    }
    Ok(())
}

fn warn(look: &Look, size: &Size) {
    eprintln!(
        "{} bots go to “{}”. Their votes and up to {} questions are real and stay in the session;\n\
         rehearse with a copy of it (`salon export CODE > copy.toml`, `salon import --new-code copy.toml`).",
        size.people, look.title, size.questions
    );
    match (look.state.as_str(), look.open_polls) {
        ("draft", _) => eprintln!("The session has not started: bots can only wait until it does."),
        (_, 0) => eprintln!("No poll is open: bots vote as soon as one is."),
        (_, open) => eprintln!(
            "Open polls: {open}; the audience sees the tally of {}.",
            look.shown_polls
        ),
    }
    if size.questions > 0 && !look.takes_questions {
        eprintln!("The session takes no questions now: none will be asked.");
    }
}

/// Silent where there is no terminal.
fn status_line() -> ProgressBar {
    let line = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {msg}") {
        line.set_style(style);
    }
    line
}
