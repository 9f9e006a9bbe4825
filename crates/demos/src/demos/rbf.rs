//! "Radial basis functions in convolutional networks": a CNN with an RBF head, trained where everyone can watch.
//!
//! After M. Amirian, F. Schwenker, "Radial Basis Function Networks for Convolutional Neural Networks to Learn
//! Similarity Distance Metric and Improve Interpretability", IEEE Access 8, 2020 (arXiv 2208.11401); where the paper,
//! its authors' program and the talk differ, the docs of each part say which is followed.

pub mod activation;
pub mod adam;
pub mod artefact;
pub mod augment;
pub mod closed_form;
pub mod conv;
mod cpu;
pub mod data;
pub mod device;
pub mod interpret;
pub mod kernel;
pub mod kmeans;
mod lanes;
pub mod layer;
pub mod linear;
pub mod live;
pub mod loss;
pub mod measure;
pub mod net;
pub mod picture;
pub mod placing;
pub mod pool;
pub mod repulsion;
pub mod results;
pub mod svg;
pub mod train;
pub mod tsne;
pub mod vars;
