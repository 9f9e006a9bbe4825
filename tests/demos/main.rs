//! The demos without a server: their data, their mathematics, their training.

mod augment;
mod command;
mod conv;
mod data;
mod device;
mod gradients;
mod head;
mod layer;
mod live;
mod parts;
mod training;
