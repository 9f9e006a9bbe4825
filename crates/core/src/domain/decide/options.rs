//! Options of an open poll: add the forgotten one, rename, merge spellings, hide abuse.
//! None of these touches a ballot; they change what is offered and how picks are counted.

use super::Action;
use crate::domain::command::HostAsk;
use crate::domain::fact::Edit;
use crate::domain::plan::{BadPlan, LABEL_MAX, OPTIONS_MAX};
use crate::domain::poll::{Phase, Poll};
use crate::domain::refusal::Refusal;
use crate::domain::session::Session;
use crate::domain::text::clean_line;
use crate::ids::{OptionId, PollId};

pub(super) fn decide(session: &Session, ask: &HostAsk) -> Result<Action, Refusal> {
    match ask {
        HostAsk::AddOption { poll, label } => add(editable(session, poll)?, label),
        HostAsk::RenameOption {
            poll,
            option,
            label,
        } => rename(editable(session, poll)?, *option, label),
        HostAsk::MergeOptions { poll, from, into } => merge(editable(session, poll)?, from, *into),
        HostAsk::UnmergeOption { poll, option } => {
            let poll = editable(session, poll)?;
            let found = poll.option(*option)?;
            match found.merged_into {
                None => Ok(Action::new("")),
                Some(into) => Ok(
                    Action::new(format!("Take “{}” out again", found.label)).edit(
                        merged(poll, *option, None),
                        merged(poll, *option, Some(into)),
                    ),
                ),
            }
        }
        HostAsk::HideOption { poll, option } => hide(editable(session, poll)?, *option, true),
        HostAsk::ShowOption { poll, option } => hide(editable(session, poll)?, *option, false),
        HostAsk::ListOption { poll, option } => list(editable(session, poll)?, *option),
        _ => Err(Refusal::NotPossible(
            "This is not about an option.".to_string(),
        )),
    }
}

fn editable<'a>(session: &'a Session, id: &PollId) -> Result<&'a Poll, Refusal> {
    let poll = session.poll(id)?;
    if !poll.plan.kind.has_open_options() {
        return Err(Refusal::NotPossible(
            "This kind of poll has fixed options.".to_string(),
        ));
    }
    if poll.phase == Phase::Draft {
        return Err(Refusal::NotPossible(
            "Edit the draft itself; options are edited one by one once the poll is open."
                .to_string(),
        ));
    }
    Ok(poll)
}

fn add(poll: &Poll, label: &str) -> Result<Action, Refusal> {
    let label = clean_line("label", label, LABEL_MAX)?;
    // A write-in of that name is no hindrance: it is counted under the new option.
    let same = poll.find_label(&label);
    if let Some(id) = same
        && !id.is_write_in()
    {
        let known = poll.option(id)?;
        return Err(Refusal::Taken(format!(
            "“{}” is an option already{}.",
            known.label,
            if known.hidden { " (hidden)" } else { "" }
        )));
    }
    let id = next(poll)?;
    let action = Action::new(format!("Add the option “{label}”")).edit(
        Edit::OptionPut {
            poll: poll.plan.id.clone(),
            option: id,
            label,
        },
        removed(poll, id),
    );
    Ok(match same {
        Some(written) => with_merge(action, poll, written, id),
        None => action,
    })
}

fn list(poll: &Poll, written: OptionId) -> Result<Action, Refusal> {
    let found = poll.option(written)?;
    if !written.is_write_in() {
        return Err(Refusal::AlreadyDone(format!(
            "“{}” is an option already.",
            found.label
        )));
    }
    if found.merged_into.is_some() {
        return Err(Refusal::NotPossible(format!(
            "“{}” is counted under another option; take it out first.",
            found.label
        )));
    }
    let id = next(poll)?;
    let action = Action::new(format!("List “{}”", found.label)).edit(
        Edit::OptionPut {
            poll: poll.plan.id.clone(),
            option: id,
            label: found.label.clone(),
        },
        removed(poll, id),
    );
    Ok(with_merge(action, poll, written, id))
}

fn next(poll: &Poll) -> Result<OptionId, Refusal> {
    poll.next_option()
        .ok_or_else(|| Refusal::LimitReached(format!("A poll has at most {OPTIONS_MAX} options.")))
}

fn with_merge(action: Action, poll: &Poll, from: OptionId, into: OptionId) -> Action {
    let was = poll.option(from).ok().and_then(|option| option.merged_into);
    action.edit(merged(poll, from, Some(into)), merged(poll, from, was))
}

fn rename(poll: &Poll, option: OptionId, label: &str) -> Result<Action, Refusal> {
    let label = clean_line("label", label, LABEL_MAX)?;
    let old = poll.option(option)?.label.clone();
    if old == label {
        return Ok(Action::new(""));
    }
    if let Some(other) = poll.find_label(&label)
        && other != option
    {
        return Err(Refusal::Taken(format!(
            "“{label}” is there already. Merge the two instead."
        )));
    }
    let renamed = |label: String| Edit::OptionRenamed {
        poll: poll.plan.id.clone(),
        option,
        label,
    };
    Ok(Action::new(format!("Rename “{old}”")).edit(renamed(label), renamed(old)))
}

fn merge(poll: &Poll, from: &[OptionId], into: OptionId) -> Result<Action, Refusal> {
    let target = poll.option(into)?;
    if from.is_empty() {
        return Err(BadPlan::new("from", "must name what to merge").into());
    }
    if target.hidden || poll.option(poll.resolve(into))?.hidden {
        return Err(Refusal::NotPossible(format!(
            "“{}” is hidden; show it first.",
            target.label
        )));
    }
    let mut action = Action::new(format!("Merge into “{}”", target.label));
    let root = poll.resolve(into);
    if root.is_write_in() && from.iter().any(|id| !id.is_write_in()) {
        return Err(Refusal::NotPossible(format!(
            "“{}” is a voter's own answer; make it an option first.",
            target.label
        )));
    }
    for id in from {
        let option = poll.option(*id)?;
        if *id == into || *id == root {
            return Err(Refusal::NotPossible(format!(
                "“{}” cannot be merged into itself.",
                option.label
            )));
        }
        if option.merged_into == Some(root) {
            continue;
        }
        action = with_merge(action, poll, *id, root);
    }
    Ok(action)
}

fn hide(poll: &Poll, option: OptionId, hidden: bool) -> Result<Action, Refusal> {
    let found = poll.option(option)?;
    if found.hidden == hidden {
        return Ok(Action::new(""));
    }
    let verb = if hidden { "Hide" } else { "Show" };
    let edit = |hidden| Edit::OptionHidden {
        poll: poll.plan.id.clone(),
        option,
        hidden,
    };
    Ok(Action::new(format!("{verb} “{}”", found.label)).edit(edit(hidden), edit(!hidden)))
}

fn merged(poll: &Poll, option: OptionId, into: Option<OptionId>) -> Edit {
    Edit::OptionMerged {
        poll: poll.plan.id.clone(),
        option,
        into,
    }
}

fn removed(poll: &Poll, option: OptionId) -> Edit {
    Edit::OptionRemoved {
        poll: poll.plan.id.clone(),
        option,
    }
}
