//! How well the nearest embeddings are of the query's own class: precision@1 and MAP@R (Musgrave, Belongie, Lim,
//! "A Metric Learning Reality Check", ECCV 2020).

use rayon::prelude::*;

/// n embeddings and the class of each.
#[derive(Debug, Clone, Copy)]
pub struct Labelled<'a> {
    /// n × d, mapped so that the Euclidean distance is the one to measure.
    pub embeddings: &'a [f32],
    /// n
    pub labels: &'a [u16],
}

/// Means over those queries that have any of their class in the gallery.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Retrieval {
    pub queries: usize,
    /// The share whose nearest embedding is of their class.
    pub precision_at_1: f64,
    /// With R the number of a query's class in the gallery: (1/R) Σ_{i ≤ R, the i-th is of the class} P(i), P(i) the
    /// precision among the first i.
    pub map_at_r: f64,
}

/// Looks every query up in the gallery, by Euclidean distance between embeddings of `dims` numbers.
///
/// Where the queries are in the gallery themselves, in the same order from place `themselves` on, none is found by
/// itself. Of equal distances the lower place is the nearer; a distance that is no number is the farthest.
///
/// None if no query has any of its class in the gallery.
pub fn retrieval(
    queries: Labelled,
    gallery: Labelled,
    dims: usize,
    themselves: Option<usize>,
) -> Option<Retrieval> {
    if dims == 0 {
        return None;
    }
    let columns = Columns::of(gallery, dims);
    let each: Vec<Option<(bool, f64)>> = queries
        .embeddings
        .par_chunks_exact(dims)
        .zip(queries.labels)
        .enumerate()
        .map_init(Scratch::default, |scratch, (n, (query, label))| {
            let itself = themselves.map(|first| first + n);
            columns.look_up(query, *label, itself, scratch)
        })
        .collect();
    let (mut found, mut first, mut average) = (0_usize, 0_usize, 0.0);
    for (right, precision) in each.into_iter().flatten() {
        found += 1;
        first += usize::from(right);
        average += precision;
    }
    (found > 0).then(|| Retrieval {
        queries: found,
        precision_at_1: first as f64 / found as f64,
        map_at_r: average / found as f64,
    })
}

/// The gallery by coordinates: the distances of one query from all of it are sums over columns, several at a time.
struct Columns<'a> {
    /// d × n
    columns: Vec<f32>,
    labels: &'a [u16],
}

/// What one look-up after the other is worked out in.
#[derive(Default)]
struct Scratch {
    distances: Vec<f32>,
    keys: Vec<u64>,
}

impl<'a> Columns<'a> {
    fn of(gallery: Labelled<'a>, dims: usize) -> Self {
        let n = gallery.labels.len().min(gallery.embeddings.len() / dims);
        let mut columns = vec![0.0; n * dims];
        for (place, point) in gallery.embeddings.chunks_exact(dims).take(n).enumerate() {
            for (d, x) in point.iter().enumerate() {
                columns[d * n + place] = *x;
            }
        }
        let labels = &gallery.labels[..n];
        Self { columns, labels }
    }

    /// Whether the nearest is of the class, and the average precision at R.
    fn look_up(
        &self,
        query: &[f32],
        label: u16,
        itself: Option<usize>,
        Scratch { distances, keys }: &mut Scratch,
    ) -> Option<(bool, f64)> {
        let n = self.labels.len();
        let itself = itself.filter(|place| *place < n);
        let others = |place: &usize| Some(*place) != itself;
        let alike = (0..n).filter(others);
        let r = alike.filter(|place| self.labels[*place] == label).count();
        if r == 0 {
            return None;
        }
        distances.clear();
        distances.resize(n, 0.0);
        for (x, column) in query.iter().zip(self.columns.chunks_exact(n)) {
            for (distance, y) in distances.iter_mut().zip(column) {
                *distance += (x - y) * (x - y);
            }
        }
        // A distance is not negative, so its bits are in its order (those of NaN last), with the place below them.
        let bits =
            |(place, distance): (usize, &f32)| (u64::from(distance.to_bits()) << 32) | place as u64;
        keys.clear();
        keys.extend(distances.iter().enumerate().map(bits));
        if let Some(place) = itself {
            keys.swap_remove(place);
        }
        keys.select_nth_unstable(r - 1);
        let nearest = &mut keys[..r];
        nearest.sort_unstable();
        let found = |key: &u64| self.labels[(key & u64::from(u32::MAX)) as usize] == label;
        let (mut right, mut average) = (0_usize, 0.0);
        for (i, key) in (1_usize..).zip(nearest.iter()) {
            if found(key) {
                right += 1;
                average += right as f64 / i as f64;
            }
        }
        Some((found(&nearest[0]), average / r as f64))
    }
}
