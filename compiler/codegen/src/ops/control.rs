//! Control (WebAssembly core specification, section 4.4.8 "Control Instructions").
//!
//! Every control instruction has a block of CLIF for what follows its `end`, with its results as block parameters, unless
//! there is but one way to get there. A `loop` has one for its start, with its parameters.
//!
//! ```text
//! block            end:  jump end(results)          end(results):
//! loop             jump header(params)  header(params): …  end: jump end(results)  end(results):
//! if               brif c, then, otherwise  then: …  else: jump end(results)  otherwise: …  end(results):
//! br l             jump target(l)(operands)
//! br_if l          brif c, target(l)(operands), next  next:
//! br_table         br_table i, default(operands), [target(operands)…]
//! br_on_null l     brif reference, next, target(l)(operands)  next:
//! br_on_cast l     c = has type  brif c, target(l)(operands), next  next:
//! ```

mod exceptions;
mod legacy_exceptions;

use cranelift_codegen::ir::{Block, BlockArg, BlockCall, InstBuilder, JumpTableData, Value};
use wasmelt_module::{BranchHint, FuncType, RefType, TypeIndex, ValType};
use wasmparser::{BlockType, BrTable, Operator};

use crate::{
    abi,
    casts::{self, Target},
    function::{TranslateError, Translator},
    stack::FrameKind,
    traps,
};

pub(crate) use exceptions::{throw, throw_ref, try_table};
pub(crate) use legacy_exceptions::{catch, catch_all, delegate, rethrow, try_};

/// Opens the frame of the function itself.
pub(crate) fn enter_function(t: &mut Translator<'_>, ty: &FuncType) {
    let end = create_block(t, ty.results());
    t.stack.open(FrameKind::Block, 0, end, ty.results().len());
}

/// After the last `end`: returns the function's results.
pub(crate) fn leave_function(t: &mut Translator<'_>) {
    debug_assert!(t.stack.is_closed(), "invariant: a valid body's control instructions are balanced");
    if t.stack.is_reachable() {
        let results = t.stack.pop_all();
        t.ins().return_(&results);
    }
}

/// Passes over an operator that cannot be reached.
pub(crate) fn skip(t: &mut Translator<'_>, operator: &Operator<'_>) {
    match operator {
        Operator::Block { .. }
        | Operator::Loop { .. }
        | Operator::If { .. }
        | Operator::TryTable { .. }
        | Operator::Try { .. } => t.stack.skip_open(),
        Operator::End | Operator::Delegate { .. } if t.stack.is_skipping() => t.stack.skip_close(),
        Operator::End => end(t),
        Operator::Delegate { relative_depth } => delegate(t, *relative_depth),
        Operator::Else if !t.stack.is_skipping() => else_(t),
        Operator::Catch { tag_index } if !t.stack.is_skipping() => catch(t, *tag_index),
        Operator::CatchAll if !t.stack.is_skipping() => catch_all(t),
        _ => {}
    }
}

/// `unreachable`: traps.
pub(crate) fn unreachable(t: &mut Translator<'_>) {
    t.ins().trap(traps::UNREACHABLE);
    t.stack.set_unreachable();
}

/// `block`
pub(crate) fn block(t: &mut Translator<'_>, ty: BlockType) {
    let (params, results) = block_types(t, ty);
    let end = create_block(t, &results);
    t.stack.open(FrameKind::Block, params.len(), end, results.len());
}

/// `loop`
pub(crate) fn loop_(t: &mut Translator<'_>, ty: BlockType) {
    let (params, results) = block_types(t, ty);
    let header = create_block(t, &params);
    let end = create_block(t, &results);

    let arguments = t.stack.pop_many(params.len());
    t.ins().jump(header, &block_args(&arguments));
    t.emitter.builder.switch_to_block(header);
    let params = t.emitter.builder.block_params(header).to_vec();
    let count = params.len();
    t.stack.extend(params);
    t.stack.open(FrameKind::Loop { header }, count, end, results.len());
}

/// `if`
pub(crate) fn if_(t: &mut Translator<'_>, ty: BlockType) {
    let (params, results) = block_types(t, ty);
    let condition = t.stack.pop();
    let then = create_block(t, &[]);
    let otherwise = create_block(t, &[]);
    let end = create_block(t, &results);

    t.ins().brif(condition, then, &[], otherwise, &[]);
    match t.hint() {
        Some(BranchHint::Taken) => t.emitter.builder.set_cold_block(otherwise),
        Some(BranchHint::NotTaken) => t.emitter.builder.set_cold_block(then),
        None => {}
    }
    t.emitter.builder.seal_block(then);
    t.emitter.builder.seal_block(otherwise);
    t.emitter.builder.switch_to_block(then);
    let arguments = t.stack.top(params.len()).to_vec();
    t.stack.open(FrameKind::If { otherwise, arguments }, params.len(), end, results.len());
}

