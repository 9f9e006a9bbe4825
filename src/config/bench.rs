//! Benchmarks on the command line.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum Bench {
    /// One tally to everyone: CPU and time a delivery, memory a socket, beside the peers that are installed.
    Fanout(FanoutArgs),
    /// Votes as fast as they are acknowledged, then a whole room within two seconds; counted again after kill -9.
    Votes(VotesArgs),
    /// Everyone is cut off at once and comes back, by a broken network and by kill -9.
    Storm(StormArgs),
    /// What one laptop can do to a room: each flood beside votes, against the same flood elsewhere.
    Attack(AttackArgs),
    /// The peer that is always there, on a port.
    #[command(hide = true)]
    Reference { port: u16 },
}

#[derive(Debug, Clone, Args)]
pub struct BenchArgs {
    /// Phones.
    #[arg(long, default_value_t = 10_000, value_parser = people)]
    pub people: usize,
    /// How often everything is measured.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub rounds: u16,
    /// Length of a round's measured part, in seconds.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub seconds: u64,
    /// The figures of each round as JSON to standard output; what is told on the way goes to standard error.
    #[arg(long)]
    pub json: bool,
    /// Where the data goes, which decides what disk is measured [default: where temporary files go].
    #[arg(long, value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// Cores for the server; the generator has the others.
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub server_cores: usize,
}

#[derive(Debug, Args)]
pub struct FanoutArgs {
    #[command(flatten)]
    pub common: BenchArgs,
    /// Messages a second [default: as many as the program shows to a hall of this size].
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=50))]
    pub rate: Option<u16>,
    #[command(flatten)]
    pub peers: PeerArgs,
}

#[derive(Debug, Args)]
pub struct StormArgs {
    #[command(flatten)]
    pub common: BenchArgs,
    #[command(flatten)]
    pub peers: PeerArgs,
}

#[derive(Debug, Args)]
pub struct PeerArgs {
    /// Peers, with commas between: uws, nchan, reference [default: those that are here, else reference].
    #[arg(long = "peers", value_delimiter = ',', value_name = "NAMES")]
    pub names: Vec<String>,
    /// Below which folder Debian's nginx and libnginx-mod-nchan lie.
    #[arg(long, value_name = "DIR", default_value = "/")]
    pub debian: PathBuf,
}

#[derive(Debug, Args)]
pub struct AttackArgs {
    #[command(flatten)]
    pub common: BenchArgs,
    /// These floods alone, with commas between, such as similar,pings.
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub only: Vec<String>,
}

#[derive(Debug, Args)]
pub struct VotesArgs {
    #[command(flatten)]
    pub common: BenchArgs,
    /// Votes that are under way at any time.
    #[arg(long, default_value_t = 1024, value_parser = at_once)]
    pub at_once: usize,
}

/// A number of people: at least two, and no more than one address has ports for.
fn people(text: &str) -> Result<usize, String> {
    between(text, 2, 60_000)
}

fn at_once(text: &str) -> Result<usize, String> {
    between(text, 1, 60_000)
}

fn between(text: &str, least: usize, most: usize) -> Result<usize, String> {
    match text.parse() {
        Ok(n) if (least..=most).contains(&n) => Ok(n),
        _ => Err(format!("a whole number from {least} to {most}")),
    }
}
