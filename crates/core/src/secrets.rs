//! Keyed hashes: what turns a cookie into a ballot's name, and what proves that a cookie is ours.
//!
//! The key lives in `secret.key` beside the database, never in it: whoever gets the database alone
//! cannot tell who voted what, nor test a guess.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::ids::{AskerKey, BallotKey, BrowserId, PollId, SessionId, VoterId};

type HmacSha256 = Hmac<Sha256>;

/// The program's own key; blank in debug output.
#[derive(Clone)]
pub struct Secrets {
    keyed: HmacSha256,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(…)")
    }
}

impl Secrets {
    pub fn new(key: &[u8; 32]) -> Self {
        let mut padded = hmac::digest::Key::<HmacSha256>::default();
        padded[..32].copy_from_slice(key);
        Self {
            keyed: HmacSha256::new(&padded),
        }
    }

    /// HMAC-SHA-256 over length-prefixed parts, so that no two lists of parts give the same bytes.
    fn hash(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.keyed.clone();
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// What the host's link to the stage carries: whoever has it finds a place there, whatever the hall does.
    pub fn stage_key(&self, session: &SessionId) -> String {
        hex(&self.hash(&[b"stage", session.as_str().as_bytes()])[..8])
    }

    pub fn is_stage_key(&self, session: &SessionId, key: &str) -> bool {
        // Compared as hashes, so that the time it takes tells nothing of how much is right.
        Sha256::digest(self.stage_key(session)) == Sha256::digest(key)
    }

    /// A voter's name in one poll; it links nobody across polls or sessions.
    pub fn ballot_key(&self, session: &SessionId, poll: &PollId, voter: VoterId) -> BallotKey {
        let hash = self.hash(&[
            b"ballot",
            session.as_str().as_bytes(),
            poll.as_str().as_bytes(),
            &voter.0,
        ]);
        let mut key = [0; 16];
        key.copy_from_slice(&hash[..16]);
        BallotKey(key)
    }

    /// A voter's name in the questions and the chat of a session; it matches their name in no poll.
    pub fn asker_key(&self, session: &SessionId, voter: VoterId) -> AskerKey {
        let hash = self.hash(&[b"asker", session.as_str().as_bytes(), &voter.0]);
        let mut key = [0; 16];
        key.copy_from_slice(&hash[..16]);
        AskerKey(key)
    }

    /// The value of a browser's cookie: its id and a tag that only this program can make.
    pub fn browser_cookie(&self, browser: BrowserId) -> String {
        format!("{}.{}", hex(&browser.0), hex(&self.browser_tag(browser)))
    }

    /// The browser of a cookie that this program made.
    pub fn read_browser_cookie(&self, cookie: &str) -> Option<BrowserId> {
        let (id, tag) = cookie.split_once('.')?;
        let browser = BrowserId(unhex(id)?);
        let tag: [u8; 16] = unhex(tag)?;
        same(&tag, &self.browser_tag(browser)).then_some(browser)
    }

    fn browser_tag(&self, browser: BrowserId) -> [u8; 16] {
        first_half(self.hash(&[b"browser cookie", &browser.0]))
    }

    /// Who a browser is in one session. Whoever has no key cannot tell that two of these are one browser's.
    pub fn voter_of(&self, session: &SessionId, browser: BrowserId) -> VoterId {
        VoterId(first_half(self.hash(&[
            b"voter",
            session.as_str().as_bytes(),
            &browser.0,
        ])))
    }

    /// The value of a voter cookie of one session, as browsers that were here before there was one for all still have it.
    pub fn voter_cookie(&self, session: &SessionId, voter: VoterId) -> String {
        format!("{}.{}", hex(&voter.0), hex(&self.voter_tag(session, voter)))
    }

    /// The voter of a cookie that this program made for this session.
    pub fn read_voter_cookie(&self, session: &SessionId, cookie: &str) -> Option<VoterId> {
        let (id, tag) = cookie.split_once('.')?;
        let voter = VoterId(unhex(id)?);
        let tag: [u8; 16] = unhex(tag)?;
        same(&tag, &self.voter_tag(session, voter)).then_some(voter)
    }

    fn voter_tag(&self, session: &SessionId, voter: VoterId) -> [u8; 16] {
        let hash = self.hash(&[b"voter cookie", session.as_str().as_bytes(), &voter.0]);
        let mut tag = [0; 16];
        tag.copy_from_slice(&hash[..16]);
        tag
    }
}

fn first_half(hash: [u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&hash[..16]);
    half
}

/// What is stored of a random 256-bit token: its SHA-256 is enough, there is nothing to guess.
pub fn token_hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// A fresh token: 256 random bits, in letters that survive every terminal and URL.
pub fn fresh_token() -> String {
    hex(&rand::random::<[u8; 32]>())
}

/// Equal, in a time that does not tell where the first difference is.
fn same(a: &[u8; 16], b: &[u8; 16]) -> bool {
    a.iter().zip(b).fold(0, |seen, (a, b)| seen | (a ^ b)) == 0
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; 16]> {
    BallotKey::try_from(text.to_string()).ok().map(|key| key.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(id: &str) -> SessionId {
        id.parse().unwrap()
    }

    #[test]
    fn hmac_matches_rfc_4231_case_2() {
        // RFC 4231, 4.3: key "Jefe", data "what do ya want for nothing?".
        let mut key = hmac::digest::Key::<HmacSha256>::default();
        key[..4].copy_from_slice(b"Jefe");
        let mut mac = HmacSha256::new(&key);
        mac.update(b"what do ya want for nothing?");
        assert_eq!(
            hex(&mac.finalize().into_bytes()),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn cookies_of_another_session_key_or_hand_are_refused() {
        let secrets = Secrets::new(&[7; 32]);
        let voter = VoterId([9; 16]);
        let cookie = secrets.voter_cookie(&session("a"), voter);
        assert_eq!(
            secrets.read_voter_cookie(&session("a"), &cookie),
            Some(voter)
        );
        assert_eq!(secrets.read_voter_cookie(&session("b"), &cookie), None);
        assert_eq!(
            Secrets::new(&[8; 32]).read_voter_cookie(&session("a"), &cookie),
            None
        );
        for bad in ["", ".", "00.00", "é.é", &cookie[1..], &format!("{cookie}0")] {
            assert_eq!(secrets.read_voter_cookie(&session("a"), bad), None, "{bad}");
        }
    }

    #[test]
    fn a_browser_is_someone_else_in_every_session() {
        let secrets = Secrets::new(&[7; 32]);
        let browser = BrowserId([9; 16]);
        let cookie = secrets.browser_cookie(browser);
        assert_eq!(secrets.read_browser_cookie(&cookie), Some(browser));
        assert_eq!(Secrets::new(&[8; 32]).read_browser_cookie(&cookie), None);
        for bad in ["", ".", "00.00", "é.é", &cookie[1..], &format!("{cookie}0")] {
            assert_eq!(secrets.read_browser_cookie(bad), None, "{bad}");
        }
        let voter = |secrets: &Secrets, s: &str| secrets.voter_of(&session(s), browser);
        assert_eq!(voter(&secrets, "a"), voter(&secrets, "a"));
        assert_ne!(voter(&secrets, "a"), voter(&secrets, "b"));
        assert_ne!(voter(&secrets, "a"), voter(&Secrets::new(&[8; 32]), "a"));
        // A cookie of one kind is none of the other.
        let old = secrets.voter_cookie(&session("a"), VoterId([9; 16]));
        assert_eq!(secrets.read_browser_cookie(&old), None);
        assert_eq!(secrets.read_voter_cookie(&session("a"), &cookie), None);
    }

    #[test]
    fn a_voter_has_another_name_in_every_poll() {
        let secrets = Secrets::new(&[7; 32]);
        let voter = VoterId([9; 16]);
        let key = |s: &str, p: &str| secrets.ballot_key(&session(s), &p.parse().unwrap(), voter);
        assert_eq!(key("a", "x"), key("a", "x"));
        assert_ne!(key("a", "x"), key("a", "y"));
        assert_ne!(key("a", "x"), key("b", "x"));
        // Length prefixes keep ("ab", "c") and ("a", "bc") apart.
        assert_ne!(key("ab", "c"), key("a", "bc"));
    }
}
