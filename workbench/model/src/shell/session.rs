//! What is remembered from one start to the next.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Scale, Theme};
use crate::{Page, State, pages::module::Recent};

/// The form that sessions have now. Another one is not read: a session is a convenience, nothing is lost that matters.
const VERSION: u32 = 1;

/// What is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    version: u32,
    page: Page,
    theme: Theme,
    scale: Scale,
    recent: Recent,
    /// Ticked cells of the page of targets, by their names.
    ticked: Vec<String>,
    output_folder: PathBuf,
}

impl Session {
    /// What is to be remembered of `state`.
    pub fn of(state: &State) -> Session {
        let ticked = state.targets.cells.iter().filter(|cell| cell.ticked);
        Session {
            version: VERSION,
            page: state.page,
            theme: state.shell.theme,
            scale: state.shell.scale,
            recent: state.module.recent.clone(),
            ticked: ticked.map(ToString::to_string).collect(),
            output_folder: state.targets.output_folder.clone(),
        }
    }

    /// A session that was stored as `text`; none if that is none, or one of another form.
    pub fn parse(text: &str) -> Option<Session> {
        let session: Session = serde_json::from_str(text).ok()?;
        (session.version == VERSION).then_some(session)
    }

    /// The text to store.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("invariant: strings and numbers can be written as JSON")
    }

    /// Brings back what was remembered into a new `state`. Cells that there are no longer, or that cannot be built for, stay
    /// as they are.
    pub fn restore(self, state: &mut State) {
        state.page = self.page;
        state.shell.theme = self.theme;
        state.shell.scale = self.scale;
        state.module.recent = self.recent;
        state.targets.output_folder = self.output_folder;
        for cell in &mut state.targets.cells {
            cell.ticked = cell.unavailable.is_none() && self.ticked.contains(&cell.to_string());
        }
    }
}
