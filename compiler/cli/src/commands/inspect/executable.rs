//! An executable.

use serde_json::{Value, json};
use wasmelt_driver::{Bounds, Executable, ExecutableMemory, ExecutableSection, Origin, Sandbox};

use super::{functions_as_json, functions_as_text};

pub(super) fn as_text(file: &str, executable: &Executable) -> String {
    let mut lines = vec![format!("{file}: for {}-linux, {}", executable.architecture, executable.cpu_level)];
    if let Some(origin) = &executable.origin {
        lines.extend(origin_lines(origin));
    }
    lines.push(match executable.sandbox {
        Sandbox::Off => "sandbox: off".to_owned(),
        Sandbox::On => format!("sandbox: on, filter of {} instructions", executable.filter_instructions),
        Sandbox::Required => format!("sandbox: required, filter of {} instructions", executable.filter_instructions),
    });
    for (number, memory) in executable.memories.iter().enumerate() {
        let ExecutableMemory { initial_bytes, maximum_bytes, .. } = memory;
        let bounds = bounds_name(memory.bounds);
        lines.push(format!("memory {number}: {initial_bytes} to {maximum_bytes} bytes, bounds: {bounds}"));
    }
    if let Some(functions) = &executable.functions {
        lines.push(format!("functions: {}", functions.join(", ")));
    }
    lines.push("grants:".to_owned());
    lines.extend(executable.policy.explain().into_iter().map(|line| format!("  {line}")));
    lines.push("sections:".to_owned());
    for ExecutableSection { name, address, bytes, .. } in &executable.sections {
        lines.push(format!("  {bytes:>9}  {name}{}", if *address == 0 { ", not loaded" } else { "" }));
    }
    if !executable.largest.is_empty() {
        lines.push("largest functions:".to_owned());
        lines.extend(functions_as_text(&executable.largest));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn origin_lines(origin: &Origin) -> Vec<String> {
    let modules = origin.modules.iter().map(|module| match &module.name {
        Some(name) => format!("module {name}: sha-256 {}", module.sha256),
        None => format!("module: sha-256 {}", module.sha256),
    });
    let built = format!("built by wasmelt {} with {}", origin.compiler, origin.options);
    std::iter::once(built).chain(modules).collect()
}

pub(super) fn as_json(file: &str, executable: &Executable) -> Value {
    let sandbox = match executable.sandbox {
        Sandbox::Off => "off",
        Sandbox::On => "on",
        Sandbox::Required => "required",
    };
    let policy: Value =
        toml::from_str(&executable.policy.to_document()).expect("invariant: a policy is written as TOML");
    json!({
        "file": file,
        "target": format!("{}-linux", executable.architecture),
        "cpu-level": executable.cpu_level,
        "sandbox": sandbox,
        "filter-instructions": executable.filter_instructions,
        "memories": executable.memories.iter().map(memory_as_json).collect::<Vec<_>>(),
        "functions": executable.functions,
        "policy": policy,
        "origin": executable.origin.as_ref().map(origin_as_json),
        "sections": executable.sections.iter().map(section_as_json).collect::<Vec<_>>(),
        "largest-functions": functions_as_json(&executable.largest),
    })
}

fn origin_as_json(origin: &Origin) -> Value {
    let modules = origin.modules.iter().map(|module| json!({ "name": module.name, "sha256": module.sha256 }));
    json!({
        "compiler": origin.compiler,
        "options": origin.options,
        "modules": modules.collect::<Vec<_>>(),
    })
}

fn section_as_json(section: &ExecutableSection) -> Value {
    let ExecutableSection { name, address, bytes, file_bytes } = section;
    json!({ "name": name, "address": address, "bytes": bytes, "file-bytes": file_bytes })
}

fn memory_as_json(memory: &ExecutableMemory) -> Value {
    let ExecutableMemory { initial_bytes, maximum_bytes, bounds } = *memory;
    json!({ "initial-bytes": initial_bytes, "maximum-bytes": maximum_bytes, "bounds": bounds_name(bounds) })
}

/// As `--bounds` has it.
fn bounds_name(bounds: Bounds) -> &'static str {
    match bounds {
        Bounds::Auto => "auto",
        Bounds::Guard => "guard",
        Bounds::Explicit => "explicit",
    }
}
