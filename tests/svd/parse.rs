//! Matrices as people write them.

use nalgebra::dmatrix;
use proptest::prelude::*;
use salon_demos::demos::svd::parse::clean::lines_of;
use salon_demos::demos::svd::parse::{matrix, number, vector};
use salon_demos::linalg::Matrix;

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
fn what_spreadsheets_write_is_read_where_it_can_mean_one_thing() {
    let (halves, large) = (
        dmatrix![1.5, 2.5; 3.5, -4.5],
        dmatrix![1234.5, 2000.0; 3000.0, 4000.25],
    );
    for (text, expected) in [
        ("\u{feff}1.5,2.5\r\n3.5,-4.5\r\n", &halves),
        ("\u{feff}M = [1.5 2.5; 3.5 -4.5]", &halves),
        ("1.5,2.5\r3.5,-4.5\r", &halves),
        ("1,5\t2,5\n3,5\t-4,5", &halves),
        ("\"1,5\",\"2,5\"\n\"3,5\",\"−4,5\"", &halves),
        ("\"1,5\";\"2,5\"\n\"3,5\";\"-4,5\"", &halves),
        ("\"1.5\"\t\"2.5\"\n\"3.5\"\t\"-4.5\"", &halves),
        ("１．５　２．５\n３．５　－４．５", &halves),
        ("１．５，２．５；３．５，－４．５", &halves),
        ("1.5,\t2.5\n3.5,\t-4.5", &halves),
        ("1.5\u{a0}2.5\n3.5\u{a0}-4.5", &halves),
        ("\u{200e}1.5 \u{200b}2.5\n3.5 -4.5", &halves),
        ("1,234.5\t2,000.0\n3,000.0\t4,000.25", &large),
        ("1.234,5\t2.000,0\n3.000,0\t4.000,25", &large),
        ("1'234.5 2'000\n3’000 4'000.25", &large),
        (
            "1\u{a0}234.5\t2\u{a0}000\n3\u{a0}000\t4\u{a0}000.25",
            &large,
        ),
        (
            "1\u{202f}234,5\t2\u{202f}000\n3\u{202f}000\t4\u{202f}000,25",
            &large,
        ),
        ("1,2345e3\t2e3\n3E+3\t4,00025e3", &large),
    ] {
        assert_eq!(&read(text), expected, "{text:?}");
    }
    // Of rows of two and one, only cells with a decimal comma make a matrix.
    assert_eq!(read("1,5;2\n3;4,5"), dmatrix![1.5, 2.0; 3.0, 4.5]);
    assert_eq!(read("1.25,3\n0.125,4"), dmatrix![1.25, 3.0; 0.125, 4.0]);
    assert_eq!(
        read("100,200\n128,255"),
        dmatrix![100.0, 200.0; 128.0, 255.0]
    );
    assert_eq!(number("1e5"), Ok(1e5));
    assert_eq!(number("12'000"), Ok(12_000.0));
    assert_eq!(number("\u{feff}−１．５"), Ok(-1.5));
}

#[test]
fn what_can_mean_two_things_is_refused_with_its_cell() {
    for (text, words) in [
        ("1,5 2,5\n3,5 4,5", "row 1, column 2 is near “1,5 2,5”"),
        ("1,234\t2,000\n3,000\t4,000", "row 1, column 1 is “1,234”"),
        ("1,5\t2.5", "row 1, column 1 is “1,5”"),
        ("1,234, 5", "row 1, column 1 is “1,234”"),
        ("7, 1,234.5", "row 1, column 2 is “1,234.5”"),
        ("1,000\n2,050", "row 1, column 1 is “1,000”"),
        ("1.234,5\n2.345,6", "row 1, column 1 is “1.234,5”"),
        ("1.234,5", "may be one number or two"),
        ("1,2;3,4\n5,6;7,8", "decimal sign"),
        ("\t2\n3\t", "row 1, column 1 is empty"),
        ("1\t2\n3\t", "row 2, column 2 is empty"),
        ("1\t\t2", "row 1, column 2 is empty"),
        ("1;;2\n3;4;5", "row 1, column 2 is empty"),
        ("\"\",2\n3,4", "row 1, column 1 is empty"),
        ("1\u{a0}234", "may be one number or more"),
        (
            "1\u{a0}234\t2\u{a0}5",
            "“2\u{a0}5” may be one number or more",
        ),
        ("1 234\t5", "row 1, column 1 is “1 234”"),
        ("50%\t25%", "percent"),
        ("50 %", "percent"),
        ("１２％", "percent"),
        ("width,height\n1,2", "row 1, column 1 is “width”"),
        ("width,height\n1,2", "headings"),
        ("a\tb\n1\t2", "headings"),
        ("1.2.3 4", "row 1, column 1 is “1.2.3”"),
        ("1'23 4", "row 1, column 1 is “1'23”"),
        ("\"1,5", "never closed"),
        ("1\"5\"", "quote within a number"),
        ("1\t2;3", "tabs and semicolons"),
        ("1_000 2", "row 1, column 1 is “1_000”"),
        ("€5", "row 1, column 1 is “€5”"),
    ] {
        let why = fault(text);
        assert!(why.contains(words), "{text:?}: {why}");
    }
    for text in ["1,5", "1,234.5", "1.234,5", "50%", "1 234"] {
        assert!(number(text).is_err(), "{text}");
    }
    assert_eq!(number("1\u{a0}234"), Ok(1234.0));
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

/// Texts of viewers are drawn on stage, names of values among them.
#[test]
fn nothing_unseen_turned_or_piled_up_is_read() {
    let piled = format!("Z{} -> é\u{301}", "\u{301}".repeat(40));
    let read = lines_of(&format!(
        "al\u{202e}pha\u{200b}\u{2066} -> b\r\n{piled}\n1\t\t2\u{a0}3  4"
    ));
    let lines: Vec<_> = read.lines().collect();
    assert_eq!(lines[0], "alpha -> b");
    assert!(lines[1].chars().count() < 14, "{:?}", lines[1]);
    // The layout of a table says something.
    assert_eq!(lines[2], "1\t\t2\u{a0}3  4");
}
