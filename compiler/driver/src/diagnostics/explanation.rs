//! What `wasmelt explain` says about each code: when it occurs, and what to do.

use super::Code;

impl Code {
    /// All codes, ascending.
    pub const ALL: &[Code] = &[
        Code::TextSyntax,
        Code::NotAModule,
        Code::InvalidModule,
        Code::Unsupported,
        Code::UnknownImport,
        Code::ImportType,
        Code::NoEntry,
        Code::TooLarge,
        Code::OutputConflict,
        Code::InvalidOption,
        Code::InvalidPolicy,
        Code::NotAnExecutable,
        Code::ProjectFile,
        Code::NotGranted,
        Code::ObjectsOnly,
        Code::NotVerified,
        Code::Unreadable,
        Code::Unwritable,
        Code::TargetNotBuiltIn,
        Code::NoEmulator,
        Code::NotStarted,
        Code::NoCache,
        Code::Panic,
        Code::Internal,
    ];

    /// The kind of problem, in a few words.
    pub fn summary(self) -> &'static str {
        self.texts().0
    }

    /// When it occurs, and what to do; lines that end with line feeds.
    pub fn explanation(self) -> &'static str {
        self.texts().1
    }

    fn texts(self) -> (&'static str, &'static str) {
        match self {
            Code::TextSyntax => TEXT_SYNTAX,
            Code::NotAModule => NOT_A_MODULE,
            Code::InvalidModule => INVALID_MODULE,
            Code::Unsupported => UNSUPPORTED,
            Code::UnknownImport => UNKNOWN_IMPORT,
            Code::ImportType => IMPORT_TYPE,
            Code::NoEntry => NO_ENTRY,
            Code::TooLarge => TOO_LARGE,
            Code::OutputConflict => OUTPUT_CONFLICT,
            Code::InvalidOption => INVALID_OPTION,
            Code::InvalidPolicy => INVALID_POLICY,
            Code::NotAnExecutable => NOT_AN_EXECUTABLE,
            Code::ProjectFile => PROJECT_FILE,
            Code::NotGranted => NOT_GRANTED,
            Code::ObjectsOnly => OBJECTS_ONLY,
            Code::NotVerified => NOT_VERIFIED,
            Code::Unreadable => UNREADABLE,
            Code::Unwritable => UNWRITABLE,
            Code::TargetNotBuiltIn => TARGET_NOT_BUILT_IN,
            Code::NoEmulator => NO_EMULATOR,
            Code::NotStarted => NOT_STARTED,
            Code::NoCache => NO_CACHE,
            Code::Panic => PANIC,
            Code::Internal => INTERNAL,
        }
    }
}

type Texts = (&'static str, &'static str);

const TEXT_SYNTAX: Texts = (
    "a text is not in the WebAssembly text format",
    "\
A file that is no binary module is taken for a module in the text format, and this one does not
follow its grammar, or names something that it does not define. The message shows the line and the
column:

    (module
      (fnc))        ;; `fnc` is no field of a module; `func` is

Correct the text. If the file was meant to be a binary module, it is damaged: binary modules begin
with the bytes 00 61 73 6d.
",
);

const NOT_A_MODULE: Texts = (
    "a file is neither a module nor a text",
    "\
The file is empty, or begins with neither the four bytes of a binary module nor with text. Often it
is the native output of another tool, or a compressed or partly downloaded file. `file NAME` says
what it is.
",
);

const INVALID_MODULE: Texts = (
    "a module is malformed or not valid",
    "\
The module ends early, is not encoded as the specification says, or does not pass validation, such
as an operator whose operands have other types than it takes. The message has the byte offset in the
module, and the function.

No engine accepts such a module. What produced it, or a tool that has changed it since, is at fault;
producing it again, without post-processing, tells which.
",
);

const UNSUPPORTED: Texts = (
    "a module uses what this version does not compile",
    "\
The module is encoded correctly, but uses a proposal that is not compiled yet, or is a component
rather than a module. The message names what it is.

Most compilers can be told to do without: `-C target-feature=-NAME` (Rust), `-mno-NAME` (Clang). A
component has to be built as a core module, for the target wasm32-wasip1.
",
);

const UNKNOWN_IMPORT: Texts = (
    "nothing provides an import",
    "\
The module imports something that is neither a function of WASI preview 1 nor an export of a module
given with `--module`.

    wasmelt build app.wasm --module env=library.wasm

lets imports from `env` find the exports of library.wasm. Imports from `env` that nobody meant are
usually functions that were declared but not linked.
",
);

const IMPORT_TYPE: Texts = (
    "an import has another type than what is provided",
    "\
An import and what it is bound to have the same name, but not the same type: a function has other
parameters or results, a memory or table other limits, a global another type or mutability. For
functions of WASI, the specification of preview 1 says which types they have; for modules given with
`--module`, both sides have to be built from the same declarations.
",
);

const NO_ENTRY: Texts = (
    "a module has no function that a program starts with",
    "\
A program starts with the exported function `_start`, as the modules have it that are built for WASI
as commands. This module has none, so that it is a library (a reactor).

Build it as a command (Rust: a binary crate; C: with a `main` and without `-mexec-model=reactor`),
or give it to a program that imports from it: `wasmelt build app.wasm --module NAME=library.wasm`.
",
);

const TOO_LARGE: Texts = (
    "a module is too big to be a program",
    "\
Code, data, tables and memories have places in the address space that are decided when the program
is built, and those of this program do not fit. The message says which of them.
",
);

