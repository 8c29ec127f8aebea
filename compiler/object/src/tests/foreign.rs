//! Objects for systems whose programs are not linked here: their readers find what is in them, and their linkers fill in
//! the addresses that are meant.

use std::{collections::BTreeMap, fs, mem::offset_of, path::Path, process::Command};

use object::{
    BinaryFormat, Endianness, Object, ObjectSection, ObjectSymbol, RelocationTarget, SectionKind, SymbolFlags,
    SymbolKind, SymbolScope, write,
};
use wasmelt_abi::{ProgramHeader, symbols};
use wasmelt_codegen::{CompiledFunction, DataSymbol, Layout, Relocation, RelocationKind, SymbolRef};
use wasmelt_targets::{Architecture, ObjectFormat, System, Target};

use super::cell;
use crate::{
    Linker, ObjectOptions, emit, format,
    testing::{compiled, function, options, program, wasm},
};

fn targets() -> impl Iterator<Item = Target> {
    Target::platforms().filter(|target| !target.system.has_runtime())
}

/// What code refers to: a function of its own and one of the runtime, and data.
const FUNCTION: SymbolRef = SymbolRef::Function(wasm(1));
const RUNTIME: SymbolRef = SymbolRef::Runtime(symbols::MEMORY_GROW);
const STATE: SymbolRef = SymbolRef::Data(DataSymbol::State);
const CELLS: SymbolRef = SymbolRef::Data(DataSymbol::FuncCells);

/// A function with each kind of relocation that code has.
fn referring(architecture: Architecture) -> CompiledFunction {
    let relocation = |offset, kind, target, addend| Relocation { offset, kind, target, addend };
    let (code, relocations): (&[u8], _) = match architecture {
        // call, call, lea rax, [rip + state], cmp byte ptr [rip + cells], 7
        Architecture::X86_64 => (
            b"\xe8\0\0\0\0\xe8\0\0\0\0\x48\x8d\x05\0\0\0\0\x80\x3d\0\0\0\0\x07\xc3",
            vec![
                relocation(1, RelocationKind::X86Call32, FUNCTION, -4),
                relocation(6, RelocationKind::X86Call32, RUNTIME, -4),
                relocation(13, RelocationKind::X86Relative32, STATE, -4),
                relocation(19, RelocationKind::X86Relative32, CELLS, -5),
            ],
        ),
        // bl, bl, adrp x0, state; add x0, x0, state; adrp x1, cells; add x1, x1, cells
        Architecture::Aarch64 => (
            b"\0\0\0\x94\0\0\0\x94\0\0\0\x90\0\0\0\x91\x01\0\0\x90\x21\0\0\x91\xc0\x03\x5f\xd6",
            vec![
                relocation(0, RelocationKind::Aarch64Call26, FUNCTION, 0),
                relocation(4, RelocationKind::Aarch64Call26, RUNTIME, 0),
                relocation(8, RelocationKind::Aarch64AdrPage21, STATE, 0),
                relocation(12, RelocationKind::Aarch64AddLow12, STATE, 0),
                relocation(16, RelocationKind::Aarch64AdrPage21, CELLS, 0),
                relocation(20, RelocationKind::Aarch64AddLow12, CELLS, 0),
            ],
        ),
    };
    CompiledFunction { code: code.to_vec(), relocations, ..function(wasm(0), 0) }
}

