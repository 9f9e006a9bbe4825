//! Where phones find the program: the address that was set, or this machine's own in its networks.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::PublicUrl;

/// The addresses by which people get here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// The one in links and QR codes.
    pub url: PublicUrl,
    /// What else may lead here, where `url` is the best guess among several.
    pub others: Vec<PublicUrl>,
    /// Nobody set it: it is one of this machine's own.
    pub guessed: bool,
    /// Where it listens; with it, what to do is said when only this machine can join.
    listen: SocketAddr,
    /// What the phones of the network would open, if it listened on all of its addresses.
    outside: Option<IpAddr>,
}

impl Reach {
    /// `found` are this machine's addresses in its networks, the best guess first.
    pub fn of(listen: SocketAddr, set: Option<PublicUrl>, found: &[IpAddr]) -> Self {
        let guessed = set.is_none();
        let mut urls: Vec<PublicUrl> = match set {
            Some(url) => vec![url],
            None if listen.ip().is_unspecified() => found
                .iter()
                // 0.0.0.0 is IPv4 alone; [::] takes both.
                .filter(|ip| listen.is_ipv6() || ip.is_ipv4())
                .map(|ip| PublicUrl::http(*ip, listen.port()))
                .collect(),
            None => vec![PublicUrl::http(listen.ip().to_canonical(), listen.port())],
        };
        if urls.is_empty() {
            urls.push(PublicUrl::http(Ipv4Addr::LOCALHOST.into(), listen.port()));
        }
        let url = urls.remove(0);
        Self {
            url,
            others: urls,
            guessed,
            listen,
            outside: found.first().copied(),
        }
    }

    /// Why nobody but this machine can join, and what to do about it; none if others can.
    pub fn only_here(&self) -> Option<String> {
        if !self.url.is_loopback() {
            return None;
        }
        let port = self.listen.port();
        Some(if !self.guessed {
            format!(
                "Only this machine can join: the public address is {}. Set --public-url to the address that phones can open.",
                self.url
            )
        } else if self.listen.ip().is_unspecified() {
            "Only this machine can join: it has no address in any network. Connect it to the network of the phones and start again."
                .to_string()
        } else {
            let would = self.outside.map(|ip| PublicUrl::http(ip, port));
            let would = would.map_or_else(String::new, |url| format!(" They would join at {url}."));
            format!(
                "Only this machine can join. For phones in the same network, start with --listen 0.0.0.0:{port}.{would}"
            )
        })
    }
}

/// Names that begin so are networks inside of the machine, or tunnels out of it: no phone of the hall is there.
const INSIDE: [&str; 16] = [
    "docker",
    "br-",
    "veth",
    "virbr",
    "vmnet",
    "vboxnet",
    "vEthernet",
    "lxc",
    "lxd",
    "cni",
    "podman",
    "tun",
    "tap",
    "wg",
    "utun",
    "tailscale",
];

