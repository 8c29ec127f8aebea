//! How accesses to memories are kept inside, and how much address space that takes.

use std::process::Command;

use wasmelt_targets::{Architecture, Target};

use crate::support::{Finished, Project, targets_to_run};

/// Grows by 1 MiB until it cannot, and uses each page; exits with the number of times.
const GROW: &str = r#"(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 16)
  (data (i32.const 0) "used")
  (func (export "_start") (local $before i32) (local $times i32)
    (loop $next
      (local.set $before (memory.grow (i32.const 16)))
      (if (i32.ne (local.get $before) (i32.const -1)) (then
        (i32.store offset=0xffffc (i32.shl (local.get $before) (i32.const 16)) (i32.const 1))
        (local.set $times (i32.add (local.get $times) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $times) (i32.const 100))))))
    (call $exit (local.get $times))))"#;

/// Reads beyond what 32 bits can address.
const WIDE: &str = r#"(module
  (memory (export "memory") i64 1)
  (func (export "_start") (drop (i64.load (i64.const 0x1_0000_0000)))))"#;

/// What `program` does if it may have `kib` KiB of address space.
fn with_address_space(project: &Project, program: &str, kib: u32) -> Finished {
    let mut command: Command = project.other_command("sh");
    command.args(["-c", &format!("ulimit -v {kib}; exec ./{program}")]);
    Finished::of(&mut command)
}

#[test]
fn a_checked_memory_takes_little_more_address_space_than_it_has() {
    let project = Project::new(&[]);
    project.write("grow.wat", GROW.as_bytes());
    for sandbox in ["on", "off"] {
        project.wasmelt(&["build", "grow.wat", "--bounds", "explicit", "--sandbox", sandbox]).succeeded();
        // 1 MiB of memory at first and 1 MiB for everything else: the memory grows as far as the rest goes, and no further.
        assert_eq!(with_address_space(&project, "grow", 2 << 10).status, Some(0));
        assert_eq!(with_address_space(&project, "grow", 12 << 10).status, Some(10));
        assert_eq!(Finished::of(&mut project.other_command("./grow")).status, Some(100));
    }
}

#[test]
fn a_guard_takes_more() {
    let project = Project::new(&[]);
    project.write("grow.wat", GROW.as_bytes());
    project.wasmelt(&["build", "grow.wat"]).succeeded();
    let refused = with_address_space(&project, "grow", 1 << 20);
    assert_eq!(refused.status, Some(126));
    assert!(refused.stderr.ends_with("is the address space limited (ulimit -v)?\n"), "{}", refused.stderr);
}

#[test]
fn memories_grow_the_same_in_every_mode_and_on_every_target() {
    let project = Project::new(&[]);
    project.write("grow.wat", GROW.as_bytes());
    for target in targets_to_run() {
        for bounds in ["auto", "guard", "explicit"] {
            let run = project.wasmelt(&["run", "grow.wat", "--bounds", bounds, "--target", &target.to_string()]);
            assert_eq!((run.status, run.stderr.as_str()), (Some(100), ""), "{target} {bounds}");
        }
    }
}

#[test]
fn a_memory_for_which_no_guard_works_has_checks_and_that_is_said() {
    let project = Project::new(&[]);
    project.write("wide.wat", WIDE.as_bytes());
    for (bounds, warns) in [("auto", false), ("explicit", false), ("guard", true)] {
        let run = project.wasmelt(&["run", "wide.wat", "--bounds", bounds]);
        assert_eq!(run.status, Some(134), "{bounds}: {}", run.stderr);
        assert!(run.stderr.contains("wasmelt: trap: out of bounds memory access in function"), "{}", run.stderr);
        assert_eq!(run.stderr.contains("1 memory has checks instead of a guard"), warns, "{}", run.stderr);
    }
}

#[test]
fn a_memory_that_is_too_large_is_refused() {
    let project = Project::new(&[]);
    project.write("large.wat", br#"(module (memory i64 0x1_0000_0000) (func (export "_start")))"#);
    let target = Target::baseline(Architecture::X86_64).to_string();
    project.wasmelt(&["build", "large.wat", "--target", &target]).failed_with(&["E0108"]);
}
