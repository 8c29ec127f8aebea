//! The limits that the program has: how much of everything it may use.
//!
//! ```text
//! memory       memory.grow answers −1; a memory that starts larger keeps the program from starting
//! stack        the kernel's limit of the stack; beyond is a trap
//! CPU time     a timer of the kernel; a line, and status 124
//! wall time    likewise
//! open files   the table of descriptors has no more places, and the kernel gives few more numbers
//! output       writing more answers `dquot`
//! ```

use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use wasmelt_abi::grants::LimitKind;

use crate::descriptors::MAX_DESCRIPTORS;
use crate::grants;
use crate::sys::linux::{self, Resource, ResourceLimit, Timer};
use crate::wasi::errno::{Errno, Result};

/// Descriptors of the host beside the guest's: what resolving a path opens on its way, and the runtime's own.
const OWN_FILES: u64 = 32;

// Both are 0 at first, so that they take nothing of the file.

/// How many of [`MAX_DESCRIPTORS`] cannot be open.
static CLOSED: AtomicUsize = AtomicUsize::new(0);
/// One more than the bytes that may still be written; 0 without a limit.
static OUTPUT: AtomicU64 = AtomicU64::new(0);

/// Sets what the kernel keeps, and what is asked for often.
pub(crate) fn enter() {
    if let Some(files) = grants::limit(LimitKind::OpenFiles) {
        CLOSED.store(MAX_DESCRIPTORS.saturating_sub(usize::try_from(files).unwrap_or(usize::MAX)), Relaxed);
        lower_open_files(files.saturating_add(OWN_FILES));
    }
    if let Some(bytes) = grants::limit(LimitKind::Output) {
        OUTPUT.store(bytes.saturating_add(1), Relaxed);
    }
    for (kind, timer) in [(LimitKind::CpuTime, Timer::Processor), (LimitKind::WallTime, Timer::Wall)] {
        if let Some(milliseconds) = grants::limit(kind) {
            linux::end_after(timer, milliseconds);
        }
    }
}

/// The kernel's own limit: it is the second to say no, and may refuse to be lowered.
fn lower_open_files(files: u64) {
    let old = linux::resource_limit(Resource::OpenFiles);
    linux::set_resource_limit(Resource::OpenFiles, &ResourceLimit { current: old.current.min(files), ..old });
}

/// How many descriptors can be open at a time.
pub(crate) fn open_files() -> usize {
    MAX_DESCRIPTORS - CLOSED.load(Relaxed)
}

/// Takes `bytes` from what may still be written.
///
/// # Errors
///
/// [`Errno::Dquot`] if that is less.
pub(crate) fn take_output(bytes: u64) -> Result<()> {
    let left = |left: u64| if left == 0 { Some(0) } else { left.checked_sub(bytes).filter(|&left| left != 0) };
    OUTPUT.fetch_update(Relaxed, Relaxed, left).map(drop).map_err(|_| Errno::Dquot)
}
