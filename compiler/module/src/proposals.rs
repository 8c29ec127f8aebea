//! Which proposals a valid module uses: what came after WebAssembly 1.0, by the names under which it is known.
//!
//! Sections say by themselves what they need: without the proposal they are not valid. Bodies are not validated again;
//! their operators say where they come from, and block types are looked at.

use rayon::prelude::*;
use wasmparser::{BlockType, Operator, Parser, ValidPayload, Validator, WasmFeatures};

use crate::{Module, TypeIndex, features};

impl Module {
    /// The proposals that the module uses, in the order in which [`ACCEPTED`](features::ACCEPTED) lists them.
    pub fn proposals(&self) -> Vec<&'static str> {
        let used = self.in_sections().union(self.in_bodies());
        features::NAMED.iter().filter(|(proposal, _)| used.contains(*proposal)).map(|(_, name)| *name).collect()
    }

    fn in_sections(&self) -> WasmFeatures {
        let proposals = features::NAMED.par_iter().map(|(proposal, _)| *proposal);
        let needed =
            proposals.filter(|&proposal| !are_sections_valid(&self.bytes, features::ACCEPTED.difference(proposal)));
        needed.reduce(WasmFeatures::empty, WasmFeatures::union)
    }

    fn in_bodies(&self) -> WasmFeatures {
        let bodies = self.functions.par_iter().filter_map(|function| function.body.as_ref());
        let used = bodies.map(|body| self.in_body(&self.bytes[body.range.clone()]));
        used.reduce(WasmFeatures::empty, WasmFeatures::union)
    }

    fn in_body(&self, bytes: &[u8]) -> WasmFeatures {
        let body = wasmparser::FunctionBody::new(wasmparser::BinaryReader::new(bytes, 0));
        let operators = body.get_operators_reader().expect("invariant: the module is valid");
        operators.into_iter().fold(WasmFeatures::empty(), |used, operator| {
            let operator = operator.expect("invariant: the module is valid");
            used.union(origin(&operator)).union(self.of_block(&operator))
        })
    }

    /// Blocks with parameters, or several results, are multi-value's.
    fn of_block(&self, operator: &Operator<'_>) -> WasmFeatures {
        let (Operator::Block { blockty } | Operator::Loop { blockty } | Operator::If { blockty }) = operator else {
            return WasmFeatures::empty();
        };
        match *blockty {
            BlockType::FuncType(index) => {
                let ty = self.func_type(TypeIndex(index));
                let is_simple = ty.params().is_empty() && ty.results().len() <= 1;
                if is_simple { WasmFeatures::empty() } else { WasmFeatures::MULTI_VALUE }
            }
            BlockType::Empty | BlockType::Type(_) => WasmFeatures::empty(),
        }
    }
}

/// Whether all sections but the bodies of functions are valid with `features`.
fn are_sections_valid(bytes: &[u8], features: WasmFeatures) -> bool {
    let mut validator = Validator::new_with_features(features);
    let mut parser = Parser::new(0);
    parser.set_features(features);
    parser.parse_all(bytes).all(|payload| {
        let checked = payload.and_then(|payload| validator.payload(&payload));
        matches!(checked, Ok(ValidPayload::Ok | ValidPayload::Func(..) | ValidPayload::End(_)))
    })
}

/// The proposal that `operator` comes from; none for those of WebAssembly 1.0.
fn origin(operator: &Operator<'_>) -> WasmFeatures {
    macro_rules! feature {
        (mvp) => {
            WasmFeatures::empty()
        };
        (sign_extension) => {
            WasmFeatures::SIGN_EXTENSION
        };
        (saturating_float_to_int) => {
            WasmFeatures::SATURATING_FLOAT_TO_INT
        };
        (bulk_memory) => {
            WasmFeatures::BULK_MEMORY
        };
        (reference_types) => {
            WasmFeatures::REFERENCE_TYPES
        };
        (simd) => {
            WasmFeatures::SIMD
        };
        (relaxed_simd) => {
            WasmFeatures::RELAXED_SIMD
        };
        (tail_call) => {
            WasmFeatures::TAIL_CALL
        };
        (wide_arithmetic) => {
            WasmFeatures::WIDE_ARITHMETIC
        };
        (threads) => {
            WasmFeatures::THREADS
        };
        (function_references) => {
            WasmFeatures::FUNCTION_REFERENCES
        };
        (gc) => {
            WasmFeatures::GC
        };
        (exceptions) => {
            WasmFeatures::EXCEPTIONS
        };
        (legacy_exceptions) => {
            WasmFeatures::LEGACY_EXCEPTIONS
        };
        ($refused:ident) => {
            WasmFeatures::empty()
        };
    }
    macro_rules! origins {
        ($(@$proposal:ident $operator:ident $({ $($argument:ident: $type:ty),* })? => $visit:ident ($($arity:tt)*))*) => {
            match operator {
                $(Operator::$operator { .. } => feature!($proposal),)*
                _ => WasmFeatures::empty(),
            }
        };
    }
    wasmparser::for_each_operator!(origins)
}

#[cfg(test)]
mod tests {
    use crate::Module;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let module = Module::parse("test", wat::parse_str(text).unwrap()).unwrap();
        assert_eq!(module.proposals(), expected, "{text}");
    }

    #[test]
    fn what_is_used_is_named_and_nothing_else() {
        check("(module (memory 1) (func (drop (i32.load (i32.const 0)))))", &[]);
        check("(module (func (drop (i32.extend8_s (i32.const 0)))))", &["sign extension"]);
        check("(module (func (drop (i32.trunc_sat_f32_s (f32.const 0)))))", &["saturating conversions"]);
        check("(module (func (result i32 i32) (i32.const 1) (i32.const 2)))", &["multi-value"]);
        check("(module (func (i32.const 1) (block (param i32) (drop))))", &["multi-value"]);
        check("(module (memory 1) (func (memory.copy (i32.const 0) (i32.const 0) (i32.const 0))))", &["bulk memory"]);
        check("(module (func (param externref)))", &["reference types"]);
        check("(module (func (drop (v128.const i32x4 0 0 0 0))))", &["SIMD"]);
        check("(module (memory 1) (memory 1))", &["several memories"]);
        check("(module (memory i64 1))", &["64-bit memories"]);
        check("(module (memory 1 1 shared))", &["threads"]);
        check("(module (func (return_call 0)))", &["tail calls"]);
        check("(module (global i32 (i32.add (i32.const 1) (i32.const 2))))", &["extended constant expressions"]);
        check("(module (memory 1 (pagesize 1)))", &["custom page sizes"]);
        check("(module (tag) (func (try_table)))", &["exceptions"]);
        check("(module (func (drop (ref.i31 (i32.const 1)))))", &["garbage collection"]);
    }
}
