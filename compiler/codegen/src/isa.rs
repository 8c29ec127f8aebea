//! A target becomes a code generator of Cranelift's.

use std::sync::Arc;

use cranelift_codegen::{
    isa::{self, TargetIsa},
    settings::{self, Configurable},
};
use target_lexicon::Triple;
use wasmelt_targets::{Architecture, Cpu, Target};

use crate::{CompileError, Determinism, Optimization, Options};

/// A code generator that threads share.
pub(crate) type Isa = Arc<dyn TargetIsa>;

/// The code generator for `target`.
pub(crate) fn for_target(target: &Target, options: &Options<'_>) -> Result<Isa, CompileError> {
    finish(target, flags(options))
}

/// The same; it tells where basic blocks are in the code, which is the same code.
pub(crate) fn with_blocks(target: &Target, options: &Options<'_>) -> Result<Isa, CompileError> {
    let mut flags = flags(options);
    flags.enable("machine_code_cfg_info").expect("invariant: Cranelift has this setting");
    finish(target, flags)
}

fn finish(target: &Target, flags: settings::Builder) -> Result<Isa, CompileError> {
    let triple: Triple = target.rust_triple().parse().expect("invariant: targets have valid triples");
    let mut builder = isa::lookup(triple).expect("invariant: Cranelift is built with both back ends");
    match target.cpu {
        Cpu::Native => cranelift_native::infer_native_flags(&mut builder)
            .map_err(|message| CompileError::NativeCpu { message: message.to_owned() })?,
        Cpu::Level(level) => {
            for feature in level.features {
                builder.enable(feature).expect("invariant: CPU levels list features by Cranelift's names");
            }
        }
    }
    if target.architecture == Architecture::Aarch64 {
        // A conditional move by itself does not stop speculation there.
        builder.enable("use_csdb").expect("invariant: Cranelift has this setting");
    }
    Ok(builder.finish(settings::Flags::new(flags)).expect("invariant: the flags suit both back ends"))
}

/// Whether the target has the instructions that vector operators become. On x86_64 they take SSE 4.1 (rounding) and SSSE3
/// (shuffles), which x86-64-v1 lacks and all levels from v2 on have: without, the code generator would call a C library
/// for these operators, and take several instructions for many others.
pub(crate) fn has_vectors(isa: &dyn TargetIsa) -> bool {
    !is_x86_64(isa) || (isa.has_round() && isa.has_x86_pshufb_lowering())
}

/// Whether the target is x86_64.
pub(crate) fn is_x86_64(isa: &dyn TargetIsa) -> bool {
    isa.triple().architecture == target_lexicon::Architecture::X86_64
}

fn flags(options: &Options<'_>) -> settings::Builder {
    let opt_level = match options.optimization {
        Optimization::None => "none",
        Optimization::Speed => "speed",
        Optimization::Size => "speed_and_size",
    };
    let verifier = if cfg!(debug_assertions) { "true" } else { "false" };
    let canonical_nans = if options.determinism == Determinism::Deterministic { "true" } else { "false" };
    let mut builder = settings::builder();
    for (name, value) in [
        ("opt_level", opt_level),
        ("enable_verifier", verifier),
        ("enable_nan_canonicalization", canonical_nans),
        // All symbols lie in one executable at a fixed address.
        ("is_pic", "false"),
        // Results that do not fit into registers go through memory.
        ("enable_multi_ret_implicit_sret", "true"),
        // The calling convention of Wasm functions needs them.
        ("preserve_frame_pointers", "true"),
        // A trap never returns into Wasm code, and exceptions are unwound by frame pointers.
        ("unwind_info", "false"),
        // A frame larger than a page touches each of its pages, so that an overflow hits the stack's guard.
        ("enable_probestack", "true"),
        ("probestack_strategy", "inline"),
        ("probestack_size_log2", "12"),
    ] {
        builder.set(name, value).expect("invariant: Cranelift has this setting");
    }
    builder
}
