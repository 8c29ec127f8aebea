//! What stands in whole objects, as a reader of ELF files sees it.

mod foreign;

use std::{collections::BTreeMap, mem::offset_of};

use object::{Object, ObjectSection, ObjectSymbol, RelocationTarget};
use wasmelt_abi::{
    BOUNDS_GUARD, FuncCell, MemoryState, PROGRAM_MAGIC, ProgramHeader, ScriptHeader, ScriptStep, TableState, sections,
};
use wasmelt_codegen::{
    CellTarget, DataSymbol, FunctionKind, GlobalPlace, Layout, MemoryBounds, MemoryPlace, SymbolRef, TablePlace,
    TableStorage,
};
use wasmelt_module::{
    DataIndex, ElementIndex, GlobalIndex, MemoryIndex, ProgramFunction, ProgramGlobal, ProgramMemory, ProgramTable,
    TableIndex,
};

use crate::{
    Linker, ObjectError, ObjectOptions, ScriptCall, emit,
    testing::{INSTANCE, compiled, function, options, program, referring, targets, wasm},
};

/// A symbol's bytes, and the addresses in them: by offset, a symbol's name and what is added.
struct Datum {
    bytes: Vec<u8>,
    addresses: BTreeMap<u64, (String, i64)>,
}

impl Datum {
    fn u32(&self, offset: usize) -> u32 {
        u32::from_le_bytes(*self.bytes[offset..].first_chunk().unwrap())
    }

    fn u64(&self, offset: usize) -> u64 {
        u64::from_le_bytes(*self.bytes[offset..].first_chunk().unwrap())
    }

    fn address(&self, offset: usize) -> (&str, i64) {
        let (name, addend) = &self.addresses[&(offset as u64)];
        (name, *addend)
    }
}

fn datum(file: &[u8], name: &str) -> Datum {
    let file = object::File::parse(file).unwrap();
    let symbol = file.symbol_by_name(name).unwrap_or_else(|| panic!("no symbol {name}"));
    let section = file.section_by_index(symbol.section_index().unwrap()).unwrap();
    let (start, end) = (symbol.address(), symbol.address() + symbol.size());
    let addresses = section.relocations().filter(|(offset, _)| (start..end).contains(offset));
    let addresses = addresses.map(|(offset, relocation)| {
        let RelocationTarget::Symbol(target) = relocation.target() else { panic!("no symbol at {offset}") };
        let target = file.symbol_by_index(target).unwrap().name().unwrap().to_owned();
        (offset - start, (target, relocation.addend()))
    });
    let bytes = section.data().unwrap()[usize::try_from(start).unwrap()..usize::try_from(end).unwrap()].to_vec();
    Datum { bytes, addresses: addresses.collect() }
}

fn table(index: u32) -> ProgramTable {
    ProgramTable { instance: INSTANCE, table: TableIndex(index) }
}

fn cell(function: u32) -> CellTarget {
    CellTarget::Wasm(ProgramFunction { instance: INSTANCE, function: wasmelt_module::FunctionIndex(function) })
}

const CELL: usize = size_of::<FuncCell>();

