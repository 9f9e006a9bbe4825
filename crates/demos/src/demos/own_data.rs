//! A set of images of someone's own, in a folder within the data folder.

use std::path::Path;

use super::rbf::data::builtin;
use salon_core::domain::demo::{Setting, Settings};

/// Settings whose data can be opened, and the folder that nobody needs to read in a message.
#[derive(Debug)]
pub struct Located {
    pub settings: Settings,
    within: Option<String>,
}

impl Located {
    /// What is wrong, without the place of the data folder: it is told to everyone who watches.
    pub fn told(&self, why: &str) -> String {
        match &self.within {
            Some(within) => why.replace(within.as_str(), ""),
            None => why.to_string(),
        }
    }
}

/// With a name that is none of the sets inside the program as the path of that folder in `base`.
///
/// # Errors
/// If there is no such folder, or it is not within `base`, whatever links lead to.
pub fn located(settings: &Settings, base: Option<&Path>) -> Result<Located, String> {
    let mut settings = settings.clone();
    let name = match settings.get("data") {
        Some(Setting::Word(name)) if !builtin::NAMES.contains(&name.as_str()) => name.clone(),
        _ => {
            return Ok(Located {
                settings,
                within: None,
            });
        }
    };
    let inside = builtin::NAMES.join(" or ");
    let missing = || {
        format!(
            "there is no folder “{name}” in the data folder; put it there, with train and test in it, or choose {inside}"
        )
    };
    let base = base
        .and_then(|base| base.canonicalize().ok())
        .ok_or_else(missing)?;
    let path = base.join(&name).canonicalize().map_err(|_| missing())?;
    if !path.starts_with(&base) || path == base {
        return Err(format!(
            "“{name}” leads out of the data folder; put the images into it"
        ));
    }
    if !path.is_dir() {
        return Err(missing());
    }
    let Some(path) = path.to_str() else {
        return Err(format!(
            "“{name}” has a name that is no text; give it another"
        ));
    };
    settings.insert("data".to_string(), Setting::Word(path.to_string()));
    Ok(Located {
        settings,
        within: Some(format!("{}/", base.display())),
    })
}