/// This machine's addresses that others can use, the best guess first.
///
/// `interfaces` are all that it has, by the name of their interface; `route` is the one by which it reaches the internet.
pub fn best_first(interfaces: &[(String, IpAddr)], route: Option<IpAddr>) -> Vec<IpAddr> {
    let useful = |ip: &IpAddr| match ip {
        IpAddr::V4(ip) => !ip.is_loopback() && !ip.is_unspecified() && !ip.is_multicast(),
        // A link-local address names an interface of its reader, which no QR code knows.
        IpAddr::V6(ip) => {
            !ip.is_loopback()
                && !ip.is_unspecified()
                && !ip.is_multicast()
                && !ip.is_unicast_link_local()
        }
    };
    let mut found: Vec<&(String, IpAddr)> =
        interfaces.iter().filter(|(_, ip)| useful(ip)).collect();
    found.sort_by_key(|(name, ip)| {
        let inside = INSIDE.iter().any(|start| name.starts_with(start));
        let last = match ip {
            IpAddr::V4(ip) => ip.is_link_local(),
            IpAddr::V6(_) => false,
        };
        (last, inside, ip.is_ipv6(), Some(*ip) != route)
    });
    let mut best: Vec<IpAddr> = Vec::new();
    for (_, ip) in found {
        if !best.contains(ip) {
            best.push(*ip);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ips(texts: &[&str]) -> Vec<IpAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn reach(listen: &str, set: Option<&str>, found: &[&str]) -> Reach {
        Reach::of(
            listen.parse().unwrap(),
            set.map(|url| url.parse().unwrap()),
            &ips(found),
        )
    }

    #[test]
    fn nobody_is_shown_an_address_for_listening_only() {
        let found = ["192.168.1.23", "10.8.0.2", "2001:db8::5"];
        for (listen, first, others) in [
            ("0.0.0.0:8080", "http://192.168.1.23:8080", 1),
            ("[::]:8080", "http://192.168.1.23:8080", 2),
            ("10.8.0.2:80", "http://10.8.0.2", 0),
            ("[2001:db8::5]:8080", "http://[2001:db8::5]:8080", 0),
        ] {
            let reach = reach(listen, None, &found);
            assert_eq!(reach.url.as_str(), first, "{listen}");
            assert_eq!(reach.others.len(), others, "{listen}");
            assert_eq!(reach.only_here(), None, "{listen}");
        }
        let six = reach("[::]:8080", None, &["2001:db8::5"]);
        assert_eq!(six.url.as_str(), "http://[2001:db8::5]:8080");
        let behind = reach("127.0.0.1:8080", Some("https://talks.example.org"), &found);
        assert_eq!(behind.only_here(), None, "a proxy is before it");
    }

    #[test]
    fn a_machine_by_itself_says_so_and_what_to_do() {
        let told = |listen, set, found: &[&str]| reach(listen, set, found).only_here().unwrap();
        let loopback = told("127.0.0.1:8080", None, &["192.168.1.23"]);
        assert!(loopback.contains("--listen 0.0.0.0:8080"), "{loopback}");
        assert!(loopback.contains("http://192.168.1.23:8080"), "{loopback}");
        let alone = told("0.0.0.0:8080", None, &[]);
        assert!(alone.contains("no address in any network"), "{alone}");
        let only_six = told("0.0.0.0:8080", None, &["2001:db8::5"]);
        assert!(only_six.contains("Only this machine"), "{only_six}");
        let set = told(
            "0.0.0.0:8080",
            Some("http://localhost:8080"),
            &["192.168.1.23"],
        );
        assert!(set.contains("--public-url"), "{set}");
    }

    #[test]
    fn the_hall_is_guessed_before_containers_and_tunnels() {
        let all: Vec<(String, IpAddr)> = [
            ("lo", "127.0.0.1"),
            ("lo", "::1"),
            ("docker0", "172.17.0.1"),
            ("wg0", "10.9.0.2"),
            ("wlan0", "fe80::1"),
            ("wlan0", "2001:db8::5"),
            ("eth1", "169.254.3.4"),
            ("eth0", "10.0.0.7"),
            ("wlan0", "192.168.1.23"),
            ("wlan0", "192.168.1.23"),
        ]
        .iter()
        .map(|(name, ip)| ((*name).to_string(), ip.parse().unwrap()))
        .collect();
        let route = |ip: &str| best_first(&all, Some(ip.parse().unwrap()));
        assert_eq!(
            route("192.168.1.23"),
            ips(&[
                "192.168.1.23",
                "10.0.0.7",
                "2001:db8::5",
                "172.17.0.1",
                "10.9.0.2",
                "169.254.3.4"
            ])
        );
        // Through a tunnel to the internet, phones are still in the hall.
        assert_eq!(route("10.9.0.2")[0], ips(&["10.0.0.7"])[0]);
        assert_eq!(best_first(&all[..2], None), Vec::<IpAddr>::new());
    }
}
