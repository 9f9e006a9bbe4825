//! Matrices as people write them.

use nalgebra::dmatrix;
use proptest::prelude::*;
use salon::demos::svd::parse::{matrix, number, vector};
use salon::linalg::Matrix;

fn read(text: &str) -> Matrix {
    matrix(text, 12, 12).unwrap_or_else(|why| panic!("{text:?}: {why}"))
}

fn fault(text: &str) -> String {
    match matrix(text, 12, 12) {
        Ok(read) => panic!("{text:?} was read as {read}"),
        Err(why) => why,
    }
}

#[test]
fn the_ways_to_write_a_matrix_are_read_alike() {
    let expected = dmatrix![1.0, 2.0; 3.0, 4.0];
    for text in [
        "1,2;3,4",
        "1, 2; 3, 4",
        "1,2\n3,4",
        "1,2\r\n3,4\r\n",
        "1;2\n3;4",
        "1;2;\n3;4;",
        "1\t2\n3\t4",
        "\"1\",\"2\"\n\"3\",\"4\"",
        "  1   2\n  3   4\n",
        "1 2\n\n3 4",
        "[1 2; 3 4]",
        "[1, 2; 3, 4];",
        "[1 2\n 3 4]",
        "M = [1 2; 3 4]",
        "M =\n\n   1   2\n   3   4\n",
        "[[1, 2], [3, 4]]",
        "[[1, 2], [3, 4],]",
        "[[1. 2.]\n [3. 4.]]",
        "array([[1., 2.],\n       [3., 4.]])",
        "M = np.array([[1, 2],\n [3, 4]], dtype=float32)",
        "((1, 2), (3, 4))",
        "{{1, 2}, {3, 4}}",
        "[1 ...\n 2; 3, ...  \r\n 4]",
        "M = [1 2 ...\n     ; 3 4];",
        "M =\n\n   1.0e+03 *\n\n    0.0010    0.0020\n    0.0030    0.0040\n",
        "0.5 * [[2, 4], [6, 8]]",
        "np.matrix('1 2; 3 4')",
        "M = matrix(\"1, 2; 3, 4\", dtype=float)",
        "1e0 2E+0; 30e-1 +4",
        "2/2, 4/2; 6/2, 8/2",
    ] {
        assert_eq!(read(text), expected, "{text:?}");
    }
}

#[test]
fn a_minus_may_be_one_of_typography() {
    assert_eq!(read("−1.5, –2; -3, 4"), dmatrix![-1.5, -2.0; -3.0, 4.0]);
    assert_eq!(number("−1/4").unwrap(), -0.25);
}

#[test]
fn a_long_row_of_a_printout_may_go_over_lines() {
    let text = "[[1. 2. 3.\n  4.]\n [5. 6. 7.\n  8.]]";
    assert_eq!(read(text), dmatrix![1.0, 2.0, 3.0, 4.0; 5.0, 6.0, 7.0, 8.0]);
    assert_eq!(vector("[1. 2.\n 3.]", 3).unwrap(), dmatrix![1.0; 2.0; 3.0]);
}

#[test]
fn a_vector_is_a_row_or_a_column() {
    let expected = dmatrix![1.0; 2.0; 3.0];
    for text in [
        "1 2 3",
        "1,2,3",
        "1;2;3",
        "1\n2\n3",
        "[1, 2, 3]",
        "[[1], [2], [3]]",
        "x = [1; 2; 3]",
    ] {
        assert_eq!(vector(text, 3).unwrap(), expected, "{text:?}");
    }
    assert!(vector("1 2; 3 4", 9).unwrap_err().contains("single row"));
    assert!(vector("[1 2; 3 4]", 9).unwrap_err().contains("single row"));
    assert!(vector("1 2 3 4", 3).unwrap_err().contains("at most 3"));
}

