//! What a live session is, who sees what of it, and the words that travel. No IO but for the clock's: bytes and
//! randomness come in as arguments. In reading order:
//!
//! - [`ids`]: newtypes for everything that is pointed at
//! - [`address`]: addresses as people reach the program
//! - [`domain`]: the pure middle: a session, what may be asked of it, what happened
//! - [`protocol`]: the words that travel, and nothing else
//! - [`secrets`]: keyed hashes of voters and tokens
//! - [`translate`]: between the two: what is heard, and who sees what
//! - [`clock`]: time as an argument
//! - [`sheet`]: a session as a run sheet in TOML

// What panics is a hole where strangers send the input. A place that cannot be reached says why it cannot.
#![warn(
    clippy::expect_used,
    clippy::panic,
    clippy::todo,
    clippy::unimplemented,
    clippy::unreachable,
    clippy::unwrap_used
)]

pub mod address;
pub mod clock;
pub mod domain;
pub mod ids;
pub mod protocol;
pub mod secrets;
pub mod sheet;
pub mod translate;
