//! The job that writes a report to a file.

use std::{
    fs,
    io::{self, Error},
    path::Path,
    sync::Arc,
};

use wasmelt_benches::report;

use crate::{
    Event,
    pages::compare::{Format, Measured, Picture},
};

use super::Reporter;

/// What is to be written.
#[derive(Clone, Debug, PartialEq)]
pub enum Document {
    /// A report of a measurement.
    Report {
        /// The measurement.
        measured: Arc<Measured>,
        /// As what.
        format: Format,
    },
    /// What was drawn, as PNG.
    Picture(Picture),
}

pub(super) fn run(document: &Document, path: &Path, reporter: &Reporter) {
    let written = bytes(document).and_then(|bytes| fs::write(path, bytes));
    reporter.send(Event::Saved(written.map_err(|error| format!("cannot write {}: {error}", path.display()))));
}

fn bytes(document: &Document) -> io::Result<Vec<u8>> {
    match document {
        Document::Picture(picture) => png(picture).map_err(Error::other),
        Document::Report { measured, format } => Ok(match format {
            Format::Csv => report::csv(&measured.report).into_bytes(),
            Format::Html => report::html(&measured.report).into_bytes(),
            Format::Svg => report::svg(&measured.report).into_bytes(),
            Format::Json => serde_json::to_vec_pretty(&measured.report)?,
        }),
    }
}

fn png(picture: &Picture) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, picture.width, picture.height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&picture.rgba)?;
    writer.finish()?;
    Ok(bytes)
}
