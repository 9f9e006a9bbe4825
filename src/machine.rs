//! What the system lets this process have: open files, and addresses in networks.

pub mod spent;

use std::io;
use std::net::{IpAddr, UdpSocket};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Why no more files may be open.
#[derive(Debug, thiserror::Error)]
pub enum NoFiles {
    /// The hard limit, which only the system's own settings raise.
    #[error("at most {0} files may be open")]
    AtMost(u64),
    #[error("the limit of open files cannot be raised: {0}")]
    Refused(io::Error),
}

/// Raises the soft limit of open files to this, where it is lower. A child inherits it.
///
/// # Errors
/// If the hard limit is lower, or the system refuses.
pub fn allow_files(needed: u64) -> Result<(), NoFiles> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    // None is no limit.
    if current.is_none_or(|current| current >= needed) {
        return Ok(());
    }
    if let Some(most) = maximum.filter(|most| *most < needed) {
        return Err(NoFiles::AtMost(most));
    }
    let raised = Rlimit {
        current: Some(needed),
        maximum,
    };
    setrlimit(Resource::Nofile, raised).map_err(|error| NoFiles::Refused(error.into()))
}

/// How many files this process may have open.
pub fn open_files() -> u64 {
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

/// This machine's addresses by the names of their interfaces.
pub fn interfaces() -> Vec<(String, IpAddr)> {
    match if_addrs::get_if_addrs() {
        Ok(all) => all
            .into_iter()
            .map(|one| (one.name.clone(), one.ip()))
            .collect(),
        Err(error) => {
            tracing::warn!(%error, "this machine's networks cannot be listed");
            Vec::new()
        }
    }
}

/// The address by which this machine reaches the internet. Nothing is sent: to connect a UDP socket only chooses a route.
pub fn route() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    // An address of the documentation (RFC 5737), which the default route leads to like any other.
    socket.connect("192.0.2.1:9").ok()?;
    socket.local_addr().ok().map(|address| address.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn past_the_hard_limit_it_is_told_and_below_it_raised() {
        let before = getrlimit(Resource::Nofile);
        if let Some(most) = before.maximum {
            let told = allow_files(most + 1);
            assert!(matches!(told, Err(NoFiles::AtMost(said)) if said == most));
        }
        let more = before.current.unwrap_or(1_000).min(1_000);
        allow_files(more).unwrap();
        assert!(
            getrlimit(Resource::Nofile)
                .current
                .is_none_or(|now| now >= more)
        );
    }
}
