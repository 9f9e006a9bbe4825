//! Whom a rehearsal is for: a join link taken apart, and whether its host is this machine.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::Url;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::ids::SessionCode;
use crate::protocol::VERSION;

/// How long the first connection to the server may take.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// Why there is nobody to rehearse with, worded for the person who typed the link.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct BadTarget(pub String);

/// A join link, such as `http://127.0.0.1:8080/ABCDEF?via=zoom`.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// As a browser would have it: a name in small letters, an IPv6 address in brackets.
    pub host: String,
    pub port: u16,
    pub code: SessionCode,
    /// The channel it is a link of.
    pub via: Option<String>,
}

impl Link {
    pub fn parse(text: &str) -> Result<Self, BadTarget> {
        let bad = |why: &str| BadTarget(format!("“{text}” {why}"));
        let example = "give the join link, such as http://127.0.0.1:8080/CODE";
        let url =
            Url::parse(text).map_err(|error| bad(&format!("is no link ({error}); {example}")))?;
        match url.scheme() {
            "http" => {}
            // The bots speak no TLS: a proxy before the program is rehearsed on a plain port of its own.
            "https" => {
                return Err(bad(
                    "is behind TLS, which bots do not speak; give the program's own address, \
                     such as http://127.0.0.1:8080/CODE",
                ));
            }
            _ => return Err(bad(&format!("does not begin with http://; {example}"))),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad("has a name or password in it; leave that out"));
        }
        let host = url.host_str().unwrap_or_default().to_string();
        let path = url.path().trim_matches('/');
        if path.is_empty() {
            return Err(bad(&format!("names no session; {example}")));
        }
        if path.contains('/') {
            return Err(bad(&format!("is not a link for the audience; {example}")));
        }
        let code = path
            .parse()
            .map_err(|error| bad(&format!("has no code in it: {error}; {example}")))?;
        Ok(Self {
            host,
            port: url.port_or_known_default().unwrap_or(80),
            code,
            via: url
                .query_pairs()
                .find(|(name, via)| name == "via" && !via.is_empty())
                .map(|(_, via)| via.into_owned()),
        })
    }

    /// Host and port, as they stand in a `Host` header.
    pub fn authority(&self) -> String {
        match self.port {
            80 => self.host.clone(),
            port => format!("{}:{port}", self.host),
        }
    }

    /// Where the host's name leads. Asked once: bots all go to the address that was agreed to.
    pub async fn addresses(&self) -> Result<Vec<SocketAddr>, BadTarget> {
        let host = self.host.trim_matches(['[', ']']);
        let found = tokio::net::lookup_host((host, self.port)).await;
        let found: Vec<SocketAddr> = found
            .map_err(|error| BadTarget(format!("there is no host “{}”: {error}", self.host)))?
            .collect();
        if found.is_empty() {
            return Err(BadTarget(format!("“{}” has no address", self.host)));
        }
        Ok(found)
    }

    /// The first of these addresses that answers. Connects: a foreign host must have been confirmed before.
    pub async fn reach(self, addresses: &[SocketAddr]) -> Result<Target, BadTarget> {
        let mut why = String::new();
        for address in addresses {
            match timeout(ANSWERS_WITHIN, TcpStream::connect(address)).await {
                Ok(Ok(_)) => {
                    return Ok(Target {
                        link: self,
                        address: *address,
                    });
                }
                Ok(Err(error)) => why = error.to_string(),
                Err(_) => why = format!("no answer within {} s", ANSWERS_WITHIN.as_secs()),
            }
        }
        Err(BadTarget(format!(
            "nothing answers at {}: {why}; is the program running there?",
            self.authority()
        )))
    }
}

/// Whether all of these are this machine: then nobody else can be harmed, and nobody need be asked.
pub fn is_loopback(addresses: &[SocketAddr]) -> bool {
    addresses
        .iter()
        .all(|address| address.ip().to_canonical().is_loopback())
}

