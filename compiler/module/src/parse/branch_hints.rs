//! Branch hints (WebAssembly code metadata framework, `metadata.code.branch_hint`).
//!
//! A custom section cannot make a module invalid: one that is malformed counts for nothing, and a hint at an offset where no
//! branch is has no effect.

use std::collections::BTreeMap;

use wasmparser::{BranchHintSectionReader, CustomSectionReader, KnownCustom};

use crate::{BranchHint, FunctionIndex, Module};

/// Enters the hints of `section` into `module`, if it is a section of hints.
pub(super) fn read(section: &CustomSectionReader<'_>, module: &mut Module) {
    let KnownCustom::BranchHints(functions) = section.as_known() else { return };
    if let Ok(hints) = hints(functions) {
        module.branch_hints = hints;
    }
}

fn hints(
    functions: BranchHintSectionReader<'_>,
) -> Result<BTreeMap<FunctionIndex, BTreeMap<u32, BranchHint>>, wasmparser::Error> {
    let mut by_function = BTreeMap::new();
    for function in functions {
        let function = function?;
        let mut hints = BTreeMap::new();
        for hint in function.hints {
            let hint = hint?;
            hints.insert(hint.func_offset, if hint.taken { BranchHint::Taken } else { BranchHint::NotTaken });
        }
        by_function.insert(FunctionIndex(function.func), hints);
    }
    Ok(by_function)
}
