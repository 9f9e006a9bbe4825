//! The pure core: any order of asks, and what must hold all the same.

mod arrange;
mod asks;
mod cleaned;
mod event;
mod facts_golden;
mod hidden;
mod moderated;
mod peers;
mod people;
mod polls;
mod props;
mod questions;
mod questions_props;
mod relayed;
mod retries;
mod reviewed;
mod run;
mod run_data;
mod runs;
mod seen;
mod stage;
mod threads;
mod told;
mod undo;
mod walks;
mod wordings;
