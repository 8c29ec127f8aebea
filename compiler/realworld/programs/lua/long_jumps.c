// What clang's `setjmp` and `longjmp` for WebAssembly call (LLVM, WebAssemblyLowerEmscriptenEHSjLj.cpp): a long jump is an
// exception, and each function that calls `setjmp` catches it and finds out whether the jump leads to one of its calls.

#include <stdint.h>
#include <stdlib.h>

// From LLVM 19 on, the buffer says which call of `setjmp` it is: in which activation of a function, and where that goes on.
struct buffer {
    void *activation;
    uint32_t label;
};

void __wasm_setjmp(struct buffer *buffer, uint32_t label, void *activation) {
    *buffer = (struct buffer){activation, label};
}

uint32_t __wasm_setjmp_test(const struct buffer *buffer, const void *activation) {
    return buffer->activation == activation ? buffer->label : 0;
}

// Before, each activation has a table of its calls. A call of `setjmp`: its number, and where in the function it returns to. A table ends with number 0.
struct call {
    uintptr_t number;
    uint32_t label;
};

// The second result of `saveSetjmp`: the size of the table.
static uint32_t size;

void setTempRet0(uint32_t value) {
    size = value;
}

uint32_t getTempRet0(void) {
    return size;
}

struct call *saveSetjmp(uintptr_t *buffer, uint32_t label, struct call *table, uint32_t capacity) {
    static uintptr_t last;
    uint32_t used = 0;
    while (used < capacity && table[used].number != 0) {
        used++;
    }
    if (used == capacity) {
        capacity *= 2;
        table = realloc(table, (capacity + 1) * sizeof *table);
    }
    *buffer = ++last;
    table[used] = (struct call){last, label};
    table[used + 1].number = 0;
    setTempRet0(capacity);
    return table;
}

uint32_t testSetjmp(uintptr_t number, const struct call *table, uint32_t capacity) {
    for (uint32_t at = 0; at < capacity && table[at].number != 0; at++) {
        if (table[at].number == number) {
            return table[at].label;
        }
    }
    return 0;
}

_Noreturn void __wasm_longjmp(void *buffer, int value) {
    static struct {
        void *buffer;
        int value;
    } jump;
    jump.buffer = buffer;
    jump.value = value == 0 ? 1 : value;
    __builtin_wasm_throw(1, &jump); // Tag 1 is `__c_longjmp`.
    __builtin_unreachable();
}
