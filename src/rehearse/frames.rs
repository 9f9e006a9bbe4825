//! Frames as a bot reads them: whole where it matters to the bot, else only as far as their type.
//!
//! Ten tallies a second to ten thousand bots on one machine are a hundred thousand frames a second. What a real
//! phone would parse and draw is skipped here, so that the machine is the server's and not the bots'.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::protocol::ServerMessage;

/// A frame, as far as a bot cares.
#[derive(Debug)]
pub enum Frame<'a> {
    /// A tally; none is shown where only the number of voters may be seen.
    Tally {
        poll: Cow<'a, str>,
        version: u32,
        shown: bool,
    },
    Whole(Box<ServerMessage>),
    /// Of no interest to a bot.
    Other,
}

#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
}

#[derive(Deserialize)]
struct TallyHead<'a> {
    #[serde(borrow)]
    poll: Cow<'a, str>,
    version: u32,
    tally: Option<IgnoredAny>,
}

/// The error is worded for the report: a server that cannot be understood is a finding.
pub fn read(text: &str) -> Result<Frame<'_>, String> {
    let odd = |error: serde_json::Error| format!("a message that makes no sense ({error})");
    let kind = kind(text).map_err(odd)?;
    match kind.as_ref() {
        "tally" => {
            let TallyHead {
                poll,
                version,
                tally,
            } = serde_json::from_str(text).map_err(odd)?;
            Ok(Frame::Tally {
                poll,
                version,
                shown: tally.is_some(),
            })
        }
        "snapshot" | "resumed" | "session" | "poll" | "poll_gone" | "ballot" | "heard"
        | "refused" => serde_json::from_str(text)
            .map(|message| Frame::Whole(Box::new(message)))
            .map_err(odd),
        _ => Ok(Frame::Other),
    }
}

/// The server writes the type first; if it ever does not, the whole object is looked through.
fn kind(text: &str) -> serde_json::Result<Cow<'_, str>> {
    let first = text.strip_prefix("{\"type\":\"");
    match first.and_then(|rest| rest.split_once('"')) {
        Some((kind, _)) => Ok(Cow::Borrowed(kind)),
        None => serde_json::from_str::<Head>(text).map(|head| head.kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_is_read_wherever_its_type_stands() {
        for text in [
            r#"{"type":"tally","poll":"one-of","version":7,"voters":3,"tally":{"version":7}}"#,
            r#"{"poll":"one-of","version":7,"voters":3,"tally":{"version":7}, "type":"tally"}"#,
        ] {
            let Ok(Frame::Tally {
                poll,
                version,
                shown,
            }) = read(text)
            else {
                panic!("{text}");
            };
            assert_eq!((poll.as_ref(), version, shown), ("one-of", 7, true));
        }
        let hidden = r#"{"type":"tally","poll":"one-of","version":7,"voters":3}"#;
        assert!(matches!(
            read(hidden),
            Ok(Frame::Tally { shown: false, .. })
        ));
    }

    #[test]
    fn answers_are_read_whole_pictures_of_others_are_not() {
        let heard = r#"{"type":"heard","ask":3}"#;
        assert!(
            matches!(read(heard), Ok(Frame::Whole(message)) if matches!(*message, ServerMessage::Heard { ask: 3, .. }))
        );
        assert!(matches!(read(r#"{"type":"voices","#), Ok(Frame::Other)));
        assert!(read(r#"{"type":"heard"}"#).is_err());
        assert!(read("hello").is_err());
    }
}
