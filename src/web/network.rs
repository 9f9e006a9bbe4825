//! Which network a request comes from: an IPv4 address, or the half of an IPv6 address that a household or a venue has.
//! Only what strangers can use up is counted by it, and loosely: a whole hall may be one network.

use std::net::IpAddr;
use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use ipnet::{IpNet, Ipv6Net};

use super::Web;
use crate::serve::Peer;

/// Bits of an IPv6 address that name a network.
const V6_BITS: u8 = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Network(IpAddr);

impl Network {
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => {
                let net = Ipv6Net::new(address, V6_BITS).map(|net| net.network());
                Self(net.unwrap_or(address).into())
            }
            v4 => Self(v4),
        }
    }

    /// That of whoever sent a request: the connection's other end, unless that is a proxy whose word is taken.
    pub fn of_request(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpNet]) -> Self {
        // Tests that serve the pages themselves know no other end.
        let peer = peer.unwrap_or(IpAddr::from([127, 0, 0, 1])).to_canonical();
        let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
        if !is_trusted(&peer) {
            return Self::of(peer);
        }
        // Each proxy adds whom it saw at the end. Behind the last one that is trusted anything may have been made up.
        let mut client = peer;
        for hop in forwarded(headers).iter().rev() {
            match hop {
                Some(address) if is_trusted(address) => client = *address,
                Some(address) => return Self::of(*address),
                None => break,
            }
        }
        Self::of(client)
    }
}

/// Whom a request went by, the farthest first; None is what cannot be read.
fn forwarded(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let listed = |name: &str| -> Vec<String> {
        let values = headers.get_all(name).iter();
        let values = values.filter_map(|value| value.to_str().ok());
        let hops = values.flat_map(|value| value.split(','));
        hops.map(|hop| hop.trim().to_string()).collect()
    };
    let plain = listed("x-forwarded-for");
    if !plain.is_empty() {
        return plain.iter().map(|hop| address(hop)).collect();
    }
    let hops = listed(header::FORWARDED.as_str());
    let by = |hop: &String| {
        let mut pairs = hop
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='));
        let (_, value) = pairs.find(|(name, _)| name.eq_ignore_ascii_case("for"))?;
        address(value.trim().trim_matches('"'))
    };
    hops.iter().map(by).collect()
}

/// An address as proxies write it, with a port or without.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let bare = bare.map_or(text, |(inside, _)| inside);
    let with_port = || std::net::SocketAddr::from_str(text).ok().map(|at| at.ip());
    bare.parse()
        .ok()
        .or_else(with_port)
        .map(|ip: IpAddr| ip.to_canonical())
}

impl FromRequestParts<Web> for Network {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<Peer>().map(|peer| peer.0);
        Ok(Self::of_request(peer, &parts.headers, &web.trusted_proxies))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, pairs: &[(&'static str, &str)]) -> String {
        let trusted = ["10.0.0.0/8", "127.0.0.1/32", "2001:db8:1::/48"];
        let trusted = trusted.map(|net| net.parse::<IpNet>().unwrap());
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        Network::of_request(Some(peer.parse().unwrap()), &headers, &trusted)
            .0
            .to_string()
    }

    #[test]
    fn a_word_is_taken_from_trusted_proxies_alone() {
        const BY: &str = "x-forwarded-for";
        for (peer, pairs, network) in [
            ("192.0.2.7", vec![], "192.0.2.7"),
            ("192.0.2.7", vec![(BY, "203.0.113.9")], "192.0.2.7"),
            ("127.0.0.1", vec![(BY, "203.0.113.9")], "203.0.113.9"),
            // What stands to the left of the first that is not trusted was said by nobody known.
            (
                "127.0.0.1",
                vec![(BY, "1.2.3.4, 203.0.113.9, 10.0.0.5")],
                "203.0.113.9",
            ),
            (
                "127.0.0.1",
                vec![(BY, "1.2.3.4"), (BY, "203.0.113.9")],
                "203.0.113.9",
            ),
            ("127.0.0.1", vec![(BY, "203.0.113.9, unknown")], "127.0.0.1"),
            (
                "10.1.1.1",
                vec![(BY, "203.0.113.9, x, 10.0.0.5")],
                "10.0.0.5",
            ),
            ("10.1.1.1", vec![(BY, "10.2.2.2")], "10.2.2.2"),
            ("127.0.0.1", vec![(BY, "203.0.113.9:4711")], "203.0.113.9"),
            (
                "127.0.0.1",
                vec![(BY, "[2001:db8:9:1::5]:80")],
                "2001:db8:9:1::",
            ),
            (
                "127.0.0.1",
                vec![(
                    "forwarded",
                    "for=192.0.2.60;proto=http, for=\"[2001:db8:9:2::7]:1\"",
                )],
                "2001:db8:9:2::",
            ),
            (
                "::ffff:127.0.0.1",
                vec![(BY, "::ffff:203.0.113.9")],
                "203.0.113.9",
            ),
            ("2001:db8:7:8:9::1", vec![], "2001:db8:7:8::"),
        ] {
            assert_eq!(seen(peer, &pairs), network, "{peer} {pairs:?}");
        }
    }
}
