//! The kernel alone: a runtime whose gate grants everything, and whose paths lead anywhere, is stopped all the same.
//!
//! Runs with `cargo test -p wasmelt-realworld --features ungated --test wall_three`, on the host's architecture.

#![allow(clippy::unwrap_used)]

use std::{fs, net::TcpListener, path::Path, time::Duration};

use wasmelt_driver::{
    BuildOptions, Sandbox, Silent, Source, build,
    policy::{Access, Directory, Policy},
};
use wasmelt_realworld::{Job, run};
use wasmelt_targets::{Architecture, Target};
use wasmelt_testing::skip;

/// `acces` of WASI: what Landlock answers.
const DENIED: i32 = 2;
/// As a shell counts it: ended by `SIGSYS`, which is what the filter does.
const KILLED: i32 = 128 + 31;

/// The exit status of a program that opens `path` from its first directory, granted with `access`: WASI's error number.
fn open(world: &Path, path: &str, flags: u32, rights: u64, sandbox: Sandbox) -> i32 {
    let target = Target::baseline(Architecture::host().unwrap());
    let module = format!(
        r#"(module
          (import "wasi_snapshot_preview1" "path_open"
            (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
          (memory (export "memory") 1)
          (data (i32.const 64) "{path}")
          (func (export "_start")
            (call $exit (call $open (i32.const 3) (i32.const 1) (i32.const 64) (i32.const {length})
              (i32.const {flags}) (i64.const {rights}) (i64.const 0) (i32.const 0) (i32.const 0)))))"#,
        length = path.len(),
    );
    let file = world.join("granted/program.wat");
    fs::write(&file, module).unwrap();
    let source = Source::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    let mut policy = Policy::default();
    policy.grant_directory(Directory::new("granted", "/granted", Access::ReadOnly).unwrap());
    policy.grant_directory(Directory::new("writable", "/writable", Access::ReadWrite).unwrap());
    let options = BuildOptions { policy, sandbox, ..BuildOptions::new(target) };
    let executable = build(&source, &options, &Silent).unwrap();
    let timeout = Duration::from_secs(30);
    run(&Job { executable: &executable, target, arguments: &[], stdin: b"", directory: world, timeout }).unwrap().status
}

#[test]
fn the_kernel_alone_stops_files_and_network() {
    const READ: u64 = 2;
    const WRITE: u64 = 64;
    const CREATE: u32 = 1;
    if Architecture::host().is_none() {
        return;
    }
    let world = tempfile::tempdir().unwrap();
    let world = fs::canonicalize(world.path()).map(|path| (path, world)).unwrap();
    for directory in ["granted", "writable", "outside"] {
        fs::create_dir(world.0.join(directory)).unwrap();
    }
    for file in ["secret.txt", "granted/inside.txt", "outside/other.txt"] {
        fs::write(world.0.join(file), "contents").unwrap();
    }
    if open(&world.0, "inside.txt", 0, READ, Sandbox::Required) == 126 {
        return skip("the kernel lacks Landlock or seccomp");
    }
    let secret = world.0.join("secret.txt");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let network = format!("tcp:{}", listener.local_addr().unwrap().port());
    let cases = [
        ("inside.txt", 0, READ, 0),
        ("../secret.txt", 0, READ, DENIED),
        (secret.to_str().unwrap(), 0, READ, DENIED),
        ("/etc/passwd", 0, READ, DENIED),
        ("/proc/self/environ", 0, READ, DENIED),
        ("../outside/other.txt", 0, WRITE, DENIED),
        ("inside.txt", 0, WRITE, DENIED),
        ("new.txt", CREATE, WRITE, DENIED),
        ("../outside/new.txt", CREATE, WRITE, DENIED),
        ("../writable/new.txt", CREATE, WRITE, 0),
        (&network, 0, READ, KILLED),
    ];
    for (path, flags, rights, expected) in cases {
        assert_eq!(open(&world.0, path, flags, rights, Sandbox::Required), expected, "{path}");
    }
    // Without the third wall nothing is in the way: the second is open indeed.
    for (path, flags, rights, _) in cases {
        assert_eq!(open(&world.0, path, flags, rights, Sandbox::Off), 0, "{path} without the sandbox");
    }
}
