//! A poll's count as rows, percentages, combinations, channels and scores.
//!
//! **Invariant (tested):** a row counts people. Where it stands for several answers, one who picked two of them is one.

use std::collections::{BTreeMap, BTreeSet};

use super::show::public_label;
use crate::domain::command::Role;
use crate::domain::poll::kind::Kind;
use crate::domain::poll::number;
use crate::domain::poll::prediction::{Asked, Outcome, mean, median, score};
use crate::domain::poll::tally::Tally;
use crate::domain::poll::{OTHER_ANSWERS, Phase, Poll};
use crate::domain::session::Session;
use crate::ids::OptionId;
use crate::protocol::{
    CalibrationBin, ChannelTally, ComboView, CountView, ForecastView, MoreCombos, NumbersView,
    ScoreView, TallyView,
};

/// Combinations shown; the rest are too rare to read from the back row.
const COMBOS_MAX: usize = 12;
/// Write-ins shown one by one.
const WRITE_INS_SHOWN: usize = 30;

/// One line of the tally: one option, or several answers together.
struct Row {
    ids: BTreeSet<OptionId>,
    view: CountView,
}

pub fn tally(session: &Session, poll: &Poll, role: Role) -> TallyView {
    let tally = &poll.tally;
    let Rows { rows, others } = rows(poll);
    let desk = role == Role::Host;
    let (combos, more_combos) = combos(poll);
    let forecast =
        matches!(poll.plan.kind, Kind::Prediction(_)).then(|| forecast(session, poll, role));
    TallyView {
        version: tally.version,
        voters: tally.voters,
        picks: tally.picks(),
        is_final: poll.phase == Phase::Closed,
        rest: match desk || role == Role::Stage {
            true => rest(tally, &rows),
            false => Vec::new(),
        },
        others: if desk { others } else { Vec::new() },
        combos,
        more_combos,
        channels: tally
            .channels
            .iter()
            .map(|(id, channel)| ChannelTally {
                id: id.as_ref().map(ToString::to_string).unwrap_or_default(),
                label: match id {
                    Some(id) => session
                        .channel(id)
                        .map_or_else(|| id.to_string(), |channel| channel.label.clone()),
                    None => "Direct link".to_string(),
                },
                voters: channel.voters,
                counts: rows
                    .iter()
                    .map(|row| channel.voters_of_any(&row.ids))
                    .collect(),
            })
            .collect(),
        history: if desk {
            history(poll, &rows)
        } else {
            Vec::new()
        },
        options: rows.into_iter().map(|row| row.view).collect(),
        forecast,
        numbers: poll.plan.kind.as_number().map(|_| numbers(poll)),
    }
}

/// The rows, and of the write-ins that have none of their own the counts.
struct Rows {
    rows: Vec<Row>,
    others: Vec<(u16, u32)>,
}

impl From<Vec<Row>> for Rows {
    fn from(rows: Vec<Row>) -> Self {
        let others = Vec::new();
        Self { rows, others }
    }
}

fn rows(poll: &Poll) -> Rows {
    let tally = &poll.tally;
    if let Kind::Prediction(rules) = &poll.plan.kind {
        let rows: Vec<Row> = match rules.answer {
            Asked::Verdict => (0..)
                .map(OptionId)
                .zip(["Yes", "No", "Both"])
                .map(|(id, label)| row(tally, id, label.to_string(), 0))
                .collect(),
            Asked::Probability => Vec::new(),
        };
        return rows.into();
    }
    if let Some(rules) = poll.plan.kind.as_number() {
        return number_rows(poll, rules).into();
    }
    let mut listed = Vec::new();
    let mut written = Vec::new();
    let mut hidden = BTreeSet::new();
    for (id, option) in poll.all_options() {
        if option.merged_into.is_some() {
            continue;
        }
        if option.hidden {
            hidden.insert(id);
        } else if id.is_write_in() {
            if tally.count(id) > 0 {
                let mut row = row(tally, id, option.label.clone(), 0);
                row.view.write_in = true;
                written.push(row);
            }
        } else {
            listed.push(row(tally, id, option.label.clone(), option.since));
        }
    }
    // What was counted together as it came is folded with the rest: there is one row of others.
    let is_others = |row: &Row| row.ids.contains(&OTHER_ANSWERS);
    written.sort_by(|a, b| {
        let by_count = b.view.count.cmp(&a.view.count);
        is_others(a)
            .cmp(&is_others(b))
            .then(by_count)
            .then(a.ids.cmp(&b.ids))
    });
    let rest = written.split_off(written.len().min(WRITE_INS_SHOWN));
    listed.append(&mut written);
    let others = rest
        .iter()
        .filter_map(|row| Some((row.view.id?, row.view.count)));
    let others = others.collect();
    if !rest.is_empty() {
        let label = match rest.len() {
            1 => "1 more answer".to_string(),
            n => format!("{n} more answers"),
        };
        let ids = rest.into_iter().flat_map(|row| row.ids).collect();
        listed.push(together(tally, ids, &label));
    }
    if hidden.iter().any(|id| tally.count(*id) > 0) {
        let mut row = together(tally, hidden, "Hidden answers");
        row.view.hidden = true;
        listed.push(row);
    }
    Rows {
        rows: listed,
        others,
    }
}

