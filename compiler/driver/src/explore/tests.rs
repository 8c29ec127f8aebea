//! Functions taken apart, for both architectures.

use wasmelt_abi::TrapCode;
use wasmelt_codegen::{Bounds, Optimization};
use wasmelt_targets::Target;

use super::*;

/// Function 1 has a table of jumps, constants, a division, a call and an access to memory; nothing exports `_start`.
const MODULE: &str = r#"(module
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory 1)
    (func $work (export "work") (param i32 f64) (result f64)
        block $c block $b block $a
            (br_table $a $b $c $c $b $a (local.get 0))
        end
            (i32.store offset=4 (local.get 0) (i32.div_s (local.get 0) (i32.load (local.get 0))))
        end
            (call $leaf (local.get 0))
        end
        (f64.add (local.get 1) (f64.const 3.14159)))
    (func $leaf (param i32) (call $exit (local.get 0))))"#;

fn dissect(bounds: Bounds, architecture: Architecture) -> Dissection {
    let explorer = Explorer::open(&Source::from_bytes("work.wat", MODULE.as_bytes())).unwrap();
    let options = BuildOptions { bounds, ..BuildOptions::new(Target::baseline(architecture)) };
    explorer.dissect(FunctionIndex(1), &options).unwrap()
}

fn marks<'a>(lines: impl IntoIterator<Item = &'a Option<Mark>>) -> Vec<Mark> {
    let mut marks: Vec<Mark> = lines.into_iter().copied().flatten().collect();
    marks.dedup();
    marks
}

#[test]
fn code_is_told_from_the_data_in_it() {
    for architecture in Architecture::ALL {
        let Dissection { code, code_bytes, .. } = dissect(Bounds::Auto, architecture);
        let data = code.iter().filter(|line| line.text.starts_with('.')).count();
        // Six ways and the default are some entries; the constant is two, and may stand after a gap.
        assert!((6..=14).contains(&data), "{architecture}: {code:#?}");
        // What is no multiple of four bytes is padding.
        let mut bytes = code.iter().filter_map(|line| line.text.strip_prefix(".byte"));
        assert!(bytes.all(|bytes| bytes.split_whitespace().all(|byte| byte == "0x00")), "{architecture}: {code:#?}");
        assert!(code.iter().any(|line| line.text.starts_with("ret")), "{architecture}: {code:#?}");
        assert!(code.is_sorted_by_key(|line| line.address));
        assert!((code.last().unwrap().address as usize) < code_bytes);
    }
}

#[test]
fn branches_go_to_instructions_and_calls_to_names() {
    for architecture in Architecture::ALL {
        let Dissection { code, .. } = dissect(Bounds::Auto, architecture);
        let branches = code.iter().filter(|line| line.text.starts_with('j') || line.text.starts_with("b."));
        for branch in branches {
            let Some((_, target)) = branch.text.split_once("0x") else { continue };
            let target = u32::from_str_radix(target, 16).unwrap();
            assert!(code.iter().any(|line| line.address == target), "{architecture}: {branch:?}");
        }
        assert!(code.iter().any(|line| line.text.ends_with("leaf")), "{architecture}: {code:#?}");
    }
}

#[test]
fn checks_and_traps_are_marked_in_both_forms() {
    let (memory, division) = (Mark::Trap(TrapCode::MemoryOutOfBounds), Mark::Trap(TrapCode::IntegerDivideByZero));
    for architecture in Architecture::ALL {
        let guarded = dissect(Bounds::Guard, architecture);
        let clif = marks(guarded.clif.iter().map(|line| &line.mark));
        assert_eq!(clif, [memory, division, memory], "{architecture}");
        let code = marks(guarded.code.iter().map(|line| &line.mark));
        assert!(code.contains(&memory) && code.contains(&division) && !code.contains(&Mark::Check), "{architecture}");

        let checked = dissect(Bounds::Explicit, architecture);
        let clif = marks(checked.clif.iter().map(|line| &line.mark));
        assert_eq!(clif, [Mark::Check, memory, division, Mark::Check, memory], "{architecture}");
        let code = marks(checked.code.iter().map(|line| &line.mark));
        assert!(code.contains(&Mark::Check), "{architecture}: {:#?}", checked.code);
    }
}

#[test]
fn all_three_forms_speak_of_the_same_operators() {
    let explorer = Explorer::open(&Source::from_bytes("work.wat", MODULE.as_bytes())).unwrap();
    let text = explorer.text(FunctionIndex(1)).unwrap();
    let load = text.iter().find(|line| line.text.contains("i32.load")).unwrap();
    for architecture in Architecture::ALL {
        let Dissection { clif, code, .. } = dissect(Bounds::Guard, architecture);
        let of = |offset: Option<u32>| offset == u32::try_from(load.offset).ok();
        let clif: Vec<_> = clif.iter().filter(|line| of(line.wasm_offset)).collect();
        assert!(clif.iter().any(|line| line.text.contains("= load.i32")), "{clif:#?}");
        assert!(code.iter().any(|line| of(line.wasm_offset)), "{architecture}: {code:#?}");
        assert!(clif.iter().all(|line| !line.text.contains('@')), "{clif:#?}");
    }
}

#[test]
fn options_about_code_matter() {
    let explorer = Explorer::open(&Source::from_bytes("work.wat", MODULE.as_bytes())).unwrap();
    let dissect = |optimization| {
        let options = BuildOptions { optimization, ..BuildOptions::new(Target::baseline(Architecture::X86_64)) };
        explorer.dissect(FunctionIndex(1), &options).unwrap()
    };
    let (none, speed) = (dissect(Optimization::None), dissect(Optimization::Speed));
    // The same CLIF, which is as it was translated, becomes other code.
    assert_eq!(none.clif, speed.clif);
    assert_ne!(none.code, speed.code);
}

#[test]
fn what_cannot_be_bound_has_a_text_all_the_same() {
    let text = r#"(module (import "unknown" "f" (func $f)) (func (call $f)))"#;
    let explorer = Explorer::open(&Source::from_bytes("a.wat", text.as_bytes())).unwrap();
    assert_eq!(explorer.text(FunctionIndex(1)).unwrap().len(), 3);
    assert_eq!(explorer.calls().callees(FunctionIndex(1)), [FunctionIndex(0)]);
    let target = Target::baseline(Architecture::X86_64);
    assert!(explorer.dissect(FunctionIndex(1), &BuildOptions::new(target)).is_err());
}
