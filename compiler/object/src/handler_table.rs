//! The handler table; its format is drawn in [`wasmelt_abi::HandlerTable`]'s module.

use wasmelt_abi::HandlerRecord;

use crate::{
    file::{ObjectFile, Section},
    functions::PlacedFunction,
    item::Item,
};

/// Emits the table if some call has a handler, and returns its size in bytes.
pub(crate) fn emit(file: &mut ObjectFile<'_>, placed: &[PlacedFunction<'_>]) -> u64 {
    let Some(table) = encode(placed) else { return 0 };
    // Lossless: usize has at most 64 bits.
    let size = table.len() as u64;
    file.fill(Section::Handlers, table, 4);
    file.define_at(Section::Handlers, Item::HandlerTable, 0, size);
    size
}

/// The table of functions that are in ascending order of their places; `None` if there is nothing in it.
fn encode(placed: &[PlacedFunction<'_>]) -> Option<Vec<u8>> {
    let records: Vec<_> = placed
        .iter()
        .flat_map(|PlacedFunction { function, start, .. }| {
            function.landings.iter().map(move |landing| HandlerRecord {
                return_address: start + landing.return_address,
                handler: start + landing.handler,
                frame_bytes: landing.frame_bytes,
            })
        })
        .collect();
    let text_bytes = placed.last().map_or(0, |function| function.end);
    let header = text_bytes.to_le_bytes().into_iter();
    (!records.is_empty()).then(|| header.chain(records.iter().flat_map(HandlerRecord::to_bytes)).collect())
}

#[cfg(test)]
mod tests {
    use wasmelt_abi::HandlerTable;
    use wasmelt_codegen::{CompiledFunction, Landing};

    use super::*;
    use crate::testing::{function, wasm};

    #[test]
    fn the_runtimes_reader_finds_what_was_put_in() {
        let landing = |return_address, handler| Landing { return_address, handler, frame_bytes: 48 };
        let with = |index, landings| CompiledFunction { landings, ..function(wasm(index), 100) };
        let (first, second) = (with(0, vec![landing(5, 40), landing(9, 40)]), with(1, vec![landing(8, 20)]));
        let placed = [
            PlacedFunction { function: &first, start: 16, end: 116 },
            PlacedFunction { function: &second, start: 128, end: 228 },
        ];
        let bytes = encode(&placed).unwrap();
        let table = HandlerTable::new(&bytes).unwrap();
        assert_eq!(table.text_bytes(), 228);
        for (return_address, handler) in [(21, 56), (25, 56), (136, 148)] {
            let expected = HandlerRecord { return_address, handler, frame_bytes: 48 };
            assert_eq!(table.find(return_address), Some(expected));
        }
        assert_eq!(table.find(22), None);
    }

    #[test]
    fn without_handlers_there_is_no_table() {
        let function = function(wasm(0), 4);
        assert!(encode(&[PlacedFunction { function: &function, start: 0, end: 4 }]).is_none());
    }
}
