//! The demos without a server: their data, their mathematics, their training.

mod data;