const OUTPUT_CONFLICT: Texts = (
    "an executable would replace an input or another executable",
    "\
Executables are named after their modules. Here two would have one name, or one would be written
over its own module.

    wasmelt build a/app.wasm b/app.wasm -o dist      # both would be dist/app

Build them one by one with `-o`, or give them a `name` each in wasmelt.toml.
",
);

const INVALID_OPTION: Texts = (
    "an option has a value that it cannot have",
    "\
Each value is well-formed by itself, but it cannot be meant in this command or on this machine: two
modules under one name, or no target on a machine whose architecture is not one to compile for. The
message says what to write instead.
",
);

const INVALID_POLICY: Texts = (
    "a policy says what cannot be",
    "\
The policy file is not TOML, has a key that there is not, or grants what cannot be granted. The
message shows the line and the column.
",
);

const NOT_AN_EXECUTABLE: Texts = (
    "a file is no executable of this compiler",
    "\
`wasmelt inspect` and `wasmelt grant` read and change the grants that are part of an executable.
This file holds none: it is no program that Wasmelt has built, or it was changed since.
",
);

const PROJECT_FILE: Texts = (
    "something is wrong with wasmelt.toml",
    "\
The project file is not TOML, has a key that there is not, or a value that the key cannot have. The
message shows the line and the column. `wasmelt init app.wasm` writes a file that is right, with
comments, in a directory that has none.

Keys below `[compile]` are the flags of `wasmelt build`, by their long names; `wasmelt build --help`
lists them.
",
);

const NOT_GRANTED: Texts = (
    "a module imports what it is not granted",
    "\
This is a note: the program is built as it was asked for. What is not granted is denied, clocks and
random bytes too, and some programs do not expect that: C's `time` answers -1, and a Rust program
panics where it makes a HashMap. Functions that are not granted answer `notcapable` (docs/policy.md).

If the program needs them, grant them with the flags that the note names, or in a policy or project
file by the keys `clocks`, `random` and `listen`.
`wasmelt learn app.wasm -- ARGS` finds out what a run needs. If it does not, `--quiet` omits the note.
",
);

const OBJECTS_ONLY: Texts = (
    "a program is for a system that only objects are made for",
    "\
A program holds a runtime, and there is one for Linux. For macOS and Windows a module becomes an
object, which a program of yours is linked with, that does what the runtime does elsewhere:

    wasmelt build app.wasm --emit obj --target aarch64-macos     # → app.o

docs/objects.md says what it has to define. Listings (`--emit clif`, `--emit asm`) can be had as well.
",
);

const NOT_VERIFIED: Texts = (
    "an executable is not what its modules become",
    "\
`wasmelt verify` builds an executable again, from the modules that are given, with the options and the
grants that it records, and compares byte for byte. Something differs:

    the module      it was made of another one: the digests are those that `sha256sum` prints of binary modules
    the version     another version of wasmelt made it, and that one can verify it
    the grants      they were changed, but not by `wasmelt grant`
    a section       its contents are not what this compiler makes: it was changed, or another build of the
                    same version made it; with the CPU level `native`, another processor

Do not run what you do not trust, and build it again.
",
);

const UNREADABLE: Texts = (
    "a file cannot be read",
    "\
The operating system refused to read the file; the message has its reason. Names count from the
directory in which the command is started.
",
);

const UNWRITABLE: Texts = (
    "a file cannot be written",
    "\
The operating system refused to write the file, or it is there already and not to be replaced; the
message has the reason: the disk is full, the directory is not there or not yours. A file that was
there before is still as it was, and no part of the new one is left.
",
);

const TARGET_NOT_BUILT_IN: Texts = (
    "a target's runtime is not part of this compiler",
    "\
Programs hold a small runtime, which is compiled for each target when Wasmelt itself is. This
Wasmelt was compiled on a machine that lacked the Rust standard library of the target. The message
says how to install it; then build Wasmelt again. `wasmelt targets` lists what is there.
",
);

const NO_EMULATOR: Texts = (
    "a program is for another processor, and there is no emulator",
    "\
To build a program for another architecture nothing is needed; to run it here, QEMU is: the package
qemu-user-static on Debian and Ubuntu.
",
);

const NOT_STARTED: Texts = (
    "a program cannot be started",
    "\
The program was built, but the operating system refused to execute it; the message has its reason. A
cache on a file system that is mounted `noexec` is one: WASMELT_CACHE_DIR names another place.
",
);

const NO_CACHE: Texts = (
    "the cache has no place",
    "\
The cache lies in $WASMELT_CACHE_DIR, else in $XDG_CACHE_HOME/wasmelt, else in ~/.cache/wasmelt, and
none of the variables is set. Set WASMELT_CACHE_DIR to a directory that may be written to.
",
);

const PANIC: Texts = (
    "the compiler stopped in the middle",
    "\
This is a bug in Wasmelt, whatever the module is. Please report it, with the module and the command.
`-O none` takes another way through the code generator, which may help meanwhile.
",
);

const INTERNAL: Texts = (
    "a stage of the compiler found what cannot be",
    "\
This is a bug in Wasmelt, whatever the module is: a stage handed on what the next one cannot take,
and nothing was written. Please report it, with the module and the command.
",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_codes_are_listed_once_and_in_order() {
        assert!(Code::ALL.is_sorted_by(|one, other| one.id() < other.id()));
        // The last one of the enumeration; whatever is added before it has a place in the list.
        assert_eq!(Code::ALL.len(), Code::Internal as usize + 1);
    }

    #[test]
    fn explanations_are_texts() {
        for code in Code::ALL {
            let (summary, explanation) = code.texts();
            assert!(!summary.ends_with('.') && explanation.ends_with(".\n"), "{code}");
            assert!(explanation.lines().all(|line| line.chars().count() <= 120), "{code}");
        }
    }
}
