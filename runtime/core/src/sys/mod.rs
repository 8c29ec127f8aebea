//! What reaches outside of the process: the only modules that make system calls.
//!
//! rustix makes them wherever its public interface has them. [`linux`] holds what it leaves out, because it belongs to a
//! libc: signals, and the process's end. What acts for the guest takes the permission to do so as a parameter, which only
//! [`crate::grants`] hands out.

pub(crate) mod clock;
pub(crate) mod files;
pub(crate) mod linux;
pub(crate) mod lock;
pub(crate) mod paths;
pub(crate) mod poll;
pub(crate) mod random;
pub(crate) mod socket;
pub(crate) mod stream;
