//! A bot audience against one's own server.

use clap::Args;

#[derive(Debug, Args)]
pub struct RehearseArgs {
    /// The audience's join link, such as `http://127.0.0.1:8080/CODE`; with ?via=CHANNEL the link of a channel.
    pub url: String,
    /// How many come: 1 to 20,000. Each needs an open file here and at the server.
    #[arg(long, default_value_t = 100, value_name = "N")]
    pub people: u32,
    /// How long they stay, at most 30; 0.5 is half a minute.
    #[arg(long, default_value_t = 3.0, value_name = "MINUTES")]
    pub minutes: f64,
    /// Questions that all of them together ask, at most 200. Each has to be closed by hand.
    #[arg(long, default_value_t = 3, value_name = "N")]
    pub questions: u32,
    /// The report as JSON.
    #[arg(long)]
    pub json: bool,
    /// The host in the link, once more: where that is not this machine, only whoever runs it may do this.
    #[arg(long, value_name = "HOST")]
    pub yes_i_run: Option<String>,
}
