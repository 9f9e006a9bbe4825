//! Addresses as people reach the program. One parser for all of them: what is compared was written by the same hand.

mod reach;

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use url::{Host, Url};

pub use self::reach::{Reach, best_first};

/// Why an address cannot be the public one, worded to follow the name of the setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadAddress(pub String);

/// A scheme, a host and a port: `https://talks.example.org`, as browsers write an origin.
///
/// Names are in their ASCII form and small letters, and a port that the scheme has anyway is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    text: String,
    https: bool,
    host: Host<String>,
    port: u16,
}

const EXAMPLE: &str = "such as https://talks.example.org";

impl PublicUrl {
    /// An address of plain HTTP.
    pub fn http(ip: IpAddr, port: u16) -> Self {
        let host = match ip {
            IpAddr::V4(ip) => Host::Ipv4(ip),
            IpAddr::V6(ip) => Host::Ipv6(ip),
        };
        let text = match port {
            80 => format!("http://{host}"),
            _ => format!("http://{host}:{port}"),
        };
        Self {
            text,
            https: false,
            host,
            port,
        }
    }

    /// What a browser's `Origin` names; none for `null` and for whatever is no address.
    pub fn of_origin(origin: &str) -> Option<Self> {
        Self::read(origin).ok()
    }

    /// The address of a request by this scheme with this `Host`.
    pub fn of_host(https: bool, host: &str) -> Option<Self> {
        let scheme = if https { "https" } else { "http" };
        Self::read(&format!("{scheme}://{host}")).ok()
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn is_https(&self) -> bool {
        self.https
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Without brackets, as name lookups take it.
    pub fn host_name(&self) -> String {
        match &self.host {
            Host::Domain(name) => name.clone(),
            Host::Ipv4(ip) => ip.to_string(),
            Host::Ipv6(ip) => ip.to_string(),
        }
    }

    /// Host and port, as they stand in a `Host` header.
    pub fn authority(&self) -> &str {
        self.text
            .split_once("://")
            .map_or(self.text.as_str(), |(_, rest)| rest)
    }

    /// Only the machine itself gets there by this address.
    pub fn is_loopback(&self) -> bool {
        match &self.host {
            Host::Domain(name) => {
                let name = name.trim_end_matches('.');
                name == "localhost" || name.ends_with(".localhost")
            }
            Host::Ipv4(ip) => ip.is_loopback(),
            Host::Ipv6(ip) => IpAddr::V6(*ip).to_canonical().is_loopback(),
        }
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for PublicUrl {
    type Err = BadAddress;

    fn from_str(given: &str) -> Result<Self, BadAddress> {
        let url = Self::read(given)?;
        let unspecified = match &url.host {
            Host::Domain(_) => false,
            Host::Ipv4(ip) => ip.is_unspecified(),
            Host::Ipv6(ip) => ip.is_unspecified(),
        };
        if unspecified {
            return Err(BadAddress(format!(
                "“{url}” is an address to listen on, and nobody can open it; give the one that the audience types, {EXAMPLE}"
            )));
        }
        Ok(url)
    }
}

impl PublicUrl {
    /// Also of an address for listening, which browsers on the machine itself can open on some systems.
    fn read(given: &str) -> Result<Self, BadAddress> {
        let text = given.trim();
        let bad = |why: String| BadAddress(why);
        let scheme = text.split_once("://").map(|(scheme, _)| scheme);
        let Some(scheme) = scheme.map(str::to_ascii_lowercase) else {
            return Err(bad(format!(
                "“{text}” must begin with http:// or https://, {EXAMPLE}"
            )));
        };
        if !matches!(scheme.as_str(), "http" | "https") {
            return Err(bad(format!(
                "“{text}” must begin with http:// or https://, {EXAMPLE}"
            )));
        }
        // Browsers would read these as something else than what is written; nobody means that.
        let odd = |c: char| c.is_whitespace() || c.is_control() || c == '\\';
        if text.contains(odd) || text[scheme.len() + 3..].starts_with('/') {
            return Err(bad(format!(
                "“{}” has a space, a backslash or one slash too many in it; write it {EXAMPLE}",
                text.escape_debug()
            )));
        }
        let url = Url::parse(text).map_err(|error| match error {
            url::ParseError::InvalidPort => bad(format!(
                "“{text}” must have a port from 1 to 65535, or none"
            )),
            error => bad(format!(
                "“{text}” is no address ({error}); write it {EXAMPLE}"
            )),
        })?;
        // Not repeated to the screen: it may be a password.
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad(
                "has a name or password before the host; leave that out, the audience needs none"
                    .to_string(),
            ));
        }
        let host = url.host().map(|host| host.to_owned());
        let host =
            host.ok_or_else(|| bad(format!("“{text}” names no host; write it {EXAMPLE}")))?;
        let port = url.port_or_known_default().unwrap_or_default();
        let origin = url.origin().ascii_serialization();
        if port == 0 {
            return Err(bad(format!(
                "“{text}” must have a port from 1 to 65535, or none"
            )));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(bad(format!(
                "“{text}” has something behind ? or #; the address alone is {origin}"
            )));
        }
        if url.path().chars().any(|c| c != '/') {
            return Err(bad(format!(
                "“{text}” has a path, and the program serves whole hosts only; give it a name or port of its own: {origin}"
            )));
        }
        Ok(Self {
            text: origin,
            https: scheme == "https",
            host,
            port,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        text.parse::<PublicUrl>()
            .map(|url| url.to_string())
            .unwrap_or_else(|bad| panic!("{bad}"))
    }

    #[test]
    fn one_address_has_one_spelling() {
        for (text, read_as) in [
            ("https://talks.example.org", "https://talks.example.org"),
            ("https://talks.example.org/", "https://talks.example.org"),
            (" HTTPS://Talks.Example.ORG ", "https://talks.example.org"),
            ("https://talks.example.org:443", "https://talks.example.org"),
            ("http://talks.example.org:80/", "http://talks.example.org"),
            (
                "http://talks.example.org:443",
                "http://talks.example.org:443",
            ),
            ("https://x:8443", "https://x:8443"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
            ("https://BÜCHER.example", "https://xn--bcher-kva.example"),
            ("http://[2001:DB8:0::1]:8080", "http://[2001:db8::1]:8080"),
            ("http://192.168.1.5:8080", "http://192.168.1.5:8080"),
        ] {
            assert_eq!(read(text), read_as, "{text}");
        }
    }

    #[test]
    fn what_no_browser_could_use_is_refused_with_what_to_write() {
        for (text, part) in [
            ("talks.example.org", "http:// or https://"),
            ("talks.example.org:8080", "http:// or https://"),
            ("ftp://talks.example.org", "http:// or https://"),
            ("https:talks.example.org", "http:// or https://"),
            ("https://", "empty host"),
            ("https:///h", "slash"),
            ("https://a b", "space"),
            ("https://a\\b", "backslash"),
            ("https://h/salon", "has a path"),
            ("https://h/CENTRE", "https://h"),
            ("https://h?x=1", "behind ?"),
            ("https://h/?", "behind ?"),
            ("https://h#x", "#"),
            ("https://h:99999", "65535"),
            ("https://h:0", "65535"),
            ("https://h:x", "65535"),
            ("http://0.0.0.0:8080", "nobody can open"),
            ("http://[::]:8080", "nobody can open"),
            ("https://me:secret@h", "password"),
            ("https://me@h", "password"),
        ] {
            let told = text.parse::<PublicUrl>().unwrap_err().to_string();
            assert!(told.contains(part), "{text}: {told}");
            assert!(!told.contains("secret"), "{told}");
        }
    }

    #[test]
    fn loopback_is_known_by_name_and_number() {
        for (text, only_here) in [
            ("http://localhost:8080", true),
            ("http://salon.localhost", true),
            ("http://127.9.0.1", true),
            ("http://[::1]:8080", true),
            ("http://[::ffff:127.0.0.1]", true),
            ("http://localhost.example.org", false),
            ("http://10.0.0.1", false),
        ] {
            assert_eq!(
                text.parse::<PublicUrl>().unwrap().is_loopback(),
                only_here,
                "{text}"
            );
        }
    }

    #[test]
    fn an_address_is_made_of_parts_as_it_is_read() {
        for (ip, port) in [
            ("192.168.1.5", 80),
            ("192.168.1.5", 8080),
            ("2001:db8::5", 8080),
        ] {
            let made = PublicUrl::http(ip.parse().unwrap(), port);
            assert_eq!(made.as_str().parse::<PublicUrl>().unwrap(), made);
        }
    }
}
