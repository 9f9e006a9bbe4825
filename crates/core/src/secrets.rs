//! Keyed hashes: what turns a cookie into a ballot's name, and what proves that a cookie is ours.
//!
//! The key lives in `secret.key` beside the database, never in it: whoever gets the database alone
//! cannot tell who voted what, nor test a guess.

use data_encoding::HEXLOWER;
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
    fn mac(&self, parts: &[&[u8]]) -> HmacSha256 {
        let mut mac = self.keyed.clone();
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        mac
    }

    fn hash(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.mac(parts).finalize().into_bytes().into()
    }

    /// Whether this tag, of N bytes in hexadecimal, begins the hash of these parts. The comparison takes the same time
    /// wherever the first difference is.
    fn proves<const N: usize>(&self, tag: &str, parts: &[&[u8]]) -> bool {
        let tag: Option<[u8; N]> = unhex(tag);
        tag.is_some_and(|tag| self.mac(parts).verify_truncated_left(&tag).is_ok())
    }

    /// What the host's link to the stage carries: whoever has it finds a place there, whatever the hall does.
    pub fn stage_key(&self, session: &SessionId) -> String {
        HEXLOWER.encode(&self.hash(&[b"stage", session.as_str().as_bytes()])[..8])
    }

    pub fn is_stage_key(&self, session: &SessionId, key: &str) -> bool {
        self.proves::<8>(key, &[b"stage", session.as_str().as_bytes()])
    }

    /// A voter's name in one poll; it links nobody across polls or sessions.
    pub fn ballot_key(&self, session: &SessionId, poll: &PollId, voter: VoterId) -> BallotKey {
        BallotKey(first_half(self.hash(&[
            b"ballot",
            session.as_str().as_bytes(),
            poll.as_str().as_bytes(),
            &voter.0,
        ])))
    }

    /// A voter's name in the questions and the chat of a session; it matches their name in no poll.
    pub fn asker_key(&self, session: &SessionId, voter: VoterId) -> AskerKey {
        AskerKey(first_half(self.hash(&[
            b"asker",
            session.as_str().as_bytes(),
            &voter.0,
        ])))
    }

    /// The value of a browser's cookie: its id and a tag that only this program can make.
    pub fn browser_cookie(&self, browser: BrowserId) -> String {
        let tag = first_half(self.hash(&[b"browser cookie", &browser.0]));
        format!("{}.{}", HEXLOWER.encode(&browser.0), HEXLOWER.encode(&tag))
    }

    /// The browser of a cookie that this program made.
    pub fn read_browser_cookie(&self, cookie: &str) -> Option<BrowserId> {
        let (id, tag) = cookie.split_once('.')?;
        let browser = BrowserId(unhex(id)?);
        self.proves::<16>(tag, &[b"browser cookie", &browser.0])
            .then_some(browser)
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
        let tag = first_half(self.hash(&[b"voter cookie", session.as_str().as_bytes(), &voter.0]));
        format!("{}.{}", HEXLOWER.encode(&voter.0), HEXLOWER.encode(&tag))
    }

    /// The voter of a cookie that this program made for this session.
    pub fn read_voter_cookie(&self, session: &SessionId, cookie: &str) -> Option<VoterId> {
        let (id, tag) = cookie.split_once('.')?;
        let voter = VoterId(unhex(id)?);
        let parts: [&[u8]; 3] = [b"voter cookie", session.as_str().as_bytes(), &voter.0];
        self.proves::<16>(tag, &parts).then_some(voter)
    }
}

fn first_half(hash: [u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&hash[..16]);
    half
}

/// What is stored of a random 256-bit token: its SHA-256 is enough, there is nothing to guess.
pub fn token_hash(token: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(token.as_bytes()))
}

/// A fresh token: 256 random bits, in letters that survive every terminal and URL.
pub fn fresh_token() -> String {
    HEXLOWER.encode(&rand::random::<[u8; 32]>())
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let bytes = HEXLOWER.decode(text.as_bytes()).ok()?;
    bytes.try_into().ok()
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
            HEXLOWER.encode(&mac.finalize().into_bytes()),
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
    fn the_stage_opens_for_the_whole_key_alone() {
        let secrets = Secrets::new(&[7; 32]);
        let key = secrets.stage_key(&session("a"));
        assert!(secrets.is_stage_key(&session("a"), &key));
        assert!(!secrets.is_stage_key(&session("b"), &key));
        // A shorter tag would be right sooner, a longer one is another link's.
        let whole = HEXLOWER.encode(&secrets.hash(&[b"stage", b"a"]));
        for bad in ["", &key[2..], &key[..14], &whole, &key.to_uppercase()] {
            assert!(!secrets.is_stage_key(&session("a"), bad), "{bad}");
        }
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
