//! The programs, as data.

use std::path::PathBuf;

/// A program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Program {
    /// The Lua interpreter. Its errors are long jumps, which are exceptions in WebAssembly.
    Lua,
    /// The SQLite library, and a main that runs SQL files.
    Sqlite,
    /// The QuickJS interpreter.
    Quickjs,
    /// The Zstandard library, and a main that compresses and decompresses a file.
    Zstd,
    /// A program of our own that uses much of Rust's standard library.
    Rust,
}

/// What a C program is built from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CSources {
    /// The registry package with the sources.
    pub(crate) package: &'static str,
    /// The package's directory that the following paths start from.
    pub(crate) root: &'static str,
    /// Source files, and directories of which all are source files.
    pub(crate) sources: &'static [&'static str],
    /// Headers in the program's own folder that stand in for those of the C library.
    pub(crate) own_headers: &'static [&'static str],
    /// Source files in the program's own folder.
    pub(crate) own_sources: &'static [&'static str],
    /// Options for the compiler.
    pub(crate) options: &'static [&'static str],
    /// Definitions for the preprocessor.
    pub(crate) definitions: &'static [&'static str],
}

impl Program {
    /// Every program.
    pub const ALL: [Program; 5] = [Program::Lua, Program::Sqlite, Program::Quickjs, Program::Zstd, Program::Rust];

    /// The program's name, also that of its folder.
    pub const fn name(self) -> &'static str {
        match self {
            Program::Lua => "lua",
            Program::Sqlite => "sqlite",
            Program::Quickjs => "quickjs",
            Program::Zstd => "zstd",
            Program::Rust => "rust",
        }
    }

    /// The folder with what is our own of the program: its main, scripts, and expected output.
    pub fn folder(self) -> PathBuf {
        [env!("CARGO_MANIFEST_DIR"), "programs", self.name()].iter().collect()
    }

    /// What it is built from, if it is a C program.
    pub(crate) const fn c_sources(self) -> Option<CSources> {
        Some(match self {
            Program::Lua => CSources {
                package: "lua-src",
                root: "lua-5.5.1",
                sources: &["."],
                own_headers: &["include/setjmp.h"],
                own_sources: &["main.c", "long_jumps.c"],
                options: &["-mexception-handling", "-mllvm", "-wasm-enable-sjlj"],
                definitions: &[],
            },
            Program::Sqlite => CSources {
                package: "libsqlite3-sys",
                root: "sqlite3",
                sources: &["sqlite3.c"],
                own_headers: &[],
                own_sources: &["main.c"],
                options: &[],
                definitions: &[
                    "SQLITE_THREADSAFE=0",
                    "SQLITE_OMIT_LOAD_EXTENSION",
                    "SQLITE_ENABLE_FTS5",
                    // wasi-libc formats no long doubles.
                    "LONGDOUBLE_TYPE=double",
                ],
            },
            Program::Quickjs => CSources {
                package: "rquickjs-sys",
                root: "quickjs",
                sources: &[
                    "quickjs.c",
                    "quickjs-libc.c",
                    "libregexp.c",
                    "libunicode.c",
                    "dtoa.c",
                    "qjs.c",
                    "gen/repl.c",
                    "gen/standalone.c",
                ],
                own_headers: &[],
                own_sources: &[],
                options: &[],
                definitions: &["_GNU_SOURCE"],
            },
            Program::Zstd => CSources {
                package: "zstd-sys",
                root: "zstd/lib",
                sources: &["common", "compress", "decompress"],
                own_headers: &[],
                own_sources: &["main.c"],
                options: &[],
                definitions: &["ZSTD_DISABLE_ASM"],
            },
            Program::Rust => return None,
        })
    }
}
