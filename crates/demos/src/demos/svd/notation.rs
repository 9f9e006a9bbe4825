//! Lines that lead from one name to another, in the notations that people paste: arrows of all kinds, DOT, Mermaid, lists
//! of edges. What has no direction or more than one meaning is refused.

use unicode_normalization::UnicodeNormalization;

/// Which way a sign between two names leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    On,
    Back,
    Both,
    /// A line without a head: `--`, `---`, `===`.
    None,
}

/// A line taken apart: what stands between arrows, and the arrows. There is one piece more than arrows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub pieces: Vec<String>,
    pub ways: Vec<Way>,
}

impl Line {
    /// Arrows within double quotes are a part of the name.
    pub fn of(text: &str) -> Self {
        let all: Vec<char> = text.nfc().collect();
        let mut line = Self {
            pieces: vec![String::new()],
            ways: Vec::new(),
        };
        let (mut at, mut quoted) = (0, false);
        while let Some(c) = all.get(at) {
            quoted ^= *c == '"';
            let sign = if quoted { None } else { sign(&all[at..]) };
            if let Some((way, length)) = sign {
                line.ways.push(way);
                line.pieces.push(String::new());
                at += length;
                continue;
            }
            if let Some(piece) = line.pieces.last_mut() {
                piece.push(*c);
            }
            at += 1;
        }
        for piece in &mut line.pieces {
            *piece = piece.trim().to_string();
        }
        line
    }

    /// The two names of a line with one arrow; the first may be missing.
    ///
    /// # Errors
    /// If there is no arrow or more than one, or it leads nowhere.
    pub fn pair(self) -> Result<(String, String), &'static str> {
        let [from, to] =
            <[String; 2]>::try_from(self.pieces).map_err(|pieces| match pieces.len() {
                1 => "has no arrow; write “input -> output”",
                _ => "has two arrows; write one input and its output on each line",
            })?;
        let [from, to] = [from, to].map(|name| unquoted(&name));
        match self.ways.first() {
            Some(Way::On) => Ok((from, to)),
            Some(Way::Back) => Ok((to, from)),
            _ => Err("has an arrow without one direction; write “input -> output”"),
        }
    }
}

/// The sign that begins here, and its length. A hyphen alone is a part of a name.
fn sign(all: &[char]) -> Option<(Way, usize)> {
    let one = match all.first()? {
        '→' | '⟶' | '➔' | '➜' | '➝' | '➞' | '➡' | '⇒' | '⟹' | '↦' | '⟼' | '⇢' | '⭢' => {
            Some(Way::On)
        }
        '←' | '⟵' | '⬅' | '⇐' | '⟸' | '↤' | '⇠' => Some(Way::Back),
        '↔' | '⟷' | '⇔' | '⟺' => Some(Way::Both),
        _ => None,
    };
    if let Some(way) = one {
        // An arrow as a picture has a mark of its own behind it.
        let more = usize::from(all.get(1) == Some(&'\u{fe0f}'));
        return Some((way, 1 + more));
    }
    let is_shaft = |c: &char| matches!(c, '-' | '=' | '~' | '–' | '—');
    let back = all[0] == '<';
    let from = usize::from(back);
    let shaft = |c: &&char| is_shaft(c) || **c == '.';
    if !all.get(from).is_some_and(is_shaft) {
        return None;
    }
    let length = all[from..].iter().take_while(shaft).count();
    let end = from + length;
    let on = all.get(end) == Some(&'>');
    match (back, on) {
        (true, true) => Some((Way::Both, end + 1)),
        (true, false) => Some((Way::Back, end)),
        (false, true) => Some((Way::On, end + 1)),
        (false, false) if length > 1 && all[from..end].iter().all(is_shaft) => {
            Some((Way::None, end))
        }
        (false, false) => None,
    }
}

/// Without the quotes around it.
pub fn unquoted(name: &str) -> String {
    let inside = name
        .strip_prefix('"')
        .and_then(|name| name.strip_suffix('"'))
        .or_else(|| {
            name.strip_prefix('“')
                .and_then(|name| name.strip_suffix('”'))
        });
    inside.unwrap_or(name).trim().to_string()
}

/// Pieces of a text between these signs, where they are not in quotes.
pub fn split(text: &str, by: impl Fn(char) -> bool) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        quoted ^= c == '"';
        if !quoted && by(c) {
            pieces.push(String::new());
        } else if let Some(piece) = pieces.last_mut() {
            piece.push(c);
        }
    }
    pieces
}

/// What DOT and Mermaid say beside the links themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statements {
    /// Links and names, without comments and what ends them.
    pub links: Vec<String>,
    /// Names may have shapes with words in them, as Mermaid has it: `A[Start]`.
    pub mermaid: bool,
    /// DOT's `graph`: links without a head, which go both ways.
    pub both_ways: bool,
}

impl Statements {
    pub fn of(lines: &[String]) -> Self {
        let mut found = Self::default();
        for line in lines {
            let line = without_comment(line);
            for (place, statement) in split(&line, |c| c == ';').into_iter().enumerate() {
                let statement = statement.trim().trim_end_matches('}').trim();
                let first = found.links.is_empty() && place == 0;
                if first && found.is_heading(statement) {
                    // `digraph { a -> b }` in one line.
                    if let Some((_, rest)) = statement.split_once('{') {
                        found.push(rest);
                    }
                    continue;
                }
                found.push(statement);
            }
        }
        found
    }

    fn push(&mut self, statement: &str) {
        let statement = statement.trim();
        // Settings of the picture: `rankdir=LR`, `node [shape=box]`.
        let word = statement
            .split(|c: char| !c.is_alphanumeric())
            .next()
            .unwrap_or("");
        let arrow = !Line::of(statement).ways.is_empty();
        let set = !arrow
            && (statement.contains('=') && !statement.contains('[')
                || ["node", "edge", "graph"].contains(&word) && statement.contains('['));
        if !statement.is_empty() && !set {
            self.links.push(statement.to_string());
        }
    }

    fn is_heading(&mut self, statement: &str) -> bool {
        let head = statement.split('{').next().unwrap_or("").to_lowercase();
        let words: Vec<&str> = head.split_whitespace().collect();
        let opens = statement.contains('{');
        let Some(first) = words.iter().find(|word| **word != "strict") else {
            return false;
        };
        match *first {
            "digraph" if opens => true,
            "graph" if opens => {
                self.both_ways = true;
                true
            }
            "graph" | "flowchart"
                if words.len() == 2 && ["td", "tb", "bt", "lr", "rl"].contains(&words[1]) =>
            {
                self.mermaid = true;
                true
            }
            _ => false,
        }
    }
}

/// Comments of DOT, Mermaid and lists of edges, where they cannot be a part of a name.
fn without_comment(line: &str) -> String {
    let begins = |at: usize| line[..at].is_empty() || line[..at].ends_with(char::is_whitespace);
    let comment = |sign: &str| {
        let places = line.match_indices(sign).map(|(at, _)| at);
        places
            .filter(|at| begins(*at) && line[..*at].matches('"').count().is_multiple_of(2))
            .min()
    };
    let end = ["//", "%%", "#"]
        .iter()
        .filter_map(|sign| comment(sign))
        .min();
    line[..end.unwrap_or(line.len())].trim().to_string()
}
