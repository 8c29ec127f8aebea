//! Relocatable objects as this linker sees them: the sections that are loaded, the symbols, the relocations.

use object::{
    Object, ObjectKind, ObjectSection, ObjectSymbol, RelocationFlags, RelocationTarget, SectionFlags, SectionKind,
    SymbolKind, SymbolSection, elf, read::elf::ElfFile64,
};
use wasmelt_targets::{Architecture, Target};

use crate::{LinkError, Place};

/// An object file.
#[derive(Debug)]
pub(crate) struct Input<'a> {
    /// What it is, for messages.
    pub(crate) name: String,
    /// By ELF section index; `None` for sections that are not loaded.
    pub(crate) sections: Vec<Option<Section<'a>>>,
    /// By ELF symbol index.
    pub(crate) symbols: Vec<Symbol<'a>>,
}

/// A section that is loaded.
#[derive(Debug)]
pub(crate) struct Section<'a> {
    pub(crate) name: &'a str,
    pub(crate) access: Access,
    /// A power of two.
    pub(crate) alignment: u64,
    /// Bytes in memory.
    pub(crate) size: u64,
    /// Its contents; `None` if they are all zero and not in the file.
    pub(crate) data: Option<&'a [u8]>,
    pub(crate) relocations: Vec<Relocation>,
    /// Whether it stays even if nothing refers to it.
    pub(crate) retained: bool,
}

/// What may be done with a section besides reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Access {
    Read,
    Execute,
    Write,
}

/// A place in a section that holds an address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Relocation {
    /// Bytes from the section's start.
    pub(crate) offset: u64,
    /// Its number in the processor's ELF supplement.
    pub(crate) kind: u32,
    /// Index of the symbol in the same input.
    pub(crate) symbol: usize,
    pub(crate) addend: i64,
}

/// A symbol.
#[derive(Debug)]
pub(crate) struct Symbol<'a> {
    /// Empty for section symbols.
    pub(crate) name: &'a str,
    pub(crate) binding: Binding,
    pub(crate) class: Class,
    pub(crate) value: Value,
    /// Bytes that it names.
    pub(crate) size: u64,
}

/// Who sees a symbol, and which definition wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binding {
    Local,
    Global,
    /// Gives way to a global definition; may stay undefined.
    Weak,
}

/// What a symbol names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Function,
    Object,
    Other,
}

/// What a symbol stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Undefined,
    Absolute(u64),
    InSection { section: usize, offset: u64 },
}

impl<'a> Input<'a> {
    /// Reads an object file.
    pub(crate) fn parse(name: &str, bytes: &'a [u8], target: &Target) -> Result<Input<'a>, LinkError> {
        let malformed = |source| LinkError::Malformed { input: name.to_owned(), source };
        let wrong_format = || LinkError::WrongFormat { input: name.to_owned(), platform: target.platform() };
        let file = ElfFile64::<object::LittleEndian>::parse(bytes).map_err(|_| wrong_format())?;
        let architecture = match target.architecture {
            Architecture::X86_64 => object::Architecture::X86_64,
            Architecture::Aarch64 => object::Architecture::Aarch64,
        };
        if file.architecture() != architecture || file.kind() != ObjectKind::Relocatable {
            return Err(wrong_format());
        }
        let mut input = Input { name: name.to_owned(), sections: Vec::new(), symbols: Vec::new() };
        for section in file.sections() {
            let index = section.index().0;
            input.sections.resize_with(index + 1, || None);
            input.sections[index] = input.section(&section).map_err(malformed)?.transpose()?;
        }
        for symbol in file.symbols() {
            let index = symbol.index().0;
            input.symbols.resize_with(index + 1, || Symbol::NULL);
            input.symbols[index] = input.symbol(&symbol).map_err(malformed)??;
        }
        Ok(input)
    }

    /// A place in one of the sections, named by the symbol that holds it.
    pub(crate) fn place(&self, section: usize, offset: u64) -> Place {
        let holder = self.symbols.iter().find_map(|symbol| match symbol.value {
            Value::InSection { section: holder, offset: start } if holder == section && !symbol.name.is_empty() => {
                (start..start + symbol.size).contains(&offset).then_some((symbol.name, start))
            }
            _ => None,
        });
        let section_name = self.sections[section].as_ref().map_or("", |section| section.name);
        let (symbol, start) = holder.unwrap_or((section_name, 0));
        Place { input: self.name.clone(), symbol: symbol.to_owned(), offset: offset - start }
    }

    /// The name of a symbol, or of the section it stands for.
    pub(crate) fn symbol_name(&self, symbol: usize) -> &'a str {
        let symbol = &self.symbols[symbol];
        match symbol.value {
            Value::InSection { section, .. } if symbol.name.is_empty() => {
                self.sections[section].as_ref().map_or("", |section| section.name)
            }
            _ => symbol.name,
        }
    }

