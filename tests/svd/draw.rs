//! Pictures: well-formed, safe, described, and of what they were given.

use nalgebra::dmatrix;
use proptest::prelude::*;
use salon_demos::demos::svd::draw::{data_uri, frames_png, ink, standalone, svg};
use salon_demos::demos::svd::shown::*;
use salon_demos::linalg::Matrix;

/// Every element is closed, none is a script, and no attribute styles or runs anything.
pub fn well_formed(markup: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = markup;
    while let Some((before, after)) = rest.split_once('<') {
        assert!(!before.contains('>'), "a stray > in {before:?}");
        let (tag, left) = after.split_once('>').expect("a tag that ends");
        rest = left;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "in {markup}");
            continue;
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let name = name.trim_end_matches('/');
        assert!(name.chars().all(|c| c.is_ascii_alphanumeric()), "<{tag}>");
        assert!(
            !["script", "style", "foreignObject", "iframe", "img"].contains(&name),
            "<{tag}>"
        );
        assert!(!attributes.contains('<'), "<{tag}>");
        let mut quoted = attributes.split('"');
        while let Some(before) = quoted.next() {
            let attribute = before.trim().trim_end_matches('=');
            assert!(
                !attribute.starts_with("on") && attribute != "style",
                "<{tag}>"
            );
            assert!(
                attribute
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "-:/".contains(c)),
                "<{tag}>"
            );
            let _value = quoted.next();
        }
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "never closed: {open:?}");
}

/// One part of each kind, with this wherever a text can stand, and these numbers.
pub fn everything(text: &str, x: f64, y: f64) -> Vec<Part> {
    let t = || text.to_string();
    let mut named = Named::new(t(), dmatrix![x, 2.0; 3.0, y]).note(t());
    (named.rows, named.columns) = (vec![t(), t()], vec![t(), t()]);
    let picture = Image {
        title: t(),
        alt: t(),
        rows: 2,
        columns: 3,
        grey: vec![0, 50, 100, 150, 200, 250],
    };
    let node = |at| Node {
        label: t(),
        note: t(),
        at,
        look: Look::First,
    };
    let link = |from, to| Link {
        from,
        to,
        label: t(),
        look: Look::Second,
    };
    vec![
        Part::Words(t()),
        Part::Formula(t()),
        Part::Row(vec![
            Part::Matrix(named),
            Part::Sign(t()),
            Part::Matrix(Named::new(t(), Matrix::from_element(20, 30, x))),
        ]),
        Part::Table(Table {
            caption: t(),
            head: vec![t(), t()],
            rows: vec![vec![t(), t()]],
        }),
        Part::Plane(Plane {
            title: t(),
            alt: t(),
            reach: y,
            frame: None,
            marks: vec![
                Mark::Grid {
                    by: [[x, 1.0], [0.0, y]],
                    look: Look::Faint,
                },
                Mark::Line {
                    points: vec![[0.0, 0.0], [x, y]],
                    closed: true,
                    look: Look::Third,
                },
                Mark::Arrow {
                    from: [0.0, 0.0],
                    to: [x, y],
                    label: t(),
                    look: Look::First,
                },
                Mark::Point {
                    at: [y, x],
                    label: t(),
                    look: Look::Fourth,
                },
            ],
        }),
        Part::Moves(Moves {
            title: t(),
            alt: t(),
            reach: x,
            moves: vec![(t(), [[x, y], [0.0, 1.0]])],
        }),
        Part::Diagram(Diagram {
            title: t(),
            alt: t(),
            nodes: vec![node([0.0, 0.0]), node([1.0, 0.0]), node([x, y])],
            arrows: vec![link(0, 1), link(1, 0), link(1, 1), link(0, 2), link(7, 0)],
        }),
        Part::Bars(Bars {
            title: t(),
            alt: t(),
            axis: t(),
            bars: vec![(t(), x), (t(), y)],
            kept: 1,
            log: true,
        }),
        Part::Bars(Bars {
            title: t(),
            alt: t(),
            axis: t(),
            bars: vec![(t(), x), (t(), -1.0)],
            kept: 0,
            log: false,
        }),
        Part::Curves(Curves {
            title: t(),
            alt: t(),
            across: t(),
            up: t(),
            log: true,
            curves: vec![
                (t(), vec![[1.0, x], [2.0, y]]),
                (t(), vec![[x, 1.0]]),
                (t(), vec![]),
            ],
            at: Some(x),
            votes: vec![(1.0, 3), (y, 7)],
        }),
        Part::Scatter(Scatter {
            title: t(),
            alt: t(),
            across: t(),
            up: t(),
            groups: vec![t(), t()],
            points: vec![([x, y], 0), ([1.0, 2.0], 1), ([0.0, 0.0], 9)],
            arrows: vec![(t(), [x, y]), (t(), [0.0, 0.0])],
        }),
        Part::Image(picture.clone()),
        Part::Frames(Frames {
            title: t(),
            alt: t(),
            frames: vec![vec![picture.clone(), picture.clone()], vec![picture]],
        }),
    ]
}

