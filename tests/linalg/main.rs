//! Linear algebra.

mod bases;
mod doors;
mod engines;
mod families;
mod low_rank;
mod measures;
mod properties;
mod scales;