/// An object with that function, `refer`, and another one, `other`.
fn object_for(target: Target) -> Vec<u8> {
    let program = program(&[r#"(module (func $refer (export "_start")) (func $other))"#]);
    let layout = Layout { state_bytes: 64, func_cells: vec![cell(1)], ..Layout::default() };
    let functions = vec![referring(target.architecture), function(wasm(1), 8)];
    emit(&program, &compiled(target, functions, layout), &ObjectOptions { linker: Linker::Other, ..options() }).unwrap()
}

/// The symbol of what is called `name`.
fn symbol(target: Target, name: &str) -> String {
    String::from_utf8(format::symbol_name(target.system.object_format(), name)).unwrap()
}

#[test]
fn readers_find_sections_and_symbols() {
    for target in targets() {
        let bytes = object_for(target);
        let file = object::File::parse(bytes.as_slice()).unwrap();
        let expected = match target.system.object_format() {
            ObjectFormat::MachO => BinaryFormat::MachO,
            ObjectFormat::Coff => BinaryFormat::Coff,
            ObjectFormat::Elf => unreachable!(),
        };
        assert_eq!((file.format(), file.endianness()), (expected, Endianness::Little), "{target}");
        let text = file.sections().find(|section| section.kind() == SectionKind::Text).unwrap();
        assert!(text.data().unwrap().starts_with(&referring(target.architecture).code[..1]), "{target}");
        let named = |name: &str| file.symbols().find(|found| found.name() == Ok(&symbol(target, name))).unwrap();
        for name in ["refer", "other", "wasmelt_main", "wasmelt:state", "function-cells"] {
            assert!(named(name).is_local() && named(name).is_definition(), "{name} for {target}");
        }
        assert!(named("wasmelt_program").is_global());
        let undefined: Vec<_> =
            file.symbols().filter(ObjectSymbol::is_undefined).map(|it| it.name().unwrap()).collect();
        assert_eq!(undefined, [symbol(target, symbols::MEMORY_GROW)]);
        for section in file.sections() {
            for (offset, relocation) in section.relocations() {
                let RelocationTarget::Symbol(index) = relocation.target() else { panic!("no symbol at {offset}") };
                assert!(!file.symbol_by_index(index).unwrap().name().unwrap().is_empty());
            }
        }
        assert_eq!(bytes, object_for(target));
    }
}

#[test]
fn functions_stay_in_their_order() {
    let bytes = object_for(Target::portable(System::MacOs, Architecture::Aarch64));
    let object::FileFlags::MachO { flags } = object::File::parse(bytes.as_slice()).unwrap().flags() else { panic!() };
    assert_eq!(flags & object::macho::MH_SUBSECTIONS_VIA_SYMBOLS, 0);
}

/// An object that defines `names` as functions that only return.
fn stubs(target: Target, names: impl Iterator<Item = String>) -> Vec<u8> {
    let format = match target.system.object_format() {
        ObjectFormat::Elf => BinaryFormat::Elf,
        ObjectFormat::MachO => BinaryFormat::MachO,
        ObjectFormat::Coff => BinaryFormat::Coff,
    };
    let (architecture, code): (_, &[u8]) = match target.architecture {
        Architecture::X86_64 => (object::Architecture::X86_64, b"\xc3"),
        Architecture::Aarch64 => (object::Architecture::Aarch64, b"\xc0\x03\x5f\xd6"),
    };
    let mut object = write::Object::new(format, architecture, Endianness::Little);
    object.mangling = write::Mangling::None;
    if format == BinaryFormat::MachO {
        object.set_macho_build_version(format::macho_version());
    }
    let text = object.section_id(write::StandardSection::Text);
    for name in names {
        let symbol = object.add_symbol(write::Symbol {
            name: name.into_bytes(),
            value: 0,
            size: 0,
            kind: SymbolKind::Text,
            scope: SymbolScope::Linkage,
            weak: false,
            section: write::SymbolSection::Undefined,
            flags: SymbolFlags::None,
        });
        object.add_symbol_data(symbol, text, code, 16);
    }
    object.write().unwrap()
}

/// The linker of the target's system, with what it has to be told.
fn linker(target: Target, output: &Path) -> Option<Command> {
    let find =
        |names: &[&str]| wasmelt_testing::require_tool(names, "it links objects for other systems").map(Command::new);
    if target.system == System::Windows {
        let mut linker = find(&["lld-link"])?;
        linker.args(["/entry:host", "/subsystem:console", "/nodefaultlib", "/debug:symtab"]);
        linker.arg(format!("/out:{}", output.display()));
        return Some(linker);
    }
    // Debian has this one under names with versions only.
    let mut linker = find(&["ld64.lld", "ld64.lld-14", "ld64.lld-19"])?;
    let architecture = if target.architecture == Architecture::Aarch64 { "arm64" } else { "x86_64" };
    linker.args(["-arch", architecture, "-platform_version", "macos", "11.0", "11.0", "-e", "_host", "-o"]).arg(output);
    Some(linker)
}

/// An image that a linker has made, as it lies in memory.
struct Linked {
    sections: Vec<(u64, Vec<u8>)>,
    symbols: BTreeMap<String, u64>,
}

impl Linked {
    /// Links `object` with stubs for what it does not define.
    fn new(target: Target, object: &[u8]) -> Option<Linked> {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let parsed = object::File::parse(object).unwrap();
        let undefined = parsed.symbols().filter(ObjectSymbol::is_undefined).map(|it| it.name().unwrap().to_owned());
        fs::write(path("program.o"), object).unwrap();
        fs::write(path("host.o"), stubs(target, undefined.chain([symbol(target, "host")]))).unwrap();
        let output = linker(target, &path("image"))?.args([path("program.o"), path("host.o")]).output().unwrap();
        assert!(output.status.success(), "{target}: {}", String::from_utf8_lossy(&output.stderr));
        let image = fs::read(path("image")).unwrap();
        let image = object::File::parse(image.as_slice()).unwrap();
        let section = |section: object::Section<'_, '_>| (section.address(), section.data().unwrap().to_vec());
        let symbols = image.symbols().map(|it| (it.name().unwrap().to_owned(), it.address())).collect();
        Some(Linked { sections: image.sections().map(section).collect(), symbols })
    }

    fn bytes<const N: usize>(&self, address: u64) -> [u8; N] {
        let holds = |(start, bytes): &&(u64, Vec<u8>)| (*start..*start + bytes.len() as u64).contains(&address);
        let (start, bytes) = self.sections.iter().find(holds).unwrap_or_else(|| panic!("nothing is at {address:#x}"));
        *bytes[usize::try_from(address - start).unwrap()..].first_chunk().unwrap()
    }

    fn instruction(&self, address: u64) -> u32 {
        u32::from_le_bytes(self.bytes(address))
    }

    /// The address that is encoded at `place`.
    fn encoded(&self, place: u64, kind: RelocationKind, addend: i64) -> u64 {
        let relative = |offset: i64| place.wrapping_add_signed(offset);
        match kind {
            RelocationKind::X86Relative32 | RelocationKind::X86Call32 => {
                relative(i64::from(i32::from_le_bytes(self.bytes(place))) - addend)
            }
            RelocationKind::Aarch64Call26 => {
                relative(i64::from((self.instruction(place) << 6).cast_signed() >> 6 << 2))
            }
            // With the `add` behind it.
            RelocationKind::Aarch64AdrPage21 => {
                let (adrp, add) = (self.instruction(place), self.instruction(place + 4));
                let pages = ((adrp >> 5 & 0x7_ffff) << 2 | (adrp >> 29 & 3)) << 11;
                (relative(i64::from(pages.cast_signed() >> 11) << 12) & !0xfff) + u64::from(add >> 10 & 0xfff)
            }
            RelocationKind::Aarch64AddLow12 => self.encoded(place - 4, RelocationKind::Aarch64AdrPage21, addend),
            RelocationKind::Absolute64 => u64::from_le_bytes(self.bytes(place)),
        }
    }
}

#[test]
fn linkers_fill_in_what_is_meant() {
    for target in targets() {
        let Some(linked) = Linked::new(target, &object_for(target)) else { continue };
        let address = |name: &str| linked.symbols[&symbol(target, name)];
        let names = BTreeMap::from([
            (FUNCTION, "other"),
            (RUNTIME, symbols::MEMORY_GROW),
            (STATE, "wasmelt:state"),
            (CELLS, "function-cells"),
        ]);
        for Relocation { offset, kind, target: referred, addend } in referring(target.architecture).relocations {
            let place = address("refer") + u64::from(offset);
            let (found, expected) = (linked.encoded(place, kind, addend), address(names[&referred]));
            assert_eq!(found, expected, "{kind:?} to {referred} for {target}");
        }
        for (field, name) in [
            (offset_of!(ProgramHeader, memories), "wasmelt:state"),
            (offset_of!(ProgramHeader, entry), "wasmelt_main"),
            (offset_of!(ProgramHeader, trap_table), "wasmelt:traps"),
            (offset_of!(ProgramHeader, text), "wasmelt:text"),
            (offset_of!(ProgramHeader, grants), "wasmelt:grants"),
        ] {
            let place = address("wasmelt_program") + field as u64;
            assert_eq!(linked.encoded(place, RelocationKind::Absolute64, 0), address(name), "{name} for {target}");
        }
        // The tables count from the first function.
        assert_eq!(address("wasmelt:text"), address("refer"), "{target}");
        assert_eq!(address("other") - address("refer"), 32, "{target}");
    }
}
