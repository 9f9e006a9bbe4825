use proptest::prelude::*;
use salon_demos::demos::svd::shown::Part;

use super::sound::{of_shape, presets_hold, show, text};

#[test]
fn presets() {
    presets_hold("fourier");
}

#[test]
fn a_shift_keeps_every_frequency_and_turns_it() {
    let shown = show("fourier", &[("c", "0, 1, 0, 0")]);
    let table = shown.parts.iter().find_map(|part| match part {
        Part::Table(table) => Some(&table.rows),
        _ => None,
    });
    let rows = table.unwrap();
    assert!(rows.iter().all(|row| row[3] == "1"), "{rows:?}");
    assert_eq!(rows[1][4], "-90°");
}

#[test]
fn the_matrix_is_circulant_by_its_first_column() {
    let shown = show("fourier", &[("c", "1, 2, 3")]);
    let matrix = shown.parts.iter().find_map(|part| match part {
        Part::Matrix(named) if named.name == "C" => Some(&named.matrix),
        _ => None,
    });
    let entries: Vec<f64> = matrix.unwrap().iter().copied().collect();
    assert_eq!(entries, [1.0, 2.0, 3.0, 3.0, 1.0, 2.0, 2.0, 3.0, 1.0]);
}

#[test]
fn the_pictures_of_a_block_are_sixty_four() {
    let shown = show("fourier", &[]);
    let image = shown.parts.iter().find_map(|part| match part {
        Part::Image(image) => Some(image),
        _ => None,
    });
    let image = image.unwrap();
    assert_eq!(image.grey.len(), image.rows * image.columns);
    // The first is plain; the last changes from entry to entry.
    let at = |row: usize, column: usize| image.grey[row * image.columns + column];
    let pitch = (image.rows - 3) / 8;
    assert!((0..32).all(|x| at(4, 3 + x) == at(4, 3)));
    let last = 3 + 7 * pitch;
    assert!((at(last + 12, last + 12) > 128) != (at(last + 12, last + 16) > 128));
}

#[test]
fn one_number_is_a_circle_too() {
    show("fourier", &[("c", "5")]);
    show("fourier", &[("c", "0, 0, 0")]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn holds_for_any_column(c in (1..17_usize).prop_flat_map(|n| of_shape(1, n))) {
        show("fourier", &[("c", &text(&c))]);
    }
}