/// `else`
pub(crate) fn else_(t: &mut Translator<'_>) {
    fall_through(t);
    switch_arm(t);
}

/// `end`
pub(crate) fn end(t: &mut Translator<'_>) {
    match t.stack.frame(0).kind {
        // Without an `else`, the other arm does nothing: its parameters are its results.
        FrameKind::If { .. } => {
            fall_through(t);
            switch_arm(t);
        }
        FrameKind::TryTable => exceptions::finish(t),
        FrameKind::Try | FrameKind::Catch { .. } => legacy_exceptions::finish(t),
        FrameKind::Block | FrameKind::Loop { .. } => {}
    }
    let results = results_at_end(t);
    let frame = t.stack.close();
    if let FrameKind::Loop { header } = frame.kind {
        t.emitter.builder.seal_block(header);
    }
    t.stack.extend(results);
}

/// Goes on after the innermost control instruction, if some way leads there; its results.
fn results_at_end(t: &mut Translator<'_>) -> Vec<Value> {
    let (end, count) = (t.stack.frame(0).end, t.stack.frame(0).results);
    // If the code at hand is the only way, it needs no block of its own.
    match (t.stack.is_reachable(), t.stack.frame(0).end_reached) {
        (true, false) => return t.stack.pop_many(count),
        (true, true) => fall_through(t),
        (false, true) => t.stack.set_reachable(),
        (false, false) => return Vec::new(),
    }
    t.emitter.builder.seal_block(end);
    t.emitter.builder.switch_to_block(end);
    t.emitter.builder.block_params(end).to_vec()
}

/// `br`
pub(crate) fn br(t: &mut Translator<'_>, depth: u32) {
    let (target, arguments) = branch(t, depth);
    t.ins().jump(target, &arguments);
    t.stack.set_unreachable();
}

/// `br_if`
pub(crate) fn br_if(t: &mut Translator<'_>, depth: u32) {
    let condition = t.stack.pop();
    let (target, arguments) = branch(t, depth);
    let next = create_block(t, &[]);
    match t.hint() {
        Some(BranchHint::NotTaken) => unlikely_branch(t, condition, next, (target, &arguments)),
        hint => {
            t.ins().brif(condition, target, &arguments, next, &[]);
            if hint == Some(BranchHint::Taken) {
                t.emitter.builder.set_cold_block(next);
            }
        }
    }
    go_on(t, next);
}

/// Branches to `target` if `condition` holds, which it hardly ever does, else goes to `next`. By way of a cold block: other
/// ways may lead to the target, which need not be cold.
fn unlikely_branch(t: &mut Translator<'_>, condition: Value, next: Block, (target, arguments): (Block, &[BlockArg])) {
    let cold = create_block(t, &[]);
    t.emitter.builder.set_cold_block(cold);
    t.ins().brif(condition, cold, &[], next, &[]);
    t.emitter.builder.seal_block(cold);
    t.emitter.builder.switch_to_block(cold);
    t.ins().jump(target, arguments);
}

/// `br_table`
pub(crate) fn br_table(t: &mut Translator<'_>, targets: &BrTable<'_>) -> Result<(), TranslateError> {
    let index = t.stack.pop();
    let mut calls = Vec::new();
    for depth in targets.targets() {
        let call = block_call(t, depth?);
        calls.push(call);
    }
    let default = block_call(t, targets.default());
    let table = t.emitter.builder.create_jump_table(JumpTableData::new(default, &calls));
    t.ins().br_table(index, table);
    t.stack.set_unreachable();
    Ok(())
}

/// `br_on_null`: `[reference] → [the same]`, which is not null; else a branch without it.
pub(crate) fn br_on_null(t: &mut Translator<'_>, depth: u32) {
    let reference = t.stack.pop();
    let (target, arguments) = branch(t, depth);
    let next = create_block(t, &[]);
    t.ins().brif(reference, next, &[], target, &arguments);
    go_on(t, next);
    t.stack.push(reference);
}

