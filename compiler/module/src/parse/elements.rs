//! Element section (WebAssembly core specification, section 5.5.12).

use wasmparser::{ElementItems as Items, ElementKind, ElementSectionReader, RefType};

use super::constants;
use crate::{ElementItems, ElementSegment, FunctionIndex, Module, ModuleError, SegmentMode, TableIndex};

pub(super) fn read(section: ElementSectionReader<'_>, module: &mut Module) -> Result<(), ModuleError> {
    for segment in section {
        let segment = segment?;
        let mode = match &segment.kind {
            ElementKind::Passive => SegmentMode::Passive,
            ElementKind::Declared => SegmentMode::Declared,
            // Without an index it is table 0.
            ElementKind::Active { table_index, offset_expr } => SegmentMode::Active {
                target: TableIndex(table_index.unwrap_or(0)),
                offset: constants::read(offset_expr)?,
            },
        };
        let (ty, items) = items(segment.items)?;
        module.elements.push(ElementSegment { mode, ty, items });
    }
    Ok(())
}

fn items(items: Items<'_>) -> Result<(RefType, ElementItems), ModuleError> {
    match items {
        Items::Functions(functions) => {
            let functions = functions.into_iter().map(|function| Ok(FunctionIndex(function?)));
            Ok((RefType::FUNCREF, ElementItems::Functions(functions.collect::<Result<_, ModuleError>>()?)))
        }
        Items::Expressions(ty, expressions) => {
            let expressions = expressions.into_iter().map(|expression| constants::read(&expression?));
            Ok((ty, ElementItems::Expressions(expressions.collect::<Result<_, _>>()?)))
        }
    }
}
