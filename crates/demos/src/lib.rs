//! The talks' runnable demos, and the decompositions that they compute with. They know of a session only what a demo is
//! ([`salon_core::domain::demo`]).
//!
//! - [`linalg`]: one door to each decomposition of a matrix
//! - [`demos`]: training and the walkthrough

pub mod demos;
pub mod linalg;
