//! What kind of files executables are.

use std::fs;

use object::{
    elf,
    read::elf::{ElfFile64, FileHeader, ProgramHeader},
};

use wasmelt_targets::Architecture;

use crate::support::{Project, targets_to_build};

/// Most bytes that the program which is measured (`benches/samples/hello.wat`) takes, symbols included.
fn most_bytes_of_hello(architecture: Architecture, has_sandbox: bool) -> usize {
    match (architecture, has_sandbox) {
        (Architecture::X86_64, false) => 12 << 10,
        (Architecture::X86_64, true) => 13 << 10,
        // Every instruction takes four bytes.
        (Architecture::Aarch64, false) => 15 << 10,
        (Architecture::Aarch64, true) => 16 << 10,
    }
}

#[test]
fn hello_carries_nothing_that_it_does_not_use() {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../benches/samples/hello.wat");
    for target in targets_to_build() {
        for (sandbox, has_sandbox) in [("on", true), ("off", false)] {
            let project = Project::new(&[]);
            let flags = ["--sandbox", sandbox, "--target", &target.to_string(), "-o", "hello"];
            project.wasmelt(&[&["build", sample][..], &flags].concat()).succeeded();
            let bytes = fs::metadata(project.path("hello")).unwrap().len();
            let most = most_bytes_of_hello(target.architecture, has_sandbox);
            assert!(bytes <= most as u64, "{target}, sandbox {sandbox}: {bytes} bytes");
        }
    }
}

#[test]
fn executables_are_static_and_no_segment_is_writable_and_executable() {
    for target in targets_to_build() {
        let project = Project::new(&["hello.wat"]);
        project.wasmelt(&["build", "hello.wat", "--target", &target.to_string()]).succeeded();
        let executable = fs::read(project.path("hello")).unwrap();
        let file = ElfFile64::<object::LittleEndian>::parse(&*executable).unwrap();
        assert_eq!(file.elf_header().e_type(file.endian()), elf::ET_EXEC);
        for segment in file.elf_program_headers() {
            let (kind, flags) = (segment.p_type(file.endian()), segment.p_flags(file.endian()));
            assert!(![elf::PT_INTERP, elf::PT_DYNAMIC].contains(&kind), "{target}: not static");
            assert_ne!(flags & (elf::PF_W | elf::PF_X), elf::PF_W | elf::PF_X, "{target}: writable and executable");
        }
    }
}

#[test]
fn stripped_executables_are_smaller_and_run() {
    let project = Project::new(&["hello.wat"]);
    project.wasmelt(&["build", "hello.wat", "-o", "whole"]).succeeded();
    project.wasmelt(&["build", "hello.wat", "-o", "stripped", "--strip"]).succeeded();
    let size = |name| fs::metadata(project.path(name)).unwrap().len();
    assert!(size("stripped") < size("whole"));
    assert_eq!(project.wasmelt(&["run", "hello.wat", "--strip"]).succeeded().stdout, "hello\n");
}
