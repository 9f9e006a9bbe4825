//! What the program can be told to do, one function a command.

mod demo;
mod doctor;
mod greeting;
mod rehearse;
mod token;

use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use salon::app::{self, App, folder};
use salon::bench;
use salon::clock::Clock;
use salon::config::{Config, Demo, Task};
use salon::demos::rbf::device;
use salon::domain::session::Session;
use salon::ids::{Pasted, SessionId};
use salon::live::lobby::Lobby;
use salon::machine::{NoFiles, allow_files};
use salon::sheet;
use salon::store::StoreError;
use salon::web::host::fresh_code;
use tokio_util::sync::CancellationToken;

/// A browser that loads a page has up to six connections beside its socket, and keeps them for a while.
const FILES_A_SEAT: u64 = 8;
/// Open files beside one a seat: the desks and stages, pages on their way, the database.
const FILES_BESIDE: u64 = 1_024;

pub async fn run(task: Option<Task>, config: Config) -> anyhow::Result<()> {
    match task {
        None | Some(Task::Serve) => serve(config).await,
        Some(Task::Import { sheet, new_code }) => import(&config, &sheet, new_code).await,
        Some(Task::Export { session }) => export(&config, &session).await,
        Some(Task::SignIn { session }) => sign_in(&config, session.as_deref()).await,
        Some(Task::Token(args)) => token::token(&config, args).await,
        Some(Task::Sessions) => sessions(&config).await,
        Some(Task::Doctor(args)) => doctor::doctor(&config, &args).await,
        Some(Task::Rehearse(args)) => rehearse::rehearse(&args).await,
        Some(Task::Demo(Demo::Rbf(args))) => demo::rbf(&args, &config.device),
        Some(Task::Demo(Demo::Svd(args))) => demo::svd(&args),
        Some(Task::Bench(args)) => bench::run(&args).await,
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    // A device that is not there is told now, and not when a run is to start in front of everyone.
    device::open(&config.device).map_err(|why| anyhow::anyhow!("--device: {why}"))?;
    make_room(config.max_seats);
    let app = App::build(&config, Clock::System).await?;
    let loaded = app::load_example(&app.lobby).await?.is_some();
    let greeting = greeting::greeting(&app).await?;
    let loaded = if loaded {
        "Loaded the example session.\n"
    } else {
        ""
    };
    // Whoever started it may have stopped listening; it serves all the same.
    let _ = write!(std::io::stdout(), "{loaded}{greeting}");
    let stop = CancellationToken::new();
    tokio::spawn(stop_on_signal(stop.clone()));
    app.run(stop).await
}

/// Every seat is an open file; what the system allows by default is mostly fewer.
fn make_room(seats: usize) {
    let needed = seats as u64 + FILES_BESIDE;
    let most = match allow_files(seats as u64 * FILES_A_SEAT + FILES_BESIDE) {
        Ok(()) => return,
        Err(NoFiles::AtMost(most)) if allow_files(most).is_ok() => most,
        Err(error) => return tracing::warn!(%error, "{seats} seats need {needed} open files"),
    };
    if most >= needed {
        return;
    }
    let fit = most.saturating_sub(FILES_BESIDE);
    tracing::warn!(
        "{seats} seats need {needed} open files and this process may have {most}: some {fit} people fit. \
         Raise the hard limit (ulimit -Hn, LimitNOFILE=) or lower --max-seats"
    );
}

/// The first signal ends it in order, a second one at once.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever asks a second time does not want to wait"
)]
async fn stop_on_signal(stop: CancellationToken) {
    signalled().await;
    tracing::info!("stopping");
    stop.cancel();
    // What a terminal and whoever started the program both pass on is one signal.
    tokio::time::sleep(Duration::from_secs(1)).await;
    signalled().await;
    tracing::warn!("stopped at once");
    std::process::exit(1);
}

async fn signalled() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = interrupt => {}
                    _ = terminate.recv() => {}
                }
            }
            Err(error) => {
                tracing::warn!(%error, "cannot listen for SIGTERM");
                let _ = interrupt.await;
            }
        }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
}

