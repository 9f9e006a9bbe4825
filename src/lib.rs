//! Salon: one self-hosted program for a live talk session. In reading order:
pub mod ids;
pub mod domain;
pub mod protocol;
pub mod secrets;
pub mod translate;
pub mod clock;
pub mod store;
pub mod live;
