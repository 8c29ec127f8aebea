//! Names of symbols.

use std::collections::{BTreeMap, BTreeSet};

use wasmelt_abi::symbols;
use wasmelt_codegen::{CompiledProgram, DataSymbol, FunctionKind, SymbolRef};
use wasmelt_module::{Program, ProgramFunction};

use crate::item::Item;

/// The names of the program's functions, each of them only once.
///
/// A function of a module has its name as it stands in the name section, so that debuggers and profilers can demangle it;
/// where two have the same name, the second gets `#instance.index` behind it.
#[derive(Debug)]
pub(crate) struct FunctionNames {
    names: BTreeMap<FunctionKind, String>,
}

impl FunctionNames {
    /// The names of all functions that were compiled.
    pub(crate) fn of(program: &Program, compiled: &CompiledProgram) -> FunctionNames {
        let mut taken = BTreeSet::new();
        let mut names = BTreeMap::new();
        for function in &compiled.functions {
            let mut name = name(program, function.kind);
            while !taken.insert(name.clone()) {
                name.push_str(&distinction(function.kind));
            }
            names.insert(function.kind, name);
        }
        FunctionNames { names }
    }

    /// The name of a function that was compiled.
    pub(crate) fn get(&self, kind: FunctionKind) -> &str {
        self.names.get(&kind).map_or("", String::as_str)
    }
}

fn name(program: &Program, kind: FunctionKind) -> String {
    match kind {
        FunctionKind::Wasm(function) => wasm_name(program, function),
        FunctionKind::HostShim(_, symbol) => format!("host-function:{symbol}"),
        FunctionKind::Main => symbols::PROGRAM_MAIN.to_owned(),
        FunctionKind::Trampoline(function) => format!("call:{}", wasm_name(program, function)),
        FunctionKind::GlobalReader(global) => format!("read-global:{}.{}", global.instance, global.global),
        FunctionKind::Initializer(instance) => format!("initialize:{instance}"),
    }
}

fn wasm_name(program: &Program, ProgramFunction { instance, function }: ProgramFunction) -> String {
    let module = program.module(instance);
    match &module.functions[function.index()].name {
        // A symbol ends at its first zero byte.
        Some(name) if !name.is_empty() => name.replace('\0', "\\0"),
        _ => module.display_name(function),
    }
}

/// What tells functions of the same name apart.
fn distinction(kind: FunctionKind) -> String {
    match kind {
        FunctionKind::Wasm(function) | FunctionKind::Trampoline(function) => {
            format!("#{}.{}", function.instance, function.function)
        }
        FunctionKind::HostShim(instance, _) | FunctionKind::Initializer(instance) => format!("#{instance}"),
        FunctionKind::Main | FunctionKind::GlobalReader(_) => "#".to_owned(),
    }
}

/// The symbol of what is not a function of the program.
pub(crate) fn item_name(item: Item) -> String {
    match item {
        Item::Code(SymbolRef::Runtime(symbol)) => symbol.to_owned(),
        Item::Code(SymbolRef::Data(symbol)) => data_name(symbol),
        Item::Code(SymbolRef::Function(kind)) => format!("{kind:?}"),
        Item::Header => symbols::PROGRAM_HEADER.to_owned(),
        Item::Text => "wasmelt:text".to_owned(),
        Item::Heap => "wasmelt:heap".to_owned(),
        Item::StateImage => "wasmelt:state-image".to_owned(),
        Item::TrapTable => "wasmelt:traps".to_owned(),
        Item::HandlerTable => "wasmelt:handlers".to_owned(),
        Item::Grants => "wasmelt:grants".to_owned(),
        Item::Filter => "wasmelt:filter".to_owned(),
        Item::MemoryImage(number) => format!("memory-image:{number}"),
        Item::Script => symbols::SCRIPT_HEADER.to_owned(),
        Item::ScriptSteps => "script-steps".to_owned(),
        Item::ScriptArguments => "script-arguments".to_owned(),
    }
}

fn data_name(symbol: DataSymbol) -> String {
    match symbol {
        DataSymbol::State => "wasmelt:state".to_owned(),
        DataSymbol::FuncCells => "function-cells".to_owned(),
        DataSymbol::Ancestors => "ancestors".to_owned(),
        DataSymbol::ConstantTable(table) => format!("table:{}.{}", table.instance, table.table),
        DataSymbol::Elements(instance, segment) => format!("elements:{instance}.{segment}"),
        DataSymbol::Data(instance, segment) => format!("data:{instance}.{segment}"),
    }
}

#[cfg(test)]
mod tests {
    use wasmelt_codegen::Layout;

    use super::*;
    use crate::testing::{compiled, function, program, targets, wasm};

    #[test]
    fn functions_are_named_as_in_the_name_section_and_only_once() {
        let program = program(&[r#"(module
            (func $_ZN4main17h0123456789abcdefE)
            (func $two (@name "same"))
            (func $three (@name "same"))
            (func (@name "wasmelt_main"))
            (func (@name "a\00b"))
            (func (export "exported"))
            (func))"#]);
        let functions = (0..7).map(|index| function(wasm(index), 4)).collect();
        let names = FunctionNames::of(&program, &compiled(targets().next().unwrap(), functions, Layout::default()));
        for (index, expected) in [
            (0, "_ZN4main17h0123456789abcdefE"),
            (1, "same"),
            (2, "same#0.2"),
            (3, "wasmelt_main"),
            (4, "a\\0b"),
            (5, "exported"),
            (6, "function[6]"),
        ] {
            assert_eq!(names.get(wasm(index)), expected);
        }
        assert_eq!(names.get(FunctionKind::Main), "wasmelt_main#");
    }
}
