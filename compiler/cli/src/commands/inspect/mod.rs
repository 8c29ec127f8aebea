//! `wasmelt inspect`: what a module asks for and costs, and what an executable, or those of an image, say of themselves.

mod executable;
mod image;
mod module;

use std::fs;

use serde_json::{Value, json};
use wasmelt_driver::{
    Diagnostic, Executable, FunctionSize, Source, analyze, diagnostics::Code, is_archive, is_layout, read_image,
};

use crate::{
    args::InspectArgs,
    report::{self, Status},
};

/// What every executable starts with.
const ELF_MAGIC: &[u8] = b"\x7fELF";

/// Prints what is known of a file.
pub(crate) fn inspect(args: InspectArgs) -> Status {
    match described(&args) {
        Ok(text) => report::result(&text),
        Err(diagnostics) => report::failure(&diagnostics),
    }
}

fn described(args: &InspectArgs) -> Result<String, Vec<Diagnostic>> {
    let file = args.file.display().to_string();
    let about = |diagnostic: Diagnostic| vec![diagnostic.in_file(&file)];
    if is_layout(&args.file) || is_archive(&args.file) {
        let image = read_image(&args.file).and_then(|found| image::Image::of(&file, found)).map_err(about)?;
        return Ok(if args.json { pretty(&image.as_json()) } else { image.as_text() });
    }
    let bytes = fs::read(&args.file).map_err(|error| about(Diagnostic::error(Code::Unreadable, error)))?;
    // Whatever is no executable is taken for a module.
    if bytes.starts_with(ELF_MAGIC) {
        let executable = Executable::read(&bytes).map_err(about)?;
        return Ok(match args.json {
            true => pretty(&executable::as_json(&file, &executable)),
            false => executable::as_text(&file, &executable),
        });
    }
    let analysis = analyze(&Source { bytes: bytes.into(), ..Source::from_bytes(&file, []) })?;
    Ok(match args.json {
        true => pretty(&module::as_json(&file, &analysis)),
        false => module::as_text(&file, &analysis),
    })
}

fn pretty(json: &Value) -> String {
    serde_json::to_string_pretty(json).expect("invariant: keys are strings") + "\n"
}

fn functions_as_text(functions: &[FunctionSize]) -> impl Iterator<Item = String> {
    functions.iter().map(|FunctionSize { name, bytes }| format!("  {bytes:>9}  {name}"))
}

fn functions_as_json(functions: &[FunctionSize]) -> Value {
    functions.iter().map(|FunctionSize { name, bytes }| json!({ "name": name, "bytes": bytes })).collect()
}