#[test]
fn the_header_comes_first_and_points_to_everything() {
    let program = program(&[r#"(module (func (export "_start")))"#]);
    for target in targets() {
        let layout = Layout { growable_tables_bytes: 48, ..Layout::default() };
        let compiled = compiled(target, vec![function(wasm(0), 8)], layout);
        let file = emit(&program, &compiled, &options()).unwrap();

        let header = datum(&file, "wasmelt_program");
        assert_eq!(header.bytes[..8], PROGRAM_MAGIC);
        assert_eq!(header.u64(offset_of!(ProgramHeader, stack_bytes)), 1 << 20);
        assert_eq!(header.u64(offset_of!(ProgramHeader, growable_tables_bytes)), 48);
        let level = target.cpu.name().as_bytes();
        assert!(header.bytes[offset_of!(ProgramHeader, cpu_level)..].starts_with(level));
        for (field, symbol) in [
            (offset_of!(ProgramHeader, memories), "wasmelt:state"),
            (offset_of!(ProgramHeader, entry), "wasmelt_main"),
            (offset_of!(ProgramHeader, trap_table), "wasmelt:traps"),
            (offset_of!(ProgramHeader, text), "wasmelt:text"),
            (offset_of!(ProgramHeader, grants), "wasmelt:grants"),
        ] {
            assert_eq!(header.address(field), (symbol, 0));
        }
        let traps = datum(&file, "wasmelt:traps").bytes.len() as u64;
        assert_eq!(header.u64(offset_of!(ProgramHeader, trap_table_bytes)), traps);

        let parsed = object::File::parse(file.as_slice()).unwrap();
        assert_eq!(parsed.symbol_by_name("wasmelt_program").unwrap().address(), 0);
        let grants = parsed.section_by_name(sections::GRANTS).unwrap().data().unwrap();
        assert!(grants.starts_with(options().grants) && grants[options().grants.len()..].iter().all(|&byte| byte == 0));
        let globals: Vec<_> = parsed.symbols().filter(|it| it.is_global()).map(|it| it.name().unwrap()).collect();
        assert_eq!(globals, ["wasmelt_program"]);
    }
}

#[test]
fn equal_inputs_give_equal_objects() {
    let program = program(&[r#"(module (func (export "_start")))"#]);
    for target in targets() {
        let compiled = compiled(target, vec![function(wasm(0), 8)], Layout::default());
        let emit = || emit(&program, &compiled, &options()).unwrap();
        assert_eq!(emit(), emit());
    }
}

#[test]
fn code_that_was_not_compiled_cannot_be_referred_to() {
    let program = program(&[r#"(module (func (export "_start")) (func $lost))"#]);
    for target in targets() {
        let start = referring(wasm(0), &[SymbolRef::Runtime("memset"), SymbolRef::Function(wasm(1))]);
        let compiled = compiled(target, vec![start], Layout::default());
        assert!(matches!(emit(&program, &compiled, &options()), Err(ObjectError::Undefined { .. })));
    }
}

#[test]
fn state_holds_initial_values() {
    let program = program(&[r#"(module
        (global $a (mut i32) (i32.const -2)) (global $b (mut f64) (f64.const 1)) (global $c (mut funcref) (ref.func 1))
        (global $d (mut externref) (ref.null extern))
        (memory 2) (data (i32.const 10) "\00data")
        (data $passive "12345") (elem $passive func 0 1 0)
        (func (export "_start")) (func))"#]);
    let global = |index| ProgramGlobal { instance: INSTANCE, global: GlobalIndex(index) };
    for target in targets() {
        let layout = Layout {
            state_bytes: 128,
            memories: vec![MemoryPlace {
                memory: ProgramMemory { instance: INSTANCE, memory: MemoryIndex(0) },
                base: 0x1000_0000,
                initial_bytes: 2 << 16,
                maximum_bytes: 5 << 16,
                reserved_bytes: 8 << 30,
                page_size_log2: 16,
                bounds: MemoryBounds::Guard,
                folded: vec![DataIndex(0)],
            }],
            globals: [(0, 64), (1, 72), (2, 80), (3, 88)]
                .map(|(index, offset)| (global(index), GlobalPlace { offset }))
                .into(),
            func_cells: vec![cell(0), cell(1)],
            element_lengths: [((INSTANCE, ElementIndex(0)), 96)].into(),
            data_lengths: [((INSTANCE, DataIndex(1)), 104)].into(),
            ..Layout::default()
        };
        let functions = vec![function(wasm(0), 8), function(wasm(1), 8)];
        let file = emit(&program, &compiled(target, functions, layout), &options()).unwrap();

        let state = datum(&file, "wasmelt:state-image");
        assert_eq!(state.u64(offset_of!(MemoryState, base)), 0x1000_0000);
        assert_eq!(state.u64(offset_of!(MemoryState, byte_length)), 2 << 16);
        assert_eq!(state.u64(offset_of!(MemoryState, maximum_bytes)), 5 << 16);
        assert_eq!(state.u64(offset_of!(MemoryState, reserved_bytes)), 8 << 30);
        assert_eq!(state.address(offset_of!(MemoryState, image)), ("memory-image:0", 0));
        assert_eq!(state.u64(offset_of!(MemoryState, image_bytes)), 4);
        assert_eq!(state.u64(offset_of!(MemoryState, image_offset)), 11);
        // The page size's 16 bits, then those of how accesses are kept inside.
        assert_eq!(state.u32(offset_of!(MemoryState, page_size_log2)), 16 | u32::from(BOUNDS_GUARD) << 16);
        // The kernel maps zeros, and the runtime copies the image there.
        assert_eq!(state.u32(offset_of!(MemoryState, mapped)), 1);
        let parsed = object::File::parse(file.as_slice()).unwrap();
        let zeros = parsed.section_by_name(".wasmelt.memory.0.0").unwrap();
        assert_eq!((zeros.size(), zeros.file_range()), (2 << 16, None));
        assert_eq!(datum(&file, "memory-image:0").bytes, b"data");

        assert_eq!(state.u32(64), u32::MAX - 1);
        assert_eq!(state.u64(72), 1f64.to_bits());
        assert_eq!(state.address(80), ("function-cells", 16));
        assert_eq!(state.u64(88), 0);
        assert_eq!((state.u64(96), state.u64(104)), (3, 5));

        let cells = datum(&file, "function-cells");
        assert_eq!(cells.bytes.len(), 2 * CELL);
        assert_eq!(cells.address(CELL + offset_of!(FuncCell, code)), ("function[1]", 0));
        assert_eq!(cells.u32(CELL + offset_of!(FuncCell, signature)), 1);
        assert_eq!(cells.u32(CELL + offset_of!(FuncCell, index)), 1);
    }
}

#[test]
fn tables_hold_what_their_segments_leave() {
    let program = program(&[r#"(module
        (table $t 4 funcref) (table $u 3 funcref) (table $grown 1 externref)
        (elem (table $t) (i32.const 1) func 0 0) (elem (table $u) (i32.const 0) func 0 0 1) (elem (table $u) (i32.const 2) funcref (ref.null func))
        (elem (table $t) (i32.const 2) func 1) (elem (table $t) (i32.const 0) func 1)
        (func $f (export "_start")) (func $g))"#]);
    let place = |storage, state, initial, cell_bytes| TablePlace {
        storage,
        state,
        initial,
        maximum: initial + 5,
        cell_bytes,
        folded: 4,
    };
    for target in targets() {
        let layout = Layout {
            state_bytes: 128,
            tables: [
                (table(0), place(TableStorage::Constant, None, 4, 16)),
                (table(1), place(TableStorage::State(0), None, 3, 16)),
                (table(2), TablePlace { folded: 0, ..place(TableStorage::Fixed(0x1234_5678), Some(48), 1, 8) }),
            ]
            .into(),
            func_cells: vec![cell(0), cell(1)],
            ..Layout::default()
        };
        let used = SymbolRef::Data(DataSymbol::ConstantTable(table(0)));
        let functions = vec![referring(wasm(0), &[used]), function(wasm(1), 8)];
        let file = emit(&program, &compiled(target, functions, layout), &options()).unwrap();

        // The last segment is not folded.
        let constant = datum(&file, "table:0.0");
        assert_eq!(constant.bytes.len(), 4 * CELL);
        let codes: Vec<_> = constant.addresses.iter().map(|(offset, (name, _))| (*offset, name.as_str())).collect();
        assert_eq!(codes, [(16, "f"), (32, "g")]);

        let state = datum(&file, "wasmelt:state-image");
        let codes: Vec<_> = state.addresses.iter().map(|(offset, (name, _))| (*offset, name.as_str())).collect();
        assert_eq!(codes, [(0, "f"), (16, "f")]);
        assert_eq!(state.u64(48 + offset_of!(TableState, base)), 0x1234_5678);
        assert_eq!(state.u64(48 + offset_of!(TableState, length)), 1);
        assert_eq!(state.u64(48 + offset_of!(TableState, maximum)), 6);
        assert_eq!(state.u64(48 + offset_of!(TableState, cell_bytes)), 8);
    }
}

#[test]
fn only_segments_that_code_refers_to_are_there() {
    let program = program(&[r#"(module
        (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
        (elem func $f) (elem funcref (ref.null func) (ref.func $yield)) (data "unused") (data "used")
        (memory 1) (func $f (export "_start")))"#]);
    let yield_symbol = "wasi_snapshot_preview1.sched_yield";
    for target in targets() {
        let shim = FunctionKind::HostShim(INSTANCE, yield_symbol);
        let layout =
            Layout { func_cells: vec![cell(1), CellTarget::Host(INSTANCE, yield_symbol)], ..Layout::default() };
        let used = [DataSymbol::Elements(INSTANCE, ElementIndex(1)), DataSymbol::Data(INSTANCE, DataIndex(1))];
        let functions = vec![referring(wasm(1), &used.map(SymbolRef::Data)), function(shim, 8)];
        let file = emit(&program, &compiled(target, functions, layout), &options()).unwrap();

        assert_eq!(datum(&file, "data:0.1").bytes, b"used");
        let elements = datum(&file, "elements:0.1");
        assert_eq!(elements.bytes[..CELL], [0; CELL]);
        let shim = format!("host-function:{yield_symbol}");
        assert_eq!(elements.address(CELL + offset_of!(FuncCell, code)), (shim.as_str(), 0));
        assert_eq!(elements.u32(CELL + offset_of!(FuncCell, signature)), 1, "the import's type is the first");
        let parsed = object::File::parse(file.as_slice()).unwrap();
        assert!(parsed.symbol_by_name("data:0.0").is_none() && parsed.symbol_by_name("elements:0.0").is_none());
    }
}

#[test]
fn large_memories_have_sections_that_say_where_they_go() {
    let text =
        format!(r#"(module (memory 3) (data (i32.const 70000) "{}") (func (export "_start")))"#, "x".repeat(20_000));
    let program = program(&[&text]);
    for target in targets() {
        let page = target.address_space().page_size;
        let layout = Layout {
            state_bytes: 64,
            memories: vec![MemoryPlace {
                memory: ProgramMemory { instance: INSTANCE, memory: MemoryIndex(0) },
                base: target.address_space().first_memory,
                initial_bytes: 3 << 16,
                maximum_bytes: 3 << 16,
                reserved_bytes: 8 << 30,
                page_size_log2: 16,
                bounds: MemoryBounds::Explicit,
                folded: vec![DataIndex(0)],
            }],
            ..Layout::default()
        };
        let compiled = compiled(target, vec![function(wasm(0), 8)], layout);
        let file = emit(&program, &compiled, &options()).unwrap();
        assert_eq!(datum(&file, "wasmelt:state-image").u32(offset_of!(MemoryState, mapped)), 1);

        let end = 90_000u64.next_multiple_of(page);
        let parsed = object::File::parse(file.as_slice()).unwrap();
        let image = parsed.section_by_name(".wasmelt.memory.0.0").unwrap();
        let zeros = parsed.section_by_name(&format!(".wasmelt.memory.0.{end:x}")).unwrap();
        assert_eq!((image.size(), image.align()), (end, page));
        assert_eq!(image.data().unwrap()[69_999..70_001], [0, b'x']);
        assert_eq!((zeros.size(), zeros.align(), zeros.file_range()), ((3 << 16) - end, page, None));

        // Another linker would not know where these belong.
        let file = emit(&program, &compiled, &ObjectOptions { linker: Linker::Other, ..options() }).unwrap();
        let state = datum(&file, "wasmelt:state");
        assert_eq!(state.u32(offset_of!(MemoryState, mapped)), 0);
        assert_eq!(state.u64(offset_of!(MemoryState, image_offset)), 70_000);
        assert_eq!(state.u64(offset_of!(MemoryState, image_bytes)), 20_000);
        assert_eq!(datum(&file, "wasmelt_program").u64(offset_of!(ProgramHeader, state_image_bytes)), 0);
        let parsed = object::File::parse(file.as_slice()).unwrap();
        assert!(parsed.sections().all(|section| !section.name().unwrap().starts_with(sections::MEMORY_PREFIX)));
    }
}

#[test]
fn the_header_is_as_hosts_are_told() {
    let told = include_str!("../../../docs/objects.md");
    for (offset, field) in [
        (offset_of!(ProgramHeader, magic), "magic"),
        (offset_of!(ProgramHeader, abi_version), "abi_version"),
        (offset_of!(ProgramHeader, memory_count), "memory_count"),
        (offset_of!(ProgramHeader, state), "state"),
        (offset_of!(ProgramHeader, state_image), "state_image"),
        (offset_of!(ProgramHeader, memories), "memories"),
        (offset_of!(ProgramHeader, entry), "entry"),
        (offset_of!(ProgramHeader, trap_table), "trap_table"),
        (offset_of!(ProgramHeader, text), "text"),
        (offset_of!(ProgramHeader, handlers), "handlers"),
        (offset_of!(ProgramHeader, grants), "grants"),
        (offset_of!(ProgramHeader, stack_bytes), "stack_bytes"),
        (offset_of!(ProgramHeader, growable_tables_bytes), "growable_tables_bytes"),
        (offset_of!(ProgramHeader, growable_tables), "growable_tables"),
        (offset_of!(ProgramHeader, heap), "heap"),
        (offset_of!(ProgramHeader, listeners), "listeners"),
        (offset_of!(ProgramHeader, limits), "limits"),
        (offset_of!(ProgramHeader, sandbox), "sandbox"),
    ] {
        assert!(told.contains(&format!("\n| {offset} | `{field}`")), "{field} is at {offset}");
    }
}

#[test]
fn scripts_call_trampolines_with_their_arguments() {
    let program = program(&[r#"(module (func (export "f")))"#]);
    let ProgramFunction { instance, function: index } =
        ProgramFunction { instance: INSTANCE, function: wasmelt_module::FunctionIndex(0) };
    let trampoline = FunctionKind::Trampoline(ProgramFunction { instance, function: index });
    let call = |arguments, results| ScriptCall { function: trampoline, arguments, results };
    for target in targets() {
        let compiled = compiled(target, vec![function(wasm(0), 8), function(trampoline, 8)], Layout::default());
        let calls = [call(vec![], 0), call(vec![1, u128::MAX], 1), call(vec![5], 2)];
        let file = emit(&program, &compiled, &ObjectOptions { script: &calls, ..options() }).unwrap();

        let header = datum(&file, "wasmelt_program");
        assert_eq!(header.address(offset_of!(ProgramHeader, entry)), ("wasmelt_run_script", 0));
        let script = datum(&file, "wasmelt_script");
        assert_eq!(script.address(offset_of!(ScriptHeader, steps)), ("script-steps", 0));
        assert_eq!(script.u64(offset_of!(ScriptHeader, step_count)), 3);
        let steps = datum(&file, "script-steps");
        let third = 2 * size_of::<ScriptStep>();
        assert_eq!(steps.address(third + offset_of!(ScriptStep, function)), ("call:f", 0));
        assert_eq!(steps.address(third + offset_of!(ScriptStep, arguments)), ("script-arguments", 32));
        assert_eq!(steps.u32(third + offset_of!(ScriptStep, argument_count)), 1);
        assert_eq!(steps.u32(third + offset_of!(ScriptStep, result_count)), 2);
        let arguments = datum(&file, "script-arguments").bytes;
        assert_eq!(arguments, [1, u128::MAX, 5].map(u128::to_le_bytes).concat());

        let calls = [call(vec![0; 65], 0)];
        let error = emit(&program, &compiled, &ObjectOptions { script: &calls, ..options() }).unwrap_err();
        assert!(matches!(error, ObjectError::ScriptSlots { slots: 65, limit: 64 }));
    }
}
