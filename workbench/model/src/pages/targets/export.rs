//! What else can be made of what a build was asked for.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{Effect, ExportKind, Generation, Job, State};

use super::{Export, ExportStatus};

/// Makes `kind` of the build at position `build`, unless that is going on already. What was exported before is replaced.
pub(super) fn begin(state: &mut State, build: usize, kind: ExportKind) -> Vec<Effect> {
    let Some(of) = state.targets.builds.get(build) else { return Vec::new() };
    let is_running = |export: &Export| export.kind == kind && matches!(export.status, ExportStatus::Running { .. });
    if of.exports.iter().any(is_running) {
        return Vec::new();
    }
    let output = output(&of.output, kind);
    let (source, options) = (Arc::clone(&of.source), Arc::clone(&of.options));
    let (generation, effect) = state.start(Job::Export { source, options, kind, output: output.clone() });
    let exports = &mut state.targets.builds[build].exports;
    exports.retain(|export| export.kind != kind);
    exports.push(Export { kind, output, status: ExportStatus::Running { generation } });
    vec![effect]
}

/// An export has ended.
pub(crate) fn exported(state: &mut State, job: Generation, result: Result<(), String>) -> Vec<Effect> {
    if let Some(export) = state.targets.export_of(job) {
        export.status = match result {
            Ok(()) => ExportStatus::Done,
            Err(text) => ExportStatus::Failed { text },
        };
    }
    Vec::new()
}

/// The file, beside the executable.
pub(super) fn output(executable: &Path, kind: ExportKind) -> PathBuf {
    let mut name = OsString::from(executable);
    name.push(match kind {
        ExportKind::Object => ".o",
        ExportKind::Image => ".oci.tar",
        ExportKind::Policy => ".policy.toml",
    });
    PathBuf::from(name)
}
