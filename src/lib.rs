//! Salon: one self-hosted program for a live talk session. In reading order:
//!
//! - [`ids`]: newtypes for everything that is pointed at
//! - [`address`]: addresses as people reach the program
//! - [`domain`]: the pure middle: a session, what may be asked of it, what happened
//! - [`protocol`]: the words that travel, and nothing else
//! - [`secrets`]: keyed hashes of voters and tokens
//! - [`translate`]: between the two: what is heard, and who sees what
//! - [`clock`]: time as an argument
//! - [`store`]: what lasts
//! - [`hall`]: the audience's sockets, in one thread of their own
//! - [`live`]: one owner a session, and those who watch it
//! - [`linalg`]: one door to each decomposition of a matrix
//! - [`demos`]: the talks' runnable demos
//! - [`sheet`]: a session as a run sheet in TOML
//! - [`web`]: pages, sockets, API
//! - [`rehearse`]: a bot audience for one's own server
//! - [`doctor`]: the way of a phone to the public address, and what is wrong with it
//! - [`config`], [`serve`], [`app`]: settings, the door, and the wiring of it all
//! - [`lanes`]: what votes wait for, and what strangers ask for, apart from each other
//! - [`machine`]: what the system lets this process have
//! - [`mod@bench`]: the whole program under the load of a hall

pub mod address;
pub mod app;
pub mod bench;
pub mod clock;
pub mod config;
pub mod demos;
pub mod doctor;
pub mod domain;
pub mod hall;
pub mod ids;
pub mod lanes;
pub mod linalg;
pub mod live;
pub mod machine;
pub mod protocol;
pub mod rehearse;
pub mod secrets;
pub mod serve;
pub mod sheet;
pub mod store;
pub mod translate;
pub mod web;
