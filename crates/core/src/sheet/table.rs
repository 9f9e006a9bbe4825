//! One table of a sheet and typed ways to take its fields. Whatever is missing, misspelt or of the wrong
//! type becomes a complaint; what is returned is always fit to go on with, so that later faults are found too.

use std::fmt::Display;
use std::ops::RangeInclusive;

use toml::de::{DeTable, DeValue};

use super::complain::{Complaints, nearest, shown};
use crate::domain::plan::BadPlan;
use crate::domain::text::{clean_line, clean_text, folded};

#[derive(Clone)]
pub(super) struct Fields<'t, 'i> {
    table: &'t DeTable<'i>,
    /// Where it begins, as a byte offset.
    pub at: usize,
    /// How complaints name it, such as `poll “framework”`; empty for the sheet as a whole.
    pub name: String,
}

impl<'t, 'i> Fields<'t, 'i> {
    pub fn whole(table: &'t DeTable<'i>) -> Self {
        Self {
            table,
            at: 0,
            name: String::new(),
        }
    }

    pub fn has(&self, field: &str) -> bool {
        self.table.contains_key(field)
    }

    /// Where a field's value is, or where the table begins if it lacks the field.
    pub fn place(&self, field: &str) -> usize {
        self.table
            .get(field)
            .map_or(self.at, |value| value.span().start)
    }

    fn label(&self, field: &str) -> String {
        if self.name.is_empty() {
            field.to_string()
        } else {
            format!("{}, {field}", self.name)
        }
    }

    pub fn complain(&self, out: &mut Complaints, field: &str, why: &str, nearest: Option<String>) {
        out.add(self.place(field), &self.label(field), why, nearest);
    }

    /// Complains of every field that a `noun` does not have.
    pub fn only(&self, out: &mut Complaints, noun: &str, known: &[&str]) {
        for key in self.table.keys() {
            let written: &str = key.get_ref();
            if known.contains(&written) {
                continue;
            }
            let mut why = format!("unknown field “{}”", shown(written));
            let meant = nearest(written, known.iter().copied());
            if meant.is_none() {
                why.push_str(&format!("; a {noun} has {}", known.join(", ")));
            }
            out.add(key.span().start, &self.name, &why, meant);
        }
    }

    /// Complains of a field that is known but has no place here.
    pub fn refuse(&self, out: &mut Complaints, field: &str, why: &str) {
        if let Some((key, _)) = self.table.get_key_value(field) {
            out.add(key.span().start, &self.name, why, None);
        }
    }

