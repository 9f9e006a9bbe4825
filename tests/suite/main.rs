//! The program from outside: real HTTP, real sockets, a real database, one test binary.

mod access;
mod api;
mod bad_commands;
mod bad_input;
mod bench;
mod bridge;
mod clocked;
mod crowd;
mod demo;
mod disk;
mod frames;
mod hall;
mod largest;
mod links;
mod places;
mod program;
mod questions;
mod questions_killed;
mod rehearse;
mod rehearse_refused;
mod salon;
mod slow;
mod tidy;
mod votes_killed;
mod voting;
mod walk;
