//! The job that makes something else than an executable.

use std::path::Path;

use wasmelt_driver::{
    BuildOptions, Diagnostic, Emit, ImageOptions, Silent, Source, build_image,
    diagnostics::{Style, render_all},
    write_file, write_image,
};

use crate::{Event, ExportKind};

use super::{Reporter, priority::give_way};

pub(super) fn run(source: &Source, options: &BuildOptions, kind: ExportKind, output: &Path, reporter: &Reporter) {
    give_way();
    let result = match kind {
        ExportKind::Object => object(source, options, output),
        ExportKind::Image => image(source, options, output),
        ExportKind::Policy => write(output, options.policy.to_document().as_bytes()),
    };
    reporter.send(Event::Exported(result.map_err(|diagnostics| render_all(&diagnostics, Style::Plain))));
}

fn object(source: &Source, options: &BuildOptions, output: &Path) -> Result<(), Vec<Diagnostic>> {
    let options = BuildOptions { emit: Emit::Object, ..options.clone() };
    write(output, &wasmelt_driver::build(source, &options, &Silent)?)
}

fn image(source: &Source, options: &BuildOptions, output: &Path) -> Result<(), Vec<Diagnostic>> {
    let file = Path::new(&source.file_name);
    let name = file.file_stem().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
    let image = ImageOptions { name, targets: vec![options.target], created: None };
    let image = build_image(source, options, &image, &Silent, None)?;
    write_image(output, &image).map_err(|diagnostic| vec![diagnostic])
}

fn write(output: &Path, bytes: &[u8]) -> Result<(), Vec<Diagnostic>> {
    write_file(output, bytes).map_err(|diagnostic| vec![diagnostic])
}
