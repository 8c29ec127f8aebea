// A host function with more arguments than there are registers for: says how many of them arrive as they should.

#include <stdint.h>

struct memory;

int32_t path_open(struct memory *memory, int32_t a, int32_t b, int32_t c, int32_t d, int32_t e, int64_t f, int64_t g,
                  int32_t h, int32_t i) __asm__("wasi_snapshot_preview1.path_open");

int32_t path_open(struct memory *memory, int32_t a, int32_t b, int32_t c, int32_t d, int32_t e, int64_t f, int64_t g,
                  int32_t h, int32_t i) {
    return (memory != 0) + (a == 1) + (b == -2) + (c == 3) + (d == -4) + (e == 5) + (f == 0x600000006) + (g == -7)
        + (h == 8) + (i == -9);
}
