//! How the program is told what to do: flags, then the environment, then a file, then defaults.
//! The only reader of the environment.

mod bench;
mod bounds;
mod demo;
mod rehearse;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use serde::Deserialize;

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
    SignIn,
    /// Make a bearer token for the API and print it, once.
    Token {
        /// What it is for, to tell tokens apart.
        label: String,
        /// Good for this session alone (join code or id), and only for what the role may do.
        #[arg(long, requires = "role")]
        session: Option<String>,
        /// cohost, moderator, speaker or bridge.
        #[arg(long, requires = "session")]
        role: Option<String>,
    },
    /// List the sessions in the data folder.
    Sessions,
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

/// Where the program listens and keeps its data. Each is also an environment variable and a key of the file.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[command(next_help_heading = "Settings, for every command")]
pub struct Settings {
    /// Address and port to listen on [default: 127.0.0.1:8080].
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
    /// The address as the audience reaches it, such as `https://talks.example.org` [default: http:// and the listen address].
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
    /// Without a slash at the end.
    pub public_url: String,
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
            .unwrap_or_else(|| "127.0.0.1:8080".to_string());
        let listen: SocketAddr = listen_text.parse().with_context(|| {
            format!("--listen “{listen_text}” is not an address and port, such as 127.0.0.1:8080 or 0.0.0.0:80")
        })?;
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
        let public_url = self
            .public_url
            .or(file.public_url)
            .unwrap_or_else(|| format!("http://{listen}"));
        let public_url = public_url.trim_end_matches('/').to_string();
        let Some((scheme, rest)) = public_url.split_once("://") else {
            bail!("--public-url “{public_url}” must begin with http:// or https://");
        };
        if !matches!(scheme, "http" | "https")
            || rest.is_empty()
            || rest.contains(char::is_whitespace)
        {
            bail!("--public-url “{public_url}” must be like https://talks.example.org");
        }
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
        assert_eq!(config.public_url, "http://127.0.0.1:8080");
        assert_eq!(
            config.database,
            Database::File(PathBuf::from("data/salon.db"))
        );
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
        assert_eq!(config.public_url, "https://talks.example.org");
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
            (vec!["--log-format", "xml"], "--log-format"),
            (vec!["--config", "/nonexistent.toml"], "/nonexistent.toml"),
        ] {
            let told = format!("{:#}", settings(&args).unwrap_err());
            assert!(told.contains(named), "{told}");
            assert!(!told.contains("secret"), "{told}");
        }
    }
}
