//! Entries at the ends of what steps take.

use super::given;
use super::sound::show;

/// A step, what it is given, and the field that is refused beyond the end.
type Case = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
);

/// What is to hold at either end, with S for the size of entries.
const CASES: [Case; 6] = [
    ("fourier", &[("c", "S, -S, S, S, -S")], "c"),
    ("pseudo-inverse", &[("m", "S, S; -S, S; S, 0")], "m"),
    ("pseudo-inverse", &[("m", "S, S; S, S")], "m"),
    (
        "least-squares",
        &[
            ("of", "system"),
            ("m", "S, S; -S, S; 0, S"),
            ("b", "S, 1, -S"),
        ],
        "m",
    ),
    (
        "least-squares",
        &[("of", "system"), ("m", "1, 2; 3, 4"), ("b", "S, -S")],
        "b",
    ),
    (
        "least-squares",
        &[("a", "S, S; -S, S; 0, -S"), ("degree", "1")],
        "a",
    ),
];

#[test]
fn what_is_near_the_largest_holds_and_what_is_beyond_is_refused() {
    for (step, given, field) in CASES {
        let sized = |size: &str| -> Vec<(&str, String)> {
            let text = |(name, text): &(&'static str, &str)| (*name, text.replace('S', size));
            given.iter().map(text).collect()
        };
        for size in ["9e49", "2e-50"] {
            let given = sized(size);
            let given: Vec<_> = given.iter().map(|(a, b)| (*a, b.as_str())).collect();
            show(step, &given);
        }
        let given = sized("1e98");
        let given: Vec<_> = given.iter().map(|(a, b)| (*a, b.as_str())).collect();
        let fault = given::show(step, &given).unwrap_err();
        assert_eq!(fault.field, field, "{step}");
    }
}
