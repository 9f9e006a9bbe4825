//! Salon: one self-hosted program for a live talk session. What a session is stands in [`salon_core`], the demos in
//! [`salon_demos`]; here is the server around them. In reading order:
//!
//! - [`store`]: what lasts
//! - [`hall`]: the audience's sockets, in one thread of their own
//! - [`live`]: one owner a session, and those who watch it
//! - [`web`]: pages, sockets, API
//! - [`rehearse`]: a bot audience for one's own server
//! - [`doctor`]: the way of a phone to the public address, and what is wrong with it
//! - [`config`], [`serve`], [`app`]: settings, the door, and the wiring of it all
//! - [`lanes`]: what votes wait for, and what strangers ask for, apart from each other
//! - [`machine`]: what the system lets this process have
//! - [`mod@bench`]: the whole program under the load of a hall

// What panics is a hole where strangers send the input. A place that cannot be reached says why it cannot.
#![warn(
    clippy::expect_used,
    clippy::panic,
    clippy::todo,
    clippy::unimplemented,
    clippy::unreachable,
    clippy::unwrap_used
)]

pub use salon_core::{address, clock, domain, ids, protocol, secrets, sheet, translate};
pub use salon_demos::{demos, linalg};

pub mod app;
pub mod bench;
pub mod config;
pub mod doctor;
pub mod hall;
pub mod lanes;
pub mod live;
pub mod machine;
pub mod rehearse;
pub mod serve;
pub mod store;
pub mod web;
