//! Linear memories: their place in the address space, and how they grow.
//!
//! ```text
//! base                   base + byte_length              base + reserved_bytes
//! │ readable, writable   │ no access: room, then guard   │
//! ```
//!
//! The whole range is mapped before the guest runs and stays so, without access where there is no memory yet. So nothing
//! else is ever mapped into it — by the kernel, by an emulator, by the runtime — and an access beyond the memory's size
//! faults, whatever else the process does. Growing gives access to the next part of the range; nothing is ever moved,
//! given back or made executable.
//!
//! That is how it is for a memory with a guard. Where each access is checked (`BOUNDS_EXPLICIT`) nothing relies on what lies
//! beyond the memory's size, and nothing is reserved there:
//!
//! ```text
//! base                   base + byte_length
//! │ readable, writable   │ free, until the memory grows or something else is mapped there
//! ```
//!
//! So such a program needs little more address space than its memories have (`ulimit -v`). Growing maps the next pages where
//! they belong, and never over what is there: where something is in the way, or the address space is used up, the memory
//! does not grow, and the guest hears of it. A reservation would be sure to have the room, at the cost of all that a memory
//! might ever need, 4 GiB for most; and hardly anything can be in the way, since kernels map at the other end of the address
//! space, and this runtime maps nothing once the guest runs.
//!
//! The kernel maps whole pages: all sizes here are rounded up to [`PAGE`].
//!
//! The reservation is one system call a memory and some 6 µs for 8 GiB. Without it, each later mapping would have to
//! prove that it stays out of the guards, those included that are not ours (the kernel's vDSO, an emulator's).

use core::{
    ffi::c_void,
    mem, ptr,
    sync::atomic::{AtomicU64, Ordering::SeqCst},
};

use rustix::{
    io::Errno,
    mm::{MapFlags, MprotectFlags, ProtFlags, mmap_anonymous, mprotect, munmap},
};
use wasmelt_abi::{BOUNDS_GUARD, MemoryState};

use crate::{start::StartError, sys::lock::Lock};

/// Bytes that the memories have together, and those that the program's limit keeps from them: with it, they have all that
/// there could be. Written at the start, and then under [`GROWING`].
static USED: AtomicU64 = AtomicU64::new(0);

/// Lets the memories have `most` bytes together, if those that they start with, `initial`, are no more.
pub(crate) fn limit(initial: impl Iterator<Item = u64>, most: u64) -> Result<(), StartError> {
    let bytes = initial.fold(0, u64::saturating_add);
    if bytes > most {
        return Err(StartError::MemoryLimit { bytes, limit: most });
    }
    USED.store(u64::MAX - most + bytes, SeqCst);
    Ok(())
}

/// Reserves the address space of the memory at `state` and maps its initial size, as far as the kernel has not. `own_end`
/// is the end of the program's [`own_addresses`].
///
/// # Safety
///
/// `state` is a memory of the program, and no guest code has run yet.
pub(crate) unsafe fn map(state: *mut MemoryState, own_end: u64) -> Result<(), StartError> {
    // SAFETY: the state is there and nobody else refers to it (this function's conditions).
    let memory = unsafe { &*state };
    // Invariant: the kernel has mapped whole pages up to here; 0 bytes if it left everything to the runtime.
    let mapped = if memory.mapped == 1 { page_end(memory.byte_length) } else { 0 };
    let wanted = if memory.bounds == BOUNDS_GUARD { memory.reserved_bytes } else { page_end(memory.byte_length) };
    if let Some(length @ 1..) = wanted.checked_sub(mapped) {
        // SAFETY: the range belongs to this memory (ABI), and the kernel has mapped nothing in it from `mapped` on.
        unsafe { take(memory.base + mapped, length, own_end, ProtFlags::empty()) }
            .map_err(|errno| StartError::AddressSpace { base: memory.base, bytes: wanted, errno })?;
    }
    if memory.mapped == 0 {
        give_access(memory.base, page_end(memory.byte_length))
            .map_err(|errno| StartError::Memory { bytes: memory.byte_length, errno })?;
    }
    let to = (memory.base + memory.image_offset) as *mut u8;
    // SAFETY: the image is constant data of the program, empty if the kernel has mapped it, and lies in the memory's initial
    // size when it is copied (ABI).
    unsafe { ptr::copy_nonoverlapping(memory.image as *const u8, to, memory.image_bytes as usize) };
    Ok(())
}

/// Bytes behind the process's last segment in which emulators keep room for `brk`.
const HEAP_BYTES: u64 = 16 << 20;

