//! Finds a Rust toolchain that has a target's standard library.

use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A compiler and its package manager.
#[derive(Debug)]
pub(crate) struct Toolchain {
    /// The compiler.
    pub(crate) rustc: PathBuf,
    /// The package manager.
    pub(crate) cargo: PathBuf,
    /// Where the compiler has its standard libraries.
    pub(crate) sysroot: PathBuf,
    /// Whether it is the toolchain of this build; otherwise this build's environment is not meant for it.
    pub(crate) active: bool,
}

impl Toolchain {
    /// The toolchain of this build if it has `triple`, or else the first one in `PATH` that has.
    pub(crate) fn find(triple: &str) -> Option<Toolchain> {
        let active = Toolchain::active();
        if let Some(toolchain) = &active {
            // rustup notes there which targets it has added.
            let components = toolchain.sysroot.join("lib/rustlib/components");
            if components.exists() {
                println!("cargo::rerun-if-changed={}", components.display());
            }
        }
        active.into_iter().chain(Toolchain::in_path()).find(|toolchain| toolchain.has(triple))
    }

    fn active() -> Option<Toolchain> {
        let rustc = PathBuf::from(env::var_os("RUSTC")?);
        let cargo = PathBuf::from(env::var_os("CARGO")?);
        Some(Toolchain { sysroot: sysroot(Command::new(&rustc))?, rustc, cargo, active: true })
    }

    /// The toolchains in `PATH` whose compiler and package manager lie side by side, such as Debian's.
    fn in_path() -> impl Iterator<Item = Toolchain> {
        let path = env::var_os("PATH").unwrap_or_default();
        let directories: Vec<PathBuf> = env::split_paths(&path).collect();
        directories.into_iter().filter_map(|directory| {
            let (rustc, cargo) = (directory.join("rustc"), directory.join("cargo"));
            if !rustc.is_file() || !cargo.is_file() {
                return None;
            }
            let mut command = Command::new(&rustc);
            forget_this_build(&mut command);
            Some(Toolchain { sysroot: sysroot(command)?, rustc, cargo, active: false })
        })
    }

    /// Whether the toolchain has the standard library for `triple`.
    fn has(&self, triple: &str) -> bool {
        let libraries = self.sysroot.join("lib/rustlib").join(triple).join("lib");
        let is_core = |name: &OsStr| {
            let name = name.to_string_lossy();
            name.starts_with("libcore-") && name.ends_with(".rlib")
        };
        fs::read_dir(libraries)
            .is_ok_and(|mut entries| entries.any(|entry| entry.is_ok_and(|it| is_core(&it.file_name()))))
    }

    /// A command that runs this toolchain's cargo in `directory`, with nothing of this build in its environment except
    /// where cargo keeps and gets packages.
    pub(crate) fn cargo(&self, directory: &Path) -> Command {
        let mut command = Command::new(&self.cargo);
        for (name, _) in env::vars_os() {
            if is_setting_of_a_build(&name) {
                command.env_remove(name);
            }
        }
        if !self.active {
            forget_this_build(&mut command);
        }
        command.current_dir(directory).env("RUSTC", &self.rustc).env("RUSTC_WRAPPER", "");
        command
    }
}

/// Removes what rustup's proxies and this build's compiler have set for themselves.
fn forget_this_build(command: &mut Command) {
    for name in ["RUSTUP_TOOLCHAIN", "RUSTUP_TOOLCHAIN_SOURCE", "LD_LIBRARY_PATH", "RUST_RECURSION_COUNT"] {
        command.env_remove(name);
    }
}

/// Whether an environment variable says how this build is done: flags, profiles, wrappers, coverage, its own packages.
fn is_setting_of_a_build(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let kept = ["CARGO_HOME", "CARGO_HTTP_", "CARGO_NET_", "CARGO_REGISTR"];
    let dropped = ["CARGO", "RUSTC", "RUSTFLAGS", "RUSTDOC", "CLIPPY", "LLVM_PROFILE_FILE", "DEP_"];
    let cargo_has_set =
        ["OUT_DIR", "TARGET", "HOST", "PROFILE", "DEBUG", "OPT_LEVEL", "NUM_JOBS", "MAKEFLAGS", "MFLAGS"];
    !kept.iter().any(|prefix| name.starts_with(prefix))
        && (dropped.iter().any(|prefix| name.starts_with(prefix)) || cargo_has_set.contains(&name.as_ref()))
}

fn sysroot(mut rustc: Command) -> Option<PathBuf> {
    let output = rustc.args(["--print", "sysroot"]).output().ok().filter(|output| output.status.success())?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim_end()))
}
