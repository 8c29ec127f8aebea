//! Dialogs in which the user chooses a file or a folder. The user interface brings them; a job waits for the answer.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// A question for a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialog {
    /// What is done with the answer.
    pub purpose: Purpose,
    /// What is asked for.
    pub kind: DialogKind,
    /// The folder that is shown first.
    pub folder: Option<PathBuf>,
}

/// What is done with a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The module there is opened.
    OpenModule,
    /// Executables are written there.
    OutputFolder,
    /// It is proposed as a grant.
    GrantFolder,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DialogKind {
    /// A module that exists.
    OpenFile,
    /// A folder.
    Folder,
    /// A file to write, of this name unless the user likes another.
    SaveFile {
        /// The name.
        name: String,
    },
}

impl Dialog {
    /// What is written above it.
    pub fn title(&self) -> &'static str {
        match self.purpose {
            Purpose::OpenModule => "Open a WebAssembly module",
            Purpose::OutputFolder => "Folder for executables",
            Purpose::GrantFolder => "Folder that the module may see",
        }
    }

    /// The folder that is shown first.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }
}

/// Shows a dialog and waits for the answer: a path, or none if the user wants none. An error says why there is no dialog.
pub type Picker = Arc<dyn Fn(&Dialog) -> Result<Option<PathBuf>, String> + Send + Sync>;
