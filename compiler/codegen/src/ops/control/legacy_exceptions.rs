//! The exception instructions of the proposal's earlier version, which toolchains still emit: `try`, `catch`, `catch_all`,
//! `delegate`, `rethrow` (WebAssembly exception handling proposal, legacy version).
//!
//! ```text
//! try … catch e … catch_all … end
//!    dispatch(exception):    brif exception.tag = e, caught, next   caught: the clause, from payload(exception)
//!    next:                   the clause of catch_all; without one: raise exception, outside of the try
//! try … delegate l           dispatch(exception): raise exception, outside of control instruction l
//! rethrow l                  raise the exception that the clause of control instruction l caught
//! ```

use cranelift_codegen::ir::{SourceLoc, Value};
use wasmelt_module::TagIndex;
use wasmparser::BlockType;

use super::{block_types, create_block, end, exceptions::branch_unless, fall_through};
use crate::{exceptions, function::Translator, handlers, stack::FrameKind};

/// `try`
pub(crate) fn try_(t: &mut Translator<'_>, ty: BlockType) {
    let (params, results) = block_types(t, ty);
    let end = create_block(t, &results);
    let (frame, location) = (t.stack.depth(), t.emitter.builder.srcloc());
    t.stack.open(FrameKind::Try, params.len(), end, results.len());
    t.handlers.open(frame, None, location);
}

/// `catch`: begins with the payload as operands.
pub(crate) fn catch(t: &mut Translator<'_>, tag: u32) {
    let Some((exception, location)) = leave_arm(t) else { return };
    let tag = t.emitter.plan.program.tag(t.instance, TagIndex(tag));
    let heap_type = exceptions::heap_type(&mut t.emitter, exception);
    let next = branch_unless(t, heap_type, tag);
    let payload = exceptions::payload(&mut t.emitter, tag, exception);
    t.stack.frame(0).kind = FrameKind::Catch { exception: Some(exception), uncaught: Some(next), location };
    t.stack.switch_arm(&payload);
}

/// `catch_all`: begins without operands.
pub(crate) fn catch_all(t: &mut Translator<'_>) {
    let Some((exception, location)) = leave_arm(t) else { return };
    t.stack.frame(0).kind = FrameKind::Catch { exception: Some(exception), uncaught: None, location };
    t.stack.switch_arm(&[]);
}

/// `delegate`, which ends a `try`.
pub(crate) fn delegate(t: &mut Translator<'_>, depth: u32) {
    if is_escape_possible(t) {
        // Lossless: u32 to usize. Labels count from the control instruction around the `try`.
        let frame = t.stack.depth() - 2 - depth as usize;
        pass_on(t, frame);
    }
    end(t);
}

/// `rethrow`: `[] →` nowhere.
pub(crate) fn rethrow(t: &mut Translator<'_>, depth: u32) {
    let FrameKind::Catch { exception: Some(exception), .. } = t.stack.frame(depth).kind else {
        unreachable!("invariant: in a valid body `rethrow` names a control instruction whose clause it stands in")
    };
    handlers::raise(t, exception);
    t.stack.set_unreachable();
}

/// At the `end` of a `try`, whose frame is still open: what happens to exceptions that no clause catches.
pub(super) fn finish(t: &mut Translator<'_>) {
    if is_escape_possible(t) {
        pass_on(t, usize::MAX);
    } else if matches!(t.stack.frame(0).kind, FrameKind::Try) {
        t.handlers.close();
    }
}

/// Whether exceptions may get out of the `try` at hand that none of its clauses so far has caught.
fn is_escape_possible(t: &mut Translator<'_>) -> bool {
    match t.stack.frame(0).kind {
        FrameKind::Catch { uncaught, .. } => uncaught.is_some(),
        _ => t.handlers.is_reached(),
    }
}

/// Leaves the last arm of the `try` at hand, and raises what none has caught outside of it, in the control instructions up to
/// position `frame`.
fn pass_on(t: &mut Translator<'_>, frame: usize) {
    if let Some((exception, location)) = leave_arm(t) {
        t.emitter.builder.set_srcloc(location);
        handlers::raise_outside(t, exception, frame);
    }
    t.stack.frame(0).kind = FrameKind::Block;
}

/// Leaves the arm of the `try` at hand, its body or a clause, and goes on with an exception that no clause so far has caught;
/// the exception, and the location of the `try`. Without such an exception, what follows cannot be reached.
fn leave_arm(t: &mut Translator<'_>) -> Option<(Value, SourceLoc)> {
    fall_through(t);
    t.stack.set_unreachable();
    if let FrameKind::Catch { exception, uncaught, location } = t.stack.frame(0).kind {
        t.emitter.builder.switch_to_block(uncaught?);
        return Some((exception?, location));
    }
    let handler = t.handlers.close();
    let location = handler.location;
    t.stack.frame(0).kind = FrameKind::Catch { exception: None, uncaught: None, location };
    Some((handlers::enter_dispatch(t, &handler)?, location))
}
