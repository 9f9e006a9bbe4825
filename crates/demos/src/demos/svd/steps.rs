//! The steps, in the order of the talk.

use super::step::Step;

mod code;
mod composition;
mod eigen;
mod factors;
mod finite;
mod foreground;
mod fourier;
mod freedom;
mod function;
mod isomorphism;
mod kinds;
mod least_squares;
mod low_rank;
mod measure;
mod pagerank;
mod pca;
mod pseudo_inverse;
mod recommender;
mod shared;

pub const STEPS: [&dyn Step; 17] = [
    &function::Function,
    &composition::Composition,
    &code::Code,
    &finite::Finite,
    &factors::Factors,
    &freedom::Freedom,
    &kinds::Kinds,
    &eigen::Eigen,
    &low_rank::LowRank,
    &pseudo_inverse::PseudoInverse,
    &least_squares::LeastSquares,
    &pca::Pca,
    &fourier::Fourier,
    &foreground::Foreground,
    &recommender::Recommender,
    &pagerank::PageRank,
    &isomorphism::Isomorphism,
];

/// The step of this name.
pub fn find(name: &str) -> Option<&'static dyn Step> {
    STEPS.into_iter().find(|step| step.name() == name)
}
