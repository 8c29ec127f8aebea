//! The symbols that programs are linked with.

use std::collections::BTreeSet;

use wasmelt_abi::{WASI_PREVIEW_1, find_granted_function, of_streams};

const SOURCES: [&str; 15] = [
    include_str!("../preview1/args.rs"),
    include_str!("../preview1/clock.rs"),
    include_str!("../preview1/environ.rs"),
    include_str!("../preview1/fd/attributes.rs"),
    include_str!("../preview1/fd/data.rs"),
    include_str!("../preview1/fd/directory.rs"),
    include_str!("../preview1/fd/opened.rs"),
    include_str!("../preview1/fd/stream.rs"),
    include_str!("../preview1/path/attributes.rs"),
    include_str!("../preview1/path/names.rs"),
    include_str!("../preview1/path/open.rs"),
    include_str!("../preview1/poll.rs"),
    include_str!("../preview1/process.rs"),
    include_str!("../preview1/random.rs"),
    include_str!("../preview1/sock.rs"),
];

/// The signature of an exported function as the contract writes it: `symbol(params) -> results`.
fn signature(function: &str) -> String {
    let (symbol, rest) = function.split_once('"').unwrap();
    let (_, rest) = rest.split_once(" fn ").unwrap();
    let (_, rest) = rest.split_once('(').unwrap();
    let (params, rest) = rest.split_once(')').unwrap();
    let (result, _) = rest.split_once('{').unwrap();
    let mut types = params.split(',').filter_map(|param| param.split_once(':')).map(|(_, ty)| wasm_type(ty));
    assert_eq!(types.next(), Some("Caller"), "{symbol}");
    format!(
        "{symbol}({}) -> {}",
        types.collect::<Vec<_>>().join(","),
        if result.contains("Status") { "i32" } else { "" }
    )
}

fn wasm_type(rust: &str) -> &'static str {
    match rust.trim() {
        "Caller" => "Caller",
        "u32" | "GuestAddress" => "i32",
        "u64" | "i64" => "i64",
        other => panic!("{other} is not a type of a host function"),
    }
}

#[test]
fn every_function_is_exported_as_the_contract_says() {
    let exported: Vec<String> =
        SOURCES.iter().flat_map(|source| source.split("export_name = \"").skip(1)).map(signature).collect();
    let name = |ty: &wasmelt_abi::HostType| format!("{ty:?}").to_lowercase();
    let of_streams = WASI_PREVIEW_1.iter().filter(|function| of_streams(function.name));
    let of_streams = of_streams.filter_map(|function| find_granted_function(function.module, function.name, 0));
    let promised: BTreeSet<String> = WASI_PREVIEW_1
        .iter()
        .chain(of_streams)
        .map(|function| {
            let params: Vec<String> = function.params.iter().map(name).collect();
            let results: Vec<String> = function.results.iter().map(name).collect();
            format!("{}({}) -> {}", function.symbol, params.join(","), results.join(","))
        })
        .collect();
    assert_eq!(exported.len(), promised.len());
    assert_eq!(exported.into_iter().collect::<BTreeSet<_>>(), promised);
}
