//! An executable from the cache, or a new one.

use std::path::PathBuf;

use crate::{
    BuildOptions, Diagnostic, Observer, Source,
    pipeline::{build_cached, note},
};

use super::{Cache, DEFAULT_BOUND, Key};

impl Cache {
    /// The executable that `source` becomes with `options`, which is built unless it is there. What a build would have noted
    /// is told `observer` in either case.
    ///
    /// # Errors
    ///
    /// If it cannot be built, or not be kept.
    pub fn executable(
        &self,
        source: &Source,
        options: &BuildOptions,
        observer: &dyn Observer,
    ) -> Result<PathBuf, Vec<Diagnostic>> {
        let key = Key::new(source, options);
        if let Some(executable) = self.find(&key) {
            if let Some(note) = note(source, options) {
                observer.warned(&note);
            }
            return Ok(executable);
        }
        let bytes = build_cached(source, options, observer, Some(&self.functions(DEFAULT_BOUND)))?;
        self.insert(&key, &bytes).map_err(|diagnostic| vec![diagnostic])
    }
}
