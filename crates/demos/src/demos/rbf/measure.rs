//! What is measured beside accuracy: retrieval, clusters, calibration, rejection. From plain numbers.

mod calibration;
mod clusters;
mod rejection;
mod retrieval;

pub use self::calibration::{Bin, Calibration};
pub use self::clusters::{counts, nmi, purity};
pub use self::rejection::{Rejection, auroc, threshold};
pub use self::retrieval::{Labelled, Retrieval, retrieval};
