//! What a rehearsal found, for people and for programs.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::machine::Machine;
use super::measure::{Asked, Counts, Felt, Kept, Spread};
use super::verdict::{self, Bottleneck, Grade, Verdict, limit, ms};

/// What was rehearsed.
#[derive(Debug, Clone, Serialize)]
pub struct Course {
    pub link: String,
    pub title: String,
    pub people: u32,
    pub seconds: f64,
    /// Stopped before its time.
    pub ended_early: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct Report {
    #[serde(flatten)]
    pub course: Course,
    /// By name, for what was measured.
    pub felt: BTreeMap<&'static str, Time>,
    pub counts: Counts,
    /// Polls that bots voted in.
    pub polls: Vec<PollReport>,
    /// What went wrong, and how often.
    pub errors: BTreeMap<String, u32>,
    pub machine: Machine,
    pub verdict: Grade,
    pub bottleneck: Option<Bottleneck>,
    /// What could not be measured, and why; what else the host should know.
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Time {
    #[serde(flatten)]
    pub spread: Spread,
    /// p99 up to here is good, up to there fair; none where nothing is judged.
    pub good_ms: Option<u64>,
    pub fair_ms: Option<u64>,
    pub grade: Option<Grade>,
}

#[derive(Debug, Clone, Serialize)]
pub struct PollReport {
    pub poll: String,
    pub question: String,
    /// Bots whose vote was told heard: so many voters the server must count of them.
    pub voters: u32,
    /// Whether the audience saw the tally while the poll was open.
    pub tally_shown: bool,
}

impl Report {
    pub fn new(course: Course, kept: &Kept, machine: Machine) -> Self {
        let Verdict { grade, bottleneck } = verdict::judge(kept, &machine);
        let felt = Felt::ALL.into_iter();
        let felt = felt.filter_map(|felt| Some((name(felt), Time::of(felt, kept.spread(felt)?))));
        let polls = kept
            .polls
            .iter()
            .filter(|(_, poll)| !poll.question.is_empty());
        let polls = polls.map(|(id, poll)| PollReport {
            poll: id.clone(),
            question: poll.question.clone(),
            voters: poll.voters,
            tally_shown: poll.shown,
        });
        let errors = kept.faults.iter();
        Self {
            course,
            felt: felt.collect(),
            counts: kept.counts.clone(),
            polls: polls.collect(),
            errors: errors.map(|(fault, n)| (fault.to_string(), *n)).collect(),
            machine,
            verdict: grade,
            bottleneck,
            notes: notes(kept),
        }
    }

    /// Whether one could do the event like this.
    pub fn is_good(&self) -> bool {
        matches!(self.verdict, Grade::Pass | Grade::Fair)
    }
}

impl Time {
    fn of(felt: Felt, spread: Spread) -> Self {
        let limit = limit(felt);
        let ms = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        Self {
            spread,
            good_ms: limit.map(|limit| ms(limit.good)),
            fair_ms: limit.map(|limit| ms(limit.fair)),
            grade: limit.map(|_| verdict::grade(felt, spread.p99_ms)),
        }
    }
}

fn name(felt: Felt) -> &'static str {
    match felt {
        Felt::Join => "join",
        Felt::Page => "page",
        Felt::Back => "back",
        Felt::Vote => "vote",
        Felt::Question => "question",
        Felt::Reaction => "reaction",
        Felt::Tally => "tally",
        Felt::Lag => "lag",
    }
}

fn words(felt: Felt) -> &'static str {
    match felt {
        Felt::Join => "joined: page, socket, session",
        Felt::Page => "  the page alone",
        Felt::Back => "back after sleep",
        Felt::Vote => "vote heard, on disk",
        Felt::Question => "question, “me too” heard",
        Felt::Reaction => "reaction heard",
        Felt::Tally => "own vote in the tally",
        Felt::Lag => "this machine late by",
    }
}

