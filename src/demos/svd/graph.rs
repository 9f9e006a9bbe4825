//! A small directed graph as people type it, its PageRank, and its hubs and authorities.

use std::collections::BTreeSet;

use crate::linalg::svd::svd;
use crate::linalg::{LinalgError, Matrix};

pub const NODES_MOST: usize = 16;
const NAME_MOST: usize = 16;

#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    pub nodes: Vec<String>,
    /// From and to, as places in `nodes`; each once, none to itself.
    pub arrows: BTreeSet<(usize, usize)>,
    /// Arrows that were left out, since they go from a node to itself.
    pub loops: usize,
}

impl Graph {
    /// Of lines `a -> b, c`; a name alone is a node that goes nowhere.
    ///
    /// # Errors
    /// If a name is missing or too long, or there are too few or too many nodes.
    pub fn of(lines: &[String]) -> Result<Self, String> {
        let mut graph = Self {
            nodes: Vec::new(),
            arrows: BTreeSet::new(),
            loops: 0,
        };
        for line in lines {
            let (from, to) = line.split_once("->").unwrap_or((line, ""));
            let from = graph.place(from, line)?;
            if to.trim().is_empty() {
                continue;
            }
            for name in to.split(',') {
                let to = graph.place(name, line)?;
                if from == to {
                    graph.loops += 1;
                } else {
                    graph.arrows.insert((from, to));
                }
            }
        }
        match graph.nodes.len() {
            2..=NODES_MOST if !graph.arrows.is_empty() => Ok(graph),
            2..=NODES_MOST => {
                Err("has no arrow from one node to another; write one as a -> b".to_string())
            }
            n => Err(format!(
                "has {n} nodes; it must be 2 to {NODES_MOST}, written as a -> b, c"
            )),
        }
    }

    fn place(&mut self, name: &str, line: &str) -> Result<usize, String> {
        let name = name.trim();
        let length = name.chars().count();
        if !(1..=NAME_MOST).contains(&length) || name.contains("->") {
            let shown: String = line.chars().take(40).collect();
            return Err(format!(
                "“{shown}”: write a -> b, c, with names of 1 to {NAME_MOST} characters"
            ));
        }
        if let Some(place) = self.nodes.iter().position(|node| node == name) {
            return Ok(place);
        }
        self.nodes.push(name.to_string());
        Ok(self.nodes.len() - 1)
    }

    /// A, n × n: 1 in row i, column j if there is an arrow from i to j.
    pub fn adjacency(&self) -> Matrix {
        let n = self.nodes.len();
        Matrix::from_fn(n, n, |i, j| f64::from(self.arrows.contains(&(i, j))))
    }

    /// Nodes that no arrow leaves.
    pub fn dangling(&self) -> Vec<usize> {
        let leaves = |node: &usize| self.arrows.iter().any(|(from, _)| from == node);
        (0..self.nodes.len()).filter(|node| !leaves(node)).collect()
    }

    /// S, n × n: column j has where one goes from j, each arrow as likely; from a dangling node, anywhere (Langville and
    /// Meyer, “Google's PageRank and Beyond”, 2006, section 4.3). Columns sum to 1.
    pub fn walk(&self) -> Matrix {
        let mut walk = self.adjacency().transpose();
        let n = self.nodes.len() as f64;
        for mut column in walk.column_iter_mut() {
            let sum = column.sum();
            if sum > 0.0 {
                column /= sum;
            } else {
                column.fill(1.0 / n);
            }
        }
        walk
    }
}

/// G = d S + (1 − d)/n · 1 1ᵀ, the Google matrix (Page, Brin, Motwani and Winograd, “The PageRank citation ranking”, 1999).
pub fn google(walk: &Matrix, damping: f64) -> Matrix {
    walk.map(|x| damping * x + (1.0 - damping) / walk.nrows().max(1) as f64)
}

/// The x that solves (I − d S) x = (1 − d)/n · 1. None for d = 1, which has no single answer.
pub fn solved(walk: &Matrix, damping: f64) -> Option<Matrix> {
    let n = walk.nrows();
    let jump = Matrix::from_element(n, 1, (1.0 - damping) / n.max(1) as f64);
    (Matrix::identity(n, n) - walk * damping).lu().solve(&jump)
}

/// The power iteration, x ← G x, from all nodes alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// After as many steps as were asked for.
    pub at: Matrix,
    /// ‖x − rank‖₁ from the start on.
    pub errors: Vec<f64>,
    /// Where the iteration comes to when no step can tell any more.
    pub end: Matrix,
}

/// The curve has at least so many steps.
const DRAWN: usize = 30;

/// `steps` of the power iteration, beside the `rank` known by [`solved`], and as many more as the damping needs.
pub fn course(google: &Matrix, rank: &Matrix, steps: usize, damping: f64) -> Course {
    let n = google.nrows().max(1);
    let mut x = Matrix::from_element(n, 1, 1.0 / n as f64);
    let mut at = x.clone();
    let off = |x: &Matrix| (x - rank).iter().map(|x| x.abs()).sum::<f64>();
    let mut errors = vec![off(&x)];
    let enough = if damping > 0.0 {
        (f64::EPSILON.ln() / damping.ln()).ceil() as usize
    } else {
        1
    };
    let drawn = steps.max(DRAWN);
    for step in 1..=enough.max(drawn) {
        x = google * x;
        if step == steps {
            at.copy_from(&x);
        }
        if step <= drawn {
            errors.push(off(&x));
        }
    }
    Course { at, errors, end: x }
}

/// Hubs and authorities (Kleinberg, “Authoritative sources in a hyperlinked environment”, Journal of the ACM 46, 1999):
/// the first left and right singular vectors of the adjacency matrix, each with sum 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Hits {
    pub hubs: Matrix,
    pub authorities: Matrix,
    pub s: Vec<f64>,
    /// How many singular values are as large as the first. With more than one the vectors are not determined, and
    /// these are what Kleinberg's iteration comes to when it begins with all hubs equal.
    pub ties: usize,
}

/// Singular values nearer than this share of the first count as equal.
const TIE: f64 = 1e-6;

/// # Errors
/// As [`svd`] has it.
pub fn hits(adjacency: &Matrix) -> Result<Hits, LinalgError> {
    let f = svd(adjacency)?;
    let first = f.s.first().copied().unwrap_or(0.0);
    let ties = f.s.iter().filter(|s| **s >= first * (1.0 - TIE)).count();
    let top = f.truncated(ties);
    let ones = Matrix::from_element(adjacency.nrows(), 1, 1.0);
    let hubs = &top.u * top.u.tr_mul(&ones);
    let authorities = adjacency.tr_mul(&hubs);
    Ok(Hits {
        hubs: summing_to_one(hubs),
        authorities: summing_to_one(authorities),
        s: f.s,
        ties,
    })
}

/// A vector whose entries have one sign, scaled.
pub fn summing_to_one(vector: Matrix) -> Matrix {
    let sum = vector.sum();
    if sum == 0.0 { vector } else { vector / sum }
}
