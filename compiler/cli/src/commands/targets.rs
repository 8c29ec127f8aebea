//! `wasmelt targets`: what can be compiled for.

use std::fmt::Write;

use wasmelt_driver::is_available;
use wasmelt_targets::{Architecture, CpuLevel, NATIVE, Target};

use crate::report::{self, Status};

/// Lists the platforms and their CPU levels.
pub(crate) fn targets() -> Status {
    report::result(&listing().expect("invariant: writing to a String cannot fail"))
}

fn listing() -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    for target in Target::platforms().filter(|target| target.system.has_runtime()) {
        platform(&mut text, &target)?;
    }
    writeln!(text, "Objects and listings only (`--emit obj`, `clif`, `asm`), with the same CPU levels:")?;
    for target in Target::platforms().filter(|target| !target.system.has_runtime()) {
        writeln!(
            text,
            "  {:<15} {}, also called {}",
            target.platform(),
            target.system.object_format(),
            target.rust_triple()
        )?;
    }
    writeln!(text)?;
    writeln!(
        text,
        "A target is a platform, or PLATFORM:LEVEL for a CPU level other than the default (marked with *):"
    )?;
    writeln!(
        text,
        "x86_64-linux, aarch64-linux:neoverse-n1. A program for a level does not run on lesser processors."
    )?;
    writeln!(
        text,
        "The level `{NATIVE}` is whatever this machine's processor has; such a program may not run elsewhere."
    )?;
    Ok(text)
}

fn platform(text: &mut String, target: &Target) -> std::fmt::Result {
    let host = if Architecture::host() == Some(target.architecture) { ", this machine's" } else { "" };
    match is_available(target) {
        Ok(()) => writeln!(text, "{} (available{host})", target.platform())?,
        Err(diagnostic) => {
            writeln!(text, "{} (not available{host}: {})", target.platform(), diagnostic.message)?;
            if let Some(help) = diagnostic.help {
                writeln!(text, "  help: {help}")?;
            }
        }
    }
    for level in CpuLevel::of(target.architecture) {
        let mark = if level == CpuLevel::baseline(target.architecture) { '*' } else { ' ' };
        writeln!(text, "{mark} {:<12} {}", level.name, level.summary)?;
    }
    writeln!(text)
}
