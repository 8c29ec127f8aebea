//! Data section (WebAssembly core specification, section 5.5.14).

use wasmparser::{DataKind, DataSectionReader};

use super::{constants, offset};
use crate::{DataSegment, MemoryIndex, Module, ModuleError, SegmentMode};

pub(super) fn read(section: DataSectionReader<'_>, module: &mut Module) -> Result<(), ModuleError> {
    for segment in section {
        let segment = segment?;
        let mode = match &segment.kind {
            DataKind::Passive => SegmentMode::Passive,
            DataKind::Active { memory_index, offset_expr } => {
                SegmentMode::Active { target: MemoryIndex(*memory_index), offset: constants::read(offset_expr)? }
            }
        };
        // The bytes end the segment.
        let end = offset(segment.range.end);
        module.data.push(DataSegment { mode, range: end - segment.data.len()..end });
    }
    Ok(())
}
