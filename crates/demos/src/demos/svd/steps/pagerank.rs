//! PageRank.

mod checks;

use super::super::graph::{Course, Graph, Hits, course, google, hits, solved, summing_to_one};
use super::super::input::{Fault, Input};
use super::super::shown::{Curves, Diagram, Link, Look, Named, Node, Part, Shown, Table};
use super::super::step::{Field, Kind, Preset, Step};
use crate::linalg::svd::svd;
use crate::linalg::{LinalgError, Matrix};

pub struct PageRank;

impl Step for PageRank {
    fn name(&self) -> &'static str {
        "pagerank"
    }

    fn title(&self) -> &'static str {
        "PageRank"
    }

    fn point(&self) -> &'static str {
        "PageRank is the dominant eigenvector of the Google matrix; the singular vectors of the same links are something else, \
         hubs and authorities."
    }

    fn fields(&self) -> &'static [Field] {
        const FIELDS: &[Field] = &[
            Field {
                name: "graph",
                label: "Links, as “a -> b, c”",
                kind: Kind::Lines { most: 32 },
                default: "home -> docs, blog, shop\ndocs -> home, api\nblog -> home, docs\nshop -> home\napi -> docs\nfan -> blog, api",
            },
            Field {
                name: "damping",
                label: "Damping d: how often a link is followed",
                kind: Kind::Number {
                    from: 0.0,
                    to: 0.99,
                    step: 0.01,
                },
                default: "0.85",
            },
            Field {
                name: "steps",
                label: "Steps of the power iteration",
                kind: Kind::Count { from: 0, to: 100 },
                default: "10",
            },
        ];
        FIELDS
    }

    fn presets(&self) -> &'static [Preset] {
        &[
            Preset {
                label: "A small site",
                input: &[],
            },
            Preset {
                label: "A node that goes nowhere",
                input: &[("graph", "a -> b, end\nb -> end\nc -> a, end")],
            },
            Preset {
                label: "A ring: all agree",
                input: &[("graph", "a -> b\nb -> c\nc -> d\nd -> e\ne -> a")],
            },
            Preset {
                label: "Both ways, all with three: all agree",
                input: &[(
                    "graph",
                    "a -> b, c, d\nb -> a, c, d\nc -> a, b, d\nd -> a, b, c",
                )],
            },
            Preset {
                label: "Both ways, not regular: they differ",
                input: &[(
                    "graph",
                    "a -> b, c\nb -> a, c\nc -> a, b, d\nd -> c, e\ne -> d",
                )],
            },
            Preset {
                label: "Hubs that nobody links to",
                input: &[
                    (
                        "graph",
                        "list1 -> x, y, z\nlist2 -> x, y\nlist3 -> y, z\nz -> w\nw -> z",
                    ),
                    ("damping", "0.95"),
                ],
            },
        ]
    }

    fn show(&self, input: &Input) -> Result<Shown, Fault> {
        let graph = Graph::of(input.lines("graph")).map_err(|why| Fault::new("graph", why))?;
        let damping = input.number("damping");
        let walk = graph.walk();
        let Some(rank) = solved(&walk, damping) else {
            return Err(Fault::new(
                "damping",
                "leaves no single answer; choose a smaller one",
            ));
        };
        let google = google(&walk, damping);
        let found = Found {
            course: course(&google, &rank, input.count("steps"), damping),
            steps: input.count("steps"),
            damping,
            rank,
            google,
        };
        shown(&graph, &found).map_err(|error| Fault::new("graph", error.to_string()))
    }
}

struct Found {
    google: Matrix,
    damping: f64,
    /// By a direct solve.
    rank: Matrix,
    steps: usize,
    course: Course,
}

fn shown(graph: &Graph, found: &Found) -> Result<Shown, LinalgError> {
    let adjacency = graph.adjacency();
    let hits = hits(&adjacency)?;
    let of_google = svd(&found.google)?;
    let u = summing_to_one(of_google.u.columns(0, 1).into_owned());
    let named = |name: &str, matrix: Matrix, note: &str| {
        let named = Named::new(name, matrix).note(note);
        Part::Matrix(Named {
            rows: graph.nodes.clone(),
            columns: graph.nodes.clone(),
            ..named
        })
    };
    let parts = vec![
        Part::Words(words(graph, found)),
        Part::Formula(
            r"G = d S + \frac{1 - d}{n} \mathbf{1} \mathbf{1}^{\mathsf{T}}, \quad G x = x"
                .to_string(),
        ),
        Part::Diagram(diagram(graph, found)),
        curves(found),
        Part::Words(truth(&hits, of_google.s.first().copied().unwrap_or(0.0))),
        Part::Table(table(graph, found, &hits, &u)),
        Part::Row(vec![
            named(
                "A",
                adjacency.clone(),
                "row i, column j: a link from i to j",
            ),
            named("G", found.google.clone(), "column j: where one goes from j"),
        ]),
    ];
    Ok(Shown {
        parts,
        checks: checks::checks(&adjacency, found, &hits, &of_google.s),
    })
}

