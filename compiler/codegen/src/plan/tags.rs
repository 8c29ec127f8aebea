//! Tags: numbers, and how their exceptions lie.

use wasmelt_module::Program;

use crate::{TagLayout, exceptions};

/// The heap type of the exceptions of tag 0. No object has heap type 0.
pub(super) const FIRST_HEAP_TYPE: u32 = 1;

/// The layouts of all tags, in order of their numbers.
pub(super) fn layouts(program: &Program) -> Vec<TagLayout> {
    program.tags().map(|tag| exceptions::layout(tag, program.tag_type(tag).params())).collect()
}
