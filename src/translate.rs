//! Between the wire and the domain. `hear` makes commands of messages; `show` decides who sees what:
//! no other place chooses what a viewer may know.

pub mod hear;
pub mod hear_room;
pub mod show;
pub mod show_questions;
pub mod show_room;
mod show_tally;
