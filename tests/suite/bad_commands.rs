//! A host's commands that cannot be: each answered with what is wrong, none of them changing anything.

use serde_json::{Value, json};

use crate::salon::Salon;

/// A host's commands that cannot be carried out: status and a word of the reason.
fn commands() -> Vec<(Value, u16, &'static str)> {
    let poll = |extra: Value| {
        let mut poll = json!({"kind": "single", "question": "Q?", "options": ["A", "B"]});
        poll.as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        json!({"do": "add_poll", "poll": poll})
    };
    let segment = |extra: Value| {
        let mut segment = json!({"kind": "talk", "title": "T"});
        segment
            .as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        json!({"do": "add_segment", "segment": segment})
    };
    vec![
        (json!({"do": "dance"}), 400, "unknown variant"),
        (json!({}), 400, "missing field"),
        (json!({"do": "go"}), 400, "segment"),
        (json!({"do": "go", "segment": 5}), 400, "string"),
        (json!({"do": "go", "segment": "nowhere"}), 404, "nowhere"),
        (json!({"do": "next", "from": "two"}), 409, "quicker"),
        (json!({"do": "undo", "step": 99}), 409, "taken back already"),
        (
            json!({"do": "move_poll", "poll": "one-of", "segment": "nowhere"}),
            404,
            "nowhere",
        ),
        (
            json!({"do": "move_segment", "segment": "one", "before": "nowhere"}),
            404,
            "nowhere",
        ),
        (
            json!({"do": "open_poll", "poll": "x".repeat(10_000)}),
            404,
            "no poll",
        ),
        (
            json!({"do": "open_poll", "poll": "one-of", "seconds": 0}),
            422,
            "countdown",
        ),
        (
            json!({"do": "open_poll", "poll": "one-of", "seconds": 999_999}),
            422,
            "countdown",
        ),
        (
            json!({"do": "open_poll", "poll": "one-of", "seconds": -5}),
            400,
            "u32",
        ),
        (
            json!({"do": "close_poll", "poll": "one-of"}),
            409,
            "not open",
        ),
        (
            json!({"do": "reveal", "poll": "one-of"}),
            409,
            "never opened",
        ),
        (json!({"do": "show", "poll": "one-of"}), 409, "draft"),
        (
            json!({"do": "add_option", "poll": "one-of", "label": "X"}),
            409,
            "draft",
        ),
        (
            json!({"do": "add_option", "poll": "some-of", "label": ""}),
            422,
            "empty",
        ),
        (
            json!({"do": "add_option", "poll": "some-of", "label": "y".repeat(500)}),
            422,
            "120",
        ),
        (
            json!({"do": "add_option", "poll": "some-of", "label": "pytorch"}),
            409,
            "already",
        ),
        (
            json!({"do": "rename_option", "poll": "some-of", "option": 0, "label": "JAX"}),
            409,
            "Merge",
        ),
        (
            json!({"do": "rename_option", "poll": "some-of", "option": 40, "label": "Z"}),
            404,
            "option",
        ),
        (
            json!({"do": "merge_options", "poll": "some-of", "from": [], "into": 0}),
            422,
            "what to merge",
        ),
        (
            json!({"do": "merge_options", "poll": "some-of", "from": [0], "into": 0}),
            409,
            "itself",
        ),
        (
            json!({"do": "merge_options", "poll": "some-of", "from": [10_000], "into": 0}),
            404,
            "option",
        ),
        (
            json!({"do": "list_option", "poll": "some-of", "option": 0}),
            409,
            "already",
        ),
        (
            json!({"do": "add_option", "poll": "yes-no", "label": "Maybe"}),
            409,
            "fixed",
        ),
        (
            json!({"do": "resolve", "poll": "some-of", "outcome": "yes"}),
            409,
            "prediction",
        ),
        (
            json!({"do": "resolve", "poll": "sure", "outcome": "perhaps"}),
            422,
            "outcome",
        ),
        (
            json!({"do": "resolve", "poll": "sure", "outcome": "yes"}),
            409,
            "Close",
        ),
        (
            json!({"do": "remove_segment", "segment": "one"}),
            409,
            "has polls",
        ),
        (json!({"do": "reopen_session"}), 409, "not ended"),
        (json!({"do": "start_session"}), 409, "already"),
        (json!({"do": "edit_session", "title": ""}), 422, "title"),
        (
            json!({"do": "edit_session", "title": "T", "channels": [{"id": "Bad Id", "label": "x"}]}),
            422,
            "bad-id",
        ),
        (
            json!({"do": "edit_session", "title": "T", "channels": [{"id": "a", "label": "x", "delay_seconds": 9999}]}),
            422,
            "300",
        ),
        (poll(json!({"kind": "essay"})), 422, "single, multiple"),
        (poll(json!({"options": []})), 422, "two options"),
        (poll(json!({"options": ["A", "a "]})), 422, "twice"),
        (poll(json!({"options": vec!["x"; 41]})), 422, "at most 40"),
        (poll(json!({"question": ""})), 422, "question"),
        (
            poll(json!({"question": "\u{200b}\u{202e}"})),
            422,
            "question",
        ),
        (poll(json!({"id": "one-of"})), 409, "already"),
        (poll(json!({"id": "One Of"})), 422, "one-of"),
        (poll(json!({"max": 2})), 422, "max"),
        (poll(json!({"kind": "multiple", "min": 0})), 422, "min"),
        (
            poll(json!({"kind": "multiple", "min": 2, "max": 1})),
            422,
            "max",
        ),
        (poll(json!({"kind": "yes_no"})), 422, "options"),
        (poll(json!({"answer": "verdict"})), 422, "answer"),
        (poll(json!({"horizons": ["2030"]})), 422, "horizons"),
        (poll(json!({"seconds": 0})), 422, "seconds"),
        (poll(json!({"colour": "red"})), 400, "colour"),
        (segment(json!({"kind": "lecture"})), 422, "talk, polls"),
        (segment(json!({"title": "x".repeat(300)})), 422, "200"),
        (
            segment(json!({"links": [{"label": "x", "url": "javascript:alert(1)"}]})),
            422,
            "https://",
        ),
        (
            segment(json!({"planned_minutes": 0})),
            422,
            "planned_minutes",
        ),
        (segment(json!({"id": "one"})), 409, "already"),
        (
            json!({"do": "add_segment", "segment": {"kind": "talk", "title": "T"}, "after": "nowhere"}),
            404,
            "nowhere",
        ),
    ]
}

