//! Code section (WebAssembly core specification, section 5.5.13): one pass over every operator validates it and notes what
//! it does.

use std::mem;

use rayon::prelude::*;
use wasmparser::{FuncToValidate, FuncValidatorAllocations, Operator, OperatorsReader, ValidatorResources};

use super::offset;
use crate::{Facts, FunctionBody, FunctionIndex, Module, TableIndex};

/// A function body that is still to be validated.
pub(super) struct Body<'a> {
    validator: FuncToValidate<ValidatorResources>,
    body: wasmparser::FunctionBody<'a>,
}

/// What came out of validating bodies.
#[derive(Default)]
pub(super) struct Checked {
    /// What the valid ones do.
    pub(super) facts: Facts,
    /// The first error of each invalid one, in order of their indices.
    pub(super) errors: Vec<(FunctionIndex, wasmparser::Error)>,
}

/// Enters where the next body lies into `module`.
pub(super) fn read<'a>(
    validator: FuncToValidate<ValidatorResources>,
    body: wasmparser::FunctionBody<'a>,
    module: &mut Module,
) -> Body<'a> {
    let range = offset(body.range().start)..offset(body.range().end);
    let function = FunctionIndex(validator.index);
    module.functions[function.index()].body = Some(FunctionBody { range });
    Body { validator, body }
}

/// Validates `bodies`, in parallel. What comes out does not depend on how they are spread over threads: facts are sets, and
/// errors keep the order of the bodies.
pub(super) fn validate(bodies: Vec<Body<'_>>) -> Checked {
    let (checked, _) = bodies
        .into_par_iter()
        .fold(<(Checked, FuncValidatorAllocations)>::default, |(mut checked, mut allocations), body| {
            let function = FunctionIndex(body.validator.index);
            if let Err(error) = validate_body(body, &mut allocations, &mut checked.facts) {
                checked.errors.push((function, error));
            }
            (checked, allocations)
        })
        .reduce(Default::default, |(left, allocations), (right, _)| (left.and(right), allocations));
    checked
}

impl Checked {
    fn and(mut self, later: Checked) -> Checked {
        self.facts.extend(later.facts);
        self.errors.extend(later.errors);
        self
    }
}

impl Facts {
    fn extend(&mut self, other: Facts) {
        self.referenced_functions.extend(other.referenced_functions);
        self.written_tables.extend(other.written_tables);
        self.grown_tables.extend(other.grown_tables);
        self.makes_objects |= other.makes_objects;
    }

    /// Notes what `operator` does.
    fn note(&mut self, operator: &Operator<'_>) {
        match *operator {
            Operator::RefFunc { function_index } => {
                self.referenced_functions.insert(FunctionIndex(function_index));
            }
            Operator::TableSet { table }
            | Operator::TableFill { table }
            | Operator::TableInit { table, .. }
            | Operator::TableCopy { dst_table: table, .. } => {
                self.written_tables.insert(TableIndex(table));
            }
            Operator::TableGrow { table } => {
                self.written_tables.insert(TableIndex(table));
                self.grown_tables.insert(TableIndex(table));
            }
            Operator::StructNew { .. }
            | Operator::StructNewDefault { .. }
            | Operator::ArrayNew { .. }
            | Operator::ArrayNewDefault { .. }
            | Operator::ArrayNewFixed { .. }
            | Operator::ArrayNewData { .. }
            | Operator::ArrayNewElem { .. }
            | Operator::Throw { .. } => self.makes_objects = true,
            _ => {}
        }
    }
}

fn validate_body(
    body: Body<'_>,
    allocations: &mut FuncValidatorAllocations,
    facts: &mut Facts,
) -> Result<(), wasmparser::Error> {
    let mut validator = body.validator.into_validator(mem::take(allocations));
    let mut reader = body.body.get_binary_reader();
    validator.read_locals(&mut reader)?;
    let mut operators = OperatorsReader::new(reader);
    while !operators.eof() {
        let (operator, offset) = operators.read_with_offset()?;
        validator.op(offset, &operator)?;
        facts.note(&operator);
    }
    operators.finish()?;
    *allocations = validator.into_allocations();
    Ok(())
}
