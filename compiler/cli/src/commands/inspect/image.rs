//! An image: its digest, and its executables.

use serde_json::{Value, json};
use wasmelt_driver::{Diagnostic, Executable, ImageExecutables};

use super::executable;

pub(super) struct Image<'a> {
    file: &'a str,
    digests: Vec<String>,
    /// Where each lies, and what it is.
    executables: Vec<(String, Executable)>,
}

impl Image<'_> {
    /// The image in `file`, in which these were found.
    ///
    /// # Errors
    ///
    /// If one of them is no executable of wasmelt's.
    pub(super) fn of(file: &str, found: ImageExecutables) -> Result<Image<'_>, Diagnostic> {
        let executables = found.executables.into_iter().map(|found| {
            let place = format!("{} for {}", found.path, found.architecture);
            Ok((place, Executable::read(&found.bytes)?))
        });
        Ok(Image { file, digests: found.digests, executables: executables.collect::<Result<_, _>>()? })
    }

    pub(super) fn as_text(&self) -> String {
        let executables = self.executables.iter().map(|(place, found)| executable::as_text(place, found));
        format!("{}: image {}\n\n{}", self.file, self.digests.join(", "), executables.collect::<Vec<_>>().join("\n"))
    }

    pub(super) fn as_json(&self) -> Value {
        let executables = self.executables.iter().map(|(place, found)| executable::as_json(place, found));
        json!({ "file": self.file, "digests": self.digests, "executables": executables.collect::<Vec<_>>() })
    }
}
