//! Tags: how their exceptions lie, and the numbers of their types.

use wasmelt_module::{FieldType, Program, StorageType, TypeId};

use super::objects::{self, type_number};
use crate::TagLayout;

/// The layouts of all tags, in order of their numbers.
pub(super) fn layouts(program: &Program) -> Vec<TagLayout> {
    let layout = |tag| {
        let field = |&ty| FieldType { element_type: StorageType::Val(ty), mutable: false };
        let fields: Vec<_> = program.tag_type(tag).params().iter().map(field).collect();
        let (fields, bytes) = objects::structure(&fields);
        TagLayout { tag, fields, bytes }
    };
    program.tags().map(layout).collect()
}

/// The heap type of the exceptions of tag 0: those of tags follow the program's types.
pub(super) fn first_heap_type(program: &Program) -> u32 {
    type_number(TypeId::at(program.types.iter().len()))
}
