//! The talks' runnable demos. A demo knows nothing of sessions, sockets or locks.

pub mod rbf;
