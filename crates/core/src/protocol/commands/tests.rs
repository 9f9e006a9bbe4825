use super::*;

/// Fields that commands share are in a struct of their own, and refused there when nobody knows them.
#[test]
fn shared_fields_travel_as_their_command_s_own() {
    for sound in [
        r#"{"do":"next"}"#,
        r#"{"do":"previous","from":null}"#,
        r#"{"do":"next","from":"two"}"#,
        r#"{"do":"pause_run","segment":"one"}"#,
        r#"{"do":"stop_run","segment":"one","run":null}"#,
        r#"{"do":"reset_run","segment":"one","run":2}"#,
    ] {
        let command: HostCommand = serde_json::from_str(sound).unwrap();
        assert_eq!(serde_json::to_string(&command).unwrap(), sound);
    }
    for (bad, why) in [
        (r#"{"do":"next","form":"two"}"#, "unknown field `form`"),
        (
            r#"{"do":"pause_run","segment":"one","settings":{}}"#,
            "unknown field `settings`",
        ),
        (r#"{"do":"resume_run"}"#, "missing field `segment`"),
    ] {
        let told = serde_json::from_str::<HostCommand>(bad).unwrap_err();
        assert!(told.to_string().contains(why), "{told}");
    }
}
