//! The pure middle: what a session is and what may happen to it. No IO, no clock, no randomness:
//! time is an argument, and the same facts always give the same state.

pub mod apply;
pub mod audit;
pub mod chat;
pub mod command;
pub mod decide;
pub mod demo;
pub mod fact;
pub mod plan;
pub mod poll;
pub mod questions;
pub mod refusal;
pub mod seen;
pub mod session;
pub mod signal;
pub mod stage;
pub mod text;
pub mod walk;
