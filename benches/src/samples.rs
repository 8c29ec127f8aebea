//! The modules that benchmarks compile.

use std::fmt::Write;

use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ExportKind, ExportSection, FuncType, Function, FunctionSection, MemorySection,
    MemoryType, Module, TypeSection,
};
use wasmelt_driver::Source;

/// Writes one line to standard output, and ends.
pub fn hello() -> Source {
    Source::from_bytes("hello.wat", include_str!("../samples/hello.wat").as_bytes())
}

/// Asks for the attributes of the first granted directory before it writes its line.
pub fn look() -> Source {
    Source::from_bytes("look.wat", include_str!("../samples/look.wat").as_bytes())
}

/// A command with `functions` functions of about thirty operators each: arithmetic, a loop, memory accesses and a call of
/// the function before. No two of them are equal, and none is unreachable from `_start`.
pub fn many_functions(functions: usize) -> Source {
    let mut text = String::from("(module (memory (export \"memory\") 1)\n");
    for index in 0..functions {
        function(&mut text, index);
    }
    let last = functions.checked_sub(1).map_or(String::new(), |last| format!("(drop (call $f{last} (i32.const 1)))"));
    writeln!(text, "(func (export \"_start\") {last}))").expect("invariant: writing to a String cannot fail");
    Source::from_bytes("many_functions.wat", text.into_bytes())
}

/// A command that does nothing, with a memory of `bytes` bytes none of which is zero.
pub fn image(bytes: u32) -> Source {
    let pages = u64::from(bytes.div_ceil(65536));
    let memory = MemoryType { minimum: pages, maximum: None, memory64: false, shared: false, page_size_log2: None };
    let mut module = Module::new();
    let mut types = TypeSection::new();
    types.ty().func_type(&FuncType::new([], []));
    module.section(&types);
    module.section(FunctionSection::new().function(0));
    module.section(MemorySection::new().memory(memory));
    module.section(ExportSection::new().export("_start", ExportKind::Func, 0));
    let mut code = CodeSection::new();
    let mut start = Function::new([]);
    start.instructions().end();
    module.section(code.function(&start));
    let mut data = DataSection::new();
    data.active(0, &ConstExpr::i32_const(0), (0..bytes).map(|at| u8::try_from(at % 255 + 1).unwrap_or(1)));
    module.section(&data);
    Source::from_bytes("image.wasm", module.finish())
}

fn function(text: &mut String, index: usize) {
    let before = match index.checked_sub(1) {
        Some(before) => format!("(call $f{before} (local.get $x))"),
        None => "(local.get $x)".to_owned(),
    };
    writeln!(
        text,
        "(func $f{index} (param $x i32) (result i32) (local $sum i32) (local $at i32)
           (local.set $at (i32.and (local.get $x) (i32.const 0xff)))
           (loop $next
             (local.set $sum (i32.add
               (i32.mul (local.get $sum) (i32.const {odd}))
               (i32.xor (i32.load offset={offset} (local.get $at)) (i32.rotl (local.get $x) (local.get $at)))))
             (i32.store offset={offset} (local.get $at) (local.get $sum))
             (local.set $at (i32.sub (local.get $at) (i32.const 4)))
             (br_if $next (i32.gt_s (local.get $at) (i32.const 0))))
           (i32.add (local.get $sum) {before}))",
        odd = 2 * index + 1,
        offset = 1024 + index % 1024,
    )
    .expect("invariant: writing to a String cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_valid_modules() {
        for (source, functions) in
            [(hello(), 2), (look(), 3), (many_functions(0), 1), (many_functions(3), 4), (image(70_000), 1)]
        {
            let module = wasmelt_driver::parse(&source).unwrap();
            assert_eq!(module.functions.len(), functions, "{}", source.display);
        }
    }
}
