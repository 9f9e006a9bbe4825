//! “The SVD is a refactor”, as a walkthrough: seventeen steps, each computed from an input that anyone may edit. A step
//! knows no session and keeps nothing: the same input shows the same.

pub mod clip;
pub mod completion;
pub mod components;
pub mod draw;
pub mod formula;
pub mod graph;
pub mod input;
pub mod notation;
pub mod parse;
pub mod picture;
pub mod pursuit;
pub mod quotient;
pub mod ratings;
pub mod shown;
pub mod step;
mod steps;
pub mod write;

pub use steps::{STEPS, find};
