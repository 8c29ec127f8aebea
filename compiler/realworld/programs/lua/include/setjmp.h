// WASI has no long jumps; `long_jumps.c` has, made of exceptions.

#pragma once

typedef unsigned long jmp_buf[4];

int setjmp(jmp_buf) __attribute__((returns_twice));
_Noreturn void longjmp(jmp_buf, int);
