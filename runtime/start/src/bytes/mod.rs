//! The functions on bytes that compilers call by name: `memcpy`, `memmove`, `memset`, `memcmp`, `bcmp`, `strlen`.
//!
//! All are in assembly, so that no compiler can recognise a loop of theirs as the very function that it implements.
//! `memory.copy` and `memory.fill` of the guest end here; the others are the runtime's own.
//!
//! The copying functions treat short lengths without a loop: the first and the last bytes are loaded in two pieces that
//! may overlap, all before anything is stored. For the longer ones the piece that the loop would leave over is loaded
//! before the loop and stored after it, so that it is right for ranges that overlap as well.

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "x86_64")]
mod x86_64;
