//! Running executables on this machine: directly, or through a user-mode emulator.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

use wasmelt_targets::{Architecture, Target};

use crate::diagnostics::{Code, Diagnostic};

/// How programs of one architecture run here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Runner {
    /// The processor runs them.
    Native,
    /// QEMU's user-mode emulator runs them.
    Emulator(PathBuf),
}

impl Runner {
    /// How programs for `target` run on this machine.
    ///
    /// # Errors
    ///
    /// If they need an emulator, and none is on `PATH`.
    pub fn find(target: &Target) -> Result<Runner, Diagnostic> {
        let path = env::var_os("PATH").unwrap_or_default();
        Runner::find_in(target.architecture, Architecture::host(), &path)
    }

    fn find_in(wanted: Architecture, host: Option<Architecture>, path: &OsStr) -> Result<Runner, Diagnostic> {
        if host == Some(wanted) {
            return Ok(Runner::Native);
        }
        let names = emulator_names(wanted);
        let found = names.iter().find_map(|name| find_program(name, path));
        found.map(Runner::Emulator).ok_or_else(|| {
            let message = format_args!("this machine cannot run {wanted} programs, and `{}` is not on PATH", names[0]);
            Diagnostic::error(Code::NoEmulator, message)
                .with_help("install QEMU's user-mode emulators: on Debian and Ubuntu, `apt install qemu-user-static`")
        })
    }

    /// The command that runs `executable`, without arguments.
    pub fn command(&self, executable: &Path) -> Command {
        match self {
            Runner::Native => Command::new(executable),
            Runner::Emulator(emulator) => {
                let mut command = Command::new(emulator);
                command.arg(executable);
                command
            }
        }
    }
}

/// The names under which QEMU's emulator of `architecture` may be installed.
pub fn emulator_names(architecture: Architecture) -> [&'static str; 2] {
    match architecture {
        Architecture::X86_64 => ["qemu-x86_64", "qemu-x86_64-static"],
        Architecture::Aarch64 => ["qemu-aarch64", "qemu-aarch64-static"],
    }
}

fn find_program(name: &str, path: &OsStr) -> Option<PathBuf> {
    env::split_paths(path).map(|directory| directory.join(name)).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_needs_no_emulator() {
        for architecture in Architecture::ALL {
            let runner = Runner::find_in(architecture, Some(architecture), OsStr::new(""));
            assert_eq!(runner, Ok(Runner::Native));
        }
    }

    #[test]
    fn an_emulator_is_found_under_either_name() {
        for name in emulator_names(Architecture::Aarch64) {
            let directory = tempfile::tempdir().unwrap();
            let emulator = directory.path().join(name);
            std::fs::write(&emulator, b"").unwrap();
            let path = env::join_paths([Path::new("/nowhere"), directory.path()]).unwrap();
            let runner = Runner::find_in(Architecture::Aarch64, Some(Architecture::X86_64), &path);
            assert_eq!(runner, Ok(Runner::Emulator(emulator)));
        }
    }

    #[test]
    fn a_missing_emulator_is_named() {
        let error = Runner::find_in(Architecture::Aarch64, None, OsStr::new("")).unwrap_err();
        assert_eq!(error.code, Code::NoEmulator);
        assert!(error.message.contains("qemu-aarch64"));
    }
}
