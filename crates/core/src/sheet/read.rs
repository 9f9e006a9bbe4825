//! From text to a checked plan. The plan's own checks have the last word; what is looked at here is looked at
//! because it has a line.

use toml::de::DeTable;

use super::complain::{Complaint, Complaints, shown};
use super::names::{Name, names};
use super::poll::{Home, poll};
use super::table::Fields;
use super::{SHEET_MAX_BYTES, Sheet, signs};
use crate::domain::plan::{
    BLURB_MAX, CHANNELS_MAX, Channel, DELAY_MAX_SECONDS, LABEL_MAX, LINKS_MAX, Link, NO_LANGUAGE,
    POLLS_MAX, PollPlan, SEGMENTS_MAX, SegmentKind, SegmentPlan, SessionPlan, TITLE_MAX,
    is_language,
};
use crate::ids::{ChannelId, PollId, SegmentId, SessionCode};

const URL_MAX: usize = 2_000;
const MINUTES_MAX: u32 = 24 * 60;

pub(super) fn sheet(
    text: &str,
    file: &str,
    spare_code: SessionCode,
) -> Result<Sheet, Vec<Complaint>> {
    let mut out = Complaints::new(file, text);
    if text.len() > SHEET_MAX_BYTES {
        let why = format!(
            "the file has {} bytes; at most {SHEET_MAX_BYTES} are allowed",
            text.len()
        );
        out.add(0, "", &why, None);
        return Err(out.in_order());
    }
    let (document, faults) = DeTable::parse_recoverable(text);
    if !faults.is_empty() {
        // What a broken text holds is a guess, and complaints about a guess would hide the real ones.
        // After the first of a line the parser mostly stumbles over the same thing again.
        let mut last = 0;
        for fault in faults {
            let at = fault.span().map_or(text.len(), |span| span.start);
            let at = text.floor_char_boundary(at);
            if out.line(at) != last {
                last = out.line(at);
                let start = text[..at].rfind('\n').map_or(0, |before| before + 1);
                let line = text[start..].lines().next().unwrap_or_default();
                // The mark at the very beginning of a file is no fault.
                let skipped = if start == 0 && line.starts_with('\u{feff}') {
                    3
                } else {
                    0
                };
                match signs::odd(&line[skipped..]) {
                    Some((place, why)) => out.add(start + skipped + place, "", &why, None),
                    None => out.add(at, "", &signs::in_our_words(fault.message(), line), None),
                }
            }
        }
        return Err(out.in_order());
    }
    let whole = Fields::whole(document.get_ref());
    let sheet = session(&mut out, &whole, spare_code);
    if out.found() > 0 {
        return Err(out.in_order());
    }
    // Nothing was said, so this passes; if a check is added to plans and forgotten here, it still counts.
    match sheet.plan.checked() {
        Ok(plan) => Ok(Sheet { plan, ..sheet }),
        Err(bad) => {
            out.add(0, &bad.field, &bad.why, None);
            Err(out.in_order())
        }
    }
}

/// The plan as far as it can be read; worth something only if nothing was said about it.
fn session(out: &mut Complaints, whole: &Fields, spare_code: SessionCode) -> Sheet {
    whole.only(
        out,
        "sheet",
        &[
            "title",
            "code",
            "lang",
            "blurb",
            "questions",
            "channel",
            "segment",
            "poll",
        ],
    );
    let title = whole.line(out, "title", TITLE_MAX);
    let blurb = whole.text(out, "blurb", BLURB_MAX);
    let code = code(out, whole);
    let lang = lang(out, whole);
    let channels = channels(out, whole);

    let tables = whole.tables(out, "segment", "title", SEGMENTS_MAX);
    let segments = names::<SegmentId>(out, &tables, "title");
    let agenda: Vec<SegmentPlan> = tables
        .iter()
        .zip(&segments)
        .filter_map(|(table, name)| segment(out, table, name))
        .collect();

    // Polls of segments come first, in the order of the agenda, then those outside.
    let mut homes: Vec<(Fields, Home)> = Vec::new();
    for (table, name) in tables.iter().zip(&segments) {
        let polls = table.tables(out, "poll", "question", POLLS_MAX);
        homes.extend(polls.into_iter().map(|poll| (poll, Home::Inside(name))));
    }
    let outside = whole.tables(out, "poll", "question", POLLS_MAX);
    homes.extend(
        outside
            .into_iter()
            .map(|poll| (poll, Home::Outside(&segments))),
    );
    let n = homes.len();
    if let Some((first_over, _)) = homes.get(POLLS_MAX) {
        whole.too_many(out, first_over.at, "poll", n, POLLS_MAX);
        homes.truncate(POLLS_MAX);
    }
    let polls = polls(out, homes, &segments, &agenda);

    Sheet {
        code_given: code.is_some(),
        plan: SessionPlan {
            title,
            blurb,
            code: code.unwrap_or(spare_code),
            lang,
            channels,
            agenda,
            polls,
            questions: super::questions::rules(out, whole),
        },
    }
}

