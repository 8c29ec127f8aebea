//! `wasmelt build --emit obj`: objects for all systems, and programs that others link.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use object::{BinaryFormat, Object, ObjectKind, ObjectSection, ObjectSymbol, SectionKind};
use wasmelt_targets::{Architecture, ObjectFormat, System, Target};
use wasmelt_testing::require_tool;

use crate::support::{Finished, Project};

/// Builds an object, which gets the name `output`.
fn build(project: &Project, module: &str, target: Target, (output, flags): (&str, &[&str])) -> Vec<u8> {
    let target = target.to_string();
    let line = ["build", module, "--emit", "obj", "--target", &target, "-o", output];
    project.wasmelt(&[&line[..], flags].concat()).succeeded();
    fs::read(project.path(output)).unwrap()
}

/// The symbols that an object does not define, without what the format puts in front of them.
fn undefined(object: &object::File<'_>) -> BTreeSet<String> {
    let prefix = if object.format() == BinaryFormat::MachO { "_" } else { "" };
    let symbols = object.symbols().filter(|symbol| symbol.is_undefined() && symbol.name() != Ok(""));
    symbols.map(|symbol| symbol.name().unwrap().strip_prefix(prefix).unwrap().to_owned()).collect()
}

#[test]
fn objects_of_all_systems_hold_the_same_program() {
    let modules = ["hello.wat", "functions.wat", "objects.wat", "throw.wat", "foreign.wat"];
    let project = Project::new(&modules);
    for target in Target::platforms() {
        for module in modules {
            // The sandbox is a function of the runtime, which there is for Linux only.
            let sandbox: &[&str] = if target.system == System::Linux { &["--sandbox", "off"] } else { &[] };
            let bytes = build(&project, module, target, ("one.o", &[sandbox, &["-j1"]].concat()));
            let object = object::File::parse(&bytes[..]).unwrap();
            let format = match target.system.object_format() {
                ObjectFormat::Elf => BinaryFormat::Elf,
                ObjectFormat::MachO => BinaryFormat::MachO,
                ObjectFormat::Coff => BinaryFormat::Coff,
            };
            let architecture = match target.architecture {
                Architecture::X86_64 => object::Architecture::X86_64,
                Architecture::Aarch64 => object::Architecture::Aarch64,
            };
            assert_eq!((object.format(), object.architecture()), (format, architecture));
            assert_eq!(object.kind(), ObjectKind::Relocatable);
            let text = object.sections().find(|section| section.kind() == SectionKind::Text).unwrap();
            assert!(text.size() > 0, "{module} for {target}");
            let linux =
                build(&project, module, Target::baseline(target.architecture), ("linux.o", &["--sandbox", "off"]));
            let linux = object::File::parse(&linux[..]).unwrap();
            assert_eq!(undefined(&object), undefined(&linux), "{module} for {target}");

            let others = build(&project, module, target, ("other.o", &[sandbox, &["-j4", "--no-cache"]].concat()));
            assert!(bytes == others, "{module} for {target}: threads and the cache make a difference");
        }
    }
}

#[test]
fn host_functions_are_called_as_the_system_has_it() {
    let project = Project::new(&["foreign.wat"]);
    for (target, convention) in [
        ("x86_64-linux", "system_v"),
        ("aarch64-linux", "system_v"),
        ("x86_64-macos", "system_v"),
        ("aarch64-macos", "apple_aarch64"),
        ("x86_64-windows", "windows_fastcall"),
        ("aarch64-windows", "windows_fastcall"),
    ] {
        let line = ["build", "foreign.wat", "--emit", "clif", "--target", target, "-o", "clif"];
        project.wasmelt(&line).succeeded();
        let text = fs::read_to_string(project.path("clif")).unwrap();
        let main = text.lines().find(|line| line.starts_with("function")).unwrap();
        assert!(main.contains(convention), "{main} for {target}");
        let called =
            text.lines().find(|line| line.contains("(i64, i32, i32, i32, i32, i32, i64, i64, i32, i32) -> i32"));
        assert!(called.unwrap().ends_with(convention), "{called:?} for {target}");
    }
}

#[test]
fn programs_are_for_systems_with_a_runtime() {
    let project = Project::new(&["hello.wat"]);
    for target in Target::platforms().filter(|target| target.system != System::Linux) {
        let target = target.to_string();
        for emit in ["exe", "oci"] {
            let line = ["build", "hello.wat", "--emit", emit, "--target", &target];
            let refused = project.wasmelt(&line).failed_with(&["E0208"]);
            assert!(refused.stderr.contains("--emit obj"), "{}", refused.stderr);
        }
        project.wasmelt(&["run", "hello.wat", "--target", &target]).failed_with(&["E0208"]);
        let line = ["build", "hello.wat", "--emit", "obj", "--require-sandbox", "--target", &target];
        project.wasmelt(&line).failed_with(&["E0202"]);
        project.wasmelt(&["build", "hello.wat", "--emit", "asm", "--target", &target]).succeeded();
    }
}

