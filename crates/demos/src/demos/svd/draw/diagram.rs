//! Nodes and arrows. Arrows begin and end at the borders of nodes; two between the same nodes bend apart, and one that
//! would cross another node goes around it.

mod route;

use std::fmt::Write as _;

use super::ink::{self, Anchor, Figure, SMALL};
use super::label::Labels;
use crate::demos::svd::shown::{Diagram, Link, Node};
use route::{Route, Spot};

/// Between neighbours, from middle to middle.
const ACROSS: f64 = 110.0;
const DOWN: f64 = 90.0;
/// Farthest between neighbours with long words.
const FARTHEST: f64 = 230.0;
const NODE: f64 = 17.0;
const LETTERS: usize = 24;

pub fn svg(diagram: &Diagram) -> String {
    let spots = spots(diagram);
    let routes = routes(&diagram.arrows, &spots);
    let mut body = String::new();
    for (link, route) in &routes {
        route.draw(&mut body, link.look);
    }
    for (node, spot) in diagram.nodes.iter().zip(&spots) {
        drawn(&mut body, node, spot);
    }
    let far = 1e5;
    let mut labels = Labels::within([-far, -far, far, far]);
    let mut edges: Vec<[f64; 4]> = spots.iter().map(Spot::edges).collect();
    for edge in &edges {
        labels.take(*edge);
    }
    for (_, route) in &routes {
        for [x, y] in route.points() {
            labels.take([x - 3.0, y - 3.0, x + 3.0, y + 3.0]);
            edges.push([x - 4.0, y - 4.0, x + 4.0, y + 4.0]);
        }
    }
    for (link, route) in routes.iter().filter(|(link, _)| !link.label.is_empty()) {
        let words = ink::shortened(&link.label, LETTERS);
        let half = [ink::width(&words, ink::TEXT) / 2.0 + 2.0, 9.0];
        edges.push(labels.place(&mut body, &words, &route.beside(half)));
    }
    let start = [
        f64::INFINITY,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NEG_INFINITY,
    ];
    let all = edges.iter().fold(start, |a, b| {
        [
            a[0].min(b[0]),
            a[1].min(b[1]),
            a[2].max(b[2]),
            a[3].max(b[3]),
        ]
    });
    let all = if edges.is_empty() { [0.0; 4] } else { all };
    let moved = format!(
        "<g transform=\"translate({} {})\">{body}</g>",
        ink::at(6.0 - all[0]),
        ink::at(6.0 - all[1])
    );
    Figure {
        kind: "diagram",
        title: &diagram.title,
        alt: &diagram.alt,
        width: all[2] - all[0] + 12.0,
        height: all[3] - all[1] + 12.0,
        data: "",
    }
    .svg(&moved)
}

fn spots(diagram: &Diagram) -> Vec<Spot> {
    let size = |node: &Node| {
        let label = ink::width(&ink::shortened(&node.label, LETTERS), NODE);
        let note = ink::width(&ink::shortened(&node.note, LETTERS), SMALL);
        let wide = (label.max(note) + 18.0).max(38.0);
        let high = if node.note.is_empty() { 34.0 } else { 50.0 };
        [wide / 2.0, high / 2.0]
    };
    let halves: Vec<[f64; 2]> = diagram.nodes.iter().map(size).collect();
    let across = diagram.arrows.iter().filter_map(|link| {
        let (a, b) = (diagram.nodes.get(link.from)?, diagram.nodes.get(link.to)?);
        let steps = (a.at[0] - b.at[0]).abs();
        let level = (a.at[1] - b.at[1]).abs() < 0.3;
        let room = halves.get(link.from)?[0] + halves.get(link.to)?[0];
        let label = ink::width(&ink::shortened(&link.label, LETTERS), ink::TEXT);
        (level && steps > 0.1).then(|| (room + label.max(24.0) + 26.0) / steps)
    });
    let across = across.fold(ACROSS, f64::max).min(FARTHEST);
    let place = |x: f64| {
        if x.is_finite() {
            x.clamp(-100.0, 100.0)
        } else {
            0.0
        }
    };
    let nodes = diagram.nodes.iter().zip(halves);
    nodes
        .map(|(node, half)| Spot {
            middle: [place(node.at[0]) * across, place(node.at[1]) * DOWN],
            half,
        })
        .collect()
}

fn routes<'a>(links: &'a [Link], spots: &[Spot]) -> Vec<(&'a Link, Route)> {
    let pair = |link: &Link| (link.from.min(link.to), link.from.max(link.to));
    let mut totals = std::collections::HashMap::new();
    for link in links {
        *totals.entry(pair(link)).or_insert(0_usize) += 1;
    }
    let mut seen = std::collections::HashMap::new();
    let mut routes = Vec::new();
    for link in links {
        let (Some(from), Some(to)) = (spots.get(link.from), spots.get(link.to)) else {
            continue;
        };
        let total = totals.get(&pair(link)).copied().unwrap_or(1);
        let nth = seen.entry(pair(link)).or_insert(0_usize);
        let place = *nth as f64 - (total as f64 - 1.0) / 2.0;
        *nth += 1;
        let route = if link.from == link.to {
            Route::around(from, *nth, spots)
        } else if total > 1 {
            // Bends are to the right of the way from the first node of the two to the second.
            let turned = if link.from < link.to { 1.0 } else { -1.0 };
            Route::between(from, to, place * 40.0 * turned)
        } else {
            Route::clear(from, to, spots)
        };
        routes.push((link, route));
    }
    routes
}

fn drawn(out: &mut String, node: &Node, spot: &Spot) {
    let [left, top, _, _] = spot.edges();
    let [x, y] = spot.middle;
    let _ = write!(
        out,
        "<rect class=\"svd-card\" x=\"{0}\" y=\"{1}\" width=\"{2}\" height=\"{3}\" rx=\"8\"/>\
         <rect {4} x=\"{0}\" y=\"{1}\" width=\"{2}\" height=\"{3}\" rx=\"8\"/>",
        ink::at(left),
        ink::at(top),
        ink::at(spot.half[0] * 2.0),
        ink::at(spot.half[1] * 2.0),
        node.look.stroke()
    );
    let line = if node.note.is_empty() {
        y + 6.0
    } else {
        y - 2.0
    };
    let label = ink::shortened(&node.label, LETTERS);
    ink::text(out, [x, line], Anchor::Middle, NODE, &label, "");
    if !node.note.is_empty() {
        let note = ink::shortened(&node.note, LETTERS);
        ink::text(
            out,
            [x, y + 16.0],
            Anchor::Middle,
            SMALL,
            &note,
            "class=\"svd-muted\"",
        );
    }
}
