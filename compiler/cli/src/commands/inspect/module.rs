//! A module, before it is compiled.

use serde_json::{Value, json};
use wasmelt_driver::{Analysis, MemorySize, ModuleKind};
use wasmelt_targets::Architecture;

use super::{functions_as_json, functions_as_text};
use crate::batch::display_size;

pub(super) fn as_text(file: &str, analysis: &Analysis) -> String {
    let cost = &analysis.cost;
    let kind = match analysis.kind {
        ModuleKind::Command => "a command",
        ModuleKind::Reactor => "a reactor: a library for commands (`--module`)",
        ModuleKind::Library => "a library (`--module`): it has no `_start`",
    };
    let mut lines = vec![format!("{file}: {kind}, {}", display_size(cost.module_bytes))];
    lines.push(format!("sha-256: {}", analysis.sha256));
    for group in &analysis.imports {
        let flag = group.flag().map_or(String::new(), |flag| format!(", granted by `{flag}`"));
        lines.push(format!("imports for {}{flag}:\n  {}", group.capability, group.names.join(", ")));
    }
    if !analysis.flags().is_empty() {
        lines.push(format!("all that it may ask for: {}", analysis.flags().join(" ")));
    }
    lines.push(format!("proposals: {}", or_none(&analysis.proposals)));
    for memory in &cost.memories {
        lines.push(memory_line(memory));
    }
    lines.push(format!(
        "code: {} functions, {}; machine code about {} on x86_64, {} on aarch64, in about {:.1?} on one core",
        cost.functions,
        display_size(cost.code_bytes),
        display_size(cost.native_bytes(Architecture::X86_64)),
        display_size(cost.native_bytes(Architecture::Aarch64)),
        cost.compile_time(),
    ));
    lines.push(format!("data: {}; tables: {} cells", display_size(cost.data_bytes), cost.table_cells));
    if cost.has_heap {
        lines.push("it makes objects: the program has the garbage collector".to_owned());
    }
    if !cost.largest.is_empty() {
        lines.push("largest functions, in bytes of their bodies:".to_owned());
        lines.extend(functions_as_text(&cost.largest));
    }
    for producer in &analysis.producers {
        lines.push(format!("{}: {} {}", producer.role, producer.name, producer.version).trim_end().to_owned());
    }
    lines.join("\n") + "\n"
}

fn memory_line(memory: &MemorySize) -> String {
    let maximum = memory.maximum_bytes.map_or("any size".to_owned(), |bytes| format!("{bytes} bytes"));
    let checked = if memory.is_64 { "; addresses have 64 bits, and each access is checked" } else { "" };
    format!("memory: {} bytes, up to {maximum}{checked}", memory.initial_bytes)
}

fn or_none(names: &[&str]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

pub(super) fn as_json(file: &str, analysis: &Analysis) -> Value {
    let cost = &analysis.cost;
    let kind = match analysis.kind {
        ModuleKind::Command => "command",
        ModuleKind::Reactor => "reactor",
        ModuleKind::Library => "library",
    };
    let imports: Vec<Value> = analysis
        .imports
        .iter()
        .map(|group| json!({ "for": group.capability.to_string(), "flag": group.flag(), "names": group.names }))
        .collect();
    let memories: Vec<Value> = cost
        .memories
        .iter()
        .map(|memory| {
            let MemorySize { initial_bytes, maximum_bytes, is_64 } = *memory;
            json!({ "initial-bytes": initial_bytes, "maximum-bytes": maximum_bytes, "64-bit": is_64 })
        })
        .collect();
    let producers: Vec<Value> = analysis
        .producers
        .iter()
        .map(|producer| json!({ "role": producer.role, "name": producer.name, "version": producer.version }))
        .collect();
    json!({
        "file": file,
        "kind": kind,
        "name": analysis.name,
        "sha256": analysis.sha256,
        "imports": imports,
        "exports": analysis.exports,
        "flags": analysis.flags(),
        "proposals": analysis.proposals,
        "producers": producers,
        "cost": {
            "module-bytes": cost.module_bytes,
            "functions": cost.functions,
            "code-bytes": cost.code_bytes,
            "data-bytes": cost.data_bytes,
            "memories": memories,
            "table-cells": cost.table_cells,
            "garbage-collector": cost.has_heap,
            "native-bytes": {
                "x86_64": cost.native_bytes(Architecture::X86_64),
                "aarch64": cost.native_bytes(Architecture::Aarch64),
            },
            "compile-seconds": cost.compile_time().as_secs_f64(),
            "largest-functions": functions_as_json(&cost.largest),
        },
    })
}
