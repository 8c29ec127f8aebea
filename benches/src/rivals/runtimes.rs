//! Programs that run a module: they get the same module, and the same arguments.

use std::{fs, io, path::Path};

use super::{Prepared, Workshop, attempt};
use crate::startup::CommandLine;

/// Three ways: compiling each time, with a cache that is filled, and from a file that was compiled before.
pub(super) fn wasmtime(shop: &Workshop<'_>, program: &Path) -> Prepared {
    let run = |options: &[&str]| CommandLine::new(program).with(["run"]).with(options);
    let cold = shop.candidate("wasmtime, cold", program, &[&shop.plain.module], |form| {
        Ok(run(&["-C", "cache=n"]).with([&form.module]).with(shop.arguments))
    });
    let warm = shop.candidate("wasmtime, warm cache", program, &[&shop.plain.module], |form| {
        let folder = shop.folder("wasmtime")?;
        let settings = folder.join("cache.toml");
        fs::write(&settings, format!("[cache]\ndirectory = {:?}\n", folder.join("cache")))?;
        let line = run(&["-C", "cache=y", "-C"]).with([format!("cache-config={}", settings.display())]);
        Ok(line.with([&form.module]).with(shop.arguments))
    });
    let compiled = shop.folder.join(shop.plain.name).with_extension("cwasm");
    let precompiled = shop.candidate("wasmtime, precompiled", program, &[&compiled], |form| {
        let compiled = shop.folder.join(form.name).with_extension("cwasm");
        attempt(&CommandLine::new(program).with(["compile", "-o"]).with([&compiled, &form.module]))?;
        Ok(run(&["--allow-precompiled"]).with([compiled]).with(shop.arguments))
    });
    vec![cold, warm, precompiled]
}

/// With its cache, which the first run fills.
pub(super) fn wasmer(shop: &Workshop<'_>, program: &Path) -> Prepared {
    vec![shop.candidate("wasmer, warm cache", program, &[&shop.plain.module], |form| {
        let folder = shop.folder("wasmer")?;
        let mut line = CommandLine::new(program).with(["run"]).with([&form.module]).with(["--"]).with(shop.arguments);
        for name in ["WASMER_DIR", "WASMER_CACHE_DIR", "HOME"] {
            line.environment.push((name.into(), folder.clone().into()));
        }
        Ok(line)
    })]
}

/// WAMR's interpreter, or whatever it was built as.
pub(super) fn iwasm(shop: &Workshop<'_>, program: &Path) -> Prepared {
    plain(shop, program, "iwasm", &[])
}

/// An interpreter.
pub(super) fn wasm3(shop: &Workshop<'_>, program: &Path) -> Prepared {
    plain(shop, program, "wasm3", &[])
}

/// Two ways: compiling each time, and with a cache that is filled.
pub(super) fn wazero(shop: &Workshop<'_>, program: &Path) -> Prepared {
    let warm = shop.candidate("wazero, warm cache", program, &[&shop.plain.module], |form| {
        let cache = format!("-cachedir={}", shop.folder("wazero")?.display());
        Ok(CommandLine::new(program).with(["run", &cache]).with([&form.module]).with(shop.arguments))
    });
    plain(shop, program, "wazero, cold", &["run"]).into_iter().chain([warm]).collect()
}

/// `node:wasi`.
pub(super) fn node(shop: &Workshop<'_>, program: &Path) -> Prepared {
    /// What a program needs that runs one command.
    const SCRIPT: &str = "\
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';
const args = process.argv.slice(2);
const wasi = new WASI({ version: 'preview1', args, returnOnExit: false });
const module = new WebAssembly.Module(readFileSync(args[0]));
wasi.start(new WebAssembly.Instance(module, wasi.getImportObject()));
";
    vec![shop.candidate("node", program, &[&shop.plain.module], |form| {
        let script = shop.folder.join("wasi.mjs");
        fs::write(&script, SCRIPT)?;
        let line = CommandLine::new(program).with(["--no-warnings"]).with([script]);
        Ok(line.with([&form.module]).with(shop.arguments))
    })]
}

fn plain(shop: &Workshop<'_>, program: &Path, name: &str, options: &[&str]) -> Prepared {
    vec![shop.candidate(name, program, &[&shop.plain.module], |form| {
        let line = CommandLine::new(program).with(options).with([&form.module]).with(shop.arguments);
        io::Result::Ok(line)
    })]
}
