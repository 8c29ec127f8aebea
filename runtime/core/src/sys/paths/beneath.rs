//! Resolution by the kernel.

use core::ffi::CStr;
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};

use rustix::fd::{BorrowedFd, OwnedFd};
use rustix::fs::{self, Mode, OFlags, ResolveFlags};
use rustix::io::{self, Errno};

/// How often a resolution that was disturbed by a rename is repeated before it is done by hand, which no rename disturbs.
const ATTEMPTS: usize = 8;

/// Links that are no paths (those of `/proc`) are refused as well: what they lead to lies nowhere.
const CONFINED: ResolveFlags = ResolveFlags::BENEATH.union(ResolveFlags::NO_MAGICLINKS);

/// Whether the kernel has said that it does not know the call (Linux before 5.6, qemu-user).
static IS_MISSING: AtomicBool = AtomicBool::new(false);

/// Opens `path`, which is relative, in `directory`; or answers `None` if it has to be done by hand.
pub(super) fn open(directory: BorrowedFd<'_>, path: &CStr, flags: OFlags, mode: Mode) -> Option<io::Result<OwnedFd>> {
    if IS_MISSING.load(Relaxed) {
        return None;
    }
    for _ in 0..ATTEMPTS {
        match fs::openat2(directory, path, flags, mode, CONFINED) {
            // A `..` met a rename: the kernel could not tell whether it would have led out.
            Err(Errno::AGAIN | Errno::INTR) => {}
            Err(Errno::NOSYS) => {
                IS_MISSING.store(true, Relaxed);
                return None;
            }
            // A filter for system calls may say so. If it is the file that says so, it will say so again.
            Err(Errno::PERM) => return None,
            // The path would have led out.
            Err(Errno::XDEV) => return Some(Err(Errno::PERM)),
            opened => return Some(opened),
        }
    }
    None
}
