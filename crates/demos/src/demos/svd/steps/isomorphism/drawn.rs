//! Pictures of a map in three pieces.

use super::super::super::quotient::Pieces;
use super::super::super::shown::{Diagram, Link, Look, Node, Part, Table};

/// So many elements are drawn one by one.
const DRAWN: usize = 16;

/// Onto, down the left; reversible, along the bottom; one-to-one, up the right; the map itself along the top.
pub fn square(corners: [(String, String); 4], middle: &str) -> Diagram {
    let at = [[0.0, 0.0], [0.0, 2.0], [4.0, 2.0], [4.0, 0.0]];
    let looks = [Look::First, Look::Plain, Look::Plain, Look::Second];
    let nodes = corners.into_iter().zip(at).zip(looks);
    let link = |(from, to, label): (usize, usize, &str)| Link {
        from,
        to,
        label: label.to_string(),
        look: Look::Plain,
    };
    Diagram {
        title: "The same way, in one piece and in three".to_string(),
        alt: "The map goes along the top; onto the classes, reversibly to the image, and one-to-one into the outputs is the same."
            .to_string(),
        nodes: nodes.map(|(((label, note), at), look)| Node { label, note, at, look }).collect(),
        arrows: [(0, 3, "f"), (0, 1, "onto"), (1, 2, middle), (2, 3, "one-to-one")].map(link).to_vec(),
    }
}

/// Every element, its class, the image and the outputs, from left to right; None where there are too many.
pub fn elements(from: &[String], to: &[String], pieces: &Pieces) -> Option<Part> {
    if from.len().max(to.len()) > DRAWN {
        return None;
    }
    let tall = from.len().max(to.len()) as f64;
    let mut nodes = Vec::new();
    let mut column = |names: Vec<String>, x: f64, look: Look| {
        let first = nodes.len();
        let step = tall / names.len().max(1) as f64;
        nodes.extend(names.into_iter().enumerate().map(|(place, label)| Node {
            label,
            note: String::new(),
            at: [x, step * (place as f64 + 0.5)],
            look,
        }));
        first
    };
    let name = |names: &[String], place: usize| names.get(place).cloned().unwrap_or_default();
    let representatives = pieces.classes.iter().filter_map(|class| class.first());
    let inputs = column(from.to_vec(), 0.0, Look::First);
    let classes = column(
        representatives
            .map(|x| format!("[{}]", name(from, *x)))
            .collect(),
        2.0,
        Look::Plain,
    );
    let image = column(
        pieces.image.iter().map(|y| name(to, *y)).collect(),
        4.0,
        Look::Plain,
    );
    let outputs = column(to.to_vec(), 6.0, Look::Second);
    let link = |from: usize, to: usize| Link {
        from,
        to,
        label: String::new(),
        look: Look::Plain,
    };
    let onto = pieces
        .class_of
        .iter()
        .enumerate()
        .map(|(x, class)| link(inputs + x, classes + class));
    let same = (0..pieces.image.len()).map(|class| link(classes + class, image + class));
    let into = pieces
        .image
        .iter()
        .enumerate()
        .map(|(class, y)| link(image + class, outputs + y));
    let arrows = onto.chain(same).chain(into).collect();
    Some(Part::Diagram(Diagram {
        title: "Element by element".to_string(),
        alt: format!(
            "{} inputs go to {} classes, each of which has its own output.",
            from.len(),
            pieces.classes.len()
        ),
        nodes,
        arrows,
    }))
}

pub fn classes(from: &[String], to: &[String], pieces: &Pieces, what: &str) -> Table {
    let name = |names: &[String], place: usize| names.get(place).cloned().unwrap_or_default();
    let row = |(class, y): (&Vec<usize>, &usize)| {
        let all: Vec<String> = class.iter().map(|x| name(from, *x)).collect();
        vec![format!("{{{}}}", all.join(", ")), name(to, *y)]
    };
    Table {
        caption: format!("Each {what}, and what it goes to"),
        head: vec![what.to_string(), "image".to_string()],
        rows: pieces.classes.iter().zip(&pieces.image).map(row).collect(),
    }
}