#[test]
fn a_fault_says_where_and_what_to_do() {
    for (text, words) in [
        ("", "is empty"),
        ("[]", "no numbers"),
        ("[[1, 2], []]", "row 2 is empty"),
        ("1, 2\n3, 4, 5", "row 2 has 3 numbers, row 1 has 2"),
        ("1, x; 3, 4", "row 1, column 2 is “x”"),
        ("1, 2; NaN, 4", "row 2, column 1 is “NaN”"),
        ("1, inf", "only finite"),
        ("1, 1e999", "only finite"),
        ("1, 1/0", "divided by 0"),
        ("1,,3", "row 1, column 2 is empty"),
        ("[[1, 2], [3, 4]", "never closed"),
        ("[1 2; 3 4", "never closed"),
        ("array([[1, 2]]", "never closed"),
        ("[1 2)", "closes no bracket"),
        ("[[1, 2], [3, 4]] .T", "after the last bracket"),
        ("[[1, 2] 5 [3, 4]]", "after row 1"),
        ("[[[1]]]", "three deep"),
        ("1,5;2,5\n3,5;4,5", "decimal sign"),
        ("[[1. 2. ... 3.]]", "shortened"),
        ("[1 2\n ...\n 3 4]", "shortened"),
        ("1 2 ...\n3 4", "shortened"),
        ("2 * 3, 4", "row 1, column 2 is “*”"),
        (
            "1e300 *\n1 2\n3 1e9",
            "row 2 is too large with the factor 1e300",
        ),
        ("x * [1 2]", "row 1, column 1 is “x”"),
        ("np.matrix('1 2; 3 4'", "never closed"),
        ("np.matrix('1 2; 3 4", "is “'1”"),
        ("np.matrix('1 2' + '3')", "after the last bracket"),
        (
            "<script>alert(1)</script>",
            "row 1, column 1 is “<script>alert(1)</script…”",
        ),
        ("1 2\u{202e}3", "“2 3”"),
    ] {
        let why = fault(text);
        assert!(why.contains(words), "{text:?}: {why}");
    }
    assert!(number("1,5").unwrap_err().contains("write a point"));
    assert!(number(" ").unwrap_err().contains("is empty"));
    let why = matrix("1\n2\n3", 2, 2).unwrap_err();
    assert_eq!(why, "has 3 rows; at most 2 can be read");
    let why = matrix("1 2 3", 2, 2).unwrap_err();
    assert_eq!(why, "has 3 columns; at most 2 can be read");
}

#[test]
fn a_long_input_is_read_in_time() {
    let rows = "1;2\n".repeat(200_000);
    assert!(matrix(&rows, 9, 9).unwrap_err().contains("200000 rows"));
    assert!(fault(&"[".repeat(1_000_000)).contains("three deep"));
    assert!(fault(&"[1]".repeat(300_000)).contains("after the last bracket"));
}

/// Of any size and sign.
fn any() -> impl Strategy<Value = Matrix> {
    let entry = prop_oneof![-9.0..9.0_f64, Just(0.0), prop::num::f64::NORMAL];
    (1..7_usize, 1..7_usize).prop_flat_map(move |(rows, columns)| {
        let entries = prop::collection::vec(entry.clone(), rows * columns);
        entries.prop_map(move |entries| Matrix::from_vec(rows, columns, entries))
    })
}

fn joined(matrix: &Matrix, between: &str, rows: &str, number: impl Fn(f64) -> String) -> String {
    let row = |n: usize| {
        let row: Vec<String> = matrix.row(n).iter().map(|x| number(*x)).collect();
        row.join(between)
    };
    let all: Vec<String> = (0..matrix.nrows()).map(row).collect();
    all.join(rows)
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(m in any()) {
        let short = |x: f64| format!("{x:?}");
        let long = |x: f64| x.to_string();
        let exponent = |x: f64| format!("{x:e}");
        let typeset = |x: f64| format!("{x:?}").replace('-', "−");
        let mut texts = vec![
            joined(&m, ",", "\n", short),
            joined(&m, ", ", "; ", long),
            joined(&m, " ", "\n", exponent),
            joined(&m, "\t", "\n", typeset),
            format!("[[{}]]", joined(&m, ", ", "], [", short)),
            format!("[[{}]]", joined(&m, " ", "]\n [", exponent)),
            format!("array([[{}]])", joined(&m, ", ", "],\n       [", short)),
            format!("M = [{}];", joined(&m, " ", "; ", short)),
            format!("[{}]", joined(&m, " ...\n ", ";\n", short)),
        ];
        // A single line of semicolons is a column, as MATLAB has it.
        if m.nrows() > 1 {
            texts.push(joined(&m, ";", "\n", short));
        }
        for text in texts {
            prop_assert_eq!(matrix(&text, 6, 6), Ok(m.clone()), "{}", text);
        }
    }

    #[test]
    fn nothing_makes_it_panic(text in ".*") {
        let _ = (matrix(&text, 4, 4), vector(&text, 4), number(&text));
    }

    #[test]
    fn nothing_like_a_matrix_makes_it_panic(text in "[-\\[\\](){},;=./0-9a-e −…\n\t\"]{0,40}") {
        if let Ok(read) = matrix(&text, 4, 4) {
            prop_assert!(read.nrows() <= 4 && read.ncols() <= 4 && !read.is_empty());
            prop_assert!(read.iter().all(|x| x.is_finite()));
        }
        let _ = (vector(&text, 4), number(&text));
    }
}
