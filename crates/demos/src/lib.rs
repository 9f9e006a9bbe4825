//! The talks' runnable demos, and the decompositions that they compute with. They know of a session only what a demo is
//! ([`salon_core::domain::demo`]).
//!
//! - [`linalg`]: one door to each decomposition of a matrix
//! - [`demos`]: training and the walkthrough

// What panics is a hole where strangers send the input. A place that cannot be reached says why it cannot.
#![warn(
    clippy::expect_used,
    clippy::panic,
    clippy::todo,
    clippy::unimplemented,
    clippy::unreachable,
    clippy::unwrap_used
)]

pub mod demos;
pub mod linalg;
