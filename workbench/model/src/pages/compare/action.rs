//! What can be asked of the page that compares.

use std::{fmt, sync::Arc};

use super::Plot;

/// What can be asked of the page.
#[derive(Clone, Debug)]
pub enum Action {
    /// How often each is to be measured.
    SetRounds(usize),
    /// The text of the field for the native program changed.
    EditNative(String),
    /// The text of the field for the program's arguments changed.
    EditArguments(String),
    /// The text of the field for the folders with engines changed.
    EditSearch(String),
    /// Whether everything runs on one processor.
    SetPinned(bool),
    /// Whether files are dropped from memory before each run.
    SetCold(bool),
    /// Show the samples in another way.
    Show(Plot),
    /// Build, look for rivals, and measure.
    Start,
    /// Measure no further; what there is is reported.
    Stop,
    /// The text of the field for the folder of reports changed.
    EditFolder(String),
    /// Write the report to a file.
    Export(Format),
    /// Write the plot, as it was drawn, to a file.
    ExportPicture(Picture),
}

/// What a report can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The samples, one run a line.
    Csv,
    /// Everything, for other programs.
    Json,
    /// Everything, for people: tables and plots.
    Html,
    /// A plot of the samples.
    Svg,
}

/// Pixels, row by row from the top, with four bytes each: red, green, blue, alpha.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// The bytes.
    pub rgba: Arc<[u8]>,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 4] = [Format::Csv, Format::Json, Format::Html, Format::Svg];

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Format::Csv => "CSV",
            Format::Json => "JSON",
            Format::Html => "HTML",
            Format::Svg => "SVG",
        }
    }

    /// How names of such files end.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Json => "json",
            Format::Html => "html",
            Format::Svg => "svg",
        }
    }
}

impl fmt::Debug for Picture {
    /// Without the pixels.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({} × {})", self.width, self.height)
    }
}
