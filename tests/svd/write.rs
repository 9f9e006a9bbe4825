//! What a step shows, as text, JSON, HTML and files.

use nalgebra::dmatrix;
use proptest::prelude::*;
use salon_demos::demos::svd::input::{Fault, Input};
use salon_demos::demos::svd::shown::*;
use salon_demos::demos::svd::step::{Field, Kind, Preset, Step};
use salon_demos::demos::svd::write::{html, json, svgs, text};

use super::draw::{everything, well_formed};

/// A step that shows nothing of its own.
struct Any;

impl Step for Any {
    fn name(&self) -> &'static str {
        "any"
    }
    fn title(&self) -> &'static str {
        "Any step"
    }
    fn point(&self) -> &'static str {
        "It is there to be written."
    }
    fn fields(&self) -> &'static [Field] {
        const {
            &[Field {
                name: "M",
                label: "Matrix",
                kind: Kind::Matrix {
                    rows: 3,
                    columns: 3,
                },
                default: "1, 2; 3, 4",
            }]
        }
    }
    fn presets(&self) -> &'static [Preset] {
        &[]
    }
    fn show(&self, _input: &Input) -> Result<Shown, Fault> {
        Ok(Shown::default())
    }
}

fn check(error: f64) -> Check {
    Check {
        claim: "the paths agree".to_string(),
        error,
        bound: 1e-12,
    }
}

fn written(parts: Vec<Part>, width: usize) -> String {
    let input = Input::of(&Any, &[]).unwrap();
    text(
        &Any,
        &input,
        &Shown {
            parts,
            checks: vec![check(0.0), check(0.5)],
        },
        width,
    )
}

fn product() -> Part {
    let named = |name: &str, m| Part::Matrix(Named::new(name, m));
    Part::Row(vec![
        named("M", dmatrix![0.0, -2.0; 1.0, 0.0]),
        Part::Sign("=".into()),
        named("U", dmatrix![1.0, 0.0; 0.0, 1.0]),
        Part::Sign("·".into()),
        named("Σ", dmatrix![2.0, 0.0; 0.0, 1.0]),
    ])
}

#[test]
fn a_product_stands_side_by_side_where_there_is_room() {
    let wide = written(vec![product()], 80);
    assert!(
        wide.contains("\n[ 0  -2 ]  =  [ 1  0 ]  ·  [ 2  0 ]\n"),
        "{wide}"
    );
    assert!(wide.contains("\nM             U            Σ\n"), "{wide}");
    let narrow = written(vec![product()], 24);
    assert!(narrow.contains("\n[ 0  -2 ]\n[ 1   0 ]\n"), "{narrow}");
}

#[test]
fn text_has_title_input_and_checks() {
    let written = written(vec![Part::Formula(r"U\Sigma V^{\mathsf T}".into())], 80);
    for words in [
        "Any step\n========\n",
        "M = 1, 2; 3, 4",
        "U Σ Vᵀ",
        "✓ the paths agree: holds, off by 0, rounding may do 1e-12",
        "✗ the paths agree: does not hold, off by 0.5",
    ] {
        assert!(written.contains(words), "{words}: {written}");
    }
}

#[test]
fn text_keeps_to_the_width() {
    let long = Part::Words("a word or two ".repeat(40));
    let matrix = Part::Matrix(Named::new(
        "M",
        salon_demos::linalg::Matrix::from_element(3, 40, -1.0 / 3.0),
    ));
    let written = written(vec![long, matrix], 60);
    for line in written.lines() {
        assert!(line.chars().count() <= 60, "{line}");
    }
    assert!(written.contains("3 × 40 (the first 3 ×"), "{written}");
}

#[test]
fn bars_are_as_long_as_their_values() {
    let bars = vec![("σ₁".to_string(), 4.0), ("σ₂".to_string(), 1.0)];
    let written = written(
        vec![Part::Bars(Bars {
            bars,
            kept: 1,
            ..Bars::default()
        })],
        80,
    );
    let long = |mark: &str| {
        written
            .lines()
            .find(|line| line.contains("σ") && line.contains(mark))
            .unwrap()
            .matches(mark)
            .count()
    };
    assert_eq!(long("█"), 4 * long("░"));
}

#[test]
fn json_has_matrices_by_rows_and_what_holds() {
    let input = Input::of(&Any, &[("M".into(), "5 6; 7 8".into())]).unwrap();
    let shown = Shown {
        parts: vec![product()],
        checks: vec![check(1.0)],
    };
    let json = json(&Any, &input, &shown);
    assert_eq!(json["name"], "any");
    assert_eq!(json["input"]["M"], "5 6; 7 8");
    assert_eq!(
        json["parts"][0]["row"][0]["matrix"]["matrix"],
        serde_json::json!([[0.0, -2.0], [1.0, 0.0]])
    );
    assert_eq!(json["checks"][0]["holds"], false);
    let parts = everything("w", 1.0, 2.0);
    let all = salon_demos::demos::svd::write::json(
        &Any,
        &input,
        &Shown {
            parts,
            checks: vec![],
        },
    );
    let kinds: Vec<&String> = all["parts"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|part| part.as_object().unwrap().keys())
        .collect();
    let expected = [
        "words", "formula", "row", "table", "plane", "moves", "diagram", "bars", "bars", "curves",
        "scatter", "image", "frames",
    ];
    assert_eq!(kinds, expected);
    assert!(
        all["parts"][11]["image"]["png"]
            .as_str()
            .unwrap()
            .starts_with("data:image/png")
    );
}

