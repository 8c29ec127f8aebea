//! The stages' errors as diagnostics. What one of them may fail with because of its input is the user's; what it can only
//! fail with because an earlier stage was wrong is a bug.

use std::error::Error;

use wasmelt_codegen::{CompileError, Layout, MemoryBounds};
use wasmelt_link::{LinkError, MissingRuntime};
use wasmelt_module::{ModuleError, ModuleErrorKind, ProgramError};
use wasmelt_object::ObjectError;
use wasmelt_targets::Target;

use super::{Code, Diagnostic, Location};
use crate::Source;

/// An error of the module stage, in `source`.
pub(crate) fn module(error: ModuleError, source: &Source) -> Diagnostic {
    let code = match error.kind {
        ModuleErrorKind::Invalid => Code::InvalidModule,
        ModuleErrorKind::Unsupported => Code::Unsupported,
    };
    let diagnostic = Diagnostic::error(code, &error.message).in_file(&source.display);
    Diagnostic { location: Some(binary(error.location, source)), help: error.help, ..diagnostic }
}

/// An error in binding the imports of, or in finding the entry of, the module in `source`.
pub(crate) fn program(error: &ProgramError, source: &Source) -> Diagnostic {
    let code = match error {
        ProgramError::MissingImport { .. } => Code::UnknownImport,
        ProgramError::ImportType { .. } => Code::ImportType,
        ProgramError::TooManyTypes { .. } => Code::TooLarge,
        ProgramError::NoEntry { .. } | ProgramError::EntryType { .. } | ProgramError::EntryIsHostFunction { .. } => {
            Code::NoEntry
        }
    };
    Diagnostic {
        location: error.location().map(|location| binary(location, source)),
        help: error.help().map(str::to_owned).or_else(|| library_help(error)),
        ..Diagnostic::error(code, error).in_file(&source.display)
    }
}

/// That another module may have what is missing.
fn library_help(error: &ProgramError) -> Option<String> {
    let ProgramError::MissingImport { import, .. } = error else { return None };
    let name = import.module.escape_debug();
    Some(format!("if another module exports it, make that a part of the program: `--module {name}=FILE`"))
}

/// An error of the compile stage, about the program in `file`.
pub(crate) fn compile(error: &CompileError, file: &str) -> Diagnostic {
    match error {
        CompileError::TooManyMemories { .. }
        | CompileError::MemoryTooLarge { .. }
        | CompileError::TableTooLarge { .. }
        | CompileError::StateTooLarge { .. } => Diagnostic::error(Code::TooLarge, error).in_file(file),
        CompileError::NativeCpu { .. } => Diagnostic::error(Code::InvalidOption, error)
            .with_help("name a CPU level instead; `wasmelt targets` lists them"),
        CompileError::NoVectors { .. } => {
            Diagnostic::error(Code::Unsupported, error).in_file(file).with_help("choose x86-64-v2 or a later level")
        }
        CompileError::Bug { .. } => bug(error, file),
    }
}

/// What to say of the memories in `layout` if all were to have guards; nothing if all have them.
pub(crate) fn checked_memories(layout: &Layout, file: &str) -> Option<Diagnostic> {
    let checked = layout.memories.iter().filter(|place| place.bounds == MemoryBounds::Explicit).count();
    let memories = if checked == 1 { "memory has" } else { "memories have" };
    let message = format_args!(
        "{checked} {memories} checks instead of a guard: no guard works for 64-bit addresses or pages smaller than 64 KiB"
    );
    (checked > 0).then(|| Diagnostic::warning(Code::InvalidOption, message).in_file(file))
}

/// An error of the object stage, about the program in `file`.
pub(crate) fn object(error: &ObjectError, file: &str) -> Diagnostic {
    match error {
        ObjectError::TooLarge { .. } | ObjectError::ScatteredData { .. } => {
            Diagnostic::error(Code::TooLarge, error).in_file(file)
        }
        ObjectError::ScriptSlots { .. }
        | ObjectError::Undefined { .. }
        | ObjectError::Code(_)
        | ObjectError::Write(_) => bug(error, file),
    }
}

/// An error of the link stage, about the program in `file`.
pub(crate) fn link(error: &LinkError, file: &str) -> Diagnostic {
    match error {
        LinkError::MissingRuntime(missing) => missing_runtime(missing),
        LinkError::TooLarge { .. } | LinkError::TooFar { .. } => Diagnostic::error(Code::TooLarge, error).in_file(file),
        _ => bug(error, file),
    }
}

/// A target that this compiler has no runtime for.
pub(crate) fn missing_runtime(missing: &MissingRuntime) -> Diagnostic {
    Diagnostic::error(Code::TargetNotBuiltIn, missing).with_help(missing.help())
}

/// A program for a target without a runtime.
pub(crate) fn objects_only(target: &Target) -> Diagnostic {
    let (system, platform) = (target.system, target.platform());
    Diagnostic::error(
        Code::ObjectsOnly,
        format_args!("there is no runtime for {system}, so that a module becomes no program for {platform}"),
    )
    .with_help("`--emit obj` makes an object for a program of your own (docs/objects.md); programs are made for Linux")
}

/// An error that should not be possible, with everything that is known about it.
fn bug(error: &dyn Error, file: &str) -> Diagnostic {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        message.push_str(": ");
        message.push_str(&error.to_string());
        cause = error.source();
    }
    Diagnostic::error(Code::Internal, message).in_file(file)
}

fn binary(location: wasmelt_module::Location, source: &Source) -> Location {
    Location::Binary {
        offset: location.offset,
        assembled: source.is_text(),
        function: location.function.map(|function| function.name),
    }
}

#[cfg(test)]
mod tests {
    use std::{error::Error, fmt};

    use super::*;

    #[derive(Debug)]
    struct Chain(u32);

    impl fmt::Display for Chain {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "cause {}", self.0)
        }
    }

    impl Error for Chain {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            static INNER: Chain = Chain(1);
            (self.0 == 2).then_some(&INNER)
        }
    }

    #[test]
    fn bugs_tell_all_causes() {
        assert_eq!(bug(&Chain(2), "a.wasm").message, "cause 2: cause 1");
    }
}
