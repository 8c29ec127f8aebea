//! The heap of structures, arrays and exceptions: a copying collector of two halves (C. J. Cheney, "A nonrecursive list
//! compacting algorithm", 1970).
//!
//! Compiled code takes objects from one half, one behind the other, and calls here when that is full. What can be reached is
//! copied to the other half, which then takes the first one's place; what is left behind is garbage, at no cost. An object
//! that was copied leaves its new place behind, as a header with the type 0.
//!
//! The collector is precise: it finds every reference, and changes it. They lie in globals, tables and element segments
//! (roots), in the frames of the functions that wait for a call to return (stack maps; frames are linked by their frame
//! pointers, and the runtime's own callers end the chain), and in objects (shapes).
//!
//! A half is as large as the program's limit, but no more of it is used than twice what the last collection found alive.

mod collect;

use core::{ptr, slice};

use rustix::mm::{Advice, MapFlags, ProtFlags, madvise, mmap_anonymous};
use wasmelt_abi::{HeapHeader, HeapState, ObjectShape, Root, StackMap, TrapCode};

use crate::{program, sys::lock::Lock, trap};
use collect::Collection;

/// Bytes that are used at first.
const INITIAL_ROOM: u64 = 1 << 20;
/// Least bytes of a half with which the address space may be had.
const LEAST_HALF: u64 = 1 << 20;
/// Bytes of garbage from which on the kernel gets its pages back.
const WORTH_RETURNING: u64 = 4 << 20;
/// Most bytes of a half: the place of an object that was copied is told in units of 8 bytes, in 32 bits.
const MOST: u64 = 8 << 32;

/// The halves; there is one heap, and one thread that uses it.
static HALVES: Lock<Halves> = Lock::new(Halves { active: 0, other: 0, bytes: 0 });

/// A frame of compiled code that waits for a call to return.
#[derive(Clone, Copy, Debug)]
struct Caller {
    /// The frame pointer.
    frame: u64,
    /// Where the call returns to.
    return_address: u64,
}

/// An object of `bytes` bytes that begins with `header`, for compiled code whose frame pointer is `frame` and which the call
/// of this returns to.
///
/// # Safety
///
/// The program has a heap; the frame is that of a function of its own.
pub(crate) unsafe extern "C" fn allocate(header: u64, bytes: u64, frame: u64, return_address: u64) -> u64 {
    // SAFETY: the program header leads to the heap's header, which is constant (ABI).
    let heap = unsafe { &*(program::header().heap as *const HeapHeader) };
    let caller = Caller { frame, return_address };
    // SAFETY: this function's conditions.
    let object = HALVES.with(|halves| unsafe { halves.allocate(heap, bytes, caller) });
    let Some(object) = object else { trap::trap_in_call(TrapCode::HeapExhausted, return_address) };
    // SAFETY: the object has room for its header, and nobody else uses it yet.
    unsafe { (object as *mut u64).write(header) };
    object
}

/// Two halves of the heap's address space.
struct Halves {
    /// Where the half that objects are taken from begins; 0 before the first object.
    active: u64,
    /// Where the other one begins.
    other: u64,
    /// Bytes of a half.
    bytes: u64,
}

impl Halves {
    /// The address of a new object; `None` if there is no room for it.
    ///
    /// # Safety
    ///
    /// As [`allocate`].
    unsafe fn allocate(&mut self, heap: &HeapHeader, bytes: u64, caller: Caller) -> Option<u64> {
        // SAFETY: the state is there, and compiled code waits.
        let state = unsafe { &mut *(heap.state as *mut HeapState) };
        if self.active == 0 {
            self.map(heap.maximum_bytes.min(MOST))?;
            *state = HeapState { next: self.active, end: self.active };
        } else {
            // SAFETY: this function's conditions; objects up to `next` are whole.
            state.next = unsafe { self.collect(heap, state.next, caller) };
        }
        let needed = (state.next - self.active).checked_add(bytes)?;
        if needed > self.bytes {
            // What is there can still be used.
            state.end = self.active + self.bytes;
            return None;
        }
        state.end = self.active + needed.saturating_mul(2).max(INITIAL_ROOM).min(self.bytes);
        let object = state.next;
        state.next += bytes;
        Some(object)
    }

