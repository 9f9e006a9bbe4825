//! Those that the fan-out and the storm are measured against: each is a process with sockets on `/ws` that are shown what a socket on
//! `/pub` sends.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use tempfile::TempDir;

use super::house::UPGRADE;
use super::machine::Placing;
use super::server::{Server, free_address};
use crate::config::PeerArgs;

#[derive(Debug, Clone)]
pub enum Peer {
    /// `benches/peers/uws.cpp`, built by `scripts/bench-peers`.
    Uws(PathBuf),
    /// nginx with its module.
    Nchan { nginx: PathBuf, module: PathBuf },
    /// The stock stack of this build, see [`super::reference`].
    Reference,
}

impl Peer {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Uws(_) => "uws",
            Self::Nchan { .. } => "nchan",
            Self::Reference => "reference",
        }
    }

    /// Those that are here. Each that is named must be; without names all, and the reference where there is no other.
    pub fn find(args: &PeerArgs) -> anyhow::Result<Vec<Self>> {
        let PeerArgs {
            names: wanted,
            debian,
        } = args;
        let program = std::env::current_exe().context("finding this program's own file")?;
        let built = program.parent().and_then(Path::parent);
        let uws = built.map(|folder| folder.join("peers/uws"));
        let (nginx, module) = (
            debian.join("usr/sbin/nginx"),
            debian.join("usr/lib/nginx/modules/ngx_nchan_module.so"),
        );
        let mut here = Vec::new();
        if let Some(uws) = uws.filter(|path| path.is_file()) {
            here.push(Self::Uws(uws));
        }
        if nginx.is_file() && module.is_file() {
            here.push(Self::Nchan { nginx, module });
        }
        if here.is_empty() || wanted.iter().any(|name| name == "reference") {
            here.push(Self::Reference);
        }
        if wanted.is_empty() {
            return Ok(here);
        }
        for name in wanted {
            if !here.iter().any(|peer| peer.name() == name) {
                bail!(
                    "the peer {name} is not here: uws is built by scripts/bench-peers, nchan is Debian's \
                     libnginx-mod-nchan with nginx, and there is reference"
                );
            }
        }
        here.retain(|peer| wanted.iter().any(|name| name == peer.name()));
        Ok(here)
    }

    /// Starts it; the folder is to be kept as long as it runs.
    pub fn serve(&self, placing: &Placing) -> anyhow::Result<(Server, TempDir)> {
        let folder = tempfile::Builder::new()
            .prefix("salon-bench-peer-")
            .tempdir()
            .context("making a folder for a peer")?;
        let address = free_address()?;
        let port = address.port();
        let command = match self {
            Self::Uws(program) => {
                let mut command = Command::new(program);
                command.arg(port.to_string());
                command
            }
            Self::Nchan { nginx, module } => {
                let file = folder.path().join("nginx.conf");
                std::fs::write(&file, nchan_settings(folder.path(), module, port))
                    .context("writing the settings of nginx")?;
                let mut command = Command::new(nginx);
                command.arg("-p").arg(folder.path()).arg("-c").arg(file);
                command.args(["-e", "stderr"]);
                command
            }
            Self::Reference => {
                let mut command = Command::new(std::env::current_exe()?);
                command.args(["bench", "reference", &port.to_string()]);
                command
            }
        };
        Ok((Server::start(command, address, placing)?, folder))
    }
}

/// The request of a phone, or of the one that publishes, to a peer.
pub fn request(server: &Server, path: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: {}\r\n{UPGRADE}\r\n",
        server.address
    )
}

/// One process, so that what it takes is read from one place; messages of one channel, the newest to whoever comes.
fn nchan_settings(folder: &Path, module: &Path, port: u16) -> String {
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|what| format!("  {what}_temp_path {}/{what};\n", folder.display()))
        .collect();
    format!(
        "load_module {};
daemon off;
master_process off;
pid {}/pid;
error_log stderr error;
events {{ worker_connections 65000; }}
http {{
  access_log off;
{temporary}  nchan_shared_memory_size 256M;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location /ws {{
      nchan_subscriber websocket;
      nchan_channel_id hall;
      nchan_subscriber_first_message newest;
    }}
    location /pub {{
      nchan_publisher websocket;
      nchan_channel_id hall;
      nchan_message_buffer_length 10;
    }}
  }}
}}
",
        module.display(),
        folder.display()
    )
}
