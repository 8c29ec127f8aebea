//! Compiling one large module: beside `wasmtime compile` of the same Cranelift release, and after an edit of one function.
//!
//! ```text
//! cargo bench -p wasmelt-benches --bench beside_wasmtime [-- MODULE]
//! ```
//!
//! Each sample is a process of its own, from its start to its end, that reads the module and writes its output; this program
//! starts itself again for Wasmelt's. The candidates take turns, round by round. Wasmtime is found on `PATH`, or named by
//! `WASMTIME`; without it the others are measured.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use wasmelt_benches::{Ratio, Summary, edit::edited};
use wasmelt_driver::{
    BuildOptions, Silent, Source, build_cached,
    cache::{Cache, DEFAULT_BOUND},
    write_executable,
};
use wasmelt_targets::{Architecture, Target};

const ROUNDS: usize = 15;

/// In the environment of the processes that build: where the cache is, or `none`.
const BUILD: &str = "WASMELT_BENCH_BUILD";

/// The module that is compiled if none is named.
const MODULE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../workbench/samples/quickjs.wasm");

fn main() {
    if let Some(cache) = env::var_os(BUILD) {
        return build(Path::new(&cache));
    }
    // Cargo passes `--bench` when it is to measure; otherwise it is enough that everything runs.
    let rounds = if env::args().any(|argument| argument == "--bench") { ROUNDS } else { 1 };
    let named = env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let laboratory = Laboratory::new(Path::new(named.as_deref().unwrap_or(MODULE)), folder.path());
    let wasmtime = laboratory.wasmtime();
    let mut samples: [Vec<Duration>; 4] = Default::default();
    for _ in 0..rounds {
        samples[0].extend(wasmtime.as_deref().map(|wasmtime| laboratory.compile(wasmtime)));
        samples[1].push(laboratory.build(&laboratory.module, Path::new("none")));
        let cache = laboratory.folder.join("cache");
        samples[2].push(laboratory.build(&laboratory.module, &cache));
        samples[3].push(laboratory.build(&laboratory.edited, &cache));
        fs::remove_dir_all(cache).expect("the cache can be removed");
    }
    let names = ["wasmtime compile", "wasmelt, no cache", "wasmelt, empty cache", "wasmelt, one function edited"];
    names.iter().zip(&samples).for_each(|(name, samples)| report(name, samples));
    compare("no cache / wasmtime", &samples[1], &samples[0]);
    compare("empty cache / wasmtime", &samples[2], &samples[0]);
    compare("edited / empty cache", &samples[3], &samples[2]);
}

/// Modules and outputs.
struct Laboratory<'f> {
    folder: &'f Path,
    module: PathBuf,
    edited: PathBuf,
}

impl<'f> Laboratory<'f> {
    fn new(module: &Path, folder: &'f Path) -> Laboratory<'f> {
        let bytes = fs::read(module).expect("the module can be read");
        let edited = edited(&bytes).expect("the module has a function with a constant");
        let laboratory =
            Laboratory { folder, module: folder.join("module.wasm"), edited: folder.join("edited/module.wasm") };
        fs::create_dir(folder.join("edited")).expect("the folder can be written to");
        fs::write(&laboratory.module, bytes).expect("the folder can be written to");
        fs::write(&laboratory.edited, edited).expect("the folder can be written to");
        laboratory
    }

    /// Wasmtime's program, if it is there.
    fn wasmtime(&self) -> Option<PathBuf> {
        let program = env::var_os("WASMTIME").map_or(PathBuf::from("wasmtime"), PathBuf::from);
        let Ok(version) = Command::new(&program).arg("--version").output() else {
            println!("skipped: there is no wasmtime on PATH, and WASMTIME names none");
            return None;
        };
        println!("beside {}", String::from_utf8_lossy(&version.stdout).trim());
        Some(program)
    }

    fn compile(&self, wasmtime: &Path) -> Duration {
        let mut command = Command::new(wasmtime);
        command.arg("compile").arg(&self.module).arg("-o").arg(self.folder.join("module.cwasm"));
        timed(&mut command)
    }

    /// Builds `module` with the cache in `cache`.
    fn build(&self, module: &Path, cache: &Path) -> Duration {
        let mut command = Command::new(env::current_exe().expect("this program has a file"));
        command.arg(module).arg(self.folder.join("module")).env(BUILD, cache);
        timed(&mut command)
    }
}

fn timed(command: &mut Command) -> Duration {
    command.stdout(Stdio::null());
    let begin = Instant::now();
    let status = command.status().expect("the program starts");
    let elapsed = begin.elapsed();
    assert!(status.success(), "{command:?}");
    elapsed
}

/// What `wasmelt build` does, in the process that is measured.
fn build(cache: &Path) {
    let [module, output] = [1, 2].map(|at| PathBuf::from(env::args_os().nth(at).expect("two paths are given")));
    let host = Architecture::host().expect("this machine is one that is compiled for");
    let source = Source::read(&module).expect("the module can be read");
    let functions = (cache != Path::new("none")).then(|| Cache::in_directory(cache).functions(DEFAULT_BOUND));
    let options = BuildOptions::new(Target::baseline(host));
    let bytes = build_cached(&source, &options, &Silent, functions.as_ref()).expect("the module is compiled");
    write_executable(&output, &bytes).expect("the folder can be written to");
}

fn report(name: &str, samples: &[Duration]) {
    if let Some(Summary { median, minimum, .. }) = Summary::of(samples) {
        println!("{name:<30} median {median:>9.1?}, minimum {minimum:>9.1?}, {} samples", samples.len());
    }
}

fn compare(name: &str, samples: &[Duration], base: &[Duration]) {
    if let Some(Ratio { median, minimum, low, high }) = Ratio::of(samples, base) {
        println!("{name:<30} median {median:.3} ({low:.3} to {high:.3} with 95 %), minimum {minimum:.3}");
    }
}
