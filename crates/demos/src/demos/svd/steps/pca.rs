//! Principal components.

use nalgebra::SymmetricEigen;

use super::super::components::Components;
use super::super::input::{Fault, Input};
use super::super::shown::{Bars, Check, Named, Part, Scatter, Shown, Table};
use super::super::step::{Field, Kind, Own, Preset, Step};
use super::measure::{LARGEST, matrix_of_size};
use crate::linalg::Matrix;

pub struct Pca;

/// Fisher's irises; see `NOTICE-iris.md`.
const IRIS: &str = include_str!("../data/iris.csv");
const LINE: &str =
    "1, 2.1, 0.9; 2, 3.9, 1.1; 3, 6.2, 1.0; 4, 7.8, 0.8; 5, 10.1, 1.2; 6, 12.2, 1.0; 7, 13.8, 0.9";
const UNITS: &str =
    "1.62, 54000; 1.75, 70000; 1.81, 66000; 1.68, 71000; 1.90, 88000; 1.57, 60000; 1.73, 59000";
const ROUND: &str = "1, 0; 0.5, 0.866; -0.5, 0.866; -1, 0; -0.5, -0.866; 0.5, -0.866";

impl Step for Pca {
    fn name(&self) -> &'static str {
        "pca"
    }

    fn title(&self) -> &'static str {
        "Principal components"
    }

    fn point(&self) -> &'static str {
        "Principal component analysis is the SVD of a table whose columns were centred: the right singular vectors are the \
         directions in which samples differ most."
    }

    fn fields(&self) -> &'static [Field] {
        const FIELDS: &[Field] = &[
            Field {
                name: "data",
                label: "Data",
                kind: Kind::Choice(&["iris", "own"]),
                default: "iris",
            },
            Field {
                name: "m",
                label: "Own table: a row for each sample",
                kind: Kind::Matrix {
                    rows: 200,
                    columns: 10,
                },
                default: LINE,
            },
            Field {
                name: "scale",
                label: "Columns are",
                kind: Kind::Choice(&["centred", "unit variance"]),
                default: "centred",
            },
            Field {
                name: "across",
                label: "Component to the right",
                kind: Kind::Count { from: 1, to: 10 },
                default: "1",
            },
            Field {
                name: "up",
                label: "Component upwards",
                kind: Kind::Count { from: 1, to: 10 },
                default: "2",
            },
        ];
        FIELDS
    }

    fn presets(&self) -> &'static [Preset] {
        &[
            Preset {
                label: "Irises",
                input: &[],
            },
            Preset {
                label: "Irises, unit variance",
                input: &[("scale", "unit variance")],
            },
            Preset {
                label: "Irises, what is left over",
                input: &[("across", "3"), ("up", "4")],
            },
            Preset {
                label: "Nearly a line",
                input: &[("data", "own"), ("m", LINE)],
            },
            Preset {
                label: "Metres and grams: the unit decides",
                input: &[("data", "own"), ("m", UNITS)],
            },
            Preset {
                label: "Round: nothing to find",
                input: &[("data", "own"), ("m", ROUND)],
            },
        ]
    }

    fn own(&self) -> Option<Own> {
        Some(Own {
            field: "m",
            choices: &[("data", "own")],
        })
    }

    fn show(&self, input: &Input) -> Result<Shown, Fault> {
        let data = if input.word("data") == "iris" {
            iris()
        } else {
            own(input)?
        };
        let unit = input.word("scale") == "unit variance";
        let pca = Components::of(&data.table, unit).map_err(|e| Fault::new("m", e.to_string()))?;
        for (name, (deviation, mean)) in
            data.names.iter().zip(pca.deviations.iter().zip(&pca.means))
        {
            if unit && *deviation <= f64::EPSILON * mean.abs() * data.table.nrows() as f64 {
                let why = format!(
                    "{name} is the same in every row, so it has no unit variance; leave it out or choose “centred”"
                );
                return Err(Fault::new("m", why));
            }
        }
        let total: f64 = pca.variances().iter().sum();
        let most = pca.x.amax();
        if most == 0.0 {
            return Err(Fault::new("m", "all rows are the same; change one"));
        }
        if most < 1.0 / LARGEST {
            let why = format!(
                "its rows differ by {most:e} at most, and squares of that are no numbers; measure in a smaller unit, so that they differ by 1e-50 or more"
            );
            return Err(Fault::new("m", why));
        }
        let components = pca.s.len();
        let place = |field: &str| match input.count(field) {
            n if n <= components => Ok(n - 1),
            n => Err(Fault::new(
                field,
                format!("is {n}, but there are {components} components"),
            )),
        };
        let (across, up) = (place("across")?, place("up")?);
        let checks = checks(&pca);
        Ok(Shown {
            parts: parts(&data, &pca, total, across, up),
            checks,
        })
    }
}

