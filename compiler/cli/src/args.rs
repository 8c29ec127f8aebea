//! The command line as it is written. What it means is decided in `request`.

mod bench;
mod engine;

use std::{ffi::OsString, num::NonZeroUsize, path::PathBuf};

use clap::{Args, Command, CommandFactory, Parser, ValueEnum};
use wasmelt_policy::{Directory, Limit, Text, Variable};
use wasmelt_targets::Target;

use crate::commands::{CacheArgs, CompletionsArgs, ExplainArgs, InitArgs, ManArgs, VerifyArgs, WorkbenchArgs};
use crate::request::{LibraryFile, Size, parse_heap_size, parse_library, parse_stack_size};

const EXIT_STATUSES: &str = "\
Exit status:
  0   everything was done
  1   something was not: a bad module, a denied request, a file that cannot be written
  2   the command line is wrong
  70  wasmelt itself has a bug
`wasmelt run` exits as the program does.";

pub(crate) use bench::{BenchArgs, StartupArgs, Subject};
pub(crate) use engine::EngineArgs;

/// Compiles WebAssembly to native, sandboxed executables.
#[derive(Debug, Parser)]
#[command(name = "wasmelt", version, arg_required_else_help = true, after_help = EXIT_STATUSES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) subcommand: Subcommand,
}

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Subcommand {
    /// Compile modules to executables; without any, do what wasmelt.toml says
    Build(BuildArgs),
    /// Write a wasmelt.toml for modules
    Init(InitArgs),
    /// Compile a module, unless that was done before, and run it
    Run(RunArgs),
    /// Say what a module asks for and costs, or what an executable is made of and may reach
    Inspect(InspectArgs),
    /// Build an executable again from its modules, and compare
    Verify(VerifyArgs),
    /// Change what an executable may reach, without compiling it again
    Grant(GrantCommandArgs),
    /// Run a module once, and print the policy that it needed
    Learn(RunArgs),
    /// Measure programs against what else there is
    Bench(BenchArgs),
    /// List the targets and CPU levels that can be compiled for
    Targets,
    /// Run the specification's test scripts as native code
    Wast(WastArgs),
    /// Start the workbench, the desktop application
    Workbench(WorkbenchArgs),
    /// Look after what is kept of earlier builds
    Cache(CacheArgs),
    /// Say what the code of an error means
    Explain(ExplainArgs),
    /// Print what a shell needs to complete command lines
    Completions(CompletionsArgs),
    /// Print the manual page
    Man(ManArgs),
}

/// The words that the process was started with; those that are a program's own stand behind a `--`.
pub(crate) fn words() -> Vec<OsString> {
    let mut words: Vec<OsString> = std::env::args_os().collect();
    let name = words.get(1).and_then(|word| word.to_str()).filter(|name| ["run", "learn"].contains(name));
    let command = Arguments::command();
    if let Some(command) = name.and_then(|name| command.find_subcommand(name)) {
        let rest = words.split_off(2);
        words.extend(engine::with_separator(command, rest));
    }
    words
}

/// The command line's definition.
pub(crate) fn command() -> Command {
    // A project says in its file how its modules are compiled, and what they may reach.
    let of_modules = GrantArgs::augment_args(CompileArgs::augment_args(Command::new("of modules")));
    Arguments::command().mut_subcommand("build", |build| {
        of_modules
            .get_arguments()
            .fold(build, |build, flag| build.mut_arg(flag.get_id().as_str(), |flag| flag.requires("files")))
    })
}

const BUILD_EXAMPLES: &str = "\
Examples:
  wasmelt build app.wasm
      writes the executable `app` for this machine's architecture
  wasmelt build app.wasm --target aarch64-linux -o app-arm
      the same for 64-bit Arm
  wasmelt build *.wasm --target x86_64-linux --target aarch64-linux:neoverse-n1 -o dist
      writes dist/NAME-x86_64-linux and dist/NAME-aarch64-linux-neoverse-n1 for each module
  wasmelt build app.wasm --emit oci --target x86_64-linux --target aarch64-linux -o app.tar
      writes a container image for both architectures
  wasmelt build
      does what wasmelt.toml says; `wasmelt init app.wasm` writes one to begin with
  wasmelt build app.wasm --dir data::/data:ro --env LANG=C --allow-args
      lets the program read ./data as /data, and see LANG and its arguments

What is not granted is denied: the program sees no file, no variable, no argument but its own name, no clock and no
random bytes. It has its standard streams.";

