//! t-SNE: neighbours stay neighbours, the same again, and nothing that it is given stops it.

use salon_demos::demos::rbf::measure::{Labelled, retrieval};
use salon_demos::demos::rbf::picture::Plane;
use salon_demos::demos::rbf::tsne::{FEWEST, MOST, Tsne, TsneError, tsne};

fn random(n: usize, seed: u64) -> Vec<f32> {
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    (0..n).map(|_| random.random_range(-1.0..1.0)).collect()
}

/// Points of `dims` numbers around as many corners as there are classes: corner k is 1 in coordinate k.
fn corners(n: usize, classes: usize, dims: usize) -> (Vec<f32>, Vec<u16>) {
    let mut points = random(n * dims, 1);
    points.iter_mut().for_each(|x| *x *= 0.3);
    for (i, point) in points.chunks_mut(dims).enumerate() {
        point[i % classes] += 1.0;
    }
    let labels = (0..n).map(|i| (i % classes) as u16).collect();
    (points, labels)
}

/// The share of points whose nearest in the picture is of their class.
fn apart(picture: &[[f64; 2]], labels: &[u16]) -> f64 {
    let embeddings: Vec<f32> = picture.iter().flatten().map(|x| *x as f32).collect();
    let all = Labelled {
        embeddings: &embeddings,
        labels,
    };
    retrieval(all, all, 2, Some(0)).unwrap().precision_at_1
}

#[test]
fn groups_that_a_plane_cannot_show_are_shown() {
    // Eight corners in eight directions: two of them are all that PCA shows.
    let (points, labels) = corners(160, 8, 10);
    let plane = Plane::of(&points, 10, None);
    let picture = tsne(&points, 10, 1).unwrap();
    let (by_plane, by_tsne) = (apart(plane.points(), &labels), apart(&picture, &labels));
    assert!(
        by_tsne > 0.97 && by_plane < 0.8,
        "t-SNE {by_tsne}, PCA {by_plane}"
    );
    assert!(picture.iter().flatten().all(|x| x.is_finite()));
}

#[test]
fn a_seed_gives_the_same_picture_on_any_number_of_threads() {
    let (points, _) = corners(60, 3, 4);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| tsne(&points, 4, 7).unwrap())
    };
    assert_eq!(on(1), on(3));
    assert_ne!(on(1), tsne(&points, 4, 8).unwrap());
}

#[test]
fn one_may_look_and_leave_between_steps() {
    let (points, _) = corners(40, 2, 3);
    let mut running = Tsne::new(&points, 3, 1).unwrap();
    let (mut steps, mut progress) = (1, running.progress());
    assert_eq!(progress, 0.0);
    while running.step() {
        assert!(running.progress() > progress);
        assert!(running.points().iter().flatten().all(|x| x.is_finite()));
        (steps, progress) = (steps + 1, running.progress());
    }
    assert!(steps >= 20 && running.progress() == 1.0);
    assert_eq!(running.points(), tsne(&points, 3, 1).unwrap());
    assert!(!running.step());
}

#[test]
fn what_there_is_no_picture_of() {
    assert!(tsne(&[], 3, 1).unwrap().is_empty());
    assert!(tsne(&[1.0], 0, 1).unwrap().is_empty());
    assert_eq!(tsne(&[1.0, 2.0, 3.0], 3, 1).unwrap(), [[0.0; 2]]);
    assert_eq!(tsne(&[2.5; 150], 3, 1).unwrap(), [[0.0; 2]; 50]);
    let mut points = random(60, 1);
    points[10] = f32::NAN;
    assert!(matches!(tsne(&points, 3, 1), Err(TsneError::NotFinite(3))));
    let error = tsne(&vec![0.0; MOST + 1], 1, 1).unwrap_err();
    assert!(error.to_string().contains("2001 points"), "{error}");
}

#[test]
fn few_points_are_drawn_by_pca() {
    let points = random((FEWEST - 1) * 3, 2);
    let mut running = Tsne::new(&points, 3, 1).unwrap();
    assert!(!running.step() && running.progress() == 1.0);
    let scale = |points: &[[f64; 2]]| points[0][0] / points[1][0];
    let plane = Plane::of(&points, 3, None);
    assert!((scale(running.points()) - scale(plane.points())).abs() < 1e-5);
}

#[test]
fn odd_points_neither_stop_it_nor_make_it_stray() {
    let few = random(FEWEST * 3, 3);
    // Two places only, 30 points at each.
    let twice: Vec<f32> = (0..60)
        .flat_map(|i| [if i % 2 == 0 { -1.0 } else { 1.0 }, 0.5])
        .collect();
    // One point far out.
    let mut outlier = random(120, 4);
    outlier[0] = 1e30;
    let huge: Vec<f32> = random(120, 5).iter().map(|x| x * 3e38).collect();
    let tiny: Vec<f32> = random(120, 5).iter().map(|x| x * 1e-38).collect();
    let line = random(40, 6);
    for (points, dims) in [
        (few, 3),
        (twice, 2),
        (outlier, 3),
        (huge, 3),
        (tiny, 3),
        (line, 1),
    ] {
        let picture = tsne(&points, dims, 1).unwrap();
        assert_eq!(picture.len(), points.len() / dims);
        assert!(
            picture.iter().flatten().all(|x| x.is_finite()),
            "{points:?}"
        );
        let first = picture[0];
        assert!(picture.iter().any(|other| other != &first));
    }
}
