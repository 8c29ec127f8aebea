//! Which functions call which.

use std::{collections::BTreeSet, ops::Range};

use rayon::prelude::*;
use wasmparser::{BinaryReader, FunctionBody, Operator};

use crate::{FunctionIndex, Module};

/// The direct calls of a module, tail calls included. What is called through a table or a reference is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallGraph {
    callees: Edges,
    callers: Edges,
}

/// For each function, others: those of function `f` are at `starts[f]..starts[f + 1]`, in ascending order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Edges {
    starts: Vec<usize>,
    functions: Vec<FunctionIndex>,
}

impl CallGraph {
    /// The calls in `module`.
    pub fn of(module: &Module) -> CallGraph {
        let callees: Vec<BTreeSet<FunctionIndex>> = module
            .functions
            .par_iter()
            .map(|function| function.body.as_ref().map_or_else(BTreeSet::new, |body| callees(module, &body.range)))
            .collect();
        let mut callers = vec![Vec::new(); callees.len()];
        for (caller, callees) in callees.iter().enumerate() {
            for callee in callees {
                callers[callee.index()].push(FunctionIndex::at(caller));
            }
        }
        CallGraph { callees: Edges::new(callees), callers: Edges::new(callers) }
    }

    /// The functions that `function` calls, in ascending order.
    pub fn callees(&self, function: FunctionIndex) -> &[FunctionIndex] {
        self.callees.of(function)
    }

    /// The functions that call `function`, in ascending order.
    pub fn callers(&self, function: FunctionIndex) -> &[FunctionIndex] {
        self.callers.of(function)
    }
}

impl Edges {
    fn new<T: IntoIterator<Item = FunctionIndex>>(of_each: Vec<T>) -> Edges {
        let mut edges = Edges { starts: vec![0], functions: Vec::new() };
        for functions in of_each {
            edges.functions.extend(functions);
            edges.starts.push(edges.functions.len());
        }
        edges
    }

    fn of(&self, function: FunctionIndex) -> &[FunctionIndex] {
        &self.functions[self.starts[function.index()]..self.starts[function.index() + 1]]
    }
}

fn callees(module: &Module, body: &Range<usize>) -> BTreeSet<FunctionIndex> {
    let reader = BinaryReader::new(&module.bytes[body.clone()], 0);
    let operators = FunctionBody::new(reader).get_operators_reader();
    let operators = operators.expect("invariant: the module is valid").into_iter();
    let callee = |operator| match operator {
        Ok(Operator::Call { function_index } | Operator::ReturnCall { function_index }) => {
            Some(FunctionIndex(function_index))
        }
        _ => None,
    };
    operators.filter_map(callee).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn calls_are_known_from_both_ends() {
        let text = r#"(module
            (import "env" "print" (func $print))
            (func $leaf)
            (func $run call $print call $leaf call $print)
            (func $tail return_call $run)
            (func $alone))"#;
        let module = Module::parse("test", Arc::<[u8]>::from(wat::parse_str(text).unwrap())).unwrap();
        let graph = CallGraph::of(&module);
        let indices = |functions: &[FunctionIndex]| functions.iter().map(|function| function.0).collect::<Vec<_>>();
        let of = |function| (indices(graph.callees(function)), indices(graph.callers(function)));
        assert_eq!(of(FunctionIndex(0)), (vec![], vec![2]));
        assert_eq!(of(FunctionIndex(2)), (vec![0, 1], vec![3]));
        assert_eq!(of(FunctionIndex(3)), (vec![2], vec![]));
        assert_eq!(of(FunctionIndex(4)), (vec![], vec![]));
    }
}