#[tokio::test]
async fn a_hosts_impossible_commands_name_what_is_wrong_and_change_nothing() {
    let salon = Salon::start().await;
    salon.opens("some-of").await;
    let mut voter = salon.voter().await;
    voter.casts("some-of", 1, json!({"picks": [0]})).await;
    let before = salon.host_state().await;
    for (command, status, word) in commands() {
        let (got, body) = salon.host(command.clone()).await;
        assert_eq!(got, status, "{command} → {body}");
        let detail = body["detail"].as_str().unwrap();
        assert!(detail.contains(word), "{command} → {detail}");
        assert!(detail.len() < 700, "{command} → a novel");
    }
    let mut after = salon.host_state().await;
    after["now"] = before["now"].clone();
    after["presence"] = before["presence"].clone();
    assert_eq!(after, before);
    salon.ends().await;
}

/// By the code alone a program knows what to do next; the words are for people.
#[tokio::test]
async fn a_program_tells_refusals_apart_by_their_codes() {
    let salon = Salon::start().await;
    salon.opens("some-of").await;
    let of = [
        (json!({"do": "start_session"}), "already_done"),
        (
            json!({"do": "open_poll", "poll": "some-of"}),
            "already_done",
        ),
        (json!({"do": "close_poll", "poll": "one-of"}), "not_open"),
        (
            json!({"do": "add_option", "poll": "some-of", "label": "JAX"}),
            "taken",
        ),
        (
            json!({"do": "add_option", "poll": "yes-no", "label": "Maybe"}),
            "not_possible",
        ),
        (
            json!({"do": "add_option", "poll": "some-of", "label": " "}),
            "bad_plan",
        ),
        (json!({"do": "show", "poll": "one-of"}), "not_possible"),
        (json!({"do": "open_poll", "poll": "nowhere"}), "unknown"),
        (json!({"do": "take_up_next"}), "nothing_to_do"),
        (json!({"do": "end_session"}), ""),
        (json!({"do": "end_session"}), "already_done"),
        (json!({"do": "open_poll", "poll": "one-of"}), "ended"),
        (json!({"do": "start_session"}), "ended"),
        (
            json!({"do": "add_segment", "segment": {"id": "one", "kind": "talk", "title": "T"}}),
            "taken",
        ),
        (json!({"do": "dance"}), "bad_request"),
    ];
    for (command, code) in of {
        let (status, body) = salon.host(command.clone()).await;
        assert_eq!(
            body["code"].as_str().unwrap_or_default(),
            code,
            "{command} → {status} {body}"
        );
    }
    salon.ends().await;
}