fn each(parts: &[Part]) -> Vec<String> {
    let mut all: Vec<String> = parts.iter().filter_map(svg).collect();
    for part in parts {
        if let Part::Row(parts) = part {
            all.extend(each(parts));
        }
    }
    all
}

#[test]
fn every_picture_has_a_size_a_title_and_a_description() {
    let all = each(&everything("word", 1.5, 2.5));
    assert_eq!(all.len(), 11);
    for svg in all {
        well_formed(&svg);
        for part in [
            "viewBox=\"0 0 ",
            "role=\"img\"",
            "aria-label=\"",
            "<title>",
            "<desc>",
        ] {
            assert!(svg.contains(part), "{part}: {svg}");
        }
    }
}

#[test]
fn a_file_has_its_colours_and_no_variables() {
    let svg = svg(&Part::Matrix(Named::new("M", dmatrix![1.0, -2.0]))).unwrap();
    let file = standalone(&svg);
    assert!(file.contains("<style>") && file.contains("fill=\"#fff\""));
    assert!(file.contains(".svd-below { color: #d55e00; }"), "{file}");
    assert!(!file.contains("var(") && !file.contains("@media") && !file.contains("/* Pages"));
}

#[test]
fn a_matrix_says_its_numbers_its_shape_and_its_signs() {
    let mut named =
        Named::new("U", dmatrix![1.0, -0.333_333; 1e-17, 0.0]).note("orthonormal columns");
    named.rows = vec!["first".into(), "second".into()];
    let svg = svg(&Part::Matrix(named)).unwrap();
    for words in [
        "−0.3333",
        "≈0",
        "2 × 2",
        "orthonormal",
        "Matrix U",
        "first: 1, −0.3333.",
        "svd-below",
    ] {
        assert!(svg.contains(words), "{words}: {svg}");
    }
    assert!(!svg.contains("−0<") && !svg.contains("-0<"));
}

#[test]
fn a_large_matrix_is_a_picture_with_its_range() {
    let m = Matrix::from_fn(100, 200, |row, column| row as f64 - column as f64);
    let svg = svg(&Part::Matrix(Named::new("M", m))).unwrap();
    assert!(
        svg.contains("100 rows, 200 columns. From -199 to 99."),
        "{}",
        &svg[..400]
    );
    assert!(
        svg.contains("data:image/png;base64,") && svg.len() < 200_000,
        "{}",
        svg.len()
    );
}

