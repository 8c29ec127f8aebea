//! Summaries of small modules.

use wasmelt_driver::Capability;

use super::*;
use crate::pages::module::SAMPLES;

fn page(text: &str) -> Summary {
    let source = Source::from_bytes("test.wat", text.as_bytes());
    let module = wasmelt_driver::parse(&source).unwrap();
    Summary::new(&source, &module)
}

#[test]
fn imports_are_grouped_by_what_they_are_for() {
    let page = page(
        r#"(module
            (import "wasi_snapshot_preview1" "random_get" (func (param i32 i32) (result i32)))
            (import "env" "memory" (memory 1 16))
            (import "wasi_snapshot_preview1" "path_open"
                (func (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
            (import "env" "base" (global i32))
            (import "wasi_snapshot_preview1" "path_unlink_file" (func (param i32 i32 i32) (result i32))))"#,
    );
    let groups: Vec<_> = page
        .imports
        .iter()
        .map(|group| {
            let items: Vec<_> = group.items.iter().map(|item| item.name.as_str()).collect();
            (group.title.as_str(), group.given_by.as_str(), items)
        })
        .collect();
    let expected = [
        ("Reads and writes files", "needs a grant: --dir HOST::GUEST", vec!["path_open", "path_unlink_file"]),
        ("Takes random numbers", "needs a grant: --allow-random", vec!["random_get"]),
        ("Is not WASI: module `env`", "given by another module, or by whoever hosts the code", vec!["memory", "base"]),
    ];
    assert_eq!(groups, expected);
    assert_eq!(page.imports[2].capability, Capability::Module("env".to_owned()));
    assert_eq!(page.imports[2].items[0].ty, "1 to 16 pages");
}

#[test]
fn imported_functions_are_counted_apart() {
    let page = page(r#"(module $m (import "a" "b" (func)) (func) (func) (memory 1) (table 0 funcref))"#);
    assert_eq!((page.counts.imported_functions, page.counts.defined_functions), (1, 2));
    assert_eq!((page.counts.memories, page.counts.tables, page.counts.globals), (1, 1, 0));
    assert_eq!((page.name.as_str(), page.file.as_str()), ("m", "test.wat"));
}

#[test]
fn what_a_module_says_of_its_making_is_told() {
    let page = page(
        r#"(module
            (func (drop (i32.extend8_s (i32.const 0))))
            (@producers (language "Rust" "") (processed-by "rustc" "1.95.0")))"#,
    );
    let producers: Vec<_> =
        page.producers.iter().map(|producer| (producer.role.as_str(), producer.text.as_str())).collect();
    assert_eq!(producers, [("Language", "Rust"), ("Processed by", "rustc 1.95.0")]);
    assert_eq!(page.proposals, ["sign extension"]);
    let sections: Vec<_> = page.sections.iter().map(|section| section.name.as_str()).collect();
    assert_eq!(sections, ["type", "function", "code", "custom producers"]);
}

#[test]
fn shares_of_functions_add_up() {
    let small = "(func)".repeat(260);
    let page = page(&format!("(module (func $large (drop (i64.const 1000000))) {small})"));
    let shares = &page.functions.shares;
    assert!(shares[0].name.contains("large"), "{}", shares[0].name);
    assert_eq!(shares.last().unwrap().name, "21 smaller functions");
    assert_eq!(shares.iter().map(|share| share.bytes).sum::<u64>(), page.functions.bytes);
}

#[test]
fn names_of_functions_are_demangled() {
    let page = page(r#"(module (func $_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE))"#);
    assert!(page.functions.shares[0].name.contains("core::fmt::Write::write_fmt"), "{:?}", page.functions.shares);
}

#[test]
fn samples_are_commands() {
    for sample in SAMPLES {
        let source = sample.source();
        let page = Summary::new(&source, &wasmelt_driver::parse(&source).unwrap());
        assert!(page.kind.starts_with("a command"), "{}", sample.title);
        assert!(page.counts.defined_functions > 0, "{}", sample.title);
    }
}
