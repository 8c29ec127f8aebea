//! The functions on bytes for every x86-64 processor: SSE2, and the string instructions for long ranges, which are the
//! fastest from some 1 KiB on and cost some dozens of cycles to begin.

use core::arch::naked_asm;

/// Copies `rdx` bytes from `rsi` to `rdi`; the ranges do not overlap.
///
/// # Safety
///
/// As in C.
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn memcpy(_to: *mut u8, _from: *const u8, _bytes: usize) -> *mut u8 {
    naked_asm!("jmp {memmove}", memmove = sym memmove)
}

/// Copies `rdx` bytes from `rsi` to `rdi`.
///
/// # Safety
///
/// As in C.
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn memmove(_to: *mut u8, _from: *const u8, _bytes: usize) -> *mut u8 {
    naked_asm!(
        "mov rax, rdi",
        "cmp rdx, 16",
        "jb 3f",
        "cmp rdx, 32",
        "ja 2f",
        // 16 to 32: two pieces of 16.
        "movups xmm0, [rsi]",
        "movups xmm1, [rsi + rdx - 16]",
        "movups [rdi], xmm0",
        "movups [rdi + rdx - 16], xmm1",
        "ret",
        // More than 32. A destination less than `rdx` above the source is copied from the end down.
        "2:",
        "mov rcx, rdi",
        "sub rcx, rsi",
        "cmp rcx, rdx",
        "jb 5f",
        // Up. The string instruction is slow if the destination is close below the source (then rcx is close below 0).
        "cmp rdx, 1024",
        "jb 21f",
        "cmp rcx, -64",
        "ja 21f",
        "mov rcx, rdx",
        "rep movsb",
        "ret",
        "21:",
        "movups xmm2, [rsi + rdx - 32]",
        "movups xmm3, [rsi + rdx - 16]",
        "lea r8, [rdi + rdx - 32]",
        "22:",
        "movups xmm0, [rsi]",
        "movups xmm1, [rsi + 16]",
        "movups [rdi], xmm0",
        "movups [rdi + 16], xmm1",
        "add rsi, 32",
        "add rdi, 32",
        "cmp rdi, r8",
        "jb 22b",
        "movups [r8], xmm2",
        "movups [r8 + 16], xmm3",
        "ret",
        // Down, from the end at rdx; the first 32 bytes are kept for the end.
        "5:",
        "movups xmm2, [rsi]",
        "movups xmm3, [rsi + 16]",
        "51:",
        "movups xmm0, [rsi + rdx - 32]",
        "movups xmm1, [rsi + rdx - 16]",
        "movups [rdi + rdx - 32], xmm0",
        "movups [rdi + rdx - 16], xmm1",
        "sub rdx, 32",
        "cmp rdx, 32",
        "ja 51b",
        "movups [rdi], xmm2",
        "movups [rdi + 16], xmm3",
        "ret",
        // Less than 16: two pieces of 8 or 4, or single bytes.
        "3:",
        "cmp edx, 8",
        "jb 31f",
        "mov rcx, [rsi]",
        "mov r8, [rsi + rdx - 8]",
        "mov [rdi], rcx",
        "mov [rdi + rdx - 8], r8",
        "ret",
        "31:",
        "cmp edx, 4",
        "jb 32f",
        "mov ecx, [rsi]",
        "mov r8d, [rsi + rdx - 4]",
        "mov [rdi], ecx",
        "mov [rdi + rdx - 4], r8d",
        "ret",
        // 1 to 3: the first byte, the last, and the one in the middle, which may be either of them.
        "32:",
        "test edx, edx",
        "jz 33f",
        "movzx ecx, byte ptr [rsi]",
        "movzx r8d, byte ptr [rsi + rdx - 1]",
        "mov r9d, edx",
        "shr r9d, 1",
        "movzx r10d, byte ptr [rsi + r9]",
        "mov [rdi + r9], r10b",
        "mov [rdi], cl",
        "mov [rdi + rdx - 1], r8b",
        "33:",
        "ret",
    )
}

/// Sets `rdx` bytes from `rdi` to the low byte of `esi`.
///
/// # Safety
///
/// As in C.
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn memset(_to: *mut u8, _byte: i32, _bytes: usize) -> *mut u8 {
    naked_asm!(
        "mov rax, rdi",
        "movzx ecx, sil",
        "mov r8, 0x0101010101010101",
        "imul r8, rcx",
        "cmp rdx, 16",
        "jb 3f",
        "cmp rdx, 1024",
        "jae 5f",
        "movq xmm0, r8",
        "punpcklqdq xmm0, xmm0",
        "lea rcx, [rdi + rdx - 16]",
        "2:",
        "movups [rdi], xmm0",
        "add rdi, 16",
        "cmp rdi, rcx",
        "jb 2b",
        "movups [rcx], xmm0",
        "ret",
        "3:",
        "cmp edx, 8",
        "jb 31f",
        "mov [rdi], r8",
        "mov [rdi + rdx - 8], r8",
        "ret",
        "31:",
        "cmp edx, 4",
        "jb 32f",
        "mov [rdi], r8d",
        "mov [rdi + rdx - 4], r8d",
        "ret",
        "32:",
        "test edx, edx",
        "jz 33f",
        "mov [rdi], r8b",
        "mov [rdi + rdx - 1], r8b",
        "shr edx, 1",
        "mov [rdi + rdx], r8b",
        "33:",
        "ret",
        "5:",
        "mov r9, rax",
        "mov eax, r8d",
        "mov rcx, rdx",
        "rep stosb",
        "mov rax, r9",
        "ret",
    )
}

/// Compares `rdx` bytes: negative, 0 or positive.
///
/// # Safety
///
/// As in C.
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn memcmp(_a: *const u8, _b: *const u8, _bytes: usize) -> i32 {
    naked_asm!(
        "xor eax, eax",
        "2:",
        "cmp rdx, 8",
        "jb 3f",
        "mov rcx, [rdi]",
        "mov r8, [rsi]",
        "cmp rcx, r8",
        "jne 4f",
        "add rdi, 8",
        "add rsi, 8",
        "sub rdx, 8",
        "jmp 2b",
        // Less than 8 left.
        "3:",
        "test edx, edx",
        "jz 5f",
        "movzx eax, byte ptr [rdi]",
        "movzx ecx, byte ptr [rsi]",
        "inc rdi",
        "inc rsi",
        "dec edx",
        "sub eax, ecx",
        "jz 3b",
        "5:",
        "ret",
        // The first byte in memory decides: it is the lowest of a word.
        "4:",
        "bswap rcx",
        "bswap r8",
        "cmp rcx, r8",
        "sbb eax, eax",
        "or eax, 1",
        "ret",
    )
}

/// Compares `rdx` bytes: 0 if they are equal.
///
/// # Safety
///
/// As in C.
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn bcmp(_a: *const u8, _b: *const u8, _bytes: usize) -> i32 {
    naked_asm!("jmp {memcmp}", memcmp = sym memcmp)
}

/// The number of bytes from `rdi` on before the first that is 0.
///
/// # Safety
///
/// As in C.
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn strlen(_text: *const u8) -> usize {
    naked_asm!("mov rax, -1", "2:", "inc rax", "cmp byte ptr [rdi + rax], 0", "jne 2b", "ret")
}
