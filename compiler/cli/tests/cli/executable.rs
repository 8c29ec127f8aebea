//! What kind of files executables are.

use std::fs;

use object::{
    elf,
    read::elf::{ElfFile64, FileHeader, ProgramHeader},
};

use crate::support::{Project, targets_to_build};

/// A program that writes one line takes at most this many bytes.
const MOST_BYTES_OF_HELLO: usize = 48 << 10;

#[test]
fn hello_is_small_and_static_and_no_segment_is_writable_and_executable() {
    for target in targets_to_build() {
        let project = Project::new(&["hello.wat"]);
        project.wasmelt(&["build", "hello.wat", "--target", &target.to_string()]).succeeded();
        let executable = fs::read(project.path("hello")).unwrap();
        assert!(executable.len() <= MOST_BYTES_OF_HELLO, "{target}: {} bytes", executable.len());

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