    pub fn string(&self, out: &mut Complaints, field: &str) -> Option<&'t str> {
        let value = self.table.get(field)?;
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.wrong(out, value.span().start, field, TEXT, value.get_ref());
        }
        text
    }

    /// A text if there is one, without a word if it is something else.
    pub fn peek(&self, field: &str) -> Option<&'t str> {
        self.table.get(field)?.get_ref().as_str()
    }

    /// A text of one line that must be there.
    pub fn line(&self, out: &mut Complaints, field: &str, max: usize) -> String {
        if !self.has(field) {
            self.complain(out, field, "is missing", None);
        }
        self.cleaned(out, field, |raw| clean_line(field, raw, max))
    }

    /// A text of any number of lines that may be left out.
    pub fn text(&self, out: &mut Complaints, field: &str, max: usize) -> String {
        self.cleaned(out, field, |raw| clean_text(field, raw, max))
    }

    fn cleaned(
        &self,
        out: &mut Complaints,
        field: &str,
        clean: impl Fn(&str) -> Result<String, BadPlan>,
    ) -> String {
        match self.string(out, field).map(clean) {
            Some(Ok(text)) => text,
            Some(Err(bad)) => {
                self.complain(out, field, &bad.why, None);
                String::new()
            }
            None => String::new(),
        }
    }

    /// One of a few words.
    pub fn choice(
        &self,
        out: &mut Complaints,
        field: &str,
        words: &[&'static str],
    ) -> Option<&'static str> {
        let written = self.string(out, field)?;
        let found = words.iter().find(|word| **word == written).copied();
        if found.is_none() {
            let why = format!("“{}” is none of {}", shown(written), words.join(", "));
            let meant = nearest(written, words.iter().copied());
            self.complain(out, field, &why, meant);
        }
        found
    }

    pub fn flag(&self, out: &mut Complaints, field: &str) -> bool {
        let Some(value) = self.table.get(field) else {
            return false;
        };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong(out, value.span().start, field, FLAG, value.get_ref());
            false
        })
    }

    pub fn number<N: TryFrom<i64> + PartialOrd + Display>(
        &self,
        out: &mut Complaints,
        field: &str,
        allowed: RangeInclusive<N>,
    ) -> Option<N> {
        let value = self.table.get(field)?;
        let Some(written) = value.get_ref().as_integer() else {
            self.wrong(out, value.span().start, field, NUMBER, value.get_ref());
            return None;
        };
        // A number too large for the machine is out of range like any other.
        let number = i64::from_str_radix(written.as_str(), written.radix())
            .ok()
            .and_then(|number| N::try_from(number).ok())
            .filter(|number| allowed.contains(number));
        if number.is_none() {
            let why = format!(
                "is {}; it must be between {} and {}",
                shown(&written.to_string()),
                allowed.start(),
                allowed.end()
            );
            self.complain(out, field, &why, None);
        }
        number
    }

    /// A list of labels, no two the same. A bad one leaves a blank in its place, so that the count is right.
    pub fn labels(
        &self,
        out: &mut Complaints,
        field: &str,
        max: usize,
        most: usize,
    ) -> Option<Vec<String>> {
        let value = self.table.get(field)?;
        let Some(list) = value.get_ref().as_array() else {
            self.wrong(out, value.span().start, field, LIST, value.get_ref());
            return None;
        };
        let mut seen: Vec<(String, usize)> = Vec::new();
        let mut labels = Vec::new();
        for (place, value) in list.iter().enumerate() {
            let at = value.span().start;
            let field = format!("{field}[{place}]");
            if place == most {
                self.too_many(out, at, &field, list.len(), most);
                break;
            }
            labels.push(String::new());
            let Some(raw) = value.get_ref().as_str() else {
                self.wrong(out, at, &field, TEXT, value.get_ref());
                continue;
            };
            match clean_line(&field, raw, max) {
                Ok(label) => {
                    let fold = folded(&label);
                    if let Some((_, first)) = seen.iter().find(|(other, _)| *other == fold) {
                        let line = out.line(*first);
                        let why = format!("“{label}” is there twice; the first is on line {line}");
                        out.add(at, &self.label(&field), &why, None);
                    }
                    seen.push((fold, at));
                    labels[place] = label;
                }
                Err(bad) => out.add(at, &self.label(&field), &bad.why, None),
            }
        }
        Some(labels)
    }

    pub fn value(&self, field: &str) -> Option<&'t DeValue<'i>> {
        Some(self.table.get(field)?.get_ref())
    }

    /// A table of its own.
    pub fn one_table(&self, out: &mut Complaints, field: &str) -> Option<Fields<'t, 'i>> {
        let value = self.table.get(field)?;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(out, value.span().start, field, "a table", value.get_ref());
            return None;
        };
        Some(Fields {
            table,
            at: value.span().start,
            name: field.to_string(),
        })
    }

    /// A list of tables, at most `max` of them, each named by its id or else by its title.
    pub fn tables(
        &self,
        out: &mut Complaints,
        field: &str,
        title: &str,
        max: usize,
    ) -> Vec<Fields<'t, 'i>> {
        let Some(value) = self.table.get(field) else {
            return Vec::new();
        };
        let Some(list) = value.get_ref().as_array() else {
            self.wrong(out, value.span().start, field, TABLES, value.get_ref());
            return Vec::new();
        };
        let mut tables = Vec::new();
        for (place, value) in list.iter().enumerate() {
            let at = value.span().start;
            if place == max {
                self.too_many(out, at, field, list.len(), max);
                break;
            }
            let Some(table) = value.get_ref().as_table() else {
                self.wrong(
                    out,
                    at,
                    &format!("{field}[{place}]"),
                    "a table",
                    value.get_ref(),
                );
                continue;
            };
            let given = |key| table.get(key).and_then(|value| value.get_ref().as_str());
            let called = match given("id").or_else(|| given(title)) {
                Some(text) => format!("“{}”", shown(text)),
                None => (place + 1).to_string(),
            };
            let noun = if field == "links" { "link" } else { field };
            let own = format!("{noun} {called}");
            let name = if field == "links" {
                self.label(&own)
            } else {
                own
            };
            tables.push(Fields { table, at, name });
        }
        tables
    }

    pub fn too_many(&self, out: &mut Complaints, at: usize, field: &str, n: usize, max: usize) {
        let why = format!("one too many: there are {n}, and {max} are allowed");
        out.add(at, &self.label(field), &why, None);
    }

    fn wrong(&self, out: &mut Complaints, at: usize, field: &str, wanted: &str, found: &DeValue) {
        let why = format!("expected {wanted}, found {}", in_words(found));
        let meant = match found {
            // `[poll]` for `[[poll]]`; tables that hold tables are the sheet and its segments.
            DeValue::Table(_) if wanted == TABLES && self.name.is_empty() => {
                Some(format!("[[{field}]]"))
            }
            DeValue::Table(_) if wanted == TABLES => Some(format!("[[segment.{field}]]")),
            _ => rewritten(wanted, found),
        };
        out.add(at, &self.label(field), &why, meant);
    }
}

const TEXT: &str = "a text in quotes";
const NUMBER: &str = "a whole number";
const FLAG: &str = "true or false";
const LIST: &str = "a list";
const TABLES: &str = "a list of tables";

fn in_words(value: &DeValue) -> &'static str {
    match value {
        DeValue::String(_) => TEXT,
        DeValue::Integer(_) => NUMBER,
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => FLAG,
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => LIST,
        DeValue::Table(_) => "a table",
    }
}

/// The same value as the wanted type would write it: mostly it is only the quotes that are wrong.
fn rewritten(wanted: &str, found: &DeValue) -> Option<String> {
    match (wanted, found) {
        (TEXT, DeValue::Integer(number)) => Some(format!("\"{}\"", shown(&number.to_string()))),
        (TEXT, DeValue::Float(number)) => Some(format!("\"{}\"", shown(&number.to_string()))),
        (TEXT, DeValue::Boolean(flag)) => Some(format!("\"{flag}\"")),
        (TEXT, DeValue::Datetime(date)) => Some(format!("\"{date}\"")),
        (NUMBER, DeValue::String(text)) => text.trim().parse::<u32>().ok().map(|n| n.to_string()),
        (FLAG, DeValue::String(text)) => match text.trim().to_lowercase().as_str() {
            "true" | "yes" => Some("true".to_string()),
            "false" | "no" => Some("false".to_string()),
            _ => None,
        },
        (LIST, DeValue::String(text)) => Some(format!("[\"{}\"]", shown(text))),
        _ => None,
    }
}