/// `wasmelt build`
#[derive(Debug, Args)]
#[command(after_help = BUILD_EXAMPLES)]
pub(crate) struct BuildArgs {
    /// Modules, in the binary (.wasm) or the text format (.wat)
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// Where the program is to run; `wasmelt targets` lists the choices [default: this machine's architecture, portable]
    #[arg(long = "target", value_name = "TARGET")]
    pub(crate) targets: Vec<Target>,

    /// The executable, or with several the directory for them [default: named after the module, in this directory]
    #[arg(short, long, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,

    /// What to make of the modules [default: exe]
    #[arg(long, value_name = "WHAT")]
    pub(crate) emit: Option<EmitMode>,

    /// Do not say what was written, nor what a module could use and is not granted
    #[arg(short, long)]
    pub(crate) quiet: bool,

    /// Begin nothing more once something has failed
    #[arg(long)]
    pub(crate) fail_fast: bool,

    /// Threads that compile [default: one for each core]
    #[arg(short, long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,

    /// Compile every function, also those that were compiled before
    #[arg(long)]
    pub(crate) no_cache: bool,

    /// How to tell what happens; `json` is one object a line on standard output
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) message_format: MessageFormat,

    #[command(flatten)]
    pub(crate) compile: CompileArgs,

    #[command(flatten)]
    pub(crate) grants: GrantArgs,
}

/// What modules become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EmitMode {
    /// Executables
    Exe,
    /// Relocatable objects, before they are linked with a runtime (docs/objects.md); also for macOS and Windows
    Obj,
    /// Cranelift's intermediate form of all functions, as text
    Clif,
    /// The machine code of all functions, as text, with names and offsets of the module
    Asm,
    /// One OCI image for all targets, with nothing in it but an executable for each: a directory with its layout, or an
    /// archive if the output's name ends in `.tar`
    Oci,
}

/// Who reads what is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MessageFormat {
    /// People: progress bars at a terminal, lines elsewhere
    Human,
    /// Machines
    Json,
}

const RUN_EXAMPLES: &str = "\
Examples:
  wasmelt run app.wasm
  wasmelt run app.wasm --dir . -- --verbose input.txt
      lets the program read and write this directory; gives it the two arguments
  CARGO_TARGET_WASM32_WASIP1_RUNNER='wasmelt run -S cli' cargo test --target wasm32-wasip1
      runs the tests of a Rust crate, with clocks and random bytes

Behind FILE, the first word that is no flag begins the program's arguments; where flags stand in front of FILE, all
words behind it are its arguments, as with wasmtime.

Executables are kept in $WASMELT_CACHE_DIR, else in $XDG_CACHE_HOME/wasmelt or ~/.cache/wasmelt.
The exit status is the program's; 134 if it trapped.";

/// `wasmelt run`
#[derive(Debug, Args)]
#[command(after_help = RUN_EXAMPLES)]
pub(crate) struct RunArgs {
    /// A module, in the binary (.wasm) or the text format (.wat)
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// What to compile for; other architectures run under QEMU [default: this machine's architecture, portable]
    #[arg(long, value_name = "TARGET")]
    pub(crate) target: Option<Target>,

    #[command(flatten)]
    pub(crate) compile: CompileArgs,

    #[command(flatten)]
    pub(crate) grants: GrantArgs,

    #[command(flatten)]
    pub(crate) engine: EngineArgs,

    /// Arguments of the program
    #[arg(last = true, value_name = "ARGS")]
    pub(crate) arguments: Vec<OsString>,
}

/// `wasmelt inspect`
#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// A module (.wasm, .wat), or an executable or an image (a directory, or .tar) that wasmelt has built
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// Print it as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

const GRANT_EXAMPLES: &str = "\
Examples:
  wasmelt grant app --deny-write -o app-careful
  wasmelt grant app --allow-read=/data -o app2
      works if the program was built with a directory, or with `--grantable`: what is linked does not change

Whether the kernel enforces the grants stays as it was when the program was built.";

/// `wasmelt grant`
#[derive(Debug, Args)]
#[command(after_help = GRANT_EXAMPLES)]
pub(crate) struct GrantCommandArgs {
    /// An executable that wasmelt has built
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// The executable with the changed grants
    #[arg(short, long, value_name = "PATH")]
    pub(crate) output: PathBuf,

    #[command(flatten)]
    pub(crate) grants: GrantArgs,
}

/// How to compile.
#[derive(Debug, Args)]
#[command(next_help_heading = "Compilation")]
pub(crate) struct CompileArgs {
    /// What to optimise for
    #[arg(short = 'O', long, value_name = "GOAL", default_value = "speed")]
    pub(crate) optimize: Goal,

