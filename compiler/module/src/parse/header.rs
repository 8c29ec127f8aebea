//! The first eight bytes (WebAssembly core specification, section 5.5.16 "Modules"): is this a module at all?
//!
//! ```text
//! 00 61 73 6d    magic, "\0asm"
//! 01 00 00 00    version 1 of core modules; components have 0d 00 01 00
//! ```

use wasmparser::Parser;

use crate::ModuleError;

const MAGIC: &[u8] = b"\0asm";
const HEADER_BYTES: usize = 8;

/// Offsets in modules are 32-bit numbers in the artifacts of a build.
const MAX_BYTES: usize = u32::MAX as usize;

/// Whether `bytes` begin as a core module does.
pub(super) fn check(bytes: &[u8]) -> Result<(), ModuleError> {
    if bytes.is_empty() {
        return Err(ModuleError::invalid(0, "the file is empty"));
    }
    let magic = &bytes[..bytes.len().min(MAGIC.len())];
    if magic != &MAGIC[..magic.len()] {
        return Err(foreign(bytes));
    }
    if bytes.len() < HEADER_BYTES {
        return Err(ModuleError::invalid(bytes.len(), "the file ends within the header of a module"));
    }
    if Parser::is_component(bytes) {
        return Err(ModuleError::unsupported(4, "this is a component, not a core module (component model)")
            .with_help("compile the source to a core module, for a target such as wasm32-wasip1"));
    }
    if !Parser::is_core_wasm(bytes) {
        let version = &bytes[MAGIC.len()..HEADER_BYTES];
        return Err(ModuleError::invalid(4, format!("unknown version of the binary format: {}", hex(version))));
    }
    if bytes.len() > MAX_BYTES {
        return Err(ModuleError::unsupported(MAX_BYTES, "modules of 4 GiB or more"));
    }
    Ok(())
}

/// An error that says what the bytes may be instead of a module.
fn foreign(bytes: &[u8]) -> ModuleError {
    if is_text(bytes) {
        return ModuleError::invalid(0, "this is WebAssembly text, not a binary module")
            .with_help("text has to be assembled to a binary module first");
    }
    let start = &bytes[..bytes.len().min(4)];
    ModuleError::invalid(
        0,
        format!("this is not a WebAssembly module: it begins with {}, not with 00 61 73 6d", hex(start)),
    )
}

/// Whether `bytes` begin as the text format does: with a parenthesis or a comment, after white space.
fn is_text(bytes: &[u8]) -> bool {
    let text = bytes.trim_ascii_start();
    text.starts_with(b"(") || text.starts_with(b";;")
}

fn hex(bytes: &[u8]) -> String {
    let bytes: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.join(" ")
}
