//! Salon: one self-hosted program for a live talk session. In reading order:
pub mod domain;
pub mod ids;
pub mod protocol;
