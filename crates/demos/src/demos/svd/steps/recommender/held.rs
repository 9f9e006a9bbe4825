//! How good guesses are: some known ratings are hidden and guessed.

use super::super::super::completion::{Completion, Known, Options, complete, hidden};
use super::super::super::ratings::Ratings;
use super::super::super::shown::{Curves, Part, Table};
use crate::linalg::{LinalgError, Matrix};

/// Ranks that the held-out error is drawn for.
const RANKS: usize = 4;

/// What was hidden, guessed by item means and by the completion.
pub struct Held {
    pub places: Vec<(usize, usize)>,
    guesses: Matrix,
    means: Vec<f64>,
    /// Root mean square errors: of the means, and by rank from 0.
    pub of_means: f64,
    pub of_rank: f64,
    by_rank: Vec<f64>,
}

pub fn held(ratings: &Ratings, options: Options) -> Result<Held, LinalgError> {
    let places = hidden(&ratings.known);
    let mut known: Known = ratings.known.clone();
    for place in &places {
        known[*place] = false;
    }
    let guess = |rank: usize| complete(&ratings.table, &known, Options { rank, ..options });
    let error = |guesses: &Matrix| {
        let squares: f64 = places
            .iter()
            .map(|place| (guesses[*place] - ratings.table[*place]).powi(2))
            .sum();
        (squares / places.len().max(1) as f64).sqrt()
    };
    let mut by_rank = Vec::new();
    for rank in 0..=RANKS.min(ratings.items.len()).min(ratings.viewers.len()) {
        by_rank.push(error(&clamped(&guess(rank)?, ratings)));
    }
    let found = guess(options.rank)?;
    let guesses = clamped(&found, ratings);
    Ok(Held {
        of_means: by_rank.first().copied().unwrap_or(0.0),
        of_rank: error(&guesses),
        places,
        guesses,
        means: found.means,
        by_rank,
    })
}

/// Nobody can give more than the most there is.
pub fn clamped(found: &Completion, ratings: &Ratings) -> Matrix {
    let (low, high) = ratings.scale();
    found.filled().map(|x| x.max(low).min(high))
}

pub fn hidden_ones(ratings: &Ratings, held: &Held) -> Table {
    let row = |place: &(usize, usize)| {
        let (i, j) = *place;
        vec![
            ratings.viewers[i].clone(),
            ratings.items[j].clone(),
            ratings.table[*place].to_string(),
            format!("{:.2}", held.means[j]),
            format!("{:.2}", held.guesses[*place]),
        ]
    };
    Table {
        caption: "Hidden ratings, and what was guessed without them".to_string(),
        head: ["viewer", "item", "given", "item's mean", "low rank"]
            .map(String::from)
            .to_vec(),
        rows: held.places.iter().map(row).collect(),
    }
}

pub fn by_rank(held: &Held, rank: usize) -> Part {
    let points = held
        .by_rank
        .iter()
        .enumerate()
        .map(|(rank, error)| [rank as f64, *error]);
    Part::Curves(Curves {
        title: "Error of what was hidden, by rank".to_string(),
        alt: "Rank 0 is the item's mean.".to_string(),
        across: "rank at most (0: item means)".to_string(),
        up: "root mean square error".to_string(),
        log: false,
        curves: vec![("hidden ratings".to_string(), points.collect())],
        at: Some(rank as f64),
        votes: Vec::new(),
    })
}
