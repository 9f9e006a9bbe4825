//! A host's place in a walkthrough is checked before it is everyone's: what cannot be computed would be an error on every page
//! that follows.

use std::sync::{Arc, LazyLock};

use tokio::sync::Semaphore;

use crate::demos::svd::find;
use crate::demos::svd::input::Input;
use crate::domain::plan::BadPlan;
use crate::domain::refusal::Refusal;
use crate::domain::walk::Fields;

/// One at a time: votes have the rest of the machine.
static TURN: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(1)));

/// Computes the step once. A step that there is none of is left to the domain to refuse.
pub(super) async fn computes(step: &str, input: &Fields) -> Result<(), Refusal> {
    let Some(step) = find(step) else {
        return Ok(());
    };
    let pairs: Vec<(String, String)> = input.clone().into_iter().collect();
    let turn = Arc::clone(&TURN).acquire_owned().await;
    let made = tokio::task::spawn_blocking(move || {
        let made = Input::of(step, &pairs).and_then(|input| step.show(&input));
        drop(turn);
        made.map(drop)
    });
    match made.await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(fault)) => {
            let field = match fault.field.is_empty() {
                true => "input".to_string(),
                false => format!("input.{}", fault.field),
            };
            Err(BadPlan::new(field, fault.why).into())
        }
        Err(_) => {
            Err(BadPlan::new("input", "cannot be computed; the program’s log says why").into())
        }
    }
}