/// The end of the addresses that are the program's own: up to the last memory that the kernel has mapped, and the heap
/// behind it.
///
/// The kernel maps nothing between a program's segments, and no heap until it is asked for one, which nobody here does. But
/// qemu-user maps all of it in advance, without access. Below this address a reservation may replace what is there.
pub(crate) fn own_addresses(memories: impl Iterator<Item = MemoryState>) -> u64 {
    memories.fold(0, |end, memory| match memory.mapped {
        1 => end.max(memory.base + page_end(memory.byte_length) + HEAP_BYTES),
        _ => end,
    })
}

/// The end of the program's own addresses, once its memories are mapped: growing needs to know it too.
static OWN_END: AtomicU64 = AtomicU64::new(0);

/// Keeps `own_end` for memories that grow.
pub(crate) fn keep_own_addresses(own_end: u64) {
    OWN_END.store(own_end, SeqCst);
}

/// Maps `bytes` bytes from `address` on with `access`. What lies below `own_end` may be replaced
/// ([`own_addresses`]), everything else has to be free.
///
/// # Safety
///
/// The range is kept for what is mapped there.
unsafe fn take(address: u64, bytes: u64, own_end: u64, access: ProtFlags) -> Result<(), Errno> {
    // SAFETY: this function's condition.
    let whole = unsafe { map_at(address, bytes, access) };
    let own = own_end.saturating_sub(address).min(bytes);
    if whole != Err(Errno::EXIST) || own == 0 {
        return whole;
    }
    if own < bytes {
        // SAFETY: this function's condition; it holds for the part as well.
        unsafe { map_at(address + own, bytes - own, access) }?;
    }
    let flags = MapFlags::PRIVATE | MapFlags::NORESERVE | MapFlags::FIXED;
    // SAFETY: what is replaced is the program's own and unused (`own_addresses`).
    unsafe { mmap_anonymous(address as *mut c_void, own as usize, access, flags) }.map(|_| ())
}

/// Maps zeroed pages at `address`, which must be the start of a page, and nowhere else. Pages that are never touched count
/// for nothing.
///
/// # Safety
///
/// The range is kept for what is mapped there.
pub(crate) unsafe fn map_at(address: u64, bytes: u64, access: ProtFlags) -> Result<(), Errno> {
    let asked = address as *mut c_void;
    let length = page_end(bytes) as usize;
    let flags = MapFlags::PRIVATE | MapFlags::NORESERVE | MapFlags::FIXED_NOREPLACE;
    // SAFETY: with FIXED_NOREPLACE no mapping of anybody's is replaced.
    let got = unsafe { mmap_anonymous(asked, length, access, flags) }?;
    if got == asked {
        return Ok(());
    }
    // Linux before 4.17 and emulators take the flag for a hint, and choose another place if this one is in use.
    // SAFETY: the mapping was made above, and nothing refers to it.
    let _ = unsafe { munmap(got, length) };
    Err(Errno::EXIST)
}

/// `memory.grow` (WebAssembly core specification, section 4.4.7) of a memory with a guard: the old size in pages, or −1.
///
/// # Safety
///
/// `state` is a memory of the program, whose address space is reserved.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasmelt_memory_grow(state: *mut MemoryState, delta_pages: u64) -> i64 {
    // SAFETY: compiled code passes the memory's state. Threads that share the memory read its length meanwhile, atomically,
    // and write it here alone, in turn; what else is in the state never changes.
    GROWING.with(|()| unsafe { grow(state, delta_pages, give_access) })
}

/// As [`wasmelt_memory_grow`], of a memory whose accesses are checked. It is a function of its own because it takes system
/// calls that others do not need, and that their sandboxes therefore do not let pass.
///
/// # Safety
///
/// `state` is a memory of the program.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasmelt_memory_extend(state: *mut MemoryState, delta_pages: u64) -> i64 {
    // SAFETY: as there.
    GROWING.with(|()| unsafe { grow(state, delta_pages, take_accessible) })
}

/// Held while a memory grows: those that threads share grow one step at a time.
static GROWING: Lock<()> = Lock::new(());