fn code(out: &mut Complaints, whole: &Fields) -> Option<SessionCode> {
    let written = whole.string(out, "code")?;
    match written.parse() {
        Ok(code) => Some(code),
        Err(bad) => {
            whole.complain(out, "code", &format!("“{}”: {bad}", shown(written)), None);
            None
        }
    }
}

fn lang(out: &mut Complaints, whole: &Fields) -> String {
    let Some(written) = whole.string(out, "lang") else {
        return String::new();
    };
    if !is_language(written) {
        let why = format!("“{}” {NO_LANGUAGE}", shown(written));
        whole.complain(out, "lang", &why, None);
    }
    written.to_string()
}

fn channels(out: &mut Complaints, whole: &Fields) -> Vec<Channel> {
    let tables = whole.tables(out, "channel", "label", CHANNELS_MAX);
    let names = names::<ChannelId>(out, &tables, "label");
    let mut channels = Vec::new();
    for (table, name) in tables.iter().zip(names) {
        table.only(out, "channel", &["id", "label", "delay_seconds"]);
        let label = table.line(out, "label", LABEL_MAX);
        let delay = table.number(out, "delay_seconds", 0..=DELAY_MAX_SECONDS);
        channels.extend(name.id.map(|id| Channel {
            id,
            label,
            delay_seconds: delay.unwrap_or(0),
        }));
    }
    channels
}

fn segment(out: &mut Complaints, table: &Fields, name: &Name<SegmentId>) -> Option<SegmentPlan> {
    table.only(
        out,
        "segment",
        &[
            "id",
            "kind",
            "title",
            "speaker",
            "blurb",
            "planned_minutes",
            "links",
            "demo",
            "poll",
        ],
    );
    let words = SegmentKind::ALL.map(SegmentKind::name);
    if !table.has("kind") {
        let why = format!("is missing; it is one of {}", words.join(", "));
        table.complain(out, "kind", &why, None);
    }
    let kind = table
        .choice(out, "kind", &words)
        .and_then(SegmentKind::from_name);
    let title = table.line(out, "title", TITLE_MAX);
    let speaker = table.text(out, "speaker", LABEL_MAX);
    let blurb = table.text(out, "blurb", BLURB_MAX);
    let planned_minutes = table.number(out, "planned_minutes", 1..=MINUTES_MAX);
    let links = links(out, table);
    let demo = super::demo::demo(out, table, kind);
    Some(SegmentPlan {
        id: name.id.clone()?,
        kind: kind?,
        title,
        speaker,
        blurb,
        links,
        planned_minutes,
        demo,
    })
}

fn links(out: &mut Complaints, segment: &Fields) -> Vec<Link> {
    let mut links = Vec::new();
    for table in segment.tables(out, "links", "label", LINKS_MAX) {
        table.only(out, "link", &["label", "url"]);
        let label = table.line(out, "label", LABEL_MAX);
        let url = table.line(out, "url", URL_MAX);
        // The plan refuses this too; here it has a line and, for a bare address, what was meant.
        let sound = url.starts_with("https://") || url.starts_with("http://");
        if !sound && !url.is_empty() {
            let bare = url.contains('.') && !url.contains(':');
            let meant = bare.then(|| format!("https://{}", url.trim_start_matches('/')));
            table.complain(out, "url", "must start with https:// or http://", meant);
        }
        links.push(Link { label, url });
    }
    links
}

fn polls(
    out: &mut Complaints,
    homes: Vec<(Fields, Home)>,
    segments: &[Name<SegmentId>],
    agenda: &[SegmentPlan],
) -> Vec<PollPlan> {
    let (tables, homes): (Vec<Fields>, Vec<Home>) = homes.into_iter().unzip();
    let names = names::<PollId>(out, &tables, "question");
    tables
        .iter()
        .zip(names)
        .zip(&homes)
        .filter_map(|((table, name), home)| {
            let mut plan = poll(out, table, name, home)?;
            super::demo::steers(out, table, segments, agenda, &mut plan);
            let home = agenda
                .iter()
                .find(|one| Some(&one.id) == plan.segment.as_ref());
            if let Err(bad) = plan.check_step(home) {
                table.complain(out, &bad.field, &bad.why, None);
            }
            Some(plan)
        })
        .collect()
}
