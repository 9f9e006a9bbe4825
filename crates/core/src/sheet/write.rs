//! The canonical text of a plan. Written by hand rather than by a serialiser: a sheet is read and compared by
//! people, so every field has its place, every option its own line, and a blurb looks like a paragraph.

use std::fmt::Display;

use toml_writer::{ToTomlValue as _, TomlString, TomlStringBuilder};

use crate::domain::plan::{Channel, PollPlan, SegmentPlan, SessionPlan};
use crate::domain::poll::kind::Kind;
use crate::domain::poll::prediction::Asked;
use crate::ids::SegmentId;

pub(super) fn sheet(plan: &SessionPlan) -> String {
    let mut text = String::new();
    put_text(&mut text, "title", &plan.title);
    put_text(&mut text, "code", plan.code.as_str());
    put_some_text(&mut text, "lang", &plan.lang);
    put_some_text(&mut text, "blurb", &plan.blurb);
    super::questions::write(&mut text, &plan.questions);
    for one in &plan.channels {
        channel(&mut text, one);
    }
    let (inside, outside) = plan.polls.split_at(in_agenda_order(plan));
    for one in &plan.agenda {
        segment(&mut text, one);
        for one in inside
            .iter()
            .filter(|poll| poll.segment.as_ref() == Some(&one.id))
        {
            poll(&mut text, "segment.poll", None, one);
        }
    }
    for one in outside {
        poll(&mut text, "poll", one.segment.as_ref(), one);
    }
    text
}

/// How many polls from the first on follow the agenda. Those are written under their segments, the rest after
/// the agenda with their segment named: so the order of the polls is the reading order, whatever it is.
fn in_agenda_order(plan: &SessionPlan) -> usize {
    let mut reached = 0;
    for (n, poll) in plan.polls.iter().enumerate() {
        let place = plan
            .agenda
            .iter()
            .position(|segment| Some(&segment.id) == poll.segment.as_ref());
        match place {
            Some(place) if place >= reached => reached = place,
            _ => return n,
        }
    }
    plan.polls.len()
}

fn channel(text: &mut String, channel: &Channel) {
    put_header(text, "channel");
    put_text(text, "id", channel.id.as_str());
    put_text(text, "label", &channel.label);
    if channel.delay_seconds > 0 {
        put(text, "delay_seconds", channel.delay_seconds);
    }
}

fn segment(text: &mut String, segment: &SegmentPlan) {
    put_header(text, "segment");
    put_text(text, "id", segment.id.as_str());
    put_text(text, "kind", segment.kind.name());
    put_text(text, "title", &segment.title);
    put_some_text(text, "speaker", &segment.speaker);
    put_some_text(text, "blurb", &segment.blurb);
    put_some(text, "planned_minutes", segment.planned_minutes);
    let links = segment.links.iter().map(|link| {
        format!(
            "{{ label = {}, url = {} }}",
            quoted(&link.label),
            quoted(&link.url)
        )
    });
    put_list(text, "links", links);
    if let Some(demo) = &segment.demo {
        super::demo::write_demo(text, demo);
    }
}

fn poll(text: &mut String, header: &str, segment: Option<&SegmentId>, poll: &PollPlan) {
    put_header(text, header);
    put_text(text, "id", poll.id.as_str());
    if let Some(segment) = segment {
        put_text(text, "segment", segment.as_str());
    }
    put_text(text, "kind", poll.kind.name());
    put_text(text, "question", &poll.question);
    put_list(
        text,
        "options",
        poll.options.iter().map(|label| quoted(label)),
    );
    match &poll.kind {
        Kind::Single(rules) => put_flag(text, "write_in", rules.write_in),
        Kind::Multiple(rules) => {
            if rules.min != 1 {
                put(text, "min", rules.min);
            }
            put_some(text, "max", rules.max);
            put_flag(text, "write_in", rules.write_in);
        }
        Kind::YesNo(rules) => put_flag(text, "both", rules.both),
        Kind::Number(rules) => {
            put(text, "from", rules.from);
            put(text, "to", rules.to);
        }
        Kind::Prediction(rules) => {
            let answer = match rules.answer {
                Asked::Verdict => "verdict",
                Asked::Probability => "probability",
            };
            put_text(text, "answer", answer);
        }
    }
    put_list(
        text,
        "horizons",
        poll.horizons.iter().map(|label| quoted(label)),
    );
    put_flag(text, "live_results", poll.live_results);
    put_some(text, "seconds", poll.seconds);
    if let Some(steers) = &poll.steers {
        super::demo::write_steers(text, steers);
    }
    put_some_text(text, "step", poll.step.as_deref().unwrap_or_default());
}

pub(super) fn put(text: &mut String, field: &str, value: impl Display) {
    text.push_str(&format!("{field} = {value}\n"));
}

fn put_header(text: &mut String, name: &str) {
    text.push_str(&format!("\n[[{name}]]\n"));
}

fn put_some(text: &mut String, field: &str, value: Option<u32>) {
    if let Some(value) = value {
        put(text, field, value);
    }
}

fn put_flag(text: &mut String, field: &str, value: bool) {
    if value {
        put(text, field, true);
    }
}

fn put_some_text(text: &mut String, field: &str, value: &str) {
    if !value.is_empty() {
        put_text(text, field, value);
    }
}

pub(super) fn put_text(text: &mut String, field: &str, value: &str) {
    if value.contains('\n') {
        put(text, field, paragraph(value));
    } else {
        put(text, field, quoted(value));
    }
}

pub(super) fn put_list(text: &mut String, field: &str, entries: impl Iterator<Item = String>) {
    let lines: String = entries.map(|entry| format!("  {entry},\n")).collect();
    if !lines.is_empty() {
        put(text, field, format!("[\n{lines}]"));
    }
}

pub(super) fn quoted(value: &str) -> String {
    written(TomlStringBuilder::new(value).as_basic())
}

/// Several lines between `"""`.
fn paragraph(value: &str) -> String {
    // Editors cut blanks at the end of a line without asking.
    written(TomlStringBuilder::new(value).as_ml_basic()).replace(" \n", "\\u0020\n")
}

fn written(text: TomlString<'_>) -> String {
    let text = text.to_toml_value();
    // The control characters beyond ASCII may stand in TOML as they are, but a terminal obeys them.
    let obeyed = |c: char| c.is_control() && !c.is_ascii();
    text.split_inclusive(obeyed)
        .map(|part| match part.char_indices().next_back() {
            Some((end, c)) if obeyed(c) => format!("{}\\u{:04X}", &part[..end], u32::from(c)),
            _ => part.to_string(),
        })
        .collect()
}
