//! An object and the target's runtime become a static executable, in process.
//!
//! Data in: the bytes of a relocatable object from wasmelt-object, a [`Target`]. Data out: the bytes of an ELF
//! executable. The stages, one file each:
//!
//! ```text
//! input      object bytes → sections, symbols, relocations
//! resolve    names → definitions
//! reachable  from `_start` and the program header: what stays
//! layout     sections → output sections → segments, with addresses and places in the file
//! relocate   section contents with addresses filled in
//! write      ELF header, segments, contents, symbols, section headers
//! verify     reads the result back
//! ```
//!
//! Invariants: equal inputs give equal bytes; a value that does not fit its place is an error; no segment can be written
//! and executed; whatever leaves here has passed [`verify()`].
//!
//! Deliberately absent: dynamic linking, thread-local storage, linker scripts, debug information, and libraries other than
//! the runtime, which the build script builds and embeds.

#![forbid(unsafe_code)]

mod error;
mod input;
mod layout;
mod output;
mod reachable;
mod relocate;
mod resolve;
mod runtime;
#[cfg(test)]
mod testing;
mod verify;
mod write;

use input::Input;
use wasmelt_targets::Target;

pub use error::{LinkError, MissingRuntime, Place, UndefinedSymbol, VerifyError};
pub use verify::verify;

/// How to link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkOptions<'a> {
    /// Whether the executable names its functions.
    pub symbols: Symbols,
    /// What the executable says that it was made of, in a section that is not loaded; without any, it has no such section.
    pub origin: &'a [u8],
}

/// Whether an executable has a symbol table, for debuggers and profilers; it runs the same without.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Symbols {
    /// It has one.
    #[default]
    Keep,
    /// It has none.
    Strip,
}

/// Whether this compiler can link programs for `target`.
///
/// # Errors
///
/// If the compiler was built without the target's runtime.
pub fn available(target: &Target) -> Result<(), MissingRuntime> {
    runtime::objects(target).map(|_| ())
}

/// Links `object`, the relocatable object of a program, with the runtime of `target`.
///
/// # Errors
///
/// If the runtime is missing, the program is too large, or an input is not what it has to be.
pub fn link(object: &[u8], target: &Target, options: &LinkOptions<'_>) -> Result<Vec<u8>, LinkError> {
    let mut inputs = vec![Input::parse("the program", object, target)?];
    for (name, bytes) in runtime::objects(target)? {
        inputs.push(Input::parse(&format!("the runtime's {name}"), bytes, target)?);
    }
    link_inputs(&inputs, target, options)
}

fn link_inputs(inputs: &[Input<'_>], target: &Target, options: &LinkOptions<'_>) -> Result<Vec<u8>, LinkError> {
    let symbols = resolve::resolve(inputs)?;
    let reachable = reachable::trace(inputs, &symbols, target.architecture)?;
    let sections = output::group(inputs, &reachable, target)?;
    let layout = layout::arrange(inputs, sections, target)?;
    let contents = relocate::relocate(inputs, &symbols, &reachable, &layout, target)?;
    let executable = write::write(inputs, &symbols, &layout, contents, target, options);
    verify(&executable, target)?;
    Ok(executable)
}
