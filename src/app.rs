//! Wiring only: from settings to a running program, and down again in order.

pub mod folder;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, broadcast};
use tokio_util::sync::CancellationToken;

use self::folder::Folder;
use crate::address::{Reach, best_first};
use crate::clock::Clock;
use crate::config::{Config, Database};
use crate::hall::Hall;
use crate::ids::{SessionCode, SessionId, Timestamp};
use crate::lanes::Visitors;
use crate::live::lobby::Lobby;
use crate::machine::{self, open_files};
use crate::secrets::{Secrets, fresh_token, token_hash};
use crate::serve::{Door, PATIENCE};
use crate::store::{Store, StoreError};
use crate::web::{self, Web};

/// Connections that may wait to be taken in; the system may allow fewer (`net.core.somaxconn`). tokio's own 1,024 is too few where
/// a hall comes back within a second: who finds no room tries again after 1, 3, then 7 s.
const BACKLOG: u32 = 4096;
/// How long a one-time sign-in link is good for.
const SIGN_IN_HOURS: i64 = 24;

/// Connections that are served at once, at least and at most; each is an open file for as long as it is there.
const CONNECTIONS: (usize, usize) = (256, 60_000);
/// Open files for desks, stages, the database and what a page opens.
const FILES_BESIDE: usize = 1_024;
/// Those who read the metrics at once.
const METRICS_READERS: usize = 16;

/// Between two times at which the metrics are added up.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// Between two looks for keys that have ended.
const KEYS_EVERY: Duration = Duration::from_secs(2);

pub struct App {
    pub lobby: Arc<Lobby>,
    pub address: SocketAddr,
    pub metrics_address: Option<SocketAddr>,
    /// How people get here.
    pub reach: Arc<Reach>,
    /// Every page, over whatever connection it is served.
    pub router: axum::Router,
    /// Let go when the program is done with it.
    folder: Folder,
    listener: TcpListener,
    /// Where the metrics are served, if anywhere.
    metrics_listener: Option<TcpListener>,
    hall: Option<Hall>,
    /// Clears the desks that are open with a key.
    revoked: broadcast::Sender<String>,
    metrics: PrometheusHandle,
    visitors: Visitors,
    most_connections: usize,
}

/// Where the program is reached by these settings.
pub fn reach(listen: SocketAddr, config: &Config) -> Reach {
    let found = best_first(&machine::interfaces(), machine::route());
    Reach::of(listen, config.public_url.clone(), &found)
}

/// The database and the keys of a data folder, without a server of its own. Links name the server that runs on it.
pub async fn open_lobby(config: &Config, clock: Clock) -> anyhow::Result<Lobby> {
    let dir = &config.data_dir;
    folder::make(dir)?;
    let secrets = Secrets::new(&folder::secret_key(dir)?);
    let opened = match &config.database {
        Database::File(path) => Store::open(path).await,
        Database::Url(url) => Store::open_url(url).await,
    };
    let store = match opened {
        Ok(store) => store,
        Err(error @ StoreError::Newer(_)) => bail!("{error}"),
        Err(error) => {
            return Err(error).with_context(|| {
                format!(
                    "cannot open the database in {}; is the folder writable and the disk not full?",
                    dir.display()
                )
            });
        }
    };
    let runs = dir.join("runs");
    let url = match &config.public_url {
        Some(url) => url.clone(),
        None => reach(config.listen, config).url,
    };
    let device = config.device.clone();
    Ok(Lobby::new(store, clock, secrets, url, runs, device))
}

/// A fresh one-time sign-in link for a host; it opens the panel of this session, or of the only one.
pub async fn sign_in_link(
    lobby: &Lobby,
    session: Option<&SessionCode>,
) -> Result<String, StoreError> {
    let token = fresh_token();
    let expires = Timestamp(lobby.clock.now().0 + SIGN_IN_HOURS * 3_600_000);
    lobby
        .store
        .put_sign_in(&token_hash(&token), expires)
        .await?;
    let link = lobby.sign_in_url(&token);
    Ok(match session {
        Some(code) => format!("{link}.{code}"),
        None => link,
    })
}

/// The ready example, for a data folder without any session.
pub async fn load_example(lobby: &Lobby) -> anyhow::Result<Option<SessionId>> {
    if !lobby.store.sessions().await?.is_empty() {
        return Ok(None);
    }
    let sheet = crate::sheet::read(
        crate::sheet::EXAMPLE,
        "example.toml",
        web::host::fresh_code(),
    )
    .map_err(|faults| anyhow::anyhow!("the built-in example: {}", faults[0]))?;
    let plan = sheet.plan;
    Ok(Some(lobby.create(&plan).await?))
}

fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // As `TcpListener::bind` does: a program that starts again need not wait for the old one's connections to be forgotten.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

