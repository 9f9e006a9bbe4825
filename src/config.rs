//! How the program is told what to do: flags, then the environment, then a file, then defaults.
//! The only reader of the environment.

mod bench;
mod bounds;
mod demo;
mod rehearse;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use serde::Deserialize;

use crate::address::PublicUrl;

/// The port, where none is given.
const PORT: u16 = 8080;

pub use self::bench::{AttackArgs, Bench, BenchArgs, FanoutArgs, PeerArgs, StormArgs, VotesArgs};
pub use self::bounds::Bounds;
pub use self::demo::{
    Demo, EvalArgs, ImageArgs, NeighboursArgs, RbfArgs, RbfTask, SvdArgs, SvdTask, TrainArgs,
};
pub use self::rehearse::RehearseArgs;

/// A self-hosted live talk companion: polls by link, live tallies, a stage.
///
/// Without a command, `salon` serves. The first start makes the data folder, loads an example session,
/// and prints the audience link, the stage link and a one-time host sign-in link.
#[derive(Debug, Parser)]
#[command(name = "salon", version, about, long_about)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Task>,
    #[command(flatten)]
    pub settings: Settings,
}

#[derive(Debug, Subcommand)]
pub enum Task {
    /// Run the server (the default).
    Serve,
    /// Read a run sheet (TOML) and make a session of it. A running server sees it at once.
    Import {
        /// The run sheet, or - for standard input.
        sheet: PathBuf,
        /// Take a fresh join code in place of the sheet's, which another session may be using.
        #[arg(long)]
        new_code: bool,
    },
    /// Write a session as a run sheet to standard output.
    Export {
        /// The session's join code or id.
        session: String,
    },
    /// Print a fresh one-time sign-in link for a host, good for 24 hours.
    SignIn {
        /// The session whose panel it opens (join code, link or id).
        session: Option<String>,
    },
    /// Make a bearer token for the API, or a helper's link, and print it, once; list and revoke them.
    #[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
    Token(TokenArgs),
    /// List the sessions in the data folder.
    Sessions,
    /// Try an address as a phone would, and say of each step what is wrong and what to do.
    ///
    /// Exit status: 0 if phones get in, 1 if not.
    Doctor(DoctorArgs),
    /// Send a bot audience to your own server: what people would feel, and what gives first.
    ///
    /// Exit status: 0 if it went well (pass or fair), 1 if not, or if it could not be told or done.
    Rehearse(RehearseArgs),
    /// Run a talk's demo here, without a server.
    #[command(subcommand)]
    Demo(Demo),
    /// Measure how the program does with a whole hall, on this machine, on data of its own.
    #[command(subcommand)]
    Bench(Bench),
}

#[derive(Debug, Args)]
pub struct TokenArgs {
    #[command(subcommand)]
    pub task: Option<TokenTask>,
    /// What it is for, to tell tokens apart.
    #[arg(required = true)]
    pub label: Option<String>,
    /// Good for this session alone (join code, link or id), and only for what the role may do.
    #[arg(long, requires = "role")]
    pub session: Option<String>,
    /// cohost, moderator, speaker or bridge.
    #[arg(long, requires = "session")]
    pub role: Option<String>,
    /// Days after which it ends by itself [default: never].
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub days: Option<u32>,
}

#[derive(Debug, Subcommand)]
pub enum TokenTask {
    /// All that is good: signed-in browsers, tokens, links of helpers; when each was made and ends.
    List,
    /// End one; pages that are open with it are cleared within seconds.
    Revoke {
        /// As the list has it.
        id: String,
    },
}

#[derive(Debug, Clone, Args)]
pub struct DoctorArgs {
    /// The public address or a join link, such as `https://talks.example.org/CODE` [default: the running server's].
    pub url: Option<String>,
    /// Trust the certificate authority in this file (PEM) too. Phones do not, unless it is installed on each.
    #[arg(long, value_name = "FILE")]
    pub trust: Option<PathBuf>,
}