    /// Satisfy imports from module NAME by the exports of another module, which becomes part of the program; may be given
    /// several times: modules are instantiated in this order, each may import from those before it
    #[arg(long = "module", alias = "preload", value_name = "NAME=FILE", value_parser = parse_library)]
    pub(crate) libraries: Vec<LibraryFile>,

    #[command(flatten)]
    pub(crate) code: CodeArgs,

    /// Leave out the symbol table; traps still name functions
    #[arg(long)]
    pub(crate) strip: bool,

    /// Stack of the program, in bytes or with a suffix: 512K, 8M
    #[arg(long, value_name = "SIZE", default_value = "8M", value_parser = parse_stack_size)]
    pub(crate) stack_size: Size,

    /// Most that garbage-collected objects may take, in bytes or with a suffix
    #[arg(long, value_name = "SIZE", default_value = "1G", value_parser = parse_heap_size)]
    pub(crate) max_gc_heap: Size,
}

/// What code does.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Compilation")]
pub(crate) struct CodeArgs {
    /// How accesses to memories are kept inside
    #[arg(long, value_name = "HOW", default_value = "auto")]
    pub(crate) bounds: BoundsMode,

    /// Compute the same on every target and processor: NaNs are canonical, and relaxed SIMD is not relaxed
    #[arg(long)]
    pub(crate) deterministic: bool,
}

/// How accesses to memories are kept inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BoundsMode {
    /// By a guard, but for memories with 64-bit addresses or small pages
    Auto,
    /// By 8 GiB of address space for each memory, most of which cannot be accessed; memories with 64-bit addresses or
    /// small pages have checks all the same
    Guard,
    /// By a check of each access; the program needs little more address space than its memories have
    Explicit,
}

/// What the code generator optimises for.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Goal {
    /// A short compilation
    #[value(alias = "opt-level=0")]
    None,
    /// Speed of the program
    #[value(aliases = ["opt-level=1", "opt-level=2"])]
    Speed,
    /// Speed of the program, but not at the cost of its size
    #[value(alias = "opt-level=s")]
    Size,
}

/// What the program may reach.
#[derive(Debug, Args)]
#[command(next_help_heading = "Grants")]
pub(crate) struct GrantArgs {
    /// Grant what a policy file says (TOML, see docs/policy.md); flags add to it, and denials take from it
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,

    /// Let the program read directories and files; without a path, everything
    #[arg(long, value_name = "PATH", num_args = 0..=1, require_equals = true, value_delimiter = ',', default_missing_value = "")]
    pub(crate) allow_read: Vec<String>,

    /// Let the program read and write directories and files; without a path, everything
    #[arg(long, value_name = "PATH", num_args = 0..=1, require_equals = true, value_delimiter = ',', default_missing_value = "")]
    pub(crate) allow_write: Vec<String>,

    /// Let the program see environment variables; without a name, all
    #[arg(long, value_name = "NAME[=VALUE]", num_args = 0..=1, require_equals = true, value_delimiter = ',', default_missing_value = "")]
    pub(crate) allow_env: Vec<String>,

