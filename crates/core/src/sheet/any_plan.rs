//! Every checked plan that there could be, for the property tests.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::domain::demo::steers::Steers;
use crate::domain::demo::{DemoKind, DemoPlan, Setting, Settings};
use crate::domain::plan::{Channel, Link, PollPlan, SegmentKind, SegmentPlan, SessionPlan};
use crate::domain::poll::kind::Kind;
use crate::domain::poll::prediction::Asked;
use crate::domain::poll::{multiple, number, prediction, single, yes_no};
use crate::domain::questions::rules::{Moderation, Names, Rules};

/// Texts as people and machines write them: quotes, backslashes, escapes, blanks, scripts, signs that vanish.
fn text(lines: bool) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zA-Z0-9]{1,8}",
        2 => "\\PC{1,4}",
        1 => any::<char>().prop_map(String::from),
        3 => prop::sample::select(vec![
            "\"", "\"\"", "\"\"\"", "'", "'''", "\\", "\\\\", "\\n", "\\u0041", "#", " ", "  ", "\t", "=", "[", "]]",
            "ü", "日本", "👩‍🔬", "\u{a0}", "\u{feff}", "\u{202e}", "\u{7f}", "\u{85}", "\r",
        ])
        .prop_map(String::from),
    ];
    let broken = prop::sample::select(vec!["", "", "\n", " \n", "\n  ", "\r\n", "\n\n", "\"\n\""]);
    vec((piece, broken), 0..6).prop_map(move |pieces| {
        let join = |(piece, end): (String, &str)| piece + if lines { end } else { "" };
        let text: String = pieces.into_iter().map(join).collect();
        if lines { text } else { text.replace('\n', " ") }
    })
}

/// A line that cannot be empty.
fn line() -> impl Strategy<Value = String> {
    ("[a-z]", text(false), "[a-z.\"\\\\]").prop_map(|(first, middle, last)| first + &middle + &last)
}

fn labels(n: std::ops::Range<usize>) -> impl Strategy<Value = Vec<String>> {
    vec(line(), n).prop_map(|labels| {
        // Numbers keep them apart, whatever folding makes of the rest.
        labels
            .iter()
            .enumerate()
            .map(|(n, label)| format!("{n} {label}"))
            .collect()
    })
}

fn kind() -> impl Strategy<Value = (Kind, Vec<String>, Vec<String>)> {
    prop_oneof![
        (any::<bool>(), labels(2..6)).prop_map(|(write_in, options)| (
            Kind::Single(single::Rules { write_in }),
            options,
            vec![]
        )),
        (any::<bool>(), labels(2..6), 0..6_u32, option::of(0..6_u32)).prop_map(
            |(write_in, options, min, max)| {
                let most = options.len() as u32 + u32::from(write_in);
                let min = min.clamp(1, most);
                let max = max.map(|max| max.clamp(min, most));
                (
                    Kind::Multiple(multiple::Rules { min, max, write_in }),
                    options,
                    vec![],
                )
            }
        ),
        (-1000..1000, 1..500).prop_map(|(from, more)| {
            let to = from + more;
            (Kind::Number(number::Rules { from, to }), vec![], vec![])
        }),
        any::<bool>().prop_map(|both| (Kind::YesNo(yes_no::Rules { both }), vec![], vec![])),
        (
            prop_oneof![Just(Asked::Verdict), Just(Asked::Probability)],
            labels(0..4)
        )
            .prop_map(|(answer, horizons)| (
                Kind::Prediction(prediction::Rules { answer }),
                vec![],
                horizons
            )),
    ]
}

fn segment() -> impl Strategy<Value = (SegmentKind, String, String, String, Vec<Link>, Option<u32>)>
{
    let link = (line(), "[a-z]{1,5}").prop_map(|(label, host)| Link {
        url: format!("https://{host}.org/{label}"),
        label,
    });
    (
        prop::sample::select(SegmentKind::ALL.to_vec()),
        line(),
        text(true),
        text(true),
        vec(link, 0..3),
        option::of(1..=1440_u32),
    )
}