/// As [`wasmelt_memory_grow`]; `provide` makes bytes from an address on accessible.
///
/// # Safety
///
/// As there, and no other thread is here with the same memory.
unsafe fn grow(state: *mut MemoryState, delta_pages: u64, provide: fn(u64, u64) -> Result<(), Errno>) -> i64 {
    // SAFETY: the state is there, and its length is written by this function alone (this function's conditions).
    let memory = unsafe { state.read() };
    let old = memory.byte_length;
    let Some(new) = grown(&memory, delta_pages) else { return -1 };
    let Some(used) = USED.load(SeqCst).checked_add(new - old) else { return -1 };
    let (accessible, wanted) = (page_end(old), page_end(new));
    // No memory left, or none that this process may have: the guest hears of it as of any other limit.
    if wanted > accessible && provide(memory.base + accessible, wanted - accessible).is_err() {
        return -1;
    }
    USED.store(used, SeqCst);
    let length = state.cast::<u8>().wrapping_add(mem::offset_of!(MemoryState, byte_length)).cast();
    // SAFETY: the length lives as long as the process and is aligned.
    let length = unsafe { AtomicU64::from_ptr(length) };
    // After the pages can be accessed: who sees the new length may use them.
    length.store(new, SeqCst);
    // Lossless: a size in pages is below 2⁶³ even with pages of one byte, since it lies in an address space.
    (old >> memory.page_size_log2) as i64
}

/// Maps readable and writable pages from `address` on, where a memory grows that has nothing reserved there.
fn take_accessible(address: u64, bytes: u64) -> Result<(), Errno> {
    // SAFETY: the range belongs to the memory (ABI), which has not reached it.
    unsafe { take(address, bytes, OWN_END.load(SeqCst), ProtFlags::READ | ProtFlags::WRITE) }
}

/// The size in bytes of `memory` when it has grown by `delta_pages`, if it may.
fn grown(memory: &MemoryState, delta_pages: u64) -> Option<u64> {
    let delta = delta_pages.checked_mul(1u64.checked_shl(u32::from(memory.page_size_log2))?)?;
    let new = memory.byte_length.checked_add(delta)?;
    (new <= memory.maximum_bytes && new <= memory.reserved_bytes).then_some(new)
}

/// Makes the pages from `address` on readable and writable.
fn give_access(address: u64, bytes: u64) -> Result<(), Errno> {
    if bytes == 0 {
        return Ok(());
    }
    // SAFETY: only called for pages of a memory's own reservation.
    unsafe { mprotect(address as *mut c_void, bytes as usize, MprotectFlags::READ | MprotectFlags::WRITE) }
}

/// Bytes of the largest page that a kernel for this architecture may have. Images of memories are padded to it, so that how far
/// the kernel has mapped one does not depend on its pages.
const PAGE: u64 = if cfg!(target_arch = "aarch64") { 64 << 10 } else { 4 << 10 };

/// The end of the page that holds the last of `bytes` bytes.
fn page_end(bytes: u64) -> u64 {
    // Sizes in an address space are far from 2⁶⁴.
    bytes.saturating_add(PAGE - 1) & !(PAGE - 1)
}

#[cfg(test)]
mod tests {
    use wasmelt_abi::BOUNDS_EXPLICIT;

    use super::*;

    const PAGE: u64 = 64 << 10;

    /// A place where no other mapping of a test process is, one for each test.
    fn memory(test: u64) -> MemoryState {
        MemoryState {
            base: (1 << 40) + (test << 36),
            byte_length: PAGE,
            maximum_bytes: 3 * PAGE,
            reserved_bytes: (8 << 30) + PAGE,
            image: 0,
            image_bytes: 0,
            image_offset: 0,
            page_size_log2: 16,
            bounds: BOUNDS_GUARD,
            mapped: 0,
        }
    }

    fn byte(memory: &MemoryState, offset: u64) -> *mut u8 {
        (memory.base + offset) as *mut u8
    }

    #[test]
    fn sizes_grow_up_to_the_limits() {
        let memory = memory(0);
        for (delta, expected) in [(0, Some(PAGE)), (2, Some(3 * PAGE)), (3, None), (u64::MAX, None), (1 << 48, None)] {
            assert_eq!(grown(&memory, delta), expected, "{delta}");
        }
        let reserved = MemoryState { maximum_bytes: u64::MAX, reserved_bytes: 2 * PAGE, ..memory };
        assert_eq!((grown(&reserved, 1), grown(&reserved, 2)), (Some(2 * PAGE), None));
    }

    #[test]
    fn memories_are_limited_together() {
        let result = limit([PAGE, 2 * PAGE].into_iter(), 2 * PAGE);
        assert_eq!(result, Err(StartError::MemoryLimit { bytes: 3 * PAGE, limit: 2 * PAGE }));
    }