#[test]
fn pictures_are_files_by_number() {
    let names: Vec<String> = svgs(&Shown {
        parts: everything("w", 1.0, 2.0),
        checks: vec![],
    })
    .into_iter()
    .map(|(name, _)| name)
    .collect();
    assert_eq!(
        names[..3],
        ["01-matrix.svg", "02-matrix.svg", "03-plane.svg"]
    );
    assert_eq!(names.len(), 11);
}

#[test]
fn html_has_the_parts_in_their_elements() {
    let parts = everything("word", 1.0, 2.0);
    let html = html(&Shown {
        parts,
        checks: vec![check(0.0), check(2.0)],
    });
    well_formed(&html);
    for markup in [
        "<p>word</p>",
        "<math",
        "<div class=\"svd-row\"><figure class=\"svd-part svd-part-matrix\"><svg",
        "<span class=\"svd-sign\">word</span>",
        "<caption>word</caption>",
        "<th scope=\"col\">word</th>",
        "<figcaption>word</figcaption>",
        "<li class=\"svd-holds\">",
        "does not hold",
    ] {
        assert!(html.contains(markup), "{markup}");
    }
}

#[test]
fn numbers_that_cells_have_no_room_for_are_a_table() {
    let of = |rows, columns| {
        let m = salon_demos::linalg::Matrix::from_fn(rows, columns, |i, j| (100 * i + j) as f64);
        let parts = vec![Part::Matrix(Named::new("M<", m))];
        html(&Shown {
            parts,
            checks: Vec::new(),
        })
    };
    assert!(!of(12, 12).contains("<details"));
    assert!(!of(12, 33).contains("<details"));
    let table = of(13, 32);
    well_formed(&table);
    assert!(table.contains("<summary>Numbers of M&#60;</summary>"));
    assert_eq!(table.matches("<tr>").count(), 13);
    assert_eq!(table.matches("<td>").count(), 13 * 32);
    assert!(table.contains("<tr><td>1200</td><td>1201</td>"));
}

/// Whoever changes a picture makes those of the walkthrough's document anew: `scripts/svd-pictures`. Compared by their
/// words and their style: the last digit of a place may differ from machine to machine.
#[test]
fn the_document_has_the_pictures_of_today() {
    let said = |svg: &str| {
        let between = |from: &str, to: &str| {
            let (_, rest) = svg.split_once(from)?;
            rest.split_once(to).map(|(inside, _)| inside.to_string())
        };
        Some((
            between("<style>", "</style>")?,
            between("<title>", "</desc>")?,
        ))
    };
    for step in salon_demos::demos::svd::STEPS {
        let file = format!(
            "{}/../../docs/images/svd/{}.svg",
            env!("CARGO_MANIFEST_DIR"),
            step.name()
        );
        let held = std::fs::read_to_string(&file).unwrap();
        let shown = super::given::show(step.name(), &[]).unwrap();
        let today = svgs(&shown);
        let mut today = today.iter().map(|(_, svg)| said(svg));
        assert!(
            today.any(|one| one.is_some() && one == said(&held)),
            "{file} is of another day"
        );
    }
}

#[test]
fn every_step_says_its_formula() {
    for step in salon_demos::demos::svd::STEPS {
        let inputs = step.presets().iter().map(|preset| preset.input);
        for given in inputs {
            let shown = super::given::show(step.name(), given).unwrap();
            let html = html(&shown);
            assert!(html.contains("<math"), "{}: {given:?}", step.name());
            assert!(!html.contains("svd-formula"), "{}: {given:?}", step.name());
            let input: Vec<_> = given
                .iter()
                .map(|(a, b)| (a.to_string(), b.to_string()))
                .collect();
            let input = Input::of(step, &input).unwrap();
            let text = text(step, &input, &shown, 100);
            assert!(!text.contains('\\'), "{}: {text}", step.name());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_becomes_markup(text in prop_oneof![".*", Just("\"><script>alert(1)</script>]]>&'".to_string())]) {
        let parts = everything(&text, 1.0, 2.0);
        let checks = vec![Check { claim: text.clone(), error: 0.0, bound: 0.0 }];
        let shown = Shown { parts, checks };
        well_formed(&html(&shown));
        let input = Input::of(&Any, &[]).unwrap();
        let written = salon_demos::demos::svd::write::text(&Any, &input, &shown, 80);
        // Nothing moves the cursor of a terminal.
        prop_assert!(!written.chars().any(|c| c.is_control() && c != '\n'), "{:?}", written);
    }

    #[test]
    fn whatever_numbers_there_are_something_is_written(x in prop::num::f64::ANY, y in prop::num::f64::ANY, width in 0..200_usize) {
        let parts = everything("w", x, y);
        let shown = Shown { parts, checks: vec![check(x)] };
        let input = Input::of(&Any, &[]).unwrap();
        let _ = (text(&Any, &input, &shown, width), json(&Any, &input, &shown));
        well_formed(&html(&shown));
    }
}
