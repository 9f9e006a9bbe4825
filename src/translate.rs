//! Between the wire and the domain. `hear` makes commands of messages; `show` decides who sees what:
//! no other place chooses what a viewer may know.

pub mod hear;
pub mod show;
mod show_tally;