/// Voters of what is left once the `n` options with most votes are shown, for each `n`. Rows that stand for several answers
/// are left over last. Every set of picks counts once, at the place of its rarest pick.
fn rest(tally: &Tally, rows: &[Row]) -> Vec<u32> {
    // Sets of picks are kept for options only; a verdict has three rows, and numbers are joined without a fold.
    if tally.combos.is_empty() {
        return Vec::new();
    }
    let mut ranked: Vec<&Row> = rows.iter().collect();
    ranked.sort_by_key(|row| match row.view.id {
        Some(_) => (false, u32::MAX - row.view.count),
        None => (true, 0),
    });
    let options = rows.iter().filter(|row| row.view.id.is_some()).count();
    let places: BTreeMap<OptionId, usize> = ranked
        .iter()
        .enumerate()
        .flat_map(|(place, row)| row.ids.iter().map(move |id| (*id, place.min(options))))
        .collect();
    let mut voters = vec![0; options + 1];
    for (picks, n) in &tally.combos {
        let rarest = picks.iter().filter_map(|id| places.get(id)).max();
        if let Some(voters) = rarest.and_then(|place| voters.get_mut(*place)) {
            *voters += n;
        }
    }
    for place in (0..options).rev() {
        voters[place] += voters[place + 1];
    }
    voters
}

/// All rows from the beginning, so that the shape does not jump about while votes come in.
fn number_rows(poll: &Poll, rules: &number::Rules) -> Vec<Row> {
    let all = answers(poll);
    let row = |(first, last): (i32, i32)| {
        let within = all.iter().filter(|(n, ..)| (first..=last).contains(n));
        let ids = within.map(|(_, id, _)| *id).collect();
        let mut row = together(&poll.tally, ids, &number::row_label((first, last)));
        row.view.write_in = false;
        row.view.answers = None;
        row
    };
    let numbered = (0..).zip(rules.rows()).map(|(place, ends)| {
        let mut row = row(ends);
        row.view.id = Some(place);
        row
    });
    numbered.collect()
}

/// The numbers that were given, ascending, with their ids and how many gave them.
fn answers(poll: &Poll) -> Vec<(i32, OptionId, u32)> {
    let given = poll
        .all_options()
        .filter_map(|(id, option)| Some((option.label.parse().ok()?, id, poll.tally.count(id))));
    let mut all: Vec<_> = given.filter(|(.., count)| *count > 0).collect();
    all.sort_unstable();
    all
}

fn numbers(poll: &Poll) -> NumbersView {
    let all = answers(poll);
    let voters: u32 = all.iter().map(|(.., count)| count).sum();
    let sum: f64 = all
        .iter()
        .map(|(n, _, count)| f64::from(*n) * f64::from(*count))
        .sum();
    // Where two are in the middle, what lies between them.
    let at = |place: u32| {
        let mut before = 0;
        let found = all.iter().find(|(.., count)| {
            before += count;
            before > place
        });
        found.map(|(n, ..)| f64::from(*n))
    };
    let middle = |voters: u32| Some((at((voters - 1) / 2)? + at(voters / 2)?) / 2.0);
    NumbersView {
        mean: (voters > 0).then(|| (sum / f64::from(voters) * 10.0).round() / 10.0),
        median: (voters > 0).then(|| middle(voters)).flatten(),
    }
}

fn row(tally: &Tally, id: OptionId, label: String, since: u32) -> Row {
    let count = tally.count(id);
    Row {
        ids: [id].into(),
        view: CountView {
            id: Some(id.0),
            label,
            count,
            percent: percent(count, tally.voters),
            answers: None,
            hidden: false,
            before: tally.before(since),
            write_in: false,
        },
    }
}

fn together(tally: &Tally, ids: BTreeSet<OptionId>, label: &str) -> Row {
    let count = tally.voters_of_any(&ids);
    let answers = ids.iter().filter(|id| tally.count(**id) > 0).count();
    Row {
        ids,
        view: CountView {
            id: None,
            label: label.to_string(),
            count,
            percent: percent(count, tally.voters),
            answers: Some(u32::try_from(answers).unwrap_or(u32::MAX)),
            hidden: false,
            before: 0,
            write_in: true,
        },
    }
}

