//! Demos of segments, and polls that steer them.

use toml::de::DeValue;

use super::complain::Complaints;
use super::names::{Name, find};
use super::table::Fields;
use super::write::{put, put_list, put_text, quoted};
use crate::domain::demo::steers::Steers;
use crate::domain::demo::{DemoKind, DemoPlan, Setting, Settings};
use crate::domain::plan::{OPTIONS_MAX, PollPlan, SegmentKind, SegmentPlan};
use crate::ids::SegmentId;

pub(super) fn demo(
    out: &mut Complaints,
    segment: &Fields,
    of: Option<SegmentKind>,
) -> Option<DemoPlan> {
    let table = segment.one_table(out, "demo")?;
    if of.is_some_and(|kind| kind != SegmentKind::Demo) {
        segment.refuse(out, "demo", "only a segment of kind demo has a “demo”");
        return None;
    }
    let words = DemoKind::ALL.map(DemoKind::name);
    if !table.has("kind") {
        let why = format!("is missing; it is one of {}", words.join(", "));
        table.complain(out, "kind", &why, None);
    }
    let kind = table
        .choice(out, "kind", &words)
        .and_then(DemoKind::from_name)?;
    Some(DemoPlan {
        kind,
        settings: settings(out, &table, kind, &["kind"]),
    })
}

fn settings(out: &mut Complaints, table: &Fields, kind: DemoKind, besides: &[&str]) -> Settings {
    let mut known: Vec<&str> = besides.to_vec();
    known.extend(kind.knobs().iter().map(|knob| knob.name));
    table.only(out, "demo", &known);
    let mut settings = Settings::new();
    for knob in kind.knobs() {
        let Some(value) = table.value(knob.name) else {
            continue;
        };
        let value = match value {
            DeValue::String(word) => Setting::Word(word.to_string()),
            DeValue::Integer(n) => match i64::from_str_radix(n.as_str(), n.radix()) {
                Ok(n) => Setting::Number(n as f64),
                Err(_) => Setting::Word(n.to_string()),
            },
            DeValue::Float(n) => match n.as_str().parse() {
                Ok(n) => Setting::Number(n),
                Err(_) => Setting::Word(n.as_str().to_string()),
            },
            other => Setting::Word(other.type_str().to_string()),
        };
        let one = Settings::from([(knob.name.to_string(), value)]);
        match kind.checked(one) {
            Ok(one) => settings.extend(one),
            Err(bad) => table.complain(out, knob.name, &bad.why, None),
        }
    }
    settings
}

/// What a poll steers, put into its plan.
pub(super) fn steers(
    out: &mut Complaints,
    table: &Fields,
    segments: &[Name<SegmentId>],
    agenda: &[SegmentPlan],
    plan: &mut PollPlan,
) {
    if !table.has("steers") {
        table.refuse(
            out,
            "settings",
            "“settings” are for a poll that “steers” a segment",
        );
        return;
    }
    let Some(segment) = find(out, table, "steers", segments) else {
        return;
    };
    let home = agenda.iter().find(|one| one.id == segment);
    let Some(demo) = home.and_then(|home| home.demo.as_ref()) else {
        let why = format!("segment “{segment}” has no demo to steer");
        return table.complain(out, "steers", &why, None);
    };
    let tables = table.tables(out, "settings", "id", OPTIONS_MAX);
    let settings = tables
        .iter()
        .map(|table| settings(out, table, demo.kind, &[]))
        .collect();
    let steers = Steers { segment, settings };
    match steers.checked(plan, home) {
        Ok(steers) => plan.steers = Some(steers),
        Err(bad) => table.complain(out, "settings", &bad.why, None),
    }
}

pub(super) fn write_demo(text: &mut String, demo: &DemoPlan) {
    let kind = (
        "kind".to_string(),
        Setting::Word(demo.kind.name().to_string()),
    );
    let all: Vec<_> = std::iter::once(&kind)
        .map(|(name, value)| pair(name, value))
        .chain(demo.settings.iter().map(|(name, value)| pair(name, value)))
        .collect();
    put(text, "demo", format!("{{ {} }}", all.join(", ")));
}

pub(super) fn write_steers(text: &mut String, steers: &Steers) {
    put_text(text, "steers", steers.segment.as_str());
    let entries = steers.settings.iter().map(|one| {
        let all: Vec<_> = one.iter().map(|(name, value)| pair(name, value)).collect();
        match all.is_empty() {
            true => "{}".to_string(),
            false => format!("{{ {} }}", all.join(", ")),
        }
    });
    put_list(text, "settings", entries);
}

fn pair(name: &str, value: &Setting) -> String {
    match value {
        Setting::Number(n) => format!("{name} = {n}"),
        Setting::Word(word) => format!("{name} = {}", quoted(word)),
    }
}
