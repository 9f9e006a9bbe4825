//! Functions between finite sets in three pieces, and homomorphisms of cyclic groups, worked out element by element.

/// A function from a finite set to another, both by place: `to[x]` is the place of what x goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pieces {
    /// Each class is what goes to the same place; the first element is its representative. In the order of first elements.
    pub classes: Vec<Vec<usize>>,
    /// What each class goes to.
    pub image: Vec<usize>,
    /// The class of each element.
    pub class_of: Vec<usize>,
}

impl Pieces {
    pub fn of(to: &[usize]) -> Self {
        let mut pieces = Self {
            classes: Vec::new(),
            image: Vec::new(),
            class_of: Vec::new(),
        };
        for (x, y) in to.iter().enumerate() {
            let class = pieces.image.iter().position(|image| image == y);
            let class = class.unwrap_or(pieces.image.len());
            if class == pieces.image.len() {
                pieces.image.push(*y);
                pieces.classes.push(Vec::new());
            }
            pieces.classes[class].push(x);
            pieces.class_of.push(class);
        }
        pieces
    }
}

/// x ↦ k x from ℤ/n to ℤ/m.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cyclic {
    n: usize,
    m: usize,
    k: usize,
}

impl Cyclic {
    /// # Errors
    /// If x and x + n would go to different places: which k would do.
    pub fn new(n: usize, m: usize, k: usize) -> Result<Self, String> {
        if n == 0 || m == 0 {
            return Err("needs n and m of at least 1".to_string());
        }
        if !(k * n).is_multiple_of(m) {
            let step = m / gcd(n, m);
            return Err(format!(
                "is {k}, and x ↦ {k}x is not well defined: 0 and {n} are the same in ℤ/{n}, but {k}·{n} = {} is not 0 in \
                 ℤ/{m}; multiples of {step} do, for instance {}",
                k * n,
                (k / step + 1) * step
            ));
        }
        Ok(Self { n, m, k })
    }

    pub fn map(&self) -> Vec<usize> {
        (0..self.n).map(|x| self.k * x % self.m).collect()
    }

    pub fn kernel(&self) -> Vec<usize> {
        (0..self.n)
            .filter(|x| (self.k * x).is_multiple_of(self.m))
            .collect()
    }

    /// x + ker for each x that is in none before it, made from the kernel alone; each is sorted.
    pub fn cosets(&self) -> Vec<Vec<usize>> {
        let kernel = self.kernel();
        let mut cosets: Vec<Vec<usize>> = Vec::new();
        for x in 0..self.n {
            if cosets.iter().any(|coset| coset.contains(&x)) {
                continue;
            }
            let mut coset: Vec<usize> = kernel.iter().map(|z| (x + z) % self.n).collect();
            coset.sort_unstable();
            cosets.push(coset);
        }
        cosets
    }

    /// Of all pairs, how many have f(x + y) ≠ f(x) + f(y).
    pub fn broken(&self) -> usize {
        let to = self.map();
        let pairs = (0..self.n).flat_map(|x| (0..self.n).map(move |y| (x, y)));
        pairs
            .filter(|(x, y)| to[(x + y) % self.n] != (to[*x] + to[*y]) % self.m)
            .count()
    }

    /// The map from cosets to the image that takes x + ker to f(x): of all pairs of cosets, how many have a sum of
    /// elements in some coset other than that of the sum of first elements, or one that goes elsewhere than the sum of images.
    pub fn broken_cosets(&self) -> usize {
        let (to, cosets) = (self.map(), self.cosets());
        let of = |x: usize| cosets.iter().position(|coset| coset.contains(&x));
        let mut broken = 0;
        for a in &cosets {
            for b in &cosets {
                let sums = a
                    .iter()
                    .flat_map(|x| b.iter().map(move |y| (x + y) % self.n));
                let mut sums = sums.map(|sum| (of(sum), to[sum]));
                let first = (of((a[0] + b[0]) % self.n), (to[a[0]] + to[b[0]]) % self.m);
                broken += usize::from(!sums.all(|sum| sum == first));
            }
        }
        broken
    }
}

pub fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}
