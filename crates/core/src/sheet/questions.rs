//! The `[questions]` table of a sheet: the rules for questions and chat.

use super::complain::Complaints;
use super::table::Fields;
use super::write::{put, put_list, put_text, quoted};
use crate::domain::questions::rules::{
    Filter, Moderation, NAME_MAX, Names, Rules, SLOW_MAX_SECONDS, WORD_MAX, WORDS_MAX,
};

const FIELDS: [&str; 9] = [
    "open",
    "moderation",
    "names",
    "anonymous",
    "slow_seconds",
    "words",
    "hold_links",
    "chat",
    "reactions",
];

pub(super) fn rules(out: &mut Complaints, whole: &Fields) -> Rules {
    let usual = Rules::default();
    let Some(table) = whole.one_table(out, "questions") else {
        return usual;
    };
    table.only(out, "questions table", &FIELDS);
    let flag = |out: &mut Complaints, field: &str, usual: bool| {
        if table.has(field) {
            table.flag(out, field)
        } else {
            usual
        }
    };
    let anonymous = if table.has("anonymous") {
        table.line(out, "anonymous", NAME_MAX)
    } else {
        usual.anonymous.clone()
    };
    let rules = Rules {
        open: flag(out, "open", usual.open),
        moderation: table
            .choice(out, "moderation", &Moderation::ALL.map(Moderation::name))
            .and_then(Moderation::from_name)
            .unwrap_or_default(),
        names: table
            .choice(out, "names", &Names::ALL.map(Names::name))
            .and_then(Names::from_name)
            .unwrap_or_default(),
        anonymous,
        slow_seconds: table
            .number(out, "slow_seconds", 0..=SLOW_MAX_SECONDS)
            .unwrap_or_default(),
        words: table
            .labels(out, "words", WORD_MAX, WORDS_MAX)
            .unwrap_or_default(),
        hold_links: flag(out, "hold_links", usual.hold_links),
        chat: flag(out, "chat", usual.chat),
        reactions: flag(out, "reactions", usual.reactions),
        filter: Filter::default(),
    };
    // What was complained of already is blank here, and would be complained of again.
    match rules.clone().checked() {
        Err(bad) if out.found() == 0 => {
            let field = bad.field.split('[').next().unwrap_or_default();
            table.complain(out, field, &format!("{}: {}", bad.field, bad.why), None);
            rules
        }
        Err(_) => rules,
        Ok(checked) => checked,
    }
}

pub(super) fn write(text: &mut String, rules: &Rules) {
    if rules.is_default() {
        return;
    }
    let usual = Rules::default();
    text.push_str("\n[questions]\n");
    let mut flag = |field: &str, value: bool, usual: bool| {
        if value != usual {
            put(text, field, value);
        }
    };
    flag("open", rules.open, usual.open);
    flag("hold_links", rules.hold_links, usual.hold_links);
    flag("chat", rules.chat, usual.chat);
    flag("reactions", rules.reactions, usual.reactions);
    if rules.moderation != usual.moderation {
        put_text(text, "moderation", rules.moderation.name());
    }
    if rules.names != usual.names {
        put_text(text, "names", rules.names.name());
    }
    if rules.anonymous != usual.anonymous {
        put_text(text, "anonymous", &rules.anonymous);
    }
    if rules.slow_seconds != usual.slow_seconds {
        put(text, "slow_seconds", rules.slow_seconds);
    }
    put_list(text, "words", rules.words.iter().map(|word| quoted(word)));
}
