//! Lines of text that are put below and beside each other.

use super::plain;
use crate::demos::svd::draw::ink;
use crate::demos::svd::shown::Named;

/// Rows of a matrix before the rest is only counted.
const ROWS: usize = 24;
const NAME: usize = 16;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Block {
    pub lines: Vec<String>,
}

impl Block {
    pub fn of(lines: impl IntoIterator<Item = String>) -> Self {
        Self {
            lines: lines.into_iter().collect(),
        }
    }

    pub fn width(&self) -> usize {
        self.lines
            .iter()
            .map(|line| letters(line))
            .max()
            .unwrap_or(0)
    }

    pub fn below(&mut self, other: Self) {
        self.lines.extend(other.lines);
    }

    /// Side by side, their middles on a line.
    pub fn beside(blocks: &[Self]) -> Self {
        let high = blocks
            .iter()
            .map(|block| block.lines.len())
            .max()
            .unwrap_or(0);
        let mut lines = vec![String::new(); high];
        for (n, block) in blocks.iter().enumerate() {
            let (wide, above) = (block.width(), (high - block.lines.len()) / 2);
            for (at, line) in lines.iter_mut().enumerate() {
                let of = at.checked_sub(above).and_then(|at| block.lines.get(at));
                if n > 0 {
                    line.push_str("  ");
                }
                line.push_str(&padded(of.map_or("", String::as_str), wide));
            }
        }
        Self { lines }
    }

    pub fn written(self) -> String {
        let mut out = String::new();
        for line in self.lines {
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }
}

/// Places on a terminal; an accent that is put over a letter has none.
fn letters(text: &str) -> usize {
    let over = |c: &char| !matches!(c, '\u{300}'..='\u{36f}' | '\u{20d0}'..='\u{20ff}');
    text.chars().filter(over).count()
}

fn padded(text: &str, wide: usize) -> String {
    format!("{text}{}", " ".repeat(wide.saturating_sub(letters(text))))
}

fn right(text: &str, wide: usize) -> String {
    format!("{}{text}", " ".repeat(wide.saturating_sub(letters(text))))
}

/// Name above, numbers in brackets, shape and note below; what does not fit is counted.
pub fn matrix(named: &Named, width: usize) -> Block {
    let (rows, columns) = named.matrix.shape();
    let named_rows = named.rows.iter().any(|name| !name.is_empty());
    let named_columns = named.columns.iter().any(|name| !name.is_empty());
    let shown_rows = rows.min(ROWS);
    // The widest number has ten letters, and two are between.
    let room = width.saturating_sub(if named_rows { NAME + 6 } else { 4 });
    let mut cells: Vec<Vec<String>> = Vec::new();
    if named_columns {
        let names = named
            .columns
            .iter()
            .map(|name| ink::shortened(&plain(name), NAME));
        cells.push(
            names
                .chain(std::iter::repeat(String::new()))
                .take(columns)
                .collect(),
        );
    }
    for row in named.matrix.row_iter().take(shown_rows) {
        cells.push(row.iter().map(|x| ink::number(*x)).collect());
    }
    let widest = |column: usize| {
        cells
            .iter()
            .filter_map(|row| row.get(column))
            .map(|cell| letters(cell))
            .max()
            .unwrap_or(0)
    };
    let mut used = 0;
    let shown = (0..columns)
        .take_while(|column| {
            used += widest(*column) + 2;
            used <= room
        })
        .count()
        .max(1)
        .min(columns);
    for row in &mut cells {
        row.truncate(shown);
    }
    let head = if named_columns && !cells.is_empty() {
        Some(cells.remove(0))
    } else {
        None
    };
    let mut body = bracketed_under(head.as_deref(), &cells);
    if named_rows {
        let names = named
            .rows
            .iter()
            .map(|name| ink::shortened(&plain(name), NAME));
        let lead = usize::from(head.is_some());
        let names = std::iter::repeat_n(String::new(), lead)
            .chain(names)
            .take(shown_rows + lead);
        body = Block::beside(&[Block::of(names), body]);
    }
    let mut below = format!("{rows} × {columns}");
    if !named.note.is_empty() {
        below = format!("{below}, {}", plain(&named.note));
    }
    let mut all = Block::default();
    if !named.name.is_empty() {
        all.below(Block::of([plain(&named.name)]));
    }
    all.below(body);
    if shown < columns || shown_rows < rows {
        below = format!("{below} (the first {shown_rows} × {shown} are shown)");
    }
    all.below(super::wrapped(&below, width.min(60)));
    all
}

/// Numbers to the right, in brackets.
pub fn bracketed(rows: &[Vec<String>]) -> Block {
    bracketed_under(None, rows)
}

fn bracketed_under(head: Option<&[String]>, rows: &[Vec<String>]) -> Block {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let all = || rows.iter().map(Vec::as_slice).chain(head);
    let wide: Vec<usize> = (0..columns)
        .map(|n| {
            all()
                .filter_map(|row| row.get(n))
                .map(|cell| letters(cell))
                .max()
                .unwrap_or(0)
        })
        .collect();
    let line = |row: &[String]| {
        let cells = row.iter().zip(&wide).map(|(cell, wide)| right(cell, *wide));
        cells.collect::<Vec<_>>().join("  ")
    };
    let mut block = Block::default();
    if let Some(head) = head {
        block.lines.push(format!("  {}", line(head)));
    }
    block
        .lines
        .extend(rows.iter().map(|row| format!("[ {} ]", line(row))));
    block
}

/// Cells in columns: the first to the left, numbers to the right; a line below the head.
pub fn columns(rows: &[Vec<String>], head: bool) -> Block {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let of = |n: usize| rows.iter().filter_map(move |row| row.get(n));
    let wide: Vec<usize> = (0..count)
        .map(|n| of(n).map(|cell| letters(cell)).max().unwrap_or(0))
        .collect();
    let number = |cell: &String| cell.is_empty() || cell.replace('−', "-").parse::<f64>().is_ok();
    let numbers: Vec<bool> = (0..count)
        .map(|n| n > 0 && of(n).skip(usize::from(head)).all(number))
        .collect();
    let mut block = Block::default();
    for (n, row) in rows.iter().enumerate() {
        let cells = row.iter().zip(wide.iter().zip(&numbers));
        let cells = cells.map(|(cell, (wide, number))| match number {
            true => right(cell, *wide),
            false => padded(cell, *wide),
        });
        block
            .lines
            .push(format!("  {}", cells.collect::<Vec<_>>().join("  ")));
        if n == 0 && head {
            let rule: Vec<String> = wide.iter().map(|wide| "─".repeat(*wide)).collect();
            block.lines.push(format!("  {}", rule.join("  ")));
        }
    }
    block
}
