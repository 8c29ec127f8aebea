//! The whole compiler: a [`Source`] and [`BuildOptions`] become the bytes of an executable, or [`Diagnostic`]s.
//!
//! ```text
//! Source → binary → Module → Program → machine code → object → executable bytes      pipeline.rs
//!                                                              write_executable      output.rs
//! Source → executables for several targets → Image → a directory or an archive          image.rs
//!                                                              Cache                 cache/
//!                                                              Runner                runner.rs
//!                                                              Lesson → Policy       learn/
//! Source → Explorer → a function's text, CLIF, machine code    explore/
//! ```
//!
//! ```no_run
//! use std::path::Path;
//!
//! use wasmelt_driver::{BuildOptions, Diagnostic, Silent, Source, build, write_executable};
//!
//! fn compile(module: &Path, executable: &Path) -> Result<(), Vec<Diagnostic>> {
//!     let target = "aarch64-linux:neoverse-n1".parse().expect("invariant: this is a target");
//!     let source = Source::read(module).map_err(|diagnostic| vec![diagnostic])?;
//!     let bytes = build(&source, &BuildOptions::new(target), &Silent)?;
//!     write_executable(executable, &bytes).map_err(|diagnostic| vec![diagnostic])
//! }
//! ```
//!
//! This is the one crate that knows all stages; command line, workbench, test harness and benchmarks depend on it and on
//! no stage. It re-exports what they need of the stages' types.
//!
//! Invariants: equal sources and options give equal bytes, on any number of threads; a failure of whatever kind is a
//! [`Diagnostic`], also a panic in a stage; nothing is printed here.
//!
//! Deliberately absent: arguments, terminals, exit statuses.

#![forbid(unsafe_code)]

mod analysis;
mod audit;
pub mod cache;
pub mod diagnostics;
mod executable;
mod explore;
mod guard;
mod image;
mod learn;
mod observer;
mod options;
mod origin;
mod output;
mod pipeline;
mod runner;
mod source;
mod verification;

pub use analysis::{
    Analysis, Capability, Cost, FunctionSize, ImportGroup, MemorySize, ModuleKind, analyze, largest_functions,
};
pub use audit::{AuditEvent, AuditOutcome};
pub use diagnostics::Diagnostic;
pub use executable::{Executable, ExecutableMemory, ExecutableSection};
pub use explore::{CodeLine, Dissection, Explorer};
pub use image::{ImageOptions, build_image, is_archive, is_layout, read_image, write_image};
pub use learn::Lesson;
pub use observer::{Observer, Silent, Stage};
pub use options::{BuildOptions, Emit, Library};
pub use origin::{COMPILER_VERSION, Origin, OriginModule};
pub use output::{is_same_file, write_executable, write_file};
pub use pipeline::{build, build_cached, build_program, build_script, is_available, note, parse};
pub use runner::{Runner, emulator_names};
pub use source::Source;
pub use verification::{Difference, verify};

pub use wasmelt_abi::TrapCode;
pub use wasmelt_codegen::{Bounds, ClifLine, Determinism, FunctionKind, Mark, Optimization};
pub use wasmelt_module::{
    AbstractHeapType, Binding, BoundFunction, CallGraph, Entry, Export, ExternIndex, FuncType, FunctionIndex,
    GlobalIndex, GlobalType, HeapType, Hosts, Import, ImportType, InitStep, InstanceIndex, MemoryType, Module,
    ModuleError, ModuleErrorKind, Producer, Program, ProgramBuilder, ProgramError, ProgramFunction, ProgramGlobal,
    ProgramTypes, TextLine, ValType,
};
pub use wasmelt_object::{Sandbox, ScriptCall};
pub use wasmelt_oci::{Image, ImageExecutable, ImageExecutables};
pub use wasmelt_policy as policy;
