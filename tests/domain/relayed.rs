//! Questions from other chats: taken once by their id there, whatever becomes of the channels meanwhile.

use salon_core::domain::command::{Command, HostAsk, Role};
use salon_core::domain::plan::Channel;
use salon_core::domain::questions::Review;
use salon_core::domain::questions::relay::Relayed;
use salon_core::domain::questions::rules::Moderation;
use salon_core::domain::refusal::Refusal;

use crate::questions::q;
use crate::run::Run;

fn relay(run: &mut Run, relayed: &[(&str, &str)]) -> Result<usize, Refusal> {
    let one = |(key, source): &(&str, &str)| Relayed {
        key: (*key).into(),
        text: "From afar?".into(),
        name: "Jo".into(),
        source: (*source).into(),
        stream_seconds: None,
    };
    let relay = HostAsk::Relay(relayed.iter().map(one).collect());
    run.ask(Role::Bridge, &Command::Host(relay))
}

fn channels(run: &mut Run, change: impl FnOnce(&mut Vec<Channel>)) {
    let mut channels = run.session.channels.clone();
    change(&mut channels);
    let (title, blurb) = (run.session.title.clone(), run.session.blurb.clone());
    run.host(HostAsk::EditSession {
        title,
        blurb,
        channels,
    })
    .unwrap();
}

#[test]
fn an_id_is_taken_once_whatever_becomes_of_its_channel() {
    let mut run = Run::new();
    assert_eq!(relay(&mut run, &[("1", "Matrix"), ("2", "zoom")]), Ok(2));
    channels(&mut run, |channels| {
        let mut matrix = channels[0].clone();
        (matrix.id, matrix.label) = ("mx".parse().unwrap(), "Matrix".into());
        channels.push(matrix);
        channels[0].label = "The call".into();
    });
    assert_eq!(relay(&mut run, &[("1", "matrix"), ("1", "mx")]), Ok(0));
    assert_eq!(relay(&mut run, &[("2", "Zoom"), ("2", "the call")]), Ok(0));
    assert_eq!(relay(&mut run, &[("3", "mx"), ("3", "Matrix")]), Ok(1));
    channels(&mut run, |channels| {
        channels.retain(|channel| !["zoom", "mx"].contains(&channel.id.as_str()));
    });
    assert_eq!(relay(&mut run, &[("1", "Matrix"), ("2", "Zoom")]), Ok(0));
    assert_eq!(run.seen(Role::Host).list[0].source, "Matrix");
    // Without a source, and of another chat, it is another's id.
    assert_eq!(relay(&mut run, &[("1", ""), ("1", "IRC")]), Ok(2));
    assert_eq!(relay(&mut run, &[("1", ""), ("1", "IRC")]), Ok(0));
}

#[test]
fn what_was_taken_stays_acknowledged_when_nothing_more_is() {
    let mut run = Run::new();
    run.host(HostAsk::StartSession).unwrap();
    relay(&mut run, &[("1", "zoom")]).unwrap();
    run.rules(|rules| rules.open = false);
    assert_eq!(relay(&mut run, &[("1", "zoom")]), Ok(0));
    let both = relay(&mut run, &[("1", "zoom"), ("2", "zoom")]);
    assert!(matches!(both, Err(Refusal::Closed(_))), "{both:?}");
    run.host(HostAsk::EndSession).unwrap();
    assert_eq!(relay(&mut run, &[("1", "zoom")]), Ok(0));
    assert_eq!(relay(&mut run, &[("2", "zoom")]), Err(Refusal::Ended));
}

#[test]
fn other_chats_are_relayed_once_and_known_by_their_source() {
    let mut run = Run::new();
    let one = |key: &str, source: &str| Relayed {
        key: key.into(),
        text: "From afar?".into(),
        name: "Jo".into(),
        source: source.into(),
        stream_seconds: Some(966),
    };
    let relay = |relayed| Command::Host(HostAsk::Relay(relayed));
    let both = relay(vec![one("1", "zoom"), one("1", "ZOOM"), one("1", "Matrix")]);
    assert_eq!(run.ask(Role::Bridge, &both), Ok(2));
    assert_eq!(run.ask(Role::Bridge, &both), Ok(0), "all of it again");
    let list = run.seen(Role::Audience).list;
    assert_eq!(
        (list[0].source.as_str(), list[1].source.as_str()),
        ("Zoom", "Matrix")
    );
    assert_eq!(list[0].stream_seconds, Some(966));
    // A bridge goes by the rules; what a moderator pastes in, a moderator has read.
    run.rules(|rules| rules.moderation = Moderation::Before);
    assert_eq!(run.ask(Role::Bridge, &relay(vec![one("2", "zoom")])), Ok(1));
    assert_eq!(run.question(q(3)).review, Review::Pending);
    assert_eq!(
        run.ask(Role::Moderator, &relay(vec![one("", "zoom")])),
        Ok(2),
        "the question, and that a moderator added it"
    );
    assert_eq!(run.question(q(4)).review, Review::Passed);
    // What was pasted in by mistake is taken back by hiding it.
    assert_eq!(
        run.ask(Role::Moderator, &Command::Host(HostAsk::Undo)),
        Ok(1)
    );
    assert!(run.question(q(4)).hidden);
    assert_eq!(
        run.ask(Role::Bridge, &Command::Host(HostAsk::Undo)),
        Err(Refusal::NotAllowed)
    );
}
