//! Between the wire and the domain. `hear` makes commands of messages; `show` decides who sees what:
//! no other place chooses what a viewer may know.

pub mod hear;
mod hear_demo;
pub mod hear_room;
pub mod preview;
pub mod show;
pub mod show_demo;
pub mod show_questions;
pub mod show_room;
mod show_tally;
pub mod show_walk;
pub mod show_words;
