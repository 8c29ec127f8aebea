//! Snapshots of what modules become: CLIF, one file for each operator family, and machine code on both targets where the
//! exact instructions matter.
//!
//! `tests/clif/NAME.wat` becomes `NAME.clif`; `tests/code/NAME.wat` becomes `NAME.x86_64.txt` and `NAME.aarch64.txt`.
//! A new case is a new file; a first line of `;;!` names the options that are not the default ones. `BLESS=1` writes what came out instead of comparing it.

#![allow(clippy::unwrap_used)]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use wasmelt_abi::find_host_function;
use wasmelt_codegen::{Bounds, Determinism, FunctionKind, Options};
use wasmelt_module::{Entry, Module, Program, ProgramBuilder, ProgramFunction};
use wasmelt_targets::{Architecture, Target};

#[test]
fn clif() {
    let target = Target::baseline(Architecture::X86_64);
    let text =
        |program: &Program, options: &Options<'_>, function| wasmelt_codegen::clif(program, &target, options, function);
    check("clif", |program, options| {
        vec![("clif", functions(program, |function| text(program, options, function).unwrap()))]
    });
}

#[test]
fn machine_code() {
    check("code", |program, options| {
        let of_architecture = |architecture: Architecture| {
            let target = Target::baseline(architecture);
            let text = |function| {
                let kind = FunctionKind::Wasm(function);
                wasmelt_codegen::assembly(program, &target, options, kind).unwrap()
            };
            (architecture, functions(program, text))
        };
        let texts = Architecture::ALL.into_iter().map(of_architecture);
        texts
            .map(|(architecture, text)| match architecture {
                Architecture::X86_64 => ("x86_64.txt", text),
                Architecture::Aarch64 => ("aarch64.txt", text),
            })
            .collect()
    });
}

/// Compares what `texts` makes of each module in `tests/FOLDER` with the files beside it, by extension.
fn check(folder: &str, texts: impl Fn(&Program, &Options<'_>) -> Vec<(&'static str, String)>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut wrong = Vec::new();
    for path in modules(&folder) {
        for (extension, actual) in texts(&program(&path), &options(&path)) {
            let expected = path.with_extension(extension);
            if std::env::var_os("BLESS").is_some() {
                fs::write(&expected, &actual).unwrap();
            } else if fs::read_to_string(&expected).unwrap_or_default() != actual {
                eprintln!("{} would be:\n{actual}", expected.display());
                wrong.push(expected);
            }
        }
    }
    assert!(wrong.is_empty(), "changed, BLESS=1 to accept: {wrong:#?}");
}

fn modules(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|extension| extension == "wat")).collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

fn options(path: &Path) -> Options<'static> {
    let text = fs::read_to_string(path).unwrap();
    let named = text.lines().next().and_then(|line| line.strip_prefix(";;!")).unwrap_or_default();
    let mut options = Options::default();
    for name in named.split_whitespace() {
        match name {
            "explicit" => options.bounds = Bounds::Explicit,
            "deterministic" => options.determinism = Determinism::Deterministic,
            other => panic!("{}: no option is called `{other}`", path.display()),
        }
    }
    options
}

fn program(path: &Path) -> Program {
    let module = Module::parse("module", wat::parse_file(path).unwrap()).unwrap();
    let mut builder = ProgramBuilder::new();
    builder.instantiate(Arc::new(module), find_host_function).unwrap();
    builder.finish(Entry::Script)
}

/// What `text` makes of each function, under its name.
fn functions(program: &Program, text: impl Fn(ProgramFunction) -> String) -> String {
    let section = |function: ProgramFunction| {
        let name = program.module(function.instance).display_name(function.function);
        format!(";; {name}\n{}\n", text(function).trim_end())
    };
    program.functions().map(section).collect::<Vec<_>>().join("\n")
}
