//! What a build is asked for, resolved once and then passed as a reference.

use wasmelt_policy::Policy;
use wasmelt_targets::Target;

use wasmelt_codegen::{Bounds, Determinism, Optimization};
use wasmelt_object::Sandbox;

use crate::Source;

/// What one executable is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildOptions {
    /// Where it runs.
    pub target: Target,
    /// What is built.
    pub emit: Emit,
    /// How hard the code generator tries, and for what.
    pub optimization: Optimization,
    /// How accesses to memories are kept inside.
    pub bounds: Bounds,
    /// Whether results that the specification leaves open are always the same.
    pub determinism: Determinism,
    /// What the program may reach. Without a program name in it, the program gets the module's file name.
    pub policy: Policy,
    /// Whether families of functions that the policy does not need are linked, so that they can be granted later.
    pub grantable: bool,
    /// Bytes of stack the program may use.
    pub stack_bytes: u64,
    /// Most bytes that structures, arrays and exceptions may take.
    pub max_gc_heap_bytes: u64,
    /// Whether symbols are left out; what traps report is not affected.
    pub strip: bool,
    /// Whether the kernel enforces what the program may do.
    pub sandbox: Sandbox,
    /// Modules whose exports satisfy imports, in order of instantiation: each may import from those before it, and the
    /// module that is built from all of them.
    pub libraries: Vec<Library>,
}

/// What a module becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Emit {
    /// A program.
    #[default]
    Executable,
    /// The program before it is linked with the runtime: a relocatable object.
    Object,
    /// Its functions in Cranelift's intermediate form, as text.
    Clif,
    /// Its functions as machine code, as text.
    Assembly,
}

/// A module that becomes part of the executable for what it exports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Library {
    /// The module name by which imports refer to it.
    pub name: String,
    /// The module.
    pub source: Source,
}

impl BuildOptions {
    /// Stack of a program that does not ask for another size, in bytes: what a main thread on Linux usually has.
    pub const DEFAULT_STACK_BYTES: u64 = 8 << 20;

    /// Limit of the heap of a program that does not ask for another, in bytes.
    pub const DEFAULT_MAX_GC_HEAP_BYTES: u64 = 1 << 30;

    /// The options of a program for `target` that may reach nothing.
    pub fn new(target: Target) -> BuildOptions {
        BuildOptions {
            target,
            emit: Emit::Executable,
            optimization: Optimization::Speed,
            bounds: Bounds::Auto,
            determinism: Determinism::Native,
            policy: Policy::default(),
            grantable: false,
            stack_bytes: BuildOptions::DEFAULT_STACK_BYTES,
            max_gc_heap_bytes: BuildOptions::DEFAULT_MAX_GC_HEAP_BYTES,
            strip: false,
            sandbox: Sandbox::On,
            libraries: Vec::new(),
        }
    }
}
