//! The job that opens a module.

use std::sync::Arc;

use wasmelt_driver::{
    Diagnostic, Source,
    diagnostics::{Style, render_all},
};

use crate::{
    Event,
    pages::module::{Opened, Origin, Summary},
};

use super::Reporter;

pub(super) fn run(origin: &Origin, reporter: &Reporter) {
    let opened = open(origin).map(Arc::new).map_err(|diagnostics| render_all(&diagnostics, Style::Plain));
    reporter.send(Event::Opened(opened));
}

fn open(origin: &Origin) -> Result<Opened, Vec<Diagnostic>> {
    let source = match origin {
        Origin::File(path) => Source::read(path).map_err(|diagnostic| vec![diagnostic])?,
        Origin::Sample(sample) => Source::from_bytes(sample.file_name, sample.text.as_bytes()),
    };
    let module = wasmelt_driver::parse(&source)?;
    let summary = Summary::new(&source, &module);
    Ok(Opened { source: Arc::new(source), summary })
}
