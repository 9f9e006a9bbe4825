//! The 2-D view of an embedding: its two widest directions, aligned from picture to picture, and the bytes in which a
//! picture travels.

use nalgebra::{DMatrix, Matrix2, SymmetricEigen};
use serde::{Deserialize, Serialize};

/// Points in the plane, by their two widest directions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plane {
    mean: Vec<f64>,
    /// Two directions of as many numbers as a point has.
    axes: [Vec<f64>; 2],
    /// The points, as they were aligned.
    #[serde(skip)]
    points: Vec<[f64; 2]>,
}

impl Plane {
    /// The first two principal components (Pearson 1901; Hotelling 1933) of n points of `dims` numbers each, turned
    /// and mirrored to lie as near to the plane before as can be: orthogonal Procrustes (Schönemann 1966). Points of
    /// two numbers are only turned; of one number, the second coordinate is 0.
    pub fn of(points: &[f32], dims: usize, before: Option<&Self>) -> Self {
        let n = points.len() / dims.max(1);
        let mut mean = vec![0.0; dims];
        for point in points.chunks_exact(dims) {
            for (mean, x) in mean.iter_mut().zip(point) {
                *mean += f64::from(*x) / n as f64;
            }
        }
        let centred = DMatrix::from_row_iterator(
            n,
            dims,
            points
                .iter()
                .zip(mean.iter().cycle())
                .map(|(x, mean)| f64::from(*x) - mean),
        );
        let eigen = SymmetricEigen::new(centred.tr_mul(&centred));
        let mut order: Vec<usize> = (0..dims).collect();
        order.sort_by(|a, b| eigen.eigenvalues[*b].total_cmp(&eigen.eigenvalues[*a]));
        let direction = |place: usize| match order.get(place) {
            Some(column) => eigen.eigenvectors.column(*column).iter().copied().collect(),
            None => vec![0.0; dims],
        };
        let mut plane = Self {
            mean,
            axes: [direction(0), direction(1)],
            points: Vec::new(),
        };
        plane.points = plane.project(points);
        if let Some(before) = before {
            plane.align(before);
        }
        plane
    }

    /// Where points of as many numbers lie in this plane.
    pub fn project(&self, points: &[f32]) -> Vec<[f64; 2]> {
        points
            .chunks_exact(self.mean.len())
            .map(|point| {
                let along = |axis: &[f64]| {
                    let centred = point.iter().zip(&self.mean);
                    centred
                        .zip(axis)
                        .map(|((x, mean), a)| (f64::from(*x) - mean) * a)
                        .sum()
                };
                [along(&self.axes[0]), along(&self.axes[1])]
            })
            .collect()
    }

    pub fn points(&self) -> &[[f64; 2]] {
        &self.points
    }

    /// R of the singular vectors of QᵀP, Q these points and P those before, makes ‖QR − P‖ least.
    fn align(&mut self, before: &Self) {
        let mut product = Matrix2::<f64>::zeros();
        for (q, p) in self.points.iter().zip(&before.points) {
            for (i, q) in q.iter().enumerate() {
                for (j, p) in p.iter().enumerate() {
                    product[(i, j)] += q * p;
                }
            }
        }
        let svd = product.svd(true, true);
        let (Some(u), Some(v_t)) = (svd.u, svd.v_t) else {
            return;
        };
        let r: Matrix2<f64> = u * v_t;
        let turned =
            |a: f64, b: f64| [a * r[(0, 0)] + b * r[(1, 0)], a * r[(0, 1)] + b * r[(1, 1)]];
        for point in &mut self.points {
            *point = turned(point[0], point[1]);
        }
        let [first, second] = &mut self.axes;
        for (a, b) in first.iter_mut().zip(second) {
            [*a, *b] = turned(*a, *b);
        }
    }
}

/// What a picture is made of.
pub struct Picture<'a> {
    pub step: u32,
    pub frame: u32,
    pub marks: &'a [Mark],
    /// The first point that was held out of training.
    pub held_from: usize,
    pub embedding: &'a [[f64; 2]],
    pub centres: &'a [[f64; 2]],
    /// The class of each centre, where it has one.
    pub classes: &'a [Option<u16>],
    /// What all centres come down to for each class, or none where they do not.
    pub prototypes: &'a [[f64; 2]],
    /// As many as points, or none where there are no activations.
    pub activations: &'a [[f64; 2]],
    /// As many as points, or none before it was worked out.
    pub tsne: &'a [[f64; 2]],
    /// What ±32767 stands for, of embedding, activations and t-SNE.
    pub extent: [f64; 3],
}

/// What there is to tell of a point beside its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub class: u16,
    /// The network takes it for another class.
    pub wrong: bool,
    /// Its largest activation is too small.
    pub rejected: bool,
    pub nearest: Option<usize>,
}

/// Of a place or class: there is none.
const NONE: u8 = 255;

impl Picture<'_> {
    /// Little-endian; told in `docs/protocol.md`. The number of the run (bytes 8–11) is put in by whoever knows it.
    pub fn encode(&self) -> Vec<u8> {
        let n = self.marks.len();
        let mut bytes = Vec::with_capacity(40 + n * 14 + self.centres.len() * 5);
        let parts = [self.activations, self.prototypes, self.tsne];
        let flags = parts.iter().enumerate();
        let flags = flags.map(|(place, part)| u8::from(!part.is_empty()) << place);
        bytes.extend([2, flags.sum()]);
        let short = |n: usize| u16::try_from(n).unwrap_or(u16::MAX).to_le_bytes();
        for count in [n, self.held_from, self.centres.len()] {
            bytes.extend(short(count));
        }
        for number in [0, self.step, self.frame] {
            bytes.extend(number.to_le_bytes());
        }
        for extent in self.extent {
            bytes.extend((extent as f32).to_le_bytes());
        }
        bytes.extend(short(self.prototypes.len()));
        bytes.extend(short(0));
        let place = |n: Option<usize>| n.and_then(|n| u8::try_from(n).ok()).unwrap_or(NONE);
        bytes.extend(self.marks.iter().map(|mark| {
            let class = u8::try_from(mark.class & 0x3f).unwrap_or(0);
            class | u8::from(mark.rejected) << 6 | u8::from(mark.wrong) << 7
        }));
        bytes.extend(self.marks.iter().map(|mark| place(mark.nearest)));
        let classes = self.classes.iter();
        bytes.extend(classes.map(|class| place(class.map(usize::from))));
        if bytes.len() % 2 == 1 {
            bytes.push(0);
        }
        let [embedding, activations, tsne] = self.extent;
        for (points, extent) in [
            (self.embedding, embedding),
            (self.centres, embedding),
            (self.prototypes, embedding),
            (self.activations, activations),
            (self.tsne, tsne),
        ] {
            for x in points.iter().flatten() {
                let scaled = (x / extent * 32_767.0).clamp(-32_767.0, 32_767.0);
                bytes.extend((scaled.round() as i16).to_le_bytes());
            }
        }
        bytes
    }
}

/// The largest coordinate, let down slowly, so that the view does not jump.
pub fn extent(points: &[[f64; 2]], before: f64) -> f64 {
    let largest = points
        .iter()
        .flatten()
        .fold(1e-6_f64, |most, x| most.max(x.abs()));
    largest.max(before * 0.9)
}