impl App {
    pub async fn build(config: &Config, clock: Clock) -> anyhow::Result<Self> {
        // Before the data folder is touched: two programs on one port are two on one folder, mostly.
        let listener = listen_on(config.listen, "--listen")?;
        let metrics_listen = config.bounds.metrics_listen;
        let metrics_listener = metrics_listen.map(|at| listen_on(at, "--metrics-listen"));
        let metrics_listener = metrics_listener.transpose()?;
        let metrics_address = metrics_listener.as_ref().map(TcpListener::local_addr);
        let metrics_address = metrics_address.transpose()?;
        let address = listener.local_addr()?;
        let folder = Folder::take(&config.data_dir)?;
        // With the port that was found, where any would do.
        let reach = Arc::new(reach(address, config));
        let mut config = config.clone();
        config.public_url = Some(reach.url.clone());
        folder.says(address, &reach.url)?;
        let visitors = Visitors::open().context("starting the threads for pages")?;
        let mut lobby = open_lobby(&config, clock).await?;
        if let Some(visitors) = visitors.handle() {
            lobby.searches = visitors.clone();
        }
        let lobby = Arc::new(lobby);
        // A database that can only be read opens like any other; a hall should not be the one to find out.
        lobby.store.try_to_write().await.with_context(|| {
            format!(
                "cannot write the database in {}; is it writable, the disk not full and no other program at work?",
                config.data_dir.display()
            )
        })?;
        let rules = web::seat::rules(lobby.clock.clone());
        let hall = config.hall.then(|| Hall::open(rules)).transpose();
        let hall = hall.context("opening the audience's sockets")?;
        let metrics = metrics_handle()?;
        let bounds = &config.bounds;
        let revoked = broadcast::channel(256).0;
        let router = web::router(Web {
            lobby: Arc::clone(&lobby),
            reach: Arc::clone(&reach),
            votes: Handle::current(),
            hall: hall.clone(),
            joining: Arc::new(Semaphore::new(web::JOINING)),
            places: web::places::Places::new(config.max_seats),
            revoked: revoked.clone(),
            pace: web::pace::Pace::default(),
            newcomers: web::pace::Newcomers::new(bounds.join_rate, bounds.join_burst),
            trusted_proxies: bounds.trusted_proxies.clone().into(),
            walks: web::walk::compute::Walks::default(),
        });
        Ok(Self {
            lobby,
            reach,
            folder,
            address,
            listener,
            router,
            metrics_address,
            metrics_listener,
            hall,
            revoked,
            metrics,
            visitors,
            most_connections: most_connections(config.max_seats),
        })
    }

    /// Serves until `stop`; then every session finishes its turn and the database is closed.
    pub async fn run(self, stop: CancellationToken) -> anyhow::Result<()> {
        // What histograms were told is kept one by one until this adds it up, whether or not anyone reads it.
        let metrics = self.metrics.clone();
        let upkeep = stop.clone().run_until_cancelled_owned(async move {
            loop {
                tokio::time::sleep(UPKEEP_EVERY).await;
                metrics.run_upkeep();
            }
        });
        tokio::spawn(upkeep);
        let keys = clear_desks(Arc::clone(&self.lobby), self.revoked);
        tokio::spawn(stop.clone().run_until_cancelled_owned(keys));
        if let Some(listener) = self.metrics_listener {
            tokio::spawn(serve_metrics(listener, self.metrics, stop.clone()));
        }
        let door = Arc::new(Door::new(PATIENCE, self.most_connections));
        // Connections are taken in and served on the visitors' lane.
        let (serving, router, until) = (Arc::clone(&door), self.router, stop.clone());
        let listener = self.listener.into_std()?;
        let served = self.visitors.handle().map(|visitors| {
            visitors.spawn(async move {
                let listener = TcpListener::from_std(listener)?;
                serving.serve(&listener, &router, &until).await;
                Ok::<_, std::io::Error>(())
            })
        });
        if let Some(served) = served {
            served.await??;
        }
        // Whoever comes now is refused, and comes again to whatever listens next.
        door.leave();
        self.lobby.close().await;
        if let Some(hall) = self.hall {
            let closed = tokio::task::spawn_blocking(move || hall.close());
            let _ = closed.await;
        }
        door.close().await;
        // A session that was opened meanwhile.
        self.lobby.close().await;
        drop(self.folder);
        Ok(())
    }
}

fn listen_on(address: SocketAddr, setting: &str) -> anyhow::Result<TcpListener> {
    listen(address).with_context(|| match address.port() {
        0 => format!("cannot listen on {address}"),
        port => format!(
            "cannot listen on {address}: is port {port} taken? Choose another with {setting}"
        ),
    })
}

/// Connections beside the sockets of seats: as many as there are files left for them.
fn most_connections(seats: usize) -> usize {
    let files = usize::try_from(open_files()).unwrap_or(usize::MAX);
    files
        .saturating_sub(seats)
        .saturating_sub(FILES_BESIDE)
        .clamp(CONNECTIONS.0, CONNECTIONS.1)
}

async fn serve_metrics(listener: TcpListener, metrics: PrometheusHandle, stop: CancellationToken) {
    let door = Door::new(PATIENCE, METRICS_READERS);
    let router = web::metrics_router(metrics);
    door.serve(&listener, &router, &stop).await;
    door.leave();
}

/// Clears the desks whose key has ended by itself, or was revoked by a command beside this program.
async fn clear_desks(lobby: Arc<Lobby>, revoked: broadcast::Sender<String>) {
    let mut looked = lobby.clock.now();
    loop {
        tokio::time::sleep(KEYS_EVERY).await;
        let now = lobby.clock.now();
        match lobby.store.keys_ended(looked, now).await {
            Ok(ended) => {
                for hash in ended {
                    // That nobody listens is no fault.
                    let _ = revoked.send(hash);
                }
                looked = now;
            }
            Err(error) => tracing::debug!(%error, "keys that ended are looked for again"),
        }
    }
}

/// One recorder a process; tests start many programs in one.
fn metrics_handle() -> anyhow::Result<PrometheusHandle> {
    use std::sync::{Mutex, PoisonError};
    static HANDLE: Mutex<Option<PrometheusHandle>> = Mutex::new(None);
    let mut handle = HANDLE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = &*handle {
        return Ok(handle.clone());
    }
    let made = PrometheusBuilder::new()
        .install_recorder()
        .context("setting up the metrics")?;
    Ok(handle.insert(made).clone())
}
