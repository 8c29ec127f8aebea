//! Which active segments are part of initial contents, rather than copied when the program starts (WebAssembly core
//! specification, section 4.5.4 "Instantiation").
//!
//! A segment is folded if no one can tell whether it was copied before the program started or in its turn. Three facts
//! make it so:
//!
//! - Before an instance's first step no code can reach the tables and memories that it defines: bindings only lead to
//!   earlier instances, and its functions get into the tables of others in its own steps at the earliest.
//! - Its Elements and Data steps run no code. So the steps can only be told apart from the outside if one of them traps:
//!   then the segments before it are copied and those after it are not, which functions of the instance that an earlier
//!   segment put into an imported table can observe.
//! - Therefore a segment is folded only if no segment up to it, itself included, can trap. All element segments come
//!   before all data segments. Making an object can trap as well: an element segment that holds one is not folded.
//!
//! Two segments for the same table or memory are copied in order: either both are folded, the later one on top, or the
//! later one is copied on top of the folded one; a folded one never comes after a copied one, because the one thing that
//! keeps a segment of an instance's own memory from being folded is a trap before it, and a table is in a place that
//! segments are folded into, or is not, as a whole.

use std::collections::{BTreeMap, BTreeSet};

use super::memories;
use wasmelt_module::{
    ConstExpr, DataIndex, ElementSegment, InstanceIndex, Program, ProgramConst, ProgramMemory, ProgramTable,
    SegmentMode,
};

/// What is folded.
#[derive(Debug, Default)]
pub(super) struct Folding {
    /// For each instance, how many of its active element segments come before the first that can trap.
    elements: Vec<usize>,
    data: BTreeMap<ProgramMemory, Vec<DataIndex>>,
    copied_to_tables: BTreeSet<ProgramTable>,
}

impl Folding {
    /// What is folded in `program`, where the tables in `grown` can grow.
    pub(super) fn of(program: &Program, grown: &BTreeSet<ProgramTable>) -> Folding {
        let mut folding = Folding::default();
        for instance in program.instance_indices() {
            let trap_free = folding.fold_elements(program, instance, grown);
            if trap_free {
                folding.fold_data(program, instance);
            }
        }
        folding
    }

    /// How many of the active element segments of `instance` cannot trap, counted up to the first that can.
    pub(super) fn elements(&self, instance: InstanceIndex) -> usize {
        self.elements[instance.index()]
    }

    /// The data segments that are folded into `memory`, in order.
    pub(super) fn data(&self, memory: ProgramMemory) -> Vec<DataIndex> {
        self.data.get(&memory).cloned().unwrap_or_default()
    }

    /// The tables that some active segment is copied to.
    pub(super) fn copied_to_tables(&self) -> impl Iterator<Item = ProgramTable> + '_ {
        self.copied_to_tables.iter().copied()
    }

    /// Whether `table` has more than `large` cells, most of which are null at first.
    pub(super) fn is_sparse(&self, program: &Program, table: ProgramTable, large: u64) -> bool {
        let module = program.module(table.instance);
        let initial = program.table_type(table).initial;
        let filled = || {
            let active = module.elements.iter().filter(|segment| {
                matches!(segment.mode, SegmentMode::Active { target, .. } if program.table(table.instance, target) == table)
            });
            // Lossless: usize to u64.
            active.map(|segment| segment.items.len() as u64).sum::<u64>()
        };
        initial > large && module.tables[table.table.index()].init.is_none() && filled() < initial / 2
    }

    /// Whether none of the instance's active element segments can trap.
    fn fold_elements(&mut self, program: &Program, instance: InstanceIndex, grown: &BTreeSet<ProgramTable>) -> bool {
        let (mut trap_free, mut count) = (true, 0);
        for segment in &program.module(instance).elements {
            let SegmentMode::Active { target, offset } = &segment.mode else { continue };
            let table = program.table(instance, *target);
            // A table never gets smaller than it is at first.
            let room = program.table_type(table).initial;
            trap_free &= in_bounds(program, instance, offset, segment.items.len(), room);
            trap_free &= !holds_objects(program, instance, segment);
            count += usize::from(trap_free);
            if !trap_free || table.instance != instance || grown.contains(&table) || starts_with_objects(program, table)
            {
                self.copied_to_tables.insert(table);
            }
        }
        self.elements.push(count);
        trap_free
    }

    fn fold_data(&mut self, program: &Program, instance: InstanceIndex) {
        let module = program.module(instance);
        for (at, segment) in module.data.iter().enumerate() {
            let SegmentMode::Active { target, offset } = &segment.mode else { continue };
            let memory = program.memory(instance, *target);
            // A memory never gets smaller than it is at first.
            let room = memories::initial_bytes(program.memory_type(memory));
            if !in_bounds(program, instance, offset, segment.range.len(), room) {
                return;
            }
            if memory.instance == instance {
                self.data.entry(memory).or_default().push(DataIndex::at(at));
            }
        }
    }
}

/// Whether some item of `segment`, of `instance`, is made at instantiation.
pub(super) fn holds_objects(program: &Program, instance: InstanceIndex, segment: &ElementSegment) -> bool {
    segment.items.expressions().iter().any(|item| program.evaluate(instance, item) == ProgramConst::Dynamic)
}

/// Whether the elements of `table` are made at instantiation.
pub(super) fn starts_with_objects(program: &Program, table: ProgramTable) -> bool {
    let init = &program.module(table.instance).tables[table.table.index()].init;
    init.as_ref().is_some_and(|init| program.evaluate(table.instance, init) == ProgramConst::Dynamic)
}

/// Whether `length` items from `offset` on lie within the first `room`.
fn in_bounds(program: &Program, instance: InstanceIndex, offset: &ConstExpr, length: usize, room: u64) -> bool {
    // Lossless: usize to u64.
    start(program, instance, offset).checked_add(length as u64).is_some_and(|end| end <= room)
}

/// The value of a segment's offset, which is unsigned.
pub(crate) fn start(program: &Program, instance: InstanceIndex, offset: &ConstExpr) -> u64 {
    match program.evaluate(instance, offset) {
        ProgramConst::I32(offset) => u64::from(offset.cast_unsigned()),
        ProgramConst::I64(offset) => offset.cast_unsigned(),
        value => unreachable!("invariant: a valid segment's offset is an integer, not {value:?}"),
    }
}
