//! Large real modules, in the folder that `WASMELT_LARGE_MODULES` names: they are built in less than 2 GiB, and run. The
//! README says how to get them.

use std::{
    env,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use wasmelt_driver::{ImportType, Source, parse};
use wasmelt_targets::Architecture;

use crate::support::{Finished, Project, targets_to_build};

/// Address space that a build may take, in KiB: no less than the memory that it needs.
const MOST_KIBIBYTES: u32 = 2 << 20;

/// The module `name`, wherever it lies in the folder.
fn find(name: &str) -> Option<PathBuf> {
    fn below(folder: &Path, name: &str) -> Option<PathBuf> {
        let entries: Vec<PathBuf> = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
        let found = entries.iter().find(|path| path.is_file() && path.ends_with(name)).cloned();
        found.or_else(|| entries.iter().filter(|path| path.is_dir()).find_map(|path| below(path, name)))
    }
    let Some(folder) = env::var_os("WASMELT_LARGE_MODULES") else {
        println!("skipped: WASMELT_LARGE_MODULES names no folder with large modules");
        return None;
    };
    let found = below(Path::new(&folder), name);
    if found.is_none() {
        println!("skipped: there is no {name} in {}", folder.display());
    }
    found
}

/// Builds `app` from `module` for each target, and runs this machine's with `arguments`.
fn check(project: &Project, module: &Path, options: &[&str], arguments: &[&str], expected: &str) {
    for target in targets_to_build() {
        let mut shell = project.other_command("sh");
        shell.args(["-c", &format!("ulimit -v {MOST_KIBIBYTES}; exec \"$0\" \"$@\"")]);
        shell.arg(env!("CARGO_BIN_EXE_wasmelt")).arg("build").arg(module);
        shell.args(["-o", "app", "--target", &target.to_string()]).args(options);
        Finished::of(&mut shell).succeeded();
        if Architecture::host() == Some(target.architecture) {
            let ran = Finished::of(project.other_command(project.path("app")).args(arguments)).succeeded();
            assert!(ran.stdout.contains(expected), "{target}: {}", ran.stdout);
        }
    }
}

#[test]
fn python() {
    let Some(module) = find("python.wasm") else { return };
    let options = ["--allow-args", "--allow-clock", "--allow-random"];
    check(&Project::new(&[]), &module, &options, &["-c", "print(sum(range(10)))"], "45\n");
}

#[test]
fn yosys() {
    let Some(module) = find("yosys.wasm") else { return };
    let project = Project::new(&[]);
    project.write("top.v", b"module top(input a, b, output y); assign y = a & b; endmodule\n");
    let options = ["--allow-args", "--allow-clock", "--allow-random", "--dir", "."];
    check(&project, &module, &options, &["-p", "read_verilog top.v; proc; opt; stat"], "$and");
}

/// What the package's JavaScript provides is provided by modules that do as little as Ruby needs to evaluate a line.
#[test]
fn ruby() {
    let Some(module) = find("ruby+stdlib.wasm") else { return };
    let project = Project::new(&["ruby.wat"]);
    let libraries = ["canonical_abi", "rb-js-abi-host"];
    for library in libraries {
        project.write(&format!("{library}.wat"), stand_in(&module, library).as_bytes());
    }
    let ruby = format!("ruby={}", module.display());
    let mut options = vec!["--allow-clock", "--allow-random"];
    let given = libraries.map(|library| format!("{library}={library}.wat"));
    given.iter().chain([&ruby]).for_each(|module| options.extend(["--module", module]));
    check(&project, Path::new("ruby.wat"), &options, &[], "2432902008176640000\n");
}

/// A module with all functions that `module` imports from `library`: handles are what they stand for, and all others trap.
fn stand_in(module: &Path, library: &str) -> String {
    let module = parse(&Source::read(module).unwrap()).unwrap();
    let mut text = String::from("(module\n");
    for import in module.imports.iter().filter(|import| import.module == library) {
        let ImportType::Function(ty) = import.ty else { continue };
        let ty = module.func_type(ty);
        let list = |types: &[_]| types.iter().map(|ty: &wasmelt_driver::ValType| format!(" {ty}")).collect::<String>();
        let body = match import.name.as_str() {
            name if name.starts_with("resource_drop") => "nop",
            name if name.starts_with("resource_") => "local.get 0",
            _ => "unreachable",
        };
        let (name, params, results) = (&import.name, list(ty.params()), list(ty.results()));
        writeln!(text, "(func (export {name:?}) (param{params}) (result{results}) {body})").unwrap();
    }
    text + ")\n"
}
