//! Formulas as MathML and as text.

use proptest::prelude::*;
use salon_demos::demos::svd::formula::{mathml, text};

use super::draw::well_formed;

#[test]
fn formulas_are_text_where_unicode_has_the_signs() {
    for (latex, expected) in [
        (r"U\Sigma V^{\mathsf T}", "U Σ Vᵀ"),
        (r"M = U \Sigma V^\top", "M = U Σ Vᵀ"),
        (
            r"\sum_{i=1}^{r} \sigma_i u_i v_i^{\mathsf T}",
            "∑ᵢ₌₁ʳ σᵢ uᵢ vᵢᵀ",
        ),
        (r"M^{+} = V \Sigma^{-1} U^{\mathsf T}", "M⁺ = V Σ⁻¹ Uᵀ"),
        (r"\mathbb{R}^n \to \mathbb{R}^m", "ℝⁿ → ℝᵐ"),
        (r"\lVert M x - b \rVert_2", "‖M x − b‖₂"),
        (r"\frac{a + b}{2}", "(a + b)/2"),
        (
            r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}",
            "[1 2; 3 4]",
        ),
        (r"A = -B", "A = −B"),
        (r"\operatorname{rank} M = r", "rank M = r"),
        (r"x_{ij}^{a,b}", "xᵢⱼ^(a,b)"),
        (r"\hat{x} \leq \kappa", "x\u{302} ≤ κ"),
    ] {
        assert_eq!(text(latex), expected, "{latex}");
    }
}

#[test]
fn what_text_cannot_say_stays_latex() {
    for latex in [r"\unheardof{x}", r"\frac{1}{", "a^", "}"] {
        assert_eq!(text(latex), latex);
    }
}

#[test]
fn formulas_are_mathml_that_a_strict_page_may_have() {
    for latex in [
        r"M = U\Sigma V^{\mathsf T}",
        r"\begin{aligned} a &= b \\ &= c \end{aligned}",
        r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix} \quad \text{if } x \! < 1",
        r"\color{red} x",
    ] {
        let mathml = mathml(latex);
        assert!(mathml.starts_with("<math"), "{mathml}");
        assert!(mathml.contains("display=\"block\""), "{mathml}");
        well_formed(&mathml);
    }
}

#[test]
fn what_cannot_be_read_is_shown_as_it_is() {
    let shown = mathml(r"\unheardof<script>");
    assert!(
        shown.contains("<code>\\unheardof&#60;script&#62;</code>"),
        "{shown}"
    );
    for nested in ["{", "\\sqrt", "^", "\\left(", "\\frac"] {
        well_formed(&mathml(&nested.repeat(5_000)));
        well_formed(&mathml(&nested.repeat(1_999 / nested.len())));
        let _ = text(&nested.repeat(5_000));
    }
    // As deep as is let through.
    for within in ["\\sqrt{", "\\left(", "\\begin{matrix}", "{"] {
        let level = format!("{}{within}x", "\\hat".repeat(22));
        well_formed(&mathml(&level.repeat(15)));
    }
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(latex in ".*") {
        let _ = text(&latex);
        well_formed(&mathml(&latex));
    }

    #[test]
    fn nothing_like_latex_makes_it_panic(
        words in prop::collection::vec(prop_oneof![
            Just("\\frac"), Just("{"), Just("}"), Just("^"), Just("_"), Just("&"), Just("\\\\"), Just("\\left("),
            Just("\\right)"), Just("\\begin{bmatrix}"), Just("\\end{bmatrix}"), Just("\\text{<b>}"), Just("x"), Just("\\sqrt"),
            Just("\\limits"), Just("'"), Just("\\mathsf"), Just("\\hat"), Just("\\sum"), Just("\\tag{\"}"), Just("\\ref{<}"),
        ], 0..14)
    ) {
        let latex = words.concat();
        let _ = text(&latex);
        well_formed(&mathml(&latex));
    }
}
