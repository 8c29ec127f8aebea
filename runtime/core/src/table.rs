//! Tables that can grow: the region where they lie, and how they grow and are filled.
//!
//! All tables that can grow lie in one region, each at its final place with room up to its maximum. The region is zeroed
//! pages, so that its cells are null until something else is written; pages that no table has reached cost nothing.

use core::slice;

use rustix::mm::ProtFlags;
use wasmelt_abi::{ProgramHeader, REFERENCE_CELL_BYTES, TableState};

use crate::{memory, start::StartError};

/// Maps the region of the program's tables that can grow, if it has any.
///
/// # Safety
///
/// No guest code has run yet.
pub(crate) unsafe fn map_region(header: &ProgramHeader) -> Result<(), StartError> {
    let (base, bytes) = (header.growable_tables, header.growable_tables_bytes);
    if bytes == 0 {
        return Ok(());
    }
    // SAFETY: the range is kept for the tables (ABI).
    unsafe { memory::map_at(base, bytes, ProtFlags::READ | ProtFlags::WRITE) }
        .map_err(|errno| StartError::AddressSpace { base, bytes, errno })
}

/// `table.grow` (WebAssembly core specification, section 4.4.6): the old size in elements, or −1.
///
/// # Safety
///
/// `state` is a table of the program, with room up to its maximum, and `cell` a cell of its size.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasmelt_table_grow(state: *mut TableState, delta: u64, cell: *const u8) -> i64 {
    // SAFETY: compiled code passes the table's state, and does not use it during the call.
    let table = unsafe { &mut *state };
    let old = table.length;
    let Some(new) = old.checked_add(delta).filter(|&new| new <= table.maximum) else { return -1 };
    let first = (table.base + old * table.cell_bytes) as *mut u8;
    // SAFETY: the cells from the old size to the new one are the table's, because its maximum has room (ABI).
    unsafe { wasmelt_table_fill(first, delta, cell, table.cell_bytes) };
    table.length = new;
    // Lossless: a table's elements lie in an address space.
    old as i64
}

/// Fills `count` cells from `first` with the cell at `cell` (`table.fill`, `table.grow`).
///
/// # Safety
///
/// The cells at `first` are a table's, and `cell` is a cell of `cell_bytes` bytes; it may be one of them.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasmelt_table_fill(first: *mut u8, count: u64, cell: *const u8, cell_bytes: u64) {
    if cell_bytes == REFERENCE_CELL_BYTES {
        // SAFETY: a cell of one word (this function's conditions).
        unsafe { fill::<1>(first.cast(), count, cell.cast()) }
    } else {
        // SAFETY: the other size of a cell is two words.
        unsafe { fill::<2>(first.cast(), count, cell.cast()) }
    }
}

/// Fills with cells of `WORDS` words.
///
/// # Safety
///
/// As [`wasmelt_table_fill`].
unsafe fn fill<const WORDS: usize>(first: *mut [u64; WORDS], count: u64, cell: *const [u64; WORDS]) {
    // SAFETY: a cell is aligned to its words. It is read before anything is written, since it may be among the filled.
    let value = unsafe { *cell };
    // SAFETY: `count` cells from `first` are the table's, and nobody else refers to them during the call.
    unsafe { slice::from_raw_parts_mut(first, count as usize) }.fill(value);
}

#[cfg(test)]
mod tests {
    use wasmelt_abi::FUNC_CELL_BYTES;

    use super::*;

    fn table(cells: &mut [u64], cell_bytes: u64, length: u64) -> TableState {
        let maximum = cells.len() as u64 * 8 / cell_bytes;
        TableState { base: cells.as_mut_ptr() as u64, length, maximum, cell_bytes }
    }

    fn grow(table: &mut TableState, delta: u64, cell: &[u64]) -> i64 {
        // SAFETY: the tests' tables have room up to their maximum, and their cells the stated size.
        unsafe { wasmelt_table_grow(table, delta, cell.as_ptr().cast()) }
    }

    #[test]
    fn a_table_grows_to_its_maximum_and_no_further() {
        let mut cells = [0; 8];
        let mut table = table(&mut cells, FUNC_CELL_BYTES, 1);
        assert_eq!(grow(&mut table, 2, &[5, 6]), 1);
        assert_eq!(grow(&mut table, 2, &[7, 8]), -1);
        assert_eq!(grow(&mut table, u64::MAX, &[7, 8]), -1);
        assert_eq!(grow(&mut table, 1, &[7, 8]), 3);
        assert_eq!(grow(&mut table, 0, &[9, 9]), 4);
        assert_eq!((table.length, cells), (4, [0, 0, 5, 6, 5, 6, 7, 8]));
    }

    #[test]
    fn reference_cells_are_one_word() {
        let mut cells = [1; 4];
        let mut table = table(&mut cells, REFERENCE_CELL_BYTES, 1);
        assert_eq!(grow(&mut table, 2, &[9]), 1);
        assert_eq!(cells, [1, 9, 9, 1]);
    }

    #[test]
    fn a_cell_can_fill_the_range_that_it_is_in() {
        let mut cells = [1, 2, 3, 4, 5, 6];
        let first: *mut u64 = cells.as_mut_ptr();
        // SAFETY: the cell in the middle and the three cells are in the array.
        unsafe { wasmelt_table_fill(first.cast(), 3, first.wrapping_add(2).cast(), FUNC_CELL_BYTES) };
        assert_eq!(cells, [3, 4, 3, 4, 3, 4]);
    }
}