    #[test]
    fn the_image_is_copied_and_growth_gives_zeroed_memory() {
        let image = *b"image";
        let mut memory =
            MemoryState { image: image.as_ptr() as u64, image_bytes: 5, image_offset: PAGE - 5, ..memory(1) };
        // SAFETY: no guest code runs here, and the image has the stated length.
        unsafe { map(&raw mut memory, own_addresses([memory].into_iter())) }.unwrap();
        // SAFETY: the last byte of the initial size.
        assert_eq!(unsafe { *byte(&memory, PAGE - 1) }, b'e');
        // SAFETY: the memory is mapped.
        assert_eq!(unsafe { wasmelt_memory_grow(&raw mut memory, 2) }, 1);
        // SAFETY: the last byte of the new size.
        assert_eq!(unsafe { *byte(&memory, 3 * PAGE - 1) }, 0);
        // SAFETY: the memory is mapped.
        assert_eq!(unsafe { wasmelt_memory_grow(&raw mut memory, 1) }, -1);
        assert_eq!(memory.byte_length, 3 * PAGE);
    }

    #[test]
    fn what_the_kernel_has_mapped_is_kept() {
        let mut memory = MemoryState { mapped: 1, ..memory(2) };
        // SAFETY: nothing else uses the range.
        unsafe { map_at(memory.base, PAGE, ProtFlags::READ | ProtFlags::WRITE) }.unwrap();
        // SAFETY: the page was just mapped.
        unsafe { *byte(&memory, 0) = 7 };
        // SAFETY: no guest code runs here.
        unsafe { map(&raw mut memory, own_addresses([memory].into_iter())) }.unwrap();
        // SAFETY: still mapped.
        assert_eq!(unsafe { *byte(&memory, 0) }, 7);
    }

    #[test]
    fn room_for_a_heap_behind_the_last_segment_is_taken_over() {
        let mut memory = MemoryState { mapped: 1, ..memory(4) };
        // SAFETY: nothing else uses the range.
        unsafe { map_at(memory.base, PAGE, ProtFlags::READ | ProtFlags::WRITE) }.unwrap();
        // SAFETY: nothing else uses the range.
        unsafe { map_at(memory.base + PAGE, HEAP_BYTES, ProtFlags::empty()) }.unwrap();
        // SAFETY: no guest code runs here.
        unsafe { map(&raw mut memory, own_addresses([memory].into_iter())) }.unwrap();
        // SAFETY: the memory is mapped.
        assert_eq!(unsafe { wasmelt_memory_grow(&raw mut memory, 2) }, 1);
        // SAFETY: the last byte of the new size.
        unsafe { *byte(&memory, 3 * PAGE - 1) = 1 };
    }

    #[test]
    fn a_checked_memory_takes_address_space_as_it_grows() {
        let mut memory = MemoryState { bounds: BOUNDS_EXPLICIT, page_size_log2: 0, byte_length: 10, ..memory(5) };
        // SAFETY: no guest code runs here.
        unsafe { map(&raw mut memory, own_addresses([memory].into_iter())) }.unwrap();
        // SAFETY: the page behind it belongs to the memory, and is not mapped yet.
        unsafe { map_at(memory.base + super::PAGE, 1, ProtFlags::empty()) }.unwrap();
        // SAFETY: the memory is mapped.
        assert_eq!(unsafe { wasmelt_memory_extend(&raw mut memory, super::PAGE - 10) }, 10);
        // SAFETY: the last byte of the page.
        unsafe { *byte(&memory, super::PAGE - 1) = 1 };
        // SAFETY: the memory is mapped.
        assert_eq!(unsafe { wasmelt_memory_extend(&raw mut memory, 1) }, -1, "something is in the way");
        // SAFETY: the mapping was made above.
        unsafe { munmap(byte(&memory, super::PAGE).cast(), super::PAGE as usize) }.unwrap();
        // SAFETY: the memory is mapped.
        assert_eq!(unsafe { wasmelt_memory_extend(&raw mut memory, 1) }, super::PAGE as i64);
        // SAFETY: the last byte of the new size.
        unsafe { *byte(&memory, super::PAGE) = 1 };
    }

    #[test]
    fn a_range_in_use_is_refused() {
        let mut memory = memory(3);
        // SAFETY: nothing else uses the range.
        unsafe { map_at(memory.base + (4 << 30), PAGE, ProtFlags::empty()) }.unwrap();
        // SAFETY: no guest code runs here.
        let error = unsafe { map(&raw mut memory, own_addresses([memory].into_iter())) }.unwrap_err();
        assert_eq!(
            error,
            StartError::AddressSpace { base: memory.base, bytes: memory.reserved_bytes, errno: Errno::EXIST }
        );
    }
}