/// Where the program listens and keeps its data. Each is also an environment variable and a key of the file.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[command(next_help_heading = "Settings, for every command")]
pub struct Settings {
    /// Address and port to listen on; 0.0.0.0:8080 lets phones of the same network in [default: 127.0.0.1:8080].
    #[arg(long, global = true, env = "SALON_LISTEN", value_name = "ADDR:PORT")]
    pub listen: Option<String>,
    /// Folder for the database and the secret key [default: ./data].
    #[arg(long, global = true, env = "SALON_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Database, as sqlite:FILE [default: salon.db in the data folder].
    #[arg(
        long,
        global = true,
        env = "SALON_DATABASE_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub database_url: Option<String>,
    /// The address as the audience reaches it, such as `https://talks.example.org` [default: this machine in its network].
    #[arg(long, global = true, env = "SALON_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// What to log, such as info, debug or salon=debug,warn [default: info].
    #[arg(long, global = true, env = "SALON_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// Log lines as `text` or `json` [default: text].
    #[arg(long, global = true, env = "SALON_LOG_FORMAT", value_name = "FORMAT")]
    pub log_format: Option<String>,
    /// Most connections at once; past it newcomers are asked to wait [default: 15000].
    #[arg(long, global = true, env = "SALON_MAX_SEATS", value_name = "N")]
    pub max_seats: Option<usize>,
    /// Who writes to the audience's sockets: `hall`, one thread for all, or `tasks`, one task each [default: hall].
    #[arg(
        long,
        global = true,
        env = "SALON_AUDIENCE_SOCKETS",
        value_name = "WAY"
    )]
    pub audience_sockets: Option<String>,
    /// What demos compute on: auto, cpu, cuda:N or metal [default: auto].
    #[arg(long, global = true, env = "SALON_DEVICE", value_name = "DEVICE")]
    pub device: Option<String>,
    /// Address and port on which the metrics are served, which tell how many have voted; keep it inside [default: nowhere].
    #[arg(
        long,
        global = true,
        env = "SALON_METRICS_LISTEN",
        value_name = "ADDR:PORT"
    )]
    pub metrics_listen: Option<String>,
    /// New phones that one network (an IPv4 address, or a /64) may bring a second [default: 50].
    #[arg(long, global = true, env = "SALON_JOIN_RATE", value_name = "N")]
    pub join_rate: Option<u32>,
    /// New phones that one network may bring at once [default: 3000].
    #[arg(long, global = true, env = "SALON_JOIN_BURST", value_name = "N")]
    pub join_burst: Option<u32>,
    /// Proxies that say who is behind them (X-Forwarded-For, Forwarded): addresses and networks, with commas between [default: none].
    #[arg(
        long,
        global = true,
        env = "SALON_TRUSTED_PROXIES",
        value_name = "NETS"
    )]
    pub trusted_proxies: Option<String>,
    /// A file (TOML) with any of these settings; flags and the environment win over it.
    #[arg(long, global = true, env = "SALON_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
}

