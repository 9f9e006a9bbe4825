//! A closer look into a run: what is asked, and what is answered. Plain numbers; how they travel is not said here.

/// What someone wants to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inspect {
    /// A point of the picture.
    Point(usize),
    Centre(usize),
    /// What all centres come down to for this class.
    Prototype(usize),
    /// Something drawn: 28 × 28 grey values, row by row, 0 black.
    Drawn(Vec<u8>),
}

/// Why nothing was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoLook {
    /// Too many look at once.
    Busy,
    /// The run is not shown any more.
    Gone,
    /// What was asked for cannot be looked at, as the words say.
    Cannot(String),
}

/// Rows and columns of what is drawn.
pub const DRAWN_SIDE: usize = 28;

/// What is found. Images are bytes, channel by channel, row by row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Inspected {
    /// As of which step.
    pub step: u32,
    /// Channels, height and width of each image.
    pub shape: [usize; 3],
    /// Of a point or a drawing.
    pub sample: Option<Sample>,
    pub centre: Option<CentreFound>,
    /// Of the picture's points that were learned from, the most and the least like it.
    pub nearest: Vec<Neighbour>,
    pub farthest: Vec<Neighbour>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sample {
    pub image: Vec<u8>,
    /// None where it was drawn.
    pub label: Option<u16>,
    pub held_out: bool,
    pub predicted: u16,
    /// Of each class.
    pub probabilities: Vec<f64>,
    /// The largest activation, and what it must reach not to be rejected; none without centres.
    pub largest: Option<f64>,
    pub threshold: Option<f64>,
    pub rejected: bool,
    /// Where it lies in the picture of the embedding, in shares of its extent.
    pub at: [f64; 2],
    /// The nearest first.
    pub centres: Vec<NearCentre>,
    /// The predicted class, then the best other one.
    pub logits: Vec<LogitTerms>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct NearCentre {
    pub centre: usize,
    /// By majority of those nearest to it; none where nothing is.
    pub class: Option<u16>,
    /// In units of the centre's width: √w r.
    pub distance: f64,
    pub activation: f64,
}

/// How a logit comes about: `bias` + Σ `terms` is `logit`, to the last bit.
#[derive(Debug, Clone, PartialEq)]
pub struct LogitTerms {
    pub class: u16,
    pub logit: f64,
    pub bias: f64,
    /// a_j W_jk of each centre j; none without centres.
    pub terms: Vec<f64>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct CentreFound {
    pub centre: usize,
    pub class: Option<u16>,
    /// Points that were learned from and are nearest to it, and the share of them that has its class.
    pub won: usize,
    pub purity: f64,
    /// σ
    pub width: f64,
    /// Of each class.
    pub weights: Vec<f64>,
    /// Of each of the picture's points, in units of the centre's width.
    pub distances: Vec<f64>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Neighbour {
    pub point: usize,
    pub image: Vec<u8>,
    pub label: u16,
    pub distance: f64,
}