#[test]
fn moves_have_their_matrices_for_a_script() {
    let moves = Moves {
        title: "M".into(),
        alt: "a".into(),
        reach: 2.0,
        moves: vec![("turn".into(), [[0.0, -1.0], [1.0, 0.0]])],
    };
    let svg = svg(&Part::Moves(moves)).unwrap();
    let json = svg
        .split("data-moves=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap();
    let json: serde_json::Value = serde_json::from_str(&json.replace("&#34;", "\"")).unwrap();
    assert_eq!(
        json,
        serde_json::json!([{"what": "turn", "by": [[0.0, -1.0], [1.0, 0.0]]}])
    );
    assert_eq!(svg.matches("data-move=\"").count(), 2);
    // The circle's first corner is (1, 0) before and (0, 1) after.
    assert!(
        svg.contains("d=\"M1 0L") && svg.contains("d=\"M0 1L"),
        "{svg}"
    );
}

#[test]
fn frames_are_rows_of_one_image() {
    let picture = |grey| Image {
        rows: 2,
        columns: 3,
        grey: vec![grey; 6],
        ..Image::default()
    };
    let frames = Frames {
        frames: vec![vec![picture(10), picture(20)], vec![picture(30)]],
        ..Frames::default()
    };
    let png = image::load_from_memory(&frames_png(&frames))
        .unwrap()
        .to_luma8();
    assert_eq!(png.dimensions(), (6, 4));
    let corners = [(0, 0), (5, 1), (0, 2), (5, 3)].map(|(x, y)| png.get_pixel(x, y)[0]);
    assert_eq!(corners, [10, 20, 30, 0]);
    let svg = svg(&Part::Frames(frames.clone())).unwrap();
    assert!(
        svg.contains("data-frames=\"2\" data-rows=\"2\" data-columns=\"3\" data-pictures=\"2\"")
    );
    assert!(svg.contains(&data_uri(&frames_png(&frames))));
    assert!(frames_png(&Frames::default()).is_empty());
}

#[test]
fn arrows_of_a_diagram_end_at_borders_and_two_lie_apart() {
    let node = |x: f64| Node {
        label: "A".into(),
        note: String::new(),
        at: [x, 0.0],
        look: Look::Plain,
    };
    let link = |from, to| Link {
        from,
        to,
        label: String::new(),
        look: Look::Plain,
    };
    let of = |arrows| {
        let diagram = Diagram {
            nodes: vec![node(0.0), node(1.0), node(2.0)],
            arrows,
            ..Diagram::default()
        };
        svg(&Part::Diagram(diagram)).unwrap()
    };
    let ways = |svg: &str| -> Vec<String> {
        let paths = svg.split("stroke-linejoin=\"round\" d=\"").skip(1);
        paths
            .filter_map(|rest| rest.split('"').next())
            .map(str::to_string)
            .collect()
    };
    let one = ways(&of(vec![link(0, 1)]));
    // Nodes are 38 wide and 110 apart: from the border of one to the border of the other.
    let numbers: Vec<f64> = one[0]
        .split(['M', 'L', ' '])
        .filter_map(|x| x.parse().ok())
        .collect();
    assert!((20.0..23.0).contains(&numbers[0]), "{one:?}");
    assert!(
        numbers.iter().step_by(2).all(|x| (20.0..89.0).contains(x)),
        "{one:?}"
    );
    assert!(
        numbers.iter().skip(1).step_by(2).all(|y| y.abs() < 0.1),
        "{one:?}"
    );
    let back = ways(&of(vec![link(0, 1), link(1, 0)]));
    let heights = |way: &String| -> f64 {
        let numbers: Vec<f64> = way
            .split(['M', 'L', ' '])
            .filter_map(|x| x.parse().ok())
            .collect();
        numbers[1 + 2 * (numbers.len() / 4)]
    };
    assert!(heights(&back[0]) * heights(&back[1]) < -50.0, "{back:?}");
    // The middle node is in the way.
    assert!(heights(&ways(&of(vec![link(0, 2)]))[0]).abs() > 20.0);
}

#[test]
fn numbers_are_short() {
    for (x, expected) in [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0 / 3.0, "0.3333"),
        (-12.0, "-12"),
        (1.2e-7, "1.2e-7"),
        (123_456.7, "123457"),
        (99_999.99, "100000"),
        (1e6, "1e6"),
        (0.000_1, "0.0001"),
        (-2.5e-5, "-2.5e-5"),
        (f64::NAN, "not a number"),
        (f64::NEG_INFINITY, "-∞"),
    ] {
        assert_eq!(ink::number(x), expected, "{x:e}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn numbers_are_right_to_four_digits(x in prop::num::f64::NORMAL) {
        let read: f64 = ink::number(x).parse().unwrap();
        prop_assert!((read - x).abs() <= x.abs() * 5.01e-4, "{x:e} became {read:e}");
    }

    #[test]
    fn whatever_numbers_there_are_something_is_drawn(x in prop::num::f64::ANY, y in prop::num::f64::ANY) {
        for svg in each(&everything("w", x, y)) {
            well_formed(&svg);
            prop_assert!(!svg.contains("NaN") && !svg.contains("inf\""), "{}", svg);
        }
    }

    #[test]
    fn no_text_becomes_markup(text in prop_oneof![".*", Just("\"><script>alert(1)</script>]]>&'".to_string())]) {
        for svg in each(&everything(&text, 1.0, 2.0)) {
            well_formed(&svg);
        }
    }
}
