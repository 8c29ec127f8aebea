//! The Rust program, by a compiler that has Rust's standard library for WASI.
//!
//! With rustup that is the usual one (`rustup target add wasm32-wasip1`). Debian's library belongs to an older compiler, which
//! cannot be installed next to a newer one; `debian-wasi-rust.sh` unpacks it into the target directory instead.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{BuildError, Program, workshop::Recipe};

/// The target's names: since Rust 1.78, and before.
const TARGETS: [&str; 2] = ["wasm32-wasip1", "wasm32-wasi"];

/// LLVM's linker.
const LINKER: &str = "wasm-ld";

/// A compiler, and what it needs to find its own parts.
#[derive(Default)]
struct Rustc {
    program: PathBuf,
    /// The directory above `lib/rustlib`, if it is not where the compiler expects it.
    sysroot: Option<PathBuf>,
    library_path: Option<PathBuf>,
    /// The linker, if it is not Rust's own, which distributions do not ship.
    linker: Option<&'static str>,
}

/// A Rust compiler for WASI.
#[derive(Clone, Debug)]
pub struct WasiRust {
    /// The compiler's program.
    pub rustc: PathBuf,
    /// The target's name.
    pub target: &'static str,
    /// What it needs to find its parts and a linker.
    pub arguments: Vec<OsString>,
    /// Variables of its environment.
    pub environment: Vec<(&'static str, OsString)>,
}

impl WasiRust {
    /// The compiler that there is for a directory in Cargo's target directory.
    ///
    /// # Errors
    ///
    /// If none is found.
    pub fn find(directory: &Path) -> Result<WasiRust, BuildError> {
        let (rustc, target) = find_or_say_how(directory)?;
        let arguments = [rustc.sysroot_arguments(), rustc.linker_arguments()].concat();
        let environment = rustc.environment();
        Ok(WasiRust { rustc: rustc.program, target, arguments, environment })
    }

    /// Whether this Cargo can work with it: a distribution's may be older.
    pub fn suits_cargo(&self) -> bool {
        let mut command = Command::new(&self.rustc);
        command.args(["-", "--crate-name", "x", "--print=split-debuginfo"]).stdin(Stdio::null());
        let output = command.envs(self.environment.clone()).output();
        output.is_ok_and(|output| output.status.success())
    }
}

fn find_or_say_how(directory: &Path) -> Result<(Rustc, &'static str), BuildError> {
    find(directory).ok_or_else(|| {
        let ways =
            "`rustup target add wasm32-wasip1`, or on Debian and Ubuntu `compiler/realworld/debian-wasi-rust.sh`";
        BuildError::Missing(format!("no Rust compiler here has the standard library for WASI: {ways}"))
    })
}

/// How the program is built in the workshop in `directory`.
///
/// # Errors
///
/// If no compiler for WASI is found.
pub(crate) fn recipe(directory: &Path) -> Result<Recipe, BuildError> {
    let (rustc, target) = find_or_say_how(directory)?;
    let main = Program::Rust.folder().join("main.rs");
    let mut arguments: Vec<OsString> = rustc.sysroot_arguments();
    arguments.extend(["--edition", "2021", "--target", target, "-O", "-C", "strip=debuginfo"].map(OsString::from));
    arguments.extend(rustc.linker_arguments());
    arguments.push(main.clone().into());
    let environment = rustc.environment();
    Ok(Recipe { compiler: rustc.program.into(), arguments, environment, inputs: vec![main] })
}

fn find(directory: &Path) -> Option<(Rustc, &'static str)> {
    let on_path = Rustc { program: "rustc".into(), ..Rustc::default() };
    let distribution = Rustc { program: "/usr/bin/rustc".into(), linker: Some(LINKER), ..Rustc::default() };
    let unpacked = unpacked(&directory.parent()?.join("wasi-rust"));
    let supports = |rustc: &Rustc| TARGETS.into_iter().find(|target| rustc.has(target));
    let mut candidates = [Some(distribution), unpacked, Some(on_path)].into_iter().flatten();
    candidates.find_map(|rustc| supports(&rustc).map(|target| (rustc, target)))
}

/// The compiler that `debian-wasi-rust.sh` unpacked into `root`.
fn unpacked(root: &Path) -> Option<Rustc> {
    let libraries = fs::read_dir(root.join("usr/lib")).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let library_path = libraries.into_iter().find(|path| path.to_string_lossy().ends_with("-linux-gnu"));
    let (program, sysroot) = (root.join("usr/bin/rustc"), Some(root.join("usr")));
    Some(Rustc { program, sysroot, library_path, linker: Some(LINKER) })
}

impl Rustc {
    /// Whether it has the standard library for `target`.
    fn has(&self, target: &str) -> bool {
        let mut command = Command::new(&self.program);
        command.args(self.sysroot_arguments()).args(["--print", "target-libdir", "--target", target]);
        let Ok(output) = command.envs(self.environment()).output() else { return false };
        let libraries = fs::read_dir(String::from_utf8_lossy(&output.stdout).trim()).into_iter().flatten().flatten();
        output.status.success()
            && libraries.into_iter().any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
    }

    fn sysroot_arguments(&self) -> Vec<OsString> {
        self.sysroot.iter().flat_map(|sysroot| ["--sysroot".into(), sysroot.into()]).collect()
    }

    fn linker_arguments(&self) -> Vec<OsString> {
        let linker =
            |linker| ["-C".into(), format!("linker={linker}").into(), "-C".into(), "linker-flavor=wasm-ld".into()];
        self.linker.map(linker).into_iter().flatten().collect()
    }

    fn environment(&self) -> Vec<(&'static str, OsString)> {
        self.library_path.iter().map(|path| ("LD_LIBRARY_PATH", path.into())).collect()
    }
}
