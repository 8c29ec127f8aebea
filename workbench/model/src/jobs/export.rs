//! The job that makes something else than an executable.

use std::path::Path;

use wasmelt_driver::{
    BuildOptions, Diagnostic, Emit, Silent, Source,
    diagnostics::{Style, render_all},
    write_file,
};

use crate::{Event, ExportKind};

use super::Reporter;

pub(super) fn run(source: &Source, options: &BuildOptions, kind: ExportKind, output: &Path, reporter: &Reporter) {
    let result = match kind {
        ExportKind::Object => object(source, options, output),
        ExportKind::Policy => write(output, options.policy.to_document().as_bytes()),
    };
    reporter.send(Event::Exported(result.map_err(|diagnostics| render_all(&diagnostics, Style::Plain))));
}

fn object(source: &Source, options: &BuildOptions, output: &Path) -> Result<(), Vec<Diagnostic>> {
    let options = BuildOptions { emit: Emit::Object, ..options.clone() };
    write(output, &wasmelt_driver::build(source, &options, &Silent)?)
}

fn write(output: &Path, bytes: &[u8]) -> Result<(), Vec<Diagnostic>> {
    write_file(output, bytes).map_err(|diagnostic| vec![diagnostic])
}
