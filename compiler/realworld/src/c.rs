//! C programs, by clang and wasi-libc.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use crate::{BuildError, Program, package, program::CSources, workshop::Recipe};

/// What programs get of wasi-libc's emulations of what WASI does not have; unused ones are not linked.
const EMULATED: [(&str, &str); 4] = [
    ("_WASI_EMULATED_SIGNAL", "wasi-emulated-signal"),
    ("_WASI_EMULATED_PROCESS_CLOCKS", "wasi-emulated-process-clocks"),
    ("_WASI_EMULATED_MMAN", "wasi-emulated-mman"),
    ("_WASI_EMULATED_GETPID", "wasi-emulated-getpid"),
];

/// Interpreters recurse deeply: the linker's 64 KiB of stack are too few for them. The stack comes first in memory, so that
/// overflowing it traps.
const STACK: &str = "-Wl,-z,stack-size=1048576,--stack-first";

/// How `program` is built.
///
/// # Panics
///
/// If it is not a C program.
///
/// # Errors
///
/// If the toolchain or the sources are missing.
pub(crate) fn recipe(program: Program) -> Result<Recipe, BuildError> {
    let sources = program.c_sources().expect("invariant: the caller has the other programs built elsewhere");
    check_toolchain()?;
    let root = package::directory(sources.package)?.join(sources.root);
    let folder = program.folder();
    let files = files(&sources, &root, &folder).map_err(|error| BuildError::Failed(error.to_string()))?;

    let mut arguments = target_arguments();
    arguments.extend(["-O2", "-w", STACK].map(OsString::from));
    arguments.extend(sources.definitions.iter().map(|definition| format!("-D{definition}").into()));
    arguments.extend(sources.options.iter().map(OsString::from));
    // The program's own headers stand in for those that wasi-libc lacks.
    arguments.extend([folder.join("include"), root].into_iter().flat_map(|path| ["-I".into(), path.into()]));
    arguments.extend(files.iter().map(OsString::from));
    for (definition, library) in EMULATED {
        arguments.push(format!("-D{definition}").into());
        arguments.push(format!("-l{library}").into());
    }

    // Packages never change; our own headers do.
    let own_headers = sources.own_headers.iter().map(|file| folder.join(file));
    let inputs = files.iter().cloned().chain(own_headers).collect();
    Ok(Recipe { compiler: "clang".into(), arguments, environment: Vec::new(), inputs })
}

fn target_arguments() -> Vec<OsString> {
    vec!["--target=wasm32-wasi".into()]
}

/// The source files, in a fixed order.
fn files(sources: &CSources, root: &Path, folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for source in sources.sources {
        let path = root.join(source);
        if path.is_dir() {
            let entries = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
            files.extend(entries.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "c")));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files.extend(sources.own_sources.iter().map(|file| folder.join(file)));
    Ok(files)
}

/// Whether C programs can be built here, tried out once.
fn check_toolchain() -> Result<(), BuildError> {
    static RESULT: OnceLock<Result<(), BuildError>> = OnceLock::new();
    RESULT.get_or_init(try_toolchain).clone()
}

fn try_toolchain() -> Result<(), BuildError> {
    let missing = |reason: String| {
        let packages = "on Debian and Ubuntu, `apt install clang lld wasi-libc libclang-rt-dev-wasm32`";
        BuildError::Missing(format!("clang cannot build C programs for wasm32-wasi ({packages}): {reason}"))
    };
    let directory = tempfile::tempdir().map_err(|error| BuildError::Failed(error.to_string()))?;
    let source = directory.path().join("main.c");
    fs::write(&source, "#include <stdio.h>\nint main(void) { return printf(\"\"); }\n")
        .map_err(|error| BuildError::Failed(error.to_string()))?;
    let mut command = Command::new("clang");
    command.args(target_arguments()).arg(&source).arg("-o").arg(directory.path().join("main.wasm"));
    let output = command.output().map_err(|error| missing(error.to_string()))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(missing(String::from_utf8_lossy(&output.stderr).into_owned())),
    }
}
