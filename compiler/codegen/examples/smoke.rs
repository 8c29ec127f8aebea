use std::{sync::Arc, time::Instant};
use wasmelt_abi::*;
use wasmelt_module::*;
use wasmelt_targets::*;
fn main() {
    for path in std::env::args().skip(1) {
        let bytes = wat::parse_file(&path).unwrap();
        let start = Instant::now();
        let module = match Module::parse("m", bytes) { Ok(m) => m, Err(e) => { println!("{path}: {:?}", e[0]); continue } };
        let parse = start.elapsed();
        let mut builder = ProgramBuilder::new();
        static ANY: HostFunction = HostFunction { module: "bench", name: "x", symbol: "bench", params: &[], results: &[] };
        fn hosts(m: &str, n: &str) -> Option<&'static HostFunction> { find_host_function(m, n).or((m == "bench").then_some(&ANY)) }
        if let Err(e) = builder.instantiate(Arc::new(module), hosts) { println!("{path}: {:?}", e[0]); continue }
        let program = builder.finish(Entry::Script);
        for a in Architecture::ALL {
            for optimization in [wasmelt_codegen::Optimization::None, wasmelt_codegen::Optimization::Speed] {
            let start = Instant::now();
            let options = wasmelt_codegen::Options { optimization, progress: None };
            match wasmelt_codegen::compile(&program, &Target::baseline(a), &options) {
                Ok(p) => println!("{path} {a} {optimization:?}: parse {parse:?} compile {:?} functions {} code {} KiB, traps {}, state {}", start.elapsed(), p.functions.len(),
                    p.functions.iter().map(|f| f.code.len()).sum::<usize>() >> 10, p.functions.iter().map(|f| f.traps.len()).sum::<usize>(), p.layout.state_bytes),
                Err(e) => println!("{path} {a}: {e}"),
            }
            }
        }
    }
}