/// Settings in force, checked.
#[derive(Debug, Clone)]
pub struct Config {
    pub listen: SocketAddr,
    pub data_dir: PathBuf,
    pub database: Database,
    /// As it was set; without it, links name an address of this machine.
    pub public_url: Option<PublicUrl>,
    pub log: String,
    pub log_json: bool,
    pub max_seats: usize,
    /// The audience sits in the hall, not each in a task.
    pub hall: bool,
    pub device: String,
    pub bounds: Bounds,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Database {
    File(PathBuf),
    Url(String),
}

impl Settings {
    pub fn resolve(self) -> anyhow::Result<Config> {
        let file = match &self.config {
            Some(path) => read_file(path)?,
            None => Settings::default(),
        };
        let listen_text = self
            .listen
            .or(file.listen)
            .unwrap_or_else(|| format!("127.0.0.1:{PORT}"));
        let listen = listen_address(&listen_text)?;
        let data_dir = self
            .data_dir
            .or(file.data_dir)
            .unwrap_or_else(|| PathBuf::from("data"));
        let database = match self.database_url.or(file.database_url) {
            None => Database::File(data_dir.join("salon.db")),
            Some(url) if url.starts_with("sqlite:") => Database::Url(url),
            Some(url) => bail!(
                "--database-url “{}” is not supported: this version keeps sessions in SQLite; use sqlite:FILE or leave it out",
                url.split('@').next_back().unwrap_or_default()
            ),
        };
        let public_url = self.public_url.or(file.public_url);
        let public_url = public_url
            .map(|text| text.parse::<PublicUrl>())
            .transpose()
            .map_err(|bad| anyhow::anyhow!("--public-url {bad}"))?;
        let log_json = match self.log_format.or(file.log_format).as_deref() {
            None | Some("text") => false,
            Some("json") => true,
            Some(other) => bail!("--log-format “{other}” must be text or json"),
        };
        let sockets = self.audience_sockets.or(file.audience_sockets);
        let hall = match sockets.as_deref() {
            None | Some("hall") => true,
            Some("tasks") => false,
            Some(other) => bail!("--audience-sockets “{other}” must be hall or tasks"),
        };
        let bounds = Bounds::read(
            self.metrics_listen.or(file.metrics_listen).as_deref(),
            self.join_rate.or(file.join_rate),
            self.join_burst.or(file.join_burst),
            self.trusted_proxies.or(file.trusted_proxies).as_deref(),
        )?;
        Ok(Config {
            bounds,
            listen,
            data_dir,
            database,
            public_url,
            log: self.log.or(file.log).unwrap_or_else(|| "info".to_string()),
            log_json,
            max_seats: self.max_seats.or(file.max_seats).unwrap_or(15_000),
            hall,
            device: self
                .device
                .or(file.device)
                .unwrap_or_else(|| "auto".to_string()),
        })
    }
}

/// An address with its port; the port alone may be left out.
fn listen_address(text: &str) -> anyhow::Result<SocketAddr> {
    let bare = text.trim().trim_matches(['[', ']']);
    if let Ok(ip) = bare.parse::<IpAddr>() {
        return Ok(SocketAddr::new(ip, PORT));
    }
    text.trim().parse().with_context(|| {
        format!(
            "--listen “{text}” is not an address and port, such as 127.0.0.1:8080 or 0.0.0.0:80"
        )
    })
}

fn read_file(path: &Path) -> anyhow::Result<Settings> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("reading the config file {}", path.display()))?;
    toml::from_str(&text).with_context(|| format!("in the config file {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(args: &[&str]) -> anyhow::Result<Config> {
        let args = ["salon"].into_iter().chain(args.iter().copied());
        Cli::try_parse_from(args)?.settings.resolve()
    }

    #[test]
    fn nothing_set_means_loopback_and_a_local_folder() {
        let config = settings(&[]).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.public_url, None);
        assert_eq!(
            config.database,
            Database::File(PathBuf::from("data/salon.db"))
        );
    }

    #[test]
    fn an_address_to_listen_on_needs_no_port() {
        for (text, listens) in [
            ("0.0.0.0", "0.0.0.0:8080"),
            ("[::]", "[::]:8080"),
            ("::1", "[::1]:8080"),
            ("[::1]:80", "[::1]:80"),
            ("127.0.0.1:0", "127.0.0.1:0"),
        ] {
            let config = settings(&["--listen", text]).unwrap();
            assert_eq!(config.listen.to_string(), listens, "{text}");
        }
    }

    #[test]
    fn a_flag_wins_over_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("salon.toml");
        std::fs::write(
            &file,
            "listen = \"127.0.0.1:1\"\npublic_url = \"https://talks.example.org/\"\n",
        )
        .unwrap();
        let file = file.to_str().unwrap();
        let config = settings(&["--config", file, "--listen", "127.0.0.1:2"]).unwrap();
        assert_eq!(config.listen.port(), 2);
        let url = config.public_url.unwrap();
        assert_eq!(url.as_str(), "https://talks.example.org");
    }

    #[test]
    fn what_cannot_be_is_refused_with_the_setting_named() {
        for (args, named) in [
            (vec!["--listen", "nowhere"], "--listen"),
            (
                vec!["--database-url", "postgres://u:secret@h/d"],
                "--database-url",
            ),
            (vec!["--public-url", "talks.example.org"], "--public-url"),
            (vec!["--public-url", "https://h/salon"], "--public-url"),
            (vec!["--public-url", "https://u:secret@h"], "--public-url"),
            (vec!["--log-format", "xml"], "--log-format"),
            (vec!["--config", "/nonexistent.toml"], "/nonexistent.toml"),
        ] {
            let told = format!("{:#}", settings(&args).unwrap_err());
            assert!(told.contains(named), "{told}");
            assert!(!told.contains("secret"), "{told}");
        }
    }
}