async fn import(config: &Config, path: &Path, new_code: bool) -> anyhow::Result<()> {
    let name = path.display().to_string();
    let bytes = if name == "-" {
        let mut bytes = Vec::new();
        std::io::stdin()
            .take(4 * 1024 * 1024)
            .read_to_end(&mut bytes)
            .context("reading the run sheet from standard input")?;
        bytes
    } else {
        std::fs::read(path).with_context(|| format!("reading the run sheet {name}"))?
    };
    let text = sheet::decode(&bytes, &name).map_err(|fault| vec![fault]);
    let sheet = match text.and_then(|text| sheet::read(&text, &name, fresh_code())) {
        Ok(sheet) => sheet,
        Err(faults) => {
            for fault in &faults {
                eprintln!("{fault}");
            }
            let n = faults.len();
            bail!(
                "{name} was not imported: {n} fault{}",
                if n == 1 { "" } else { "s" }
            );
        }
    };
    let mut plan = sheet.plan;
    if new_code {
        plan.code = fresh_code();
    }
    let lobby = beside(config).await?;
    match lobby.create(&plan).await {
        Ok(id) => {
            println!("Imported “{}” as {id}", plan.title);
            println!("Audience  {}", lobby.join_url(&plan.code));
            lobby.close().await;
            if_none_runs(config);
            Ok(())
        }
        Err(error @ StoreError::CodeTaken(_)) => {
            bail!("{error}; change `code` in {name}, or import with --new-code")
        }
        Err(error) => Err(error.into()),
    }
}

async fn export(config: &Config, session: &str) -> anyhow::Result<()> {
    let lobby = existing_lobby(config).await?;
    let id = find(&lobby, session).await?;
    let facts = lobby.store.facts(&id).await?;
    let session = Session::replay(&facts)
        .with_context(|| format!("the log of {id} does not begin with its creation"))?;
    print!("{}", sheet::write(&session.plan()));
    Ok(())
}

/// A data folder that is there already: reading commands make none by a misspelt path.
async fn existing_lobby(config: &Config) -> anyhow::Result<Lobby> {
    if !config.data_dir.is_dir() {
        bail!(
            "there is no data folder {}; name it with --data-dir",
            config.data_dir.display()
        );
    }
    beside(config).await
}

/// The folder's database, with links to where its server is reached: its settings are not this command's own.
async fn beside(config: &Config) -> anyhow::Result<Lobby> {
    let mut config = config.clone();
    if let Some(url) = folder::running(&config.data_dir) {
        config.public_url = Some(url);
    }
    app::open_lobby(&config, Clock::System).await
}

/// Says where the links that were just printed lead, if that is no server that runs.
fn if_none_runs(config: &Config) {
    if folder::running(&config.data_dir).is_none() && config.public_url.is_none() {
        eprintln!(
            "No server runs on {}; the link is good once one is started, at the address that it then says.",
            config.data_dir.display()
        );
    }
}

async fn find(lobby: &Lobby, text: &str) -> anyhow::Result<SessionId> {
    if let Ok(Pasted { code, .. }) = text.parse()
        && let Some(id) = lobby.store.session_by_code(&code).await?
    {
        return Ok(id);
    }
    if let Ok(id) = text.parse::<SessionId>()
        && lobby.store.session_exists(&id).await?
    {
        return Ok(id);
    }
    bail!("there is no session “{text}”; `salon sessions` lists them")
}

async fn sign_in(config: &Config, session: Option<&str>) -> anyhow::Result<()> {
    let lobby = existing_lobby(config).await?;
    let code = match session {
        None => None,
        Some(session) => {
            let id = find(&lobby, session).await?;
            let rows = lobby.store.sessions().await?;
            rows.into_iter()
                .find(|row| row.id == id)
                .map(|row| row.code)
        }
    };
    println!("{}", app::sign_in_link(&lobby, code.as_ref()).await?);
    if_none_runs(config);
    Ok(())
}

async fn sessions(config: &Config) -> anyhow::Result<()> {
    let lobby = existing_lobby(config).await?;
    for row in lobby.store.sessions().await? {
        println!("{}  {:5}  {}  {}", row.code, row.state, row.id, row.title);
    }
    Ok(())
}
