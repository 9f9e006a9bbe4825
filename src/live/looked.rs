//! A closer look into a run: from the words that travel, and back to them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::chart::short;
use crate::demos::inspect::{
    CentreFound, DRAWN_SIDE, Inspect, Inspected, LogitTerms, NearCentre, Neighbour, Sample,
};
use crate::domain::refusal::Refusal;
use crate::protocol::{
    CentreView, InspectSpec, InspectedView, LogitView, NearCentreView, NeighbourView, SampleView,
};

/// What someone asks to look at.
///
/// # Errors
/// If a drawing is none.
pub(super) fn wanted(spec: InspectSpec) -> Result<Inspect, Refusal> {
    Ok(match spec {
        InspectSpec::Point(place) => Inspect::Point(place as usize),
        InspectSpec::Centre(place) => Inspect::Centre(place as usize),
        InspectSpec::Prototype(class) => Inspect::Prototype(class as usize),
        InspectSpec::Drawn(text) => {
            let bytes = STANDARD.decode(text).unwrap_or_default();
            if bytes.len() != DRAWN_SIDE * DRAWN_SIDE {
                let why = "drawn must be base64 of 28 × 28 bytes.";
                return Err(Refusal::BadAnswer(why.to_string()));
            }
            Inspect::Drawn(bytes)
        }
    })
}

pub(super) fn found(run: u32, found: Inspected) -> InspectedView {
    InspectedView {
        run,
        step: found.step,
        shape: found.shape.map(number),
        sample: found.sample.map(sample),
        centre: found.centre.map(centre),
        nearest: found.nearest.into_iter().map(neighbour).collect(),
        farthest: found.farthest.into_iter().map(neighbour).collect(),
    }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn sample(found: Sample) -> SampleView {
    SampleView {
        image: STANDARD.encode(found.image),
        label: found.label,
        held_out: found.held_out,
        predicted: found.predicted,
        probabilities: found.probabilities.into_iter().map(short).collect(),
        largest: found.largest.map(short),
        threshold: found.threshold.map(short),
        rejected: found.rejected,
        at: found.at.map(short),
        centres: found.centres.iter().map(near).collect(),
        logits: found.logits.into_iter().map(logit).collect(),
    }
}

fn near(found: &NearCentre) -> NearCentreView {
    NearCentreView {
        centre: number(found.centre),
        class: found.class,
        distance: short(found.distance),
        activation: short(found.activation),
    }
}

/// Every digit travels: the sum is to be what it says.
fn logit(found: LogitTerms) -> LogitView {
    LogitView {
        class: found.class,
        logit: found.logit,
        bias: found.bias,
        terms: found.terms,
    }
}

fn centre(found: CentreFound) -> CentreView {
    let reach = found.distances.iter().copied().fold(1e-9, f64::max);
    let distances = found.distances.iter().flat_map(|distance| {
        let share = (distance / reach * 65_535.0).round().clamp(0.0, 65_535.0);
        (share as u16).to_le_bytes()
    });
    CentreView {
        centre: number(found.centre),
        class: found.class,
        won: number(found.won),
        purity: short(found.purity),
        width: short(found.width),
        weights: found.weights.into_iter().map(short).collect(),
        distances: STANDARD.encode(distances.collect::<Vec<u8>>()),
        reach: short(reach),
    }
}

fn neighbour(found: Neighbour) -> NeighbourView {
    NeighbourView {
        point: number(found.point),
        image: STANDARD.encode(found.image),
        label: found.label,
        distance: short(found.distance),
    }
}
