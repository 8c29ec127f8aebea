//! A module that hashes the memories of another. The oracle's memories are hashed from outside, with the same result.

use std::fmt::Write;

use wasmelt_driver::{ExternIndex, Module};

/// By what each word is multiplied in: the 64-bit prime of FNV-1a, over words in place of bytes.
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// The hash of a memory that holds `bytes`: a multiple of eight.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    let (words, _) = bytes.as_chunks();
    let length = bytes.len() as u64;
    words.iter().fold(length, |hash, word| (hash ^ u64::from_le_bytes(*word)).wrapping_mul(PRIME))
}

/// The observer of `module`, which it imports under `import_name`: for each exported memory, a function of the same name
/// that returns the memory's hash.
pub(crate) fn observer(module: &Module, import_name: &str) -> Vec<u8> {
    let (mut imports, mut functions) = (String::new(), String::new());
    let memories = module.exports.iter().filter_map(|export| match export.item {
        ExternIndex::Memory(memory) => Some((escape(&export.name), module.memories[memory.index()].ty)),
        _ => None,
    });
    for (number, (name, ty)) in memories.enumerate() {
        let (address, wide) = if ty.memory64 { ("i64", true) } else { ("i32", false) };
        let maximum = ty.maximum.map_or(String::new(), |pages| pages.to_string());
        let shared = if ty.shared { "shared" } else { "" };
        let page = ty.page_size_log2.map_or(String::new(), |log2| format!("(pagesize {})", 1_u64 << log2));
        let minimum = ty.initial;
        writeln!(
            imports,
            r#"(import "{import_name}" "{name}" (memory {address} {minimum} {maximum} {shared} {page}))"#
        )
        .expect("invariant: strings grow");
        functions.push_str(&function(&name, number, wide, ty.page_size_log2.unwrap_or(16)));
    }
    wat::parse_str(format!("(module {imports} {functions})")).expect("invariant: the observer is well-formed")
}

fn function(name: &str, memory: usize, wide: bool, page_log2: u32) -> String {
    let (pages, address) = match wide {
        true => (format!("(memory.size {memory})"), "(local.get $at)"),
        false => (format!("(i64.extend_i32_u (memory.size {memory}))"), "(i32.wrap_i64 (local.get $at))"),
    };
    format!(
        r#"(func (export "{name}") (result i64) (local $at i64) (local $end i64) (local $hash i64)
            (local.set $hash (i64.shl {pages} (i64.const {page_log2})))
            (local.set $end (i64.and (local.get $hash) (i64.const -8)))
            (block $done (loop $next
                (br_if $done (i64.ge_u (local.get $at) (local.get $end)))
                (local.set $hash (i64.mul (i64.const {PRIME})
                    (i64.xor (local.get $hash) (i64.load {memory} {address}))))
                (local.set $at (i64.add (local.get $at) (i64.const 8)))
                (br $next)))
            (local.get $hash))
        "#
    )
}

/// `name` as it stands between quotation marks in a text.
fn escape(name: &str) -> String {
    name.bytes().fold(String::new(), |text, byte| format!("{text}\\{byte:02x}"))
}