/// `br_on_non_null`: `[reference] → []`, which is null; else a branch with it.
pub(crate) fn br_on_non_null(t: &mut Translator<'_>, depth: u32) {
    let reference = t.stack.top(1)[0];
    let (target, arguments) = branch(t, depth);
    let next = create_block(t, &[]);
    t.ins().brif(reference, target, &arguments, next, &[]);
    go_on(t, next);
    t.stack.pop();
}

/// `br_on_cast`: `[reference] → [reference]`, a branch with it if it has type `ty`.
pub(crate) fn br_on_cast(t: &mut Translator<'_>, depth: u32, ty: RefType) {
    let holds = has_type(t, ty);
    let (target, arguments) = branch(t, depth);
    let next = create_block(t, &[]);
    t.ins().brif(holds, target, &arguments, next, &[]);
    go_on(t, next);
}

/// `br_on_cast_fail`: `[reference] → [reference]`, a branch with it unless it has type `ty`.
pub(crate) fn br_on_cast_fail(t: &mut Translator<'_>, depth: u32, ty: RefType) {
    let holds = has_type(t, ty);
    let (target, arguments) = branch(t, depth);
    let next = create_block(t, &[]);
    t.ins().brif(holds, next, &[], target, &arguments);
    go_on(t, next);
}

/// Whether the topmost operand has type `ty`.
fn has_type(t: &mut Translator<'_>, ty: RefType) -> Value {
    let reference = t.stack.top(1)[0];
    let target = Target::of(t, ty.heap_type(), ty.is_nullable());
    casts::test(&mut t.emitter, reference, target)
}

/// Where a branch to `depth` leads, and the topmost operands, which it takes along.
fn branch(t: &mut Translator<'_>, depth: u32) -> (Block, Vec<BlockArg>) {
    let (target, count) = t.stack.frame(depth).target();
    (target, block_args(t.stack.top(count)))
}

/// Goes on with `next`, which nothing else leads to.
fn go_on(t: &mut Translator<'_>, next: Block) {
    t.emitter.builder.seal_block(next);
    t.emitter.builder.switch_to_block(next);
}

/// `return`: like a branch to the function's own frame, but without a block between.
pub(crate) fn return_(t: &mut Translator<'_>) {
    let count = t.emitter.builder.func.signature.returns.len();
    let results = t.stack.pop_many(count);
    t.ins().return_(&results);
    t.stack.set_unreachable();
}

/// Jumps to the end of the innermost control instruction, if the code at hand can be reached; the results stay on the
/// stack.
fn fall_through(t: &mut Translator<'_>) {
    if t.stack.is_reachable() {
        let frame = t.stack.frame(0);
        frame.end_reached = true;
        let (end, count) = (frame.end, frame.results);
        let results = block_args(t.stack.top(count));
        t.ins().jump(end, &results);
    }
}

/// Goes on to the other arm of an `if`. It can be reached, since an `if` that cannot be is skipped whole.
fn switch_arm(t: &mut Translator<'_>) {
    let kind = std::mem::replace(&mut t.stack.frame(0).kind, FrameKind::Block);
    let FrameKind::If { otherwise, arguments } = kind else {
        unreachable!("invariant: in a valid body `else` ends the first arm of an `if`")
    };
    t.emitter.builder.switch_to_block(otherwise);
    t.stack.switch_arm(&arguments);
}

/// Types of parameters and results.
fn block_types(t: &Translator<'_>, ty: BlockType) -> (Vec<ValType>, Vec<ValType>) {
    match ty {
        BlockType::Empty => (Vec::new(), Vec::new()),
        BlockType::Type(result) => (Vec::new(), vec![result]),
        BlockType::FuncType(index) => {
            let ty = t.module.func_type(TypeIndex(index));
            (ty.params().to_vec(), ty.results().to_vec())
        }
    }
}

fn create_block(t: &mut Translator<'_>, params: &[ValType]) -> Block {
    let block = t.emitter.builder.create_block();
    for &ty in params {
        let param = t.emitter.builder.append_block_param(block, abi::value_type(ty));
        if t.is_traced(ty) {
            t.emitter.trace(param);
        }
    }
    block
}

fn block_call(t: &mut Translator<'_>, depth: u32) -> BlockCall {
    let (target, arguments) = branch(t, depth);
    BlockCall::new(target, arguments, &mut t.emitter.builder.func.dfg.value_lists)
}

fn block_args(values: &[Value]) -> Vec<BlockArg> {
    values.iter().copied().map(BlockArg::from).collect()
}
