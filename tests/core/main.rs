//! The pure core: any order of asks, and what must hold all the same.

mod facts_golden;
mod hidden;
mod peers;
mod props;
mod run;
