//! A server as a child process on its own core: the program itself or a peer.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::machine::{Placing, Watch};
use crate::machine::spent::used;

/// A server that does not listen after this long is not coming.
const UP_WITHIN: Duration = Duration::from_secs(30);

pub struct Server {
    child: Child,
    cores: Vec<usize>,
    pub address: SocketAddr,
}

/// A port of the loopback that nobody listens on just now.
pub fn free_address() -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("finding a free port")?;
    Ok(listener.local_addr()?)
}

impl Server {
    /// Starts it and goes on at once; see [`Server::is_up`].
    pub fn start(
        mut command: Command,
        address: SocketAddr,
        placing: &Placing,
    ) -> anyhow::Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let child = placing
            .as_server(|| command.spawn())?
            .with_context(|| format!("starting {}", command.get_program().display()))?;
        Ok(Self {
            child,
            cores: placing.server_cores().to_vec(),
            address,
        })
    }

    /// Returns once it takes connections.
    pub fn is_up(&mut self) -> anyhow::Result<()> {
        let began = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            if let Some(status) = self.child.try_wait()? {
                bail!(
                    "the server on {} ended at its start: {status}",
                    self.address
                );
            }
            if began.elapsed() > UP_WITHIN {
                bail!("the server on {} does not come up", self.address);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// Resident memory, in bytes.
    pub fn memory(&self) -> anyhow::Result<u64> {
        Ok(used(self.child.id())?.memory)
    }

    pub fn watch(&self) -> anyhow::Result<Watch> {
        Watch::start(self.child.id(), &self.cores)
    }

    /// As `kill -9`: nothing is finished, nothing is said.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
