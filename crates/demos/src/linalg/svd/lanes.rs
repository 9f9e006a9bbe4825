//! Sums over long vectors, with the widest registers that the processor has.

use pulp::{Arch, Simd, WithSimd};

/// xᵀy
pub(super) fn dot(x: &[f64], y: &[f64]) -> f64 {
    Arch::new().dispatch(Dot(x, y))
}

/// to + by · x
pub(super) fn add_times(to: &mut [f64], by: f64, x: &[f64]) {
    Arch::new().dispatch(AddTimes(to, by, x));
}

struct Dot<'a>(&'a [f64], &'a [f64]);

impl WithSimd for Dot<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let ((x, x_rest), (y, y_rest)) = (S::as_simd_f64s(self.0), S::as_simd_f64s(self.1));
        let ((x, x_odd), (y, y_odd)) = (x.as_chunks::<4>(), y.as_chunks::<4>());
        let mut sums = [simd.splat_f64s(0.0); 4];
        for (x, y) in x.iter().zip(y) {
            for n in 0..4 {
                sums[n] = simd.mul_add_e_f64s(x[n], y[n], sums[n]);
            }
        }
        let [mut a, b, c, d] = sums;
        for (x, y) in x_odd.iter().zip(y_odd) {
            a = simd.mul_add_e_f64s(*x, *y, a);
        }
        let all = simd.add_f64s(simd.add_f64s(a, b), simd.add_f64s(c, d));
        let rest = x_rest.iter().zip(y_rest);
        rest.fold(simd.reduce_sum_f64s(all), |sum, (x, y)| sum + x * y)
    }
}

struct AddTimes<'a>(&'a mut [f64], f64, &'a [f64]);

impl WithSimd for AddTimes<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let ((to, to_rest), (x, x_rest)) = (S::as_mut_simd_f64s(self.0), S::as_simd_f64s(self.2));
        let by = simd.splat_f64s(self.1);
        for (to, x) in to.iter_mut().zip(x) {
            *to = simd.mul_add_e_f64s(*x, by, *to);
        }
        for (to, x) in to_rest.iter_mut().zip(x_rest) {
            *to += self.1 * x;
        }
    }
}