    fn section<S: ObjectSection<'a>>(&self, section: &S) -> object::Result<Option<Result<Section<'a>, LinkError>>> {
        let SectionFlags::Elf { sh_flags } = section.flags() else { return Ok(None) };
        let flag = |flag: u32| sh_flags & u64::from(flag) != 0;
        if !flag(elf::SHF_ALLOC) || is_unwind_information(section.name()?) {
            return Ok(None);
        }
        let name = section.name()?;
        let unsupported = |what| LinkError::Unsupported { input: self.name.clone(), what, name: name.to_owned() };
        if flag(elf::SHF_TLS) {
            return Ok(Some(Err(unsupported("thread-local section"))));
        }
        let access = match (flag(elf::SHF_EXECINSTR), flag(elf::SHF_WRITE)) {
            (true, true) => return Ok(Some(Err(unsupported("writable and executable section")))),
            (true, false) => Access::Execute,
            // The addresses in it are known when the program is linked, so that nothing is left to write at run time.
            (false, true) if name.starts_with(".data.rel.ro") => Access::Read,
            (false, true) => Access::Write,
            (false, false) => Access::Read,
        };
        let zero_filled = section.kind() == SectionKind::UninitializedData;
        let relocations = section.relocations().map(|(offset, relocation)| read_relocation(offset, &relocation));
        Ok(Some(Ok(Section {
            name,
            access,
            alignment: section.align().max(1),
            size: section.size(),
            data: if zero_filled { None } else { Some(section.data()?) },
            relocations: relocations.collect(),
            retained: flag(elf::SHF_GNU_RETAIN),
        })))
    }

    fn symbol<S: ObjectSymbol<'a>>(&self, symbol: &S) -> object::Result<Result<Symbol<'a>, LinkError>> {
        let name = symbol.name()?;
        let unsupported = |what| LinkError::Unsupported { input: self.name.clone(), what, name: name.to_owned() };
        let value = match symbol.section() {
            SymbolSection::Section(section) => Value::InSection { section: section.0, offset: symbol.address() },
            SymbolSection::Absolute => Value::Absolute(symbol.address()),
            SymbolSection::Common => return Ok(Err(unsupported("common symbol"))),
            _ => Value::Undefined,
        };
        let class = match symbol.kind() {
            SymbolKind::Text => Class::Function,
            SymbolKind::Data => Class::Object,
            SymbolKind::Tls => return Ok(Err(unsupported("thread-local symbol"))),
            _ => Class::Other,
        };
        let binding = match (symbol.is_local(), symbol.is_weak()) {
            (true, _) => Binding::Local,
            (false, true) => Binding::Weak,
            (false, false) => Binding::Global,
        };
        Ok(Ok(Symbol { name, binding, class, value, size: symbol.size() }))
    }
}

impl Symbol<'_> {
    const NULL: Self =
        Symbol { name: "", binding: Binding::Local, class: Class::Other, value: Value::Undefined, size: 0 };
}

/// Nothing unwinds the stack of our programs, and nothing else refers to the tables for it.
fn is_unwind_information(name: &str) -> bool {
    name.starts_with(".eh_frame") || name.starts_with(".gcc_except_table")
}

fn read_relocation(offset: u64, relocation: &object::Relocation) -> Relocation {
    let kind = match relocation.flags() {
        RelocationFlags::Elf { r_type } => r_type,
        _ => 0,
    };
    // Symbol 0 is the null symbol: such a relocation is against the address 0.
    let symbol = match relocation.target() {
        RelocationTarget::Symbol(symbol) => symbol.0,
        _ => 0,
    };
    Relocation { offset, kind, symbol, addend: relocation.addend() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TestObject, parse_all, targets};

    #[test]
    fn what_our_executables_do_not_have_is_refused() {
        for target in targets() {
            for (name, kind, expected) in [
                (".tdata", SectionKind::Tls, "input 0: thread-local section `.tdata` is not supported"),
                (".tbss", SectionKind::UninitializedTls, "input 0: thread-local section `.tbss` is not supported"),
            ] {
                let mut object = TestObject::new(&target);
                object.section(name, kind, "", &[0; 8]);
                let files = [object.finish()];
                assert_eq!(parse_all(&files, &target).unwrap_err().to_string(), expected);
            }
        }
    }

    #[test]
    fn files_of_other_formats_and_architectures_are_refused() {
        for target in targets() {
            let foreign = targets().find(|other| *other != target).unwrap();
            for file in [Vec::new(), b"not an object file".to_vec(), TestObject::new(&foreign).finish()] {
                let files = [file];
                assert!(matches!(parse_all(&files, &target), Err(LinkError::WrongFormat { .. })));
            }
        }
    }

    #[test]
    fn debug_and_unwind_information_is_not_loaded() {
        let target = targets().next().unwrap();
        let mut object = TestObject::new(&target);
        object.section(".debug_info", SectionKind::Debug, "", &[0; 8]);
        object.section(".eh_frame", SectionKind::ReadOnlyData, "", &[0; 8]);
        let files = [object.finish()];
        assert!(parse_all(&files, &target).unwrap()[0].sections.iter().all(Option::is_none));
    }
}
