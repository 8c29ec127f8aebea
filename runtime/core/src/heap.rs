//! The heap of exceptions: objects are allocated one behind the other, and never given back.

use core::{
    cell::UnsafeCell,
    ptr,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use wasmelt_abi::TrapCode;

use crate::trap;

/// Bytes of the heap. Pages that are never touched count for nothing.
const HEAP_BYTES: u64 = 64 << 20;

#[repr(align(16))]
struct Heap(UnsafeCell<[u8; HEAP_BYTES as usize]>);

// SAFETY: each object is given to one caller.
unsafe impl Sync for Heap {}

static HEAP: Heap = Heap(UnsafeCell::new([0; HEAP_BYTES as usize]));

/// Bytes in use.
static USED: AtomicU64 = AtomicU64::new(0);

/// A new object of `bytes` bytes, a multiple of 8, with `heap_type` in its header and zero in the rest.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn wasmelt_gc_allocate(heap_type: u32, bytes: u64) -> *mut u8 {
    let start = USED.fetch_add(bytes, Relaxed);
    if start > HEAP_BYTES - bytes {
        USED.fetch_sub(bytes, Relaxed);
        trap::trap(TrapCode::HeapExhausted);
    }
    let object = HEAP.0.get().cast::<u8>().wrapping_add(start as usize);
    // SAFETY: the object lies in the heap and is aligned, since sizes are multiples of 8; nobody else has it.
    unsafe { ptr::write(object.cast(), heap_type) };
    object
}
