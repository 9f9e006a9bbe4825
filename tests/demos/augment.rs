//! Images changed at random: each operation by hand, the policy by counting.

use proptest::prelude::*;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use salon_demos::demos::rbf::augment::ops::Square;
use salon_demos::demos::rbf::augment::policy::{self, CIFAR_10, Kind};
use salon_demos::demos::rbf::augment::{Augmentation, Operation, augment, drawn};
use salon_demos::demos::rbf::data::Shape;

const KINDS: [Kind; 15] = [
    Kind::ShearX,
    Kind::ShearY,
    Kind::TranslateX,
    Kind::TranslateY,
    Kind::Rotate,
    Kind::AutoContrast,
    Kind::Invert,
    Kind::Equalize,
    Kind::Solarize,
    Kind::Posterize,
    Kind::Contrast,
    Kind::Colour,
    Kind::Brightness,
    Kind::Sharpness,
    Kind::Cutout,
];
const PHOTO: Shape = shape(3, 32, 32);
const DIGIT: Shape = shape(1, 28, 28);

const fn shape(channels: usize, height: usize, width: usize) -> Shape {
    Shape {
        channels,
        height,
        width,
    }
}

fn seeded(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// Bytes without a pattern that an operation could keep by chance.
fn picture(shape: Shape, seed: u64) -> Vec<u8> {
    let mut bytes = vec![0; shape.pixels()];
    rand::Rng::fill_bytes(&mut seeded(seed), &mut bytes);
    bytes
}

fn kind(operation: Operation) -> Option<Kind> {
    let kind = match operation {
        Operation::ShearX(_) => Kind::ShearX,
        Operation::ShearY(_) => Kind::ShearY,
        Operation::TranslateX(_) => Kind::TranslateX,
        Operation::TranslateY(_) => Kind::TranslateY,
        Operation::Rotate(_) => Kind::Rotate,
        Operation::AutoContrast => Kind::AutoContrast,
        Operation::Invert => Kind::Invert,
        Operation::Equalize => Kind::Equalize,
        Operation::Solarize(_) => Kind::Solarize,
        Operation::Posterize(_) => Kind::Posterize,
        Operation::Contrast(_) => Kind::Contrast,
        Operation::Colour(_) => Kind::Colour,
        Operation::Brightness(_) => Kind::Brightness,
        Operation::Sharpness(_) => Kind::Sharpness,
        Operation::Cutout(_) => Kind::Cutout,
        Operation::Flip => return None,
    };
    Some(kind)
}

/// Checks an operation on an image of one channel, three rows of three.
fn nine(operation: Operation, expected: [u8; 9]) {
    let made = operation.apply(&[1, 2, 3, 4, 5, 6, 7, 8, 9], shape(1, 3, 3));
    assert_eq!(made, expected, "{operation:?}");
}

/// Checks an operation on one row of one channel.
fn row(operation: Operation, image: &[u8], expected: &[u8]) {
    let made = operation.apply(image, shape(1, 1, image.len()));
    assert_eq!(made, expected, "{operation:?}");
}

#[test]
fn moves_by_hand() {
    // The border of the nine is 1 2 3 4 6 7 8 9; the upper median is 6.
    nine(Operation::TranslateX(1), [6, 1, 2, 6, 4, 5, 6, 7, 8]);
    nine(Operation::TranslateX(-2), [3, 6, 6, 6, 6, 6, 9, 6, 6]);
    nine(Operation::TranslateY(-1), [4, 5, 6, 7, 8, 9, 6, 6, 6]);
    nine(Operation::TranslateY(50), [6; 9]);
    nine(Operation::ShearX(1.0), [2, 3, 6, 4, 5, 6, 6, 7, 8]);
    nine(Operation::ShearY(1.0), [4, 2, 6, 7, 5, 3, 6, 8, 6]);
    // In between: 1.5, 2.5 and (3 + 6) / 2 above; (6 + 7) / 2, 7.5 and 8.5 below.
    nine(Operation::ShearX(0.5), [2, 3, 5, 4, 5, 6, 7, 8, 9]);
    nine(Operation::Rotate(90.0), [3, 6, 9, 2, 5, 8, 1, 4, 7]);
    nine(Operation::Rotate(-90.0), [7, 4, 1, 8, 5, 2, 9, 6, 3]);
    nine(Operation::Rotate(180.0), [9, 8, 7, 6, 5, 4, 3, 2, 1]);
    nine(Operation::Flip, [3, 2, 1, 6, 5, 4, 9, 8, 7]);
    row(Operation::TranslateX(1), &[1, 2, 3, 4], &[3, 1, 2, 3]);
    // The top left comes from √2 above the middle: 2 − √2 of the 2 there, the rest of the border.
    let made = Operation::Rotate(45.0).apply(&[1, 2, 3, 4, 5, 6, 7, 8, 9], shape(1, 3, 3));
    assert_eq!((made[0], made[4]), (4, 5));
}

#[test]
fn channels_move_together_and_are_filled_each_with_its_own_border() {
    let image = [1, 2, 3, 4, 10, 20, 30, 40, 0, 0, 0, 0];
    let made = Operation::TranslateY(1).apply(&image, shape(3, 2, 2));
    assert_eq!(made, [3, 3, 1, 2, 30, 30, 10, 20, 0, 0, 0, 0]);
    let made = Operation::Flip.apply(&image, shape(3, 2, 2));
    assert_eq!(made, [2, 1, 4, 3, 20, 10, 40, 30, 0, 0, 0, 0]);
}

#[test]
fn tones_by_hand() {
    row(Operation::Invert, &[0, 100, 255], &[255, 155, 0]);
    row(
        Operation::Solarize(128),
        &[0, 127, 128, 255],
        &[0, 127, 127, 0],
    );
    row(Operation::Solarize(0), &[0, 255], &[255, 0]);
    row(Operation::Posterize(4), &[15, 16, 255], &[0, 16, 240]);
    row(Operation::Posterize(0), &[15, 255], &[0, 0]);
    row(Operation::Brightness(0.5), &[0, 100, 200], &[0, 50, 100]);
    row(Operation::Brightness(1.9), &[0, 100, 200], &[0, 190, 255]);
    row(Operation::Contrast(0.0), &[10, 30], &[20, 20]);
    row(Operation::Contrast(0.5), &[10, 30], &[15, 25]);
    row(Operation::Contrast(2.0), &[5, 45], &[0, 65]);
    row(Operation::AutoContrast, &[50, 100, 150], &[0, 128, 255]);
    row(Operation::AutoContrast, &[7, 7], &[7, 7]);
    // The two pixels of 5 are left out of the count; of the other two, one is at most 7 and both at most 9.
    row(Operation::Equalize, &[5, 5, 7, 9], &[0, 0, 128, 255]);
    row(Operation::Equalize, &[7, 7], &[7, 7]);
    row(Operation::Colour(0.1), &[10, 30], &[10, 30]);
}

#[test]
fn colours_by_hand() {
    let one = shape(3, 1, 1);
    // 0.299 × 100 + 0.587 × 200 + 0.114 × 50 = 153.
    let made = |operation: Operation| operation.apply(&[100, 200, 50], one);
    assert_eq!(made(Operation::Colour(0.0)), [153, 153, 153]);
    assert_eq!(made(Operation::Colour(2.0)), [47, 247, 0]);
    assert_eq!(made(Operation::Contrast(0.0)), [153, 153, 153]);
    // Each channel is stretched by itself.
    let image = [10, 20, 5, 5, 0, 255];
    let made = |operation: Operation| operation.apply(&image, shape(3, 1, 2));
    assert_eq!(made(Operation::AutoContrast), [0, 255, 5, 5, 0, 255]);
    assert_eq!(made(Operation::Equalize), [0, 255, 5, 5, 0, 255]);
}

#[test]
fn sharpness_and_cutout_by_hand() {
    let dot = [0, 0, 0, 0, 13, 0, 0, 0, 0];
    let middle = |strength| Operation::Sharpness(strength).apply(&dot, shape(1, 3, 3));
    // Smoothed it is 5 × 13 / 13.
    assert_eq!(middle(0.0), [0, 0, 0, 0, 5, 0, 0, 0, 0]);
    assert_eq!(middle(2.0), [0, 0, 0, 0, 21, 0, 0, 0, 0]);
    row(Operation::Sharpness(0.0), &[0, 9, 0], &[0, 9, 0]);
    let cut = |side, row, column| Operation::Cutout(Square { side, row, column });
    // The mean is 5.
    nine(cut(1, 2, 1), [1, 2, 3, 4, 5, 6, 7, 5, 9]);
    nine(cut(2, 1, 1), [5, 5, 3, 5, 5, 6, 7, 8, 9]);
    nine(cut(3, 0, 0), [5, 5, 3, 5, 5, 6, 7, 8, 9]);
    nine(cut(9, 1, 1), [5; 9]);
}

#[test]
fn at_magnitude_zero_nothing_changes() {
    let always = [Kind::AutoContrast, Kind::Invert, Kind::Equalize];
    for of in [PHOTO, DIGIT, shape(1, 7, 4), shape(3, 1, 1)] {
        let image = picture(of, 3);
        for kind in KINDS.iter().filter(|kind| !always.contains(kind)) {
            let operation = kind.at(0, of, &mut seeded(1));
            assert_eq!(operation.apply(&image, of), image, "{operation:?}");
        }
    }
}

#[test]
fn the_largest_magnitude_is_the_end_of_the_papers_range() {
    let at = |kind: Kind, seed| kind.at(9, PHOTO, &mut seeded(seed));
    for seed in 0..20 {
        match (at(Kind::Rotate, seed), at(Kind::ShearX, seed)) {
            (Operation::Rotate(by), Operation::ShearX(part)) => {
                assert_eq!((by.abs(), part.abs()), (30.0, 0.3));
            }
            other => panic!("{other:?}"),
        }
        let moved = at(Kind::TranslateX, seed);
        assert!(matches!(moved, Operation::TranslateX(-10 | 10)));
        let Operation::Contrast(strength) = at(Kind::Contrast, seed) else {
            panic!("another operation");
        };
        assert!([0.1, 1.9].iter().any(|end| (strength - end).abs() < 1e-9));
    }
    assert_eq!(at(Kind::Solarize, 1), Operation::Solarize(0));
    assert_eq!(at(Kind::Posterize, 1), Operation::Posterize(4));
    let beyond = Kind::Solarize.at(200, PHOTO, &mut seeded(1));
    assert_eq!(beyond, Operation::Solarize(0));
}

#[test]
fn each_operation_is_done_as_often_as_its_sub_policy_says() {
    const DRAWS: usize = 4_000;
    let mut random = seeded(11);
    for policy in CIFAR_10 {
        let mut done = Vec::new();
        for _ in 0..DRAWS {
            done.extend(policy::drawn(policy, PHOTO, &mut random));
        }
        for (of, ..) in policy {
            let same = policy.iter().filter(|(kind, ..)| *kind == of);
            let expected: f64 = same.map(|(_, probability, _)| probability).sum();
            let seen = done.iter().filter(|one| kind(**one) == Some(of)).count();
            let seen = seen as f64 / DRAWS as f64;
            assert!(
                (seen - expected).abs() < 0.04,
                "{of:?}: {seen}, not {expected}"
            );
        }
        let moved = done.iter().filter_map(|one| match one {
            Operation::Rotate(by) | Operation::ShearY(by) => Some(*by > 0.0),
            Operation::TranslateX(by) | Operation::TranslateY(by) => Some(*by > 0),
            Operation::Contrast(by) | Operation::Sharpness(by) => Some(*by > 1.0),
            _ => None,
        });
        let moved: Vec<bool> = moved.collect();
        if !moved.is_empty() {
            let share = moved.iter().filter(|up| **up).count() as f64 / moved.len() as f64;
            assert!((share - 0.5).abs() < 0.06, "{policy:?}: {share}");
        }
    }
}

#[test]
fn sub_policies_are_drawn_evenly_and_digits_keep_their_polarity() {
    const DRAWS: usize = 20_000;
    for of in [PHOTO, DIGIT] {
        let mut random = seeded(12);
        let mut done = Vec::new();
        for _ in 0..DRAWS {
            done.extend(drawn(of, Augmentation::AutoAugment, &mut random));
        }
        for one in KINDS {
            // Translations are also of the shift before the policy.
            if matches!(one, Kind::TranslateX | Kind::TranslateY) {
                continue;
            }
            let entries = CIFAR_10.iter().flatten().filter(|(kind, ..)| *kind == one);
            let mut expected = entries.map(|(_, probability, _)| probability).sum::<f64>() / 25.0;
            if of == DIGIT && matches!(one, Kind::Invert | Kind::Solarize | Kind::Colour) {
                expected = 0.0;
                assert!(!done.iter().any(|operation| kind(*operation) == Some(one)));
            }
            let seen = done
                .iter()
                .filter(|operation| kind(**operation) == Some(one));
            let seen = seen.count() as f64 / DRAWS as f64;
            assert!(
                (seen - expected).abs() < 0.015,
                "{one:?}: {seen}, not {expected}"
            );
        }
    }
}

#[test]
fn a_shift_is_of_a_tenth_at_most_and_only_colour_is_flipped() {
    let mut random = seeded(13);
    let mut flips = [0; 2];
    let mut across = [0; 5];
    for (flips, of) in flips.iter_mut().zip([DIGIT, PHOTO]) {
        for _ in 0..2_000 {
            let mut moved = 0;
            for operation in drawn(of, Augmentation::Shift, &mut random) {
                match operation {
                    Operation::TranslateX(by) => moved = by,
                    Operation::TranslateY(by) => assert!((1..=3).contains(&by.abs())),
                    Operation::Flip => *flips += 1,
                    other => panic!("{other:?} is no shift"),
                }
            }
            assert!(moved.unsigned_abs() as usize <= of.width / 10);
            if of == DIGIT {
                across[usize::try_from(moved + 2).unwrap()] += 1;
            }
        }
    }
    assert_eq!(flips[0], 0);
    assert!((900..1_100).contains(&flips[1]), "{flips:?}");
    assert!(
        across.iter().all(|n| (320..480).contains(n)),
        "{across:?} of 2,000"
    );
    let small = drawn(shape(1, 9, 9), Augmentation::Shift, &mut random);
    assert!(small.is_empty());
}

#[test]
fn a_seed_gives_the_same_images_and_none_leaves_them() {
    let image = picture(PHOTO, 5);
    let made = |kind, seed| {
        let mut random = seeded(seed);
        let mut all = Vec::new();
        for _ in 0..20 {
            let mut changed = image.clone();
            augment(&mut changed, PHOTO, kind, &mut random);
            all.push(changed);
        }
        all
    };
    for kind in [Augmentation::Shift, Augmentation::AutoAugment] {
        assert!(made(kind, 1) == made(kind, 1));
        assert!(made(kind, 1) != made(kind, 2));
    }
    assert!(
        made(Augmentation::None, 1)
            .iter()
            .all(|made| *made == image)
    );
}

#[test]
fn settings_are_written_in_snake_case() {
    let told = |kind: Augmentation| serde_json::to_string(&kind).unwrap();
    assert_eq!(told(Augmentation::None), r#""none""#);
    assert_eq!(told(Augmentation::Shift), r#""shift""#);
    assert_eq!(told(Augmentation::AutoAugment), r#""auto_augment""#);
}

fn any_shape() -> impl Strategy<Value = Shape> {
    let channels = prop::sample::select(vec![1, 3]);
    (channels, 1..=40_usize, 1..=40_usize)
        .prop_map(|(channels, height, width)| shape(channels, height, width))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_size_and_no_magnitude_panics(of in any_shape(), magnitude: u8, seed: u64) {
        let image = picture(of, seed);
        let mut random = seeded(seed);
        for kind in KINDS {
            let made = kind.at(magnitude, of, &mut random).apply(&image, of);
            prop_assert_eq!(made.len(), image.len());
        }
        prop_assert_eq!(Operation::Flip.apply(&Operation::Flip.apply(&image, of), of), &image[..]);
        for kind in [Augmentation::None, Augmentation::Shift, Augmentation::AutoAugment] {
            augment(&mut image.clone(), of, kind, &mut random);
        }
    }

    #[test]
    fn no_strength_panics(
        of in any_shape(), by in any::<f64>(), n: i32, bits: u32, from: u16, place in any::<[usize; 3]>()
    ) {
        let image = picture(of, 1);
        let [side, row, column] = place;
        for operation in [
            Operation::ShearX(by), Operation::ShearY(by), Operation::Rotate(by), Operation::TranslateX(n),
            Operation::TranslateY(n), Operation::Solarize(from), Operation::Posterize(bits),
            Operation::Contrast(by), Operation::Colour(by), Operation::Brightness(by), Operation::Sharpness(by),
            Operation::Cutout(Square { side, row, column }),
        ] {
            prop_assert_eq!(operation.apply(&image, of).len(), image.len());
        }
    }
}
