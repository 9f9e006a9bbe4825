//! A small directed graph as people type it, its PageRank, and its hubs and authorities.

use std::collections::BTreeSet;

use super::notation::{Line, Statements, Way, split, unquoted};
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
    /// Of lines `a -> b, c`; a name alone is a node that goes nowhere. DOT, Mermaid, other arrows and lists of edges are read
    /// as well, as far as they mean the same.
    ///
    /// # Errors
    /// If a line can be read in more than one way or has no direction, a name is missing or too long, or there are too few
    /// or too many nodes.
    pub fn of(lines: &[String]) -> Result<Self, String> {
        let mut graph = Self {
            nodes: Vec::new(),
            arrows: BTreeSet::new(),
            loops: 0,
        };
        let found = Statements::of(lines);
        let all: Vec<Line> = found.links.iter().map(|link| Line::of(link)).collect();
        if all.iter().all(|line| line.ways.is_empty()) && !all.is_empty() {
            graph.list_of_edges(&found.links)?;
        } else {
            for (line, text) in all.iter().zip(&found.links) {
                graph.line(line, text, &found)?;
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

    /// Names and arrows in turn, each name leading to those after the next arrow.
    fn line(&mut self, line: &Line, text: &str, of: &Statements) -> Result<(), String> {
        let shown = || shortened(text);
        let last = line.pieces.len() - 1;
        let mut before: Option<Vec<usize>> = None;
        for (place, piece) in line.pieces.iter().enumerate() {
            let way = place
                .checked_sub(1)
                .and_then(|place| line.ways.get(place))
                .copied();
            let piece =
                without_extras(piece, place > 0).map_err(|why| format!("“{}”: {why}", shown()))?;
            // `b ->` is a node that goes nowhere.
            if place > 0 && place == last && piece.is_empty() {
                break;
            }
            let apart = |c: char| c == ',' || c == '&' && of.mermaid;
            let names = split(&piece, apart);
            if names.len() > 1 && place < last && !(of.mermaid && place == 0) {
                return Err(format!(
                    "“{}”: several names before an arrow can be read in more than one way; write a line for each, as a -> b, c",
                    shown()
                ));
            }
            let mut here = Vec::new();
            for name in names {
                here.push(self.place(&name, text, of.mermaid)?);
            }
            let way = match way {
                Some(Way::None) if of.both_ways => Some(Way::Both),
                way => way,
            };
            if let (Some(way), Some(from)) = (way, &before) {
                if way == Way::None {
                    return Err(format!(
                        "“{}”: a line without a head has no direction; write a -> b, or a <-> b for both ways",
                        shown()
                    ));
                }
                for (from, to) in from
                    .iter()
                    .flat_map(|from| here.iter().map(move |to| (*from, *to)))
                {
                    if way != Way::Back {
                        self.link(from, to);
                    }
                    if way != Way::On {
                        self.link(to, from);
                    }
                }
            }
            before = Some(here);
        }
        Ok(())
    }

    /// Lines of two names each, parted alike by a tab, a comma or spaces; without them, lines of one name each.
    fn list_of_edges(&mut self, lines: &[String]) -> Result<(), String> {
        let any = |sign: char| lines.iter().any(|line| line.contains(sign));
        let by: fn(char) -> bool = match (any('\t'), any(',')) {
            (true, _) => |c| c == '\t',
            (false, true) => |c| c == ',',
            (false, false) => char::is_whitespace,
        };
        let fields = |line: &String| {
            let all = split(line, by)
                .into_iter()
                .map(|name| name.trim().to_string());
            all.filter(|name| !name.is_empty() || any('\t') || any(','))
                .collect::<Vec<_>>()
        };
        let rows: Vec<Vec<String>> = lines.iter().map(fields).collect();
        if rows.iter().all(|row| row.len() == 1) {
            for (row, line) in rows.iter().zip(lines) {
                self.place(&row[0], line, false)?;
            }
            return Ok(());
        }
        let is_number = |name: &String| name.parse::<f64>().is_ok();
        for (row, line) in rows.iter().zip(lines) {
            let shown = shortened(line);
            if row.len() == 3 && is_number(&row[2]) {
                return Err(format!(
                    "“{shown}”: weights are not read, all links of a node count alike; leave the number out"
                ));
            }
            if row.len() != 2 {
                return Err(format!(
                    "“{shown}”: write a -> b, c, or two names in every line"
                ));
            }
        }
        const HEADINGS: [&str; 8] = [
            "source", "target", "from", "to", "src", "dst", "tail", "head",
        ];
        if rows.first().is_some_and(|row| {
            row.iter()
                .all(|name| HEADINGS.contains(&name.to_lowercase().as_str()))
        }) {
            return Err(format!(
                "“{}” looks like a line of headings; leave it out",
                shortened(&lines[0])
            ));
        }
        if rows.len() == 2 && rows.iter().flatten().all(|name| name == "0" || name == "1") {
            return Err("may be a matrix or a list of links; write links as a -> b".to_string());
        }
        for (row, line) in rows.iter().zip(lines) {
            let from = self.place(&row[0], line, false)?;
            let to = self.place(&row[1], line, false)?;
            self.link(from, to);
        }
        Ok(())
    }

    fn link(&mut self, from: usize, to: usize) {
        if from == to {
            self.loops += 1;
        } else {
            self.arrows.insert((from, to));
        }
    }

    fn place(&mut self, name: &str, line: &str, mermaid: bool) -> Result<usize, String> {
        let name = name.trim();
        let quoted = name.starts_with(['"', '“']);
        let mut name = unquoted(name);
        if mermaid && !quoted {
            // `A[Start]`, `A(Start)`, `A{Start}`: the name is what stands before the shape.
            let end = name.find(['[', '(', '{', '>']).filter(|at| *at > 0);
            name.truncate(end.unwrap_or(name.len()));
            name = name.trim().to_string();
        }
        let length = name.chars().count();
        if !(1..=NAME_MOST).contains(&length) {
            return Err(format!(
                "“{}”: write a -> b, c, with names of 1 to {NAME_MOST} characters",
                shortened(line)
            ));
        }
        if !quoted && name.contains(char::is_whitespace) {
            return Err(format!(
                "“{}”: “{name}” may be one name or more; part names by commas, or put one with a space into quotes",
                shortened(line)
            ));
        }
        if !quoted && name.contains(['[', ']', '{', '}', '|', '<', '>', '"', ';']) {
            return Err(format!(
                "“{}”: “{name}” has a sign that other notations use; write a -> b, c, or put the name into quotes",
                shortened(line)
            ));
        }
        if let Some(place) = self.nodes.iter().position(|node| *node == name) {
            return Ok(place);
        }
        self.nodes.push(name);
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

/// Without what DOT and Mermaid write beside a name: `[color=red]` behind it, a label `|yes|` before it.
fn without_extras(piece: &str, after_arrow: bool) -> Result<String, &'static str> {
    const WEIGHTS: &str = "weights are not read, all links of a node count alike; leave them out";
    let mut piece = piece.trim();
    if let Some((label, rest)) = piece
        .strip_prefix('|')
        .and_then(|rest| rest.split_once('|'))
        && after_arrow
    {
        if label.trim().parse::<f64>().is_ok() {
            return Err(WEIGHTS);
        }
        piece = rest.trim();
    }
    let attributes = piece
        .strip_suffix(']')
        .and_then(|inside| inside.rsplit_once('['));
    if let Some((name, inside)) = attributes
        && inside.contains('=')
    {
        let label = inside
            .split(['=', ','])
            .map(|word| word.trim().trim_matches('"'));
        if inside.contains("weight") || label.clone().any(|word| word.parse::<f64>().is_ok()) {
            return Err(WEIGHTS);
        }
        piece = name.trim();
    }
    Ok(piece.to_string())
}

fn shortened(line: &str) -> String {
    line.chars().take(40).collect()
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
