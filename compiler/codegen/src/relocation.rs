//! Relocations: Cranelift's become ours, in exactly the kinds that occur with colocated symbols and without
//! position-independent code.

use cranelift_codegen::{FinalizedMachReloc, FinalizedRelocTarget, binemit::Reloc, ir::Function};

use crate::{RelocationKind, cache::PortableRelocation, symbols};

/// The relocations of `function`, by ascending offset.
///
/// # Errors
///
/// One that the linker does not know.
pub(crate) fn relocations(
    relocs: &[FinalizedMachReloc],
    function: &Function,
) -> Result<Vec<PortableRelocation>, String> {
    let mut relocations = Vec::with_capacity(relocs.len());
    for reloc in relocs {
        let kind = kind(reloc.kind).ok_or_else(|| format!("unexpected relocation {:?}", reloc.kind))?;
        let symbol = match &reloc.target {
            FinalizedRelocTarget::ExternalName(name) => symbols::number(function, name),
            FinalizedRelocTarget::Func(_) => None,
        };
        let symbol = symbol.ok_or_else(|| format!("unexpected relocation target {:?}", reloc.target))?;
        relocations.push(PortableRelocation { offset: reloc.offset, kind, symbol, addend: reloc.addend });
    }
    relocations.sort_by_key(|relocation| relocation.offset);
    Ok(relocations)
}

fn kind(reloc: Reloc) -> Option<RelocationKind> {
    Some(match reloc {
        Reloc::Abs8 => RelocationKind::Absolute64,
        Reloc::X86PCRel4 => RelocationKind::X86Relative32,
        Reloc::X86CallPCRel4 => RelocationKind::X86Call32,
        Reloc::Arm64Call => RelocationKind::Aarch64Call26,
        Reloc::Aarch64AdrPrelPgHi21 => RelocationKind::Aarch64AdrPage21,
        Reloc::Aarch64AddAbsLo12Nc => RelocationKind::Aarch64AddLow12,
        _ => return None,
    })
}
