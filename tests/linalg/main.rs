//! Linear algebra.

mod bases;
mod doors;
mod engines;
mod families;
mod low_rank;
mod measures;
mod memory;
mod properties;
mod scales;