struct Data {
    table: Matrix,
    names: Vec<String>,
    groups: Vec<String>,
    group: Vec<usize>,
}

fn iris() -> Data {
    let mut lines = IRIS.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().unwrap_or_default();
    let mut numbers = Vec::new();
    let mut groups: Vec<String> = Vec::new();
    let mut group = Vec::new();
    for cells in lines {
        let Some((species, cells)) = cells.split_last() else {
            continue;
        };
        numbers.extend(cells.iter().filter_map(|cell| cell.parse::<f64>().ok()));
        if groups.last().is_none_or(|last| last != species) {
            groups.push((*species).to_string());
        }
        group.push(groups.len() - 1);
    }
    let names: Vec<String> = head.iter().take(4).map(ToString::to_string).collect();
    Data {
        table: Matrix::from_row_iterator(group.len(), names.len(), numbers),
        names,
        groups,
        group,
    }
}

fn own(input: &Input) -> Result<Data, Fault> {
    let table = matrix_of_size("m", input.matrix("m"))?;
    if table.nrows() < 2 || table.ncols() < 2 {
        return Err(Fault::new(
            "m",
            "needs at least 2 rows (samples) and 2 columns (variables)",
        ));
    }
    Ok(Data {
        names: (1..=table.ncols()).map(|n| format!("column {n}")).collect(),
        groups: vec!["samples".to_string()],
        group: vec![0; table.nrows()],
        table,
    })
}

fn parts(data: &Data, pca: &Components, total: f64, across: usize, up: usize) -> Vec<Part> {
    let shares: Vec<f64> = pca.variances().iter().map(|v| 100.0 * v / total).collect();
    let share = |place: usize| shares.get(place).copied().unwrap_or(0.0);
    let two = share(0) + share(1);
    let (n, p) = data.table.shape();
    let words = format!(
        "{n} samples of {p} variables. The first component carries {:.1} % of the variance, the first two {two:.1} %. \
         PCA sees the numbers alone: groups are drawn, never used. A component's sign is free; here its largest loading is \
         positive.",
        share(0)
    );
    let column = |k: usize| format!("component {}", k + 1);
    let loadings = Named {
        rows: data.names.clone(),
        columns: (0..pca.s.len()).map(column).collect(),
        ..Named::new("P", pca.loadings.clone())
            .note("loadings: orthonormal columns, the right singular vectors")
    };
    let rows = data.names.iter().zip(pca.means.iter().zip(&pca.deviations));
    let table = Table {
        caption: "What was taken from each variable, and how much it varies".to_string(),
        head: ["variable", "mean", "standard deviation"]
            .map(String::from)
            .to_vec(),
        rows: rows
            .map(|(name, (mean, deviation))| {
                vec![
                    name.clone(),
                    format!("{mean:.4}"),
                    format!("{deviation:.4}"),
                ]
            })
            .collect(),
    };
    vec![
        Part::Words(words),
        Part::Formula(r"X = U \Sigma V^{\mathsf{T}}, \quad T = X V = U \Sigma, \quad \operatorname{Var}(t_i) = \frac{\sigma_i^2}{n - 1}".to_string()),
        Part::Scatter(scatter(data, pca, across, up, [share(across), share(up)])),
        Part::Bars(Bars {
            title: "Explained variance".to_string(),
            alt: format!("The first component has {:.1} %, the second {:.1} %.", share(0), share(1)),
            axis: "share of the variance in %".to_string(),
            bars: shares.iter().enumerate().map(|(k, share)| (column(k), *share)).collect(),
            kept: 2,
            log: false,
        }),
        Part::Matrix(loadings),
        Part::Table(table),
    ]
}

