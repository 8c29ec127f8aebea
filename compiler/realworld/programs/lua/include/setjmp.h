// WASI has no long jumps; `errors.h` says what Lua does without.

typedef int jmp_buf;