/// A link with the address that bots connect to.
#[derive(Debug, Clone)]
pub struct Target {
    pub link: Link,
    pub address: SocketAddr,
}

impl Target {
    pub fn origin(&self) -> String {
        format!("http://{}", self.link.authority())
    }

    pub fn page_url(&self) -> String {
        let via = self.link.via.as_deref();
        let query = via.map(|via| format!("?{}", pair("via", via)));
        format!(
            "{}/{}{}",
            self.origin(),
            self.link.code,
            query.unwrap_or_default()
        )
    }

    /// `have`: the revision of the snapshot that the phone still holds.
    pub fn socket_url(&self, have: Option<u32>) -> String {
        let Link { code, via, .. } = &self.link;
        let mut url = format!(
            "ws://{}/ws/{code}?v={VERSION}&role=audience",
            self.link.authority()
        );
        if let Some(have) = have {
            url.push_str(&format!("&have={have}"));
        }
        if let Some(via) = via {
            url.push_str(&format!("&{}", pair("via", via)));
        }
        url
    }
}

/// `name=value`, escaped.
fn pair(name: &str, value: &str) -> String {
    serde_urlencoded::to_string([(name, value)]).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_join_link_is_taken_apart() {
        let link = Link::parse("http://127.0.0.1:8080/testnght?via=zoom&done=counted").unwrap();
        assert_eq!(link.authority(), "127.0.0.1:8080");
        assert_eq!(link.code.as_str(), "TESTNGHT");
        assert_eq!(link.via.as_deref(), Some("zoom"));
        let target = Target {
            link,
            address: "127.0.0.1:8080".parse().unwrap(),
        };
        assert_eq!(target.page_url(), "http://127.0.0.1:8080/TESTNGHT?via=zoom");
        assert_eq!(
            target.socket_url(Some(7)),
            format!("ws://127.0.0.1:8080/ws/TESTNGHT?v={VERSION}&role=audience&have=7&via=zoom")
        );
        let plain = Link::parse("http://[::1]/TESTNGHT/").unwrap();
        assert_eq!((plain.authority().as_str(), plain.port), ("[::1]", 80));
    }

    #[test]
    fn what_is_no_join_link_is_told_with_an_example_of_one() {
        for (text, part) in [
            ("127.0.0.1:8080/TESTNGHT", "http://"),
            ("localhost:8080/TESTNGHT", "http://"),
            ("http://127.0.0.1:8080", "names no session"),
            ("http://127.0.0.1:8080/", "names no session"),
            ("http://127.0.0.1:8080/stage/TESTNGHT", "for the audience"),
            ("http://127.0.0.1:8080/what-is-it", "never part of a code"),
            ("http://me:secret@127.0.0.1/TESTNGHT", "password"),
            ("https://talks.example.org/TESTNGHT", "TLS"),
            ("ftp://127.0.0.1/TESTNGHT", "http://"),
        ] {
            let told = Link::parse(text).unwrap_err().to_string();
            assert!(told.contains(part) && told.contains(text), "{told}");
        }
    }

    #[test]
    fn only_addresses_of_this_machine_are_loopback() {
        let all = |texts: &[&str]| -> Vec<SocketAddr> {
            texts.iter().map(|text| text.parse().unwrap()).collect()
        };
        assert!(is_loopback(&all(&[
            "127.0.0.1:1",
            "[::1]:1",
            "127.9.9.9:1"
        ])));
        assert!(is_loopback(&all(&["[::ffff:127.0.0.1]:1"])));
        for foreign in [
            "192.168.0.2:1",
            "0.0.0.0:1",
            "[2001:db8::1]:1",
            "[::ffff:10.0.0.1]:1",
        ] {
            assert!(!is_loopback(&all(&[foreign])), "{foreign}");
            assert!(!is_loopback(&all(&["127.0.0.1:1", foreign])), "{foreign}");
        }
    }
}
