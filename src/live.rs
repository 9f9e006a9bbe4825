//! Live sessions, from the outside: find one, ask it something, watch it.
//!
//! One task owns each session (`actor`); nobody else holds one. What is shown goes through the
//! [`gallery`]; the [`lobby`] finds the owner of a session or starts it from its log.

mod actor;
pub mod announce;
mod announce_room;
mod answers;
mod askers;
mod asks;
mod chart;
mod follow;
pub mod gallery;
pub mod handle;
mod lately;
pub mod lobby;
mod looked;
mod runs;
mod similar;
mod snapshots;
mod unsaved;
mod walked;
