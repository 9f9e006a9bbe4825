//! The page of a step: the form with what is typed in it, what the step shows, and what can be done with it.

use askama::Template;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::compute::Asked;
use super::{pairs_of, path_of};
use crate::demos::svd::STEPS;
use crate::demos::svd::step::{Field, Kind, Step};
use crate::domain::command::Role;
use crate::domain::walk::checked;
use crate::live::handle::SessionHandle;
use crate::translate::show_walk::WalkNow;
use crate::web::error::PageError;
use crate::web::principal::DESK_ROLES;
use crate::web::{Web, assets, page, principal};

#[derive(Template)]
#[template(path = "walk.html")]
struct WalkPage {
    nonce: String,
    assets: &'static str,
    now: WalkNow,
    ws_url: String,
    /// The session's id: what a device keeps is filed under it.
    id: String,
    steps: Vec<Listed>,
    step: &'static dyn Step,
    place: usize,
    fields: Vec<FormField>,
    presets: Vec<(&'static str, String)>,
    /// As the host stands, and moving on with them.
    follows: bool,
    /// The parts as HTML; empty if the input cannot be computed with.
    shown: String,
    fault: Option<(String, String)>,
    /// Absolute; empty if the input is too large for a link.
    share: String,
    notice: String,
    /// Where a host's form shows this input to everyone; empty for others.
    host_action: String,
}

struct Listed {
    name: &'static str,
    title: &'static str,
    is_this: bool,
    is_hosts: bool,
}

/// A field of the form with what is typed in it.
struct FormField {
    field: Field,
    text: String,
    error: String,
}

impl FormField {
    /// `matrix`, `vector`, `number`, `count`, `choice` or `lines`.
    fn kind(&self) -> &'static str {
        match self.field.kind {
            Kind::Matrix { .. } => "matrix",
            Kind::Vector { .. } => "vector",
            Kind::Number { .. } => "number",
            Kind::Count { .. } => "count",
            Kind::Choice(_) => "choice",
            Kind::Lines { .. } => "lines",
        }
    }

    fn choices(&self) -> &'static [&'static str] {
        match self.field.kind {
            Kind::Choice(words) => words,
            _ => &[],
        }
    }

    /// From, to and step of a slider.
    fn range(&self) -> Option<(f64, f64, f64)> {
        match self.field.kind {
            Kind::Number { from, to, step } => Some((from, to, step)),
            Kind::Count { from, to } => Some((f64::from(from), f64::from(to), 1.0)),
            _ => None,
        }
    }

    /// Most rows and columns.
    fn most(&self) -> (usize, usize) {
        match self.field.kind {
            Kind::Matrix { rows, columns } => (rows, columns),
            Kind::Vector { length } => (1, length),
            _ => (0, 0),
        }
    }
}

/// What a visitor came for.
pub(super) struct Visit {
    pub step: &'static dyn Step,
    pub pairs: Vec<(String, String)>,
    pub follows: bool,
}

pub(super) async fn show(
    web: &Web,
    session: &SessionHandle,
    now: WalkNow,
    headers: &HeaderMap,
    visit: Visit,
) -> Result<Response, PageError> {
    let who = principal::voter(web, &session.id, headers);
    let (_, cookie) = principal::voter_or_new(web, &session.id, headers);
    let step = visit.step;
    let asked = Asked::new(step, visit.pairs.clone(), &now);
    let part = web.walks.part(asked, who, &web.pace).await?;
    let desk = principal::desk(web, &session.id, headers, &DESK_ROLES).await;
    let is_host = desk.is_ok_and(|desk| desk.role == Role::Host);
    let fault = part.as_ref().err().cloned();
    let fields = step.fields().iter().map(|field| {
        let typed = visit
            .pairs
            .iter()
            .rev()
            .find(|(name, _)| name == field.name);
        let faulty = fault.as_ref().filter(|fault| fault.field == field.name);
        FormField {
            field: *field,
            text: typed.map_or(field.default, |(_, text)| text).to_string(),
            error: faulty.map(|fault| fault.why.clone()).unwrap_or_default(),
        }
    });
    let fields: Vec<_> = fields.collect();
    let share = checked(step.name(), visit.pairs.iter().cloned().collect());
    let share = share.map(|input| path_of(&now.code, step.name(), &pairs_of(&input)));
    let presets = step.presets().iter().map(|preset| {
        let pairs = preset.input.iter();
        let pairs: Vec<_> = pairs
            .map(|(k, v)| ((*k).to_string(), (*v).to_string()))
            .collect();
        (preset.label, path_of(&now.code, step.name(), &pairs))
    });
    let nonce = page::nonce();
    let place = STEPS.iter().position(|one| one.name() == step.name());
    let template = WalkPage {
        nonce: nonce.clone(),
        assets: assets::base(),
        ws_url: format!(
            "/ws/{}?v={}&role=audience&session={}",
            now.code,
            crate::protocol::VERSION,
            session.id
        ),
        id: session.id.to_string(),
        steps: listed(step, &now),
        place: place.map_or(0, |place| place + 1),
        presets: presets.collect(),
        follows: visit.follows,
        fault: fault
            .as_ref()
            .map(|fault| (fault.field.clone(), fault.why.clone())),
        shown: part.map(|part| part.html.clone()).unwrap_or_default(),
        share: share
            .map(|path| format!("{}{path}", web.lobby.public_url))
            .unwrap_or_default(),
        notice: match now.waiting {
            0 => String::new(),
            1 => "One input of yours waits for the host.".to_string(),
            n => format!("{n} inputs of yours wait for the host."),
        },
        host_action: match is_host {
            true => format!("/host/{}/walk/{}", session.id, step.name()),
            false => String::new(),
        },
        fields,
        step,
        now,
    };
    let response = page::render(&template, &nonce, page::Framing::Never);
    let response = principal::with_cookie(response, cookie);
    Ok(match fault {
        Some(_) => (StatusCode::UNPROCESSABLE_ENTITY, response).into_response(),
        None => response,
    })
}

fn listed(this: &dyn Step, now: &WalkNow) -> Vec<Listed> {
    let steps = STEPS.into_iter();
    steps
        .map(|step| Listed {
            name: step.name(),
            title: step.title(),
            is_this: step.name() == this.name(),
            is_hosts: step.name() == now.walk.step,
        })
        .collect()
}
