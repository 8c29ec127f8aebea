//! Dialogs for files: the desktop's own, by its portal. They are waited for on jobs' threads.

use std::{
    cell::Cell,
    path::PathBuf,
    sync::{Arc, Once},
};

use log::{Level, LevelFilter, Log, Metadata, Record};
use wasmelt_workbench_model::{Dialog, DialogKind, Picker};

thread_local! {
    /// Why the last dialog of this thread could not be shown.
    static FAILURE: Cell<Option<String>> = const { Cell::new(None) };
}

/// Remembers what `rfd` has to say: from its results, a dialog that could not be shown is no other than one that was closed.
struct Failures;

impl Log for Failures {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= Level::Error && metadata.target().starts_with("rfd")
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            FAILURE.set(Some(record.args().to_string()));
        }
    }

    fn flush(&self) {}
}

/// The desktop's dialogs.
pub(crate) fn picker() -> Picker {
    static LISTEN: Once = Once::new();
    LISTEN.call_once(|| {
        // Where someone else listens already, a dialog that is missing looks like one that was closed.
        if log::set_logger(&Failures).is_ok() {
            log::set_max_level(LevelFilter::Error);
        }
    });
    Arc::new(pick)
}

fn pick(dialog: &Dialog) -> Result<Option<PathBuf>, String> {
    FAILURE.set(None);
    let path = ask(dialog);
    match (path, FAILURE.take()) {
        (None, Some(reason)) => Err(format!(
            "This desktop has no dialog for files ({reason}): neither an XDG portal nor zenity. Type the path instead."
        )),
        (path, _) => Ok(path),
    }
}

fn ask(dialog: &Dialog) -> Option<PathBuf> {
    let mut window = rfd::FileDialog::new().set_title(dialog.title());
    if let Some(folder) = dialog.folder() {
        window = window.set_directory(folder);
    }
    match &dialog.kind {
        DialogKind::OpenFile => {
            window.add_filter("WebAssembly modules", &["wasm", "wat"]).add_filter("All files", &["*"]).pick_file()
        }
        DialogKind::Folder => window.pick_folder(),
        DialogKind::SaveFile { name } => window.set_file_name(name).save_file(),
    }
}
