//! Test scripts: calls one function after another and writes what came of each (the record format is the ABI's).
//!
//! A record is written when its step has ended, with a system call of its own: whatever kills the process at a later step,
//! the records of the earlier ones are out. 50,000 steps take 20 ms so, and 200 ms under qemu-user.

use core::{mem, slice};

use wasmelt_abi::{SCRIPT_MAX_SLOTS, ScriptHeader, ScriptStep, Status};

use crate::{
    sys::stream::{Stream, write_all},
    trap,
};

unsafe extern "C" {
    /// Defined by a test program; constant.
    static wasmelt_script: ScriptHeader;
}

/// Bytes of the largest record: the status and all results.
const RECORD_BYTES: usize = 4 + SCRIPT_MAX_SLOTS * size_of::<u128>();

/// Runs the script of a test program; the entry of its header.
///
/// # Safety
///
/// The runtime has started, and called this.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasmelt_run_script() {
    // SAFETY: a test program defines it as constant data; only test programs name this function.
    let script = unsafe { &wasmelt_script };
    // SAFETY: the script says where its steps lie (ABI).
    let steps = unsafe { slice::from_raw_parts(script.steps as *const ScriptStep, script.step_count as usize) };
    for step in steps {
        // SAFETY: the steps of a script are calls that can be made in their order.
        unsafe { run(step, |record| write_all(Stream::Output, record)) };
    }
}

/// Runs `step` and hands its record to `write`.
///
/// # Safety
///
/// The step's function takes its arguments from slots and leaves its results there, and its arguments lie where it says.
unsafe fn run(step: &ScriptStep, write: impl FnOnce(&[u8])) {
    let mut slots = [0u128; SCRIPT_MAX_SLOTS];
    // SAFETY: the arguments are constant data of this count (this function's conditions).
    let arguments = unsafe { slots_at(step.arguments, step.argument_count) };
    slots.iter_mut().zip(arguments.as_chunks::<16>().0).for_each(|(slot, bytes)| *slot = u128::from_le_bytes(*bytes));
    // SAFETY: the address is that of a function of this type (ABI).
    let function = unsafe { mem::transmute::<usize, unsafe extern "C" fn(*mut u128)>(step.function as usize) };
    // SAFETY: it takes slots; compiled code has nothing to drop.
    let status = unsafe { trap::catch(function, slots.as_mut_ptr()) };
    let results = match status {
        Status::Returned => step.result_count as usize,
        Status::Trapped(_) => 0,
    };
    let mut record = [0; RECORD_BYTES];
    let (head, tail) = record.split_at_mut(4);
    head.copy_from_slice(&status.to_number().to_le_bytes());
    let written = slots.iter().take(results).zip(tail.as_chunks_mut::<16>().0);
    let count = written.map(|(slot, bytes)| *bytes = slot.to_le_bytes()).count();
    write(record.get(..4 + count * size_of::<u128>()).unwrap_or_default());
}

/// The bytes of `count` slots at `address`.
///
/// # Safety
///
/// They are there if `count` is not 0, and never change.
unsafe fn slots_at(address: u64, count: u32) -> &'static [u8] {
    if count == 0 {
        return &[];
    }
    // SAFETY: this function's condition.
    unsafe { slice::from_raw_parts(address as *const u8, count as usize * size_of::<u128>()) }
}

#[cfg(test)]
mod tests {
    use wasmelt_abi::TrapCode;

    use super::*;

    #[unsafe(no_mangle)]
    static wasmelt_script: ScriptHeader = ScriptHeader { steps: 0, step_count: 0 };

    unsafe extern "C" fn swap(slots: *mut u128) {
        // SAFETY: there are more slots than two.
        let slots = unsafe { &mut *slots.cast::<[u128; 2]>() };
        slots.swap(0, 1);
    }

    unsafe extern "C" fn overflow(_: *mut u128) {
        trap::trap(TrapCode::IntegerOverflow)
    }

    fn check(function: unsafe extern "C" fn(*mut u128), arguments: &[u128], result_count: u32, expected: &[u8]) {
        let step = ScriptStep {
            function: function as usize as u64,
            arguments: arguments.as_ptr() as u64,
            argument_count: arguments.len() as u32,
            result_count,
        };
        let mut record: Vec<u8> = Vec::new();
        // SAFETY: the functions take two slots, and the arguments outlive the call.
        unsafe { run(&step, |bytes| record.extend(bytes)) };
        assert_eq!(record, expected);
    }

    /// One test, because the process has one catch in progress and tests run in threads.
    #[test]
    fn each_step_leaves_its_record_and_a_trap_ends_no_more_than_its_step() {
        let returned = [&[0; 4][..], &7u128.to_le_bytes(), &(1u128 << 100).to_le_bytes()].concat();
        check(swap, &[1 << 100, 7], 2, &returned);
        check(swap, &[], 0, &[0; 4]);
        check(overflow, &[], 1, &[TrapCode::IntegerOverflow as u8, 0, 0, 0]);
        check(swap, &[0, 9], 1, &[&[0; 4][..], &9u128.to_le_bytes()].concat());
    }
}
