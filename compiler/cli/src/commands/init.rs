//! `wasmelt init`: a first project file, from what modules import.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs::OpenOptions,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use wasmelt_driver::{Diagnostic, Module, Source, diagnostics::Code, parse};

use crate::{
    project,
    report::{self, Status},
    request::target_or_default,
};

const WASI: &str = "wasi_snapshot_preview1";

/// `wasmelt init`
#[derive(Debug, clap::Args)]
pub(crate) struct InitArgs {
    /// Modules, in the binary (.wasm) or the text format (.wat)
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Writes a project file for the modules, unless there is one.
pub(crate) fn init(args: &InitArgs) -> Status {
    let text = match project_file(&args.files) {
        Ok(text) => text,
        Err(diagnostics) => return report::failure(&diagnostics),
    };
    match OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(project::FILE)
        .and_then(|mut file| file.write_all(text.as_bytes()))
    {
        Ok(()) => report::result(&format!("{} is written; `wasmelt build` does what it says\n", project::FILE)),
        Err(error) => report::failure(&[unwritable(&error)]),
    }
}

fn unwritable(error: &io::Error) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::Unwritable, format_args!("cannot write the project file: {error}"))
        .in_file(project::FILE);
    match error.kind() {
        io::ErrorKind::AlreadyExists => {
            diagnostic.with_help("what is there is not replaced: remove it first, or add to it")
        }
        _ => diagnostic,
    }
}

fn project_file(files: &[PathBuf]) -> Result<String, Vec<Diagnostic>> {
    let one = |diagnostic| vec![diagnostic];
    let target = target_or_default(None).map_err(one)?;
    let mut text = format!(
        "\
# `wasmelt build` without arguments does what is written here. Paths count from this directory.

# Where the programs are to run; `wasmelt targets` lists the choices.
targets = [\"{target}\"]

# The directory for the executables.
output = \"dist\"

# What modules become, one of the choices that `wasmelt build --help` lists at `--emit`.
# emit = \"oci\"

# Flags of `wasmelt build` by their long names, for all modules; a module may have some of its own.
[compile]
# optimize = \"size\"
# strip = true
"
    );
    for file in files {
        let module = parse(&Source::read(file).map_err(one)?)?;
        describe(&mut text, file, &module).expect("invariant: writing to a String cannot fail");
    }
    Ok(text)
}

fn describe(text: &mut String, file: &Path, module: &Module) -> std::fmt::Result {
    let mut imports: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for import in &module.imports {
        imports.entry(&import.module).or_default().push(&import.name);
    }
    writeln!(text, "\n[[module]]\npath = {}", toml::Value::from(file.to_string_lossy().as_ref()))?;
    if imports.is_empty() {
        writeln!(text, "# It imports nothing.")?;
    }
    for (from, names) in &imports {
        writeln!(text, "# From `{}` it imports {}.", one_line(from), one_line(&names.join(", ")))?;
    }
    libraries(text, imports.keys().copied().filter(|from| *from != WASI))?;
    grants(text, imports.get(WASI).map_or(&[], Vec::as_slice))
}

/// Names are the module's, and may hold what would end a comment.
fn one_line(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn libraries<'a>(text: &mut String, names: impl Iterator<Item = &'a str>) -> std::fmt::Result {
    let flags: Vec<String> =
        names.map(|name| toml::Value::from(format!("{}=FILE.wasm", one_line(name))).to_string()).collect();
    if flags.is_empty() {
        return Ok(());
    }
    writeln!(text, "\n# Other modules have to provide what WASI does not.\n[module.compile]")?;
    writeln!(text, "# module = [{}]", flags.join(", "))
}

/// What the program may ask for, to be granted or not.
fn grants(text: &mut String, functions: &[&str]) -> std::fmt::Result {
    let any = |wanted: &[&str]| wanted.iter().any(|name| functions.contains(name));
    let (arguments, variables) = (any(&["args_get"]), any(&["environ_get"]));
    let directories = any(&["path_open", "path_filestat_get", "path_create_directory", "path_unlink_file"]);
    let (clocks, random) = (any(&["clock_time_get", "clock_res_get"]), any(&["random_get"]));
    let sockets = any(&["sock_accept"]);
    if arguments || variables || directories || clocks || random || sockets {
        writeln!(text, "\n# What the program may reach; what is not granted is denied.\n[module.grants]")?;
    }
    if clocks {
        writeln!(text, "# clocks = \"exact\"          # or \"coarse\": whole milliseconds")?;
    }
    if random {
        writeln!(text, "# random = \"real\"           # or a number: the same bytes each time")?;
    }
    if sockets {
        writeln!(text, "# network = {{ listen = [\"127.0.0.1:8080\"] }}")?;
    }
    if arguments {
        writeln!(text, "[module.grants.args]\n# inherit = true            # the arguments that it is started with")?;
    }
    if variables {
        writeln!(text, "[module.grants.env]\n# inherit = [\"LANG\"]        # variables of the process")?;
        writeln!(text, "# set = {{ MODE = \"fast\" }}   # variables with values")?;
    }
    if directories {
        writeln!(text, "# [[module.grants.dir]]\n# host = \"./data\"\n# guest = \"/data\"")?;
        writeln!(text, "# access = \"read\"           # or \"write\", which includes reading")?;
    }
    Ok(())
}
