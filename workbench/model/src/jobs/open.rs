//! The job that opens a module.

use std::{path, sync::Arc};

use wasmelt_driver::{
    Diagnostic, Source,
    diagnostics::{Style, render_all},
};

use crate::{
    Event,
    pages::module::{Opened, Origin, Summary},
};

use super::{Reporter, priority::give_way};

pub(super) fn run(origin: &Origin, reporter: &Reporter) {
    give_way();
    let opened = open(origin).map(Arc::new).map_err(|diagnostics| render_all(&diagnostics, Style::Plain));
    reporter.send(Event::Opened(opened));
}

fn open(origin: &Origin) -> Result<Opened, Vec<Diagnostic>> {
    let (source, path) = match origin {
        Origin::File(file) => {
            let source = Source::read(file).map_err(|diagnostic| vec![diagnostic])?;
            (source, path::absolute(file).ok())
        }
        Origin::Sample(sample) => (sample.source(), None),
    };
    let module = wasmelt_driver::parse(&source)?;
    let summary = Summary::new(&source, &module);
    Ok(Opened { source: Arc::new(source), path, summary })
}
