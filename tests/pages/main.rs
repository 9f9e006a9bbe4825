//! What people do, in Debian's Chromium, on the program as it is started from the command line; the main path in Firefox
//! and WebKit too (`the_engines`).
//!
//! Without a browser and its driver each test says loudly that it is skipped; in CI it fails.

#![expect(
    clippy::disallowed_methods,
    reason = "CI and whoever makes the pictures tell these tests by the environment"
)]

mod access;
mod browser;
mod chromium;
mod engines;
mod golden_picture;
mod golden_studio;
mod goldens;
mod keyboard;
mod line;
mod no_js;
mod offline;
mod room_access;
mod salon;
mod the_build;
mod the_demo;
mod the_engines;
mod the_event;
mod the_fold;
mod the_frames;
mod the_number;
mod the_phone;
mod the_questions;
mod the_room;
mod the_rules;
mod the_walk;
mod the_walk_access;
mod the_walk_by_hand;
mod the_walk_grid;
mod the_walk_moved;
mod vote_to_stage;
