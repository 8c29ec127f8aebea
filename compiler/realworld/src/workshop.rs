//! Where programs are built, once for each version of their inputs.

use std::{
    ffi::OsString,
    fmt::Write,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use crate::{Program, c, rust};

/// Why there is no WebAssembly file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// This machine lacks a tool: which, and how to get it.
    #[error("{0}")]
    Missing(String),
    /// It should have worked.
    #[error("{0}")]
    Failed(String),
}

/// A directory in which programs are built and kept.
#[derive(Debug)]
pub struct Workshop {
    directory: PathBuf,
    /// One for each program, held while it is built: threads that want the same one wait for it.
    building: [Mutex<()>; Program::ALL.len()],
}

/// How a WebAssembly file comes about.
#[derive(Debug)]
pub(crate) struct Recipe {
    pub(crate) compiler: OsString,
    pub(crate) arguments: Vec<OsString>,
    /// Variables added to the compiler's environment.
    pub(crate) environment: Vec<(&'static str, OsString)>,
    /// Files that decide what comes out.
    pub(crate) inputs: Vec<PathBuf>,
}

impl Workshop {
    /// The workshop in `directory`, which is to lie in Cargo's target directory.
    pub const fn new(directory: PathBuf) -> Workshop {
        Workshop { directory, building: [const { Mutex::new(()) }; Program::ALL.len()] }
    }

    /// The WebAssembly file of `program`, built unless it is there and its inputs are what they were.
    ///
    /// # Errors
    ///
    /// If a tool is missing, or the build fails.
    pub fn build(&self, program: Program) -> Result<PathBuf, BuildError> {
        let _building = self.building[program as usize].lock().unwrap_or_else(PoisonError::into_inner);
        let recipe = match program {
            Program::Rust => rust::recipe(&self.directory)?,
            _ => c::recipe(program)?,
        };
        let wasm = self.directory.join(format!("{}.wasm", program.name()));
        self.make(&recipe, &wasm).map_err(|error| BuildError::Failed(format!("{}: {error}", program.name())))?;
        Ok(wasm)
    }

    fn make(&self, recipe: &Recipe, wasm: &Path) -> io::Result<()> {
        let stamp = wasm.with_extension("stamp");
        let current = recipe.stamp()?;
        if wasm.exists() && fs::read_to_string(&stamp).is_ok_and(|kept| kept == current) {
            return Ok(());
        }
        fs::create_dir_all(&self.directory)?;
        // Another process may be building the same program: what is kept is always whole, and equal.
        let unfinished = tempfile::Builder::new().suffix(".wasm").tempfile_in(&self.directory)?.into_temp_path();
        let output = recipe.command(&unfinished).output()?;
        if !output.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        unfinished.persist(wasm)?;
        fs::write(&stamp, current)
    }
}

impl Recipe {
    pub(crate) fn command(&self, output: &Path) -> Command {
        let mut command = Command::new(&self.compiler);
        command.args(&self.arguments).arg("-o").arg(output).envs(self.environment.iter().cloned());
        command
    }

    /// The command and the state of its inputs, as text.
    fn stamp(&self) -> io::Result<String> {
        let mut stamp = format!("{:?} {:?}\n", self.compiler, self.arguments);
        for input in &self.inputs {
            let metadata = fs::metadata(input)?;
            let since = metadata.modified()?.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            let written = writeln!(stamp, "{} {} {since:?}", input.display(), metadata.len());
            written.expect("invariant: writing to a string cannot fail");
        }
        Ok(stamp)
    }
}
