//! One poll of a sheet. Which fields a kind has is here, beside how its rules are made of them:
//! a new kind is one row and one arm.

use super::complain::Complaints;
use super::names::{Name, find};
use super::table::Fields;
use crate::domain::plan::{COUNTDOWN_MAX_SECONDS, LABEL_MAX, OPTIONS_MAX, PollPlan, TITLE_MAX};
use crate::domain::poll::kind::{KIND_NAMES, Kind};
use crate::domain::poll::prediction::Asked;
use crate::domain::poll::{multiple, number, prediction, single, yes_no};
use crate::ids::{PollId, SegmentId};

const KNOWN: [&str; 18] = [
    "id",
    "segment",
    "kind",
    "question",
    "options",
    "min",
    "max",
    "write_in",
    "both",
    "from",
    "to",
    "answer",
    "horizons",
    "live_results",
    "seconds",
    "steers",
    "settings",
    "step",
];

/// Fields that only some kinds have, and which kinds those are.
const OWN_FIELDS: [(&str, &[&str]); 9] = [
    ("options", &["single", "multiple"]),
    ("write_in", &["single", "multiple"]),
    ("min", &["multiple"]),
    ("max", &["multiple"]),
    ("both", &["yes_no"]),
    ("from", &["number"]),
    ("to", &["number"]),
    ("answer", &["prediction"]),
    ("horizons", &["prediction"]),
];

/// Where a poll stands in the sheet.
pub(super) enum Home<'a> {
    Inside(&'a Name<SegmentId>),
    Outside(&'a [Name<SegmentId>]),
}

/// The poll, or none if something was said about it.
pub(super) fn poll(
    out: &mut Complaints,
    table: &Fields,
    name: Name<PollId>,
    home: &Home,
) -> Option<PollPlan> {
    let before = out.found();
    table.only(out, "poll", &KNOWN);
    let segment = match home {
        Home::Inside(segment) => {
            let why = "“segment” is not needed here: this poll belongs to the segment it is written under";
            table.refuse(out, "segment", why);
            segment.id.clone()
        }
        Home::Outside(segments) => find(out, table, "segment", segments),
    };
    let question = table.line(out, "question", TITLE_MAX * 2);
    let live_results = table.flag(out, "live_results");
    let seconds = table.number(out, "seconds", 1..=COUNTDOWN_MAX_SECONDS);
    if !table.has("kind") {
        let why = format!("is missing; it is one of {}", KIND_NAMES.join(", "));
        table.complain(out, "kind", &why, None);
    }
    let kind = table.choice(out, "kind", &KIND_NAMES);
    if let Some(kind) = kind {
        for (field, kinds) in OWN_FIELDS {
            if !kinds.contains(&kind) {
                let why = format!(
                    "a {kind} poll has no “{field}”; only {} has",
                    kinds.join(" or ")
                );
                table.refuse(out, field, &why);
            }
        }
    }
    // Without a kind, and for fields of other kinds, the types are still looked at.
    let options = table.labels(out, "options", LABEL_MAX, OPTIONS_MAX);
    let horizons = table.labels(out, "horizons", LABEL_MAX, OPTIONS_MAX);
    let most = OPTIONS_MAX as u32 + 1;
    let min = table.number(out, "min", 1..=most);
    let max = table.number(out, "max", 1..=most);
    let write_in = table.flag(out, "write_in");
    let both = table.flag(out, "both");
    let ends = -number::FURTHEST..=number::FURTHEST;
    let [from, to] = ["from", "to"].map(|field| table.number(out, field, ends.clone()));
    let answer = match table.choice(out, "answer", &["verdict", "probability"]) {
        Some("probability") => Asked::Probability,
        _ => Asked::Verdict,
    };
    let kind = match kind? {
        "single" => Kind::Single(single::Rules { write_in }),
        "multiple" => Kind::Multiple(multiple::Rules {
            min: min.unwrap_or(1),
            max,
            write_in,
        }),
        "yes_no" => Kind::YesNo(yes_no::Rules { both }),
        "number" => {
            if !table.has("to") {
                table.complain(out, "to", number::NO_END, None);
            }
            let from = from.unwrap_or(0);
            // What is no number was told already.
            let to = to.unwrap_or(from.saturating_add(1));
            Kind::Number(number::Rules { from, to })
        }
        _ => Kind::Prediction(prediction::Rules { answer }),
    };
    let options_are_known = options.is_some() || !table.has("options");
    let plan = PollPlan {
        id: name.id?,
        segment,
        question,
        kind,
        options: options.unwrap_or_default(),
        horizons: horizons.unwrap_or_default(),
        live_results,
        seconds,
        steers: None,
        step: table.string(out, "step").map(str::to_string),
    };
    if options_are_known {
        check_kind(out, table, plan.clone());
    }
    (out.found() == before).then_some(plan)
}

/// Asks the kind itself. It names one fault at a time, so that fault is mended and it is asked again.
fn check_kind(out: &mut Complaints, table: &Fields, mut plan: PollPlan) {
    while let Err(bad) = plan.kind.check_plan(&plan) {
        let mended = match (bad.field.as_str(), &mut plan.kind) {
            ("min", Kind::Multiple(rules)) if rules.min != 1 => {
                rules.min = 1;
                true
            }
            ("max", Kind::Multiple(rules)) => rules.max.take().is_some(),
            _ => false,
        };
        // A field that the kind does not have was refused by name already.
        let own = OWN_FIELDS
            .iter()
            .all(|(field, kinds)| *field != bad.field || kinds.contains(&plan.kind.name()));
        if own {
            table.complain(out, &bad.field, &bad.why, None);
        }
        if !mended {
            return;
        }
    }
}
