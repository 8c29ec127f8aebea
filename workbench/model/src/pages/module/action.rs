//! What can be asked of the module page.

use std::path::{Path, PathBuf};

use super::Sample;

/// What can be asked of the page.
#[derive(Clone, Debug)]
pub enum Action {
    /// The text of the path field changed.
    EditPath(String),
    /// Open the file that the path field names.
    OpenPath,
    /// Let the user choose a file, and open it.
    Browse,
    /// Open a module; what is open is closed, and its builds are cancelled.
    Open(Origin),
    /// Close what is open: samples and recent files are offered again.
    Close,
}

/// Where a module comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A file, binary or text.
    File(PathBuf),
    /// A module that comes with the workbench.
    Sample(&'static Sample),
}

impl Origin {
    /// What to call it while it is being opened, and when that fails.
    pub fn name(&self) -> String {
        match self {
            Origin::File(path) => path.display().to_string(),
            Origin::Sample(sample) => sample.file_name.to_owned(),
        }
    }

    /// The folder it lies in, if it lies in one.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Origin::File(path) => path.parent().map(|parent| match parent.as_os_str().is_empty() {
                true => Path::new("."),
                false => parent,
            }),
            Origin::Sample(_) => None,
        }
    }
}
