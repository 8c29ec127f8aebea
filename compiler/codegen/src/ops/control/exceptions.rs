//! `throw`, `throw_ref`, `try_table`.
//!
//! ```text
//! throw e(operands)    allocate and fill in an exception, raise it (see handlers); jump clause's target(operands) if that
//!                      is known
//! throw_ref            trapz exception, null reference   raise exception
//! try_table            end:  jump end(results)
//!    dispatch(exception):    brif exception.tag = e, caught, next   caught: jump target(payload, exception)   next: …
//!                            raise exception, outside of the try_table
//! ```

use cranelift_codegen::ir::{Block, InstBuilder, Value};
use wasmelt_module::{ProgramTag, TagIndex};
use wasmparser::{Catch, TryTable};

use super::{block_args, block_types, create_block, fall_through};
use crate::{
    exceptions,
    function::Translator,
    handlers::{self, Clause},
    stack::FrameKind,
    traps,
};

/// `throw`: `[payload] →` nowhere.
pub(crate) fn throw(t: &mut Translator<'_>, tag: u32) {
    let tag = TagIndex(tag);
    let count = t.module.tag_type(tag).params().len();
    let values = t.stack.pop_many(count);
    let tag = t.emitter.plan.program.tag(t.instance, tag);
    match t.handlers.clause_for(tag) {
        Some(clause) => {
            let reference = clause.reference.then(|| exceptions::new(&mut t.emitter, tag, &values));
            let payload = if clause.tag.is_some() { values } else { Vec::new() };
            take(t, clause, payload, reference);
        }
        None => {
            let exception = exceptions::new(&mut t.emitter, tag, &values);
            handlers::raise_new(t, exception);
        }
    }
    t.stack.set_unreachable();
}

/// `throw_ref`: `[exception] →` nowhere; traps if it is null.
pub(crate) fn throw_ref(t: &mut Translator<'_>) {
    let exception = t.stack.pop();
    t.ins().trapz(exception, traps::NULL_REFERENCE);
    handlers::raise(t, exception);
    t.stack.set_unreachable();
}

/// `try_table`
pub(crate) fn try_table(t: &mut Translator<'_>, try_table: &TryTable) {
    let (params, results) = block_types(t, try_table.ty);
    let end = create_block(t, &results);
    let frame = t.stack.depth();
    let clauses = try_table.catches.iter().map(|catch| clause(t, frame, catch)).collect();
    let location = t.emitter.builder.srcloc();
    t.stack.open(FrameKind::TryTable, params.len(), end, results.len());
    t.handlers.open(frame, Some(clauses), location);
}

/// At the `end` of a `try_table`, whose frame is still open: what its clauses do.
pub(super) fn finish(t: &mut Translator<'_>) {
    let handler = t.handlers.close();
    if handler.dispatch.is_none() {
        return;
    }
    fall_through(t);
    t.stack.set_unreachable();
    let Some(exception) = handlers::enter_dispatch(t, &handler) else { return };
    let heap_type = exceptions::heap_type(&mut t.emitter, exception);
    for clause in handler.clauses.into_iter().flatten() {
        let Some(tag) = clause.tag else {
            return take(t, clause, Vec::new(), clause.reference.then_some(exception));
        };
        let next = branch_unless(t, heap_type, tag);
        let payload = exceptions::payload(&mut t.emitter, tag, exception);
        take(t, clause, payload, clause.reference.then_some(exception));
        t.emitter.builder.switch_to_block(next);
    }
    handlers::raise(t, exception);
}

/// Branches if `heap_type` is not that of `tag`, and goes on where it is; where the branch leads.
pub(super) fn branch_unless(t: &mut Translator<'_>, heap_type: Value, tag: ProgramTag) -> Block {
    let (caught, next) = (create_block(t, &[]), create_block(t, &[]));
    let matches = exceptions::is_of(&mut t.emitter, heap_type, tag);
    let builder = &mut t.emitter.builder;
    builder.ins().brif(matches, caught, &[], next, &[]);
    builder.seal_block(caught);
    builder.seal_block(next);
    builder.switch_to_block(caught);
    next
}

/// The clause `catch` of a `try_table` at position `frame`.
fn clause(t: &Translator<'_>, frame: usize, catch: &Catch) -> Clause {
    let (tag, label, reference) = match *catch {
        Catch::One { tag, label } => (Some(tag), label, false),
        Catch::OneRef { tag, label } => (Some(tag), label, true),
        Catch::All { label } => (None, label, false),
        Catch::AllRef { label } => (None, label, true),
    };
    let tag = tag.map(|tag| t.emitter.plan.program.tag(t.instance, TagIndex(tag)));
    // Lossless: u32 to usize. Labels count from the control instruction around the `try_table`.
    Clause { tag, reference, target: frame - 1 - label as usize }
}

/// Branches to the target of `clause`.
fn take(t: &mut Translator<'_>, clause: Clause, mut operands: Vec<Value>, reference: Option<Value>) {
    operands.extend(reference);
    let (target, _) = t.stack.frame_at(clause.target).target();
    t.ins().jump(target, &block_args(&operands));
}
