//! The rules of the house that a machine can check.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Which crates of the workspace a crate may depend on, beside `dev-dependencies`. What is not listed here is an error, so
/// that a new crate has to say where it stands.
const ALLOWED: &[(&str, &[&str])] = &[
    ("wasmelt-abi", &[]),
    ("wasmelt-targets", &[]),
    ("wasmelt-runtime", &["wasmelt-abi"]),
    ("wasmelt-start", &["wasmelt-runtime"]),
    ("wasmelt-policy", &["wasmelt-abi"]),
    ("wasmelt-module", &["wasmelt-abi"]),
    ("wasmelt-codegen", &["wasmelt-abi", "wasmelt-module", "wasmelt-targets"]),
    ("wasmelt-object", &["wasmelt-abi", "wasmelt-codegen", "wasmelt-module", "wasmelt-targets"]),
    ("wasmelt-link", &["wasmelt-abi", "wasmelt-targets"]),
    ("wasmelt-oci", &["wasmelt-targets"]),
    (
        "wasmelt-driver",
        &[
            "wasmelt-abi",
            "wasmelt-codegen",
            "wasmelt-link",
            "wasmelt-module",
            "wasmelt-object",
            "wasmelt-oci",
            "wasmelt-policy",
            "wasmelt-targets",
        ],
    ),
    ("wasmelt-wast", &["wasmelt-abi", "wasmelt-driver", "wasmelt-targets"]),
    ("wasmelt", &["wasmelt-benches", "wasmelt-driver", "wasmelt-policy", "wasmelt-targets", "wasmelt-wast"]),
    ("wasmelt-testing", &[]),
    (
        "wasmelt-fuzz",
        &["wasmelt-abi", "wasmelt-driver", "wasmelt-module", "wasmelt-targets", "wasmelt-testing", "wasmelt-wast"],
    ),
    ("wasmelt-realworld", &["wasmelt-abi", "wasmelt-driver", "wasmelt-policy", "wasmelt-targets", "wasmelt-testing"]),
    ("wasmelt-workbench-model", &["wasmelt-benches", "wasmelt-driver", "wasmelt-policy", "wasmelt-targets"]),
    ("wasmelt-workbench", &["wasmelt-workbench-model"]),
    ("wasmelt-benches", &["wasmelt-driver", "wasmelt-policy", "wasmelt-targets"]),
];

/// Where `unsafe` may stand, as prefixes of paths from the root: where the runtime meets the kernel, compiled code, or
/// what the compiler has laid out in memory.
const UNSAFE_ALLOWED: &[&str] = &[
    "runtime/core/src/exception.rs",
    "runtime/core/src/guest.rs",
    "runtime/core/src/heap",
    "runtime/core/src/memory.rs",
    "runtime/core/src/process.rs",
    "runtime/core/src/program.rs",
    "runtime/core/src/script.rs",
    "runtime/core/src/start.rs",
    "runtime/core/src/sys/",
    "runtime/core/src/table.rs",
    "runtime/core/src/trap.rs",
    "runtime/core/src/wait.rs",
    "runtime/start/src/",
];

/// Longest file in lines; tables with one line an entry are exempt.
const LONGEST_FILE: usize = 600;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace's root exists")
}

fn files(folder: &Path, wanted: &dyn Fn(&Path) -> bool, found: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    for path in entries.map(|entry| entry.expect("the entry can be read").path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            files(&path, wanted, found);
        } else if wanted(&path) {
            found.push(path);
        }
    }
}

fn files_named(wanted: &dyn Fn(&Path) -> bool) -> Vec<(String, String)> {
    let root = root();
    let mut found = Vec::new();
    files(&root, wanted, &mut found);
    found.sort();
    assert!(!found.is_empty(), "no file to check");
    let read = |path: PathBuf| {
        let name = path.strip_prefix(&root).expect("it was found below the root").to_string_lossy().into_owned();
        (name, fs::read_to_string(&path).expect("sources are UTF-8"))
    };
    found.into_iter().map(read).collect()
}

fn sources() -> Vec<(String, String)> {
    files_named(&|path| path.extension().is_some_and(|extension| extension == "rs"))
}

fn manifests() -> BTreeMap<String, toml::Table> {
    let parse = |(name, text): (String, String)| {
        let table: toml::Table = text.parse().unwrap_or_else(|error| panic!("{name}: {error}"));
        let package = table.get("package")?.get("name")?.as_str()?.to_owned();
        Some((package, table))
    };
    files_named(&|path| path.ends_with("Cargo.toml")).into_iter().filter_map(parse).collect()
}

fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.contains("/tests.rs") || path.contains("/benches/")
}

/// The part of a source file before its unit tests.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests").next().unwrap_or(text)
}

#[test]
fn crates_depend_in_one_direction() {
    let allowed: BTreeMap<_, _> = ALLOWED.iter().copied().collect();
    let manifests = manifests();
    let mut wrong = Vec::new();
    for (package, manifest) in &manifests {
        let Some(allowed) = allowed.get(package.as_str()) else {
            wrong.push(format!("{package} is not listed"));
            continue;
        };
        let dependencies = manifest.get("dependencies").and_then(|table| table.as_table());
        for dependency in dependencies.into_iter().flat_map(|table| table.keys()) {
            if manifests.contains_key(dependency) && !allowed.contains(&dependency.as_str()) {
                wrong.push(format!("{package} must not depend on {dependency}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn files_are_short_enough_to_read() {
    let too_long: Vec<_> =
        sources().into_iter().filter(|(_, text)| text.lines().count() > LONGEST_FILE).map(|(name, _)| name).collect();
    assert!(too_long.is_empty(), "over {LONGEST_FILE} lines, split by family: {too_long:#?}");
}

#[test]
fn unsafe_stands_where_it_belongs() {
    let holds_unsafe = |text: &str| {
        without_tests(text).lines().any(|line| {
            let code = line.split("//").next().unwrap_or_default();
            code.contains("unsafe {") || code.contains("unsafe fn") || code.contains("unsafe impl")
        })
    };
    let wrong: Vec<_> = sources()
        .into_iter()
        .filter(|(name, text)| {
            !is_test(name) && !UNSAFE_ALLOWED.iter().any(|prefix| name.starts_with(prefix)) && holds_unsafe(text)
        })
        .map(|(name, _)| name)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn sources_say_what_they_are_for() {
    let silent: Vec<_> = sources()
        .into_iter()
        .filter(|(name, text)| !name.ends_with("build.rs") && !text.trim_start().starts_with("//!"))
        .map(|(name, _)| name)
        .collect();
    assert!(silent.is_empty(), "no `//!` line at the top: {silent:#?}");
}

#[test]
fn nothing_is_left_over() {
    // Built at run time, so that this file does not hold what it looks for.
    let leftovers: Vec<String> =
        ["todo!(", "unimplemented!(", "dbg!(", "#[ignore", "FIX\u{4d}E"].iter().map(|&word| word.to_owned()).collect();
    let wrong: Vec<_> = sources()
        .into_iter()
        .filter(|(name, _)| !name.ends_with("tidy.rs"))
        .filter(|(_, text)| leftovers.iter().any(|word| text.contains(word.as_str())))
        .map(|(name, _)| name)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Only `bounds.rs` forms addresses into memories and tables: nothing else in code generation names their bases.
#[test]
fn addresses_into_memories_are_formed_in_one_file() {
    let wrong: Vec<_> = sources()
        .into_iter()
        .filter(|(name, _)| name.starts_with("compiler/codegen/src/ops/"))
        .filter(|(_, text)| text.contains("memory_base") || text.contains("select_spectre_guard"))
        .map(|(name, _)| name)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
