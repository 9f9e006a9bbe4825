//! What holds of PageRank, and of hubs and authorities where they agree with it.

use super::super::super::graph::Hits;
use super::super::super::shown::Check;
use super::Found;
use crate::linalg::Matrix;

pub fn checks(adjacency: &Matrix, found: &Found, hits: &Hits, of_google: &[f64]) -> Vec<Check> {
    let n = adjacency.nrows();
    let rounding = 8.0 * n as f64 * f64::EPSILON;
    let solving = rounding / (1.0 - found.damping);
    let one = |x: &Matrix| x.iter().map(|x| x.abs()).sum::<f64>();
    let both = [&found.rank, &found.course.at];
    let errors = &found.course.errors;
    let first = errors.first().copied().unwrap_or(0.0);
    let slower = errors
        .iter()
        .enumerate()
        .map(|(k, error)| error - first * found.damping.powi(k as i32));
    let check = |claim: &str, error: f64, bound: f64| Check {
        claim: claim.to_string(),
        error,
        bound,
    };
    let mut checks = vec![
        check(
            "ranks sum to 1, at the end and after the steps",
            both.iter()
                .map(|x| (x.sum() - 1.0).abs())
                .fold(0.0, f64::max),
            solving,
        ),
        check(
            "no rank is negative",
            both.iter().map(|x| -x.min()).fold(0.0, f64::max),
            0.0,
        ),
        check(
            "PageRank is a fixed point: ‖G x − x‖₁",
            one(&(&found.google * &found.rank - &found.rank)),
            solving,
        ),
        check(
            "the power iteration comes to what a direct solve gives",
            one(&(&found.course.end - &found.rank)),
            solving,
        ),
        check(
            "the error after step k is below dᵏ times the first",
            slower.fold(0.0, f64::max),
            solving,
        ),
        check(
            "σ₁ of G is 1 or more",
            (1.0 - of_google.first().copied().unwrap_or(0.0)).max(0.0),
            rounding,
        ),
    ];
    let largest = hits.s.first().copied().unwrap_or(0.0);
    // Singular vectors are as sure as their values are apart (Wedin 1972).
    let apart = largest - hits.s.get(hits.ties).copied().unwrap_or(0.0);
    let vectors = rounding * n as f64 * largest / apart;
    if *adjacency == adjacency.transpose() && hits.ties == 1 {
        let error = (&hits.hubs - &hits.authorities).amax();
        checks.push(check(
            "links go both ways: hubs and authorities are the same",
            error,
            vectors,
        ));
    }
    let degree = adjacency.row(0).sum();
    let sums = adjacency
        .row_iter()
        .map(|row| row.sum())
        .chain(adjacency.column_iter().map(|column| column.sum()));
    if sums.into_iter().all(|sum| sum == degree) {
        let even = |x: &Matrix| x.map(|x| x - 1.0 / n as f64).amax();
        let error = even(&found.rank)
            .max(even(&hits.hubs))
            .max(even(&hits.authorities));
        checks.push(check(
            "every node has as many links: PageRank, hubs and authorities are all equal",
            error,
            vectors.max(solving),
        ));
    }
    checks
}
