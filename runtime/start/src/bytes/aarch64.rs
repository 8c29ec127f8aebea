//! The functions on bytes for every 64-bit Arm processor: pairs of 16-byte registers, which may be unaligned.

use core::arch::naked_asm;

/// Copies `x2` bytes from `x1` to `x0`; the ranges do not overlap.
///
/// # Safety
///
/// As in C.
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn memcpy(_to: *mut u8, _from: *const u8, _bytes: usize) -> *mut u8 {
    naked_asm!("b {memmove}", memmove = sym memmove)
}

/// Copies `x2` bytes from `x1` to `x0`.
///
/// # Safety
///
/// As in C.
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn memmove(_to: *mut u8, _from: *const u8, _bytes: usize) -> *mut u8 {
    naked_asm!(
        "add x4, x1, x2",
        "add x5, x0, x2",
        "cmp x2, #16",
        "b.lo 3f",
        "cmp x2, #32",
        "b.hi 2f",
        // 16 to 32: two pieces of 16.
        "ldr q0, [x1]",
        "ldr q1, [x4, #-16]",
        "str q0, [x0]",
        "str q1, [x5, #-16]",
        "ret",
        // More than 32. A destination less than x2 above the source is copied from the end down.
        "2:",
        "sub x3, x0, x1",
        "cmp x3, x2",
        "b.lo 5f",
        // Up; the last 32 bytes are kept for the end, at x5.
        "ldp q2, q3, [x4, #-32]",
        "mov x3, x0",
        "sub x5, x5, #32",
        "21:",
        "ldp q0, q1, [x1], #32",
        "stp q0, q1, [x3], #32",
        "cmp x3, x5",
        "b.lo 21b",
        "stp q2, q3, [x5]",
        "ret",
        // Down; the first 32 bytes are kept for the end.
        "5:",
        "ldp q2, q3, [x1]",
        "add x3, x0, #32",
        "51:",
        "ldp q0, q1, [x4, #-32]!",
        "stp q0, q1, [x5, #-32]!",
        "cmp x5, x3",
        "b.hi 51b",
        "stp q2, q3, [x0]",
        "ret",
        // Less than 16: two pieces of 8 or 4, or single bytes.
        "3:",
        "tbz x2, #3, 31f",
        "ldr x6, [x1]",
        "ldr x7, [x4, #-8]",
        "str x6, [x0]",
        "str x7, [x5, #-8]",
        "ret",
        "31:",
        "tbz x2, #2, 32f",
        "ldr w6, [x1]",
        "ldr w7, [x4, #-4]",
        "str w6, [x0]",
        "str w7, [x5, #-4]",
        "ret",
        // 1 to 3: the first byte, the last, and the one in the middle, which may be either of them.
        "32:",
        "cbz x2, 33f",
        "lsr x3, x2, #1",
        "ldrb w6, [x1]",
        "ldrb w7, [x4, #-1]",
        "ldrb w8, [x1, x3]",
        "strb w8, [x0, x3]",
        "strb w6, [x0]",
        "strb w7, [x5, #-1]",
        "33:",
        "ret",
    )
}

/// Sets `x2` bytes from `x0` to the low byte of `w1`.
///
/// # Safety
///
/// As in C.
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn memset(_to: *mut u8, _byte: i32, _bytes: usize) -> *mut u8 {
    naked_asm!(
        "dup v0.16b, w1",
        "add x5, x0, x2",
        "cmp x2, #16",
        "b.lo 3f",
        "mov x3, x0",
        "sub x4, x5, #32",
        // While 32 or more are left: `x3` is where they start.
        "2:",
        "cmp x3, x4",
        "b.hi 21f",
        "stp q0, q0, [x3], #32",
        "b 2b",
        // Less than 32 are left, and at least 16 were asked for.
        "21:",
        "sub x4, x5, #16",
        "cmp x3, x4",
        "b.hi 22f",
        "str q0, [x3]",
        "22:",
        "str q0, [x4]",
        "ret",
        "3:",
        "tbz x2, #3, 31f",
        "str d0, [x0]",
        "str d0, [x5, #-8]",
        "ret",
        "31:",
        "tbz x2, #2, 32f",
        "str s0, [x0]",
        "str s0, [x5, #-4]",
        "ret",
        "32:",
        "cbz x2, 33f",
        "lsr x3, x2, #1",
        "strb w1, [x0]",
        "strb w1, [x0, x3]",
        "strb w1, [x5, #-1]",
        "33:",
        "ret",
    )
}

/// Compares `x2` bytes: negative, 0 or positive.
///
/// # Safety
///
/// As in C.
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn memcmp(_a: *const u8, _b: *const u8, _bytes: usize) -> i32 {
    naked_asm!(
        "2:",
        "cmp x2, #8",
        "b.lo 3f",
        "ldr x3, [x0], #8",
        "ldr x4, [x1], #8",
        "sub x2, x2, #8",
        "cmp x3, x4",
        "b.eq 2b",
        // The first byte in memory decides: it is the lowest of a word.
        "rev x3, x3",
        "rev x4, x4",
        "cmp x3, x4",
        "mov w0, #1",
        "cneg w0, w0, lo",
        "ret",
        // Less than 8 left.
        "3:",
        "cbz x2, 5f",
        "ldrb w3, [x0], #1",
        "ldrb w4, [x1], #1",
        "sub x2, x2, #1",
        "subs w3, w3, w4",
        "b.eq 3b",
        "mov w0, w3",
        "ret",
        "5:",
        "mov w0, #0",
        "ret",
    )
}

/// Compares `x2` bytes: 0 if they are equal.
///
/// # Safety
///
/// As in C.
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn bcmp(_a: *const u8, _b: *const u8, _bytes: usize) -> i32 {
    naked_asm!("b {memcmp}", memcmp = sym memcmp)
}

/// The number of bytes from `x0` on before the first that is 0.
///
/// # Safety
///
/// As in C.
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn strlen(_text: *const u8) -> usize {
    naked_asm!("mov x1, x0", "2:", "ldrb w2, [x1], #1", "cbnz w2, 2b", "sub x0, x1, x0", "sub x0, x0, #1", "ret")
}
