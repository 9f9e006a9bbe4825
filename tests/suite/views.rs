//! What is read out of answers.

use serde_json::Value;

pub fn poll_of<'a>(snapshot: &'a Value, poll: &str) -> &'a Value {
    let polls = snapshot["polls"].as_array().unwrap();
    polls
        .iter()
        .find(|view| view["id"] == poll)
        .unwrap_or_else(|| panic!("no poll {poll} in {snapshot}"))
}

pub fn counts_of(tally: &Value) -> Vec<(String, u64)> {
    let rows = tally["options"].as_array().unwrap();
    rows.iter()
        .map(|row| {
            let label = row["label"].as_str().unwrap().to_string();
            (label, row["count"].as_u64().unwrap())
        })
        .collect()
}

pub fn cookie_of(answer: &reqwest::Response) -> String {
    let set = answer.headers()["set-cookie"].to_str().unwrap();
    set.split(';').next().unwrap().to_string()
}