fn scatter(data: &Data, pca: &Components, across: usize, up: usize, share: [f64; 2]) -> Scatter {
    let at = |m: &Matrix, row: usize| [m[(row, across)], m[(row, up)]];
    let far = |m: &Matrix| {
        (0..m.nrows())
            .map(|row| at(m, row))
            .map(|[x, y]| x.hypot(y))
            .fold(0.0, f64::max)
    };
    let longest = far(&pca.loadings);
    // Loadings have no unit in common with scores; the longest arrow goes as far as most points do.
    let stretch = if longest > 0.0 {
        0.8 * far(&pca.scores) / longest
    } else {
        0.0
    };
    let arrow =
        |(row, name): (usize, &String)| (name.clone(), at(&pca.loadings, row).map(|x| stretch * x));
    let points = data
        .group
        .iter()
        .enumerate()
        .map(|(row, group)| (at(&pca.scores, row), *group));
    Scatter {
        title: "Scores, and loadings as arrows (stretched to be seen)".to_string(),
        alt: format!(
            "{} samples by components {} and {}, in {} groups; arrows show which way each variable grows.",
            data.group.len(),
            across + 1,
            up + 1,
            data.groups.len()
        ),
        across: format!("component {} ({:.1} %)", across + 1, share[0]),
        up: format!("component {} ({:.1} %)", up + 1, share[1]),
        groups: data.groups.clone(),
        points: points.collect(),
        arrows: data.names.iter().enumerate().map(arrow).collect(),
    }
}

fn checks(pca: &Components) -> Vec<Check> {
    let (n, p) = pca.x.shape();
    let freedom = n as f64 - 1.0;
    let rounding = 8.0 * n.max(p) as f64 * f64::EPSILON;
    let largest = pca.s.first().copied().unwrap_or(0.0);
    // The decomposition, the scores and their products are rounded, each so much.
    let bound = 3.0 * rounding * largest * largest / freedom + f64::MIN_POSITIVE;
    let variances = pca.variances();
    let of_scores = pca.scores.tr_mul(&pca.scores) / freedom;
    let mut crossed = of_scores.clone();
    crossed.fill_diagonal(0.0);
    let own = of_scores.diagonal();
    let gap = |(a, b): (&f64, &f64)| (a - b).abs();
    let identity = Matrix::identity(pca.s.len(), pca.s.len());
    let spread = pca.loadings.tr_mul(&pca.loadings) - identity;
    let mut checks = vec![
        Check {
            claim: "scores of different components are uncorrelated".to_string(),
            error: crossed.amax(),
            bound,
        },
        Check {
            claim: "the variance of each component's scores is σ² / (n − 1)".to_string(),
            error: own.iter().zip(&variances).map(gap).fold(0.0, f64::max),
            bound,
        },
        Check {
            claim: "loadings are orthonormal: Pᵀ P = I".to_string(),
            error: spread.amax(),
            bound: rounding,
        },
    ];
    let covariance = pca.covariance();
    if let Some(eigen) = SymmetricEigen::try_new(covariance, f64::EPSILON, 10_000) {
        let mut values: Vec<f64> = eigen.eigenvalues.iter().copied().collect();
        values.sort_by(|a, b| b.total_cmp(a));
        // There are p eigenvalues and min(n, p) singular values; what is more is 0.
        let padded: Vec<f64> = variances
            .iter()
            .copied()
            .chain(std::iter::repeat(0.0))
            .take(p)
            .collect();
        checks.push(Check {
            claim: "σ² / (n − 1) are the eigenvalues of the covariance matrix".to_string(),
            error: values.iter().zip(&padded).map(gap).fold(0.0, f64::max),
            bound,
        });
    }
    checks
}
