// Runs a program that Wasmelt has compiled to an object: a runtime with one function of WASI, for Linux and for Windows.
// docs/objects.md says what an object expects.

#include <stdint.h>

// The beginning of what the symbol `wasmelt_program` names, and a memory (runtime/abi: ProgramHeader, MemoryState).
struct memory {
    uint8_t *base;
    uint64_t byte_length, maximum_bytes, reserved_bytes;
    const uint8_t *image;
    uint64_t image_bytes, image_offset;
    uint16_t page_size_log2, bounds;
    uint32_t mapped;
};

struct program {
    char magic[8];
    uint32_t abi_version, memory_count;
    uint8_t *state;
    const uint8_t *state_image;
    uint64_t state_image_bytes;
    struct memory *memories;
    void (*entry)(void);
};

extern const struct program wasmelt_program;

// What the system has: address space that is not accessible, access to a part of it, output.
static int reserve(void *base, uint64_t bytes);
static int allow(void *start, uint64_t bytes);
static int64_t output(const void *bytes, uint64_t size);

#ifdef _WIN32

__declspec(dllimport) void *VirtualAlloc(void *, uint64_t, uint32_t, uint32_t);
__declspec(dllimport) void *GetStdHandle(uint32_t);
__declspec(dllimport) int WriteFile(void *, const void *, uint32_t, uint32_t *, void *);
__declspec(dllimport) void ExitProcess(uint32_t);

enum { COMMIT = 0x1000, RESERVE = 0x2000, NO_ACCESS = 1, READ_WRITE = 4 };

static int reserve(void *base, uint64_t bytes) {
    return VirtualAlloc(base, bytes, RESERVE, NO_ACCESS) == base;
}

static int allow(void *start, uint64_t bytes) {
    return bytes == 0 || VirtualAlloc(start, bytes, COMMIT, READ_WRITE) == start;
}

static int64_t output(const void *bytes, uint64_t size) {
    uint32_t written = 0;
    return WriteFile(GetStdHandle(-11), bytes, (uint32_t)size, &written, 0) ? written : -1;
}

#else

#define _GNU_SOURCE
#include <sys/mman.h>
#include <unistd.h>

static int reserve(void *base, uint64_t bytes) {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
    return mmap(base, bytes, PROT_NONE, flags, -1, 0) == base;
}

static int allow(void *start, uint64_t bytes) {
    return mprotect(start, bytes, PROT_READ | PROT_WRITE) == 0;
}

static int64_t output(const void *bytes, uint64_t size) {
    return write(1, bytes, size);
}

#endif

// `memory.grow`, for memories with a guard: the old size in pages, or -1.
int64_t wasmelt_memory_grow(struct memory *memory, uint64_t pages) {
    uint64_t old = memory->byte_length;
    if (pages > (memory->maximum_bytes - old) >> memory->page_size_log2) return -1;
    uint64_t more = pages << memory->page_size_log2;
    if (!allow(memory->base + old, more)) return -1;
    memory->byte_length = old + more;
    return old >> memory->page_size_log2;
}

// A host function gets the state of the caller's memory first; addresses in the memory are checked here.
static const uint32_t *words(const struct memory *memory, uint32_t address, uint64_t count) {
    return address + 4 * count <= memory->byte_length ? (const uint32_t *)(memory->base + address) : 0;
}

int32_t fd_write(struct memory *memory, int32_t descriptor, uint32_t vectors, uint32_t count, uint32_t written)
    __asm__("wasi_snapshot_preview1.fd_write");

int32_t fd_write(struct memory *memory, int32_t descriptor, uint32_t vectors, uint32_t count, uint32_t written) {
    enum { SUCCESS = 0, BAD_DESCRIPTOR = 8, FAULT = 21, IO = 29 };
    const uint32_t *vector = words(memory, vectors, 2 * (uint64_t)count);
    if (descriptor != 1) return BAD_DESCRIPTOR;
    if (!vector || !words(memory, written, 1)) return FAULT;
    uint32_t total = 0;
    for (uint32_t at = 0; at < count; at++) {
        uint64_t start = vector[2 * at], size = vector[2 * at + 1];
        if (start + size > memory->byte_length) return FAULT;
        int64_t done = output(memory->base + start, size);
        if (done < 0) return IO;
        total += (uint32_t)done;
    }
    *(uint32_t *)(memory->base + written) = total;
    return SUCCESS;
}

static int run(void) {
    for (uint32_t number = 0; number < wasmelt_program.memory_count; number++) {
        struct memory *memory = &wasmelt_program.memories[number];
        if (!reserve(memory->base, memory->reserved_bytes)) return 1;
        if (!allow(memory->base, memory->byte_length)) return 1;
        for (uint64_t at = 0; at < memory->image_bytes; at++)
            memory->base[memory->image_offset + at] = memory->image[at];
    }
    wasmelt_program.entry();
    return 0;
}

#ifdef _WIN32
void start(void) {
    ExitProcess(run());
}
#else
int main(void) {
    return run();
}
#endif