fn notes(kept: &Kept) -> Vec<String> {
    let mut notes = Vec::new();
    let counts = &kept.counts;
    if kept.ended {
        notes.push("The session ended meanwhile: nobody could vote or ask any more.".to_string());
    }
    if counts.votes.sent == 0 {
        notes.push(
            "Nobody voted: no poll was open. Open one, or several, and rehearse again.".to_string(),
        );
    } else if kept.spread(Felt::Tally).is_none() {
        notes.push(
            "Tally delay: not measurable, because the audience saw no tally of a poll that was open. \
             A poll with live results, or revealed while it is open, shows it."
                .to_string(),
        );
    }
    if counts.tallies_missed > 0 {
        notes.push(format!(
            "{} times an own vote was in no tally within 10 s though it was shown; counted as 10 s.",
            counts.tallies_missed
        ));
    }
    let refused = [
        ("votes", &counts.votes),
        ("questions", &counts.questions),
        ("“me too”", &counts.upvotes),
        ("reactions", &counts.reactions),
    ];
    for (what, asked) in refused {
        for (code, n) in &asked.refused {
            notes.push(format!("Refused {what}, by “{code}”: {n}."));
        }
    }
    notes
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Course {
            link,
            title,
            people,
            seconds,
            ended_early,
        } = &self.course;
        let early = if *ended_early { ", stopped early" } else { "" };
        writeln!(
            f,
            "“{title}”, {link}: {people} people, {seconds:.0} s{early}\n"
        )?;
        writeln!(
            f,
            "  {:30} {:>8} {:>9} {:>9} {:>9}   p99 should be",
            "", "times", "p50", "p99", "longest"
        )?;
        for felt in Felt::ALL {
            match self.felt.get(name(felt)) {
                Some(time) => time.row(f, words(felt))?,
                None => writeln!(f, "  {:30} {:>8}", words(felt), "none")?,
            }
        }
        let Counts {
            joined,
            most_at_once,
            slept,
            came_back,
            votes,
            votes_sent_again,
            votes_unanswered,
            votes_lost,
            questions,
            upvotes,
            reactions,
            ..
        } = &self.counts;
        writeln!(
            f,
            "\n  People     {joined} of {people} came in, {most_at_once} at once; {slept} times asleep, {came_back} times back"
        )?;
        writeln!(
            f,
            "  Votes      {}; {votes_sent_again} sent again after a line that ended, {votes_unanswered} never answered, {votes_lost} lost",
            told(votes)
        )?;
        for poll in &self.polls {
            writeln!(
                f,
                "    {:30} {} voters: “{}”",
                poll.poll, poll.voters, poll.question
            )?;
        }
        writeln!(
            f,
            "  Questions  {}; “me too” {}",
            told(questions),
            told(upvotes)
        )?;
        writeln!(f, "  Reactions  {}", told(reactions))?;
        match self.errors.is_empty() {
            true => writeln!(f, "  Errors     none")?,
            false => writeln!(f, "  Errors")?,
        }
        for (fault, n) in &self.errors {
            writeln!(f, "    {n:>8} × {fault}")?;
        }
        let Machine {
            cores,
            cores_of_bots,
            cores_of_others,
        } = &self.machine;
        let others = cores_of_others.map_or(String::new(), |n| format!(", all else {n:.1}"));
        writeln!(
            f,
            "  Machine    of its {cores} cores the bots kept {cores_of_bots:.1} busy{others}"
        )?;
        for note in &self.notes {
            writeln!(f, "\n  {note}")?;
        }
        writeln!(f, "\nVerdict: {}", said(self.verdict))?;
        match &self.bottleneck {
            Some(first) => writeln!(
                f,
                "First bottleneck, from second {} on, with {} people in: {}.",
                first.since_seconds, first.people, first.evidence
            ),
            None => writeln!(f, "First bottleneck: none was reached."),
        }
    }
}

impl Time {
    fn row(&self, f: &mut fmt::Formatter<'_>, words: &str) -> fmt::Result {
        let Spread {
            n,
            p50_ms,
            p99_ms,
            max_ms,
        } = self.spread;
        let (p50, p99, max) = (ms(p50_ms), ms(p99_ms), ms(max_ms));
        write!(f, "  {words:30} {n:>8} {p50:>9} {p99:>9} {max:>9}")?;
        if let (Some(good), Some(grade)) = (self.good_ms, self.grade) {
            let grade = match grade {
                Grade::Pass => "good",
                Grade::Fair => "fair",
                Grade::Fail | Grade::Unclear => "bad",
            };
            write!(f, "   ≤ {}: {grade}", ms(good as f64))?;
        }
        writeln!(f)
    }
}

fn told(asked: &Asked) -> String {
    let refused = asked.refused_in_all();
    format!(
        "{} sent, {} heard, {refused} refused",
        asked.sent, asked.heard
    )
}

fn said(grade: Grade) -> &'static str {
    match grade {
        Grade::Pass => "pass. As far as was measured, people would feel nothing of it.",
        Grade::Fair => "fair. People would notice, and stay.",
        Grade::Unclear => "unclear. This machine was too slow for so many bots to tell.",
        Grade::Fail => "fail. People would press again, or give up.",
    }
}