    /// Let the program connect to addresses: [tcp:|udp:]ADDRESS[/BITS][:PORT[-PORT]]; without one, to all
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, require_equals = true, value_delimiter = ',', default_missing_value = "")]
    pub(crate) allow_net: Vec<String>,

    /// Let the program listen on addresses; each TCP address with one port is a socket that it has from its start
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, require_equals = true, value_delimiter = ',', default_missing_value = "")]
    pub(crate) allow_listen: Vec<String>,

    /// Give back standard streams that the policy denies
    #[arg(long, value_name = "STREAM", num_args = 0..=1, require_equals = true, value_delimiter = ',', default_missing_value = "all")]
    pub(crate) allow_stdio: Vec<StreamName>,

    /// Let the program read the clocks: exact, or coarse, in whole milliseconds
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "exact")]
    pub(crate) allow_clock: Option<ClockMode>,

    /// Give the program random bytes; with a seed, the same ones each time
    #[arg(long, value_name = "SEED", num_args = 0..=1, require_equals = true, default_missing_value = "real", value_parser = parse_random)]
    pub(crate) allow_random: Option<RandomMode>,

    /// Limit memory, stack, cpu-time, wall-time, open-files, output
    #[arg(long = "limit", value_name = "NAME=VALUE", value_delimiter = ',')]
    pub(crate) limits: Vec<Limit>,

    /// Take back what can be read there; without a path, everywhere
    #[arg(long, value_name = "PATH", num_args = 0..=1, require_equals = true, value_delimiter = ',', default_missing_value = "")]
    pub(crate) deny_read: Vec<String>,

    /// Take back what can be written there; without a path, everywhere
    #[arg(long, value_name = "PATH", num_args = 0..=1, require_equals = true, value_delimiter = ',', default_missing_value = "")]
    pub(crate) deny_write: Vec<String>,

    /// Take back environment variables; without a name, all
    #[arg(long, value_name = "NAME", num_args = 0..=1, require_equals = true, value_delimiter = ',', default_missing_value = "")]
    pub(crate) deny_env: Vec<String>,

    /// Take back the arguments that the program is started with
    #[arg(long)]
    pub(crate) deny_args: bool,

    /// Take back connecting
    #[arg(long)]
    pub(crate) deny_net: bool,

    /// Take back listening
    #[arg(long)]
    pub(crate) deny_listen: bool,

    /// Take back standard streams
    #[arg(long, value_name = "STREAM", num_args = 0..=1, require_equals = true, value_delimiter = ',', default_missing_value = "all")]
    pub(crate) deny_stdio: Vec<StreamName>,

    /// Take back the clocks
    #[arg(long)]
    pub(crate) deny_clock: bool,

    /// Take back random bytes
    #[arg(long)]
    pub(crate) deny_random: bool,

    /// Link what the policy does not need as well, so that `wasmelt grant` can grant it later
    #[arg(long)]
    pub(crate) grantable: bool,

    /// Let the program use a directory; GUEST is its path for the program, `:ro` grants reading only
    #[arg(long = "dir", value_name = "HOST[::GUEST][:ro]")]
    pub(crate) directories: Vec<Directory>,

    /// Let the program see an environment variable: with this value, or with the one it is started with
    #[arg(long = "env", value_name = "NAME[=VALUE]")]
    pub(crate) variables: Vec<Variable>,

    /// Give the program an argument, always
    #[arg(long = "arg", value_name = "VALUE", allow_hyphen_values = true)]
    pub(crate) fixed_arguments: Vec<Text>,

    /// Let the program see the arguments it is started with
    #[arg(long)]
    pub(crate) allow_args: bool,

    /// Have the kernel enforce the grants as well: no new privileges, a seccomp filter of the system calls that the program
    /// needs, and Landlock where directories are granted; as far as the kernel that it runs on is able to
    #[arg(long, value_name = "WHETHER", default_value = "on")]
    pub(crate) sandbox: SandboxMode,

    /// Do not run on a kernel that lacks a part of the sandbox
    #[arg(long, conflicts_with = "sandbox")]
    pub(crate) require_sandbox: bool,
}

/// A standard stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StreamName {
    /// All three
    All,
    /// Standard input
    Stdin,
    /// Standard output
    Stdout,
    /// Standard error
    Stderr,
}

/// How exact the clocks are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ClockMode {
    /// As the host's
    Exact,
    /// Whole milliseconds
    Coarse,
}

/// Where random bytes come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RandomMode {
    /// The kernel.
    Real,
    /// This number.
    Seed(u64),
}

fn parse_random(text: &str) -> Result<RandomMode, String> {
    match text {
        "real" => Ok(RandomMode::Real),
        text => text.parse().map(RandomMode::Seed).map_err(|_| "write a number, the seed".to_owned()),
    }
}

/// Whether the kernel enforces the grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SandboxMode {
    /// It does, as far as it is able to
    On,
    /// It does not; the program starts some microseconds earlier
    Off,
}

const WAST_EXAMPLES: &str = "\
Examples:
  wasmelt wast spec/test/core
      runs every script below the directory
  wasmelt wast i32.wast --target aarch64-linux --json
      for 64-bit Arm, under QEMU where needed; the report as JSON

The exit status is 1 if an assertion failed.";

/// `wasmelt wast`
#[derive(Debug, Args)]
#[command(after_help = WAST_EXAMPLES)]
pub(crate) struct WastArgs {
    /// Scripts (.wast), and directories of them
    #[arg(required = true, value_name = "FILE|DIR")]
    pub(crate) paths: Vec<PathBuf>,

    /// What to compile for; other architectures run under QEMU [default: this machine's architecture, portable]
    #[arg(long, value_name = "TARGET")]
    pub(crate) target: Option<Target>,

    #[command(flatten)]
    pub(crate) code: CodeArgs,

    /// Print the report as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }
}