    /// Has the kernel keep address space for the halves: as large as the limit is, or as there is.
    fn map(&mut self, limit: u64) -> Option<()> {
        let mut half = limit.next_multiple_of(1 << 16);
        loop {
            // SAFETY: a new mapping, at an address of the kernel's choice.
            let mapped = unsafe {
                mmap_anonymous(
                    ptr::null_mut(),
                    2 * half as usize,
                    ProtFlags::READ | ProtFlags::WRITE,
                    MapFlags::PRIVATE | MapFlags::NORESERVE,
                )
            };
            if let Ok(address) = mapped {
                let base = address as u64;
                *self = Halves { active: base, other: base + half, bytes: half };
                return Some(());
            }
            half /= 2;
            if half < LEAST_HALF {
                return None;
            }
        }
    }

    /// Copies what can be reached to the other half, which takes the place of the active one; where free room begins in it.
    ///
    /// # Safety
    ///
    /// As [`allocate`]; the objects in the active half end at `next`.
    unsafe fn collect(&mut self, heap: &HeapHeader, next: u64, caller: Caller) -> u64 {
        let mut collection = Collection::new(shapes(heap), self.active..next, self.other);
        // SAFETY: the heap's header leads to constant data of this length (ABI).
        let roots = unsafe { constants::<Root>(heap.roots, heap.root_count) };
        // SAFETY: these are the program's roots.
        unsafe { collection.roots(roots) };
        // SAFETY: the maps are the program's, the frame is that of a function of its own (this function's conditions).
        unsafe { collection.frames(&Frames::of(heap), caller) };
        // SAFETY: what was copied are whole objects.
        let end = unsafe { collection.finish() };
        if next - self.active > WORTH_RETURNING {
            // SAFETY: nothing refers to the objects that are left in this half. If the kernel does not want them, they stay.
            let _ = unsafe { madvise(self.active as *mut _, (next - self.active) as usize, Advice::LinuxDontNeed) };
        }
        (self.active, self.other) = (self.other, self.active);
        end
    }
}

/// What is known of each type, and where references lie in its objects.
#[derive(Clone, Copy, Debug)]
struct Shapes {
    shapes: *const ObjectShape,
    references: *const u32,
}

fn shapes(heap: &HeapHeader) -> Shapes {
    Shapes { shapes: heap.shapes as *const ObjectShape, references: heap.references as *const u32 }
}

/// Where references lie in the frames of compiled code.
#[derive(Debug)]
struct Frames {
    text: u64,
    text_bytes: u64,
    maps: &'static [StackMap],
    slots: *const u32,
}

impl Frames {
    fn of(heap: &HeapHeader) -> Frames {
        Frames {
            text: program::header().text,
            text_bytes: heap.text_bytes,
            // SAFETY: the heap's header leads to constant data of these lengths (ABI).
            maps: unsafe { constants(heap.stack_maps, heap.stack_map_count) },
            slots: heap.slots as *const u32,
        }
    }

    /// The map of the call that returns to `address`, if there are references in its frame.
    fn map(&self, address: u64) -> Option<&StackMap> {
        let offset = u32::try_from(address - self.text).ok()?;
        let found = self.maps.binary_search_by_key(&offset, |map| map.return_offset).ok()?;
        self.maps.get(found)
    }

    /// Whether `address` is one that compiled code is returned to: after one of its calls.
    fn contains(&self, address: u64) -> bool {
        address > self.text && address - self.text <= self.text_bytes
    }
}

/// `count` items of constant data at `address`.
///
/// # Safety
///
/// They are there.
unsafe fn constants<T>(address: u64, count: u64) -> &'static [T] {
    if count == 0 {
        return &[];
    }
    // SAFETY: this function's condition.
    unsafe { slice::from_raw_parts(address as *const T, count as usize) }
}

#[cfg(test)]
mod tests;
