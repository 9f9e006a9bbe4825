//! The walkthrough.

mod code;
mod composition;
mod draw;
mod eigen;
mod factors;
mod finite;
mod foreground;
mod formula;
mod fourier;
mod freedom;
mod function;
mod given;
mod isomorphism;
mod kinds;
mod large;
mod least_squares;
mod low_rank;
mod pagerank;
mod parse;
mod pca;
mod picture;
mod pseudo_inverse;
mod recommender;
mod sound;
mod write;
