//! The program from outside: real HTTP, real sockets, a real database, one test binary.

#![expect(
    clippy::disallowed_methods,
    reason = "whether a program that is missing is a fault is told by the environment"
)]

mod access;
mod api;
mod bad_commands;
mod bad_input;
mod bench;
mod bridge;
mod clocked;
mod crowd;
mod demo;
mod demo_command;
mod disk;
mod first_page;
mod folder;
mod frames;
mod getting_in;
mod guarded;
mod hall;
mod hall_alone;
mod largest;
mod links;
mod places;
mod prepare;
mod program;
mod proxies;
mod questions;
mod questions_killed;
mod rehearse;
mod rehearse_refused;
mod salon;
mod sheets;
mod slow;
mod snapshots;
mod syntax;
mod tidy;
mod tidy_css;
mod two_hosts;
mod views;
mod votes_killed;
mod voting;
mod walk;
mod walk_command;
mod walk_large;