/// What the host in `tests/host` is made of.
fn host_sources() -> [PathBuf; 2] {
    ["host.c", "arguments.c"].map(|name| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/host").join(name))
}

/// What the host writes for `foreign.wat`: all ten arguments arrived, and the memory had two pages.
const WRITTEN: &str = "Kcz";

#[test]
fn a_host_in_c_runs_an_object_on_linux() {
    let (Some(clang), Some(target)) = (clang(), host(System::Linux)) else { return };
    let project = Project::new(&["foreign.wat"]);
    build(&project, "foreign.wat", target, ("program.o", &["--sandbox", "off", "--bounds", "guard", "--dir", "."]));
    let mut link = project.other_command(clang);
    link.args(["-Wall", "-Werror", "-O2", "-no-pie"]).args(host_sources()).args(["program.o", "-o", "app"]);
    assert_eq!(Finished::of(&mut link).succeeded().stderr, "");
    let ran = Finished::of(&mut project.other_command(project.path("app"))).succeeded();
    assert_eq!(ran.stdout, format!("{WRITTEN}\n"));
}

#[test]
fn a_host_in_c_runs_an_object_on_windows() {
    let target = Target::portable(System::Windows, Architecture::X86_64);
    let Some(tools) = WindowsTools::find() else { return };
    let project = Project::new(&["foreign.wat"]);
    build(&project, "foreign.wat", target, ("program.obj", &["--bounds", "guard", "--dir", "."]));
    tools.link(&project);
    let ran = tools.run(&project);
    assert_eq!(ran.stdout.trim_end(), WRITTEN, "{ran:?}");
}

fn clang() -> Option<PathBuf> {
    require_tool(&["clang"], "it compiles programs that objects are linked with")
}

/// The platform of this machine's architecture.
fn host(system: System) -> Option<Target> {
    Architecture::host().map(|architecture| Target::portable(system, architecture))
}

/// What makes a program for Windows, and what runs it here.
struct WindowsTools {
    clang: PathBuf,
    dlltool: PathBuf,
    linker: PathBuf,
    wine: PathBuf,
    server: PathBuf,
}

impl WindowsTools {
    fn find() -> Option<WindowsTools> {
        if Architecture::host() != Some(Architecture::X86_64) {
            return None;
        }
        let purpose = "it makes programs for Windows";
        Some(WindowsTools {
            clang: clang()?,
            dlltool: require_tool(&["llvm-dlltool"], purpose)?,
            linker: require_tool(&["lld-link"], purpose)?,
            wine: require_tool(&["wine"], "it runs programs for Windows")?,
            server: require_tool(&["wineserver"], "it runs programs for Windows")?,
        })
    }

    /// Links `program.obj` with the host, to `app.exe`.
    fn link(&self, project: &Project) {
        let functions = "LIBRARY kernel32.dll\nEXPORTS\nVirtualAlloc\nGetStdHandle\nWriteFile\nExitProcess\n";
        project.write("kernel32.def", functions.as_bytes());
        let mut library = project.other_command(&self.dlltool);
        library.args(["-m", "i386:x86-64", "-d", "kernel32.def", "-l", "kernel32.lib"]);
        Finished::of(&mut library).succeeded();
        let mut compile = project.other_command(&self.clang);
        compile.args([
            "--target=x86_64-pc-windows-msvc",
            "-Wall",
            "-Werror",
            "-O2",
            "-ffreestanding",
            "-fno-builtin",
            "-c",
        ]);
        Finished::of(compile.args(host_sources())).succeeded();
        let mut link = project.other_command(&self.linker);
        link.args(["/entry:start", "/subsystem:console", "/nodefaultlib", "/out:app.exe"]);
        Finished::of(link.args(["program.obj", "host.o", "arguments.o", "kernel32.lib"])).succeeded();
    }

    /// Runs `app.exe` in a Windows of its own.
    fn run(&self, project: &Project) -> Finished {
        let windows = tempfile::tempdir().unwrap();
        let inside = |program: &Path| {
            let mut command: Command = project.other_command(program);
            command.env("WINEPREFIX", windows.path().join("prefix")).env("HOME", windows.path());
            command.env("WINEDEBUG", "-all").env_remove("DISPLAY");
            command
        };
        let ran = Finished::of(inside(&self.wine).arg("app.exe"));
        // What it leaves running would write to the folder that is about to be deleted.
        Finished::of(inside(&self.server).args(["--kill", "--wait"]));
        ran.succeeded()
    }
}