fn words(graph: &Graph, found: &Found) -> String {
    let name = |place: &usize| graph.nodes.get(*place).cloned().unwrap_or_default();
    let dangling: Vec<String> = graph.dangling().iter().map(name).collect();
    let nowhere = match dangling.as_slice() {
        [] => "Every node links to some other.".to_string(),
        some => format!(
            "From what links nowhere ({}) the walk goes on anywhere, each node as likely.",
            some.join(", ")
        ),
    };
    let loops = match graph.loops {
        0 => String::new(),
        n => format!(" Links of a node to itself were left out ({n})."),
    };
    format!(
        "Someone follows links at random, and with probability 1 − d = {:.2} goes to any node at all. PageRank is how often \
         each is visited. {nowhere}{loops} Each step of the power iteration brings the error down to a share of d at most; \
         after {} steps it is {:.1e}.",
        1.0 - found.damping,
        found.steps,
        found.course.errors.get(found.steps).copied().unwrap_or(0.0)
    )
}

fn truth(hits: &Hits, largest: f64) -> String {
    let ties = match hits.ties {
        1 => String::new(),
        n => format!(
            " Here the {n} largest singular values of A are equal, so hubs and authorities are not determined; shown is what \
             Kleinberg's iteration comes to from equal hubs."
        ),
    };
    format!(
        "PageRank is often listed as an application of the SVD. It is not quite: it solves G x = x, an eigenvector problem \
         with eigenvalue 1. The largest singular value of G is {largest:.4}; it is 1 only if rows of G sum to 1 as columns do, and \
         then every node has the same rank. The SVD of the links themselves, A = U Σ Vᵀ, gives something else (HITS): u₁ says \
         who links to good authorities, v₁ who is linked to by good hubs. If links go both ways, hubs and authorities are the \
         same (if σ₁ is single), and if every node has as many links out and in as any other, all of them agree: all are equal.{ties}"
    )
}

fn table(graph: &Graph, found: &Found, hits: &Hits, u: &Matrix) -> Table {
    let mut order: Vec<usize> = (0..graph.nodes.len()).collect();
    order.sort_by(|a, b| found.rank[*b].total_cmp(&found.rank[*a]));
    let row = |place: &usize| {
        let numbers = [
            &found.rank,
            &found.course.at,
            &hits.hubs,
            &hits.authorities,
            u,
        ];
        let cells = numbers
            .iter()
            .map(|vector| format!("{:.4}", vector[*place]));
        std::iter::once(graph.nodes[*place].clone())
            .chain(cells)
            .collect()
    };
    Table {
        caption: "Each scaled to sum to 1; the highest PageRank first".to_string(),
        head: [
            "node",
            "PageRank",
            "after the steps",
            "hub (u₁ of A)",
            "authority (v₁ of A)",
            "u₁ of G",
        ]
        .map(String::from)
        .to_vec(),
        rows: order.iter().map(row).collect(),
    }
}

fn diagram(graph: &Graph, found: &Found) -> Diagram {
    let n = graph.nodes.len() as f64;
    let most = found.course.at.max();
    // Neighbours on the circle are a word's width and a half apart.
    let radius = (1.5 * n / std::f64::consts::TAU).max(1.5);
    let node = |(place, label): (usize, &String)| {
        let (y, x) = (std::f64::consts::TAU * place as f64 / n).sin_cos();
        let rank = found.course.at[place];
        Node {
            label: label.clone(),
            note: format!("{rank:.3}"),
            at: [radius * (1.0 + x), radius * (1.0 + y)],
            look: if rank >= most * (1.0 - 1e-9) {
                Look::First
            } else {
                Look::Plain
            },
        }
    };
    let link = |(from, to): &(usize, usize)| Link {
        from: *from,
        to: *to,
        label: String::new(),
        look: Look::Plain,
    };
    Diagram {
        title: format!("Links, and ranks after {} steps", found.steps),
        alt: format!(
            "{} nodes and {} links; the table has the ranks.",
            graph.nodes.len(),
            graph.arrows.len()
        ),
        nodes: graph.nodes.iter().enumerate().map(node).collect(),
        arrows: graph.arrows.iter().map(link).collect(),
    }
}

fn curves(found: &Found) -> Part {
    let errors = &found.course.errors;
    let first = errors.first().copied().unwrap_or(0.0);
    // Below it there is rounding alone, and 0 has no place on a logarithmic scale.
    let seen = |point: &[f64; 2]| point[1] > f64::EPSILON;
    let error = errors
        .iter()
        .enumerate()
        .map(|(k, error)| [k as f64, *error])
        .filter(seen);
    let bound = (0..errors.len())
        .map(|k| [k as f64, first * found.damping.powi(k as i32)])
        .filter(seen);
    Part::Curves(Curves {
        title: "Error of the power iteration".to_string(),
        alt: "The error falls at least as fast as d to the power of the step.".to_string(),
        across: "step k".to_string(),
        up: "‖x − PageRank‖₁".to_string(),
        log: true,
        curves: vec![
            ("error".to_string(), error.collect()),
            ("dᵏ · first error".to_string(), bound.collect()),
        ],
        at: Some(found.steps as f64),
        votes: Vec::new(),
    })
}
