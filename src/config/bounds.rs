//! What strangers may ask for, and who counts them: settings that a deployment may have to turn.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;

use anyhow::{Context, bail};
use ipnet::IpNet;

/// Checked.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// Where the metrics are served, if anywhere.
    pub metrics_listen: Option<SocketAddr>,
    /// New voters that one network may bring a second, and at once.
    pub join_rate: NonZeroU32,
    pub join_burst: NonZeroU32,
    /// Proxies whose word on who is behind them is taken.
    pub trusted_proxies: Vec<IpNet>,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            metrics_listen: None,
            join_rate: NonZeroU32::new(50).unwrap_or(NonZeroU32::MIN),
            join_burst: NonZeroU32::new(3_000).unwrap_or(NonZeroU32::MIN),
            trusted_proxies: Vec::new(),
        }
    }
}

impl Bounds {
    pub(super) fn read(
        metrics_listen: Option<&str>,
        join_rate: Option<u32>,
        join_burst: Option<u32>,
        trusted_proxies: Option<&str>,
    ) -> anyhow::Result<Self> {
        let usual = Self::default();
        let metrics_listen = metrics_listen.map(|text| {
            text.parse().with_context(|| {
                format!(
                    "--metrics-listen “{text}” is not an address and port, such as 127.0.0.1:9090"
                )
            })
        });
        let number = |name: &str, given: Option<u32>, usual| match given {
            None => Ok(usual),
            Some(n) => NonZeroU32::new(n).with_context(|| format!("--{name} must be at least 1")),
        };
        Ok(Self {
            metrics_listen: metrics_listen.transpose()?,
            join_rate: number("join-rate", join_rate, usual.join_rate)?,
            join_burst: number("join-burst", join_burst, usual.join_burst)?,
            trusted_proxies: networks(trusted_proxies.unwrap_or_default())?,
        })
    }
}

/// Addresses and networks, with commas between.
fn networks(text: &str) -> anyhow::Result<Vec<IpNet>> {
    let all = text.split(',').map(str::trim).filter(|one| !one.is_empty());
    all.map(|one| match (one.parse::<IpNet>(), one.parse::<IpAddr>()) {
        (Ok(net), _) => Ok(net),
        (_, Ok(address)) => Ok(IpNet::from(address)),
        _ => bail!(
            "--trusted-proxies “{one}” is neither an address nor a network, such as 127.0.0.1 or 10.0.0.0/8"
        ),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_networks_are_read_and_nonsense_is_named() {
        let read = |text| Bounds::read(None, None, None, Some(text));
        let nets = read("127.0.0.1, ::1 ,10.0.0.0/8").unwrap().trusted_proxies;
        let nets: Vec<_> = nets.iter().map(ToString::to_string).collect();
        assert_eq!(nets, ["127.0.0.1/32", "::1/128", "10.0.0.0/8"]);
        for (told, named) in [
            (read("proxy.local"), "proxy.local"),
            (
                Bounds::read(Some("9090"), None, None, None),
                "--metrics-listen",
            ),
            (Bounds::read(None, Some(0), None, None), "--join-rate"),
        ] {
            let told = format!("{:#}", told.unwrap_err());
            assert!(told.contains(named), "{told}");
        }
    }
}
