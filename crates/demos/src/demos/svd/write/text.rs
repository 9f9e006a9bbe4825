//! Text for a terminal of some width.

mod block;
mod chart;

use super::caption;
use crate::demos::svd::draw::ink;
use crate::demos::svd::formula;
use crate::demos::svd::input::Input;
use crate::demos::svd::shown::{Check, Diagram, Mark, Moves, Part, Plane, Shown, Table};
use crate::demos::svd::step::Step;
use block::Block;

/// Narrower is not written for.
const NARROWEST: usize = 24;
/// Rows of a table or arrows of a diagram before the rest is only counted.
const MOST: usize = 40;

/// Title and point, the input, the parts one after the other, and the checks.
pub fn text(step: &dyn Step, input: &Input, shown: &Shown, width: usize) -> String {
    let width = width.max(NARROWEST);
    let mut blocks = vec![
        Block::of([
            step.title().to_string(),
            "=".repeat(step.title().chars().count()),
        ]),
        wrapped(step.point(), width),
    ];
    let fields = step.fields().iter().map(|field| {
        let typed = plain(input.text(field.name));
        ink::shortened(&format!("{} = {typed}", field.name), width)
    });
    blocks.push(Block::of(fields));
    blocks.extend(shown.parts.iter().map(|one| part(one, width)));
    blocks.push(Block::of(
        shown.checks.iter().flat_map(|one| check(one, width).lines),
    ));
    let written = blocks.into_iter().filter(|block| !block.lines.is_empty());
    let written: Vec<String> = written.map(Block::written).collect();
    written.join("\n")
}

/// Without what would move a terminal's cursor or colour it.
fn plain(text: &str) -> String {
    let shown = |c: char| if c.is_control() { ' ' } else { c };
    text.trim().chars().map(shown).collect()
}

fn wrapped(text: &str, width: usize) -> Block {
    let mut lines: Vec<String> = Vec::new();
    let mut long = 0;
    for word in plain(text).split_whitespace() {
        let letters = word.chars().count();
        match lines.last_mut() {
            Some(line) if long + 1 + letters <= width => {
                line.push(' ');
                line.push_str(word);
                long += 1 + letters;
            }
            _ => {
                lines.push(word.to_string());
                long = letters;
            }
        }
    }
    Block::of(lines)
}

fn part(part: &Part, width: usize) -> Block {
    match part {
        Part::Words(words) => wrapped(words, width),
        Part::Code(code) => Block::of(code.lines().map(|line| format!("  {}", plain(line)))),
        Part::Formula(latex) => Block::of([format!("  {}", plain(&formula::text(latex)))]),
        Part::Matrix(named) => block::matrix(named, width),
        Part::Sign(sign) => Block::of([plain(sign)]),
        Part::Row(parts) => row(parts, width),
        Part::Table(of) => table(of, width),
        _ => {
            let (title, alt) = caption(part);
            let mut all = wrapped(title, width);
            all.below(match part {
                Part::Plane(of) => plane(of),
                Part::Moves(of) => moves(of, width),
                Part::Diagram(of) => diagram(of),
                Part::Bars(of) => chart::bars(of, width),
                Part::Curves(of) => chart::curves(of, width),
                Part::Scatter(of) => chart::scatter(of, width),
                Part::Image(of) => Block::of([format!("{} × {} pixels", of.rows, of.columns)]),
                Part::Frames(of) => Block::of([format!("{} frames", of.frames.len())]),
                _ => Block::default(),
            });
            all.below(wrapped(alt, width));
            all
        }
    }
}

/// Side by side if there is room, else below each other.
fn row(parts: &[Part], width: usize) -> Block {
    let blocks: Vec<Block> = parts.iter().map(|one| part(one, width)).collect();
    let gaps = 2 * blocks.len().saturating_sub(1);
    if blocks.iter().map(Block::width).sum::<usize>() + gaps <= width {
        return Block::beside(&blocks);
    }
    let mut all = Block::default();
    for block in blocks {
        all.below(block);
    }
    all
}

fn table(table: &Table, width: usize) -> Block {
    let cells = |row: &[String]| row.iter().map(|cell| plain(cell)).collect::<Vec<_>>();
    let mut rows: Vec<Vec<String>> = table.rows.iter().take(MOST).map(|row| cells(row)).collect();
    if !table.head.is_empty() {
        rows.insert(0, cells(&table.head));
    }
    let mut all = wrapped(&table.caption, width);
    all.below(block::columns(&rows, !table.head.is_empty()));
    if table.rows.len() > MOST {
        all.below(Block::of([format!(
            "… {} rows more",
            table.rows.len() - MOST
        )]));
    }
    all
}

fn plane(plane: &Plane) -> Block {
    let place = |[x, y]: &[f64; 2]| format!("({}, {})", ink::number(*x), ink::number(*y));
    let line = |mark: &Mark| match mark {
        Mark::Arrow {
            from, to, label, ..
        } if *from == [0.0, 0.0] => Some(format!("  {} → {}", plain(label), place(to))),
        Mark::Arrow {
            from, to, label, ..
        } => Some(format!(
            "  {} {} → {}",
            plain(label),
            place(from),
            place(to)
        )),
        Mark::Point { at, label, .. } if !label.is_empty() => {
            Some(format!("  {} at {}", plain(label), place(at)))
        }
        _ => None,
    };
    Block::of(plane.marks.iter().filter_map(line).take(MOST))
}

fn moves(moves: &Moves, width: usize) -> Block {
    let mut all = Block::default();
    for (n, (what, by)) in moves.moves.iter().enumerate() {
        all.below(wrapped(&format!("{}. {what}", n + 1), width));
        let rows = by
            .iter()
            .map(|row| row.iter().map(|x| ink::number(*x)).collect::<Vec<_>>());
        all.below(block::bracketed(&rows.collect::<Vec<_>>()));
    }
    all
}

fn diagram(diagram: &Diagram) -> Block {
    let name = |n: usize| {
        diagram
            .nodes
            .get(n)
            .map_or(String::new(), |node| plain(&node.label))
    };
    let line = |link: &crate::demos::svd::shown::Link| {
        let arrow = match plain(&link.label) {
            label if label.is_empty() => "──▶".to_string(),
            label => format!("──{label}──▶"),
        };
        format!("  {} {arrow} {}", name(link.from), name(link.to))
    };
    let mut all = Block::of(diagram.arrows.iter().take(MOST).map(line));
    if diagram.arrows.len() > MOST {
        all.below(Block::of([format!(
            "… {} arrows more",
            diagram.arrows.len() - MOST
        )]));
    }
    all
}

fn check(check: &Check, width: usize) -> Block {
    let (mark, word) = if check.holds() {
        ("✓", "holds")
    } else {
        ("✗", "does not hold")
    };
    let (error, bound) = (ink::digits(check.error, 2), ink::digits(check.bound, 2));
    wrapped(
        &format!(
            "{mark} {}: {word}, off by {error}, rounding may do {bound}",
            check.claim
        ),
        width,
    )
}
