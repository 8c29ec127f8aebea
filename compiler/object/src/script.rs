//! The calls of a test program (see [`wasmelt_abi::ScriptHeader`]).

use std::mem::offset_of;

use wasmelt_abi::{SCRIPT_MAX_SLOTS, SLOT_BYTES, ScriptHeader, ScriptStep};
use wasmelt_codegen::FunctionKind;
use wasmelt_module::{Entry, Program};

use crate::{
    ObjectError,
    blob::Blob,
    file::{ObjectFile, Section},
    item::Item,
};

/// A call that a test program makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptCall {
    /// What is called: a trampoline, a reader of a global or an initializer.
    pub function: FunctionKind,
    /// The arguments, each in the low bytes of its number.
    pub arguments: Vec<u128>,
    /// How many results there are.
    pub results: u32,
}

/// Alignment of the slots.
const SLOT_ALIGNMENT: u64 = 16;

/// Emits the script, if the program's entry is one.
pub(crate) fn emit(file: &mut ObjectFile<'_>, program: &Program, calls: &[ScriptCall]) -> Result<(), ObjectError> {
    if program.entry != Entry::Script {
        return Ok(());
    }
    let mut header = Blob::zeroed(size_of::<ScriptHeader>());
    header.put_address(offset_of!(ScriptHeader, steps), Item::ScriptSteps, 0);
    // Lossless: usize has at most 64 bits.
    header.put_u64(offset_of!(ScriptHeader, step_count), calls.len() as u64);
    file.define(Section::Constants, Item::Script, header, align_of::<ScriptHeader>() as u64);

    let mut slots = Blob::default();
    let mut steps = Blob::zeroed(calls.len() * size_of::<ScriptStep>());
    for (call, at) in calls.iter().zip((0..).step_by(size_of::<ScriptStep>())) {
        let first = slots.bytes.len() as u64;
        let arguments = u32::try_from(call.arguments.len()).unwrap_or(u32::MAX);
        steps.put_address(at + offset_of!(ScriptStep, function), Item::function(call.function), 0);
        steps.put_address(at + offset_of!(ScriptStep, arguments), Item::ScriptArguments, first);
        steps.put_u32(at + offset_of!(ScriptStep, argument_count), checked(arguments)?);
        steps.put_u32(at + offset_of!(ScriptStep, result_count), checked(call.results)?);
        slots.bytes.extend(call.arguments.iter().flat_map(|argument| argument.to_le_bytes()));
    }
    file.define(Section::Constants, Item::ScriptSteps, steps, align_of::<ScriptStep>() as u64);
    file.define(Section::Constants, Item::ScriptArguments, slots, SLOT_ALIGNMENT);
    Ok(())
}

fn checked(slots: u32) -> Result<u32, ObjectError> {
    // Lossless: a small number.
    let limit = SCRIPT_MAX_SLOTS as u32;
    if slots > limit { Err(ObjectError::ScriptSlots { slots, limit }) } else { Ok(slots) }
}

const _: () = assert!(SLOT_BYTES == size_of::<u128>());
