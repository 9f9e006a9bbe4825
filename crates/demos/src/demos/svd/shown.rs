//! What a step shows: data without a form. [`super::draw`] makes pictures of it, [`super::write`] text and JSON.

use serde::Serialize;

use crate::linalg::Matrix;

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Shown {
    pub parts: Vec<Part>,
    pub checks: Vec<Check>,
}

/// A claim of the step, measured on this input.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    /// As a sentence: “every path gives the same result”.
    pub claim: String,
    /// How far it is from true, in the unit of `bound`.
    pub error: f64,
    /// What rounding may do.
    pub bound: f64,
}

impl Check {
    pub fn holds(&self) -> bool {
        self.error <= self.bound
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// A paragraph.
    Words(String),
    /// A formula in LaTeX, as [`super::formula`] takes it.
    Formula(String),
    /// Program text; its spaces and line breaks are kept.
    Code(String),
    Matrix(Named),
    /// Side by side, for instance the factors of a product.
    Row(Vec<Part>),
    /// Between matrices: `=`, `·`, `≈`.
    Sign(String),
    Table(Table),
    Plane(Plane),
    /// A 2 × 2 matrix done in several moves, one after the other; the picture is what they do to grid and circle.
    Moves(Moves),
    Diagram(Diagram),
    Bars(Bars),
    Curves(Curves),
    Scatter(Scatter),
    Image(Image),
    /// Pictures of the same size that are gone through with a slider, for instance the frames of a clip.
    Frames(Frames),
}

/// A matrix as a heat map with its numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Named {
    /// `M`, `U`, `Σ`.
    pub name: String,
    pub matrix: Matrix,
    /// Names of rows and columns; empty where they have none.
    pub rows: Vec<String>,
    pub columns: Vec<String>,
    /// A word more below: “orthonormal columns”.
    pub note: String,
}

impl Named {
    pub fn new(name: impl Into<String>, matrix: Matrix) -> Self {
        Self {
            name: name.into(),
            matrix,
            rows: Vec::new(),
            columns: Vec::new(),
            note: String::new(),
        }
    }

    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Table {
    pub caption: String,
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// How something in a picture stands out. Never by colour alone: [`super::draw`] gives each a dash or shape as well.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    #[default]
    Plain,
    /// What comes in.
    First,
    /// What comes out.
    Second,
    Third,
    Fourth,
    /// In the background.
    Faint,
}

/// The plane, from −reach to reach both ways.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Plane {
    pub title: String,
    /// What is to be seen, for those who cannot see it.
    pub alt: String,
    pub reach: f64,
    /// What is seen instead, where both ways have a unit of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame: Option<Frame>,
    pub marks: Vec<Mark>,
}

/// From where to where, each way.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Frame {
    pub across: [f64; 2],
    pub up: [f64; 2],
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// The unit grid, taken along by this matrix (by rows).
    Grid { by: [[f64; 2]; 2], look: Look },
    Line {
        points: Vec<[f64; 2]>,
        closed: bool,
        look: Look,
    },
    Arrow {
        from: [f64; 2],
        to: [f64; 2],
        label: String,
        look: Look,
    },
    Point {
        at: [f64; 2],
        label: String,
        look: Look,
    },
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Moves {
    pub title: String,
    pub alt: String,
    pub reach: f64,
    /// What each does, in words, and the 2 × 2 matrix (by rows) of it alone; the first is done first.
    pub moves: Vec<(String, [[f64; 2]; 2])>,
}

/// Nodes and arrows: a commutative diagram, a function between finite sets, a graph.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Diagram {
    pub title: String,
    pub alt: String,
    pub nodes: Vec<Node>,
    pub arrows: Vec<Link>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Node {
    /// `ℝⁿ`, `int`, `3`.
    pub label: String,
    /// Below it: “n = 3”, “true”.
    pub note: String,
    /// In steps of about a word's width; x to the right, y down.
    pub at: [f64; 2],
    pub look: Look,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Link {
    /// Places in `nodes`.
    pub from: usize,
    pub to: usize,
    pub label: String,
    pub look: Look,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Bars {
    pub title: String,
    pub alt: String,
    /// What the values are called, with their unit.
    pub axis: String,
    /// A name and a value each.
    pub bars: Vec<(String, f64)>,
    /// So many from the first stand out; the others are faint.
    pub kept: usize,
    /// On a logarithmic scale.
    pub log: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Curves {
    pub title: String,
    pub alt: String,
    pub across: String,
    pub up: String,
    /// On a logarithmic scale upwards.
    pub log: bool,
    pub curves: Vec<(String, Vec<[f64; 2]>)>,
    /// A place across that is marked, for instance the rank that is set.
    pub at: Option<f64>,
    /// Answers of the audience: place across, votes.
    pub votes: Vec<(f64, u32)>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Scatter {
    pub title: String,
    pub alt: String,
    pub across: String,
    pub up: String,
    /// What groups are called.
    pub groups: Vec<String>,
    /// Place, and the place of its group in `groups`.
    pub points: Vec<([f64; 2], usize)>,
    /// From the middle: for instance the loadings.
    pub arrows: Vec<(String, [f64; 2])>,
}

/// Grey values row by row, 0 black, 255 white.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Image {
    pub title: String,
    pub alt: String,
    pub rows: usize,
    pub columns: usize,
    #[serde(skip)]
    pub grey: Vec<u8>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Frames {
    pub title: String,
    pub alt: String,
    /// Of each frame, the pictures that belong together (frame, background, foreground).
    pub frames: Vec<Vec<Image>>,
}
