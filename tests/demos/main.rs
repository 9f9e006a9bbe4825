//! The demos without a server: their data, their mathematics, their training.

mod augment;
mod backbones;
mod command;
mod conv;
mod data;
mod gradients;
mod layer;
mod live;
mod losses;
mod parts;
mod training;
