//! Who catches what is thrown where the code at hand is, and calls that may throw.
//!
//! An exception that a call ends with goes to one place: the dispatch block of the innermost `try` or `try_table` whose body the
//! call lies in. That block gets the exception, finds out which clause catches it, or passes it on to the next handler.
//! Outside of all of them, the runtime looks for a handler in the functions that called this one.
//!
//! ```text
//! call in a body       try_call f(arguments), next(results), [default: dispatch(exception)]   next(results):
//! raise in a body      jump dispatch(exception)
//! raise elsewhere      call wasmelt_throw(exception, whether it is new); trap
//! ```
//!
//! The instruction after `wasmelt_throw` is never executed: its entry in the trap table says where the exception was thrown.

use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, SourceLoc, Value, types};
use wasmelt_module::{BoundFunction, ProgramTag, TypeId};

use crate::{
    abi::{ADDRESS, Helper},
    direct_call,
    function::Translator,
    traps,
};

/// The bodies of `try` and `try_table` that the code at hand lies in, the innermost last.
#[derive(Debug, Default)]
pub(crate) struct Handlers(Vec<Handler>);

/// What catches exceptions of a body.
#[derive(Debug)]
pub(crate) struct Handler {
    /// Position of its control instruction among those that are open.
    frame: usize,
    /// Where code continues with an exception, if one may get there.
    pub(crate) dispatch: Option<Block>,
    /// The clauses of a `try_table`. Those of a `try` follow its body.
    pub(crate) clauses: Option<Vec<Clause>>,
    /// Of the operator that opened it.
    pub(crate) location: SourceLoc,
}

/// A clause of a `try_table`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clause {
    /// Whose exceptions it catches; `None` for any.
    pub(crate) tag: Option<ProgramTag>,
    /// Whether the target gets a reference to the exception, behind its payload.
    pub(crate) reference: bool,
    /// Position of the control instruction that is branched to, among those that are open.
    pub(crate) target: usize,
}

impl Handlers {
    /// Most clauses that are looked at.
    const LOOKED_AT: usize = 64;

    /// The body of the control instruction at position `frame` begins.
    pub(crate) fn open(&mut self, frame: usize, clauses: Option<Vec<Clause>>, location: SourceLoc) {
        self.0.push(Handler { frame, dispatch: None, clauses, location });
    }

    /// Whether an exception may get to the innermost handler.
    pub(crate) fn is_reached(&self) -> bool {
        self.0.last().is_some_and(|handler| handler.dispatch.is_some())
    }

    /// The innermost body ends.
    pub(crate) fn close(&mut self) -> Handler {
        self.0.pop().expect("invariant: a valid body's control instructions are balanced")
    }

    /// The clause that catches an exception of `tag` thrown here, if it is known, which it is not beyond a `try`, nor beyond
    /// more clauses than any program has around one place: functions of any nesting are translated in linear time.
    pub(crate) fn clause_for(&self, tag: ProgramTag) -> Option<Clause> {
        let clauses = self.0.iter().rev().map_while(|handler| handler.clauses.as_ref());
        clauses
            .flatten()
            .take(Handlers::LOOKED_AT)
            .find(|clause| clause.tag.is_none_or(|caught| caught == tag))
            .copied()
    }

    /// The innermost handler of those whose position is at most `frame`.
    fn within(&mut self, frame: usize) -> Option<&mut Handler> {
        let outer = self.0.partition_point(|handler| handler.frame <= frame);
        self.0[..outer].last_mut()
    }
}

/// Calls `callee`; its results.
pub(crate) fn call(t: &mut Translator<'_>, callee: BoundFunction, arguments: &[Value]) -> Vec<Value> {
    // Host functions do not throw.
    let handler = if let BoundFunction::Wasm(_) = callee { innermost(t) } else { None };
    match (callee, handler) {
        (BoundFunction::Wasm(function), Some(handler)) => {
            direct_call::try_call(&mut t.emitter, function, arguments, handler)
        }
        _ => {
            let call = direct_call::call(&mut t.emitter, t.instance, callee, arguments);
            t.emitter.results(call)
        }
    }
}

/// Calls the WebAssembly function of type `ty` whose code is at `code`; its results.
pub(crate) fn call_indirect(t: &mut Translator<'_>, ty: TypeId, code: Value, arguments: &[Value]) -> Vec<Value> {
    match innermost(t) {
        Some(handler) => t.emitter.try_call_indirect(ty, code, arguments, handler),
        None => {
            let call = t.emitter.call_indirect(ty, code, arguments);
            t.emitter.results(call)
        }
    }
}

/// Throws `exception`, which has just been made.
pub(crate) fn raise_new(t: &mut Translator<'_>, exception: Value) {
    raise_within(t, exception, usize::MAX, Age::New);
}

/// Throws `exception`, which is not null, again.
pub(crate) fn raise(t: &mut Translator<'_>, exception: Value) {
    raise_within(t, exception, usize::MAX, Age::Old);
}

/// The same as if all control instructions but those up to position `frame` were closed.
pub(crate) fn raise_outside(t: &mut Translator<'_>, exception: Value, frame: usize) {
    raise_within(t, exception, frame, Age::Old);
}

/// Whether an exception was thrown before.
#[derive(Clone, Copy, Debug)]
enum Age {
    Old,
    New,
}

fn raise_within(t: &mut Translator<'_>, exception: Value, frame: usize, age: Age) {
    match dispatch_within(t, frame) {
        Some(dispatch) => {
            t.ins().jump(dispatch, &[BlockArg::from(exception)]);
        }
        None => {
            let is_new = t.ins().iconst(types::I32, age as i64);
            t.emitter.call_helper(Helper::Throw, &[exception, is_new]);
            t.ins().trap(traps::UNCAUGHT_EXCEPTION);
        }
    }
}

/// The dispatch block of the innermost handler, if there is one.
fn innermost(t: &mut Translator<'_>) -> Option<Block> {
    dispatch_within(t, usize::MAX)
}

fn dispatch_within(t: &mut Translator<'_>, frame: usize) -> Option<Block> {
    let e = &mut t.emitter;
    let handler = t.handlers.within(frame)?;
    Some(*handler.dispatch.get_or_insert_with(|| {
        let dispatch = e.builder.create_block();
        let exception = e.builder.append_block_param(dispatch, ADDRESS);
        e.trace(exception);
        e.builder.set_cold_block(dispatch);
        dispatch
    }))
}

/// Goes on in the dispatch block of `handler`, which is closed, if an exception may get there; the exception.
pub(crate) fn enter_dispatch(t: &mut Translator<'_>, handler: &Handler) -> Option<Value> {
    let dispatch = handler.dispatch?;
    let builder = &mut t.emitter.builder;
    builder.seal_block(dispatch);
    builder.switch_to_block(dispatch);
    builder.set_srcloc(handler.location);
    Some(builder.block_params(dispatch)[0])
}
