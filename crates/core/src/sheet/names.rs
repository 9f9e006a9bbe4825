//! Ids of a sheet's tables: given, or derived from a title where the host left them out.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use super::complain::{Complaints, nearest, shown};
use super::table::Fields;
use crate::ids::{BadId, slugify};

/// The id of one table.
pub(super) struct Name<T> {
    /// None if what was written cannot stand; then that is said already.
    pub id: Option<T>,
    pub written: String,
}

/// The ids of a list of tables, in its order. Given ids come first in line: a derived one takes what is left.
pub(super) fn names<T: FromStr<Err = BadId>>(
    out: &mut Complaints,
    tables: &[Fields],
    title: &str,
) -> Vec<Name<T>> {
    let mut lines: HashMap<&str, usize> = HashMap::new();
    for table in tables {
        let Some(written) = table.string(out, "id") else {
            continue;
        };
        if let Err(bad) = written.parse::<T>() {
            // The id that the message proposes is said once, as what was meant.
            let told = bad.to_string();
            let why = told
                .rsplit_once(", such as “")
                .map_or(told.as_str(), |(why, _)| why);
            table.complain(out, "id", why, Some(slugify(written)));
        } else if let Some(line) = lines.get(written) {
            let why = format!("“{written}” is used twice; the first is on line {line}");
            table.complain(out, "id", &why, None);
        } else {
            lines.insert(written, out.line(table.place("id")));
        }
    }
    let mut taken: HashSet<String> = lines.keys().map(|name| name.to_string()).collect();
    tables
        .iter()
        .map(|table| {
            let written = if table.has("id") {
                // Complaints about these were made above; this only looks.
                table.peek("id").unwrap_or_default().to_string()
            } else {
                derived(table.peek(title).unwrap_or_default(), &mut taken)
            };
            Name {
                id: written.parse().ok(),
                written,
            }
        })
        .collect()
}

fn derived(title: &str, taken: &mut HashSet<String>) -> String {
    let slug = slugify(title);
    let mut name = slug.clone();
    let mut n = 2;
    while !taken.insert(name.clone()) {
        name = format!("{slug}-{n}");
        n += 1;
    }
    name
}

/// The one of `names` that a reference means, or a complaint.
pub(super) fn find<T: Clone>(
    out: &mut Complaints,
    table: &Fields,
    field: &str,
    names: &[Name<T>],
) -> Option<T> {
    let written = table.string(out, field)?;
    let Some(name) = names.iter().find(|name| name.written == written) else {
        // A poll that steers a segment names it by what it does.
        let noun = if field == "steers" { "segment" } else { field };
        let mut why = format!("there is no {noun} “{}”", shown(written));
        // An id that cannot stand is no help; the one proposed in its place is.
        let right = |name: &Name<T>| match name.id {
            Some(_) => name.written.clone(),
            None => slugify(&name.written),
        };
        let rights: Vec<String> = names.iter().map(right).collect();
        let meant = nearest(written, rights.iter().map(String::as_str));
        if meant.is_none() && names.is_empty() {
            why.push_str("; the sheet has none");
        }
        table.complain(out, field, &why, meant);
        return None;
    };
    name.id.clone()
}
