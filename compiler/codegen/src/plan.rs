//! Decides where everything lies: a [`Program`] becomes a [`Layout`], before any function is compiled.
//!
//! One file for each kind of thing. The order matters in one place only: what is folded into initial contents depends on
//! which tables can grow, and where a table lies depends on what is folded.

mod cells;
mod fold;
mod memories;
mod signatures;
mod state;
mod tables;

use std::collections::BTreeMap;

use wasmelt_module::{
    BoundFunction, DataIndex, ElementIndex, FuncType, GlobalIndex, InstanceIndex, Program, ProgramConst,
    ProgramFunction, ProgramGlobal, ProgramMemory, ProgramTable, SegmentMode,
};
use wasmelt_targets::Target;

use crate::{Bounds, CellTarget, CompileError, GlobalPlace, Layout, MemoryPlace, TablePlace};
use fold::Folding;
pub(crate) use fold::start as segment_start;
use signatures::Signatures;
use state::StateSection;

/// The layout of a program, with what it takes to look things up in it. Shared by all threads that compile.
#[derive(Debug)]
pub(crate) struct Plan<'p> {
    pub(crate) program: &'p Program,
    pub(crate) layout: Layout,
    signatures: Signatures,
    cells: BTreeMap<CellTarget, u32>,
    memories: BTreeMap<ProgramMemory, u32>,
}

impl<'p> Plan<'p> {
    /// The plan for `program`.
    ///
    /// # Errors
    ///
    /// Something does not fit into the address space.
    pub(crate) fn new(program: &'p Program, target: &Target, bounds: Bounds) -> Result<Plan<'p>, CompileError> {
        let signatures = Signatures::of(program);
        let func_cells = cells::targets(program);
        let grown = tables::grown(program);
        let folding = Folding::of(program, &grown);

        let memories = memories::places(program, target, bounds, &folding)?;
        let mut state = StateSection::new(memories.len());
        let (tables, growable_tables_bytes) = tables::places(program, &grown, &folding, &mut state)?;
        let globals = globals(program, &mut state);
        let element_lengths = element_lengths(program, &mut state);
        let data_lengths = data_lengths(program, &mut state);

        let layout = Layout {
            memory_states: StateSection::MEMORY_STATES,
            memories,
            tables,
            globals,
            signatures: signatures.types().to_vec(),
            func_cells: func_cells.clone(),
            element_lengths,
            data_lengths,
            growable_tables_bytes,
            state_bytes: state.finish()?,
        };
        Ok(Plan {
            program,
            signatures,
            cells: numbered(func_cells),
            memories: numbered(layout.memories.iter().map(|place| place.memory)),
            layout,
        })
    }

    /// The number of signature `ty`, which is the type of some module.
    pub(crate) fn signature(&self, ty: &FuncType) -> u32 {
        self.signatures.number(ty).expect("invariant: the types of all modules have numbers")
    }

    /// The number of the cell of `function` as `instance` refers to it.
    pub(crate) fn cell(&self, instance: InstanceIndex, function: BoundFunction) -> u32 {
        self.cells[&cells::target(instance, function)]
    }

    /// The number of `memory`.
    pub(crate) fn memory_number(&self, memory: ProgramMemory) -> u32 {
        self.memories[&memory]
    }

    /// The place of `memory`.
    pub(crate) fn memory(&self, memory: ProgramMemory) -> &MemoryPlace {
        // Lossless: u32 to usize.
        &self.layout.memories[self.memory_number(memory) as usize]
    }

    /// The place of `table`.
    pub(crate) fn table(&self, table: ProgramTable) -> &TablePlace {
        &self.layout.tables[&table]
    }

    /// The place of `global`, or the value that it always has.
    pub(crate) fn global(&self, global: ProgramGlobal) -> Result<GlobalPlace, ProgramConst> {
        let place = self.layout.globals.get(&global).copied();
        place.ok_or_else(|| self.program.initial_value(global))
    }

    /// The type of `function`.
    pub(crate) fn function_type(&self, function: ProgramFunction) -> &'p FuncType {
        self.program.function_type(function)
    }
}

fn numbered<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeMap<T, u32> {
    items.into_iter().zip(0..).collect()
}

/// Places for mutable globals; the value of an immutable one is part of the code.
fn globals(program: &Program, state: &mut StateSection) -> BTreeMap<ProgramGlobal, GlobalPlace> {
    let mutable = program.globals().filter(|&global| program.global_type(global).mutable);
    let place = |global: ProgramGlobal| {
        let bytes = crate::abi::value_type(program.global_type(global).content_type).bytes();
        (global, GlobalPlace { offset: state.reserve(u64::from(bytes), u64::from(bytes)) })
    };
    mutable.map(place).collect()
}

/// Places for the lengths of passive element segments. The others are dropped by the time that any code can use them
/// (section 4.5.4 "Instantiation"): their length is always 0.
fn element_lengths(program: &Program, state: &mut StateSection) -> BTreeMap<(InstanceIndex, ElementIndex), u64> {
    let passive = program.instance_indices().flat_map(|instance| {
        let segments = program.module(instance).elements.iter().enumerate();
        let passive = segments.filter(|(_, segment)| segment.mode == SegmentMode::Passive);
        passive.map(move |(at, _)| (instance, ElementIndex::at(at)))
    });
    passive.map(|segment| (segment, state.reserve_u64())).collect()
}

/// The same for data segments.
fn data_lengths(program: &Program, state: &mut StateSection) -> BTreeMap<(InstanceIndex, DataIndex), u64> {
    let passive = program.instance_indices().flat_map(|instance| {
        let segments = program.module(instance).data.iter().enumerate();
        let passive = segments.filter(|(_, segment)| segment.mode == SegmentMode::Passive);
        passive.map(move |(at, _)| (instance, DataIndex::at(at)))
    });
    passive.map(|segment| (segment, state.reserve_u64())).collect()
}

/// The functions that the globals of `instance` refer to.
fn functions_in_globals(program: &Program, instance: InstanceIndex) -> impl Iterator<Item = BoundFunction> + '_ {
    let globals = &program.module(instance).globals;
    let own = (0..globals.len()).map(GlobalIndex::at).filter(|global| globals[global.index()].init.is_some());
    own.filter_map(move |global| match program.initial_value(ProgramGlobal { instance, global }) {
        ProgramConst::Function(function) => Some(function),
        _ => None,
    })
}
