//! What a count comes to, in words, for the page without JavaScript. `static/js/counts.js` says the same in the browser;
//! `tests/tables/counts.json` holds both to one table.

use crate::protocol::{CountView, ForecastView};

/// More characters of names than this are not read in one glance; then it is said how many they are.
const NAMES_MAX: usize = 240;

/// A count as percent of voters, whole, halves up. Somebody is never nobody, and not everybody is never all.
pub fn share_words(count: &u32, voters: &u32) -> String {
    match voters {
        0 => percent_words(0.0),
        _ => percent_words(100.0 * f64::from(*count) / f64::from(*voters)),
    }
}

/// The same of a percentage that was reckoned otherwise, as the mean of forecasts.
pub fn percent_words(percent: f64) -> String {
    let whole = (percent + 0.5).floor();
    if whole == 0.0 && percent > 0.0 {
        "<1\u{a0}%".to_string()
    } else if whole == 100.0 && percent < 100.0 {
        ">99\u{a0}%".to_string()
    } else {
        format!("{whole}\u{a0}%")
    }
}

/// "A tie: …" with everyone who is in it; nothing where there is a winner. Rows that stand for several answers never win.
pub fn tie_words(counts: &[CountView]) -> String {
    let single = || counts.iter().filter(|row| row.id.is_some());
    let most = single().map(|row| row.count).max().unwrap_or(0);
    let tied: Vec<&str> = single()
        .filter(|row| most > 0 && row.count == most)
        .map(|row| row.label.as_str())
        .collect();
    let Some((last, others @ [_, ..])) = tied.split_last() else {
        return String::new();
    };
    let names = format!("{} and {last}", others.join(", "));
    if tied.len() > 2 && names.chars().count() > NAMES_MAX {
        return format!("A tie of {} answers", tied.len());
    }
    format!("A tie: {names}")
}

/// What the forecasts come to; nothing without any.
pub fn forecast_words(forecast: &ForecastView) -> String {
    match (forecast.mean, forecast.median) {
        (Some(mean), Some(median)) => format!(
            "Mean {}, median {}",
            percent_words(mean),
            percent_words(median)
        ),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn table() -> Value {
        serde_json::from_str(include_str!("../../../../tests/tables/counts.json")).unwrap()
    }

    fn row(label: &Value, count: u32) -> CountView {
        CountView {
            id: label.as_str().map(|_| 0),
            label: label.as_str().unwrap_or("Other answers").to_string(),
            count,
            percent: 0.0,
            answers: None,
            hidden: false,
            before: 0,
            write_in: false,
        }
    }

    fn number(value: &Value) -> u32 {
        u32::try_from(value.as_u64().unwrap()).unwrap()
    }

    #[test]
    fn percents_are_rounded_as_the_table_says() {
        for line in table()["percents"].as_array().unwrap() {
            let words = share_words(&number(&line[0]), &number(&line[1]));
            assert_eq!(words.replace('\u{a0}', " "), line[2], "{line}");
        }
    }

    #[test]
    fn ties_are_told_as_the_table_says() {
        for line in table()["ties"].as_array().unwrap() {
            let rows = line[0].as_array().unwrap().iter();
            let counts: Vec<_> = rows.map(|one| row(&one[0], number(&one[1]))).collect();
            assert_eq!(tie_words(&counts), line[1], "{line}");
        }
        let long = |n: usize| -> Vec<_> {
            let label = |n| Value::from(format!("{n} {}", "long ".repeat(22)));
            (0..n).map(|n| row(&label(n), 4)).collect()
        };
        assert_eq!(tie_words(&long(12)), "A tie of 12 answers");
        assert!(tie_words(&long(2)).contains("0 long") && tie_words(&long(2)).contains("1 long"));
    }
}