/// Percent of voters with one decimal; 0 of 0 is 0.
pub(super) fn percent(count: u32, voters: u32) -> f64 {
    if voters == 0 {
        return 0.0;
    }
    (f64::from(count) * 1000.0 / f64::from(voters)).round() / 10.0
}

/// The most frequent sets, and the others in sum: every voter is in one set.
fn combos(poll: &Poll) -> (Vec<ComboView>, Option<MoreCombos>) {
    // What a voter may pick at once decides, not what voters did: the shape must not jump about.
    let ways = poll.options.len() + usize::from(poll.plan.kind.allows_write_in());
    let (_, max) = poll.plan.kind.bounds(ways);
    if max < 2 || matches!(poll.plan.kind, Kind::Prediction(_)) {
        return (Vec::new(), None);
    }
    let mut combos: Vec<_> = poll.tally.combos.iter().collect();
    combos.sort_by(|a, b| {
        b.1.cmp(a.1)
            .then(a.0.len().cmp(&b.0.len()))
            .then(a.0.cmp(b.0))
    });
    let more = combos.split_off(combos.len().min(COMBOS_MAX));
    let more = (!more.is_empty()).then(|| MoreCombos {
        sets: u32::try_from(more.len()).unwrap_or(u32::MAX),
        voters: more.iter().map(|(_, voters)| **voters).sum(),
    });
    let shown = combos.into_iter().map(|(ids, count)| ComboView {
        ids: ids.iter().map(|id| id.0).collect(),
        label: ids
            .iter()
            .map(|id| public_label(poll, *id))
            .collect::<Vec<_>>()
            .join(" + "),
        count: *count,
        percent: percent(*count, poll.tally.voters),
    });
    (shown.collect(), more)
}

fn history(poll: &Poll, rows: &[Row]) -> Vec<Vec<i64>> {
    // In a row of numbers nobody is twice: one voter gives one.
    let rows: Vec<_> = rows.iter().filter(|row| row.view.id.is_some()).collect();
    poll.history
        .samples
        .iter()
        .map(|sample| {
            let counts = rows.iter().map(|row| {
                let sum: u32 = row.ids.iter().filter_map(|id| sample.counts.get(id)).sum();
                i64::from(sum)
            });
            [sample.at.0, i64::from(sample.voters)]
                .into_iter()
                .chain(counts)
                .collect()
        })
        .collect()
}

fn forecast(session: &Session, poll: &Poll, role: Role) -> ForecastView {
    let percents = poll.tally.percent_table();
    let mut histogram = vec![0; 10];
    for (said, n) in percents.iter().enumerate() {
        histogram[(said / 10).min(9)] += n;
    }
    let one_decimal = |x: f64| (x * 10.0).round() / 10.0;
    ForecastView {
        mean: mean(&percents).map(one_decimal),
        median: median(&percents).map(one_decimal),
        histogram,
        by: (0..)
            .zip(&poll.plan.horizons)
            .map(|(id, label)| {
                let count = poll.tally.by.get(&OptionId(id)).copied().unwrap_or(0);
                CountView {
                    id: Some(id),
                    label: label.clone(),
                    count,
                    percent: percent(count, poll.tally.voters),
                    answers: None,
                    hidden: false,
                    before: 0,
                    write_in: false,
                }
            })
            .collect(),
        score: poll.resolution.as_ref().and_then(|resolution| {
            let score = score(&percents, resolution.outcome)?;
            Some(ScoreView {
                brier: score.brier,
                crowd_brier: score.crowd_brier,
                calibration: calibration(session, role),
            })
        }),
    }
}

/// Reliability of the crowd over every resolved prediction that this role may see the result of:
/// of the forecasts near p percent, how many came true (A. H. Murphy, 1973).
fn calibration(session: &Session, role: Role) -> Vec<CalibrationBin> {
    let mut bins = [(0_u32, 0.0_f64, 0_u32); 10];
    for poll in &session.polls {
        let Some(resolution) = &poll.resolution else {
            continue;
        };
        let seen = role == Role::Host || poll.shows_tally();
        if !seen || resolution.outcome == Outcome::Annulled {
            continue;
        }
        for (said, n) in poll.tally.percent_table().into_iter().enumerate() {
            let bin = &mut bins[(said / 10).min(9)];
            bin.0 += n;
            bin.1 += said as f64 * f64::from(n);
            if resolution.outcome == Outcome::Yes {
                bin.2 += n;
            }
        }
    }
    (0..)
        .zip(bins)
        .filter(|(_, (n, _, _))| *n > 0)
        .map(|(place, (n, sum, came_true))| CalibrationBin {
            low: place * 10,
            n,
            mean: (sum / f64::from(n) * 10.0).round() / 10.0,
            came_true: percent(came_true, n),
        })
        .collect()
}