fn rules() -> impl Strategy<Value = Rules> {
    (
        any::<[bool; 4]>(),
        prop::sample::select(Moderation::ALL.to_vec()),
        prop::sample::select(Names::ALL.to_vec()),
        line(),
        0..=3_600_u32,
        vec(("[a-z]{1,8}", line()), 0..4),
    )
        .prop_map(
            |([open, hold_links, chat, reactions], moderation, names, anonymous, slow, words)| {
                let cut = |text: String| text.chars().take(20).collect::<String>();
                Rules {
                    open,
                    moderation,
                    names,
                    anonymous: cut(format!("a{anonymous}")),
                    slow_seconds: slow,
                    words: words
                        .into_iter()
                        .enumerate()
                        .map(|(n, (word, more))| format!("{n}{word}{}", cut(more)))
                        .collect(),
                    hold_links,
                    chat,
                    reactions,
                    ..Rules::default()
                }
            },
        )
}

fn demo(n: usize) -> DemoPlan {
    let kind = DemoKind::Rbf;
    let mut settings = kind.presets()[n % kind.presets().len()].settings();
    settings.insert("lambda".to_string(), Setting::Number(n as f64 * 0.37));
    DemoPlan { kind, settings }
}

/// What a poll of this plan could do to a demo of this agenda.
fn steers(agenda: &[SegmentPlan], poll: &PollPlan) -> Option<Steers> {
    if matches!(poll.kind, Kind::Prediction(_) | Kind::Number(_)) {
        return None;
    }
    let segment = agenda.iter().find(|segment| segment.demo.is_some())?;
    let n = poll.options.len().max(poll.kind.fixed_options().len());
    Some(Steers {
        segment: segment.id.clone(),
        settings: (0..n)
            .map(|n| {
                if n == 0 {
                    Settings::new()
                } else {
                    demo(n).settings
                }
            })
            .collect(),
    })
}

/// Checked plans; polls name any segment or none, in any order.
pub fn plan() -> impl Strategy<Value = SessionPlan> {
    let polls = vec(
        (
            line(),
            kind(),
            any::<bool>(),
            option::of(1..=86_400_u32),
            0..8_usize,
        ),
        0..7,
    );
    (
        line(),
        text(true),
        vec((line(), 0..=300_u32), 0..3),
        vec(segment(), 0..5),
        polls,
        rules(),
    )
        .prop_map(|(title, blurb, channels, segments, polls, questions)| {
            let id = |letter: &str, n: usize| format!("{letter}-{n}");
            let channels = channels
                .into_iter()
                .enumerate()
                .map(|(n, (label, delay_seconds))| Channel {
                    id: id("c", n).parse().expect("an id"),
                    label,
                    delay_seconds,
                });
            let agenda: Vec<SegmentPlan> = segments
                .into_iter()
                .enumerate()
                .map(
                    |(n, (kind, title, speaker, blurb, links, planned_minutes))| SegmentPlan {
                        id: id("s", n).parse().expect("an id"),
                        kind,
                        title,
                        speaker,
                        blurb,
                        links,
                        planned_minutes,
                        demo: (kind == SegmentKind::Demo && n % 2 == 0).then(|| demo(n)),
                    },
                )
                .collect();
            let polls = polls.into_iter().enumerate().map(
                |(n, (question, kind, live_results, seconds, home))| {
                    let (kind, options, horizons) = kind;
                    let mut plan = PollPlan {
                        id: id("p", n).parse().expect("an id"),
                        segment: agenda.get(home).map(|segment| segment.id.clone()),
                        question,
                        kind,
                        options,
                        horizons,
                        live_results,
                        seconds,
                        steers: None,
                        step: None,
                    };
                    if home % 2 == 0 {
                        plan.steers = steers(&agenda, &plan);
                    }
                    plan
                },
            );
            SessionPlan {
                title,
                blurb,
                code: "CENTRE".parse().expect("a code"),
                lang: ["", "de", "pt-BR"][agenda.len() % 3].to_string(),
                channels: channels.collect(),
                polls: polls.collect(),
                questions,
                agenda,
            }
            .checked()
            .expect("a plan made to be sound")
        })
}
