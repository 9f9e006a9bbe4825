//! Singular values of a bidiagonal matrix by the differential quotient-difference algorithm with shifts: Fernando &
//! Parlett, "Accurate singular values and differential qd algorithms", Numerische Mathematik 67, 1994. One division for
//! each entry and step in place of the rotations of QR.
//!
//! B has qᵢ as squares of its diagonal and eᵢ as squares of what is above. A step with shift τ leaves those of a B̂ with
//! B̂ᵀB̂ = B Bᵀ − τ I, and the last e tends to 0.

/// Of an upper bidiagonal matrix whose largest entry is near 1, in any order; none if the bound of steps is reached.
/// A value below 1e-150 is found as 0.
pub(super) fn values(diagonal: &[f64], above: &[f64]) -> Option<Vec<f64>> {
    values_within(diagonal, above, 100 + 30 * diagonal.len())
}

pub(super) fn values_within(diagonal: &[f64], above: &[f64], mut steps: usize) -> Option<Vec<f64>> {
    let square = |all: &[f64]| all.iter().map(|x| x * x).collect::<Vec<f64>>();
    let (mut q, mut e) = (square(diagonal), square(above));
    let (mut next_q, mut next_e) = (q.clone(), e.clone());
    let largest = q.iter().chain(&e).copied().fold(0.0, f64::max);
    let mut found = Vec::with_capacity(q.len());
    // From where to where, the shifts so far, and what the last step told.
    let mut blocks: Vec<(usize, usize, f64, Option<Step>)> = vec![(0, q.len(), 0.0, None)];
    while let Some((mut from, to, mut shifted, mut last)) = blocks.pop() {
        loop {
            // An entry of B that is set to 0 moves no singular value by more than the entry.
            let negligible = f64::EPSILON.powi(2) * largest.max(shifted);
            let split = e[from..to.max(from + 1) - 1]
                .iter()
                .rposition(|e| *e <= negligible);
            if let Some(place) = split.map(|place| from + place) {
                // Without the last value, no d of the others has changed.
                let known = last.filter(|_| place + 2 == to);
                let known = known.map(|step| Step {
                    last: q[place],
                    ..step
                });
                blocks.push((from, place + 1, shifted, known));
                from = place + 1;
                last = None;
            }
            match to - from {
                0 => break,
                1 => {
                    found.push(q[from] + shifted);
                    break;
                }
                2 => {
                    found.extend(pair(q[from], e[from], q[from + 1]).map(|x| x + shifted));
                    break;
                }
                _ => {}
            }
            let (q, e) = (&mut q[from..to], &mut e[from..to - 1]);
            let (next_q, next_e) = (&mut next_q[from..to], &mut next_e[from..to - 1]);
            // What is smallest is found fastest at the end, and B turned round has the same singular values.
            if last.is_none() && 1.5 * q[0] < q[q.len() - 1] {
                q.reverse();
                e.reverse();
            }
            let mut shift = last.map_or(0.0, |last| guess(q, e, last));
            let mut tried = 0;
            let step = loop {
                steps = usize::checked_sub(steps, 1)?;
                let step = Step::take(q, e, next_q, next_e, shift);
                if step.before >= 0.0 && step.last >= 0.0 {
                    break step;
                }
                tried += 1;
                shift = match tried {
                    // If only the last is negative, the sum is below the least eigenvalue, and close to it.
                    1 if step.before > 0.0 => (shift + step.last) * (1.0 - 4.0 * f64::EPSILON),
                    1 | 2 => lower_bound(q, e),
                    _ => 0.0,
                }
                .max(0.0);
            };
            shifted += shift;
            q.copy_from_slice(next_q);
            e.copy_from_slice(next_e);
            last = Some(step);
        }
    }
    Some(found.into_iter().map(f64::sqrt).collect())
}

/// What a step says of the least eigenvalue that is left: it is not above any d.
#[derive(Debug, Clone, Copy)]
struct Step {
    /// The least d but for the last.
    before: f64,
    last: f64,
}

impl Step {
    fn take(q: &[f64], e: &[f64], next_q: &mut [f64], next_e: &mut [f64], shift: f64) -> Self {
        let mut d = q[0] - shift;
        let mut before = d;
        let rest = next_q.iter_mut().zip(next_e).zip(e.iter().zip(&q[1..]));
        for ((next_q, next_e), (e, q)) in rest {
            before = before.min(d);
            *next_q = d + e;
            let ratio = q / *next_q;
            *next_e = e * ratio;
            d = d * ratio - shift;
        }
        if let Some(last) = next_q.last_mut() {
            *last = d;
        }
        Self { before, last: d }
    }
}

/// A shift near the least eigenvalue, mostly below it. Three entries or more.
fn guess(q: &[f64], e: &[f64], last: Step) -> f64 {
    let n = q.len();
    if last.before < last.last {
        return 0.25 * last.before;
    }
    // Of the last two rows and columns of BᵀB the lesser eigenvalue, less what the row before them can change.
    let (a, b, c) = (
        q[n - 2] + e[n - 3],
        q[n - 2] * e[n - 2],
        q[n - 1] + e[n - 2],
    );
    let root = ((a - c) * (a - c) + 4.0 * b).sqrt();
    let product = q[n - 2] * q[n - 1] + e[n - 3] * c;
    let lesser = 2.0 * product / (a + c + root);
    let off = (c - lesser) * (c - lesser);
    let residual = q[n - 3] * e[n - 3] * off / (b + off);
    let gap = q[n - 3] - lesser;
    let lowered = lesser - residual.sqrt().min(2.0 * residual / gap.max(0.0));
    if lowered > 0.0 {
        lowered.min(last.last)
    } else {
        0.25 * last.last
    }
}

/// Never above the least eigenvalue (C. R. Johnson, Linear Algebra and its Applications 112, 1989).
fn lower_bound(q: &[f64], e: &[f64]) -> f64 {
    let beside = |i: usize| e.get(i).map_or(0.0, |e| e.sqrt());
    let of = |(i, q): (usize, &f64)| q.sqrt() - 0.5 * (beside(i) + beside(i.wrapping_sub(1)));
    let least = q.iter().enumerate().map(of).fold(f64::INFINITY, f64::min);
    let least = least.max(0.0) * (1.0 - 4.0 * f64::EPSILON);
    least * least
}

/// The eigenvalues of 2 × 2.
fn pair(q: f64, e: f64, next: f64) -> [f64; 2] {
    let difference = q - next + e;
    let root = (difference * difference + 4.0 * next * e).sqrt();
    let larger = 0.5 * (q + next + e + root);
    if larger > 0.0 {
        [larger, q * (next / larger)]
    } else {
        [0.0, 0.0]
    }
}
