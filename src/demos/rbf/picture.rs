//! The 2-D view of an embedding: its two widest directions, aligned from picture to picture, and the bytes in which a
//! picture travels.

use nalgebra::{DMatrix, Matrix2, SymmetricEigen};

/// Points in the plane, by their two widest directions.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    mean: Vec<f64>,
    /// Two directions of as many numbers as a point has.
    axes: [Vec<f64>; 2],
    /// The points, as they were aligned.
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
    /// Class of each point, and whether the network is wrong about it.
    pub labels: &'a [(u16, bool)],
    /// The first point that was held out of training.
    pub held_from: usize,
    pub embedding: &'a [[f64; 2]],
    pub centres: &'a [[f64; 2]],
    /// As many as points, or none where there are no activations.
    pub activations: &'a [[f64; 2]],
    /// What ±32767 stands for, of embedding and activations.
    pub extent: [f64; 2],
}

impl Picture<'_> {
    /// Little-endian; told in `docs/protocol.md`. The number of the run (bytes 8–11) is put in by whoever knows it.
    pub fn encode(&self) -> Vec<u8> {
        let n = self.labels.len();
        let mut bytes = Vec::with_capacity(32 + n * 9 + self.centres.len() * 4);
        bytes.push(1);
        bytes.push(u8::from(!self.activations.is_empty()));
        for count in [n, self.held_from, self.centres.len()] {
            bytes.extend(u16::try_from(count).unwrap_or(u16::MAX).to_le_bytes());
        }
        for number in [0, self.step, self.frame] {
            bytes.extend(number.to_le_bytes());
        }
        for extent in self.extent {
            bytes.extend((extent as f32).to_le_bytes());
        }
        let label = |(class, wrong): &(u16, bool)| {
            u8::try_from(class & 0x7f).unwrap_or(0) | if *wrong { 0x80 } else { 0 }
        };
        bytes.extend(self.labels.iter().map(label));
        if n % 2 == 1 {
            bytes.push(0);
        }
        for (points, extent) in [
            (self.embedding, self.extent[0]),
            (self.centres, self.extent[0]),
            (self.activations, self.extent[1]),
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
